"""Commands run on an archive that this user can read and nobody can write to: as on a mounted backup."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import missing
from tests.replica.crawl import PROJECT, scrapy

_NOBODY = "65534"


@contextmanager
def read_only(root: Path) -> Iterator[Path]:
    """A copy of an ``ARCHIVE_ROOT`` of which no byte can be written, in a folder that can."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(root, folder / "root")
        (folder / "elsewhere").mkdir()
        (folder / "elsewhere").chmod(0o777)
        folder.chmod(0o755)
        places = [folder / "root", *(folder / "root").rglob("*")]
        for place in places:
            place.chmod(0o555 if place.is_dir() else 0o444)
        yield folder / "root"
        for place in places:
            place.chmod(0o755)


def as_anybody(*arguments: str, root: Path) -> subprocess.CompletedProcess[str]:
    """``scrapy`` as a user without any rights, for the superuser may write everywhere."""
    words = scrapy(*arguments, settings={"ARCHIVE_ROOT": str(root)})
    if os.geteuid() == 0:
        program = shutil.which("setpriv") or missing("setpriv", "apt-get install util-linux")
        words = [program, "--reuid", _NOBODY, "--regid", _NOBODY, "--clear-groups", *words]
    return subprocess.run(words, cwd=PROJECT, capture_output=True, text=True, timeout=120, check=False)
