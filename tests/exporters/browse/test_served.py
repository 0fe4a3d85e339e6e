"""Who is served, where, and what is said; what a person may type; the database in Datasette alone."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest

from benchmarks.nginx import free_port
from tests.archives import index
from tests.conftest import missing
from tests.exporters.browse.conftest import line, served, started
from tests.replica.crawl import PROJECT, run, scrapy

TYPED = (
    '"',
    '"减持',
    "AND",
    "OR NOT",
    "减持*",
    "股-票",
    "(",
    "'",
    "^股",
    "title:股",
    "a\0b",
    "\\",
    "%",
    ":q",
    "，。",
    "股" * 5000,
)
_MOUNT = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && shift && exec "$@"'


def status(address: str) -> int:
    try:
        with urllib.request.urlopen(address) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def found(address: str, words: str) -> set[str]:
    """The posts that Datasette's own table shows for these words."""
    with urllib.request.urlopen(f"{address}/finews/posts.json?_shape=array&_size=max&_search={quote(words)}") as answer:
        return {row["id"] for row in json.load(answer)}


@pytest.mark.parametrize("typed", TYPED)
def test_nothing_that_is_typed_is_an_error(address: str, typed: str) -> None:
    for name in ("q", "category", "source", "fidelity", "day", "page"):
        assert status(f"{address}/?{name}={quote(typed[:1000])}") == 200
    assert status(f"{address}/finews/posts.json?_search={quote(typed[:1000])}") == 200


@pytest.mark.parametrize("page", ["0", "-1", "x", "1e9", "99999999999999999999999", "９"])
def test_a_page_that_is_not_there_is_another_one(address: str, page: str) -> None:
    assert status(f"{address}/?page={quote(page)}") == 200


def test_what_is_not_there_is_not_found(address: str, browsed: Path) -> None:
    first, second = index(browsed / "finews")[:2]
    place, other = first["captures"][0], second["captures"][0]
    post = f"{address}/-/post/{first['id']}"
    assert status(post) == status(f"{address}/-/post/%{ord(first['id'][0]):x}{first['id'][1:]}") == 200
    assert status(f"{post}/capture/{place['file']}/{place['offset']}") == 200
    for path in (
        "no-such-post",
        f"{first['id']}/capture/x/0",
        "no-such-post/capture/x/0",
        "..%2Fx",
        f"{first['id']}/capture/x/y",
    ):
        assert status(f"{address}/-/post/{path}") == 404, path
    assert status(f"{post}/capture/{place['file']}/{place['offset'] + 1}") == 404
    assert status(f"{post}/capture/{other['file']}/{other['offset']}") == 404


def test_datasettes_table_finds_what_stands_in_the_texts(address: str, browsed: Path) -> None:
    texts = {entry["id"]: (browsed / "finews" / entry["path"]).read_text("utf-8") for entry in index(browsed / "finews")}
    for word in ("订单", "海外业务", "稳步回升", "2亿"):
        assert found(address, word) == {post_id for post_id, text in texts.items() if word in text}, word


def test_datasette_alone_finds_words_of_any_length(address: str, browsed: Path) -> None:
    """Its own command, without anything of ours: the database, and the metadata beside it."""
    port = free_port()
    command = [sys.executable, "-m", "datasette", str(browsed / "finews.db"), "-m", str(browsed / "finews.metadata.json")]
    process = subprocess.Popen([*command, "--port", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    alone = f"http://127.0.0.1:{port}"
    try:
        _wait(alone)
        with closing(sqlite3.connect(browsed / "finews.db")) as db:
            texts = dict(db.execute("SELECT id, title || char(10) || text FROM posts"))
        title = next(iter(texts.values())).partition("\n")[0]
        for word in ("股", "订单", "2亿", "海外业务", "石榴生物公司管理层"):
            assert found(alone, word) == {post_id for post_id, text in texts.items() if word in text}, word
        assert next(iter(texts)) in found(alone, title)
        for typed in TYPED:
            assert status(f"{alone}/finews/posts?_search={quote(typed[:1000])}") < 500, typed
        assert status(f"{alone}/") == 200
    finally:
        process.terminate()
        process.wait(300)


def _wait(address: str) -> None:
    for _ in range(6000):
        try:
            status(address)
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"nobody answers at {address}")


def test_sqlite_utils_finds_words_of_any_length(address: str, browsed: Path) -> None:
    """As ``sqlite-utils search`` asks: its way to find the index, and its query."""
    detect = "SELECT name, sql FROM sqlite_master WHERE rootpage = 0 AND sql LIKE '%VIRTUAL TABLE%USING FTS%content=\"posts\"%'"
    query = (
        "WITH original AS (SELECT rowid, * FROM posts) SELECT original.id, original.title || char(10) || original.text"
        " FROM original JOIN {0} ON original.rowid = {0}.rowid WHERE {0} MATCH :query ORDER BY {0}.rank"
    )
    with closing(sqlite3.connect(browsed / "finews.db")) as db:
        ((name, sql),) = db.execute(detect).fetchall()
        assert sql.startswith(f"CREATE VIRTUAL TABLE {name} USING fts5")
        texts = dict(db.execute("SELECT id, title || char(10) || text FROM posts"))
        for word in ("股", "订单", "2亿", "海外业务", "石榴生物公司管理层"):
            for typed in (word, f'"{word}"'):
                hits = dict(db.execute(query.format(name), {"query": typed}))
                assert hits == {post_id: text for post_id, text in texts.items() if word in text}, typed


def test_who_is_served(browsed: Path, tmp_path: Path, address: str) -> None:
    settings = {"ARCHIVE_ROOT": str(browsed)}
    done = run("browse", "finews", settings={"ARCHIVE_ROOT": str(tmp_path)})
    assert (done.returncode, done.stdout) == (2, "")
    assert "make one with: scrapy crawl finews" in done.stderr
    for arguments, said in {
        ("--port", address.rpartition(":")[2]): "name another port with --port",
        ("--port", "65536"): "--port 65536 is no port; there are those from 0 (any that is free) to 65535",
        ("--port", "-1"): "--port -1 is no port",
        ("--port", "0", "--host", "no.such.host.invalid"): "name another address with --host",
        ("--port", "0", "--host", "203.0.113.7"): "name another address with --host",
        ("--port", "0", "--host", ""): "--host is empty",
        ("--port", "0", "--host", "a" * 70 + ".b"): "name another address with --host",
    }.items():
        done = run("browse", "finews", *arguments, settings=settings)
        assert (done.returncode, done.stdout) == (2, ""), arguments
        assert said in done.stderr
        assert done.stderr.count("\n") == 1


def test_a_taken_port_is_told_before_the_database_is_made(archive_root: Path, address: str) -> None:
    done = run("browse", "finews", "--port", address.rpartition(":")[2], settings={"ARCHIVE_ROOT": str(archive_root)})
    assert done.returncode == 2
    assert not (archive_root / "finews.db").exists()


def test_without_the_extra_it_is_a_line(archive_root: Path, tmp_path: Path) -> None:
    for name in ("uvicorn", "datasette", "nh3"):
        place = tmp_path / name
        place.mkdir()
        (place / f"{name}.py").write_text(f"raise ModuleNotFoundError(\"No module named '{name}'\", name='{name}')")
        command = scrapy("browse", "finews", settings={"ARCHIVE_ROOT": str(archive_root)})
        env = os.environ | {"PYTHONPATH": str(place)}
        done = subprocess.run(command, cwd=PROJECT, env=env, capture_output=True, text=True, timeout=300, check=False)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == f"browsing takes {name}; install it with: make extras\n"


def test_ctrl_c_ends_it_quietly(browsed: Path) -> None:
    with started(browsed) as process:
        assert status(line(process)) == 200
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=300) == ("", "")
        assert process.returncode == 0


def test_others_are_told_the_name_of_the_machine(browsed: Path) -> None:
    with started(browsed, "--host", "0.0.0.0") as process:
        first, second = line(process), line(process)
        assert first.startswith("http://127.0.0.1:")
        assert second == first.replace("http://127.0.0.1", f"from elsewhere: http://{socket.gethostname()}")
        assert status(first) == 200


@pytest.mark.parametrize("has_database", [False, True])
def test_a_read_only_archive_is_shown_from_a_database_elsewhere(archive_root: Path, *, has_database: bool) -> None:
    unshare = shutil.which("unshare") or missing("unshare", "apt-get install util-linux")
    if has_database:
        done = run("export", "finews", "--format", "sqlite", settings={"ARCHIVE_ROOT": str(archive_root)})
        assert done.returncode == 0
    before = {path: path.stat().st_mtime_ns for path in archive_root.rglob("*")}
    mount = (unshare, "--map-root-user", "--mount", "sh", "-c", _MOUNT, "sh", str(archive_root))
    entries = index(archive_root / "finews")
    with served(archive_root, before=mount) as address:
        with urllib.request.urlopen(address) as answer:
            assert f"{len(entries)} posts, page 1" in answer.read().decode()
        assert found(address, "海外业务")
        assert status(f"{address}/-/post/{entries[0]['id']}") == 200
        place = entries[0]["captures"][0]
        assert status(f"{address}/-/post/{entries[0]['id']}/capture/{place['file']}/{place['offset']}") == 200
    assert {path: path.stat().st_mtime_ns for path in archive_root.rglob("*")} == before


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM], ids=lambda stop: stop.name)
def test_where_the_database_is_instead_is_said_and_it_is_gone_afterwards(archive_root: Path, stop: signal.Signals) -> None:
    unshare = shutil.which("unshare") or missing("unshare", "apt-get install util-linux")
    mount = (unshare, "--map-root-user", "--mount", "sh", "-c", _MOUNT, "sh", str(archive_root))
    with started(archive_root, before=mount) as process:
        assert line(process).startswith("http://127.0.0.1:")
        process.send_signal(stop)
        rest, said = process.communicate(timeout=300)
        assert (rest, process.returncode) == ("", 0)
    start, _, end = said.partition(" cannot be written; the database is in ")
    folder, _, why = end.partition(" for as long as ")
    assert (start, why) == (str(archive_root / "finews.db"), "this runs\n")
    assert not Path(folder).exists()


def test_an_archive_that_is_gone_meanwhile_is_a_line(archive_root: Path) -> None:
    post = index(archive_root / "finews")[0]["id"]
    with served(archive_root) as address:
        (archive_root / "finews").rename(archive_root / "elsewhere")
        assert status(f"{address}/") == 200
        with pytest.raises(urllib.error.HTTPError, match="503") as error:
            urllib.request.urlopen(f"{address}/-/post/{post}")
        with error.value as answer:
            assert answer.read().startswith(b"the archive cannot be read: ")


def test_an_address_of_no_page_is_not_found_and_prints_nothing(browsed: Path) -> None:
    with started(browsed) as process:
        address = line(process).removesuffix("/")
        assert [status(f"{address}{path}") for path in ("/nope", "/a/b/c/d", "/finews/nope", "/../../etc/passwd")] == [404] * 4
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=300)
    assert "Traceback" not in said[0] + said[1], said
    assert "ERROR" not in said[1], said
