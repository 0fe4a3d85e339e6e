"""Days of a site's life, crawled in minutes: nothing lost, whatever runs were missed or killed."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from crawler.sites.finews.category_pages import own_listing
from crawler.sites.finews.facts import NEWEST
from tests.archives import index
from tests.replica.crawl import forks_into, run, settings_for
from tests.replica.server import SITE_HOST, Reply
from tests.simulation.living import REBUILT, LivingServer
from tests.simulation.plan import BEGIN, Life, World, build_world, plan
from tests.simulation.simulate import Weather, simulate

if TYPE_CHECKING:
    from pathlib import Path

    from tests.replica.forks import Forks

#: No page is looked at again: what is counted is what new posts cost.
NO_RECHECKS = {"RECHECK_HOURS": "1000"}


@pytest.fixture(scope="module")
def world(jekyll: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, World]:
    """Built once for all tests here."""
    assert jekyll
    folder = tmp_path_factory.mktemp("world")
    world = plan(seed=5, days=4, posts_a_day=40)
    build_world(folder, world)
    return folder, world


def test_days_with_missed_and_killed_runs_lose_nothing(world: tuple[Path, World]) -> None:
    outcome = simulate(*world, 4, Weather(timedelta(minutes=45), missed=0.05, killed=0.1), seed=2)
    assert outcome.good, outcome
    assert outcome.missed_by_shortcut == 0
    assert outcome.runs["killed"] > 1
    assert outcome.edits > 3
    assert outcome.exit_codes.keys() <= {0, 1, -9}
    done = run("verify", "finews", settings={"ARCHIVE_ROOT": str(world[0] / "root")})
    assert done.returncode == 0, done.stdout


class Clocked:
    """Runs at given moments."""

    def __init__(self, folder: Path, server: LivingServer, forks: Forks, root: Path) -> None:
        self.server, self.root = server, root
        settings = settings_for(server.origins, root, LOG_LEVEL="WARNING", **NO_RECHECKS)
        self._arguments = ["crawl", *(f"-s{name}={value}" for name, value in settings.items()), "finews"]
        self._forks = forks

    def run(self, now: datetime) -> tuple[int, dict]:
        """Gives what the server was asked, and the run report."""
        self.server.now = now
        self.server.log.clear()
        assert self._forks.run(self._arguments, now) == 0
        report = max((self.root / "finews" / "runs").glob("*.json"))
        return len(self.server.log), json.loads(report.read_text("utf-8"))


def test_what_a_run_asks_for(world: tuple[Path, World], tmp_path: Path) -> None:
    folder, lives = world
    with LivingServer(folder, lives) as server, forks_into(tmp_path / "log") as forks:
        clocked = Clocked(folder, server, forks, tmp_path / "root")
        now = BEGIN + timedelta(days=3, hours=1)
        clocked.run(now)
        asked, _ = clocked.run(now + timedelta(minutes=1))
        assert asked <= 3
        assert all(entry.conditional and entry.status == 304 for entry in server.log)
        later = [now + timedelta(minutes=minutes) for minutes in (15, 40, 100, 220, 460, 940)]
        for moment in later:
            asked, report = clocked.run(moment)
            new = report["posts"].get("new", 0)
            changed_listings = report["listings"]["read"] - report["listings"]["unchanged"]
            # A share that its first host has not is asked of the others.
            elsewhere = sum(status == 404 for status in (entry.status for entry in server.log))
            assert asked - elsewhere <= 2 * new + changed_listings + 3, report
            assert report["missed_by_shortcut"] == []
        asked, report = clocked.run(later[-1] + timedelta(hours=26))
        assert report["sweep"]
        assert report["missed_by_shortcut"] == []
        up = {life.id for life in lives.lives if server.is_up(life)}
        assert up <= {entry["id"] for entry in index(tmp_path / "root" / "finews")}


def burst(lives: World) -> list[Life]:
    """Posts of one category published within seconds, more than the home page shows of a tag."""
    by_category: dict[str, list[Life]] = {}
    for life in lives.lives:
        source = lives.first.posts[life.name]
        by_category.setdefault(source.partition("\ncategories: ")[2].partition("\n")[0], []).append(life)
    for found in by_category.values():
        for start in range(len(found) - NEWEST):
            together = found[start : start + NEWEST + 1]
            if max(life.appears for life in together) - min(life.appears for life in together) < timedelta(minutes=8):
                return together
    raise AssertionError("this world has no burst; take another seed")


def test_a_post_that_comes_late_behind_five_others_needs_no_sweep(world: tuple[Path, World], tmp_path: Path) -> None:
    folder, lives = world
    late, *others = burst(lives)
    appeared, up = late.appears, max(life.appears for life in others) + REBUILT
    late.appears = up + timedelta(minutes=7)
    try:
        with LivingServer(folder, lives) as server, forks_into(tmp_path / "log") as forks:
            clocked = Clocked(folder, server, forks, tmp_path / "root")
            server.fed = 1  # of ten times as many posts, the ten in the feed are those of a minute
            clocked.run(min(life.appears for life in others) - timedelta(minutes=10))
            _, report = clocked.run(up)
            assert not report["sweep"]
            known = [{entry["id"] for entry in index(tmp_path / "root" / "finews")}]
            for minutes in (5, 15, 45):
                _, report = clocked.run(up + timedelta(minutes=minutes))
                assert not report["sweep"]
                known.append({entry["id"] for entry in index(tmp_path / "root" / "finews")})
            asked, _ = clocked.run(up + timedelta(minutes=46))
            assert asked <= 3
    finally:
        late.appears = appeared
    assert {life.id for life in others} <= known[0]
    assert late.id not in known[1]
    assert late.id in known[-1]


def test_a_listing_to_be_opened_that_is_gone_is_asked_for_once(world: tuple[Path, World], tmp_path: Path) -> None:
    folder, lives = world
    together = burst(lives)
    up = max(life.appears for life in together) + REBUILT
    category = lives.first.posts[together[0].name].partition("\ncategories: ")[2].partition("\n")[0]
    (path,) = (urlsplit(url).path for url in own_listing([category]))
    with LivingServer(folder, lives) as server, forks_into(tmp_path / "log") as forks:
        clocked = Clocked(folder, server, forks, tmp_path / "root")
        clocked.run(min(life.appears for life in together) - timedelta(minutes=10))
        clocked.run(up)
        clocked.run(up + timedelta(minutes=5))
        server.replies[SITE_HOST, path] = [Reply(404, b"gone", {"Content-Type": "text/plain"})]
        asked = []
        for minutes in (45, 46, 47):
            clocked.run(up + timedelta(minutes=minutes))
            asked.append(sum(entry.path == path for entry in server.log))
    assert asked == [1, 0, 0]
