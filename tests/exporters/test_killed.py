"""An export that is killed at any step leaves the old one or the new one, whole; what it leaves beside it, the next command clears."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from crawler.exporters.formats import FORMATS
from crawler.exporters.replay import REPLAY
from tests.archives import a_post, index
from tests.exporters.test_overwrite import all_bytes
from tests.exporters.test_removal import everything
from tests.replica.crawl import run, run_armed

if TYPE_CHECKING:
    import subprocess

SUFFIXES = {name: form.suffix for name, form in FORMATS.items()} | {name: f".{name}" for name in REPLAY}
HERE = "tests.exporters.test_killed"


def die(*_: object, **__: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def while_writing() -> None:
    """Have this process die when all is written and nothing synced."""
    from crawler.archive import staging

    staging.sync_tree = die  # type: ignore[assignment]


def before_putting(number: str) -> None:
    """Have this process die before it puts so many things in their places."""
    from crawler.archive import staging

    put, calls = staging._put, 0

    def dies(new: Path, target: Path, folder: Path) -> None:
        nonlocal calls
        calls += 1
        if calls == int(number):
            die()
        put(new, target, folder)

    staging._put = dies


def after_putting() -> None:
    """Have this process die when the new one is in its place, and the old one not yet removed."""
    from crawler.archive import staging

    clear, calls = staging._clear, 0

    def dies(folder: Path) -> None:
        nonlocal calls
        calls += 1
        if calls == 2:
            die()
        clear(folder)

    staging._clear = dies


def between_renames() -> None:
    """Where the system cannot exchange folders: the old one is moved aside, the new one not yet there."""
    from crawler.archive import staging

    rename = Path.rename

    def dies(self: Path, to: Any) -> Any:
        done = rename(self, to)
        if Path(to).name == ".old":
            die()
        return done

    staging._exchange = lambda *_: False
    Path.rename = dies  # type: ignore[method-assign]


ARMS = {
    "nothing synced": (f"{HERE}:while_writing",),
    "before the first rename": (f"{HERE}:before_putting", "1"),
    "after the last rename": (f"{HERE}:after_putting",),
}
FOLDERS = [name for name, form in FORMATS.items() if form.folder]
KILLS = [(name, arm) for name in SUFFIXES for arm in ARMS.values()]
KILLS += [("sqlite", (f"{HERE}:before_putting", "2")), *((name, (f"{HERE}:between_renames",)) for name in FOLDERS)]


@pytest.fixture(scope="module")
def exported(crawled: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with every export beside it."""
    root = tmp_path_factory.mktemp("all") / "root"
    shutil.copytree(crawled, root, copy_function=shutil.copy2)
    for name in SUFFIXES:
        assert exporting(root, name).returncode == 0
    return root


def copied(exported: Path, root: Path, name: str) -> Path:
    """The archive with the export of one format beside it, and no other; gives where that is."""
    others = {f"finews{suffix}" for other, suffix in SUFFIXES.items() if other != name}
    shutil.copytree(exported, root, copy_function=shutil.copy2, ignore=lambda *_: others)
    return root / f"finews{SUFFIXES[name]}"


def exporting(root: Path, name: str, arm: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    return run_armed(
        arm, "export", "finews", "--format", name, "--overwrite", "--jobs", "1", settings={"ARCHIVE_ROOT": str(root)}
    )


def left(root: Path) -> list[str]:
    return sorted(path.name for path in root.iterdir() if path.name.startswith("."))


@pytest.mark.parametrize(("name", "arm"), KILLS)
def test_the_next_export_finds_one_and_clears_the_rest(exported: Path, tmp_path: Path, name: str, arm: tuple[str, ...]) -> None:
    root = tmp_path / "root"
    place = copied(exported, root, name)
    before, is_there = all_bytes(place), arm[0] != f"{HERE}:between_renames"
    assert exporting(root, name, arm).returncode == -signal.SIGKILL
    assert place.exists() is is_there
    if is_there and name != "wacz":  # which has the time when it was made
        assert all_bytes(place) == before
    assert left(root) == [f".{place.name}.new"]
    assert exporting(root, name).returncode == 0
    assert name == "wacz" or all_bytes(place) == before
    assert left(root) == []


@pytest.mark.parametrize(("name", "arm"), KILLS)
def test_what_a_killed_export_left_does_not_outlast_a_removal(
    exported: Path, tmp_path: Path, name: str, arm: tuple[str, ...]
) -> None:
    root = tmp_path / "root"
    place = copied(exported, root, name)
    post_id = a_post(root)["id"]
    assert exporting(root, name, arm).returncode == -signal.SIGKILL
    done = run("forget", "finews", post_id, "--reason", "x", settings={"ARCHIVE_ROOT": str(root)})
    assert done.returncode == 0, done.stdout + done.stderr
    assert left(root) == []
    assert post_id.encode() not in everything(place)


@pytest.mark.parametrize("arm", [*ARMS.values(), (f"{HERE}:between_renames",)])
@pytest.mark.parametrize("name", ["jekyll", "hugo", "parquet", "hf", "csv"])
def test_a_removal_that_is_killed_is_completed_by_the_same_command(
    exported: Path, tmp_path: Path, name: str, arm: tuple[str, ...]
) -> None:
    if name == "csv" and arm[0] == f"{HERE}:between_renames":
        arm = ARMS["before the first rename"]
    root, place = tmp_path / "root", tmp_path / "root" / f"finews{SUFFIXES[name]}"
    shutil.copytree(exported / "finews", root / "finews", copy_function=shutil.copy2)
    assert exporting(root, name).returncode == 0
    before, post_id, settings = all_bytes(place), a_post(root)["id"], {"ARCHIVE_ROOT": str(root)}
    done = run_armed(arm, "forget", "finews", post_id, "--reason", "x", settings=settings)
    assert done.returncode == -signal.SIGKILL
    if place.exists():  # the old one, or the new one, and never a part
        assert all_bytes(place) == before or post_id.encode() not in everything(place)
    done = run("forget", "finews", post_id, "--reason", "x", settings=settings)
    assert done.returncode == 0, done.stdout + done.stderr
    assert post_id.encode() not in everything(place)
    assert left(root) == []
    assert post_id not in [entry["id"] for entry in index(root / "finews")]


def half_a_report() -> None:
    """Have this process die when half of the page is written."""
    from tests.crash.steps import _kill_with_half

    _kill_with_half("crawler.report.plots.target")


@pytest.mark.parametrize("then", ["report", "catalog"])
def test_a_report_that_is_killed(exported: Path, tmp_path: Path, then: str) -> None:
    """The earlier one is there; the half of the new one is cleared by the next report, or by the next command that writes."""
    root, settings = tmp_path / "root", {"ARCHIVE_ROOT": str(tmp_path / "root")}
    shutil.copytree(exported, root, copy_function=shutil.copy2)
    page = root / "finews" / "report.html"
    assert run("report", "finews", settings=settings).returncode == 0
    before = page.read_bytes()
    done = run_armed((f"{HERE}:half_a_report",), "report", "finews", settings=settings)
    assert done.returncode == -signal.SIGKILL
    assert page.read_bytes() == before
    assert len(list(page.parent.glob(".report.html.*.tmp"))) == 1
    assert run(then, "finews", settings=settings).returncode == 0
    assert list(page.parent.glob(".report.html*")) == []
