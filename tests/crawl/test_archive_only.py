"""``-s ARCHIVE_ONLY=1``: a crawl of the archive itself; what is missing is listed, and nobody is asked."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from crawler.sites.finews import facts
from crawler.warc.members import iter_members
from crawler.warc.reader import parse
from tests.archives import index, report
from tests.batch.conftest import tree
from tests.batch.rebuilding import members
from tests.replica.crawl import crawl, run
from tests.replica.server import SITE_HOST, ReplicaServer, Reply
from tests.upkeep.test_import import take

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path


def look(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run("crawl", "finews", *arguments, settings={"ARCHIVE_ROOT": str(root), "ARCHIVE_ONLY": "1"})


def snapshot(root: Path) -> dict[str, bytes]:
    captures = (root / "finews" / "captures").iterdir()
    return tree(root / "finews") | {path.name: path.read_bytes() for path in captures}


def test_an_archive_that_has_everything_lacks_nothing(archive_root: Path) -> None:
    before = snapshot(archive_root)
    done = look(archive_root)
    assert done.returncode == 0, done.stderr
    assert report(archive_root)["requests"]["total"] == 0
    assert snapshot(archive_root) == before
    assert look(archive_root, "-a", "recheck=1").returncode == 0
    assert snapshot(archive_root) == before


def test_posts_are_made_of_captures_alone(archive_root: Path) -> None:
    right = tree(archive_root / "finews")
    shutil.rmtree(archive_root / "finews" / "_posts")
    for name in ("index.jsonl", "catalog.sqlite"):
        (archive_root / "finews" / name).unlink()
    done = look(archive_root)
    assert done.returncode == 0, done.stderr
    assert tree(archive_root / "finews") == right


def test_what_is_missing_is_listed(crawled: Path, tmp_path: Path) -> None:
    """Two posts whose pages, and two whose answers were never captured."""
    gone = [entry["url"] for entry in index(crawled / "finews") if entry["body_from"] == "share"][:2]
    mute = [entry for entry in index(crawled / "finews") if entry["body_from"] == "share"][2:4]
    lost = {*gone, *(capture["url"] for entry in mute for capture in entry["captures"][1:])}
    lost |= {url for entry in mute for url in facts.answer_urls(facts.share_id(entry["id"]), None)}
    kept = []
    (file,) = (crawled / "finews" / "captures").iterdir()
    for (_, _, content), member in zip(iter_members(file, 0, 1 << 26), members(crawled / "finews"), strict=True):
        record = parse(content) if isinstance(content, bytes) else None
        if record is None or record.url not in lost:
            kept.append(member)
    (tmp_path / "x.warc.gz").write_bytes(b"".join(kept))
    take(tmp_path / "root", tmp_path / "x.warc.gz")
    done = look(tmp_path / "root", "-a", "recheck=1")
    assert done.returncode == 1
    failures = {failure["url"]: failure["reason"] for failure in report(tmp_path / "root")["failures"]}
    assert set(gone) <= set(failures)
    assert {failures[url] for url in gone} == {"not in the archive"}
    unanswered = [url for url, reason in failures.items() if "nor a companion of another host" in reason]
    assert len(unanswered) == len(mute)
    assert len(failures) == len(gone) + len(mute)


def test_home_pages_of_many_days_all_count(archive_root: Path, replica: ReplicaServer) -> None:
    """A post that only an older home page names, and that the site no longer had, is known to be missing."""
    home = replica.reply(SITE_HOST, "/")
    missing = "/xinwanbao/2022/02/20/NW202202202292084000.html"
    other = home.body.replace(b"</ul>", f'<li><a href="{missing}">T</a></li></ul>'.encode(), 1)
    assert other != home.body
    replica.replies[SITE_HOST, "/"] = [Reply(200, other, home.headers), home]
    replica.replies[SITE_HOST, missing] = [Reply(404, b"gone", {})]
    for _ in range(2):
        crawl(replica.origins, archive_root, "-a", "sweep=0")
    (archive_root / "finews" / "catalog.sqlite").unlink()
    look(archive_root)
    assert f"https://{SITE_HOST}{missing}" in report(archive_root)["dead_links"]


def test_nothing_to_look_at(tmp_path: Path) -> None:
    done = look(tmp_path)
    assert done.returncode == 1
    assert f"failed: 2 addresses, one is https://{SITE_HOST}/: not in the archive" in done.stderr
    assert "Traceback" not in done.stderr
