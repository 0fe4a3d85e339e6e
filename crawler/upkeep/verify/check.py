"""Every check of an archive, one after the other."""

from __future__ import annotations

from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.archive.paths import CAPTURES, CATALOG
from crawler.archive.payloads import Payloads
from crawler.counted import counted
from crawler.upkeep.verify import captures, posts
from crawler.upkeep.verify.finding import Finding
from crawler.upkeep.verify.learned import site_findings
from crawler.upkeep.verify.render import CapturedPages, render_findings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.archive.catalog import Catalog
    from crawler.batch.run import Progress, Workers
    from crawler.sites.site import Site
    from crawler.upkeep.verify.snapshot import Snapshot


@dataclass(slots=True)
class Checked:
    """How much was checked."""

    files: int = 0
    bytes: int = 0
    posts: int = 0
    rendered: int = 0


@dataclass(frozen=True, slots=True)
class Verification:
    """One verification of a whole archive, or of a random sample: so many posts and their captures, if ``number`` is not 0.

    ``render``: with Jekyll. ``diff``: with the first lines that differ.
    """

    site: Site
    snapshot: Snapshot
    workers: Workers
    progress: Progress
    number: int = 0
    render: bool = False
    diff: bool = False

    def run(self, checked: Checked) -> Iterator[Finding]:
        """Yield every finding, and count in ``checked``."""
        snapshot = self.snapshot
        yield from snapshot.findings
        with snapshot.catalog() as catalog:
            if not self.number:
                yield from captures.findings(catalog, self._files(checked), self.site.canonical, snapshot.was_replaced)
            yield from self._posts(checked, catalog)
            if catalog is not None:
                yield from self._by_site(checked, catalog)
            if self.render and catalog is not None:
                yield from self._render(checked, catalog)

    def _files(self, checked: Checked) -> dict[str, Path]:
        sizes, folder = self.snapshot.sizes, self.snapshot.archive / CAPTURES
        notes = {name: self.snapshot.folder / f"{number:05}.sqlite" for number, name in enumerate(sizes)}
        tasks = ((str(folder / name), size, str(notes[name])) for name, size in sizes.items())
        total = sum(sizes.values())
        for size in self.workers.run(captures.check_file, tasks):
            checked.files += 1
            checked.bytes += size
            self.progress("bytes of captures", checked.bytes, total)
        return notes

    def _lines(self) -> Iterator[bytes]:
        return iter(posts.sample(self.snapshot.lines(), self.number)) if self.number else self.snapshot.lines()

    def _posts(self, checked: Checked, catalog: Catalog | None) -> Iterator[Finding]:
        paths: set[str] = set()
        total = self.number or sum(1 for _ in self.snapshot.lines())
        for entry in posts.entries(self._lines()):
            if isinstance(entry, Finding):
                yield entry
                continue
            checked.posts += 1
            self.progress("posts", checked.posts, total)
            paths.add(entry["path"])
            yield from posts.file_findings(self.snapshot, entry)
            if catalog is not None:
                yield from posts.reference_findings(catalog, entry)
            if self.number:
                yield from posts.record_findings(self.snapshot.archive, entry)
        if not self.number:
            yield from posts.strays(self.snapshot, paths)
            known = checked.posts if catalog is None else catalog.number_of_posts()
            if known != checked.posts:
                yield Finding(CATALOG, f"has {counted(known, 'post')}, and the index has {checked.posts}")

    def _render(self, checked: Checked, catalog: Catalog) -> Iterator[Finding]:
        entries = (entry for entry in posts.entries(self._lines()) if not isinstance(entry, Finding))

        def count() -> Iterator[posts.Entry]:
            for entry in entries:
                if entry["captures"]:
                    checked.rendered += entry["fidelity"] != "partial"
                    yield entry

        with self._captured(catalog) as captured:
            yield from render_findings(self.site, self.snapshot.archive, count(), captured, diff=self.diff)

    def _by_site(self, checked: Checked, catalog: Catalog) -> Iterator[Finding]:
        entries = (entry for entry in posts.entries(self._lines()) if not isinstance(entry, Finding))
        with self._captured(catalog) as captured:
            yield from site_findings(self.site, entries, checked.posts, captured)

    @contextmanager
    def _captured(self, catalog: Catalog) -> Iterator[CapturedPages]:
        payloads = Payloads(lambda name: self.snapshot.archive / CAPTURES / Path(name).name, catalog.capture)
        with closing(payloads):
            yield CapturedPages(catalog, payloads)
