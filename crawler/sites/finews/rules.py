"""The rules of finews: a page and its share answer -> everything that decides what the source post was."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from crawler.items import DIFFERS, Exchange
from crawler.markup.source.front_matter import quote_title
from crawler.markup.titles.markdown import escape_liquid, unrender
from crawler.sites.finews import facts
from crawler.sites.finews.answer import UnreadableAnswer, read_answer
from crawler.sites.finews.text import Text, market_text, rolling_text

if TYPE_CHECKING:
    from datetime import datetime

    from crawler.sites.finews.footer import Footer
    from crawler.sites.finews.page import FinewsPage, Names

_NOTICE = re.compile(r"<p>((?:(?!</?p\b).)*)</p>", re.DOTALL)
_FOUND = 200
NO_FOOTER = "no share link and no back links"


@dataclass(frozen=True, slots=True)
class Decided:
    """What the rules decided.

    ``kind``: a post with its links, a notice of the site's owner, or a post of no known form. ``article``: the text of the
    share answer, ``None`` if it gave none. ``zone``: whether ``date`` has a zone; ``zone_rule``: the rule that decided it.
    """

    kind: Literal["post", "notice", "unknown"]
    text: Text
    names: Names
    zone: bool
    assumed: list[str]
    notes: list[str]
    article: str | None = None
    zone_rule: Literal["form", "either", "day-before"] = "form"


def decide(parsed: FinewsPage, answer: Exchange | None) -> Decided:
    """Apply the rules to a page and its share answer; the same page and answer always give the same result."""
    footer = parsed.footer
    if footer is None:
        return _notice(parsed) if parsed.url_categories == facts.NOTICE_CATEGORY else _unknown(parsed)
    article, answer_note = _article(answer, rolls=footer.rolls)
    text = rolling_text(parsed.html, article) if footer.rolls else market_text(parsed.html, article)
    zone, zone_rule = _zone(parsed.parts.local_time, parsed.slug, footer)
    assumed = [] if zone_rule == "form" else ["date.zone"]
    if text.guessed:
        assumed.append("text.typography")
    if quote_title(parsed.parts.title) != f'"{parsed.parts.title}"':
        assumed.append("title.escapes")
    assumed += parsed.names.quoted
    notes = [note for note in (answer_note, DIFFERS if text.differs else "", _wrong_share(footer, parsed.slug)) if note]
    return Decided("post", text, parsed.names, zone, assumed, notes, article, zone_rule)


def _article(answer: Exchange | None, *, rolls: bool) -> tuple[str | None, str]:
    """The answer's HTML, and a note if there was an answer that could not be read."""
    if answer is None or answer.status != _FOUND:
        return None, ""
    try:
        return read_answer(answer.body, ("content", "text") if rolls else ("text", "content")), ""
    except UnreadableAnswer as error:
        return None, f"answer-unreadable: {error}"


def _zone(local: datetime, slug: str, footer: Footer) -> tuple[bool, Literal["form", "either", "day-before"]]:
    """Whether ``date`` has a zone; if posts of this form may have one or not, it has none if its ID has the day before."""
    if not footer.zone_unknown:
        return False, "form"
    day, bare_day = local.date().isoformat(), (local - facts.ZONE).date().isoformat()
    if day == bare_day or facts.id_date(slug) != bare_day:
        return True, "either"
    return False, "day-before"


def _wrong_share(footer: Footer, slug: str) -> str:
    return f"share-of-another-post: {footer.share_id}" if footer.share_id not in (None, facts.share_id(slug)) else ""


def _notice(parsed: FinewsPage) -> Decided:
    """A notice of the site's owner: a paragraph and a newline, without links, and without a zone."""
    parts = parsed.parts
    paragraph = _NOTICE.fullmatch(parts.content)
    source, guessed = unrender(paragraph[1]) if paragraph else (parts.content, True)
    digest = paragraph.span(1) if paragraph else (0, len(parts.content))
    text = Text("notice", f"\n{escape_liquid(source)}\n", guessed=guessed, complete=True, digest=digest)
    assumed = ["text.typography"] if guessed else []
    names = replace(parsed.names, categories=facts.NOTICE_CATEGORY, categories_from="kind")
    return Decided("notice", text, names, False, assumed, [])


def _unknown(parsed: FinewsPage) -> Decided:
    """A post of no known form: all that the page shows is kept, below the front matter that the page tells."""
    text = Text("unknown", escape_liquid(parsed.parts.content))
    return Decided("unknown", text, parsed.names, True, ["date.zone", "categories.case"], [NO_FOOTER], zone_rule="either")
