"""A post's captures -> its index line, its source post, and the versions of both."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from crawler.derive.addresses import Addresses
from crawler.derive.entry import index_entry
from crawler.derive.normalise import normalise
from crawler.derive.redirects import with_targets
from crawler.derive.stumbled import parsed_page, stumbled
from crawler.derive.validate import problem
from crawler.derive.visits import END, Read, Visit, companions, is_gone, visits
from crawler.items import DIFFERS, REPLACED, UNREACHABLE, UNREADABLE, Exchange, Post, Rejection
from crawler.sites.parsed import with_others

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from crawler.archive.catalog.schema import CaptureRow
    from crawler.derive.feeds import Feeds, Said
    from crawler.sites.parsed import FeedMention, ParsedPage
    from crawler.sites.site import Site

#: If two visits to a post differ in these fields alone, the index line of the earlier one stays.
_SEEN = ("last_seen", "captures")

Entry = dict[str, Any]


@dataclass(slots=True)
class Derived:
    """What the captures of one post give.

    ``entry`` is the index line. It is ``None`` if no visit gave a post, and ``rejections`` say why.
    """

    entry: Entry | None = None
    #: The post of the newest visit that gave one; then the source post that belongs to ``entry``.
    post: Post | None = None
    content: str = ""
    #: The index line and source post of each version, oldest first.
    versions: list[tuple[Entry, str]] = field(default_factory=list)
    #: The addresses at which a visit gave the post.
    urls: list[str] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    #: Why the newest visit gave no post; ``None`` if it gave one.
    rejected: Rejection | None = None

    def add(self, entry: Entry, post: Post) -> None:
        """Note the index line and source post of a visit: a new version, or what is known now of the version before."""
        if self.entry is not None and entry["version"] == self.entry["version"]:
            self.versions.pop()
        self.versions.append((entry, post.content))
        self.entry, self.content = entry, post.content
        self.urls.append(post.url)

    def reject(self, rejection: Rejection) -> None:
        """Note that the newest visit so far gave no post."""
        self.rejections.append(rejection)
        self.rejected = rejection


@dataclass(frozen=True, slots=True)
class VisitResult:
    """The result of one visit to a post's page, for ``scrapy explain``.

    The post was built of ``parsed``, ``companion`` and ``mention``. ``entry`` is its index line: ``None`` if the visit was
    ``rejected``, or changed only the time when the post was last seen.
    """

    visit: Visit
    parsed: ParsedPage | None = None
    companion: Exchange | None = None
    mention: FeedMention | None = None
    entry: Entry | None = None
    rejected: Rejection | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What :func:`derive` needs besides the captures of a post's pages."""

    #: Gives the captures of some URLs, oldest first.
    captures_of: Callable[[Sequence[str]], list[CaptureRow]]
    read: Read
    #: Gives the address that a captured redirect leads to; empty if it names none.
    location: Callable[[CaptureRow], str]
    #: The site's method of this name, or a cached one.
    parse_page: Callable[[Exchange], ParsedPage | Rejection]
    #: Gives the path of a source post by its file name.
    path_of: Callable[[str], str]
    feeds: Feeds
    #: A post that was last visited before this time is gone (:func:`~crawler.derive.visits.gone_before`).
    gone_before: str = ""


def derive(
    site: Site, pages: Iterable[CaptureRow], evidence: Evidence, on_visit: Callable[[VisitResult], object] = lambda _: None
) -> Derived:
    """Derive a post: replay every visit to it in the order of time, as the crawls that made the captures did.

    The same captures always give the same result.

    :param pages: the captures of the post's pages, oldest first.
    :param on_visit: called with the result of every visit that may have changed something.
    """
    pages = list(pages)
    seen, derived, addresses = visits(pages), Derived(), Addresses(pages)
    last: tuple[object, ...] = ()
    outcome: Rejection | None = None
    said: Said = (None, None, ())
    for number, visit in enumerate(seen):
        before = seen[number + 1].time if number + 1 < len(seen) else END
        parsed = _parsed(visit, evidence)
        if isinstance(parsed, Rejection):
            derived.reject(parsed)
            on_visit(VisitResult(visit, rejected=parsed))
            continue
        if site.reads_feed:
            since = seen[number - 1].time if number else ""
            around = (visit.page.url, since, visit.time, before)
            said = evidence.feeds.told(around, said)
        mention = with_others(visit.page.url, *said)
        urls = with_targets(site, site.companions(parsed), evidence.captures_of, evidence.location)
        found = companions(evidence.captures_of(urls), urls, evidence.read, site.has_text, before=before) if urls else iter(())
        companion = next(found, None)
        proof = (visit.page.id, companion and companion.capture, mention and mention.told)
        if proof == last:
            derived.rejected = outcome
            continue
        last = proof
        built = _built(site, parsed, mention, companion, found)
        if isinstance(built, Rejection):
            outcome = built
            derived.reject(built)
            on_visit(VisitResult(visit, parsed, companion, mention, rejected=built))
            continue
        post, companion = built
        post.notes += [UNREACHABLE] if urls and companion is None else []
        outcome = None if site.ids_are_unique else addresses.collision(post, derived.post, visit)
        outcome = derived.rejected = outcome or _rejection(post, derived.entry) or _replaced(site, post, derived.post, mention)
        if outcome is not None:
            derived.reject(outcome)
            on_visit(VisitResult(visit, parsed, companion, mention, rejected=outcome))
            continue
        normalise(post)
        second, derived.post = addresses.is_second(visit), post
        if second:
            continue
        addresses.move(visit)
        entry = next_entry(post, derived.entry, evidence.path_of)
        on_visit(VisitResult(visit, parsed, companion, mention, entry))
        if entry is not None:
            derived.add(entry, post)
    if derived.entry is not None and is_gone(pages, evidence.gone_before):
        derived.entry = derived.entry | {"status": "gone", "last_seen": max(visit.time for visit in seen if visit.was_found)}
    return derived


def _parsed(visit: Visit, evidence: Evidence) -> ParsedPage | Rejection:
    page = evidence.read(visit.page)
    if page is None:
        return Rejection(visit.page.url, UNREADABLE, "the captured payload cannot be read")
    return parsed_page(evidence.parse_page, page)


def _built(
    site: Site, parsed: ParsedPage, mention: FeedMention | None, companion: Exchange | None, others: Iterable[Exchange]
) -> tuple[Post, Exchange | None] | Rejection:
    """The post and its companion; a rejection if the site's own code raises because of what is in them."""
    try:
        return _matching(site, parsed, mention, companion, others)
    except Exception as error:  # noqa: BLE001 - no page of a stranger may stop the others
        return stumbled(parsed.page.url, error)


def _matching(
    site: Site, parsed: ParsedPage, mention: FeedMention | None, companion: Exchange | None, others: Iterable[Exchange]
) -> tuple[Post, Exchange | None]:
    """The post, and the companion it is built with: the newest whose text is that of the page, else the likeliest.

    A companion may be edited after the site copied its text.
    """
    post = site.build_post(parsed, companion, mention)
    if DIFFERS in post.notes:
        for other in others:
            older = site.build_post(parsed, other, mention)
            if DIFFERS not in older.notes:
                return older, other
    return post, companion


def _rejection(post: Post, before: Entry | None) -> Rejection | None:
    """Why the post of a visit is not taken; ``None`` if it is.

    A ``partial`` post never replaces a better one: the site has probably changed its layout.
    """
    if post.fidelity == "partial" and before is not None and before["fidelity"] != "partial":
        return Rejection(
            post.url, "layout", f"shows less than before ({', '.join(post.notes)}): has the site's layout changed?"
        )
    found = problem(post)
    return None if found is None else Rejection(post.url, "invalid", found)


def _replaced(site: Site, post: Post, before: Post | None, mention: FeedMention | None) -> Rejection | None:
    """Why a page is not that of the post that was there before; ``None`` if it is, or may be."""
    found = site.replaced(post, before, mention.entry.title if mention else "") if before is not None else ""
    return Rejection(post.url, REPLACED, f"{found}; the post stays as it was") if found else None


def next_entry(post: Post, old: Entry | None, path_of: Callable[[str], str]) -> Entry | None:
    """The index line of a post whose line so far is ``old``; ``None`` if nothing but the time of the visit has changed.

    Every change of the source post is a new version, also one that completes it.
    """
    post.path = path_of(post.filename)
    post.last_seen = post.captures[0].time if post.captures else ""
    post.first_seen = old["first_seen"] if old else post.last_seen
    entry: Entry = index_entry(post)
    changed = old is not None and old["sha256"] != entry["sha256"]
    entry["version"] = post.version = 1 if old is None else old["version"] + changed
    if old is not None and all(entry[name] == value for name, value in old.items() if name not in _SEEN):
        return None
    return entry
