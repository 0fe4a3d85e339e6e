"""What one page costs, part by part: processor time of each part alone, on the pages and captures of a crawl."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
import scrapy
import uvloop
from pyreqwest.client import ClientBuilder
from scrapy.crawler import AsyncCrawlerProcess

from benchmarks.contenders import QUICK, TUNED, contenders
from benchmarks.measure import machine, timed
from benchmarks.nginx import Nginx
from crawler.archive.archive import Archive
from crawler.archive.limits import Limits
from crawler.derive.in_memory import derive_in_memory
from crawler.items import Exchange
from crawler.markup.links.links import page_addresses
from crawler.scratch import scratch_folder
from crawler.sites.declared import load
from crawler.warc.record import RawExchange, record_id, request_record, response_record
from tests.replica.build import build
from tests.replica.crawl import scrapy as command

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

_AT_ONCE = 32


def main(rounds: int, posts: int) -> None:
    """Print the table: the least of the rounds, for nothing but this program should be measured."""
    with scratch_folder() as folder:
        folder.chmod(0o755)
        build(folder / "replica", seed=3, size=posts)
        (folder / "nginx").mkdir()
        with Nginx(folder / "replica", folder / "nginx") as server:
            own = {one.name: one for one in contenders()}
            crawls = {}
            for who in (TUNED, QUICK):
                before, kept = server.requests(), [folder / f"kept-{who}-{number}" for number in range(rounds)]
                runs = [timed(own[who].command(server.origins, one)).cpu for one in kept]
                crawls[who] = min(runs) / ((server.requests() - before - 1) / rounds)
            archive = Archive(folder / f"kept-{QUICK}-0" / "finews", "finews", read_only=True)
            rows = [row for row in map(archive.catalog.capture, range(1, archive.catalog.last_id + 1)) if row is not None]
            exchanges = [_exchange(archive, row) for row in rows if row.type == "response"]
            (site, _, *_) = server.origins.values()
            urls = [one.url.replace("https://finews.withounder.com", site) for one in exchanges if "withounder" in one.url]
            start = min(timed(command("crawl", "-h")).cpu for _ in range(rounds)) / len(rows)
            parts = {
                "HTTP client alone, reqwest": _least(rounds, lambda: uvloop.run(_reqwest(urls)), len(urls)),
                "HTTP client alone, aiohttp": _least(rounds, lambda: uvloop.run(_aiohttp(urls)), len(urls)),
                "Scrapy with reqwest, no page read": _scrapy(rounds, urls),
                "both WARC records": _least(rounds, lambda: _records(exchanges), len(exchanges)),
                "written, and into the catalog": _least(rounds, lambda: _stored(folder, exchanges), len(exchanges)),
            }
            pages = [Exchange(one.url, 200, one.body) for one in exchanges if "/NW" in one.url and one.status == 200]
            parts |= {
                "links of a post page": _least(rounds, lambda: _links(pages), len(pages)),
                "its post, without a share answer": _least(rounds, lambda: _posts(pages), len(pages)),
            }
    print(f"{machine()}; {len(exchanges):,} captures, {len(pages):,} of them post pages; microseconds of processor time each")
    for what, seconds in parts.items():
        print(f"{what:40}{1e6 * seconds:8.0f}")
    print(f"{'start of the command, shared by all':40}{1e6 * start:8.0f}")
    for who, seconds in crawls.items():
        print(f"{f'a whole crawl, {who}':40}{1e6 * seconds:8.0f}")


def _least(rounds: int, work: Callable[[], object], number: int) -> float:
    """Seconds of processor time for each of so many pages."""
    found = []
    for _ in range(rounds):
        before = time.process_time()
        work()
        found.append(time.process_time() - before)
    return min(found) / number


def _exchange(archive: Archive, row: Any) -> RawExchange:
    record = archive.captures.payloads.record(row)
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in record.headers]
    request = b"GET / HTTP/1.1\r\nHost: finews.withounder.com\r\nAccept: text/html\r\nUser-Agent: Backfile\r\n\r\n"
    time_ = datetime.fromisoformat(row.time)
    return RawExchange(row.url, time_, request, row.status, headers, record.payload)


async def _each(urls: Iterable[str], get: Callable[[str], Awaitable[object]]) -> None:
    waiting = iter(urls)

    async def worker() -> None:
        for url in waiting:
            await get(url)

    await asyncio.gather(*(worker() for _ in range(_AT_ONCE)))


async def _reqwest(urls: list[str]) -> None:
    client = ClientBuilder().build()

    async def get(url: str) -> object:
        async with client.request("GET", url).build_streamed() as response:
            return await response.bytes()

    await _each(urls, get)


async def _aiohttp(urls: list[str]) -> None:
    async with aiohttp.ClientSession(auto_decompress=False) as session:

        async def get(url: str) -> object:
            async with session.get(url) as response:
                return await response.read()

        await _each(urls, get)


class _Idle(scrapy.Spider):
    """Asks for addresses, and does nothing with what comes."""

    name = "idle"

    async def start(self):
        for url in self.urls:
            yield scrapy.Request(url, dont_filter=True)

    def parse(self, response):
        return


def _scrapy(rounds: int, urls: list[str]) -> float:
    """In processes of their own, for Scrapy runs once in each; without the start, which one address alone shows."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(urls, file)
        file.flush()
        run = [sys.executable, "-m", "benchmarks.page", file.name]
        all_, one = (min(timed([*run, str(number)]).cpu for _ in range(rounds)) for number in (len(urls), 1))
    return (all_ - one) / (len(urls) - 1)


def _records(exchanges: list[RawExchange]) -> None:
    for one in exchanges:
        identifier = record_id()
        RawExchange(one.url, one.time, one.request, one.status, one.headers, one.body)  # with the digest of the body
        response_record(one, identifier)
        request_record(one, identifier)


def _stored(folder: Path, exchanges: list[RawExchange]) -> None:
    with tempfile.TemporaryDirectory(dir=folder) as name:  # noqa: TID251 - in a scratch folder itself
        archive = Archive(Path(name), "finews", limits=Limits(10**9, 1e9))
        archive.recover(str)
        for one in exchanges:
            archive.captures.store(one, now=datetime.now(UTC))
        archive.close()


def _links(pages: list[Exchange]) -> None:
    for page in pages:
        list(page_addresses(page.body, page.url))


def _posts(pages: list[Exchange]) -> None:
    site = load("finews")
    for page in pages:
        derive_in_memory(site, page, [])


if __name__ == "__main__":
    settings = json.loads(contenders()[1].command({"a": "", "b": ""}, Path())[-1])
    process = AsyncCrawlerProcess(settings | {"LOG_LEVEL": "ERROR"})
    process.crawl(_Idle, urls=json.loads(Path(sys.argv[1]).read_text("utf-8"))[: int(sys.argv[2])])
    process.start()
