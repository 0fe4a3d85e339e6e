"""What the rules make of a page of finews and its share answer: all that a post is made of, and why."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from crawler.items import DIFFERS, Exchange
from crawler.markup.answer import UnreadableAnswer, read_answer
from crawler.markup.front_matter import quote_title, scalar
from crawler.markup.markdown import escape_liquid, unrender
from crawler.sites.finews import facts
from crawler.sites.finews.text import Text, market_text, rolling_text

if TYPE_CHECKING:
    from datetime import datetime

    from crawler.markup.page import PostPage
    from crawler.sites.finews.footer import Footer
    from crawler.sites.finews.page import FinewsPage

_NOTICE = re.compile(r"<p>((?:(?!</?p\b).)*)</p>", re.DOTALL)
_FOUND = 200
NO_FOOTER = "no share link and no back links"


@dataclass(frozen=True, slots=True)
class Decided:
    """``kind``: a post with its links, a notice of the site's owner, or a post of no known form.

    ``article``: the text of the share answer, ``None`` if it gave none. ``categories`` and ``tags`` are the front matter's
    strings, and say where they were read. ``zone``: whether ``date`` has one; ``zone_rule``: which rule says so.
    """

    kind: Literal["post", "notice", "unknown"]
    text: Text
    categories: str
    tags: str
    zone: bool
    assumed: list[str]
    notes: list[str]
    article: str | None = None
    categories_from: Literal["links", "address", "kind"] = "address"
    tags_from: Literal["links", "page"] = "page"
    zone_rule: Literal["form", "either", "day-before"] = "form"


def decide(apart: FinewsPage, answer: Exchange | None) -> Decided:
    """Pure: the same page and answer always give the same."""
    footer = apart.footer
    if footer is None:
        return _notice(apart) if apart.categories == facts.NOTICE_CATEGORY else _unknown(apart)
    article, answer_note = _article(answer, rolls=footer.rolls)
    text = rolling_text(apart.html, article) if footer.rolls else market_text(apart.html, article)
    categories, categories_from, tags, tags_from = names(footer, apart.parts, apart.categories)
    zone, zone_rule = _zone(apart.parts.local_time, apart.slug, footer)
    assumed = [] if zone_rule == "form" else ["date.zone"]
    if text.guessed:
        assumed.append("text.typography")
    if quote_title(apart.parts.title) != f'"{apart.parts.title}"':
        assumed.append("title.escapes")
    notes = [note for note in (answer_note, DIFFERS if text.differs else "", _wrong_share(footer, apart.slug)) if note]
    return Decided(
        "post", text, categories, tags, zone, assumed, notes, article, categories_from, tags_from, zone_rule
    )  # fmt: skip


def _article(answer: Exchange | None, *, rolls: bool) -> tuple[str | None, str]:
    """The answer's HTML, and a note when there was an answer that could not be read."""
    if answer is None or answer.status != _FOUND:
        return None, ""
    try:
        return read_answer(answer.body, ("content", "text") if rolls else ("text", "content")), ""
    except UnreadableAnswer as error:
        return None, f"answer-unreadable: {error}"


def names(
    footer: Footer, parts: PostPage, url_categories: str
) -> tuple[str, Literal["links", "address", "kind"], str, Literal["links", "page"]]:
    """The front matter's ``categories`` and ``tags``: the back links have them exactly, white space and all."""
    if footer.rolls:
        return facts.ROLLING_CATEGORY, "kind", footer.tag or " ".join(parts.tags), "links" if footer.tag else "page"
    category, tag = footer.category, footer.tag
    categories_from: Literal["links", "address"] = "links"
    tags_from: Literal["links", "page"] = "links"
    if category is None or facts.category_in_url(scalar(category)) != url_categories:
        category, categories_from = url_categories.replace("/", " "), "address"
    if scalar(tag).split() != parts.tags:
        tag, tags_from = " ".join(parts.tags), "page"
    return category, categories_from, tag, tags_from


def _zone(local: datetime, slug: str, footer: Footer) -> tuple[bool, Literal["form", "either", "day-before"]]:
    """Whether ``date`` has a zone. Where both occur it is assumed to, unless the ID bears the day before."""
    if not footer.zone_unknown:
        return False, "form"
    day, bare_day = local.date().isoformat(), (local - facts.ZONE).date().isoformat()
    if day == bare_day or facts.id_date(slug) != bare_day:
        return True, "either"
    return False, "day-before"


def _wrong_share(footer: Footer, slug: str) -> str:
    return f"share-of-another-post: {footer.share_id}" if footer.share_id not in (None, facts.share_id(slug)) else ""


def _notice(apart: FinewsPage) -> Decided:
    """A notice of the site's owner: a paragraph, no links, no zone, a newline at the end."""
    parts = apart.parts
    paragraph = _NOTICE.fullmatch(parts.content)
    source, guessed = unrender(paragraph[1]) if paragraph else (parts.content, True)
    digest = paragraph.span(1) if paragraph else (0, len(parts.content))
    text = Text("notice", f"\n{escape_liquid(source)}\n", guessed=guessed, complete=True, digest=digest)
    assumed = ["text.typography"] if guessed else []
    return Decided("notice", text, facts.NOTICE_CATEGORY, " ".join(parts.tags), False, assumed, [], categories_from="kind")


def _unknown(apart: FinewsPage) -> Decided:
    """A post of no known form: all that the page shows, under the front matter that it tells."""
    text = Text("unknown", escape_liquid(apart.parts.content))
    tags, categories = " ".join(apart.parts.tags), apart.categories.replace("/", " ")
    return Decided(
        "unknown", text, categories, tags, True, ["date.zone", "categories.case"], [NO_FOOTER], zone_rule="either"
    )  # fmt: skip
