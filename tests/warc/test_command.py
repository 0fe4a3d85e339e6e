"""``scrapy warc``, and files inside other files."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import zipfile
from pathlib import Path

import pytest

from crawler.batch.input import BadInput
from crawler.batch.inputs import find_inputs, gather_inputs
from crawler.warc.scan import ScannedCapture, scan
from tests.replica.crawl import run
from tests.warc.others import PACKINGS, PAGE, Made, arc, chunked

RECORDS = [Made(url=f"http://site.test/{number}").content for number in range(3)]
GOOD = b"".join(gzip.compress(record) for record in RECORDS)


def wacz(**members: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for name, data in members.items():
            file.writestr(name, data)
    return packed.getvalue()


def urls(path: Path, scratch: Path) -> dict[str, list[str]]:
    found = {}
    for one in gather_inputs([str(path)], scratch):
        items = [] if one.is_bad else list(scan(Path(one.path)))
        assert all(isinstance(item, ScannedCapture) for item in items)
        found[one.name] = [item.url.rpartition("/")[2] for item in items if isinstance(item, ScannedCapture)]
    return found


def test_a_line_a_record(tmp_path: Path) -> None:
    path = tmp_path / "x.warc.gz"
    one = chunked(Made(headers=("Content-Encoding: gzip",), body=gzip.compress(PAGE, mtime=0)))
    info = Made(type="warcinfo", url="", media="Content-Type: application/warc-fields").content
    path.write_bytes(gzip.compress(one.content) + gzip.compress(info) + gzip.compress(RECORDS[1])[:-9])
    done = run("warc", str(path), "--json")
    assert done.returncode == 1
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert list(lines[0]) == ["file", "offset", "type", "url", "time", "status", "sha1", "bytes", "fault"]
    assert lines[0] == {
        "file": str(path), "offset": 0, "type": "response", "url": "http://site.test/1", "time": "2022-03-03T10:00:00Z",
        "status": 200, "sha1": hashlib.sha1(one.body).hexdigest(), "bytes": len(one.body), "fault": None,
    }  # fmt: skip
    assert (lines[1]["type"], lines[1]["status"], lines[1]["fault"]) == ("warcinfo", None, None)
    assert (lines[2]["type"], lines[2]["offset"]) == ("response", path.stat().st_size - len(gzip.compress(RECORDS[1])) + 9)
    assert f"byte {path.stat().st_size}" in lines[2]["fault"]
    done = run("warc", str(path))
    assert done.stdout.count("\n") == 3
    assert f"{path}: byte 0: 2022-03-03T10:00:00Z response 200 {len(one.body)} bytes" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"), [((), "name a WARC, ARC or WACZ file"), (("none.warc",), "none.warc is not there")]
)
def test_what_cannot_run(arguments: tuple[str, ...], said: str) -> None:
    done = run("warc", *arguments)
    assert done.returncode == 2
    assert said in done.stdout + done.stderr


def test_one_bad_input_never_stops_the_others(tmp_path: Path) -> None:
    (tmp_path / "good.warc.gz").write_bytes(GOOD)
    (tmp_path / "cut.wacz").write_bytes(wacz(**{"archive/x.warc.gz": GOOD})[:-60])
    (tmp_path / "cut.warc.zst").write_bytes(PACKINGS["zstd"](RECORDS)[:-4])
    (tmp_path / "empty.warc").touch()
    (tmp_path / "noise.warc.gz").write_bytes(b"\x1f\x8b\x08noise")
    given = [str(tmp_path), str(tmp_path / "gone.warc")]
    inputs = {one.name.rpartition("/")[2]: one for one in gather_inputs(given, tmp_path / "scratch")}
    assert set(inputs) == {"gone.warc", "cut.warc.zst", "cut.wacz", "empty.warc", "good.warc.gz", "noise.warc.gz"}
    assert {name for name, one in inputs.items() if one.is_bad} == {"gone.warc", "cut.wacz"}
    assert "no whole Zstandard frame" in inputs["cut.warc.zst"].faults[0][1]
    done = run("warc", *given, "--json")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1
    assert sum(line["fault"] is None for line in lines) == 5
    assert {line["file"].rpartition("/")[2] for line in lines if line["fault"]} == set(inputs) - {"good.warc.gz"}


def test_files_in_wacz_files_whatever_their_names(tmp_path: Path) -> None:
    inner = wacz(**{"archive/DATA.WARC.GZ": GOOD})
    many = {"./archive/a.warc.gz": GOOD, "archive/a/b.warc": RECORDS[0], "x\\c.arc.gz": arc_file(), "one.wacz": inner}
    (tmp_path / "x.WACZ").write_bytes(wacz(**many, **{"archive/a.warc.gz": GOOD, "datapackage.json": b"{}"}))
    found = urls(tmp_path / "x.WACZ", tmp_path / "scratch")
    assert found == {
        "x.WACZ/00000-a.warc.gz": ["0", "1", "2"],
        "x.WACZ/00004-a.warc.gz": ["0", "1", "2"],
        "x.WACZ/b.warc": ["0"],
        "x.WACZ/c.arc.gz": ["7"],
        "x.WACZ/one.wacz/DATA.WARC.GZ": ["0", "1", "2"],
    }


def arc_file() -> bytes:
    return PACKINGS["gzip"](arc(Made(url="http://site.test/7")))


def test_a_wacz_file_in_itself_ends(tmp_path: Path) -> None:
    data = wacz(**{"archive/x.warc.gz": GOOD})
    for _ in range(9):
        data = wacz(**{"x.wacz": data})
    (tmp_path / "x.wacz").write_bytes(data)
    with pytest.raises(BadInput, match="deeper than anybody packs them"):
        find_inputs([str(tmp_path / "x.wacz")], tmp_path / "scratch")


def test_a_damaged_file_in_a_wacz_file(tmp_path: Path) -> None:
    data = wacz(**{"archive/a.warc.gz": GOOD, "archive/b.warc.gz": GOOD})
    place = data.index(GOOD) + len(GOOD) // 2
    (tmp_path / "x.wacz").write_bytes(data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :])
    inputs = gather_inputs([str(tmp_path / "x.wacz")], tmp_path / "scratch")
    assert [one.name for one in inputs if not one.is_bad][-1] == "x.wacz/b.warc.gz"
    assert any("a.warc.gz" in one.name and one.faults for one in inputs)


def test_a_wacz_file_with_a_nameless_file_in_it(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("archive/a.warc.gz", GOOD)
        file.writestr(zipfile.ZipInfo("n"), b"x")
        file.infolist()[1].filename = ""
    (tmp_path / "x.wacz").write_bytes(packed.getvalue())
    assert urls(tmp_path / "x.wacz", tmp_path / "scratch") == {"x.wacz/a.warc.gz": ["0", "1", "2"]}
