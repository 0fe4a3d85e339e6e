"""Checks that Jekyll renders a rebuilt post as the site's own page showed it."""

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
from urllib.parse import unquote

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
    """Raised if Jekyll is missing; its message is one line, which says how to install it."""


def jekyll() -> str:
    """The path of the ``jekyll`` command.

    :raises JekyllMissing: if it is not installed.
    """
    path = shutil.which("jekyll")
    if path is None:
        raise JekyllMissing("--render needs Jekyll; on Debian: apt-get install jekyll")
    return path


@dataclass(frozen=True, slots=True)
class CapturedPages:
    """The captured pages of posts."""

    rows: CaptureRows
    payloads: Payloads

    def page(self, entry: Entry) -> bytes:
        """The body of the page from which a post was derived.

        :raises DamagedRecord: if its capture is missing or damaged.
        :raises UnreadableCoding: if its body cannot be decoded.
        """
        capture = entry["captures"][0]
        row = self.rows.at(capture["file"], capture["offset"])
        if row is None:
            raise DamagedRecord(f"the catalog knows no capture at byte {capture['offset']} of {capture['file']}")
        return self.payloads.exchange_or_fault(row).body


def render_findings(site: Site, archive: Path, entries: Iterable[Entry], captured: CapturedPages) -> Iterator[Finding]:
    """A finding for each post that Jekyll does not render as its captured page shows it.

    Posts of fidelity ``partial`` are left out, since something is missing in them.
    """
    wanted = (entry for entry in entries if entry["fidelity"] != "partial")
    while batch := list(islice(wanted, _BATCH)):
        yield from _batch(site, archive, batch, captured)


def _batch(site: Site, archive: Path, entries: list[Entry], captured: CapturedPages) -> Iterator[Finding]:
    with tempfile.TemporaryDirectory(prefix="backfile-") as folder:
        source, built = Path(folder) / "source", Path(folder) / "site"
        _write(site.jekyll, archive, entries, source)
        output = _build(source, built)
        if not output:
            for entry in entries:
                yield from _compare(site, entry, built, captured)
            return
    if len(entries) == 1:
        yield Finding(entries[0]["path"], f"Jekyll cannot build it: {output}", entries[0]["id"])
        return
    # One post that Jekyll cannot build stops the whole build, so each half is tried by itself.
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
    """Have Jekyll build the site; return an empty text, or the error that Jekyll printed."""
    command = [jekyll(), "build", "--quiet", "--disable-disk-cache", "--source", str(source), "--destination", str(built)]
    environment = {**os.environ, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False, env=environment)  # noqa: S603 - all its words are our own
    if done.returncode == 0:
        return ""
    output = _COLOUR.sub("", done.stdout + done.stderr).replace(str(source), "")
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if "Exception" in line or "Error" in line or "error" in line]
    return (errors or lines or [f"exit code {done.returncode}"])[0]


def _compare(site: Site, entry: Entry, built: Path, captured: CapturedPages) -> Iterator[Finding]:
    page = _page(built, unquote(entry["url"].removeprefix(site.home)))
    if page is None:
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


def _page(built: Path, path: str) -> Path | None:
    """The file that a server would give for a path below the home page, ``None`` if there is none inside ``built``."""
    for name in (path, f"{path}/index.html", f"{path}.html"):
        page = built / name.lstrip("/")
        if page.is_file() and page.resolve().is_relative_to(built.resolve()):
            return page
    return None
