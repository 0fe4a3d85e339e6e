"""A post's captures -> its index line and source post, versions and all."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from crawler.derive.entry import index_entry
from crawler.derive.fault import fault
from crawler.derive.normalise import normalise
from crawler.derive.visits import END, Read, Visit, companions, is_gone, visits
from crawler.items import DIFFERS, UNREACHABLE, UNTOLD, Exchange, Post, Rejection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from crawler.archive.schema import CaptureRow
    from crawler.derive.feeds import Feeds
    from crawler.sites.parsed import FeedMention, ParsedPage
    from crawler.sites.site import Site

#: What may differ between two visits to the same post without making a new version.
_SEEN = ("last_seen", "captures")

Entry = dict[str, Any]


@dataclass(slots=True)
class Derived:
    """What the captures of one post say. ``entry`` is ``None`` if no visit gave a post; ``rejections`` tell why."""

    entry: Entry | None = None
    #: The post of the newest visit that gave one, and its source.
    post: Post | None = None
    content: str = ""
    #: The index line and source post of each version, oldest first.
    versions: list[tuple[Entry, str]] = field(default_factory=list)
    #: The addresses under which it was a post.
    urls: list[str] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    #: Why the newest visit of all gave no post, ``None`` if it gave one.
    rejected: Rejection | None = None

    def reject(self, rejection: Rejection) -> None:
        """The newest visit so far gave no post."""
        self.rejections.append(rejection)
        self.rejected = rejection


@dataclass(frozen=True, slots=True)
class Judged:
    """What one visit to a post's page came to, for a person who asks.

    ``parsed``, ``companion`` and ``mention`` are what the post was built of; ``entry`` is its index line, ``None`` if the visit
    changed nothing but when it was seen last, or was ``rejected``.
    """

    visit: Visit
    parsed: ParsedPage | None = None
    companion: Exchange | None = None
    mention: FeedMention | None = None
    entry: Entry | None = None
    rejected: Rejection | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What else there is to make a post of, besides its pages' captures."""

    #: The rows of some URLs, oldest first.
    captures_of: Callable[[Sequence[str]], list[CaptureRow]]
    read: Read
    #: As the site's own (:class:`~crawler.sites.site.Site`).
    parse_page: Callable[[Exchange], ParsedPage | Rejection]
    #: The path of a source post by its file name.
    path_of: Callable[[str], str]
    feeds: Feeds
    #: A post that was not visited since is gone (:func:`~crawler.derive.visits.gone_before`).
    gone_before: str = ""


def derive(
    site: Site, pages: Iterable[CaptureRow], evidence: Evidence, on_visit: Callable[[Judged], object] = lambda _: None
) -> Derived:
    """Replay every visit to one post in the order of time, as the crawls that made the captures did.

    Always the same for the same captures, whoever asks. ``on_visit`` is called for every visit that may have changed something.
    """
    pages = list(pages)
    seen, derived = visits(pages), Derived()
    last: tuple[object, ...] = ()
    outcome: Rejection | None = None
    mention: FeedMention | None = None
    for number, visit in enumerate(seen):
        before = seen[number + 1].time if number + 1 < len(seen) else END
        parsed = _page(visit, evidence)
        if isinstance(parsed, Rejection):
            derived.reject(parsed)
            on_visit(Judged(visit, rejected=parsed))
            continue
        if site.reads_feed:
            since = seen[number - 1].time if number else ""
            mention = evidence.feeds.mention(visit.page.url, since, visit.time, before) or mention
        urls = site.companions(parsed)
        found = companions(evidence.captures_of(urls), urls, evidence.read, site.has_text, before=before) if urls else iter(())
        companion = next(found, None)
        proof = (visit.page.id, companion and companion.capture, mention and mention.entry)
        if proof == last:
            derived.rejected = outcome
            continue
        last = proof
        post, companion = _fitting(site, parsed, mention, companion, found)
        if urls and companion is None:
            post.notes.append(UNREACHABLE)
        derived.rejected = outcome = _rejected(post, derived.entry)
        if outcome is not None:
            derived.reject(outcome)
            on_visit(Judged(visit, parsed, companion, mention, rejected=outcome))
            continue
        normalise(post)
        derived.post = post
        entry = next_entry(post, derived.entry, evidence.path_of)
        on_visit(Judged(visit, parsed, companion, mention, entry))
        if entry is not None:
            if derived.entry is not None and entry["version"] == derived.entry["version"]:
                derived.versions.pop()
            derived.versions.append((entry, post.content))
            derived.entry, derived.content = entry, post.content
            derived.urls.append(post.url)
    if derived.entry is not None and is_gone(pages, evidence.gone_before):
        derived.entry = derived.entry | {"status": "gone", "last_seen": seen[-1].time}
    return derived


def _page(visit: Visit, evidence: Evidence) -> ParsedPage | Rejection:
    page = evidence.read(visit.page)
    if page is None:
        return Rejection(visit.page.url, "unreadable", "the captured payload cannot be read")
    return evidence.parse_page(page)


def _fitting(
    site: Site, parsed: ParsedPage, mention: FeedMention | None, companion: Exchange | None, others: Iterable[Exchange]
) -> tuple[Post, Exchange | None]:
    """The post with the likeliest companion, unless that tells another story than the page, and an older one does not.

    A companion may be rewritten when the site no longer follows it.
    """
    post = site.build_post(parsed, companion, mention)
    if DIFFERS in post.notes:
        for other in others:
            older = site.build_post(parsed, other, mention)
            if DIFFERS not in older.notes:
                return older, other
    return post, companion


def _rejected(post: Post, before: Entry | None) -> Rejection | None:
    """Why a visit does not count. One that shows less than was known is the site's new layout, and overwrites nothing."""
    if post.fidelity == "partial" and before is not None and before["fidelity"] != "partial":
        return Rejection(
            post.url, "layout", f"shows less than before ({', '.join(post.notes)}): has the site's layout changed?"
        )
    found = fault(post)
    return None if found is None else Rejection(post.url, "invalid", found)


def next_entry(post: Post, old: Entry | None, path_of: Callable[[str], str]) -> Entry | None:
    """The index line that follows on ``old``; ``None`` if the post is what ``old`` says already.

    A source post that lacked its companion's text or its tags, for nobody could be asked or they came late, is no version.
    """
    post.path = path_of(post.filename)
    post.last_seen = post.captures[0].time if post.captures else ""
    post.first_seen = old["first_seen"] if old else post.last_seen
    entry: Entry = index_entry(post)
    late = old is not None and (
        UNREACHABLE in old["notes"]
        or (old["body_from"] == "page" != post.body_from)
        or (UNTOLD in old["assumed"] and UNTOLD not in post.assumed)
    )
    changed = old is not None and old["sha256"] != entry["sha256"] and not late
    entry["version"] = post.version = 1 if old is None else old["version"] + changed
    if old is not None and all(entry[name] == value for name, value in old.items() if name not in _SEEN):
        return None
    return entry
