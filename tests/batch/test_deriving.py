"""Posts of a first run, made in several processes: the same as in one, in the same order, and none is lost with a process."""

from __future__ import annotations

import multiprocessing
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crawler.archive.archive import Archive
from crawler.archive.captures import DERIVED
from crawler.archive.schedule import Schedule
from crawler.batch import deriving
from crawler.batch.deriving import Pool
from crawler.derive.catch_up import CatchUp
from crawler.derive.writer import PostWriter
from crawler.reconstruct import Converter
from crawler.reconstruct.ruby.kept_ruby import end_kept
from crawler.sites.declared import load
from crawler.sites.finews import facts
from crawler.sites.learned import archived
from tests.replica.crawl import crawl
from tests.spiders.stranger import Crawled, Stranger

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crawler.derive.posts import Derived
    from tests.replica.server import ReplicaServer

POSTS = 60


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    with Stranger(POSTS) as site:
        shore = Crawled(tmp_path_factory.mktemp("pool"), site)
        shore.crawl()
    return shore


@pytest.fixture
def archive(crawled: Crawled, monkeypatch: pytest.MonkeyPatch) -> Iterator[Archive]:
    """With posts that are all to be made."""
    monkeypatch.setattr(deriving, "_processors", lambda: 2)
    archive = Archive(crawled.archive, "shore", layout="{year}/{month}/{day}")
    archive.recover(str)
    archive.catalog.set_number(DERIVED, 0)
    archive.index.unconfirmed.clear()
    yield archive
    archive.close()


def catch_up(archive: Archive) -> CatchUp:
    site = archived.of_text((archive.folder / "site.toml").read_text("utf-8"))
    return CatchUp(archive, site, PostWriter(archive, site, Schedule.of_hours([])))


def test_several_processes_give_what_one_gives(archive: Archive) -> None:
    made = catch_up(archive)
    planned = made._planned(set(), catalog_is_new=False)
    assert len(planned) == POSTS
    alone = list(made._derived(dict(planned), None))
    several = list(Pool.of(archive).derived(planned))
    assert [one for one, _ in several] == [one for one, _ in alone] == list(planned.items())
    for (_, here), (_, there) in zip(alone, several, strict=True):
        assert not isinstance(here, Exception)
        assert not isinstance(there, Exception)
        assert (there.entry, there.content) == (here.entry, here.content)
        assert there.entry is not None


def rubies() -> list[str]:
    """The Ruby programs that this process has started and that are there yet."""
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    names = (Path(f"/proc/{child}/comm") for child in children)
    return [name for one in names if one.exists() and (name := one.read_text().strip()).startswith("ruby")]


def test_the_converter_of_learning_is_not_idle_beside_theirs(archive: Archive) -> None:
    end_kept()
    others = len(rubies())  # of posts that this process has made itself
    with Converter({}) as converter:
        assert converter.convert(["a"])
    assert len(rubies()) == others + 1
    several = Pool.of(archive).derived(catch_up(archive)._planned(set(), catalog_is_new=False))
    found = [(one, len(rubies())) for one in several]
    assert [count for _, count in found] == [others] * POSTS


def test_few_posts_are_left_to_one_process(archive: Archive) -> None:
    planned = catch_up(archive)._planned(set(), catalog_is_new=False)
    assert list(Pool.of(archive).derived(dict(list(planned.items())[:20]))) == []


def test_a_process_that_is_killed_costs_no_post(archive: Archive) -> None:
    seen = list[object]()

    def killed(posts: Mapping[str, list[str]]) -> Iterator[tuple[tuple[str, list[str]], Derived | Exception]]:
        for one in Pool.of(archive).derived(posts):
            seen.append(one)
            yield one
            for child in multiprocessing.active_children():
                child.kill()

    for _ in range(9):  # on a busy machine all posts may be made before the first one is seen
        seen.clear()
        made = list(catch_up(archive)._derived(catch_up(archive)._planned(set(), catalog_is_new=False), killed))
        assert len({post_id for (post_id, _), derived in made if not isinstance(derived, Exception)}) == POSTS == len(made)
        if len(seen) < POSTS:
            break
    assert 0 < len(seen) < POSTS


def test_posts_of_a_declared_site(replica: ReplicaServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert crawl(replica.origins, tmp_path).returncode == 0
    monkeypatch.setattr(deriving, "_processors", lambda: 2)
    monkeypatch.setattr(deriving, "_DECLARED_TASK", 20)
    monkeypatch.setattr(deriving, "_DECLARED_FEW", 40)
    archive = Archive(tmp_path / "finews", "finews", layout="{year}/{month}/{day}")
    try:
        archive.recover(facts.canonical)
        archive.catalog.set_number(DERIVED, 0)
        site = load("finews")
        made = CatchUp(archive, site, PostWriter(archive, site, Schedule.of_hours([])))
        planned = {post_id: urls for post_id, urls in made._to_derive().items() if post_id}
        alone = [(one, derived.entry) for one, derived in made._derived(dict(planned), None)]
        several = [(one, derived.entry) for one, derived in Pool.of(archive).derived(planned)]
        assert len(several) > 70
        assert several == alone
    finally:
        archive.close()
