"""The command ``backfile`` that ``pip install`` gives: in any folder, with nothing but what it requires."""

from __future__ import annotations

import json
import re
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crawler import __version__
from tests.archives import index, report
from tests.plain import beside
from tests.replica.build import BUILT
from tests.replica.crawl import FAST, PROJECT
from tests.replica.server import ReplicaServer

if TYPE_CHECKING:
    from collections.abc import Iterator


COMMANDS = sorted(
    path.stem for path in (PROJECT / "crawler" / "commands").glob("*.py") if "class Command(" in path.read_text("utf-8")
)


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
        timeout=300,
        check=False,
    )


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


@pytest.mark.parametrize("arguments", [("-h",), ("--version",)])
def test_a_full_disk_below_what_it_says_is_one_line(backfile: Path, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([backfile, *arguments], cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "backfile: standard output cannot be written: No space left on device\n")


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


def test_who_closes_the_pipe_is_no_error(backfile: Path, tmp_path: Path) -> None:
    script = f"'{backfile}' -h | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout in ("141\n", "0\n"), "0: it was faster than the other closed it"
    assert done.stderr == ""
