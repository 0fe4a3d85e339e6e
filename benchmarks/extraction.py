"""Takes pages apart, alone: ``python extraction.py WHO FOLDER`` in an environment that has WHO; prints what it took as JSON.

This file imports nothing of the project unless it measures the project, for others have environments of their own.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

#: pandoc is a process for each page.
_FEW = 50


def _trafilatura():
    import trafilatura

    return lambda text, url: trafilatura.extract(text, url=url, output_format="markdown", with_metadata=True)


def _news_please():
    from newsplease import NewsPlease

    return lambda text, url: NewsPlease.from_html(text, url).maintext


def _backfile():
    from crawler.derive.in_memory import derive_in_memory
    from crawler.items import Exchange
    from crawler.sites.declared import load

    site = load("finews")
    return lambda text, url: derive_in_memory(site, Exchange(url, 200, text.encode()), []).content


def _pandoc():
    def convert(text, url):
        command = ["pandoc", "--from=html", "--to=gfm", "--wrap=preserve"]
        return subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout

    subprocess.run(["pandoc", "--version"], capture_output=True, check=True)
    return convert


WHO = {"trafilatura": _trafilatura, "news-please": _news_please, "Backfile": _backfile, "pandoc": _pandoc}


def main(who: str, folder: Path) -> None:
    """Take each page of the folder apart. Imports, and the first page, are not counted."""
    site = "https://finews.withounder.com"
    pages = [(path.read_text("utf-8"), f"{site}/{path.relative_to(folder)}") for path in sorted(folder.rglob("NW*.html"))]
    extract = WHO[who]()
    pages = pages[: _FEW if who == "pandoc" else None]
    extract(*pages[0])
    start, before = time.perf_counter(), _cpu()
    found = sum(1 for text, url in pages if extract(text, url))
    wall, cpu = time.perf_counter() - start, _cpu() - before
    peak = max(resource.getrusage(one).ru_maxrss for one in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
    print(json.dumps({"count": len(pages), "found": found, "wall": wall, "cpu": cpu, "peak": peak}))


def _cpu() -> float:
    used = [resource.getrusage(one) for one in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
