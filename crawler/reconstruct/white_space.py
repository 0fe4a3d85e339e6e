"""White space and end tags that a layout takes away from what Jekyll renders: how, and HTML as such a layout leaves it."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from crawler.counted import counted
from crawler.reconstruct import end_tags

if TYPE_CHECKING:
    from collections.abc import Iterable

#: What a layout leaves of white space outside of ``<pre>``: all of it; single blanks; of these none beside the tags of blocks;
#: or none between two tags.
_WITHOUT = " without "
#: The first two also without end tags that HTML can do without.
KINDS = ("", "single", "blocks", "tags", *(f"{kind}{_WITHOUT}{end}" for end in end_tags.KINDS for kind in ("single", "blocks")))
_PRE = re.compile(r"(<pre\b.*?</pre>)", re.DOTALL)
_BLANKS = re.compile(r"[ \t\n\v\f\r]+")  # a no-break space is none
_BLOCKS = (
    "html|head|title|base|link|meta|style|body|article|section|nav|aside|h[1-6]|hgroup|header|footer|address|p|hr|blockquote"
    "|ol|ul|li|dl|dt|dd|figure|figcaption|main|div|table|caption|colgroup|col|tbody|thead|tfoot|tr|td|th"
)
_BESIDE_BLOCKS = re.compile(rf" (?=</?(?:{_BLOCKS}))|(</(?:{_BLOCKS})>) ")
_BLOCK = re.compile(r"<(?:p|h[1-6]|ul|ol|dl|pre|blockquote|table|div)[ >]")
#: So many contents out of a hundred have to be without the white space.
_MOST = 90


def compressed(html: str, kind: str) -> str:
    r"""HTML as a layout leaves it that takes white space of this kind away.

    >>> html = "<p>a\n <b>b</b> <i>c</i></p>\n\n<pre>c\n d</pre>\n<p>e</p>\n"
    >>> compressed(html, "single")
    '<p>a <b>b</b> <i>c</i></p> <pre>c\n d</pre> <p>e</p>'
    >>> compressed(html, "blocks")
    '<p>a <b>b</b> <i>c</i></p><pre>c\n d</pre><p>e</p>'
    >>> compressed(html, "tags")
    '<p>a <b>b</b><i>c</i></p><pre>c\n d</pre><p>e</p>'
    >>> compressed("<ul>\n  <li>a</li>\n  <li>b</li>\n</ul>", "blocks without </li>")
    '<ul><li>a<li>b</ul>'
    """
    if not kind:
        return html
    kind, _, end = kind.partition(_WITHOUT)
    html = end_tags.without_ends(html, end) if end else html
    parts = _PRE.split(html)
    parts[::2] = [_BLANKS.sub(" ", part) for part in parts[::2]]
    if kind == "blocks":
        parts[::2] = [_BESIDE_BLOCKS.sub(r"\1", part) for part in parts[::2]]
        parts[:-1:2] = [part.removesuffix(" ") for part in parts[:-1:2]]
    if kind == "tags":
        parts[::2] = [part.replace("> <", "><") for part in parts[::2]]
        parts[:-1:2] = [part.removesuffix(" ") if part.endswith("> ") else part for part in parts[:-1:2]]
        parts[2::2] = [part.removeprefix(" ") if part.startswith(" <") else part for part in parts[2::2]]
    return "".join(parts).strip()


def of_blanks(kind: str) -> str:
    """What a layout leaves of white space, whatever it does to end tags.

    >>> of_blanks("blocks without </li>"), of_blanks("tags")
    ('blocks', 'tags')
    """
    return kind.partition(_WITHOUT)[0]


def with_ends(html: str, kind: str) -> str:
    """HTML with the end tags that layouts of a kind leave out.

    >>> with_ends("<ul><li>a<li>b</ul>", "blocks without </li>"), with_ends("<p>a", "blocks")
    ('<ul><li>a</li><li>b</li></ul>', '<p>a')
    """
    end = kind.partition(_WITHOUT)[2]
    return end_tags.with_ends(html, end) if end else html


def kind_of(pages: Iterable[tuple[str, str]], evidence: dict[str, str] | None = None) -> str:
    """The kind of white space and of end tags that a site's layouts take away; each page is given with the content in it.

    Contents of one block tell nothing, nor do posts that were written without white space: around these a page has it.

    :param evidence: how many contents bear it out is written into it, as ``habits.compressed``.
    """
    told = [
        (end_tags.left_out(page.encode()), content.strip())
        for page, content in pages
        if len(_BLOCK.findall(content)) > 1 and compressed(page, "single") == page.strip()
    ]
    shares = {kind: sum(compressed(content, kind) == content for _, content in told) for kind in ("blocks", "tags", "single")}
    likeliest = max(shares, key=shares.__getitem__)
    share = shares[likeliest]
    if not told or share * 100 < _MOST * len(told):
        return ""
    ends = Counter(left_out for left_out, _ in told)
    without = sum(count for end, count in ends.items() if end)
    if without * 100 >= _MOST * len(told) and likeliest != "tags":
        likeliest += _WITHOUT + (end_tags.PARAGRAPHS if ends[end_tags.PARAGRAPHS] * 2 > without else end_tags.ITEMS)
    if evidence is not None:
        evidence["habits.compressed"] = f"{share} of {counted(len(told), 'content')} in pages without other white space"
    return likeliest
