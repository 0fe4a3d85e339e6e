"""The systemd units: no line is unknown to systemd, what they start exists, and they keep what they promise."""

from __future__ import annotations

import re
import shutil
import subprocess
from configparser import ConfigParser
from typing import TYPE_CHECKING

import pytest

from tests.conftest import missing
from tests.replica.crawl import FAST, PROJECT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.replica.server import ReplicaServer

UNITS = PROJECT / "deploy" / "systemd"
#: Of 10, as systemd-analyze says; below 2 it calls a unit well protected.
EXPOSED = 1.5


class Unit(ConfigParser):
    """Names keep their case."""

    def optionxform(self, optionstr: str) -> str:
        return optionstr


def analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which("systemd-analyze") or missing("systemd-analyze", "apt-get install systemd")
    return subprocess.run([program, *arguments], capture_output=True, text=True, check=False)


@pytest.fixture
def installed(opt: Path, tmp_path: Path) -> Path:
    """The units where systemd would have them, and no other unit in the way."""
    folder = tmp_path / "units"
    folder.mkdir()
    for path in UNITS.glob("backfile@.*"):
        text = path.read_text("utf-8").replace("/opt/backfile", str(opt))
        (folder / path.name.replace("@", "@finews")).write_text(text, "utf-8")
    return folder


def test_systemd_knows_every_line(installed: Path) -> None:
    done = analyze("verify", "--man=no", *map(str, sorted(installed.iterdir())))
    own = [line for line in (done.stdout + done.stderr).splitlines() if "backfile" in line]
    assert done.returncode == 0, done.stderr
    assert own == []


def test_the_service_is_hardened(installed: Path) -> None:
    done = analyze("security", "--offline=true", "--no-pager", str(installed / "backfile@finews.service"))
    level = re.search(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)
    assert level is not None, done.stdout + done.stderr
    assert float(level[1]) <= EXPOSED


def test_the_timer_comes_every_five_minutes() -> None:
    unit = Unit(interpolation=None)
    unit.read(UNITS / "backfile@.timer", "utf-8")
    done = analyze("calendar", "--iterations=3", unit["Timer"]["OnCalendar"])
    assert re.findall(r":(\d[05]):00 UTC", done.stdout), done.stdout + done.stderr


def test_what_the_service_starts_archives_the_site(replica: ReplicaServer, opt: Path, tmp_path: Path) -> None:
    unit = Unit(interpolation=None, strict=False, delimiters="=")
    unit.read(UNITS / "backfile@.service", "utf-8")
    given = " ".join(f"-s {name}={value}" for name, value in FAST.items())
    origins = "{" + ",".join(f'"{canonical}":"{own}"' for canonical, own in replica.origins.items()) + "}"
    command = unit["Service"]["ExecStart"].replace("/opt/backfile", str(opt)).replace("%i", "finews")
    environment = {
        "STATE_DIRECTORY": str(tmp_path),
        "BACKFILE_OPTIONS": f"{given} -s ORIGINS={origins}",
        "PATH": "/usr/bin:/bin",
    }
    done = subprocess.run(["/bin/sh", "-c", command], cwd=opt, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "finews" / "index.jsonl").exists()
