"""A file of captures that is read in parts gives what it gives whole, or says that it has to be read whole."""

from __future__ import annotations

import gzip
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.batch import processes, run
from crawler.batch.inputs import gather_inputs
from crawler.batch.job import Job
from crawler.warc import parts, scan
from crawler.warc.parts import Part, are_whole, ordinary_pieces, parts_of
from crawler.warc.record import record_id, response_record
from tests.archive.test_scan import members, wire
from tests.batch.conftest import tables, tree

if TYPE_CHECKING:
    from pathlib import Path

_SIZES = st.lists(st.sampled_from([10, 900, 5_000, 20_000, 90_000]), min_size=1, max_size=12)
_WHOLE = b"".join(members(30))


def in_parts(path: Path, length: int) -> tuple[list[Part], list[object]]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(parts, "PART", length)
        made = parts_of(path.stat().st_size)
        found = [item for part in made for item in scan.scanned(ordinary_pieces(path, part))]
    return made, found


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("parts") / "f.warc.gz"


@given(sizes=_SIZES, length=st.sampled_from([1_000, 30_000, 100_000]), level=st.sampled_from([0, 6]))
def test_parts_of_a_whole_file(file: Path, sizes: list[int], length: int, level: int) -> None:
    made = [response_record(wire(number, Random(number).randbytes(size)), record_id()) for number, size in enumerate(sizes)]
    file.write_bytes(b"".join(gzip.compress(gzip.decompress(one), level) for one in made))
    of_file, found = in_parts(file, length)
    assert of_file[0].begin == 0
    assert [part.end for part in of_file] == [*(part.begin for part in of_file[1:]), file.stat().st_size]
    if are_whole(of_file, file.stat().st_size):
        assert found == list(scan.scan(file))
    else:
        assert any(part.start < 0 for part in of_file), "every part begins with a record, and they do not meet"
        assert max(sizes) > length - 2_000, "no record is longer than a part"


@given(data=st.data())
def test_damage_is_left_to_whoever_reads_the_file_whole(file: Path, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(_WHOLE) - 1))
    broken = bytearray(_WHOLE)
    broken[place] ^= 1 << data.draw(st.integers(0, 7))
    file.write_bytes(broken)
    of_file, found = in_parts(file, 2_000)
    if are_whole(of_file, len(broken)):
        assert found == list(scan.scan(file))  # a bit of gzip's own head says nothing of the content


@pytest.mark.parametrize("length", range(4_000, 8_000, 500))
def test_a_record_inside_another_one_is_none(file: Path, length: int) -> None:
    inside = b"".join(members(20))
    outer = gzip.compress(gzip.decompress(response_record(wire(99, inside), record_id())), 0)
    data = b"".join([*members(3), outer, *members(3)])
    file.write_bytes(data)
    of_file, found = in_parts(file, length)
    assert not are_whole(of_file, len(data))
    assert len(found) > len(list(scan.scan(file))), "a part began inside the record"


def test_a_file_that_is_shorter_than_it_was_is_not_whole(file: Path) -> None:
    file.write_bytes(b"".join(members(5)))
    of_file, _ = in_parts(file, 1_000)
    assert are_whole(of_file, file.stat().st_size)
    assert not are_whole(of_file, file.stat().st_size + 1)
    assert not are_whole(of_file[:-1], file.stat().st_size)


@pytest.mark.parametrize("damage", [False, True])
def test_a_rebuild_in_parts(crawled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, damage: bool) -> None:
    source, made = tmp_path / "f.warc.gz", []
    data = b"".join(path.read_bytes() for path in sorted((crawled / "finews" / "captures").glob("*.gz")))
    source.write_bytes(data[:50_000] + b"damage" + data[50_000:] if damage else data)
    for length in (parts.PART, 20_000):
        monkeypatch.setattr(parts, "PART", length)
        stage = tmp_path / str(length)
        job = Job("finews", tuple(gather_inputs([str(source)], stage / "inputs")), str(stage), None, "{year}/{month}/{day}")
        result = run.rebuild(job, processes.Workers(), lambda *_: None)
        made.append((tree(job.tree), tables(job.tree), result.problems))
        assert (len(list((stage / "scan").iterdir())) > 2) == (length == 20_000)
        assert job.scanned(0).exists() == (damage or length != 20_000)
    assert made[0] == made[1]
    assert bool(made[0][2]) == damage
