"""What many tests need: the bundled replica, served and crawled once, and tools that must be there in CI."""

from __future__ import annotations

import fcntl
import gc
import hashlib
import os
import pickle
import shutil
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
from hypothesis import settings

from crawler.archive.catalog.catalog import Catalog
from tests.minima.build import build
from tests.plain import plain
from tests.replica.build import BUILT, INSTALL, JekyllMissing
from tests.replica.crawl import crawl, forked
from tests.replica.jekyll_forks import forked_jekyll
from tests.replica.server import ReplicaServer
from tests.spiders.stranger import learned

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

settings.register_profile("project", deadline=None, max_examples=200)
settings.load_profile("project")


#: The files that take longest, those that do first: with one of them begun last, all processes but one would be idle at the end.
LONGEST = (
    "test_docs.py",
    "crash/test_crash.py",
    "exporters/test_killed.py",
    "learn/test_linear.py",
    "failures/test_failures.py",
    "commands/test_in_a_terminal.py",
    "simulation/test_simulation.py",
    "faults/test_faults.py",
    "test_benchmarks.py",
    "cluster/test_killed.py",
    "linear/test_linear.py",
    "deploy/test_workflow.py",
    "exporters/test_jekyll.py",
    "jekyll_sites/test_end_to_end.py",
    "deploy/test_container.py",
    "install/test_backfile.py",
    "crash/test_damage.py",
    "minima/test_any_jekyll.py",
    "archive/test_read_only.py",
    "exporters/test_places.py",
    "crawl/test_hostile.py",
    "cluster/test_redis.py",
    "cluster/test_workers.py",
    "commands/test_learn.py",
    "spiders/test_jekyll_replaced.py",
    "minima/test_add_a_site.py",
    "jekyll_sites/test_bench.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin the longest files first (pytest-xdist keeps this order with ``--no-loadscope-reorder``)."""
    place = {Path(__file__).parent / name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path, len(place)))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int | None:
    """One process more than there are cores: tests wait for disks, servers and time limits for a third of their time."""
    if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ:
        return None
    return len(os.sched_getaffinity(0)) + 1


def missing(what: str, install: str) -> NoReturn:
    """Skip with what to install; in CI nothing is skipped."""
    if os.environ.get("CI"):
        pytest.fail(f"{what} is not installed and this is CI: {install}")
    pytest.skip(f"{what} is not installed: {install}")


@pytest.fixture(scope="session", autouse=True)
def _hears_signals() -> None:
    """Tests close terminals and press Ctrl-C: ``nohup``, or ``&`` in a script, before pytest would have all commands ignore that."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def _garbage_is_nobodys() -> None:
    """What the collector finds unclosed may be any earlier test's: only what goes with the last reference to it fails a test."""
    tell, collects = sys.unraisablehook, False

    def noted(phase: str, _: dict[str, int]) -> None:
        nonlocal collects
        collects = phase == "start"

    def told(what: Any) -> None:
        if not collects:
            tell(what)

    gc.callbacks.append(noted)
    sys.unraisablehook = told


@pytest.fixture(scope="session", autouse=True)
def _forked(_hears_signals: None) -> Iterator[None]:
    """Hundreds of commands are run, and sites built: each is a process of its own, that need not import everything anew."""
    with forked(), forked_jekyll():
        yield


@pytest.fixture(autouse=True)
def _closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Catalogs that a test opens are closed behind it: from Python 3.13 on, one that is not is a warning, in some later test."""
    opened, init = [], Catalog.__init__

    def noted(self: Catalog, path: Path, *, read_only: bool = False) -> None:
        init(self, path, read_only=read_only)
        opened.append(self)

    monkeypatch.setattr(Catalog, "__init__", noted)
    yield
    for catalog in opened:
        catalog._db.close()


@pytest.fixture(scope="session")
def jekyll() -> str:
    """The real Jekyll."""
    return shutil.which("jekyll") or missing("jekyll", INSTALL)


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[Path], Any]], tuple[Path, Any]]:
    """``once(name, make)`` gives a folder, and what ``make`` gave when it filled it: once for all processes that run tests. Read only."""
    root = tmp_path_factory.getbasetemp()
    root = root.parent if "PYTEST_XDIST_WORKER" in os.environ else root

    def made_once(name: str, make: Callable[[Path], Any]) -> tuple[Path, Any]:
        folder = root / f"once-{hashlib.sha256(name.encode()).hexdigest()[:16]}"
        folder.mkdir(exist_ok=True)
        given = folder / "given.pickle"
        with (folder / "lock").open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not given.exists():
                shutil.rmtree(folder / "made", ignore_errors=True)
                given.write_bytes(pickle.dumps(make(folder / "made")))
        return folder / "made", pickle.loads(given.read_bytes())

    return made_once


@pytest.fixture(scope="session")
def minima(once: Callable[..., tuple[Path, Any]]) -> Callable[..., Path]:
    """``tests.minima.build.build`` without its target: every configuration is built once. Read only."""

    def ready(*overlays: str, **config: Any) -> Path:
        try:
            return once(f"minima {overlays} {sorted(config.items())}", lambda folder: build(folder, *overlays, **config))[0]
        except JekyllMissing:
            missing("Jekyll with minima", INSTALL)

    return ready


@pytest.fixture(scope="session", name="plain")
def _plain() -> Path:
    """An environment without extras, and without what the tests need."""
    return plain()


@pytest.fixture
def replica() -> Iterator[ReplicaServer]:
    """The bundled replica, served, with an empty request log."""
    with ReplicaServer(BUILT) as server:
        yield server


@pytest.fixture(scope="session")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``ARCHIVE_ROOT`` after one crawl of the bundled replica. Read only; copy it before changing anything."""
    root = tmp_path_factory.mktemp("crawled")
    with ReplicaServer(BUILT) as server:
        done = crawl(server.origins, root)
    assert done.returncode == 0, done.stderr
    return root


@pytest.fixture(scope="session")
def shore_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``ARCHIVE_ROOT`` after one crawl of a site that nobody described. Read only."""
    return learned(tmp_path_factory.mktemp("learned"))


@pytest.fixture
def archive_root(crawled: Path, tmp_path: Path) -> Path:
    """A copy of ``crawled`` that a test may change."""
    shutil.copytree(crawled, tmp_path / "root", copy_function=shutil.copy2)
    return tmp_path / "root"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The real Chromium."""
    from tests.browser import chromium

    with chromium() as found:
        yield found


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """An empty tab."""
    from tests.browser import PATIENCE

    found = browser.new_page()
    found.set_default_timeout(PATIENCE)
    yield found
    found.close()
