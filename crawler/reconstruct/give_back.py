"""A post's rendered content -> the body of a source post, proven by rendering it again."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crawler.counted import counted
from crawler.reconstruct.document import Document
from crawler.reconstruct.inline_data import with_data, without_data
from crawler.reconstruct.liquid.rules import Rules
from crawler.reconstruct.marked_code import marked_here

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from crawler.reconstruct.habits import Habits
    from crawler.reconstruct.ruby.converter import Converter

#: Kramdown takes carriage returns away, and JSON knows no lone surrogates.
_NEVER_RENDERED = re.compile("[\r\ufdd0\ud800-\udfff]")
_LONGEST = 300_000
#: A post of which kramdown would have to leave more than this as it is, is an HTML file.
_UNREAD = 0.5
#: So many contents tell whether a site's posts are HTML files, and none longer than this.
_SAMPLE, _SHORT = 20, 12_000


@dataclass(frozen=True, slots=True)
class Body:
    """The text of a body, the extension of its file, and whether Jekyll was seen to render it to the content's bytes.

    Where a layout took white space away, it is what :func:`crawler.reconstruct.white_space.compressed` makes of them.
    A body with the extension ``.html`` needs no proof: Jekyll does nothing but run Liquid over it. ``failed`` names the block
    that no Markdown was found for; in Markdown, it stands within ``{::nomarkdown}``. ``marked``: code in the content was marked
    otherwise than Jekyll marks it here, and nothing but that differs. ``names_posts``: links to posts became ``post_url``,
    though no sample tells that they do.
    """

    text: str
    extension: str
    proven: bool
    failed: str | None = None
    marked: bool = False
    names_posts: bool = False


def give_back(  # noqa: PLR0913, PLR0917
    content: str,
    converter: Converter | None,
    habits: Habits,
    posts: Mapping[str, str] | None = None,
    rules: Rules | None = None,
    about: Mapping[str, str] | None = None,
) -> Body:
    """The body of the source post that Jekyll makes this content of.

    ``posts`` has the file names of the site's posts, without extension, by the paths of their pages: posts of a site with that
    habit name each other by ``post_url``. ``rules`` put tags of Liquid in the place of what they give, with what the post has
    by name (``about``). White space around the content may be missing: a layout's own cannot be told from it.
    """

    def put(text: str) -> str:
        return (rules or Rules()).put(text, about or {})

    if converter is None:
        return _as_html(put(content), None)
    short, data = without_data(content)
    body = _given_back(short, converter, habits, posts or {}, rules, put)
    return replace(body, text=with_data(body.text, data)) if data else body


def _given_back(  # noqa: PLR0913, PLR0917
    content: str,
    converter: Converter,
    habits: Habits,
    posts: Mapping[str, str],
    rules: Rules | None,
    put: Callable[[str], str],
) -> Body:
    """The body for a content; ``put`` puts tags of Liquid in the place of what they give."""
    if (never := _never_markdown(content)) is not None:
        return _as_html(put(content), never)
    marked = marked_here(content, converter) if habits.marked_elsewhere else content
    document = Document(marked.strip("\n"), habits, converter.kramdown, posts)
    if not document.spell(converter):
        return _as_html(put(content), document.failed)
    share, unread = document.unread()
    if share > _UNREAD:
        return _as_html(put(content), unread)
    if rules:
        document.refer(converter, rules.references)
        document.spell_lines(converter, rules.lines)
    text = document.text(put)
    if habits.html_files and document.was_html() and text == document.text():  # what a tag gives is no sign of an HTML file
        return _as_html(put(content), None)
    if document.was_typed_as_html(converter):
        text, unread = put(content.strip("\n") + "\n"), None
    guessed = habits.post_url_likely and not habits.post_url and any("{% post_url " in tag for tag in document.liquid)
    return Body(text, habits.extension, proven=True, failed=unread, marked=marked != content, names_posts=guessed)


def _never_markdown(content: str) -> str | None:
    """Why no Markdown is looked for; ``None`` if it is."""
    if len(content) > _LONGEST:
        return f"The content has {len(content)} characters, more than {_LONGEST}."
    if _NEVER_RENDERED.search(content):
        return "The content has characters that no Markdown is rendered to."
    return None


def has_html_files(
    contents: Sequence[str], converter: Converter, habits: Habits, evidence: dict[str, str] | None = None
) -> bool:
    """Whether most of a site's posts come back as HTML, so that one that is nearly all HTML was no Markdown either.

    :param evidence: how many contents bear it out is written into it, as ``habits.html_files``.
    """
    sample = [content for content in contents if len(content) <= _SHORT]
    sample = sample[:: max(1, -(-len(sample) // _SAMPLE))]
    bodies = [give_back(content, converter, habits) for content in sample]
    html = sum(body.extension == ".html" and body.failed is None for body in bodies)
    if evidence is not None and bodies:
        evidence["habits.html_files"] = f"{html} of {counted(len(bodies), 'content')} looked at are nearly all HTML"
    return html * 2 > len(bodies)


def _as_html(content: str, failed: str | None) -> Body:
    return Body(content, ".html", proven=True, failed=failed)
