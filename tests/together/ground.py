"""Two commands at one time on one archive, and what has to hold afterwards."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

from crawler.archive.lines import lines
from tests.archives import a_post, index
from tests.replica.build import BUILT
from tests.replica.crawl import settings_for
from tests.replica.forks import Forks
from tests.replica.server import ReplicaServer
from tests.together.commands import COMMANDS, STOP, Command
from tests.together.exports import ids_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from random import Random

#: Seconds within which the second command begins, one of these, and within which one is killed.
_SPREADS, _LIFE = (0.02, 0.2, 0.8), 0.8
_UNREADABLE = re.compile(r"Traceback|is locked|defect of Backfile|Error\b.*Error\b|\[Errno")
_KILLED = -9


@dataclass(slots=True)
class Outcome:
    """What came of two commands: their exit codes, and every rule that was broken, a line each."""

    first: Command
    second: Command
    killed: Command | None
    codes: tuple[int, int] = (0, 0)
    faults: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Ground:
    """An archive of some posts of the replica, with one forgotten, and the captures of all."""

    folder: Path
    server: ReplicaServer
    forks: tuple[Forks, Forks]
    words: dict[str, str] = field(default_factory=dict)
    #: The IDs at the beginning, and those of all posts of the site.
    some: frozenset[str] = frozenset()
    all: frozenset[str] = frozenset()
    #: The bytes that the file of each post may have.
    files: dict[str, set[str]] = field(default_factory=dict)
    #: How long a whole crawl takes.
    crawl_seconds: float = 0.0

    def call(self, number: int, root: Path, command: Command, **how: Any) -> subprocess.CompletedProcess[str]:
        """Run a command to its end, or to where it is killed."""
        name, *words = (word.format(**self.words) for word in command.words)
        if command.serves:
            how = how or {"kill_once": "http://", "kill_with": STOP}
        settings = settings_for(self.server.origins, root, LOG_LEVEL="WARNING")
        given = [f"-s{key}={value}" for key, value in settings.items()]
        return self.forks[number].kept([name, *given, *words], 300, **how)

    def together(self, first: Command, second: Command, rng: Random, *, kill: int | None = None) -> Outcome:
        """Start two commands at about the same time, kill the first (0) or the second (1), and look at what is there then."""
        root = self.folder / "root"
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(self.folder / "base", root, copy_function=shutil.copy2)
        both, ended = (first, second), dict[int, subprocess.CompletedProcess[str]]()
        wait = rng.uniform(0, rng.choice(_SPREADS))
        waits = (0.0, wait) if rng.random() < 0.7 else (wait, 0.0)
        killed = {"kill_after": rng.uniform(0.02, _LIFE), "kill_with": signal.SIGKILL}
        kills = [killed if kill == number else {} for number in (0, 1)]

        def run(number: int) -> None:
            threading.Event().wait(waits[number])
            ended[number] = self.call(number, root, both[number], **kills[number])

        threads = [threading.Thread(target=run, args=(number,)) for number in (0, 1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        outcome = Outcome(first, second, None if kill is None else both[kill], (ended[0].returncode, ended[1].returncode))
        for number in (0, 1):
            outcome.faults += self.said(both[number], ended[number], is_killed=kill is not None)
        done = {both[number] for number in (0, 1) if ended[number].returncode in (0, 1)}
        if kill is not None and ended[kill].returncode == _KILLED:
            again = self.call(0, root, both[kill])
            outcome.faults += [f"again: {fault}" for fault in self.said(both[kill], again, is_killed=True)]
            done |= {both[kill]} if again.returncode in (0, 1) else set()
        outcome.faults += self.holds(root, done)
        return outcome

    def said(self, command: Command, ended: subprocess.CompletedProcess[str], *, is_killed: bool) -> list[str]:
        """What is wrong with an exit code, or with what was printed."""
        faults = []
        # A verification may name what a killed command left, and so may an export.
        codes = command.codes | ({_KILLED, 1} if is_killed else set())
        if ended.returncode not in codes:
            faults.append(f"{command.name}: exit code {ended.returncode}: {(ended.stderr + ended.stdout).strip()[-300:]}")
        if _UNREADABLE.search(ended.stderr + ended.stdout):
            faults.append(f"{command.name} says: {ended.stderr.strip()[-300:]}")
        if ended.returncode == 3 and " is being " not in ended.stderr:
            faults.append(f"{command.name} does not say who is in the way: {ended.stderr.strip()[-300:]}")
        if command.words[0] == "changes" and ended.returncode == 0:
            last = orjson.loads(ended.stdout.splitlines()[-1])
            if last["change"] != "end":
                faults.append(f"changes ends with {last}")
        return faults

    def holds(self, root: Path, done: set[Command]) -> Iterator[str]:
        """What does not hold of the archive, and of the exports beside it."""
        archive = root / "finews"
        for words, codes in ((("verify", "finews", "--jobs", "1"), {0}), (("rebuild", "finews", "--diff", "--jobs", "1"), {0})):
            ended = self.call(0, root, Command(words))
            if ended.returncode not in codes:
                yield f"{words[0]} afterwards: {ended.returncode}: {(ended.stdout + ended.stderr).strip()[-400:]}"
        ids, names = self._ids(archive, done), {command.words[0] for command in done}
        if isinstance(ids, str):
            yield ids
        left = [
            str(path.relative_to(root))
            for path in root.rglob(".*")
            if path.name not in (".lock", ".backfile-export", ".backfile-posts.jsonl")
        ]
        left += [str(path.relative_to(root)) for path in root.rglob("*-journal")]
        if left:
            yield f"left behind: {left}"
        for command in done:
            if command.words[0] not in ("export", "browse"):
                continue
            name = command.words[3] if command.words[0] == "export" else "sqlite"
            found = ids_in(root, name)
            if found is None:
                continue
            if (
                self.words["post"] in found
                and any(one.words[2] == "{post}" for one in done if len(one.words) > 2)
                and "forget" in names
            ):
                yield f"{name}: holds the forgotten post"
            if not self.some - {self.words["post"], self.words["back"]} <= found <= self.all:
                yield f"{name}: lacks {sorted(self.some - found)}, and has {sorted(found - self.all)}"

    def _ids(self, archive: Path, done: set[Command]) -> str | None:
        """Why the posts of an archive are not those that one order of the commands makes."""
        entries = {entry["id"]: entry for entry in index(archive)}
        forgot = any("{post}" in command.words for command in done)
        undid = any("{back}" in command.words for command in done)
        more = any(command.crawls or command.words[0] == "import" for command in done)
        post, back = self.words["post"], self.words["back"]
        if (post in entries) == forgot:
            return f"the post to forget is {'still' if forgot else 'not'} there"
        if back in entries and not (undid and more):
            return "the forgotten post is there again"
        wanted = (self.all if more else self.some) - {post, back}
        if entries.keys() - {post, back} != wanted:
            return (
                f"posts lacking: {sorted(wanted - entries.keys())}, too many: {sorted(entries.keys() - wanted - {post, back})}"
            )
        wrong = [post_id for post_id, entry in entries.items() if entry["sha256"] not in self.files[post_id]]
        excluded = {orjson.loads(line)["id"] for line in lines(archive / "forgotten.jsonl")}
        return f"wrong files: {wrong}; excluded: {sorted(excluded)}" if wrong or back not in excluded else None


@contextmanager
def ground(folder: Path) -> Iterator[Ground]:
    """Served, crawled in part, and crawled whole."""
    with ReplicaServer(BUILT) as server, Forks(folder / "log0") as one, Forks(folder / "log1") as two:
        made = Ground(folder, server, (one, two))
        crawl = COMMANDS[0]
        begun = time.monotonic()
        assert made.call(0, folder / "whole", crawl).returncode == 0
        made.crawl_seconds = time.monotonic() - begun
        assert made.call(0, folder / "base", Command((*crawl.words, "-alimit=60"))).returncode == 0
        post, (back, stays) = a_post(folder / "base")["id"], _two_others(folder / "base")
        made.words = {"post": post, "back": back, "stays": stays, "captures": str(folder / "whole" / "finews" / "captures")}
        ended = made.call(0, folder / "base", Command(("forget", "finews", "{back}", "--reason", "x")))
        assert ended.returncode == 0, ended.stderr
        for name in ("whole", "base"):
            for entry in index(folder / name / "finews"):
                made.files.setdefault(entry["id"], set()).add(entry["sha256"])
        made.some = frozenset(entry["id"] for entry in index(folder / "base" / "finews"))
        made.all = frozenset(made.files)
        yield made


def _two_others(root: Path) -> tuple[str, str]:
    post = a_post(root)["id"]
    found = sorted(entry["id"] for entry in index(root / "finews") if entry["body_from"] == "share" and not entry["notes"])
    return tuple(one for one in found if one != post)[:2]  # type: ignore[return-value]
