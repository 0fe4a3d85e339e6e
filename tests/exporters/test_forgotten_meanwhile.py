"""A post that is forgotten while an export is being written is not in it, wherever the export lies."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from crawler.archive import staging
from crawler.exporters import keep_out, removal, rows
from crawler.exporters.formats import FORMATS
from crawler.exporters.replay import REPLAY, export_captures
from crawler.sites.declared import load
from tests.archives import a_post, index
from tests.exporters.test_removal import everything
from tests.replica.crawl import run, run_armed

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator

    from crawler.exporters.posts import Exported
    from tests.exporters.conftest import Export

SUFFIXES = {name: form.suffix for name, form in FORMATS.items()} | {name: f".{name}" for name in REPLAY}


def forget(root: Path, post_id: str) -> None:
    settings = {"ARCHIVE_ROOT": str(root)}
    done = run("forget", "finews", post_id, "--reason", "x", settings=settings)
    assert done.returncode == 0, done.stdout + done.stderr


def once(do: Callable[[], None]) -> Callable[[], None]:
    waiting = [do]
    return lambda: waiting.pop()() if waiting else None


def while_it_reads(do: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    read = rows.read_chunk

    def reads(*given: Any, **more: Any) -> Any:
        done = read(*given, **more)
        do()
        return done

    monkeypatch.setattr(rows, "read_chunk", reads)


def before_it_reads(do: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    read = rows.read_chunk

    def reads(*given: Any, **more: Any) -> Any:
        do()
        return read(*given, **more)

    monkeypatch.setattr(rows, "read_chunk", reads)


def when_all_is_written(do: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    publishing = keep_out.KeepOut.publishing

    @contextmanager
    def publishes(self: keep_out.KeepOut, take_out: Callable[[frozenset[str]], object]) -> Iterator[None]:
        do()
        with publishing(self, take_out):
            yield

    monkeypatch.setattr(keep_out.KeepOut, "publishing", publishes)


def when_it_is_in_its_place(do: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    publishing = keep_out.KeepOut.publishing

    @contextmanager
    def published(self: keep_out.KeepOut, take_out: Callable[[frozenset[str]], object]) -> Iterator[None]:
        with publishing(self, take_out):
            yield
        do()

    monkeypatch.setattr(keep_out.KeepOut, "publishing", published)


MOMENTS = [before_it_reads, while_it_reads, when_all_is_written, when_it_is_in_its_place]


def exported(root: Path, name: str, place: Path, make: Export, **more: Any) -> Exported | int:
    if name in REPLAY:
        return export_captures(root / "finews", load("finews"), name, place)
    return make(root, name, place, **more)


@pytest.mark.parametrize(
    ("name", "moment", "suffix"),
    [(name, moment, end) for name, end in SUFFIXES.items() for moment in (MOMENTS[2:] if name in REPLAY else MOMENTS)]
    + [("jsonl", when_all_is_written, ".jsonl"), ("csv", when_all_is_written, ".csv.gz"), ("atom", when_all_is_written, ".gz")],
)
def test_an_export_elsewhere_does_not_hold_it(
    archive_root: Path, tmp_path: Path, make: Export, name: str, moment: Any, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    post_id, place = a_post(archive_root)["id"], tmp_path / f"x{suffix}"
    ran: list[bool] = []
    moment(once(lambda: (ran.append(True), forget(archive_root, post_id))[1]), monkeypatch)
    done = exported(archive_root, name, place, make)
    assert ran
    monkeypatch.undo()
    assert post_id.encode() not in everything(place)
    if name in REPLAY:
        return
    assert (done.lost, done.kept_because) == ([], "")
    ids = [entry["id"] for entry in index(archive_root / "finews")]
    assert post_id not in ids
    assert done.number == len(ids)
    new = make(archive_root, name, tmp_path / f"new{SUFFIXES[name]}")
    assert new.number == done.number
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".")) == []


@pytest.mark.parametrize("moment", [when_all_is_written, when_it_is_in_its_place])
@pytest.mark.parametrize("name", ["sqlite", "parquet"])
def test_an_update_does_not_hold_it(
    archive_root: Path, tmp_path: Path, make: Export, name: str, moment: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    post_id, place = a_post(archive_root)["id"], tmp_path / f"x{SUFFIXES[name]}"
    make(archive_root, name, place)
    moment(once(lambda: forget(archive_root, post_id)), monkeypatch)
    done = make(archive_root, name, place, since_run="last")
    assert (done.lost, done.kept_because) == ([], "")
    assert post_id.encode() not in everything(place)


def impatient() -> None:
    """Have this process wait a moment for exports that are being written."""
    removal._PATIENCE = 0.2


@pytest.mark.parametrize("name", ["csv", "jekyll", "sqlite"])
def test_who_is_writing_is_named_and_leaves_it_out(
    archive_root: Path, make: Export, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    post_id, place = a_post(archive_root)["id"], archive_root / f"finews{SUFFIXES[name]}"
    make(archive_root, name, place)
    said: list[subprocess.CompletedProcess[str]] = []

    def ask() -> None:
        arm = ("tests.exporters.test_forgotten_meanwhile:impatient",)
        settings = {"ARCHIVE_ROOT": str(archive_root)}
        said.append(run_armed(arm, "forget", "finews", post_id, "--reason", "x", settings=settings))

    when_all_is_written(once(ask), monkeypatch)
    make(archive_root, name, place, overwrite=True)  # a database that is the same would stay
    assert said[0].returncode == 1, said[0].stderr
    assert f"{place}: may still hold what was forgotten: {place} is being written by process " in said[0].stdout
    assert post_id.encode() not in everything(place)


def test_an_export_that_is_just_put_in_its_place_is_waited_for(
    archive_root: Path, make: Export, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The post is not forgotten before the export is there; then it is taken out of it."""
    post_id, place = a_post(archive_root)["id"], archive_root / "finews.csv"
    put, threads = staging._put, list[threading.Thread]()
    node = (archive_root / "finews").stat().st_ino

    def puts(new: Path, target: Path, folder: Path) -> None:
        if not threads:
            threads.append(threading.Thread(target=forget, args=(archive_root, post_id)))
            threads[0].start()
            while not is_waited_for(node) and threads[0].is_alive():
                pass
            assert is_waited_for(node)
            assert post_id.encode() in new.read_bytes()
        put(new, target, folder)

    monkeypatch.setattr(staging, "_put", puts)
    make(archive_root, "csv", place)
    threads[0].join()
    assert post_id.encode() not in place.read_bytes()
    assert post_id not in [entry["id"] for entry in index(archive_root / "finews")]


def is_waited_for(node: int) -> bool:
    """Whether a process waits for the lock of a folder."""
    return any("->" in line and f":{node} " in line for line in Path("/proc/locks").read_text("ascii").splitlines())
