"""Checks that Jekyll renders a rebuilt post as the site's own page showed it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from crawler.archive.paths import POSTS
from crawler.derive.feeds import entries_of
from crawler.items import Exchange
from crawler.scratch import scratch_folder
from crawler.sites.parsed import differences
from crawler.upkeep.verify.building import build_posts
from crawler.upkeep.verify.difference import difference
from crawler.upkeep.verify.finding import Finding
from crawler.warc.content_encoding import UnreadableCoding
from crawler.warc.reader import DamagedRecord

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crawler.archive.catalog.capture_rows import CaptureRows
    from crawler.archive.payloads import Payloads
    from crawler.markup.feeds.feed_entry import FeedEntry
    from crawler.sites.parsed import JekyllSite, Shown
    from crawler.sites.site import Site

_FOUND = 200
#: Posts that one process of Jekyll builds; its memory grows with them.
_BATCH = 4000
Entry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class CapturedPages:
    """The captured pages of posts, and the feeds that tell of them."""

    rows: CaptureRows
    payloads: Payloads
    #: The entries of the feed that was read last, by the place of its capture.
    _feeds: dict[tuple[str, int], dict[str, FeedEntry]] = field(default_factory=dict)

    def page(self, entry: Entry) -> bytes:
        """The body of the page from which a post was derived.

        :raises DamagedRecord: if its capture is missing or damaged.
        :raises UnreadableCoding: if its body cannot be decoded.
        """
        return self._exchange(entry["captures"][0]).body

    def mention(self, site: Site, entry: Entry) -> FeedEntry | None:
        """What the feed says of a post that was captured with it; ``None`` if none does, or it cannot be read any more."""
        told = next((one for one in entry["captures"][1:] if one["url"] in site.feed_urls), None)
        if told is None:
            return None
        place = (told["file"], told["offset"])
        if place not in self._feeds:
            self._feeds.clear()
            try:
                self._feeds[place] = entries_of(site, self._exchange(told))
            except (DamagedRecord, UnreadableCoding):
                return None
        return self._feeds[place].get(entry["url"])

    def _exchange(self, capture: Entry) -> Exchange:
        row = self.rows.at(capture["file"], capture["offset"])
        if row is None:
            raise DamagedRecord(f"the catalog knows no capture at byte {capture['offset']} of {capture['file']}")
        return self.payloads.exchange_or_fault(row)


def render_findings(
    site: Site, archive: Path, entries: Iterable[Entry], captured: CapturedPages, *, diff: bool = False
) -> Iterator[Finding]:
    """A finding for each post that Jekyll does not render as its captured page shows it.

    Posts of fidelity ``partial`` are left out, since something is missing in them.

    :param diff: whether each finding has the first lines that differ.
    """
    wanted = (entry for entry in entries if entry["fidelity"] != "partial")
    while batch := list(islice(wanted, _BATCH)):
        with scratch_folder() as folder:
            source, built = folder / "source", folder / "site"
            _write(site.jekyll, archive, batch, source)
            faults = build_posts(source, built)
            for entry in batch:
                fault = faults.get(Path(entry["path"]).name)
                if fault is not None:
                    yield Finding(entry["path"], f"Jekyll cannot build it: {fault}", entry["id"])
                else:
                    yield from _compare(site, entry, built, captured, diff=diff)


def _write(about: JekyllSite, archive: Path, entries: list[Entry], source: Path) -> None:
    (source / POSTS).mkdir(parents=True)
    (source / "_layouts").mkdir()
    (source / "_config.yml").write_text(about.config, "utf-8")
    (source / "_layouts" / "post.html").write_text(about.layout, "utf-8")
    about.write_includes(source)
    for entry in entries:
        path = archive / entry["path"]
        if path.is_file():
            shutil.copyfile(path, source / POSTS / path.name)


def _compare(site: Site, entry: Entry, built: Path, captured: CapturedPages, *, diff: bool) -> Iterator[Finding]:
    page = _page(built, unquote(entry["url"].removeprefix(site.home)))
    if page is None:
        yield Finding(entry["path"], f"Jekyll does not publish it at {entry['url']}", entry["id"])
        return
    try:
        shown, made = (Exchange(entry["url"], _FOUND, body) for body in (captured.page(entry), page.read_bytes()))
        seen, rendered = site.shown(shown), site.shown_by_jekyll(made)
        excerpts = site.excerpts_that_differ(shown, made, captured.mention(site, entry))
    except (DamagedRecord, UnreadableCoding, ValueError) as error:
        yield Finding(entry["path"], f"its page cannot be compared: {error}", entry["id"])
        return
    texts = {name: (_text(seen, name), _text(rendered, name)) for name in differences(seen, rendered)}
    texts |= {"excerpt": excerpts} if excerpts else {}
    if texts:
        what = f"Jekyll renders another {' and '.join(texts)} than the captured page"
        lines = [difference(name, *both) for name, both in texts.items() if diff]
        yield Finding(entry["path"], what, entry["id"], diff="\n".join(lines))


def _text(shown: Shown, name: str) -> str:
    value = getattr(shown, name)
    return value if isinstance(value, str) else ", ".join(value)


def _page(built: Path, path: str) -> Path | None:
    """The file that a server would give for a path below the home page, ``None`` if there is none inside ``built``."""
    for name in (path, f"{path}/index.html", f"{path}.html"):
        page = built / name.lstrip("/")
        if page.is_file() and page.resolve().is_relative_to(built.resolve()):
            return page
    return None
