from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import clock
from crawler.archive.catalog.catalog import Catalog
from crawler.archive.catalog.post_rows import KnownPost
from crawler.archive.index import Index
from crawler.archive.lines import index_lines, json_line, start_of

if TYPE_CHECKING:
    from pathlib import Path


def entry(post_id: str, version: int = 1) -> dict[str, object]:
    return {
        "id": post_id,
        "site": "s",
        "url": f"https://s/{post_id}",
        "share_url": None,
        "path": f"_posts/2022-03-01-{post_id}.md",
        "sha256": "0" * 64,
        "bytes": 1,
        "title": f"T{post_id}",
        "date": "2022-03-01T08:00:00+08:00",
        "categories": ["a", "b"],
        "tags": [],
        "source": None,
        "edition": "e",
        "body_from": "page",
        "fidelity": "exact",
        "assumed": [],
        "notes": [],
        "version": version,
        "first_seen": f"2022-03-01T00:00:{ord(post_id) % 60:02}.000000Z",
        "last_seen": "2022-03-09T00:00:00.000000Z",
        "status": "live",
        "captures": [],
    }


def opened(tmp_path: Path, killed: Index | None = None) -> tuple[Index, list[str]]:
    """The index as a new run finds it; ``killed`` is the run before, ended as kill -9 ends it."""
    if killed is not None:
        killed._catalog._db.close()
    index = Index(tmp_path / "index.jsonl", Catalog(tmp_path / "catalog.sqlite"))
    return index, index.recover()


def lines(tmp_path: Path) -> list[tuple[str, int]]:
    text = (tmp_path / "index.jsonl").read_text("utf-8")
    return [(line["id"], line["version"]) for line in map(json.loads, text.splitlines())]


def test_new_posts_are_appended_in_their_order_when_the_run_ends(tmp_path: Path) -> None:
    index, _ = opened(tmp_path)
    index.write(entry("2"))
    index.write(entry("1"))
    assert not (tmp_path / "index.jsonl").exists()
    index.close()
    assert lines(tmp_path) == [("1", 1), ("2", 1)]
    inode = (tmp_path / "index.jsonl").stat().st_ino
    index.write(entry("4"))
    index.write(entry("3"))
    index.close()
    assert lines(tmp_path) == [("1", 1), ("2", 1), ("3", 1), ("4", 1)]
    assert (tmp_path / "index.jsonl").stat().st_ino == inode, "appended, not replaced"


def test_a_post_first_seen_before_others_goes_to_its_place(tmp_path: Path) -> None:
    index, _ = opened(tmp_path)
    for post_id in ("1", "3"):
        index.write(entry(post_id))
    index.close()
    index.write(entry("2"))
    index.close()
    assert lines(tmp_path) == [("1", 1), ("2", 1), ("3", 1)]


def test_no_id_stands_twice_at_any_moment(tmp_path: Path) -> None:
    index, _ = opened(tmp_path)
    for step in (entry("1"), entry("2")):
        index.write(step)
    index.close()
    index.write(entry("1", 2))
    assert lines(tmp_path) == [("1", 1), ("2", 1)]
    index.close()
    assert lines(tmp_path) == [("1", 2), ("2", 1)]
    assert not (tmp_path / "index.changes.jsonl").exists()


def test_no_id_stands_twice_when_an_earlier_capture_is_found_in_the_same_run(tmp_path: Path) -> None:
    index, _ = opened(tmp_path)
    index.write(entry("7"))
    index.write(entry("7", 2) | {"first_seen": "2022-03-01T00:00:01.000000Z"})
    index.write(entry("8"))
    index.close()
    assert lines(tmp_path) == [("7", 2), ("8", 1)]


def test_lines_of_a_killed_run_are_merged_by_the_next(tmp_path: Path) -> None:
    index, _ = opened(tmp_path)
    index.write(entry("1"))
    index.write(entry("1", 2))
    index.write(entry("1", 3))
    again, mended = opened(tmp_path, index)
    assert mended
    assert again.unconfirmed == ["1"]
    assert json.loads(again._catalog.post_line("1"))["version"] == 3
    again.close()
    assert not (tmp_path / "index.jsonl").exists()
    third, _ = opened(tmp_path, again)
    assert third.unconfirmed == ["1"], "until somebody has made it anew"
    third.unconfirmed.clear()
    third.close()
    assert lines(tmp_path) == [("1", 3)]


def test_a_run_killed_between_appending_and_the_journal_s_end(tmp_path: Path) -> None:
    index, _ = opened(tmp_path)
    index.write(entry("1"))
    journal = (tmp_path / "index.changes.jsonl").read_bytes()
    index.close()
    (tmp_path / "index.changes.jsonl").write_bytes(journal)
    again, _ = opened(tmp_path, index)
    again.unconfirmed.clear()
    again.close()
    assert lines(tmp_path) == [("1", 1)]


@pytest.mark.parametrize("name", ["index.jsonl", "index.changes.jsonl"])
def test_a_torn_line_is_cut_off(tmp_path: Path, name: str) -> None:
    index, _ = opened(tmp_path)
    index.write(entry("1"))
    index.close()
    with (tmp_path / name).open("ab") as file:
        file.write(b'{"id": "2", "ti')
    again, mended = opened(tmp_path, index)
    again.close()
    assert lines(tmp_path) == [("1", 1)]
    assert "unfinished line" in mended[0]


def test_nothing_to_mend_touches_nothing(tmp_path: Path) -> None:
    index, _ = opened(tmp_path)
    index.write(entry("1"))
    index.close()
    index._catalog.close()
    before = (tmp_path / "index.jsonl").stat().st_mtime_ns
    index, mended = opened(tmp_path)
    index.close()
    assert mended == []
    assert (tmp_path / "index.jsonl").stat().st_mtime_ns == before


def test_the_catalog_learns_what_a_crash_kept_from_it(tmp_path: Path) -> None:
    index, _ = opened(tmp_path)
    index.write(entry("1"))
    index.close()
    again, _ = opened(tmp_path, index)
    assert again._catalog.known_post("https://s/1") == KnownPost("T1", unfinished=False, is_live=False)
    assert again._catalog.categories() == ["a b"]


def test_an_index_taken_away_is_written_again(tmp_path: Path) -> None:
    index, _ = opened(tmp_path)
    index.write(entry("1"))
    index.close()
    index._catalog.close()
    (tmp_path / "index.jsonl").unlink()
    _, mended = opened(tmp_path)
    assert "written again" in mended[0]
    assert lines(tmp_path) == [("1", 1)]


def test_a_line_that_is_none_is_left_out(tmp_path: Path) -> None:
    index, _ = opened(tmp_path)
    index.write(entry("a"))
    index.close()
    index._catalog.close()
    (tmp_path / "index.jsonl").write_bytes((tmp_path / "index.jsonl").read_bytes() + b'{"id": 1}\nno JSON\n')
    index, mended = opened(tmp_path)
    assert lines(tmp_path) == [("a", 1)]
    assert "2 invalid lines left out" in mended[0]


def test_a_large_index_is_replaced_once_a_day_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime(2022, 3, 9, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: now)
    index = Index(tmp_path / "index.jsonl", Catalog(tmp_path / "catalog.sqlite"), large=1)
    index.recover()
    for post_id in ("1", "2"):
        index.write(entry(post_id))
    index.close()
    index.write(entry("1", 2))
    index.close()  # the first time there is no older one to wait for
    assert lines(tmp_path) == [("1", 2), ("2", 1)]
    inode = (tmp_path / "index.jsonl").stat().st_ino
    for version in (2, 3):
        index.write(entry("2", version))
        index.write(entry(str(version + 1)))
        index.close()
    assert (tmp_path / "index.jsonl").stat().st_ino == inode
    assert lines(tmp_path) == [("1", 2), ("2", 1), ("3", 1), ("4", 1)]
    seen = [json.loads(line) for line in index_lines(tmp_path)]
    assert [(line["id"], line["version"]) for line in seen] == [("1", 2), ("2", 3), ("3", 1), ("4", 1)]
    index._catalog.close()
    again = Index(tmp_path / "index.jsonl", Catalog(tmp_path / "catalog.sqlite"), large=1)
    assert again.recover() == []
    assert again.unconfirmed == []
    now += timedelta(days=1, seconds=1)
    again.write(entry("5"))
    again.close()
    assert lines(tmp_path) == [("1", 2), ("2", 3), ("3", 1), ("4", 1), ("5", 1)]
    assert not (tmp_path / "index.changes.jsonl").exists()


def test_a_post_that_nothing_gives_is_left_out(tmp_path: Path) -> None:
    index, _ = opened(tmp_path)
    for post_id in ("1", "2"):
        index.write(entry(post_id))
    index.close()
    index.forget("1")
    index.close()
    assert lines(tmp_path) == [("2", 1)]
    assert index._catalog.post_urls("1") == []


@given(st.lists(st.integers(0, 30), max_size=40), st.integers(0, 31), st.integers(0, 200))
def test_lines_since_a_time_are_found_by_halves(
    tmp_path_factory: pytest.TempPathFactory, days: list[int], since: int, pad: int
) -> None:
    path = tmp_path_factory.mktemp("lines") / "index.jsonl"
    made = [json.dumps({"first_seen": f"{day:02}", "id": str(n), "x": "x" * pad}) + "\n" for n, day in enumerate(sorted(days))]
    path.write_text("".join(made), "utf-8")
    found = path.read_bytes()[start_of(path, f"{since:02}") :].decode()
    assert found == "".join(line for line in made if json.loads(line)["first_seen"] >= f"{since:02}")


ENDS = "\u2028\u2029\x85"


def test_a_line_of_the_index_is_one_line_to_everybody(tmp_path: Path) -> None:
    index, _ = opened(tmp_path)
    index.write(entry("1") | {"title": ENDS})
    index.close()
    text = (tmp_path / "index.jsonl").read_text("utf-8")
    assert [json.loads(line)["title"] for line in text.splitlines()] == [ENDS]


def test_a_line_that_an_older_version_wrote_is_read_as_it_is(tmp_path: Path) -> None:
    old = json.dumps(entry("1") | {"title": ENDS}, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    (tmp_path / "index.jsonl").write_bytes(old)
    index, mended = opened(tmp_path)
    assert mended == []
    index.write(entry("2"))
    index.close()
    first, second = (tmp_path / "index.jsonl").read_bytes().split(b"\n")[:2]
    assert first + b"\n" == old
    assert json.loads(second)["id"] == "2"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
        lambda of: st.lists(of) | st.dictionaries(st.text(), of),
    )
)
def test_a_value_is_one_line_and_the_same_value_again(value: object) -> None:
    line = json_line(value).decode()
    assert json.loads(line) == value
    assert len(line.splitlines()) == 1
    if not any(char in line for char in ("\\u2028", "\\u2029", "\\u0085")):
        assert line == json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"
