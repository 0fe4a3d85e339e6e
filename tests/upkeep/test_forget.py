"""A post that is taken out is out everywhere, stays out, and everything else is as it was."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.archive.forgotten import exclude, forgotten, lift_exclusions, number_of_entries, readmitted
from crawler.archive.paths import FORGOTTEN
from crawler.warc.reader import parse
from crawler.warc.redact import TooShort, placeholder
from crawler.warc.scan import records
from tests.archives import a_post, index, report, words_of
from tests.batch.conftest import tree
from tests.replica.crawl import crawl, run
from tests.upkeep.forgetting import captured, settings

if TYPE_CHECKING:
    from tests.replica.server import ReplicaServer


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
    again = run("forget", "finews", entry["url"], "--undo", settings=settings(archive_root))
    assert (again.returncode, again.stdout) == (0, f"{entry['id']}: is not forgotten any more; there is nothing to do\n")
    mixed = run("forget", "finews", entry["id"], entry["id"] + "9", "--undo", settings=settings(archive_root))
    assert (mixed.returncode, mixed.stdout) == (2, "")
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
