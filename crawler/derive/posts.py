"""A post's captures -> its index line and source post, versions and all."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from crawler.derive.entry import index_entry
from crawler.derive.fault import fault
from crawler.derive.looks import END, Look, Read, answers, is_gone, looks
from crawler.derive.normalise import normalise
from crawler.items import DIFFERS, UNREACHABLE, Exchange, Post, Rejection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from crawler.archive.schema import CaptureRow
    from crawler.sites.site import Site

#: What may differ between two looks at the same post without making a new version.
_SEEN = ("last_seen", "captures")

Entry = dict[str, Any]


@dataclass(slots=True)
class Derived:
    """What the captures of one post say. ``entry`` is ``None`` if no look gave a post; ``rejections`` tell why."""

    entry: Entry | None = None
    #: The post of the newest look that gave one, and its source.
    post: Post | None = None
    content: str = ""
    #: The index line and source post of each version, oldest first.
    versions: list[tuple[Entry, str]] = field(default_factory=list)
    #: The addresses under which it was a post.
    urls: list[str] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    #: Why the newest look of all gave no post, ``None`` if it gave one.
    rejected: Rejection | None = None

    def reject(self, rejection: Rejection) -> None:
        """The newest look so far gave no post."""
        self.rejections.append(rejection)
        self.rejected = rejection


@dataclass(frozen=True, slots=True)
class Judged:
    """What one visit to a post's page came to, for a person who asks.

    ``apart`` and ``answer`` are what the post was put together of; ``entry`` is its index line, ``None`` if the visit changed
    nothing but when it was seen last, or was ``rejected``.
    """

    look: Look
    apart: Any = None
    answer: Exchange | None = None
    entry: Entry | None = None
    rejected: Rejection | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What else there is to make a post of, besides its pages' captures."""

    #: The rows of some URLs, oldest first.
    captures_of: Callable[[Sequence[str]], list[CaptureRow]]
    read: Read
    #: As the site's own (:class:`~crawler.sites.site.Site`).
    take_apart: Callable[[Exchange], Any]
    #: The path of a source post by its file name.
    path_of: Callable[[str], str]
    #: A post not met since is gone (:func:`~crawler.derive.looks.gone_before`).
    gone_before: str = ""


def derive(
    site: Site, pages: Iterable[CaptureRow], evidence: Evidence, told: Callable[[Judged], object] = lambda _: None
) -> Derived:
    """Replay every look at one post in the order of time, as the crawls that made the captures did.

    Always the same for the same captures, whoever asks. ``told`` is told of every look that may have changed something.
    """
    pages = list(pages)
    seen, derived = looks(pages), Derived()
    last: tuple[object, ...] = ()
    outcome: Rejection | None = None
    for number, look in enumerate(seen):
        before = seen[number + 1].time if number + 1 < len(seen) else END
        apart = _page(look, evidence)
        if isinstance(apart, Rejection):
            derived.reject(apart)
            told(Judged(look, rejected=apart))
            continue
        urls = site.answer_urls(apart)
        found = answers(evidence.captures_of(urls), urls, evidence.read, site.has_text, before=before) if urls else iter(())
        answer = next(found, None)
        proof = (look.page.id, answer and answer.capture)
        if proof == last:
            derived.rejected = outcome
            continue
        last = proof
        post, answer = _fitting(site, apart, answer, found)
        if urls and answer is None:
            post.notes.append(UNREACHABLE)
        derived.rejected = outcome = _rejected(post, derived.entry)
        if outcome is not None:
            derived.reject(outcome)
            told(Judged(look, apart, answer, rejected=outcome))
            continue
        normalise(post)
        derived.post = post
        entry = next_entry(post, derived.entry, evidence.path_of)
        told(Judged(look, apart, answer, entry))
        if entry is not None:
            if derived.entry is not None and entry["version"] == derived.entry["version"]:
                derived.versions.pop()
            derived.versions.append((entry, post.content))
            derived.entry, derived.content = entry, post.content
            derived.urls.append(post.url)
    if derived.entry is not None and is_gone(pages, evidence.gone_before):
        derived.entry = derived.entry | {"status": "gone", "last_seen": seen[-1].time}
    return derived


def _page(look: Look, evidence: Evidence) -> Any:
    page = evidence.read(look.page)
    if page is None:
        return Rejection(look.page.url, "unreadable", "the captured payload cannot be read")
    return evidence.take_apart(page)


def _fitting(site: Site, apart: Any, answer: Exchange | None, others: Iterable[Exchange]) -> tuple[Post, Exchange | None]:
    """The post with the likeliest answer, unless that tells another story than the page, and an older one does not.

    A share may be rewritten when the site no longer follows it.
    """
    post = site.put_together(apart, answer)
    if DIFFERS in post.notes:
        for other in others:
            older = site.put_together(apart, other)
            if DIFFERS not in older.notes:
                return older, other
    return post, answer


def _rejected(post: Post, before: Entry | None) -> Rejection | None:
    """Why a look does not count. One that shows less than was known is the site's new layout, and overwrites nothing."""
    if post.fidelity == "partial" and before is not None and before["fidelity"] != "partial":
        return Rejection(
            post.url, "layout", f"shows less than before ({', '.join(post.notes)}): has the site's layout changed?"
        )
    found = fault(post)
    return None if found is None else Rejection(post.url, "invalid", found)


def next_entry(post: Post, old: Entry | None, path_of: Callable[[str], str]) -> Entry | None:
    """The index line that follows on ``old``; ``None`` if the post is what ``old`` says already.

    A source post made without the share's text, for nobody could be asked or it came late, is not counted as a version.
    """
    post.path = path_of(post.filename)
    post.last_seen = post.captures[0].time if post.captures else ""
    post.first_seen = old["first_seen"] if old else post.last_seen
    entry: Entry = index_entry(post)
    late = old is not None and (UNREACHABLE in old["notes"] or (old["body_from"], post.body_from) == ("page", "share"))
    changed = old is not None and old["sha256"] != entry["sha256"] and not late
    entry["version"] = post.version = 1 if old is None else old["version"] + changed
    if old is not None and all(entry[name] == value for name, value in old.items() if name not in _SEEN):
        return None
    return entry
