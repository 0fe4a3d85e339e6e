"""A whole crawl with each download handler, in pairs of alternating order."""

from __future__ import annotations

import json
import statistics

from benchmarks.measure import Run, machine, medians, timed
from benchmarks.nginx import Nginx
from crawler.scratch import scratch_folder
from tests.replica.build import build
from tests.replica.crawl import scrapy, settings_for

_HANDLERS = {
    "reqwest": "crawler.crawl.download.reqwest_handler.ReqwestHandler",
    "aiohttp": "crawler.crawl.download.aiohttp_handler.AiohttpHandler",
}


def main(rounds: int, posts: int) -> None:
    """Print the table."""
    runs: dict[str, list[Run]] = {name: [] for name in _HANDLERS}
    with scratch_folder() as folder:
        build(folder / "replica", seed=3, size=posts)
        (folder / "nginx").mkdir()
        folder.chmod(0o755)
        with Nginx(folder / "replica", folder / "nginx") as server:
            for number in range(rounds + 1):
                for handler in sorted(_HANDLERS, reverse=bool(number % 2)):
                    out = folder / f"{number} {handler}"  # nothing is deleted between crawls, as in crawl.py
                    handlers = json.dumps(dict.fromkeys(("http", "https"), _HANDLERS[handler]))
                    more = {"LOG_LEVEL": "WARNING", "DOWNLOAD_HANDLERS": handlers}
                    runs[handler].append(timed(scrapy("crawl", "finews", settings=settings_for(server.origins, out, **more))))
    measured = {handler: found[1:] for handler, found in runs.items()}
    print(f"{machine()}; {posts} posts, nginx beside it; {rounds} rounds after one to warm up")
    print(f"\n{'':12}{'wall s':>9}{'cpu s':>9}{'peak MB':>9}{'wall, ratio':>13}{'cpu, ratio':>13}")
    for handler, found in measured.items():
        run, pairs = medians(found), list(zip(found, measured["reqwest"], strict=True))
        wall, cpu = (statistics.median(getattr(a, what) / getattr(b, what) for a, b in pairs) for what in ("wall", "cpu"))
        print(f"{handler:12}{run.wall:9.2f}{run.cpu:9.2f}{run.peak:9.0f}{wall:13.2f}{cpu:13.2f}")
