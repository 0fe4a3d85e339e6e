"""What is worse never replaces what is better: share hosts that redirect, captures that are damaged, texts that come late."""

from __future__ import annotations

import os
import socket
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from crawler.sites.finews.facts import answer_urls
from tests.archives import a_post, index, report
from tests.replica.build import BUILT
from tests.replica.crawl import crawl, run
from tests.replica.server import SHARE_HOSTS, SITE_HOST, ReplicaServer, Reply
from tests.replica.truth import compare

if TYPE_CHECKING:
    from collections.abc import Iterator
    from http.server import ThreadingHTTPServer
    from pathlib import Path

HTML = {"Content-Type": "text/html; charset=utf-8"}


class Redirecting(ReplicaServer):
    """Share answers redirect: ``to`` says where, once they ``moved``."""

    def __init__(self, to: str) -> None:
        secure = tuple(f"secure.{host}" for host in SHARE_HOSTS)
        super().__init__(BUILT, more=secure)
        self.to = to
        self.moved = True

    @property
    def origins(self) -> dict[str, str]:
        found = super().origins
        for host in SHARE_HOSTS:
            found[f"https://{host}"] = found.pop(f"http://secure.{host}")
        return found

    def reply(self, host: str, path: str) -> Reply:
        if self.moved and host in SHARE_HOSTS and path.startswith("/NewsData/"):
            return Reply(301, b"", {"Location": self.to.format(host=host, path=path, query=path.partition("?")[2])})
        if path.startswith("/moved/"):
            path = path.replace("/moved/", "/NewsData/").removesuffix("&von=%C3%BC")
        return super().reply(host.removeprefix("secure."), path)


TARGETS = {
    "https": "https://{host}{path}",
    "another path": "/moved/GetNewsText.do?{query}",
    "https and another path": "https://{host}/moved/GetNewsText.do?{query}",
    "a further parameter": "https://{host}/moved/GetNewsText.do?{query}&von=%C3%BC",
}


def path_of(url: str) -> str:
    return "/" + url.split("/", 3)[3]


def files(root: Path) -> dict[str, bytes]:
    return {entry["id"]: (root / "finews" / entry["path"]).read_bytes() for entry in index(root / "finews")}


def scrapy(root: Path, *arguments: str) -> Any:
    return run(*arguments, settings={"ARCHIVE_ROOT": str(root)})


@pytest.mark.parametrize("to", TARGETS.values(), ids=TARGETS)
def test_an_answer_after_a_redirect_is_an_answer_to_what_was_asked(tmp_path: Path, to: str) -> None:
    with Redirecting(to) as server:
        done = crawl(server.origins, tmp_path)
        assert done.returncode == 0, done.stderr
        assert compare(BUILT, tmp_path / "finews").good
        made = Counter(entry["body_from"] for entry in index(tmp_path / "finews"))
        assert made["share"] > made["page"]
        assert scrapy(tmp_path, "rebuild", "finews", "--diff").returncode == 0
        done = crawl(server.origins, tmp_path, "-a", "recheck=1")
        assert (done.returncode, report(tmp_path)["posts"]["changed"]) == (0, 0)


@pytest.mark.parametrize("to", [*TARGETS.values(), f"https://{SITE_HOST}/", "/moved/GetNewsText.do?id=another"])
def test_share_hosts_that_begin_to_redirect_change_no_post(tmp_path: Path, to: str) -> None:
    with Redirecting(to) as server:
        server.moved = False
        crawl(server.origins, tmp_path)
        before, lines = files(tmp_path), {entry["id"]: entry["sha256"] for entry in index(tmp_path / "finews")}
        server.moved = True
        crawl(server.origins, tmp_path, "-a", "recheck=1")
        assert files(tmp_path) == before
        assert {entry["id"]: entry["sha256"] for entry in index(tmp_path / "finews")} == lines
        assert {entry["version"] for entry in index(tmp_path / "finews")} == {1}
        assert scrapy(tmp_path, "verify", "finews").returncode == 0
        assert scrapy(tmp_path, "rebuild", "finews", "--diff").returncode == 0


@pytest.mark.parametrize("status", [304, 404, 503])
def test_a_text_that_comes_late_is_a_version_of_its_own(
    tmp_path: Path, replica: ReplicaServer, crawled: Path, status: int
) -> None:
    """Whatever has become of the page meanwhile."""
    entry = a_post(crawled)
    share_id = entry["share_url"].partition("infoCode=")[2]
    down = {(url.split("/")[2], path_of(url)): [Reply(503)] for url in answer_urls(share_id, None)}
    replica.replies.update(down)
    crawl(replica.origins, tmp_path, RETRY_TIMES="0")
    (early,) = [one for one in index(tmp_path / "finews") if one["id"] == entry["id"]]
    for place in down:
        del replica.replies[place]
    if status != 304:
        replica.replies[SITE_HOST, path_of(entry["url"])] = [Reply(status)]
    crawl(replica.origins, tmp_path, RETRY_TIMES="0")
    (late,) = [one for one in index(tmp_path / "finews") if one["id"] == entry["id"]]
    assert [(one["body_from"], one["version"]) for one in (early, late)] == [("page", 1), ("share", 2)]
    assert scrapy(tmp_path, "rebuild", "finews", "--diff").returncode == 0


# Damaged captures


def damage(root: Path, capture: dict[str, Any]) -> None:
    """Turn a byte in the middle of a record."""
    path = root / "finews" / "captures" / capture["file"]
    path.chmod(0o644)
    with path.open("r+b") as file:
        file.seek(capture["offset"] + 300)
        byte = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte[0] ^ 0xFF]))


@pytest.fixture
def damaged(archive_root: Path) -> Iterator[tuple[Path, list[dict[str, Any]]]]:
    """An archive of which some captures that posts were made of cannot be read; ends with those restored, and all well."""
    entries = [entry for entry in index(archive_root / "finews") if entry["body_from"] == "share"]
    chosen = entries[2::7]
    before = files(archive_root)
    for number, entry in enumerate(chosen):
        damage(archive_root, entry["captures"][1 - number % 3 // 2])  # of two posts the share answer, of the third the page
    yield archive_root, chosen
    assert files(archive_root) == before
    for number, entry in enumerate(chosen):
        damage(archive_root, entry["captures"][1 - number % 3 // 2])  # the same bits again
    for command in (("rebuild", "finews"), ("verify", "finews"), ("rebuild", "finews", "--diff")):
        done = scrapy(archive_root, *command)
        assert done.returncode == 0, done.stdout + done.stderr
    assert files(archive_root) == before


def test_a_rebuild_keeps_posts_whose_captures_are_damaged(damaged: tuple[Path, list[dict[str, Any]]]) -> None:
    root, chosen = damaged
    before = (root / "finews" / "index.jsonl").read_bytes()
    for command in ("--diff", ""):
        done = scrapy(root, "rebuild", "finews", *filter(None, [command]))
        assert done.returncode == 1
        for entry in chosen:
            assert f"not rebuilt: {entry['url']}: " in done.stderr
        assert " 0 changed, " in done.stdout
        assert "0 files " in done.stdout
        assert (root / "finews" / "index.jsonl").read_bytes() == before


def test_repair_keeps_posts_whose_captures_are_damaged(damaged: tuple[Path, list[dict[str, Any]]]) -> None:
    root, chosen = damaged
    before = (root / "finews" / "index.jsonl").read_bytes()
    for _ in range(2):
        done = scrapy(root, "verify", "finews", "--repair")
        assert done.returncode == 1
        assert len([line for line in done.stdout.splitlines() if line.startswith("captures/")]) >= len(chosen)
        assert (root / "finews" / "index.jsonl").read_bytes() == before


def refuses(server: ThreadingHTTPServer) -> None:
    """Have a server take no connection any more; nobody else is given its port."""
    server.shutdown()
    server.server_close()
    with socket.socket() as kept:
        kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        kept.bind(server.server_address)  # type: ignore[arg-type]
        server.socket = kept.dup()


def test_runs_keep_posts_whose_captures_are_damaged(damaged: tuple[Path, list[dict[str, Any]]], replica: ReplicaServer) -> None:
    root, chosen = damaged
    lines = {entry["id"]: (entry["sha256"], entry["version"]) for entry in index(root / "finews")}
    for host in SHARE_HOSTS:
        refuses(replica.servers[host])
    done = crawl(replica.origins, root, "-a", "recheck=1", RETRY_TIMES="0")
    assert done.returncode == 1
    named = {found["url"] for found in report(root)["rejections"] if found["code"] == "less-evidence"}
    assert named
    assert named <= {entry["url"] for entry in chosen}
    assert {entry["id"]: (entry["sha256"], entry["version"]) for entry in index(root / "finews")} == lines
    gone = next(entry for entry in chosen if entry["url"] in named)
    replica.replies[SITE_HOST, path_of(gone["url"])] = [Reply(404)]
    crawl(replica.origins, root, "-a", "recheck=1", RETRY_TIMES="0")
    (now,) = [entry for entry in index(root / "finews") if entry["id"] == gone["id"]]
    assert (now["status"], now["sha256"], now["captures"]) == ("gone", gone["sha256"], gone["captures"])
