"""The heads of responses: captures hold them as they came, redirects are followed as browsers follow them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from crawler.archive.catalog.catalog import Catalog
from crawler.warc.reader import gunzip_member
from tests.archives import a_post, index, report
from tests.replica.build import BUILT
from tests.replica.crawl import crawl, run, settings_for
from tests.replica.server import SITE_HOST, ReplicaServer, Reply
from tests.replica.truth import compare

if TYPE_CHECKING:
    from pathlib import Path

HANDLERS = ("aiohttp_handler.AiohttpHandler", "reqwest_handler.ReqwestHandler")


def path_of(url: str) -> str:
    return "/" + url.split("/", 3)[3]


def record(root: Path, url: str) -> tuple[bytes, bytes]:
    """The newest record of an address: its header, and the HTTP message."""
    row = Catalog(root / "finews" / "catalog.sqlite", read_only=True).latest(url)
    assert row is not None
    data = (root / "finews" / "captures" / row.file).read_bytes()[row.offset :][: row.length]
    header, _, block = gunzip_member(data).partition(b"\r\n\r\n")
    return header, block.removesuffix(b"\r\n\r\n")


def block(root: Path, url: str) -> bytes:
    return record(root, url)[1]


def head(root: Path, url: str) -> list[bytes]:
    return block(root, url).partition(b"\r\n\r\n")[0].split(b"\r\n")


@pytest.mark.parametrize(
    "lines",
    [
        [b"HTTP/1.1 200 All Right Then", b"x-NOTE: caf\xc3\xa9", b"set-cookie: a", b'ETAG: "\xe6\x96\xb0"', b"Set-Cookie: b"],
        [b"HTTP/1.1 200 OK", b"X-Note: caf\xe9", b'eTag: "\xe9"', b'Content-Disposition: inline; filename="\xd0\xc2.html"'],
        [b"HTTP/1.0 200 \xe6\x96\xb0", b"X-Empty: ", b"X-Control: a\x01b", b"X-Long: " + b"a" * 30_000],
        [b"HTTP/1.1 200 OK", *(b"X-%d: a" % number for number in range(300))],
    ],
    ids=["UTF-8", "Latin-1", "HTTP/1.0", "many"],
)
def test_a_capture_holds_the_head_as_it_came(tmp_path: Path, crawled: Path, replica: ReplicaServer, lines: list[bytes]) -> None:
    url = a_post(crawled)["url"]
    body = replica.reply(SITE_HOST, path_of(url)).body
    raw = b"\r\n".join([*lines, b"content-LENGTH: %d" % len(body), b"", body])
    replica.replies[SITE_HOST, path_of(url)] = [Reply(200, raw=raw)]
    done = crawl(replica.origins, tmp_path)
    assert done.returncode == 0, done.stderr
    assert block(tmp_path, url) == raw
    assert compare(BUILT, tmp_path / "finews").good
    again = crawl(replica.origins, tmp_path, "-a", "recheck=1")
    assert again.returncode == 0, again.stderr
    assert "U+FFFD" not in done.stderr + again.stderr


def test_bare_line_feeds_folds_and_chunks_are_read(tmp_path: Path, crawled: Path, replica: ReplicaServer) -> None:
    url = a_post(crawled)["url"]
    body = replica.reply(SITE_HOST, path_of(url)).body
    raw = b"HTTP/1.1 200\nX-Fold: a\n\t\xe9\nTransfer-Encoding: chunked\n\n%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    replica.replies[SITE_HOST, path_of(url)] = [Reply(200, raw=raw)]
    assert crawl(replica.origins, tmp_path).returncode == 0
    status, fold = head(tmp_path, url)
    assert (status, fold.split()) == (b"HTTP/1.1 200 ", [b"X-Fold:", b"a", b"\xe9"])
    assert block(tmp_path, url).endswith(b"\r\n\r\n" + body)


@pytest.mark.parametrize(("place", "quoted"), [("新/页.html", "%E6%96%B0/%E9%A1%B5.html"), ("caf\xe9", "caf%E9")])
@pytest.mark.parametrize("form", ["/{}", "{}", "//finews.withounder.com/{}", "https://finews.withounder.com/{}"])
def test_a_location_that_is_not_ascii_is_followed(
    tmp_path: Path, replica: ReplicaServer, place: str, quoted: str, form: str
) -> None:
    location = form.format(place).encode("latin-1" if place.startswith("caf") else "utf-8")
    raw = b"HTTP/1.1 301 Moved\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n" % location
    replica.replies[SITE_HOST, "/feed.xml"] = [Reply(301, raw=raw)]
    replica.replies[SITE_HOST, f"/{quoted}"] = [Reply(200, b"<p>moved</p>", {"Content-Type": "text/html"})]
    url, settings = f"https://{SITE_HOST}/feed.xml", settings_for(replica.origins, tmp_path)
    shown = run("fetch", url, settings=settings)
    assert (shown.returncode, shown.stdout) == (0, "<p>moved</p>\n"), shown.stderr
    crawl(replica.origins, tmp_path, "-a", "limit=1")
    assert f"led to https://{SITE_HOST}/{quoted}" in report(tmp_path)["failures"][0]["reason"]
    assert b"Location: " + location in head(tmp_path, url)
    offline = run("fetch", url, settings=settings | {"ARCHIVE_ONLY": "1"})
    assert offline.stdout == "<p>moved</p>\n", "the archive leads to the same place"


@pytest.mark.parametrize("handler", HANDLERS)
def test_every_handler_gives_the_posts_back(tmp_path: Path, replica: ReplicaServer, handler: str) -> None:
    handlers = json.dumps(dict.fromkeys(("http", "https"), f"crawler.crawl.download.{handler}"))
    done = crawl(replica.origins, tmp_path, DOWNLOAD_HANDLERS=handlers)
    assert done.returncode == 0, done.stderr
    assert compare(BUILT, tmp_path / "finews").good


def test_an_address_is_sent_as_it_is_written(tmp_path: Path, replica: ReplicaServer) -> None:
    for written in ("/a%2Fb", "/a%3Ab%28c%29", "/?q=%2F%3F", "/%E6%96%B0", "/a'b(c)", "/?q=%2B+%20"):
        replica.replies[SITE_HOST, written] = [Reply(200, b"there", {})]
        shown = run("fetch", f"https://{SITE_HOST}{written}", settings=settings_for(replica.origins, tmp_path))
        assert shown.stdout == "there\n", (written, [entry.path for entry in replica.log])


def test_captures_have_the_address_that_was_asked(crawled: Path) -> None:
    header, _ = record(crawled, index(crawled / "finews")[0]["url"])
    assert b"\r\nWARC-IP-Address: 127.0.0.1\r\n" in header
