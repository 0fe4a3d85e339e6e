"""Makes the posts whose captures came since the last time, as after a crash or an import."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from crawler.archive.captures import DERIVED
from crawler.archive.entry import lacks_text
from crawler.archive.files import UnfitName
from crawler.archive.workers.workers import leave_out
from crawler.derive.stumbled import unfit
from crawler.derive.visits import likeliest_companion
from crawler.items import UNREACHABLE, Rejection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from crawler.archive.archive import Archive
    from crawler.derive.posts import Derived, Entry
    from crawler.derive.writer import PostWriter
    from crawler.sites.site import Site

    #: Derives posts, given by their IDs with the addresses of their pages.
    Many = Callable[[Mapping[str, list[str]]], Iterator[tuple[tuple[str, list[str]], Derived | Exception]]]


@dataclass(slots=True)
class CatchUpResult:
    """What :meth:`CatchUp.run` did: the index lines that it wrote, and why pages gave no post."""

    new: list[Entry] = field(default_factory=list)
    changed: list[Entry] = field(default_factory=list)
    #: The number of posts that workers had made.
    taken_over: int = 0
    #: The addresses of posts whose companions the run that was cut short had no time for.
    incomplete: list[str] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)
    rejections: list[Rejection] = field(default_factory=list)


class CatchUp:
    """Derives and writes what an archive has captures of, and not yet posts."""

    def __init__(self, archive: Archive, site: Site, writer: PostWriter) -> None:
        self._archive = archive
        self._site = site
        self._writer = writer

    def run(self, many: Many | None = None) -> CatchUpResult:
        """Derive and write the posts that have captures since :meth:`mark_all_derived` was last called, as after a crash.

        Unconfirmed posts of the index are derived again, because their captures may not have reached the disk.

        :param many: derives posts elsewhere, several at a time; those that it leaves out are derived here.
        :raises OSError: if the disk does not take them.
        """
        result, index = CatchUpResult(), self._archive.index
        unconfirmed, catalog_is_new = set(index.unconfirmed), self._archive.catalog.number(DERIVED) == 0
        planned = self._planned(unconfirmed, catalog_is_new=catalog_is_new)
        self._take_over({post_id: urls for post_id, urls in planned.items() if post_id not in unconfirmed}, planned, result)
        for (post_id, urls), derived in self._derived(planned, many):
            old = self._writer.known(post_id)
            if isinstance(derived, Exception):
                result.failures[urls[-1] if urls else post_id] = f"defect in the crawler: {type(derived).__name__}: {derived}"
                continue
            if self._schedule_recheck(derived, urls) and urls and not self._has_asked(derived):
                result.incomplete.append(urls[-1])
            result.rejections += [derived.rejected] if derived.rejected is not None else []
            if derived.entry is None:
                if post_id in unconfirmed:
                    index.forget(post_id)
            elif derived.entry != old or post_id in unconfirmed or not self._archive.files.has(derived.entry):
                self._take_out_older_ids(derived.entry)
                try:
                    self._writer.write(derived.entry, derived.content, old)
                except UnfitName as error:
                    result.rejections.append(unfit(derived.entry["url"], error))
                    continue
                (result.new if old is None else result.changed).append(derived.entry)
        index.unconfirmed.clear()
        return result

    def _take_over(self, wanted: Mapping[str, list[str]], planned: dict[str, list[str]], result: CatchUpResult) -> None:
        """Write the ``wanted`` posts that workers made, as a run writes those that it makes; they are planned no more."""
        for worker in self._archive.made_by_workers:
            for entry, content in worker.that_hold(wanted, self._archive.catalog):
                try:
                    outcome = self._writer.update(entry, content)
                except UnfitName:
                    continue  # it is made anew, and then reported
                if outcome != "unchanged":
                    (result.new if outcome == "new" else result.changed).append(entry)
                self._writer.note_visit(
                    entry["url"], datetime.fromisoformat(entry["date"]), incomplete=UNREACHABLE in entry["notes"]
                )
                del planned[entry["id"]]
                result.taken_over += 1
        leave_out(self._archive.folder, self._archive.made_by_workers)

    def _take_out_older_ids(self, entry: Entry) -> None:
        """Take out what the archive has of a post under another ID, which it had before its site was learned anew."""
        for other in self._archive.catalog.ids_at(entry["url"]):
            older = self._writer.known(other) if other != entry["id"] else None
            if older is not None:
                self._archive.index.forget(other)
                if older["path"] != entry["path"]:
                    self._archive.files.remove(older["path"])

    def _planned(self, unconfirmed: set[str], *, catalog_is_new: bool) -> dict[str, list[str]]:
        """The posts to derive; a new catalog is no reason to derive every post again, but for those without their text."""
        planned = {}
        for post_id, urls in self._to_derive().items():
            old = self._writer.known(post_id) if catalog_is_new and post_id not in unconfirmed and urls else None
            if old is None or lacks_text(old) or not self._is_newest(old, urls):
                planned[post_id] = urls
        return planned

    def _derived(
        self, planned: dict[str, list[str]], many: Many | None
    ) -> Iterator[tuple[tuple[str, list[str]], Derived | Exception]]:
        """What each post's captures give; an exception is a defect, which must not stop the run, for the page is captured."""
        if many is not None and not self._archive.index.unconfirmed:
            self._archive.catalog.commit()
            for one, derived in many(planned):
                del planned[one[0]]
                yield one, derived
        for one in planned.items():
            try:
                yield one, self._writer.derive(*one)
            except Exception as error:  # noqa: BLE001
                yield one, error

    def _to_derive(self) -> dict[str, list[str]]:
        """The posts to derive, with the addresses of their pages that were captured since."""
        catalog = self._archive.catalog
        found: dict[str, list[str]] = {post_id: [] for post_id in self._archive.index.unconfirmed}
        for url in catalog.urls_after(catalog.number(DERIVED)):
            own = self._site.post_id(url)
            for post_id in self._site.about(url):
                if post_id in self._archive.forgotten:
                    continue
                if post_id == own:
                    found.setdefault(post_id, []).append(url)
                elif catalog.post_line(post_id):
                    found.setdefault(post_id, [])  # a companion that came later than its page
            for post in self._writer.posts_of_feed(url):
                found.setdefault(self._site.post_id(post) or "", [])
        return found

    def _schedule_recheck(self, derived: Derived, urls: Sequence[str]) -> bool:
        """Schedule the recheck of a post; return whether it lacks its companion's text."""
        entry = derived.entry
        incomplete = False
        if entry is not None and entry["status"] == "live":
            # The run may have been cut short between two hosts, of which the second has the companion's text.
            incomplete = UNREACHABLE in entry["notes"] or (lacks_text(entry) and not self._has_asked(derived))
            self._writer.note_visit(entry["url"], datetime.fromisoformat(entry["date"]), incomplete=incomplete)
        for url in urls if entry is not None and entry["status"] == "gone" else ():
            self._writer.rechecks.done(url)
        return incomplete

    def _has_asked(self, derived: Derived) -> bool:
        """Whether companions of a post's newest page were requested after it: up to one with a text, or all of them."""
        catalog = self._archive.catalog
        capture = derived.post.captures[0] if derived.post is not None and derived.post.captures else None
        row = catalog.at(capture.file, capture.offset) if capture else None
        read = self._archive.captures.payloads.exchange
        page = read(row) if row else None
        parsed = self._writer.parse_page(page) if page else None
        if row is None or parsed is None or isinstance(parsed, Rejection):
            return True
        companions = self._site.companions(parsed)
        later = [one for one in catalog.history(companions) if one.time > row.time]
        found = likeliest_companion(later, companions, read, self._site.has_text)
        has_text = found is not None and self._site.has_text(found) is True
        return has_text or {one.url for one in later}.issuperset(companions)

    def _is_newest(self, entry: Entry, urls: Sequence[str]) -> bool:
        pages = [row for row in self._archive.catalog.history(urls) if row.status == 200]  # noqa: PLR2004
        page = entry["captures"][0] if entry["captures"] else {}
        return not pages or (pages[-1].file, pages[-1].offset) == (page.get("file"), page.get("offset"))

    def mark_all_derived(self) -> None:
        """Note that the posts of all captures so far are derived."""
        self._archive.catalog.set_number(DERIVED, self._archive.catalog.last_id)
