"""Who crawls the replica: the command of each, and what it keeps."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.nginx import SITE
from tests.replica.crawl import FAST, scrapy, settings_for

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    Command = Callable[[Mapping[str, str], Path], list[str]]

STOCK, TUNED, OURS, QUICK = "bare Scrapy, stock", "bare Scrapy, tuned", "Backfile, no delay", "Backfile, PROFILE=fast"
WGET = "wget --mirror --warc-file"
#: 8: some pages are not there; 4: a link to the home page is one of https, where nobody listens.
WGET_GOOD = (0, 4, 8)
#: The only settings of a stock Scrapy that differ from its defaults: those on concurrency.
OPEN = {name: value for name, value in FAST.items() if name.startswith("CONCURRENT")}
_REQWEST = "scrapy_download_handlers_incubator.PyreqwestDownloadHandler"
_TUNED = OPEN | {
    "TWISTED_REACTOR_ENABLED": False,
    "ASYNCIO_EVENT_LOOP": "uvloop.Loop",
    "CONCURRENT_ITEMS": 2,
    "DOWNLOAD_HANDLERS": {"http": _REQWEST, "https": _REQWEST},
}


@dataclass(frozen=True, slots=True)
class Contender:
    """One who crawls. ``command`` is given the origins that are served, and a folder for whatever is kept."""

    name: str
    keeps: str
    command: Command
    #: The exit codes of a crawl that went well.
    good: tuple[int, ...] = (0,)
    #: How it is installed; empty if it is there.
    missing: str = ""


def contenders() -> list[Contender]:
    """All of them; the first is the one that others are compared with."""
    return [
        Contender(STOCK, "nothing", lambda origins, _: _bare(origins, OPEN)),
        Contender(TUNED, "nothing", lambda origins, _: _bare(origins, _TUNED)),
        Contender(
            WGET,
            "WARC; no share answers, no posts",
            wget,
            good=WGET_GOOD,
            missing="" if shutil.which("wget") else "apt-get install wget",
        ),
        Contender(OURS, "WARC, posts, index", _ours),
        Contender(QUICK, "WARC, posts, index", _quick),
    ]


def _bare(origins: Mapping[str, str], settings: Mapping[str, object]) -> list[str]:
    site, share = list(origins.values())[:2]
    return [sys.executable, "-m", "benchmarks.bare", site, share, json.dumps(settings)]


def wget(origins: Mapping[str, str], folder: Path) -> list[str]:
    """The mirror of wget with WARC, by the name of the site: by another one, it would not follow absolute links."""
    folder.mkdir()
    proxy = f"http_proxy={next(iter(origins.values()))}/"
    options = ["--mirror", "--no-verbose", "--execute=robots=off", "--execute=use_proxy=yes", f"--execute={proxy}"]
    kept = [f"--warc-file={folder}/mirror", f"--directory-prefix={folder}", f"--output-file={folder}/log"]
    return ["wget", *options, *kept, SITE.replace("https:", "http:") + "/"]


def _ours(origins: Mapping[str, str], folder: Path) -> list[str]:
    return scrapy("crawl", "finews", settings=settings_for(dict(origins), folder, LOG_LEVEL="WARNING"))


def _quick(origins: Mapping[str, str], folder: Path) -> list[str]:
    settings = {"PROFILE": "fast", "ORIGINS": json.dumps(dict(origins)), "ARCHIVE_ROOT": str(folder), "LOG_LEVEL": "WARNING"}
    return scrapy("crawl", "finews", settings=settings)
