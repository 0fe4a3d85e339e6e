"""Pictures of posts: captured on demand, from hosts that were named, within limits; and replayed."""

from __future__ import annotations

import urllib.request
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.pipelines.images import image_urls
from tests.archives import index, report
from tests.batch.conftest import tree
from tests.pywb import served
from tests.replica.build import BUILT
from tests.replica.crawl import crawl, run
from tests.replica.server import ReplicaServer, Reply

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOST = "img.example.com"
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8


class Pictures(ReplicaServer):
    """The replica, and a host of pictures."""

    def reply(self, host: str, path: str) -> Reply:
        if host == HOST and (host, path) not in self.replies and path != "/robots.txt":
            return Reply(200, PICTURE, {"Content-Type": "image/png"})
        return super().reply(host, path)


@pytest.fixture
def pictures() -> Iterator[Pictures]:
    with Pictures(BUILT, more=(HOST,)) as server:
        yield server


def asked(server: ReplicaServer) -> list[str]:
    return [entry.path for entry in server.log if entry.host == HOST and entry.path != "/robots.txt"]


def test_pictures_are_captured_once_and_replayed(pictures: Pictures, tmp_path: Path) -> None:
    done = crawl(pictures.origins, tmp_path, IMAGE_HOSTS=HOST)
    assert done.returncode == 0, done.stderr
    archive = tmp_path / "finews"
    urls = {url for entry in index(archive) for url in image_urls((archive / entry["path"]).read_text("utf-8"), entry["url"])}
    assert len(asked(pictures)) == len(set(asked(pictures))) == len(urls) >= 3
    assert report(tmp_path)["warnings"] == []
    with served(tmp_path / "pywb", (archive / "captures").iterdir()) as address:
        for url in sorted(urls):
            with urllib.request.urlopen(f"{address}/2id_/{url}", timeout=300) as answer:
                assert answer.read() == PICTURE
    for command in ("verify", "rebuild", "verify"):
        ended = run(command, "finews", settings={"ARCHIVE_ROOT": str(tmp_path)})
        assert ended.returncode == 0, ended.stdout
    pictures.log.clear()
    assert crawl(pictures.origins, tmp_path, "-a", "recheck=1", IMAGE_HOSTS=HOST).returncode == 0
    assert asked(pictures) == []


def test_without_being_asked_nothing_is_fetched_and_posts_are_the_same(
    pictures: Pictures, crawled: Path, tmp_path: Path
) -> None:
    assert crawl(pictures.origins, tmp_path).returncode == 0
    assert asked(pictures) == []
    posts = {name: data for name, data in tree(crawled / "finews").items() if name != "index.jsonl"}
    assert {name: data for name, data in tree(tmp_path / "finews").items() if name != "index.jsonl"} == posts
    assert crawl(pictures.origins, tmp_path, "-a", "recheck=1", IMAGE_HOSTS="other.example.com").returncode == 0
    assert asked(pictures) == []
    assert any("img.example.com" in line for line in report(tmp_path)["warnings"])


def test_what_cannot_be_had_is_a_line_and_no_loss(pictures: Pictures, tmp_path: Path) -> None:
    (first, *_) = sorted(
        url
        for path in (BUILT / "posts").glob("*.md")
        for url in image_urls(path.read_text("utf-8"), "https://finews.withounder.com/")
        if url.endswith("h=2")
    )
    pictures.replies[HOST, "/" + first.split("/", 3)[3]] = [Reply(404, b"", {})]
    pictures.replies[HOST, "/c.jpg"] = [Reply(200, Random(1).randbytes(20_000), {"Content-Type": "image/jpeg"})]
    done = crawl(pictures.origins, tmp_path, IMAGE_HOSTS=HOST, IMAGE_MAXSIZE="10000")
    assert done.returncode == 0, done.stderr
    (line,) = report(tmp_path)["warnings"]
    assert line.startswith("2 pictures could not be had")
    assert "Traceback" not in done.stderr
    assert b"/c.jpg" not in b"".join(path.read_bytes() for path in (tmp_path / "finews" / "captures").iterdir())


@given(st.text(max_size=100), st.text(max_size=20))
def test_whatever_stands_there_only_addresses_of_the_web_come(text: str, url: str) -> None:
    for found in image_urls(f'{text}<img src="{url}">', "https://example.org/a"):
        assert found.startswith(("http://", "https://"))
