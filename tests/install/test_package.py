"""What the package is made of, what its metadata say, and what its modules load and say of installing."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from email.parser import Parser
from typing import TYPE_CHECKING

import pytest

from crawler import __version__
from crawler.invocation import install
from tests.install.conftest import pip, source
from tests.replica.crawl import PROJECT

if TYPE_CHECKING:
    from pathlib import Path

#: Of Python's own: what takes long to load. Of others, no command may load anything that Scrapy has not.
HEAVY = {"asyncio", "concurrent", "email", "http", "multiprocessing", "sqlite3", "ssl", "unittest", "xml"}


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sdist")
    code = f"from setuptools import build_meta; build_meta.build_sdist({str(folder)!r})"
    subprocess.run([sys.executable, "-c", code], cwd=source(folder / "source"), check=True, capture_output=True)
    (built,) = folder.glob("*.tar.gz")
    return built


def holds() -> list[str]:
    """What the package is made of."""
    listed = subprocess.run(["git", "ls-files", "crawler"], cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    return sorted(name for name in listed.splitlines() if (PROJECT / name).exists())


def files(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as opened:
        return sorted(name for name in opened.namelist() if ".dist-info/" not in name)


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    assert files(wheel) == holds()


def test_a_wheel_of_the_sdist_holds_the_same(sdist: Path, tmp_path: Path) -> None:
    pip("wheel", "--no-deps", "--no-build-isolation", "--no-index", "-w", tmp_path, sdist)
    (built,) = tmp_path.glob("*.whl")
    assert files(built) == holds()
    with tarfile.open(sdist) as opened:
        assert not [name for name in opened.getnames() if "/tests/" in name]


def test_the_metadata_say_what_it_is(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as opened:
        (folder,) = {name.split("/")[0] for name in opened.namelist() if ".dist-info/" in name}
        said = Parser().parsestr(opened.read(f"{folder}/METADATA").decode())
        assert opened.read(f"{folder}/licenses/LICENSE") == (PROJECT / "LICENSE").read_bytes()
    assert (said["Name"], said["Version"], said["License-Expression"]) == ("backfile", __version__, "MIT")
    assert said["Requires-Python"] == ">=3.11"
    assert {f"Programming Language :: Python :: 3.{minor}" for minor in (11, 12, 13)} <= set(said.get_all("Classifier", []))


def test_the_python_that_runs_is_named_unless_make_installs_into_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert install("export") == "install it with: make extras"
    monkeypatch.setattr("sys.executable", "/home/my own/bin/python")
    how = "install it, in the folder of the clone, with: '/home/my own/bin/python' -m pip install '.[export]'"
    assert install("export") == how, "a checkout, run by the Python of another environment"


def test_no_line_of_ours_installs_a_package_by_its_name() -> None:
    """The project is in no registry: whoever takes the name there would have their package installed."""
    lines = [line for path in (PROJECT / "crawler").rglob("*.py") for line in path.read_text("utf-8").splitlines()]
    assert not [line for line in lines if "install" in line and ("backfile[" in line or "install backfile" in line)]
    assert [line for line in lines if "make extras" in line] == ['        return "install it with: make extras"']


def test_python_runs_it_too(plain: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [plain / "bin" / "python", "-m", "crawler", "--version"],
        cwd=PROJECT,
        env=os.environ | {"HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith(f"Backfile {__version__} ")


def loaded(python: Path, code: str) -> set[str]:
    """The modules that are there after ``code``, in a process of its own."""
    done = subprocess.run(
        [python, "-c", f"{code}\nimport sys; print(*sys.modules)"], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_no_command_loads_what_it_needs_before_it_runs(plain: Path) -> None:
    """Scrapy loads every command each time, whichever is to run."""
    python = plain / "bin" / "python"
    bare = "from scrapy import cmdline; from scrapy.utils.misc import walk_modules; walk_modules('scrapy.commands')"
    ours = f"{bare}; walk_modules('crawler.commands'); import crawler.settings"
    more = {name.split(".")[0] for name in loaded(python, ours) - loaded(python, bare)}
    assert more & HEAVY == set()
    assert more - sys.stdlib_module_names == {"crawler"}
