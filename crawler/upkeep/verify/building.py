"""Has Jekyll build posts in one process, in which a post that cannot be built costs nothing but itself."""

from __future__ import annotations

import json
import os
import selectors
import shutil
import signal
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.errors import CannotRun
from crawler.reconstruct.ruby.start import start_ruby

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

_PROGRAM = Path(__file__).with_name("building.rb")


class JekyllMissing(CannotRun):
    """Raised if Jekyll is missing; its message is one line, which says how to install it."""


def ruby() -> str:
    """The path of the ``ruby`` command, which runs Jekyll.

    :raises JekyllMissing: if it or Jekyll is not installed.
    """
    path = shutil.which("ruby")
    if path is None or shutil.which("jekyll") is None:
        raise JekyllMissing("--render needs Jekyll; on Debian: apt-get install jekyll")
    return path


@dataclass(frozen=True, slots=True)
class Limits:
    """What one post may take: seconds of the processor and of a clock. ``memory``: bytes of the whole process."""

    cpu_seconds: int = 20
    clock_seconds: float = 600
    memory: int = 3 << 30


def build_posts(source: Path, built: Path, limits: Limits | None = None) -> dict[str, str]:
    """Build the posts in ``source/_posts`` into ``built``; gives what keeps Jekyll from building some, by the file's name.

    :raises JekyllMissing: if Jekyll is not installed.
    :raises CannotRun: if it does not start.
    """
    building = _Building(source, built, limits or Limits())
    while not building.came_to_its_end():
        pass  # Jekyll ended on one post, and is started again for those behind it
    return building.faults


@dataclass(slots=True)
class _Building:
    source: Path
    built: Path
    limits: Limits
    faults: dict[str, str] = field(default_factory=dict)
    #: Files that ended the process when it read them, and posts that it has built, or that ended it then.
    unreadable: set[str] = field(default_factory=set)
    done: set[str] = field(default_factory=set)

    def came_to_its_end(self) -> bool:
        """Build what is left to build; ``False`` if the process ended on a post before."""
        doing = name = ""
        process = self._started()
        try:
            for doing, name, *fault in self._lines(process):
                if doing == "end":
                    return True
                if doing == "building":
                    self.done.add(name)
                elif doing == "fault":
                    self.faults[name] = fault[0]
        finally:
            process.kill()
            process.communicate()
        if not doing:
            raise CannotRun("Jekyll does not start; this may tell why: jekyll --version")
        self.faults[name] = self._why(process.returncode)
        if doing != "building":
            self.unreadable.add(name)
        return False

    def _started(self) -> subprocess.Popen[bytes]:
        process = start_ruby(ruby(), _PROGRAM, self.source, LANG="C.UTF-8", LC_ALL="C.UTF-8")
        job = {
            "source": str(self.source),
            "destination": str(self.built),
            "cpu_seconds": self.limits.cpu_seconds,
            "memory": self.limits.memory,
            "unreadable": sorted(self.unreadable),
            "done": sorted(self.done),
        }
        assert process.stdin is not None
        try:
            process.stdin.write(json.dumps(job).encode() + b"\n")
            process.stdin.flush()
        except BrokenPipeError:
            pass  # it ended at once, and has no lines either
        return process

    def _lines(self, process: subprocess.Popen[bytes]) -> Iterator[list[str]]:
        """What the process says, until it ends or is silent for too long; then it is killed."""
        assert process.stdout is not None
        source, rest = process.stdout.fileno(), b""
        with selectors.DefaultSelector() as waiting:
            waiting.register(source, selectors.EVENT_READ)
            while waiting.select(self.limits.clock_seconds):
                part = os.read(source, 1 << 16)
                if not part:
                    process.wait()
                    return
                *lines, rest = (rest + part).split(b"\n")
                yield from map(json.loads, lines)

    def _why(self, code: int) -> str:
        if code == -signal.SIGXCPU:
            return f"it takes more than {self.limits.cpu_seconds} s of the processor"
        if code == -signal.SIGKILL:
            return f"it takes more than {self.limits.clock_seconds:.0f} s"
        return f"Jekyll ended on it (exit code {code})"
