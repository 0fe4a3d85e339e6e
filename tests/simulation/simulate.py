"""Lets time pass on a living replica, crawls it at every interval but those that are missed, and holds the archive against what was up."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from crawler.settings import RECHECK_HOURS
from tests.archives import index
from tests.replica.crawl import forks_into, settings_for
from tests.simulation.living import LivingServer
from tests.simulation.plan import BEGIN, Life, World

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(slots=True)
class Outcome:
    """What came of it; the lists hold IDs, and everything in them is a defect."""

    runs: Counter[str] = field(default_factory=Counter)
    #: Requests of each run that ended, and how many of its answers were 304.
    requests: list[int] = field(default_factory=list)
    unchanged: int = 0
    posts: int = 0
    edits: int = 0
    lost: list[str] = field(default_factory=list)
    unseen_edits: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    not_gone: list[str] = field(default_factory=list)
    wrongly_gone: list[str] = field(default_factory=list)
    duplicates: int = 0
    missed_by_shortcut: int = 0
    #: What runs named as lost, with how often; later runs mended it, or it stands above.
    losses: Counter[str] = field(default_factory=Counter)
    exit_codes: Counter[int] = field(default_factory=Counter)

    @property
    def good(self) -> bool:
        return not (self.lost or self.unseen_edits or self.wrong or self.not_gone or self.wrongly_gone or self.duplicates)


@dataclass(frozen=True, slots=True)
class Weather:
    """How often a run happens, and with which chance one is missed or killed."""

    every: timedelta
    missed: float = 0.02
    killed: float = 0.02


def simulate(folder: Path, world: World, days: float, weather: Weather, seed: int = 1, **settings: str) -> Outcome:
    """Crawl ``world``, built in ``folder``, into ``folder/root`` for so many days; a last run always succeeds."""
    rng, outcome = Random(seed), Outcome()
    end = BEGIN + timedelta(days=days)
    with LivingServer(folder, world) as server, forks_into(folder / "log") as forks:
        given = settings_for(server.origins, folder / "root", LOG_LEVEL="WARNING", **settings)
        arguments = ["crawl", *(f"-s{name}={value}" for name, value in given.items()), "finews"]
        ran: list[datetime] = []
        now = BEGIN + timedelta(hours=3)  # by then there is something to see
        while now <= end:
            last = now + weather.every > end
            server.now = now
            server.log.clear()
            chance = 1.0 if last else rng.random()
            if chance < weather.missed:
                outcome.runs["missed"] += 1
            else:
                kill = rng.uniform(0.02, 0.3) if chance < weather.missed + weather.killed else None
                code = forks.run(arguments, now, kill_after=kill)
                outcome.runs["killed" if code < 0 else "ended"] += 1
                outcome.exit_codes[code] += 1
                if code >= 0:
                    ran.append(now)
                    outcome.requests.append(len(server.log))
                    outcome.unchanged += sum(asked.status == 304 for asked in server.log)
            now += weather.every
        _compare(folder, world, server, ran, outcome)
    return outcome


def _compare(folder: Path, world: World, server: LivingServer, ran: list[datetime], outcome: Outcome) -> None:
    archive = folder / "root" / "finews"
    entries = {entry["id"]: entry for entry in index(archive)}
    outcome.posts = len(entries)
    files = [path for path in (archive / "_posts").rglob("*") if path.is_file()]
    outcome.duplicates = len(files) - len(entries)
    for life in world.lives:
        if sum(life.appears <= time < life.expires for time in ran) < 2:
            continue
        entry = entries.get(life.id)
        if entry is None:
            outcome.lost.append(life.id)
            continue
        if entry["body_from"] == "share":
            _look_at(world, life, (archive / entry["path"]).read_bytes(), ran, outcome)
        gone = life.expires <= server.moment
        if gone and entry["status"] != "gone" and server.moment - life.expires > timedelta(hours=26):
            outcome.not_gone.append(life.id)
        if entry["status"] == "gone" and not gone:
            outcome.wrongly_gone.append(life.id)
    for path in (archive / "runs").glob("*.json"):
        report = json.loads(path.read_text("utf-8"))
        outcome.missed_by_shortcut += len(report["missed_by_shortcut"])
        outcome.losses.update(f"{failure['url']}: {failure['reason']}" for failure in report["failures"])
        outcome.losses.update(f"{rejection['url']}: {rejection['reason']}" for rejection in report["rejections"])


def _look_at(world: World, life: Life, made: bytes, ran: list[datetime], outcome: Outcome) -> None:
    first, second = world.first.posts[life.name].encode(), world.second.get(life.name, "").encode()
    if life.edited is not None and _was_due(life, ran):
        outcome.edits += 1
        if made == first:
            outcome.unseen_edits.append(life.id)
    if made not in (first, second):
        outcome.wrong.append(life.id)


def _was_due(life: Life, ran: list[datetime]) -> bool:
    """Whether runs could have seen the edit: two came while it was up after an age at which its page is looked at."""
    assert life.edited is not None
    shown = life.edited + timedelta(minutes=5)
    for age in RECHECK_HOURS:
        due = life.appears + timedelta(hours=age)
        if due >= shown and sum(due <= time < life.expires for time in ran) >= 2:
            return True
    return False
