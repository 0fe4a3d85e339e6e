"""Posts on disk: first the file, then the line that speaks of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import orjson

from crawler.archive.archive import Archive
from crawler.archive.files import PostFiles
from crawler.archive.schema import CaptureRow
from crawler.derive.posts import Derived, Entry, derive, settle
from crawler.items import Post, Rejection
from crawler.sites.site import Site


@dataclass(slots=True)
class CaughtUp:
    """The posts that were made, and what went wrong where."""

    new: list[Entry] = field(default_factory=list)
    changed: list[Entry] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)
    rejections: list[Rejection] = field(default_factory=list)


class PostWriter:
    """Writes new and changed posts of one archive; an unchanged one touches nothing on disk."""

    def __init__(self, archive: Archive, site: Site, layout: str) -> None:
        self._archive = archive
        self._site = site
        self._files = PostFiles(archive.folder, layout)

    def settle(self, post: Post) -> tuple[Entry | None, str]:
        """The index line and source that a freshly crawled post leads to; ``None`` if the archive has it just so.

        A post that was met before, or whose page was, is made anew of all its captures, so that the archive says the
        same whichever run wrote it.
        """
        old = self._old(post.id)
        if old is None and len(self._archive.catalog.history([post.url])) <= 1:
            return settle(post, None, self._files.path_of), post.content
        derived = self.derive(post.id, [post.url])
        return (None if derived.entry == old else derived.entry), derived.content

    def derive(self, post_id: str, urls: Sequence[str] = ()) -> Derived:
        """What the archive's captures say of a post, known at these URLs besides those under which it was written."""
        catalog = self._archive.catalog

        def captures_of(wanted: Sequence[str]) -> list[CaptureRow]:
            return catalog.history(wanted)

        pages = catalog.history(sorted({*urls, *catalog.post_urls(post_id)}))
        return derive(self._site, pages, captures_of, self._archive.captures.payloads.exchange, self._files.path_of)

    def write(self, entry: Entry, content: str) -> bool:
        """Write the file, then the line; tells whether the post was there in an earlier version.

        :raises OSError: if the disk does not take it; the next run makes it again from its captures.
        """
        old = self._old(entry["id"])
        self._files.write(entry["path"], content)
        self._archive.index.write(entry)
        if old is not None and old["path"] != entry["path"]:
            self._files.remove(old["path"])
        return old is not None

    def _old(self, post_id: str) -> Entry | None:
        line = self._archive.catalog.post_line(post_id)
        return orjson.loads(line) if line else None

    def catch_up(self) -> CaughtUp:
        """Make the posts whose captures came after :meth:`settled` was said last: those of a run cut short, say.

        :raises OSError: if the disk does not take them.
        """
        settled, result = self._archive.catalog.number("settled"), CaughtUp()
        found: dict[str, list[str]] = {}
        for url in self._archive.catalog.urls_after(settled):
            own = self._site.post_id(url)
            for post_id in self._site.about(url):
                if post_id == own:
                    found.setdefault(post_id, []).append(url)
                elif self._archive.catalog.post_line(post_id):
                    found.setdefault(post_id, [])  # an answer that came later than its page
        for post_id, urls in found.items():
            old = self._old(post_id)
            if settled == 0 and old is not None and urls and self._is_newest(old, urls):
                continue  # a catalog made anew: not every post has to be made again because of it
            try:
                derived = self.derive(post_id, urls)
            except Exception as error:  # noqa: BLE001 - the page is captured, and a defect must not stop the run
                result.failures[urls[-1] if urls else post_id] = f"defect in the crawler: {type(error).__name__}: {error}"
                continue
            if derived.entry is None:
                result.rejections += derived.rejections[-1:]
            elif derived.entry != old or not self._files.has(derived.entry):
                changed = self.write(derived.entry, derived.content)
                (result.changed if changed else result.new).append(derived.entry)
        return result

    def _is_newest(self, entry: Entry, urls: Sequence[str]) -> bool:
        pages = [row for row in self._archive.catalog.history(urls) if row.status == 200]  # noqa: PLR2004
        page = entry["captures"][0] if entry["captures"] else {}
        return not pages or (pages[-1].file, pages[-1].offset) == (page.get("file"), page.get("offset"))

    def settled(self) -> None:
        """Note that every capture so far was made into posts."""
        self._archive.catalog.set_number("settled", self._archive.catalog.last_id)
