"""A page of finews and its share answer -> the post, its source file included."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.items import CaptureRef, Exchange, Fidelity, Post
from crawler.markup.source.front_matter import names_in, quote_title, written_date
from crawler.sites.finews import category_pages, facts
from crawler.sites.finews.answer import UnreadableAnswer, read_answer
from crawler.sites.finews.rules import Decided, decide

if TYPE_CHECKING:
    from datetime import datetime

    from crawler.sites.finews.footer import Footer
    from crawler.sites.finews.page import FinewsPage
    from crawler.sites.finews.text import Text

_MEDIUM = re.compile(r"（文章来源：((?:[^（）<>])+)）")


def build_post(parsed: FinewsPage, answer: Exchange | None = None) -> Post:
    """Build the post from the parts of its page and the share answer, if there is one.

    The same bytes always give the same post. ``version``, ``first_seen``, ``last_seen`` and ``path`` are set by the writer.
    """
    decided = decide(parsed, answer)
    page, slug, parts, footer, text = parsed.page, parsed.slug, parsed.parts, parsed.footer, decided.text
    head = front_matter(
        parts.title,
        written_date(parts.local_time, zone=decided.zone, offset=facts.ZONE),
        decided.names.categories,
        decided.names.tags,
    )
    complete = text.from_share or text.complete
    return Post(
        id=slug,
        site=facts.NAME,
        url=page.url,
        share_url=footer.share if footer else None,
        filename=_filename(parts.local_time, slug, zone=decided.zone),
        content=head + text.source + (footer.source() if footer else ""),
        title=parts.title,
        date=parsed.published,
        categories=names_in(decided.names.categories),
        tags=names_in(decided.names.tags),
        source=_medium(text.source),
        edition=edition(footer, text, zone=decided.zone),
        body_from="share" if text.from_share else "page",
        fidelity=_fidelity(decided, complete=complete),
        assumed=decided.assumed,
        notes=decided.notes,
        captures=_captures(page, answer if footer else None),
    )


def _fidelity(decided: Decided, *, complete: bool) -> Fidelity:
    if decided.kind == "unknown":
        return "partial"
    return "exact" if complete and not decided.assumed else "rendered"


def _filename(local: datetime, slug: str, *, zone: bool) -> str:
    day = local if zone else local - facts.ZONE
    return f"{day.date().isoformat()}-{slug}.md"


def edition(footer: Footer | None, text: Text, *, zone: bool) -> str:
    """The version of the site's post format: the kind of the post, the forms of its text, links and date, its share's host."""
    if footer is None:
        return text.form
    parts = ["rolling" if footer.rolls else "market", text.form, footer.links, "zone" if zone else "no-zone"]
    if text.pairs == "kept":
        parts.append("pairs-kept")
    if footer.share_host:
        parts.append(footer.share_host)
    return " ".join(parts)


def _medium(text: str) -> str | None:
    found = _MEDIUM.search(text)
    return found[1] if found else None


def _captures(*exchanges: Exchange | None) -> list[CaptureRef]:
    return [exchange.capture for exchange in exchanges if exchange is not None and exchange.capture is not None]


def front_matter(title: str, date: str, categories: str, tags: str) -> str:
    """The front matter with both of its ``---`` lines; the values are written as the file has them."""
    return f"---\nlayout: post\ntitle: {quote_title(title)}\ndate: {date}\ncategories: {categories}\ntags: {tags}\n---\n"


def has_text(answer: Exchange) -> bool | None:
    """Whether a share answer holds an article; an expired one gives another status, or is empty.

    It is ``None`` for a 200 that is no whole answer, such as an error page.
    """
    if answer.status != 200:  # noqa: PLR2004
        return False
    try:
        return read_answer(answer.body, ("text", "content")) is not None
    except UnreadableAnswer:
        return None


def listings_behind(parsed: FinewsPage) -> dict[str, bool]:
    """The listings that may show posts of the same category, and whether the page links to each."""
    written = parsed.names.categories
    name = written if parsed.names.categories_from == "links" else " ".join(parsed.categories)
    if name == facts.ROLLING_CATEGORY:
        return {facts.ROLLING: True}
    linked = parsed.footer is not None and parsed.footer.listing.endswith(f"/category/{name}.html")
    return {url: linked and url == category_pages.category_url(name) for url in category_pages.listings(name)}
