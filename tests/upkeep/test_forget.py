"""A post that is taken out is out everywhere, stays out, and everything else is as it was."""

from __future__ import annotations

import gzip
import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import zlib
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.archive.forgotten import exclude, forgotten, lift_exclusions, number_of_entries, readmitted
from crawler.archive.paths import FORGOTTEN
from crawler.sites.finews import facts
from crawler.warc.members import iter_members
from crawler.warc.reader import MAX_RECORD, parse
from crawler.warc.redact import TooShort, placeholder
from crawler.warc.scan import records
from tests.archives import a_post, index, report, words_of
from tests.batch.conftest import tree
from tests.replica.crawl import crawl, run

if TYPE_CHECKING:
    from tests.replica.server import ReplicaServer


def settings(root: Path) -> dict[str, str]:
    return {"ARCHIVE_ROOT": str(root)}


def captured(archive: Path) -> bytes:
    """All that the captures hold, every coding undone."""
    found = []
    for path in sorted((archive / "captures").glob("*.warc.gz")):
        for _, _, content in iter_members(path, 0, MAX_RECORD):
            assert not isinstance(content, str)
            record = parse(content)
            body = record.payload if record is not None else b""
            found += [content, gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body]
    return b"\n".join(found)


def about(entry: dict, url: str) -> bool:
    return entry["id"] in facts.about(url)


def test_a_post_is_out_everywhere_and_stays_out(archive_root: Path, replica: ReplicaServer, tmp_path: Path) -> None:
    archive = archive_root / "finews"
    entry = a_post(archive_root)
    others = [one for one in index(archive) if one["id"] != entry["id"]]
    before, words = tree(archive), words_of(archive, entry)
    backup = tmp_path / "backup"
    shutil.copytree(archive / "captures", backup)
    token = json.loads(run("changes", "finews", settings=settings(archive_root)).stdout.splitlines()[-1])["token"]

    done = run(
        "forget", "finews", entry["id"], "--reason", "asked for by its author", "--listings", settings=settings(archive_root)
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert not (archive / entry["path"]).exists()
    assert index(archive) == others
    assert [word for word in words if word in captured(archive)] == []
    assert {name: data for name, data in tree(archive).items() if name != "index.jsonl"} == {
        name: data for name, data in before.items() if name not in (entry["path"], "index.jsonl")
    }
    assert forgotten(archive) == {entry["id"]}
    assert "asked for by its author" in (archive / FORGOTTEN).read_text("utf-8")
    told = run("changes", "finews", "--since", token, settings=settings(archive_root)).stdout.splitlines()
    assert [(line["change"], line.get("id")) for line in map(json.loads, told)] == [("forgotten", entry["id"]), ("end", None)]
    verified = run("verify", "finews", settings=settings(archive_root))
    assert verified.returncode == 0, verified.stdout
    files = sorted(str(path) for path in (archive / "captures").glob("*"))
    checked = subprocess.run([sys.executable, "-m", "warcio.cli", "check", *files], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout) == (0, "")

    assert crawl(replica.origins, archive_root, "-a", "sweep=1", "-a", "recheck=1").returncode == 0
    assert [asked.path for asked in replica.log if entry["id"] in asked.path] == []
    assert report(archive_root)["posts"]["new"] == 0
    imported = run("import", str(backup), settings=settings(archive_root))
    assert imported.returncode == 0, imported.stdout
    assert run("rebuild", "finews", settings=settings(archive_root)).returncode == 0
    assert [one["id"] for one in index(archive)] == [one["id"] for one in others]
    assert run("verify", "finews", settings=settings(archive_root)).returncode == 0
    assert [asked.path for asked in replica.log if entry["id"] in asked.path] == []


def test_listings_stay_unless_they_are_meant_and_are_counted(archive_root: Path) -> None:
    entry = a_post(archive_root)
    words = words_of(archive_root / "finews", entry)
    done = run("forget", "finews", entry["id"], "--reason", "x", settings=settings(archive_root))
    assert done.returncode == 0, done.stdout
    assert "captured listings still name it" in done.stdout
    assert words[1] not in captured(archive_root / "finews"), "its text is out of the feed, too"
    again = run("forget", "finews", entry["id"], "--reason", "x", settings=settings(archive_root))
    assert again.stdout.splitlines()[1:] == done.stdout.splitlines()[1:], "as long as they name it"
    assert run("verify", "finews", settings=settings(archive_root)).returncode == 0


@pytest.mark.parametrize("more", [(), ("--listings",)])
def test_what_confirmed_a_listing_that_goes_goes_too(archive_root: Path, replica: ReplicaServer, more: tuple[str, ...]) -> None:
    """A 304 names the listing and no post; without the answer that it confirms, it says nothing."""
    archive, feed = archive_root / "finews", (replica.site / "feed.xml").read_text("utf-8")
    entry = next(one for one in index(archive) if one["id"] in feed)
    assert crawl(replica.origins, archive_root).returncode == 0
    before = confirmed(archive)
    done = run("forget", "finews", entry["id"], "--reason", "x", *more, settings=settings(archive_root))
    assert done.returncode == 0, done.stderr
    gone = set(before) - set(confirmed(archive))
    assert {url.rpartition("/")[2] for url in gone if "id=" not in url} == ({"feed.xml", ""} if more else {"feed.xml"})
    verified = run("verify", "finews", settings=settings(archive_root))
    assert verified.returncode == 0, verified.stdout


def confirmed(archive: Path) -> list[str]:
    """The addresses of all revisits in the captures."""
    found = (one.record for path in (archive / "captures").glob("*.gz") for one in records(path))
    return [record.url for record in found if record is not None and record.type == "revisit"]


def test_what_was_cut_short_is_gone_on_with_by_the_next_run(archive_root: Path, replica: ReplicaServer) -> None:
    archive, entry = archive_root / "finews", a_post(archive_root)
    words = words_of(archive, entry)
    line = {"id": entry["id"], "time": "2022-03-04T00:00:00.000000Z", "reason": "promised, and killed then"}
    (archive / FORGOTTEN).write_text(json.dumps(line) + "\n", "utf-8")
    done = crawl(replica.origins, archive_root)
    assert done.returncode == 0, done.stderr
    assert f"{entry['id']} was still to be forgotten" in report(archive_root)["mended"]
    assert entry["id"] not in {one["id"] for one in index(archive)}
    assert words[1] not in captured(archive)
    assert run("verify", "finews", settings=settings(archive_root)).returncode == 0
    assert crawl(replica.origins, archive_root).returncode == 0
    assert report(archive_root)["mended"] == []


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


def forms(entry: dict) -> list[str]:
    """How a person who complains may name a post."""
    page, share = entry["url"], entry["share_url"]
    bare = page.removeprefix("https://")
    return [
        entry["id"],
        f" {entry['id']} ",
        entry["path"],
        Path(entry["path"]).name,
        page,
        f"{page}#comments",
        f"{page}?from=timeline",
        f"http://{bare}",
        f"HTTPS://{bare}",
        bare,
        f"//{bare}",
        f"www.{bare}",
        f"https://www.{bare}",
        "/" + bare.partition("/")[2],
        f"http://finews.zning.me/{bare.partition('/')[2]}",
        share,
        share.removeprefix("http://"),
        share.replace("http://", "https://"),
        facts.answer_urls(entry["id"], None)[-1],
    ]


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


def test_what_was_forgotten_is_let_in_again_and_comes_back_with_the_site(replica: ReplicaServer, archive_root: Path) -> None:
    archive, entry = archive_root / "finews", a_post(archive_root)
    other = next(one for one in index(archive) if one["id"] != entry["id"])
    for one in (entry, other):
        assert run("forget", "finews", one["id"], "--reason", "a mistake", settings=settings(archive_root)).returncode == 0
    listed = run("forget", "finews", "--list", "--json", settings=settings(archive_root)).stdout
    assert {(one["id"], one["reason"]) for one in json.loads(listed)["forgotten"]} == {
        (entry["id"], "a mistake"),
        (other["id"], "a mistake"),
    }
    unknown = run("forget", "finews", entry["url"], entry["id"] + "9", "--undo", settings=settings(archive_root))
    assert unknown.returncode == 2
    assert f"{entry['id']}9 is not forgotten; the nearest that is: {entry['id']}" in unknown.stderr
    assert forgotten(archive) == {entry["id"], other["id"]}
    undone = run("forget", "finews", entry["url"], "--undo", settings=settings(archive_root))
    assert undone.returncode == 0, undone.stderr
    assert undone.stdout.endswith("what was taken out cannot be brought back\n")
    for words in ((entry["url"], other["id"]), (entry["id"],)):
        again = run("forget", "finews", *words, "--undo", settings=settings(archive_root))
        assert (again.returncode, again.stdout) == (2, "")
        assert f"{words[0]} is not forgotten any more; nothing was done" in again.stderr
        assert forgotten(archive) == {other["id"]}
    assert crawl(replica.origins, archive_root, "-a", "sweep=1").returncode == 0
    ids = {one["id"] for one in index(archive)}
    assert entry["id"] in ids
    assert other["id"] not in ids
    assert report(archive_root)["mended"] == []
    assert run("verify", "finews", settings=settings(archive_root)).returncode == 0


def test_what_was_cut_short_before_it_was_let_in_again_is_taken_out_first(archive_root: Path, replica: ReplicaServer) -> None:
    archive, entry = archive_root / "finews", a_post(archive_root)
    words = words_of(archive, entry)
    line = {"id": entry["id"], "time": "2022-03-04T00:00:00.000000Z", "reason": "promised, and killed then"}
    (archive / FORGOTTEN).write_text(json.dumps(line) + "\n", "utf-8")
    assert run("forget", "finews", entry["id"], "--undo", settings=settings(archive_root)).returncode == 0
    assert entry["id"] not in {one["id"] for one in index(archive)}
    assert words[1] not in captured(archive)
    # Promised again, and killed again: the count of lines, not of IDs, says that there is something to do.
    with (archive / FORGOTTEN).open("a") as file:
        file.write(json.dumps({**line, "id": next(one["id"] for one in index(archive))}) + "\n")
    assert crawl(replica.origins, archive_root).returncode == 0
    assert len(report(archive_root)["mended"]) == 1


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans())), st.integers(0, 200))
def test_the_newest_line_of_a_post_counts_wherever_the_file_was_cut(steps: list[tuple[str, bool]], cut: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder)
        now = datetime(2022, 3, 5, tzinfo=UTC)
        wanted: set[str] = set()
        for post_id, undone in steps:
            if undone:
                lift_exclusions(archive, [post_id], "x", now)
                wanted.discard(post_id)
            else:
                exclude(archive, post_id, "x", now)
                wanted.add(post_id)
        assert forgotten(archive) == wanted
        assert number_of_entries(archive) == len(steps)
        assert readmitted(archive) == {post_id for post_id, _ in steps if (post_id, True) in steps} - wanted
        if steps:
            path = archive / FORGOTTEN
            path.write_bytes(path.read_bytes()[: -1 - cut % 20])
            assert number_of_entries(archive) == len(steps) - 1
            exclude(archive, "z", "x", now)
            assert number_of_entries(archive) == len(steps)
            assert "z" in forgotten(archive)


@given(st.integers(230, 100_000))
def test_a_blank_has_just_the_length(length: int) -> None:
    made = placeholder(length, datetime(2022, 3, 1, tzinfo=UTC))
    assert len(made) == length
    content = zlib.decompress(made, 31)
    assert content.startswith(b"WARC/1.1\r\nWARC-Type: metadata\r\n")
    assert parse(content) is None
    with pytest.raises(TooShort):
        placeholder(100, datetime(2022, 3, 1, tzinfo=UTC))
