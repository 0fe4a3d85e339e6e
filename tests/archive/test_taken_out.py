"""Lines that are overwritten in an index: what is left is as it was, and where it was, wherever that was cut short."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import clock
from crawler.archive import taken_out
from crawler.archive.catalog.catalog import Catalog
from crawler.archive.entry import entry_of
from crawler.archive.index import Index
from crawler.archive.lines import index_lines, json_line, start_of
from crawler.archive.taken_out import close_gaps, is_rest_of, line_after_gap, overwrite, span_of
from tests.archive.test_index import entry

if TYPE_CHECKING:
    from pathlib import Path

IDS = "123456789"


def found(folder: Path, large: int = 1) -> Index:
    """An index that counts as large, as the last run has left it."""
    return Index(folder / "index.jsonl", Catalog(folder / "catalog.sqlite"), large=large)


def opened(folder: Path, *, large: int = 1) -> Index:
    index = found(folder, large)
    index.recover()
    return index


def filled(folder: Path, ids: str = IDS, *, large: int = 1) -> Index:
    index = opened(folder, large=large)
    for post_id in ids:
        index.write(entry(post_id))
    index.close()
    return index


def ids_of(folder: Path) -> str:
    return "".join(json.loads(line)["id"] for line in index_lines(folder))


@given(st.lists(st.integers(0, 9), max_size=12), st.lists(st.integers(0, 12), max_size=12), st.booleans())
def test_every_line_that_is_left_stays_where_it_was(
    tmp_path_factory: pytest.TempPathFactory, days: list[int], gone: list[int], twice: bool
) -> None:
    path = tmp_path_factory.mktemp("taken") / "index.jsonl"
    posts = [{"first_seen": f"2022-03-0{day}", "id": f"é{number}"} for number, day in enumerate(sorted(days))]
    written = [json_line(post) for post in posts]
    path.write_bytes(b"".join(written))
    left = dict(enumerate(written))
    for number in gone:
        span = span_of(path, f"é{number}", "2022-03-04")  # not always its time
        assert (span is None) == (number not in left)
        if span is not None:
            size = overwrite(path, span)
            assert size == path.stat().st_size
            if twice:
                assert overwrite(path, span) == size
            del left[number]
    data = path.read_bytes()
    for number, line in left.items():
        start = sum(map(len, written[:number]))
        assert data[start : start + len(line)] == line
    assert data.split() == b"".join(left.values()).split()
    assert [json.loads(line) for line in data.splitlines()] == [posts[number] for number in left]
    for day in range(10):
        rest = data[start_of(path, f"2022-03-0{day}") :]
        assert rest.split() == b"".join(line for number, line in left.items() if days_at(days, number) >= day).split()
    assert close_gaps(path) == sum(map(len, left.values()))
    assert path.read_bytes() == b"".join(left.values())


def days_at(days: list[int], number: int) -> int:
    return sorted(days)[number]


def test_a_line_is_found_without_reading_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "index.jsonl"
    start = datetime(2022, 3, 1, tzinfo=UTC)
    posts = [{"first_seen": (start + timedelta(minutes=n)).isoformat(), "id": f"p{n}"} for n in range(5000)]
    path.write_bytes(b"".join(map(json_line, posts)))
    looked, id_of = [], taken_out.id_of
    monkeypatch.setattr(taken_out, "id_of", lambda line: looked.append(line) or id_of(line))
    for post in posts[::500]:
        looked.clear()
        span = span_of(path, post["id"], post["first_seen"])
        assert span is not None
        assert overwrite(path, span) == path.stat().st_size
        assert len(looked) == 1
    assert span_of(tmp_path / "none", "p1", posts[1]["first_seen"]) is None


def test_what_is_left_of_a_large_index_is_the_same_file(tmp_path: Path) -> None:
    index = filled(tmp_path)
    inode, size = (tmp_path / "index.jsonl").stat().st_ino, (tmp_path / "index.jsonl").stat().st_size
    for post_id in "215":
        index.take_out(post_id)
        assert f'"{post_id}"' not in (tmp_path / "index.jsonl").read_text()
    index.close()
    assert ((tmp_path / "index.jsonl").stat().st_ino, (tmp_path / "index.jsonl").stat().st_size) == (inode, size)
    assert ids_of(tmp_path) == "346789"
    index.take_out("9")
    assert (tmp_path / "index.jsonl").stat().st_size < size, "the last one is cut off"
    index.write(entry("9", 2))
    index.close()
    assert ids_of(tmp_path) == "346789"


@pytest.mark.parametrize("gone", IDS[:-1])
def test_who_reads_meanwhile_gets_all_other_lines(tmp_path: Path, gone: str) -> None:
    """Lines are longer than what is read at once, so that a reader has often read a part of the one that goes."""
    for read in range(len(IDS)):
        folder = tmp_path / str(read)
        folder.mkdir()
        index = opened(folder)
        for post_id in IDS:
            index.write(entry(post_id) | {"title": "t" * 11_000})
        index.close()
        waiting = index_lines(folder)
        lines = [next(waiting) for _ in range(read)]
        index.take_out(gone)
        lines += waiting
        found = [entry_of(line) or entry_of(line_after_gap(line)) for line in lines]
        assert [one["id"] for one in found if one is not None and one["id"] != gone] == list(IDS.replace(gone, ""))
        index._catalog.close()


def test_blanks_go_with_the_next_replacement(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2022, 3, 9, tzinfo=UTC))
    index = filled(tmp_path)
    index.write(entry("4", 2))
    index.take_out("2")
    index.close()
    assert b"    {" in (tmp_path / "index.jsonl").read_bytes(), "forgetting does not wait for it"
    index._catalog.close()
    index = opened(tmp_path)
    index.close()
    whole = (tmp_path / "index.jsonl").read_bytes()
    assert whole == b"".join(json_line(entry(post_id, 1 + (post_id == "4"))) for post_id in IDS if post_id != "2")


def test_many_blanks_do_not_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some readers, Arrow's for one, take no line longer than a megabyte, and the blanks are a part of the next line."""
    index = filled(tmp_path)
    monkeypatch.setattr("crawler.archive.index._MOST_BLANKS", (tmp_path / "index.jsonl").stat().st_size // 3)
    left = IDS
    for post_id in "2345":
        index.take_out(post_id)
        index.close()
        left = left.replace(post_id, "")
        has_blanks = b" {" in (tmp_path / "index.jsonl").read_bytes()
        assert has_blanks == (post_id != "5"), "a third of the lines, and one more"
        assert ids_of(tmp_path) == left
        index._catalog.close()
        index = opened(tmp_path)
    assert found(tmp_path).recover() == []


def test_a_small_index_has_none(tmp_path: Path) -> None:
    index = filled(tmp_path, large=1 << 20)
    for post_id in "194":
        index.take_out(post_id)
    index.close()
    assert (tmp_path / "index.jsonl").read_bytes() == b"".join(json_line(entry(one)) for one in "235678")
    index._catalog.close()
    assert found(tmp_path).recover() == []


def test_lines_that_wait_go_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2022, 3, 9, tzinfo=UTC))
    index = filled(tmp_path, "3456")
    index.write(entry("4", 2))
    index.close()  # the one replacement of the day
    for post in (entry("5", 2), entry("4", 3), entry("1"), entry("5", 3)):
        index.write(post)
    index.close()
    for post_id in "51":
        index.take_out(post_id)
        assert all(f'"{post_id}"' not in (tmp_path / name).read_text() for name in ("index.jsonl", "index.changes.jsonl"))
    index.close()
    assert [(json.loads(line)["id"], json.loads(line)["version"]) for line in index_lines(tmp_path)] == [
        ("3", 1),
        ("4", 3),
        ("6", 1),
    ]
    index.take_out("4")
    assert not (tmp_path / "index.changes.jsonl").exists()
    index._catalog.close()
    assert found(tmp_path).recover() == []


def test_lines_of_a_run_that_was_cut_short_go_too(tmp_path: Path) -> None:
    index = filled(tmp_path, "12")
    for post in (entry("1", 2), entry("3")):
        index.write(post)
    index._catalog.commit()
    index._catalog._db.close()
    index = opened(tmp_path)
    assert index.unconfirmed == ["1", "3"]
    for post_id in "12":
        index.take_out(post_id)
    index.close()
    assert index.unconfirmed == ["3"]
    assert ids_of(tmp_path) == "3"


@pytest.mark.parametrize("large", [1, 1 << 20])
@pytest.mark.parametrize("post_id", ["1", "5", "9"])
@pytest.mark.parametrize("part", [0, 0.3, -0.3, 1])
def test_what_was_half_overwritten_is_overwritten_by_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, large: int, post_id: str, part: float
) -> None:
    """``part``: how much of the line was overwritten when the process was killed, from its beginning or its end on."""

    class Killed(Exception):
        pass

    def half(path: Path, span: tuple[int, int]) -> int:
        offset, length = span
        done = int(length * abs(part))
        if part == 1:
            overwrite(path, span)
        elif offset + length < path.stat().st_size:
            with path.open("r+b") as file:
                file.seek(offset if part > 0 else offset + length - done)
                file.write(b" " * done)
        raise Killed

    index = filled(tmp_path, large=large)
    monkeypatch.setattr("crawler.archive.index.overwrite", half)
    with pytest.raises(Killed):
        index.take_out(post_id)
    monkeypatch.undo()
    index._catalog._db.close()
    again = opened(tmp_path, large=large)
    left = IDS.replace(post_id, "")
    assert ids_of(tmp_path) == left
    assert again._catalog.post_line(post_id) is not None, "so that it is known that it is still to be forgotten"
    again.take_out(post_id)
    again.close()
    assert ids_of(tmp_path) == left
    assert (tmp_path / "index.jsonl").stat().st_size == again._catalog.number("index_size")
    again._catalog.close()
    assert found(tmp_path, large).recover() == []


@pytest.mark.parametrize("gone", ["1", "3", ""])
def test_an_index_that_was_written_since_loses_no_other_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gone: str
) -> None:
    """An earlier release that knows nothing of it may have written the index, or without the post, or another one's."""

    def cut_short(_: Path, __: tuple[int, int]) -> int:
        raise KeyboardInterrupt

    index = filled(tmp_path)
    monkeypatch.setattr("crawler.archive.index.overwrite", cut_short)
    with pytest.raises(KeyboardInterrupt):
        index.take_out("3")
    monkeypatch.undo()
    path, lines = tmp_path / "index.jsonl", (tmp_path / "index.jsonl").read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(line for line in lines if not gone or f'"id":"{gone}"'.encode() not in line))
    if gone:
        index._catalog.forget_post(gone)
    index._catalog.set_number("index_size", path.stat().st_size)
    index._catalog.commit()
    index._catalog._db.close()
    opened(tmp_path).close()
    assert ids_of(tmp_path) == (IDS.replace(gone, "") if gone else IDS.replace("3", ""))


@given(st.binary(min_size=1, max_size=9), st.integers(0, 3), st.data())
def test_the_rest_of_a_line_is_told_from_another(
    tmp_path_factory: pytest.TempPathFactory, line: bytes, blanks: int, data: st.DataObject
) -> None:
    line = line.replace(b"\n", b"x")
    path = tmp_path_factory.mktemp("rest") / "index.jsonl"
    left = bytearray(b" " * blanks + line + b"\n")
    for place in data.draw(st.sets(st.integers(0, len(left) - 1))):
        left[place] = 0x20
    path.write_bytes(b"{}\n" + left + b"{}\n")
    span = (3, len(left))
    assert is_rest_of(path, span, line)
    assert is_rest_of(path, span, None) == (not left.strip(b" "))
    place = data.draw(st.integers(0, len(left) - 1))
    if left[place] not in (0x20, 0xA0):
        path.write_bytes(b"{}\n" + left[:place] + bytes([left[place] ^ 0x80]) + left[place + 1 :] + b"{}\n")
        assert not is_rest_of(path, span, line)
