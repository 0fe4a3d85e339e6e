"""A post's captures -> its index line and source post, versions and all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from crawler.archive.schema import CaptureRow
from crawler.derive.fault import fault
from crawler.derive.looks import END, Read, choose, looks
from crawler.derive.normalise import normalise
from crawler.exporters.index import index_entry
from crawler.items import UNREACHABLE, Post, Rejection
from crawler.sites.site import Site

#: What may differ between two looks at the same post without making a new version.
_SEEN = ("last_seen", "captures")

Entry = dict[str, Any]


@dataclass(slots=True)
class Derived:
    """What the captures of one post say. ``entry`` is ``None`` if no look gave a post; ``rejections`` tell why."""

    entry: Entry | None = None
    content: str = ""
    #: The addresses under which it was a post.
    urls: list[str] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)


def derive(
    site: Site,
    pages: Iterable[CaptureRow],
    captures_of: Callable[[Sequence[str]], list[CaptureRow]],
    read: Read,
    path_of: Callable[[str], str],
) -> Derived:
    """Replay every look at one post in the order of time, as the crawls that made the captures did.

    Always the same for the same captures, whoever asks. ``captures_of`` gives the rows of some URLs, oldest first;
    ``path_of`` the path of a source post by its file name.
    """
    seen, derived = looks(pages), Derived()
    last: tuple[object, ...] = ()
    for number, look in enumerate(seen):
        before = seen[number + 1].time if number + 1 < len(seen) else END
        page = read(look.page)
        if page is None:
            derived.rejections.append(Rejection(look.page.url, "unreadable", "the captured payload cannot be read"))
            continue
        apart = site.take_apart(page)
        if isinstance(apart, Rejection):
            derived.rejections.append(apart)
            continue
        urls = site.answer_urls(apart)
        answer = choose(captures_of(urls), urls, read, site.has_text, before=before) if urls else None
        proof = (look.page.id, answer and answer.capture)
        if proof == last:
            continue
        last = proof
        post = site.put_together(apart, answer)
        if urls and answer is None:
            post.notes.append(UNREACHABLE)
        reason = fault(post)
        if reason is not None:
            derived.rejections.append(Rejection(post.url, "invalid", reason))
            continue
        normalise(post)
        entry = settle(post, derived.entry, path_of)
        if entry is not None:
            derived.entry, derived.content = entry, post.content
            derived.urls.append(post.url)
    return derived


def settle(post: Post, old: Entry | None, path_of: Callable[[str], str]) -> Entry | None:
    """The index line that follows on ``old``; ``None`` if the post is what ``old`` says already.

    A source post made without the share answer, because nobody could be asked, is not counted as a version.
    """
    post.path = path_of(post.filename)
    post.last_seen = post.captures[0].time if post.captures else ""
    post.first_seen = old["first_seen"] if old else post.last_seen
    entry: Entry = index_entry(post)
    changed = old is not None and old["sha256"] != entry["sha256"] and UNREACHABLE not in old["notes"]
    entry["version"] = post.version = 1 if old is None else old["version"] + changed
    if old is not None and all(entry[name] == value for name, value in old.items() if name not in _SEEN):
        return None
    return entry
