"""The documented backup, taken in the middle of a run, is an archive that the next run carries on."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from tests.archives import index
from tests.conftest import missing
from tests.replica.build import BUILT
from tests.replica.crawl import PROJECT, crawl, run, scrapy, settings_for
from tests.replica.held import HeldReplica
from tests.replica.truth import compare

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def documented(archive: Path, copy: Path) -> list[str]:
    text = (PROJECT / "docs" / "operations.md").read_text("utf-8")
    (command,) = re.findall(r"^rsync .*$", text, re.MULTILINE)
    if shutil.which("rsync") is None:
        missing("rsync", "apt-get install rsync")
    return command.replace("output/finews/", f"{archive}/").replace("/tmp/backfile-backup/", f"{copy}/").split()


@pytest.fixture
def held() -> Iterator[HeldReplica]:
    """The site, which lets a run write and not come to its end."""
    with HeldReplica() as replica:
        replica.hold_at = 150
        yield replica


def test_a_copy_taken_while_a_run_writes_is_carried_on(held: HeldReplica, tmp_path: Path) -> None:
    replica = held
    settings = settings_for(replica.origins, tmp_path / "root", DOWNLOAD_DELAY="0.02")
    process = subprocess.Popen(scrapy("crawl", "finews", settings=settings), cwd=PROJECT, stderr=subprocess.DEVNULL)
    while len(replica.log) < 80 and process.poll() is None:
        time.sleep(0.001)
    copy = tmp_path / "copy" / "finews"
    copy.parent.mkdir()
    subprocess.run(documented(tmp_path / "root" / "finews", copy), check=True)
    assert process.poll() is None, "the copy was to be taken in the middle of a run"
    replica.let_go()
    assert process.wait(300) == 0
    assert not (copy / "catalog.sqlite").exists()
    done = crawl(replica.origins, copy.parent)
    assert done.returncode == 0, done.stderr
    result = compare(BUILT, copy)
    assert (result.wrong, result.missing, result.stray) == ([], [], [])
    verified = run("verify", "finews", settings={"ARCHIVE_ROOT": str(copy.parent)})
    assert verified.returncode == 0, verified.stdout
    assert len(index(copy)) == len(index(tmp_path / "root" / "finews"))
