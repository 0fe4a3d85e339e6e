"""``scrapy rebuild``: byte for byte what the crawl wrote, whatever the input's order and the number of processes."""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crawler.warc.members import iter_members
from tests.archives import a_post, index
from tests.batch.conftest import DERIVED, tables, tree, without_places
from tests.replica.build import BUILT
from tests.replica.crawl import crawl, run
from tests.replica.server import SITE_HOST, ReplicaServer, Reply
from tests.replica.truth import compare

if TYPE_CHECKING:
    import subprocess

HTML = {"Content-Type": "text/html; charset=utf-8"}


def rebuild(root: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    done = run("rebuild", "finews", *arguments, settings={"ARCHIVE_ROOT": str(root)} | settings)
    assert "Traceback" not in done.stderr
    return done


def places(entries: bytes) -> list[dict[str, object]]:
    """An index without the names of files and the offsets in them."""
    found = [json.loads(line) for line in entries.splitlines()]
    for entry in found:
        for capture in entry["captures"]:
            del capture["file"], capture["offset"]
    return found


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_rebuild_gives_what_the_crawl_gave(crawled: Path, tmp_path: Path, jobs: str) -> None:
    done = rebuild(crawled, "--output", str(tmp_path / "again"), "--jobs", jobs)
    assert done.returncode == 0, done.stdout + done.stderr
    assert tree(tmp_path / "again") == tree(crawled / "finews")
    assert tables(tmp_path / "again") == tables(crawled / "finews")
    assert sorted(path.name for path in (tmp_path / "again").iterdir()) == ["_posts", *sorted(DERIVED)]
    assert compare(BUILT, tmp_path / "again").good
    number = len(index(crawled / "finews"))
    summary = done.stdout.splitlines()
    for title in ("Fidelity", "Body from", "Editions"):
        counts = summary[summary.index(title) + 1 :]
        until = next((place for place, line in enumerate(counts) if not line.strip()[:1].isdigit()), len(counts))
        assert sum(int(line.split()[0].replace(",", "")) for line in counts[:until]) == number
    assert f"{number} posts rebuilt" in summary[-1]
    assert "posts a second" in summary[-1]


def test_two_rebuilds_are_equal_to_the_last_byte_whatever_the_processes(crawled: Path, tmp_path: Path) -> None:
    for jobs in ("1", "3"):
        rebuild(crawled, "--output", str(tmp_path / jobs), "--jobs", jobs)
    for name in DERIVED:
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "3" / name).read_bytes()


def test_in_place_nothing_is_touched_that_stays_the_same(archive_root: Path) -> None:
    archive = archive_root / "finews"
    before, rows = tree(archive), tables(archive)
    times = {path: path.stat().st_mtime_ns for path in archive.glob("_posts/**/*.md")}
    done = rebuild(archive_root)
    assert done.returncode == 0, done.stdout
    assert "0 files written" in done.stdout
    assert tree(archive) == before
    assert tables(archive) == rows
    assert {path: path.stat().st_mtime_ns for path in archive.glob("_posts/**/*.md")} == times


def test_posts_index_and_catalog_that_are_lost_come_back(archive_root: Path) -> None:
    archive = archive_root / "finews"
    before, rows = tree(archive), tables(archive)
    shutil.rmtree(archive / "_posts")
    for name in DERIVED:
        (archive / name).unlink()
    assert rebuild(archive_root).returncode == 0
    assert tree(archive) == before
    assert tables(archive) == rows


def test_a_file_that_was_changed_by_hand_is_made_again_and_no_other(archive_root: Path) -> None:
    archive = archive_root / "finews"
    before = tree(archive)
    path = archive / a_post(archive_root)["path"]
    path.write_bytes(b"defaced")
    shown = rebuild(archive_root, "--diff")
    assert shown.returncode == 1
    assert "-defaced" in shown.stdout
    assert path.read_bytes() == b"defaced"
    done = rebuild(archive_root)
    assert "1 file written" in done.stdout
    assert tree(archive) == before
    assert rebuild(archive_root, "--diff").returncode == 0


def test_lines_of_the_index_that_would_change_are_shown(archive_root: Path) -> None:
    archive, entry = archive_root / "finews", a_post(archive_root)
    own = json.dumps(entry["source"], ensure_ascii=False)
    lines = (archive / "index.jsonl").read_text("utf-8").splitlines(keepends=True)[:-1]
    changed = [line.replace(f'"source":{own}', '"source":"another"') if entry["id"] in line else line for line in lines]
    (archive / "index.jsonl").write_text("".join(changed), "utf-8")
    (archive / "catalog.sqlite").unlink()  # else the index is written again from there
    done = rebuild(archive_root, "--diff")
    assert done.returncode == 1
    assert f'index.jsonl: {entry["id"]}: source "another" -> {own}\n' in done.stdout
    assert "index: 1 new, 1 changed, " in done.stdout
    told = json.loads(rebuild(archive_root, "--diff", "--json").stdout)
    assert (told["exit_code"], [change["path"] for change in told["changes"]]) == (1, ["index.jsonl"])
    assert rebuild(archive_root).returncode == 0
    assert rebuild(archive_root, "--diff").returncode == 0


def test_another_layout_moves_the_files(archive_root: Path) -> None:
    archive = archive_root / "finews"
    before = {Path(name).name: content for name, content in tree(archive).items() if name != "index.jsonl"}
    assert rebuild(archive_root, POSTS_LAYOUT="{year}").returncode == 0
    assert {path.name: path.read_bytes() for path in archive.glob("_posts/2022/*.md")} == before
    assert len(list(archive.glob("_posts/**/*.md"))) == len(before)
    assert {entry["path"].count("/") for entry in index(archive)} == {2}


def members(archive: Path) -> list[bytes]:
    """Every record of an archive as it stands in its file."""
    found = []
    for path in sorted((archive / "captures").glob("*.warc.gz")):
        data = path.read_bytes()
        found += [data[start : start + length] for start, length, _ in iter_members(path, 0, 1 << 26)]
    return found


@pytest.mark.parametrize("order", ["reversed", "dealt"])
def test_the_order_of_the_input_makes_no_difference(crawled: Path, tmp_path: Path, order: str) -> None:
    records = members(crawled / "finews")
    parts = [records[::-1]] if order == "reversed" else [records[number::5] for number in range(5)]
    for number, part in enumerate(parts):
        (tmp_path / f"{'zyxwv'[number]}.warc.gz").write_bytes(b"".join(part))
    done = rebuild(tmp_path, "--from", str(tmp_path), "--output", str(tmp_path / "again"))
    assert done.returncode == 0, done.stdout
    new, old = tree(tmp_path / "again"), tree(crawled / "finews")
    assert places(new.pop("index.jsonl")) == places(old.pop("index.jsonl"))
    assert new == old
    assert without_places(tables(tmp_path / "again")) == without_places(tables(crawled / "finews"))


def edit(root: Path, replica: ReplicaServer, texts: list[str]) -> None:
    """Let a post's title change from crawl to crawl."""
    post = a_post(root)
    path = "/" + post["url"].split("/", 3)[3]
    body = replica.reply(SITE_HOST, path).body
    for text in texts:
        replica.replies[SITE_HOST, path] = [Reply(200, body.replace(post["title"].encode(), text.encode()), HTML)]
        assert crawl(replica.origins, root, "-a", "recheck=1").returncode == 0


def test_posts_that_were_edited_keep_their_versions(archive_root: Path, replica: ReplicaServer) -> None:
    edit(archive_root, replica, ["更正：甲", "更正：甲", "更正：乙"])
    archive = archive_root / "finews"
    assert max(entry["version"] for entry in index(archive)) == 3
    before, rows = tree(archive), tables(archive)
    assert rebuild(archive_root, "--output", str(archive_root / "again")).returncode == 0
    assert tree(archive_root / "again") == before
    assert tables(archive_root / "again") == rows


def test_since_leaves_older_posts_alone(archive_root: Path) -> None:
    archive = archive_root / "finews"
    before = tree(archive)
    for path in archive.glob("_posts/**/*.md"):
        path.write_bytes(b"defaced")
    assert rebuild(archive_root, "--since", "2022-03-02").returncode == 0
    made = {entry["path"] for entry in index(archive) if "/2022/03/01/" not in entry["url"] and "/2021/" not in entry["url"]}
    after = tree(archive)
    assert after.pop("index.jsonl") == before["index.jsonl"]
    assert {path for path, content in after.items() if content != b"defaced"} == made
    assert 0 < len(made) < len(after)
    assert all(after[path] == before[path] for path in made)


def test_a_post_whose_captures_are_gone_stays_and_is_named(archive_root: Path) -> None:
    archive = archive_root / "finews"
    before, gone = tree(archive), a_post(archive_root)
    (file,) = (archive / "captures").glob("*.warc.gz")
    lost = gone["captures"][0]["offset"]
    pieced = [(start, length) for start, length, _ in iter_members(file, 0, 1 << 26)]
    data = file.read_bytes()
    file.chmod(0o644)
    file.write_bytes(b"".join(data[start : start + length] for start, length in pieced if start != lost))
    (archive / "catalog.sqlite").unlink()
    done = rebuild(archive_root)
    assert done.returncode == 1
    assert f"not rebuilt: {gone['url']}: no-capture" in done.stderr
    after = tree(archive)
    assert {entry["id"] for entry in places(after.pop("index.jsonl"))} == {
        entry["id"] for entry in places(before.pop("index.jsonl"))
    }
    assert after == before


def test_damage_is_named_and_costs_nothing_else(crawled: Path, tmp_path: Path) -> None:
    records = members(crawled / "finews")
    torn = records[20][:-30]
    whole = gzip.compress(gzip.decompress(records[30]).replace(b"WARC-Target-URI: h", b"WARC-Target-URI: x"))
    (tmp_path / "a.warc.gz").write_bytes(b"".join([*records[:20], torn, *records[21:30], whole, *records[31:]]))
    (tmp_path / "b.warc.gz").write_bytes(b"no WARC at all")
    (tmp_path / "c.warc.gz").write_bytes(b"")
    done = rebuild(tmp_path, "--from", str(tmp_path), "--output", str(tmp_path / "again"))
    assert done.returncode == 1
    named = [line for line in done.stderr.splitlines() if line.startswith("cannot be read: ")]
    assert [line.split()[3] for line in named] == ["a.warc.gz:", "b.warc.gz:", "c.warc.gz:"]
    made = {entry["id"] for entry in index(tmp_path / "again")}
    assert len({entry["id"] for entry in index(crawled / "finews")} - made) <= 2


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--from", "nowhere.warc.gz", "--diff"), 2, "nowhere.warc.gz is not there"),
        (("--from", "README.md"), 2, "--from needs --output"),
        ((), 2, "there are no captures in"),
        (("--from", "README.md", "--output", "crawler"), 2, "crawler holds something else than an archive"),
        (("--jobs", "0"), 2, "'0' is no whole number"),
        (("--since", "soon"), 2, "--since 'soon' cannot be read"),
        (("--from", "gopher://x/y.warc.gz", "--diff"), 2, "gopher://x/y.warc.gz cannot be read"),
    ],
)
def test_what_cannot_run_says_so_in_one_line(tmp_path: Path, arguments: tuple[str, ...], code: int, said: str) -> None:
    done = rebuild(tmp_path, *arguments)
    assert done.returncode == code
    assert said in done.stdout + done.stderr
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_an_archive_with_captures_of_its_own_is_no_target(crawled: Path, archive_root: Path) -> None:
    done = rebuild(crawled, "--output", str(archive_root / "finews"))
    assert done.returncode == 2
    assert "has captures of its own" in done.stderr


def test_the_same_folder_said_in_other_words(archive_root: Path) -> None:
    (archive_root / "x").mkdir()
    done = rebuild(archive_root, "--output", str(archive_root / "x" / ".." / "finews"))
    assert done.returncode == 0, done.stdout
    assert "0 files written" in done.stdout


def test_no_such_site(tmp_path: Path) -> None:
    done = run("rebuild", "nosuch", settings={"ARCHIVE_ROOT": str(tmp_path)})
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "there is no site 'nosuch'" in done.stderr


def test_a_period_without_posts_is_no_error(archive_root: Path) -> None:
    before = tree(archive_root / "finews")
    for words in (("--since", "2099-01-01"), ("--until", "1999-12"), ("--since", "2099-01-01", "--diff")):
        done = rebuild(archive_root, *words)
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
        assert "0 posts rebuilt" in done.stdout
        assert tree(archive_root / "finews") == before


def test_times_choose_to_the_second(crawled: Path, archive_root: Path) -> None:
    archive = archive_root / "finews"
    entry = a_post(archive_root)
    time = entry["date"][:19]
    for path in {other["path"] for other in index(archive)}:
        (archive / path).unlink()
    done = rebuild(archive_root, "--since", time, "--until", time, "--json")
    told = json.loads(done.stdout)
    same = [other for other in index(crawled / "finews") if other["date"][:19] == time]
    assert (done.returncode, told["exit_code"], told["posts"], told["files_written"]) == (0, 0, len(same), len(same))
    assert {path.name for path in archive.rglob("_posts/**/*.md")} == {Path(other["path"]).name for other in same}


def test_json_tells_what_differs(archive_root: Path) -> None:
    archive = archive_root / "finews"
    entry = a_post(archive_root)
    (archive / entry["path"]).write_text("defaced\n")
    done = rebuild(archive_root, "--diff", "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["exit_code"], done.stderr) == (1, 1, "")
    (change,) = told["changes"]
    assert change["path"] == entry["path"]
    assert "-defaced" in change["diff"]


@pytest.mark.parametrize("path", ["../../mine.md", "captures", "_posts/../../../mine.md"])
def test_no_line_of_an_index_has_anything_removed_but_posts(archive_root: Path, path: str) -> None:
    archive, mine = archive_root / "finews", archive_root.parent / "mine.md"
    mine.write_text("mine", "utf-8")
    if path == "captures":
        path = str(next((archive / "captures").iterdir()).relative_to(archive))
    before = (archive / path).read_bytes()
    lines = (archive / "index.jsonl").read_text("utf-8").splitlines()
    lines[0] = json.dumps(json.loads(lines[0]) | {"path": path})
    (archive / "index.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    (archive / "catalog.sqlite").unlink()  # else the index is written again from there
    done = run("rebuild", "finews", settings={"ARCHIVE_ROOT": str(archive_root)})
    assert done.returncode == 0, done.stderr
    assert "1 invalid lines" in done.stderr
    assert (archive / path).read_bytes() == before
