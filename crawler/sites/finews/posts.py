"""A page of finews and its share answer -> the post, its source file included."""

from __future__ import annotations

import re
from datetime import datetime, timezone

from crawler.extract.answer import UnreadableAnswer, read_answer
from crawler.extract.page import PostPage
from crawler.items import DIFFERS, CaptureRef, Exchange, Fidelity, Post, Rejection
from crawler.rebuild.front_matter import front_matter, quote_title, scalar, written_date
from crawler.rebuild.markdown import escape_liquid, unrender
from crawler.sites.finews import facts
from crawler.sites.finews.footer import Footer
from crawler.sites.finews.page import FinewsPage, take_apart
from crawler.sites.finews.text import Text, market_text, rolling_text

_ZONE = timezone(facts.ZONE)
_MEDIUM = re.compile(r"（文章来源：((?:[^（）<>])+)）")
_NOTICE = re.compile(r"<p>((?:(?!</?p\b).)*)</p>", re.DOTALL)


def make_post(page: Exchange, answer: Exchange | None = None) -> Post | Rejection:
    """What a post page, and the share answer if there is one, make together.

    Pure: the same bytes always give the same post. ``version``, ``first_seen``, ``last_seen`` and ``path`` are
    left for the writer. A page that is no post page gives a :class:`~crawler.items.Rejection`.
    """
    apart = take_apart(page)
    return apart if isinstance(apart, Rejection) else put_together(apart, answer)


def put_together(apart: FinewsPage, answer: Exchange | None = None) -> Post:
    """The post that a page's parts and the share answer make."""
    page, slug, parts, html, footer = apart.page, apart.slug, apart.parts, apart.html, apart.footer
    if footer is None and apart.categories == facts.NOTICE_CATEGORY:
        return _notice(page, slug, parts)
    if footer is None:
        return _without_footer(page, slug, parts, apart.categories)
    article, answer_note = _article(answer, rolls=footer.rolls)
    text = rolling_text(html, article) if footer.rolls else market_text(html, article)
    categories, tags = _names(footer, parts, apart.categories)
    local, zone, assumed = _zone(parts.local_time, slug, footer)
    if text.guessed:
        assumed.append("text.typography")
    if quote_title(parts.title) != f'"{parts.title}"':
        assumed.append("title.escapes")
    head = front_matter(parts.title, written_date(local, zone=zone, offset=facts.ZONE), categories, tags)
    notes = [note for note in (answer_note, DIFFERS if text.differs else "", _wrong_share(footer, slug)) if note]
    complete = text.from_share or text.complete
    return Post(
        id=slug,
        site=facts.NAME,
        url=page.url,
        share_url=footer.share,
        filename=_filename(local, slug, zone=zone),
        content=head + text.source + footer.source(),
        title=parts.title,
        date=parts.local_time.replace(tzinfo=_ZONE),
        categories=scalar(categories).split(),
        tags=scalar(tags).split(),
        source=_medium(text.source),
        edition=_edition(footer, text, zone=zone),
        body_from="share" if text.from_share else "page",
        fidelity="exact" if complete and not assumed else "rendered",
        assumed=assumed,
        notes=notes,
        captures=_captures(page, answer),
    )


def _article(answer: Exchange | None, *, rolls: bool) -> tuple[str | None, str]:
    """The answer's HTML, and a note when there was an answer that could not be read."""
    if answer is None or answer.status != 200:  # noqa: PLR2004
        return None, ""
    try:
        return read_answer(answer.body, ("content", "text") if rolls else ("text", "content")), ""
    except UnreadableAnswer as error:
        return None, f"answer-unreadable: {error}"


def _names(footer: Footer, parts: PostPage, url_categories: str) -> tuple[str, str]:
    """The front matter's ``categories`` and ``tags``: the back links have them exactly, white space and all."""
    if footer.rolls:
        return facts.ROLLING_CATEGORY, footer.tag or " ".join(parts.tags)
    category, tag = footer.category, footer.tag
    if category is None or facts.category_in_url(scalar(category)) != url_categories:
        category = url_categories.replace("/", " ")
    if scalar(tag).split() != parts.tags:
        tag = " ".join(parts.tags)
    return category, tag


def _zone(local: datetime, slug: str, footer: Footer) -> tuple[datetime, bool, list[str]]:
    """Whether ``date`` has a zone. Where both occur it is assumed to, unless the ID bears the day before."""
    if not footer.zone_unknown:
        return local, False, []
    day, bare_day = local.date().isoformat(), (local - facts.ZONE).date().isoformat()
    zone = day == bare_day or facts.id_date(slug) != bare_day
    return local, zone, ["date.zone"]


def _filename(local: datetime, slug: str, *, zone: bool) -> str:
    day = local if zone else local - facts.ZONE
    return f"{day.date().isoformat()}-{slug}.md"


def _edition(footer: Footer, text: Text, *, zone: bool) -> str:
    parts = ["rolling" if footer.rolls else "market", text.form, footer.links, "zone" if zone else "no-zone"]
    if text.pairs == "kept":
        parts.append("pairs-kept")
    if footer.share_host:
        parts.append(footer.share_host)
    return " ".join(parts)


def _medium(text: str) -> str | None:
    found = _MEDIUM.search(text)
    return found[1] if found else None


def _wrong_share(footer: Footer, slug: str) -> str:
    return f"share-of-another-post: {footer.share_id}" if footer.share_id not in (None, facts.share_id(slug)) else ""


def _captures(*exchanges: Exchange | None) -> list[CaptureRef]:
    return [exchange.capture for exchange in exchanges if exchange is not None and exchange.capture is not None]


def _notice(page: Exchange, slug: str, parts: PostPage) -> Post:
    """A notice of the site's owner: a paragraph, no links, no zone, a newline at the end."""
    paragraph = _NOTICE.fullmatch(parts.content)
    text, guessed = unrender(paragraph[1]) if paragraph else (parts.content, True)
    head = front_matter(
        parts.title, written_date(parts.local_time, zone=False, offset=facts.ZONE), facts.NOTICE_CATEGORY, " ".join(parts.tags)
    )
    return _plain(
        page, slug, parts, head + f"\n{escape_liquid(text)}\n", "notice",
        fidelity="rendered" if guessed else "exact", assumed=["text.typography"] if guessed else [], zone=False,
    )  # fmt: skip


def _without_footer(page: Exchange, slug: str, parts: PostPage, url_categories: str) -> Post:
    """A post of no known form: all that the page shows, under the front matter that it tells."""
    head = front_matter(
        parts.title,
        written_date(parts.local_time, zone=True, offset=facts.ZONE),
        url_categories.replace("/", " "),
        " ".join(parts.tags),
    )
    return _plain(
        page, slug, parts, head + escape_liquid(parts.content), "unknown",
        fidelity="partial", assumed=["date.zone", "categories.case"], notes=["no share link and no back links"], zone=True,
    )  # fmt: skip


def _plain(  # noqa: PLR0913
    page: Exchange,
    slug: str,
    parts: PostPage,
    content: str,
    edition: str,
    *,
    fidelity: Fidelity,
    assumed: list[str],
    zone: bool,
    notes: list[str] | None = None,
) -> Post:
    address = facts.post_address(page.url)
    return Post(
        id=slug,
        site=facts.NAME,
        url=page.url,
        share_url=None,
        filename=_filename(parts.local_time, slug, zone=zone),
        content=content,
        title=parts.title,
        date=parts.local_time.replace(tzinfo=_ZONE),
        categories=(address[0] if address else "").split("/"),
        tags=parts.tags,
        source=_medium(content),
        edition=edition,
        body_from="page",
        fidelity=fidelity,
        assumed=assumed,
        notes=notes or [],
        captures=_captures(page),
    )


def has_text(answer: Exchange) -> bool | None:
    """Whether a share answer holds an article (an expired one is missing, or empty).

    ``None`` for a 200 that is no answer at all, an error page or half a one: the host's own trouble.
    """
    if answer.status != 200:  # noqa: PLR2004
        return False
    try:
        return read_answer(answer.body, ("text", "content")) is not None
    except UnreadableAnswer:
        return None


def listings_of(post: Post) -> dict[str, bool]:
    """Where posts of the same category may be listed, and whether the post itself says that there is such a page."""
    name = _category_of(post)
    if name == facts.ROLLING_CATEGORY:
        return {facts.ROLLING: True}
    linked = f"/category/{name}.html)" in post.content
    return {url: linked and url == facts.category_url(name) for url in facts.listings(name)}


def _category_of(post: Post) -> str:
    """The exact ``categories`` string in a post's source, white space and all."""
    for line in post.content.split("\n", 8)[:7]:
        if line.startswith("categories: "):
            return line.removeprefix("categories: ")
    return ""
