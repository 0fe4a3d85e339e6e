"""How a post that is to be forgotten is named, what cannot be done, and what a dry run tells."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from crawler.archive.paths import FORGOTTEN
from tests.archives import a_post, index
from tests.batch.conftest import tree
from tests.replica.crawl import crawl, run
from tests.upkeep.forgetting import forms, settings

if TYPE_CHECKING:
    from pathlib import Path

    from tests.replica.server import ReplicaServer


BAD = [
    ([], "name one site"),
    (["nosite", "NW1", "--reason", "x"], "no site"),
    (["finews", "--reason", "x"], "name the posts to forget"),
    (["finews", "POST"], "--reason is missing"),
    (["finews", "POST", "--reason", " "], "--reason is missing"),
    (["finews", "POST", "NW1", "--reason", "x"], "there is no post NW1 in this archive; the nearest: "),
    (["finews", "POSTX", "--reason", "x"], "the nearest: POST"),
    (["finews", "PAGE/../2022/03/01/NW9.html", "--reason", "x"], "there is no post NW9 in this archive; the nearest: "),
    (["finews", "https://example.org/a", "--reason", "x"], "https://example.org/a is no address of finews"),
    (["finews", "https://finews.withounder.com/", "--reason", "x"], "is no post's: the archive has it as a listing"),
    (
        ["finews", "https://finews.withounder.com/category/none.html", "--reason", "x"],
        "was not captured; the nearest that was: ",
    ),
    (["finews", "https://[x/", "--reason", "x"], "https://[x/ is no address"),
    (["finews", "POST", "--undo"], "POST is not forgotten; nothing is; nothing was done, scrapy forget finews --list shows"),
    (["finews", "POST", "--list"], "--list shows all"),
    (["finews", "POST", "--json", "--reason", "x"], "--json goes with --list"),
]


@pytest.mark.parametrize(("arguments", "said"), BAD, ids=lambda value: " ".join(value) if isinstance(value, list) else "")
def test_what_cannot_be_done_is_said_and_nothing_is_done(archive_root: Path, arguments: list[str], said: str) -> None:
    archive, entry = archive_root / "finews", a_post(archive_root)
    before = tree(archive)

    def filled(text: str) -> str:
        return text.replace("POST", entry["id"]).replace("PAGE", entry["url"].rpartition("/")[0])

    done = run("forget", *map(filled, arguments), settings=settings(archive_root))
    assert (done.returncode, done.stdout) == (2, "")
    assert filled(said) in done.stderr
    assert "Traceback" not in done.stderr
    assert not (archive / FORGOTTEN).exists()
    assert tree(archive) == before


def test_a_post_is_named_in_whatever_form_a_person_has(archive_root: Path) -> None:
    archive, entry = archive_root / "finews", a_post(archive_root)
    before = {path: path.read_bytes() for path in archive.rglob("*") if path.is_file() and "sqlite-" not in path.name}
    for form in forms(entry):
        done = run("forget", "finews", form, "--dry-run", settings=settings(archive_root))
        assert done.returncode == 0, (form, done.stderr)
        assert done.stdout.startswith(f"{entry['id']}: would be forgotten; nothing is written now\n"), form
        assert f"  title: {entry['title']}\n" in done.stdout
    after = {path: path.read_bytes() for path in archive.rglob("*") if path.is_file() and "sqlite-" not in path.name}
    assert after == before


def test_a_post_is_named_by_the_article_that_it_links_to(archive_root: Path) -> None:
    rolling = next(one for one in index(archive_root / "finews") if one["share_url"] and "finance." in one["share_url"])
    for form in (rolling["share_url"], rolling["share_url"].replace("http://", "https://") + "#x"):
        told = run("forget", "finews", form, "--dry-run", settings=settings(archive_root))
        assert told.stdout.startswith(f"{rolling['id']}: would be forgotten"), told.stderr


def test_a_dry_run_tells_what_goes_and_what_stays(archive_root: Path) -> None:
    archive, entry = archive_root / "finews", a_post(archive_root)
    assert run("export", "finews", "--format", "csv", settings=settings(archive_root)).returncode == 0
    told = run("forget", "finews", entry["url"], "--dry-run", settings=settings(archive_root)).stdout
    assert f"  file: {archive / entry['path']}\n" in told
    assert f"    of {entry['url']}\n" in told
    assert "captured listings name it, and would stay without --listings:\n    https://finews.withounder.com/" in told
    assert f"{archive_root / 'finews.csv'}: would lose what it holds of them\n" in told
    number = sum(int(line.split()[0]) for line in told.splitlines() if " records of captures/" in line)
    done = run("forget", "finews", entry["url"], "--reason", "x", settings=settings(archive_root))
    assert done.returncode == 0, done.stderr
    assert f"{entry['id']}: forgotten; {number} records taken out of the captures\n" in done.stdout
    assert not (archive / entry["path"]).exists()
    assert entry["id"] not in (archive_root / "finews.csv").read_text("utf-8")


def test_a_post_that_is_still_to_come_is_blocked_on_purpose_alone(
    replica: ReplicaServer, archive_root: Path, tmp_path: Path
) -> None:
    assert crawl(replica.origins, tmp_path, "-a", "limit=1").returncode == 0
    with closing(sqlite3.connect(tmp_path / "finews" / "catalog.sqlite")) as db:
        asked = "\n".join(url for (url,) in db.execute("SELECT url FROM captures"))
    entry = next(one for one in index(archive_root / "finews") if one["id"] not in asked)
    blocked = run("forget", "finews", entry["url"], "--unknown-too", "--reason", "court order", settings=settings(tmp_path))
    assert blocked.returncode == 0, blocked.stderr
    assert blocked.stdout == f"{entry['id']}: blocked; the archive had nothing of it\n"
    assert crawl(replica.origins, tmp_path).returncode == 0
    ids = {one["id"] for one in index(tmp_path / "finews")}
    assert len(ids) > 1
    assert entry["id"] not in ids
    listed = run("forget", "finews", "--list", settings=settings(tmp_path)).stdout
    assert listed.endswith(f"  {entry['id']}  court order (before it was captured)\n")
