"""What ``pip install`` gives: the command ``backfile``, in any folder, with nothing but what it requires."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from email.parser import Parser
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

from crawler import __version__
from crawler.invocation import install
from tests.archives import index, report
from tests.plain import beside
from tests.replica.build import BUILT
from tests.replica.crawl import FAST, PROJECT
from tests.replica.server import ReplicaServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COMMANDS = sorted(
    path.stem for path in (PROJECT / "crawler" / "commands").glob("*.py") if "class Command(" in path.read_text("utf-8")
)
#: Of Python's own: what takes long to load. Of others, no command may load anything that Scrapy has not.
HEAVY = {"asyncio", "concurrent", "email", "http", "multiprocessing", "sqlite3", "ssl", "unittest", "xml"}


def source(folder: Path) -> Path:
    """The project's files that git knows, and nothing that lies about."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if name.split("/")[0] in ("crawler", "pyproject.toml", "README.md", "LICENSE") and (PROJECT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes((PROJECT / name).read_bytes())
    return folder


def pip(*arguments: str | Path) -> None:
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip("wheel", "--no-deps", "--no-build-isolation", "--no-index", "-w", folder, source(folder / "source"))
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sdist")
    code = f"from setuptools import build_meta; build_meta.build_sdist({str(folder)!r})"
    subprocess.run([sys.executable, "-c", code], cwd=source(folder / "source"), check=True, capture_output=True)
    (built,) = folder.glob("*.tar.gz")
    return built


@pytest.fixture(scope="module")
def backfile(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command, in an environment that has what the wheel requires, in the versions of the lock file."""
    return beside(tmp_path_factory.mktemp("environment") / "v", "--no-deps", "--no-index", wheel) / "backfile"


@pytest.fixture(scope="module")
def served() -> Iterator[list[str]]:
    """Options for a crawl of the served replica."""
    with ReplicaServer(BUILT) as server:
        given = FAST | {"ORIGINS": json.dumps(server.origins), "LOG_LEVEL": "WARNING"}
        yield [word for name, value in given.items() for word in ("-s", f"{name}={value}")]


@pytest.fixture(scope="module")
def home(backfile: Path, served: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of a person's, in which the site was archived."""
    folder = tmp_path_factory.mktemp("home")
    done = call(backfile, "crawl", "finews", *served, cwd=folder)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    return folder


def call(backfile: Path, *arguments: str, cwd: Path, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(cwd), "LANG": "C.UTF-8", "COLUMNS": "80"} | more
    return subprocess.run(
        [backfile, *arguments],
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


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


def test_archives_lie_in_the_current_folder(home: Path, backfile: Path) -> None:
    assert sorted(path.name for path in home.iterdir()) == ["output"]
    assert index(home / "output" / "finews")
    assert report(home / "output")["exit_code"] == 0
    assert call(backfile, "status", "finews", cwd=home).returncode == 0


def test_the_environment_may_say_where_and_an_option_has_the_last_word(backfile: Path, home: Path, tmp_path: Path) -> None:
    root = str(home / "output")
    assert call(backfile, "status", "finews", cwd=tmp_path, ARCHIVE_ROOT=root).returncode == 0
    assert call(backfile, "status", "finews", "-s", f"ARCHIVE_ROOT={root}", cwd=tmp_path, ARCHIVE_ROOT="/none").returncode == 0
    assert call(backfile, "status", "finews", cwd=tmp_path).returncode == 2
    assert list(tmp_path.iterdir()) == [], "who only looks leaves nothing behind"


def test_what_needs_processes_runs(backfile: Path, home: Path) -> None:
    done = call(backfile, "rebuild", "finews", "--diff", "--jobs", "2", cwd=home)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_page_is_looked_at(backfile: Path, home: Path) -> None:
    entry = index(home / "output" / "finews")[0]
    done = call(backfile, "shell", entry["url"], "-c", "source(post)", cwd=home)
    assert done.returncode == 0
    assert done.stdout.startswith("---\n")
    assert done.stdout.strip() == (home / "output" / "finews" / entry["path"]).read_text("utf-8").strip()


def test_its_name_and_version(backfile: Path, tmp_path: Path) -> None:
    done = call(backfile, "--version", cwd=tmp_path)
    assert (done.returncode, done.stdout.split()[:2]) == (0, ["Backfile", __version__])
    assert call(backfile, "list", cwd=tmp_path).stdout.split() == ["finews", "jekyll"]


@pytest.mark.parametrize("arguments", [(), ("-h",), ("--help",), ("help",)])
def test_the_help_names_every_command(backfile: Path, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = call(backfile, *arguments, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert {line.split()[0] for line in done.stdout.splitlines() if line.startswith("  ")} >= {*COMMANDS, "list", "version"}
    assert [line for line in done.stdout.splitlines() if len(line) > 80] == []
    assert "scrapy " not in done.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_what_a_command_takes_begins_with_our_name(backfile: Path, tmp_path: Path, command: str) -> None:
    done = call(backfile, command, "-h", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    usage = " ".join(done.stdout.split())
    assert f"backfile {command} " in usage
    assert f"scrapy {command} " not in usage
    assert call(backfile, "help", command, cwd=tmp_path).stdout == done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["stauts", "finews"], "there is no command stauts; did you mean status?"),
        (["finews"], "there is no command finews, which is a site; name a command first, like: backfile status finews"),
        (["help", "stauts"], "there is no command stauts; did you mean status?"),
        (["qqq"], "there is no command qqq; backfile -h lists them"),
        (["-s", "LOG_LEVEL=DEBUG", "crawl"], "options come after the command: backfile crawl SITE -s NAME=VALUE"),
    ],
)
def test_what_is_no_command_is_told_in_a_line(backfile: Path, tmp_path: Path, arguments: list[str], said: str) -> None:
    done = call(backfile, *arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"backfile: {said}\n")


def test_what_is_listed_as_scrapys_own_is(backfile: Path, tmp_path: Path) -> None:
    done = call(backfile, "-h", cwd=tmp_path)
    ours, _, theirs = done.stdout.partition("Scrapy's own, and for looking at single pages:\n")
    listed = re.findall(r"^  (\S+) ", theirs, re.MULTILINE)
    assert "shell" in listed
    assert not [name for name in listed if find_spec(f"scrapy.commands.{name}") is None]
    assert re.search(r"^  crawl +Archive a site", ours, re.MULTILINE)
    assert {"learn", "warc"} <= set(re.findall(r"^  (\S+) ", ours, re.MULTILINE))


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """The folder of another Scrapy project, whose package has the name of ours."""
    (tmp_path / "crawler").mkdir()
    (tmp_path / "crawler" / "__init__.py").write_text("raise RuntimeError('not the package that was installed')\n")
    (tmp_path / "theirs.py").write_text("BOT_NAME = 'theirs'\n")
    (tmp_path / "scrapy.cfg").write_text("[settings]\ndefault = theirs\n")
    return tmp_path


def test_another_project_is_not_ours(backfile: Path, elsewhere: Path) -> None:
    done = call(backfile, "list", cwd=elsewhere)
    assert (done.returncode, done.stdout, done.stderr) == (0, "finews\njekyll\n", "")
    said = call(backfile, "settings", "--get", "BOT_NAME", cwd=elsewhere)
    assert said.stdout == "backfile\n"


def test_settings_of_ones_own_go_on_from_ours(backfile: Path, replica: ReplicaServer, elsewhere: Path) -> None:
    """As docs/settings.md has it."""
    (elsewhere / "mine.py").write_text("from crawler.settings import *\n\nCONTACT = 'me@example.org'\nARCHIVE_ROOT = 'there'\n")
    given = [f"-s{name}={value}" for name, value in (FAST | {"ORIGINS": json.dumps(replica.origins)}).items()]
    own = {"SCRAPY_SETTINGS_MODULE": "mine", "ARCHIVE_ROOT": "nowhere"}
    done = call(backfile, "crawl", "finews", *given, "-a", "limit=1", cwd=elsewhere, **own)
    assert done.returncode == 0, done.stderr
    assert {asked.headers["User-Agent"] for asked in replica.log} == {f"Backfile/{__version__} (+me@example.org)"}
    assert index(elsewhere / "there" / "finews")
    assert not (elsewhere / "nowhere").exists()


@pytest.mark.parametrize(
    ("module", "said"),
    [
        ("theirs", "are not settings of ours; have them begin with: from crawler.settings import *"),
        ("nosuch", "cannot be loaded: No module named 'nosuch'"),
    ],
)
def test_settings_that_are_none_of_ours_are_told_in_a_line(backfile: Path, elsewhere: Path, module: str, said: str) -> None:
    done = call(backfile, "list", cwd=elsewhere, SCRAPY_SETTINGS_MODULE=module)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"backfile: SCRAPY_SETTINGS_MODULE={module} {said}\n")


@pytest.mark.parametrize("options", [("--format", "parquet"), ("--format", "jsonl"), ("--format", "wacz")])
def test_a_missing_extra_is_told_with_what_installs_it(backfile: Path, home: Path, options: tuple[str, ...]) -> None:
    done = call(backfile, "export", "finews", *options, cwd=home)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    pip = f"{backfile.parent}/python -m pip install '.["
    assert f"install it, in the folder of the clone, with: {pip}" in done.stderr, "neither a pip nor a package of elsewhere"
    assert sorted(path.name for path in (home / "output").iterdir()) == ["finews"]


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


def test_who_closes_the_pipe_is_no_error(backfile: Path, tmp_path: Path) -> None:
    script = f"'{backfile}' -h | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout in ("141\n", "0\n"), "0: it was faster than the other closed it"
    assert done.stderr == ""


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
