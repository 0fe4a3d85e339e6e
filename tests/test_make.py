"""``make`` sets up what it needs, twice and after an interruption, too; what it lacks is one line."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
from typing import TYPE_CHECKING

import pytest

from benchmarks.conversion import WHO
from tests.conftest import missing
from tests.replica.crawl import PROJECT

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A checkout whose lock file names nothing, so that an environment is there in seconds, without network."""
    folder = tmp_path / "a clone"
    folder.mkdir()
    shutil.copy2(PROJECT / "Makefile", folder)
    (folder / "requirements.lock").write_text("")
    return folder


def surroundings(**more: str) -> dict[str, str]:
    dropped = ("MAKE", "MFLAGS", "PIP_", "PYTHON", "VIRTUAL_ENV")
    return {name: value for name, value in os.environ.items() if not name.startswith(dropped)} | more


def make(folder: Path, *arguments: str, before: tuple[str, ...] = (), **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*before, "make", *arguments], cwd=folder, env=surroundings(**more), capture_output=True, text=True, check=False
    )


def complaint(done: subprocess.CompletedProcess[str]) -> str:
    """The one line on stderr that is not make's own."""
    assert done.returncode == 2
    (line,) = [line for line in done.stderr.splitlines() if not line.startswith("make: ***")]
    return line


def test_the_help_lists_every_target() -> None:
    text = (PROJECT / "Makefile").read_text("utf-8")
    (targets,) = re.findall(r"^\.PHONY: (.+)$", text, re.MULTILINE)
    done = make(PROJECT, "help")
    assert {line.split()[0] for line in done.stdout.splitlines()} == set(targets.split())
    assert [line for line in done.stdout.splitlines() if len(line) > 80] == []


def test_a_second_time_there_is_nothing_to_do(folder: Path) -> None:
    first = make(folder, "plain")
    assert (first.returncode, first.stderr) == (0, "")
    assert (folder / ".venv-plain" / "run.stamp").exists()
    assert "Nothing to be done" in make(folder, "plain").stdout


@pytest.mark.parametrize(("what", "has_peers"), [("jekyll --site .", True), ("handlers", False)])
def test_converters_of_others_are_installed_for_the_benchmark_that_has_them(
    folder: Path, what: str, *, has_peers: bool
) -> None:
    (folder / "requirements-peers.lock").write_text("")
    make(folder, "bench", f"ARGS={what}")
    assert (folder / ".venv-peers" / "stamp").exists() == has_peers
    lock = (PROJECT / "requirements-peers.lock").read_text("utf-8")
    assert {one.split("==")[0] for one in lock.splitlines() if "==" in one} >= WHO.keys()


def test_an_interrupted_installation_is_made_anew(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}/x-1.tar.gz"
        (folder / "requirements.lock").write_text(f"x @ {address} --hash=sha256:{'0' * 64}\n")
        process = subprocess.Popen(
            ["make", "plain"],
            cwd=folder,
            env=surroundings(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        server.settimeout(300)
        server.accept()[0].close()  # pip is in the middle of it
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    environment = folder / ".venv-plain"
    assert not (environment / "run.stamp").exists()
    (environment / "half").touch()
    (folder / "requirements.lock").write_text("")
    done = make(folder, "plain")
    assert (done.returncode, done.stderr) == (0, "")
    assert (environment / "run.stamp").exists()
    assert not (environment / "half").exists()


def test_an_environment_that_lost_its_python_is_made_anew(folder: Path) -> None:
    assert make(folder, "plain").returncode == 0
    for name in ("run.stamp", "bin/python"):
        (folder / ".venv-plain" / name).unlink()
    (folder / ".venv-plain" / "bin" / "python").symlink_to("/nowhere/python3")
    done = make(folder, "plain")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_python_that_is_too_old_is_told_in_a_line(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.version_info = (3, 10, 13)\nsys.version = '3.10.13 (main)'\n")
    line = complaint(make(folder, "demo", PYTHONPATH=str(tmp_path)))
    assert line == "Backfile needs Python 3.11 or newer; this is 3.10.13. Name another with: make PYTHON=python3.12 ..."
    assert not (folder / ".venv").exists()


def test_a_python_without_venv_is_told_in_a_line(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "venv").mkdir()
    (tmp_path / "venv" / "__init__.py").touch()
    (tmp_path / "venv" / "__main__.py").write_text("print('not created successfully because\\n\\nensurepip is not')\nexit(1)\n")
    done = make(folder, "demo", PYTHONPATH=str(tmp_path))
    assert complaint(done) == "no virtual environment could be made in .venv/; on Debian: apt-get install python3-venv"
    assert "ensurepip" not in done.stdout


def test_without_network_it_says_so_in_a_line_and_goes_on_later(folder: Path) -> None:
    unshare = shutil.which("unshare") or missing("unshare", "apt-get install util-linux")
    alone = (unshare, "--map-root-user", "--net")
    if subprocess.run([*alone, "true"], capture_output=True, check=False).returncode:
        missing("a network of one's own", "allow user namespaces")
    (folder / "requirements.lock").write_text(f"scrapy==2.19.0 --hash=sha256:{'0' * 64}\n")
    line = complaint(make(folder, "plain", before=alone))
    assert line.startswith("the packages cannot be fetched: there is no network")
    assert "scrapy" in (folder / ".venv-plain" / "pip.log").read_text("utf-8")
    (folder / ".venv-plain" / "kept").touch()
    (folder / "requirements.lock").write_text("")
    assert make(folder, "plain").returncode == 0
    assert (folder / ".venv-plain" / "kept").exists(), "what was installed before stays"


def test_what_cannot_be_installed_is_told_in_a_line(folder: Path) -> None:
    (folder / "requirements.lock").write_text("this is no requirement\n")
    line = complaint(make(folder, "plain"))
    assert line.startswith("the packages cannot be installed: ERROR: Invalid requirement")
    assert line.endswith("all that pip said is in .venv-plain/pip.log")
