"""The fixed point: what Jekyll makes of a rebuilt post is what the site's own page showed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from crawler.archive.paths import POSTS
from crawler.errors import CannotRun
from crawler.items import Exchange
from crawler.sites.parsed import differences
from crawler.upkeep.verify.finding import Finding
from crawler.warc.content_encoding import UnreadableCoding
from crawler.warc.reader import DamagedRecord

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crawler.archive.capture_rows import CaptureRows
    from crawler.archive.payloads import Payloads
    from crawler.sites.parsed import JekyllSite
    from crawler.sites.site import Site

_FOUND = 200
#: Posts that one run of Jekyll builds; its memory grows with them.
_BATCH = 4000
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
Entry = dict[str, Any]


class JekyllMissing(CannotRun):
    """One line: what to install."""


def jekyll() -> str:
    """Where the ``jekyll`` command is.

    :raises JekyllMissing: if there is none.
    """
    path = shutil.which("jekyll")
    if path is None:
        raise JekyllMissing("--render needs Jekyll; on Debian: apt-get install jekyll")
    return path


@dataclass(frozen=True, slots=True)
class Captured:
    """Where the captured pages are found."""

    rows: CaptureRows
    payloads: Payloads

    def page(self, entry: Entry) -> bytes:
        """The page that a post was made of.

        :raises DamagedRecord: if it is not there.
        :raises UnreadableCoding: if its body cannot be decoded.
        """
        capture = entry["captures"][0]
        row = self.rows.at(capture["file"], capture["offset"])
        if row is None:
            raise DamagedRecord(f"the catalog knows no capture at byte {capture['offset']} of {capture['file']}")
        return self.payloads.exchange_or_fault(row).body


def render_findings(site: Site, archive: Path, entries: Iterable[Entry], captured: Captured) -> Iterator[Finding]:
    """Each post whose rebuilt source does not render what its captured page shows.

    A post of fidelity ``partial`` promises no such thing, and is passed over.
    """
    wanted = (entry for entry in entries if entry["fidelity"] != "partial")
    while batch := list(islice(wanted, _BATCH)):
        yield from _batch(site, archive, batch, captured)


def _batch(site: Site, archive: Path, entries: list[Entry], captured: Captured) -> Iterator[Finding]:
    with tempfile.TemporaryDirectory(prefix="backfile-") as folder:
        source, built = Path(folder) / "source", Path(folder) / "site"
        _write(site.jekyll, archive, entries, source)
        said = _build(source, built)
        if not said:
            for entry in entries:
                yield from _compare(site, entry, built, captured)
            return
    if len(entries) == 1:
        yield Finding(entries[0]["path"], f"Jekyll cannot build it: {said}", entries[0]["id"])
        return
    # One post that Jekyll stumbles over stops a whole build: look for it in each half.
    middle = len(entries) // 2
    yield from _batch(site, archive, entries[:middle], captured)
    yield from _batch(site, archive, entries[middle:], captured)


def _write(about: JekyllSite, archive: Path, entries: list[Entry], source: Path) -> None:
    (source / POSTS).mkdir(parents=True)
    (source / "_layouts").mkdir()
    (source / "_config.yml").write_text(about.config, "utf-8")
    (source / "_layouts" / "post.html").write_text(about.layout, "utf-8")
    for entry in entries:
        path = archive / entry["path"]
        if path.is_file():
            shutil.copyfile(path, source / POSTS / path.name)


def _build(source: Path, built: Path) -> str:
    """Have Jekyll build the site; empty if it did, else what it said."""
    command = [jekyll(), "build", "--quiet", "--disable-disk-cache", "--source", str(source), "--destination", str(built)]
    environment = {**os.environ, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False, env=environment)  # noqa: S603 - no word of it comes from a stranger
    if done.returncode == 0:
        return ""
    said = _COLOUR.sub("", done.stdout + done.stderr).replace(str(source), "")
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    telling = [line for line in lines if "Exception" in line or "Error" in line or "error" in line]
    return (telling or lines or [f"exit code {done.returncode}"])[0]


def _compare(site: Site, entry: Entry, built: Path, captured: Captured) -> Iterator[Finding]:
    page = built / unquote(urlsplit(entry["url"]).path).lstrip("/")
    if not page.is_file() or not page.resolve().is_relative_to(built.resolve()):
        yield Finding(entry["path"], f"Jekyll does not publish it at {entry['url']}", entry["id"])
        return
    try:
        seen = site.shown(Exchange(entry["url"], _FOUND, captured.page(entry)))
        rendered = site.shown_by_jekyll(Exchange(entry["url"], _FOUND, page.read_bytes()))
    except (DamagedRecord, UnreadableCoding, ValueError) as error:
        yield Finding(entry["path"], f"its page cannot be compared: {error}", entry["id"])
        return
    different = differences(seen, rendered)
    if different:
        yield Finding(entry["path"], f"Jekyll renders another {' and '.join(different)} than the captured page", entry["id"])
