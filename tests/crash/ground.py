"""Where a run is cut short: the bundled replica, and what an undisturbed run makes of it."""

from __future__ import annotations

import json
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from tests.archives import index, reports
from tests.crash import power
from tests.replica.build import BUILT
from tests.replica.crawl import forks_into, settings_for
from tests.replica.server import ReplicaServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.crash.steps import Death
    from tests.replica.forks import Forks

#: When the replica's newest posts were minutes old.
NOW = datetime(2022, 3, 3, 15, 40, tzinfo=UTC)
_WHAT = ("path", "sha256", "version", "status", "fidelity", "body_from", "edition", "title", "share_url")


@dataclass(slots=True)
class Aftermath:
    """What came of a run cut short and the one after it. ``good``: nobody could tell that there was anything."""

    code: int
    next_code: int
    verify_code: int
    equal: bool
    #: What the next run said that it mended, and what it asked the site for.
    mended: list[str]
    asked: int
    #: What was printed while the next run and ``verify`` came.
    said: str = ""

    @property
    def good(self) -> bool:
        return (self.next_code, self.verify_code, self.equal) == (0, 0, True)


@dataclass(slots=True)
class Ground:
    """Archives lie in folders below ``folder``."""

    folder: Path
    server: ReplicaServer
    forks: Forks
    #: How many requests an undisturbed run takes, and how many seconds.
    requests: int = 0
    seconds: float = 0.0
    now: datetime = NOW
    #: What an undisturbed run makes.
    undisturbed: dict[str, Any] = field(default_factory=dict)

    def crawl(
        self,
        root: Path,
        now: datetime,
        *,
        arguments: tuple[str, ...] = (),
        kill_after: float | None = None,
        arm: tuple[str, ...] = (),
    ) -> int:
        self.server.log.clear()
        return self._run("crawl", root, now, arguments, kill_after=kill_after, arm=arm)

    def crawl_killed(self, root: Path, death: Death) -> int:
        """Run until the process dies at a step."""
        return self.crawl(root, NOW, arm=("tests.crash.steps:kill_at", *death.arm()))

    def verify(self, root: Path) -> int:
        return self._run("verify", root, NOW + timedelta(days=1))

    def _run(self, command: str, root: Path, now: datetime, arguments: tuple[str, ...] = (), **how: Any) -> int:
        given = settings_for(self.server.origins, root, LOG_LEVEL="WARNING")
        return self.forks.run(
            [command, *(f"-s{name}={value}" for name, value in given.items()), *arguments, "finews"], now, **how
        )

    def aftermath(self, root: Path, code: int, *, later: timedelta = timedelta(minutes=5)) -> Aftermath:
        """Let the next run come, and look at what is there then."""
        log = self.folder / "log"
        before = log.stat().st_size
        next_code = self.crawl(root, NOW + later)
        asked = len(self.server.log)
        archive = root / "finews"
        equal = content(archive) == self.undisturbed
        verify_code, mended = self.verify(root), reports(archive)[-1]["mended"]
        return Aftermath(code, next_code, verify_code, equal, mended, asked, log.read_bytes()[before:].decode())

    def cut_power(self, root: Path, death: Death, rng: Random, now: datetime = NOW) -> tuple[int, list[str]]:
        """Run until a step, then lose any part of what was not synced; gives exit code and what was lost."""
        log = root.with_suffix(".syncs")
        log.write_text("")
        archive = root / "finews"
        before = power.sizes(archive) if archive.exists() else {}
        arm = ("tests.crash.power:note_syncs", str(archive), str(log), *death.arm())
        code = self.crawl(root, now, arguments=("-arecheck=1",), arm=arm)
        return code, power.cut(archive, before, log, rng) if code < 0 else []


@contextmanager
def ground(folder: Path) -> Iterator[Ground]:
    """Served, and crawled once undisturbed."""
    with ReplicaServer(BUILT) as server, forks_into(folder / "log") as forks:
        made = Ground(folder, server, forks)
        start = datetime.now(tz=UTC)
        assert made.crawl(folder / "undisturbed", NOW) == 0, (folder / "log").read_text("utf-8")
        made.seconds = (datetime.now(tz=UTC) - start).total_seconds()
        made.requests = len(server.log)
        made.undisturbed = content(folder / "undisturbed" / "finews")
        yield made


def killed_at_random(made: Ground, folder: Path, number: int) -> list[Aftermath]:
    """What came of so many kills, spread over the length of a run; runs that had ended before, or not begun, are left out."""
    rng, results, most = Random(7), list[Aftermath](), made.seconds
    for kill in range(60 * number):
        root = folder / f"random{kill}"
        after = rng.uniform(0.02, most)
        code = made.crawl(root, NOW, kill_after=after)
        if code >= 0:  # the machine is quicker now than when the undisturbed run was measured
            most = max(after, most / 2)
        elif not (root / "finews").exists():  # or slower
            most *= 1.1
        else:
            results.append(made.aftermath(root, code))
        shutil.rmtree(root, ignore_errors=True)
        if len(results) == number:
            break
    return results


def content(archive: Path) -> dict[str, Any]:
    """All of an archive but when and where its captures came."""
    entries = {entry["id"]: {name: entry[name] for name in _WHAT} for entry in index(archive)}
    files = {str(path.relative_to(archive)): path.read_bytes() for path in (archive / "_posts").rglob("*.md")}
    strays = sorted(
        path.name
        for path in archive.rglob("*")
        if path.suffix in (".tmp", ".old") or "tmp" in path.name or path.name.endswith("-journal")
    )
    return json.loads(json.dumps(entries)) | {"files": files, "strays": strays}
