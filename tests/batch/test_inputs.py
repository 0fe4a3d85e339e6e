"""What ``--from`` takes: whatever other tools make of captures."""

from __future__ import annotations

import bz2
import functools
import gzip
import lzma
import shutil
import subprocess
import sys
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import pytest
import zstandard

from crawler.batch.input import BadInput
from crawler.batch.inputs import gather_inputs
from tests.archives import index
from tests.batch.conftest import tree
from tests.replica.crawl import run
from tests.warc.others import lz4

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


PACKINGS: dict[str, Callable[[bytes], bytes]] = {
    "none.warc": lambda data: data,
    "whole.warc.gz": gzip.compress,
    "zstd.warc.zst": zstandard.compress,
    "lz4.warc.lz4": lz4,
    "bzip2.warc.bz2": bz2.compress,
    "xz.WARC.XZ": lzma.compress,
}


def plain(archive: Path) -> bytes:
    """All captures of an archive, not compressed."""
    return b"".join(gzip.decompress(path.read_bytes()) for path in sorted((archive / "captures").iterdir()))


def posts(root: Path) -> dict[str, bytes]:
    return {name: content for name, content in tree(root).items() if name != "index.jsonl"}


def again(*inputs: str, to: Path) -> dict[str, bytes]:
    done = run("rebuild", "finews", "--from", *inputs, "--output", str(to))
    assert done.returncode == 0, done.stdout + done.stderr
    return posts(to)


@pytest.mark.parametrize("name", PACKINGS)
def test_every_packing(crawled: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(PACKINGS[name](plain(crawled / "finews")))
    assert again(str(tmp_path / name), to=tmp_path / "again") == posts(crawled / "finews")


def test_a_wacz_file_of_another_tool(crawled: Path, tmp_path: Path) -> None:
    captures = [str(path) for path in (crawled / "finews" / "captures").iterdir()]
    wacz = Path(sys.executable).with_name("wacz")
    subprocess.run([wacz, "create", "-o", tmp_path / "site.wacz", *captures], check=True, capture_output=True)
    assert again(str(tmp_path / "site.wacz"), to=tmp_path / "again") == posts(crawled / "finews")
    captured = {entry["captures"][0]["file"] for entry in index(tmp_path / "again")}
    assert captured == {f"site.wacz/{Path(captures[0]).name}"}


@pytest.fixture
def web(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder, and where it is served."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Nothing."""

    (tmp_path / "web").mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(tmp_path / "web")))
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield tmp_path / "web", f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_file_on_the_web_and_one_that_is_not_there(crawled: Path, tmp_path: Path, web: tuple[Path, str]) -> None:
    folder, address = web
    (file,) = (crawled / "finews" / "captures").iterdir()
    shutil.copy(file, folder / "site.warc.gz")
    assert again(f"{address}/site.warc.gz", to=tmp_path / "again") == posts(crawled / "finews")
    done = run("rebuild", "finews", "--from", f"{address}/none.warc.gz", "--output", str(tmp_path / "other"))
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert f"{address}/none.warc.gz cannot be read" in done.stderr


def test_other_stores_are_asked_through_fsspec(crawled: Path, tmp_path: Path) -> None:
    folder = crawled / "finews" / "captures"
    (one,) = gather_inputs([f"file://{folder}"], tmp_path)
    assert Path(one.path).read_bytes() == (folder / one.name).read_bytes()


def test_two_files_of_one_name_and_one_given_twice(crawled: Path, tmp_path: Path) -> None:
    (file,) = (crawled / "finews" / "captures").iterdir()
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        shutil.copy(file, tmp_path / folder / "same.warc.gz")
    found = gather_inputs([str(tmp_path), str(tmp_path / "a")], tmp_path / "scratch")
    assert [one.name for one in found] == [str(tmp_path / name / "same.warc.gz").lstrip("/") for name in "ab"]


def test_what_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.wacz").write_bytes(b"PK")
    with pytest.raises(BadInput, match=r"x\.wacz is no WACZ file"):
        gather_inputs([str(tmp_path)], tmp_path / "scratch")
    (tmp_path / "x.wacz").unlink()
    (tmp_path / "x.warc.7z").write_bytes(lzma.compress(b""))
    with pytest.raises(BadInput, match="no WARC, ARC or WACZ file"):
        gather_inputs([str(tmp_path)], tmp_path / "scratch")
