"""What can go wrong around a command, each made for real."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crawler.archive.archive import locked as archive_locked
from tests.archives import a_post
from tests.failures.commands import Called
from tests.replica.crawl import PROJECT, run, run_armed, scrapy, settings_for

if TYPE_CHECKING:
    from pathlib import Path

    from tests.replica.server import ReplicaServer

_ARMS = "tests.failures.arms"
#: Far more than an archive of the replica takes.
_DISK = "60m"


@dataclass(slots=True)
class Ground:
    """A place to try things in: an archive below ``root``, somewhere to write to, and the site to ask."""

    root: Path
    out: Path
    origins: dict[str, str]
    #: A copy of the captures, for ``import``, and a post.
    captures: Path
    post: dict[str, str]
    arm: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    #: The environment of a plain install, if the command is run there.
    plain: Path | None = None
    site: str = "finews"

    @property
    def archive(self) -> Path:
        """The folder of the archive."""
        return self.root / self.site

    def words(self, called: Called) -> list[str]:
        """A command line as it is typed here."""
        fill = {"out": str(self.out), "captures": str(self.captures), "page": self.post["url"], "id": self.post["id"]}
        return [word.format(**fill) for word in called.words]

    def call(self, called: Called) -> subprocess.CompletedProcess[str]:
        """Run a command here."""
        words = self.words(called)
        settings = settings_for(self.origins, self.root)
        if words[0] in ("shell", "fetch", "parse", "view", "check"):
            settings["LOG_LEVEL"] = "WARNING"
        arm = self.arm or ((f"{_ARMS}:stopped_when_it_serves",) if called.serves else ())
        with _environment(self.environment | {"BROWSER": "/bin/true"}):
            if self.plain is not None:
                command = [str(self.plain / "bin" / "python"), *scrapy(*words, settings=settings)[1:]]
                return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=300, check=False)
            if arm:
                return run_armed(arm, *words, *self.more, settings=settings)
            return run(*words, *self.more, settings=settings)


@contextmanager
def _environment(more: dict[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(more)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def ground(crawled: Path, folder: Path, replica: ReplicaServer, site: str = "finews") -> Ground:
    """A fresh copy of the archive to try things on.

    :param crawled: the folder of the archives there are.
    """
    shutil.copytree(crawled / site, folder / "root" / site, copy_function=shutil.copy2)
    shutil.copytree(crawled / site / "captures", folder / "captures")
    (folder / "out").mkdir()
    post = (
        a_post(crawled) if site == "finews" else json.loads((crawled / site / "index.jsonl").read_text("utf-8").splitlines()[0])
    )
    return Ground(folder / "root", folder / "out" / "made", replica.origins, folder / "captures", post, site=site)


@contextmanager
def no_archive(made: Ground, called: Called) -> Iterator[None]:
    """Nothing was ever crawled."""
    shutil.rmtree(made.archive)
    yield


@contextmanager
def empty_archive(made: Ground, called: Called) -> Iterator[None]:
    """The folder of an archive, with nothing in it."""
    shutil.rmtree(made.archive)
    (made.archive).mkdir()
    yield


@contextmanager
def damaged_catalog(made: Ground, called: Called) -> Iterator[None]:
    """The catalog is no database."""
    (made.archive / "catalog.sqlite").write_bytes(os.urandom(20_000))
    yield


@contextmanager
def damaged_index(made: Ground, called: Called) -> Iterator[None]:
    """Lines that are none of an index, in the middle and torn at the end."""
    index = made.archive / "index.jsonl"
    lines = index.read_bytes().splitlines(keepends=True)
    index.write_bytes(b"".join([*lines[:9], b"no JSON\n", b"[]\n", b'{"id": 7}\n', b"\xff\xfe\n", *lines[9:], b'{"id": "x']))
    yield


@contextmanager
def damaged_captures(made: Ground, called: Called) -> Iterator[None]:
    """Noise in the middle of each capture file."""
    for path in [*(made.archive / "captures").iterdir(), *made.captures.iterdir()]:
        data = bytearray(path.read_bytes())
        data[len(data) // 2 : len(data) // 2 + 3000] = os.urandom(3000)
        path.chmod(0o644)
        path.write_bytes(data)
    yield


@contextmanager
def read_only(made: Ground, called: Called) -> Iterator[None]:
    """The archive lies on a file system that takes no writes."""
    subprocess.run(["mount", "--bind", made.root, made.root], check=True)
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", made.root], check=True)
        yield
    finally:
        subprocess.run(["umount", "--lazy", made.root], check=True)


@contextmanager
def locked(made: Ground, called: Called) -> Iterator[None]:
    """A crawl is writing to it."""
    with archive_locked(made.archive):
        yield


@contextmanager
def full_disk(made: Ground, called: Called) -> Iterator[None]:
    """Neither the archive's disk nor that of the output has a byte left."""
    disk = made.root.parent / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={_DISK}", "tmpfs", disk], check=True)
    try:
        shutil.copytree(made.root, disk / "root", copy_function=shutil.copy2)
        subprocess.run(["dd", "if=/dev/zero", f"of={disk}/filler", "bs=4k"], capture_output=True, check=False)
        made.root, made.out = disk / "root", disk / "made"
        yield
    finally:
        subprocess.run(["umount", "--lazy", disk], check=True)


@contextmanager
def closed_pipe(made: Ground, called: Called) -> Iterator[None]:
    """Nobody reads what is printed."""
    made.arm = (f"{_ARMS}:nobody_reads", *(["and stop"] if called.serves else []))
    yield


@contextmanager
def interrupted(made: Ground, called: Called) -> Iterator[None]:
    """Ctrl-C, when the archive (or what else there is to read) is opened."""
    places = [f"{made.archive}/catalog.sqlite", f"{made.archive}/index.jsonl", f"{made.archive}/captures/"]
    places += [f"{made.captures}/"]
    made.arm = (f"{_ARMS}:interrupted_at", *(places if called.reads else [".schema.json"]))
    yield


@contextmanager
def unknown_option(made: Ground, called: Called) -> Iterator[None]:
    """An option that there is not."""
    made.more = ("--no-such-option",)
    yield


@contextmanager
def bad_value(made: Ground, called: Called) -> Iterator[None]:
    """A date that does not exist, a number that is none."""
    made.more = called.bad_value
    yield


@contextmanager
def plain_locale(made: Ground, called: Called) -> Iterator[None]:
    """A terminal that knows ASCII only."""
    made.environment = {"PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
    yield


@contextmanager
def no_extra(made: Ground, called: Called) -> Iterator[None]:
    """A plain install: what ``make demo`` or ``pip install`` gives, and no extra."""
    made.plain = PROJECT / ".venv-plain"
    yield


Failure = Callable[[Ground, Called], "contextmanager[None]"]

#: As the table's columns have them.
FAILURES = {
    "no archive": no_archive,
    "empty archive": empty_archive,
    "damaged catalog": damaged_catalog,
    "damaged index": damaged_index,
    "damaged captures": damaged_captures,
    "read-only": read_only,
    "in use": locked,
    "full disk": full_disk,
    "closed pipe": closed_pipe,
    "Ctrl-C": interrupted,
    "no extra": no_extra,
    "bad option": unknown_option,
    "bad value": bad_value,
    "ASCII only": plain_locale,
}


def applies(called: Called, failure: str) -> bool:
    """Whether a failure can meet a command at all."""
    if failure == "bad value":
        return bool(called.bad_value)
    if failure == "closed pipe":
        return called.prints
    if failure == "Ctrl-C":
        return called.name not in ("list", "check")
    return called.reads or failure in ("no extra", "bad option", "ASCII only")
