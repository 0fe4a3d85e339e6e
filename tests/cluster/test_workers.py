"""Three workers on one site make the archive that one process makes."""

from __future__ import annotations

import json
import re
import subprocess
import time
from typing import TYPE_CHECKING, Any

import pytest

from crawler.archive.lock import Lock
from crawler.archive.lock_holder import is_locked
from tests.archives import index, report, reports
from tests.cluster.servers import until
from tests.cluster.workers import FEW, Crew
from tests.crash.ground import content
from tests.replica.crawl import FAST, PROJECT, crawl, run, scrapy, settings_for
from tests.terminal import Terminal

if TYPE_CHECKING:
    from pathlib import Path

    from tests.serving import Asked


def pages(log: list[Asked]) -> list[tuple[str, str]]:
    """What was asked for, but for each worker's own robots.txt."""
    return sorted((asked.host, asked.path) for asked in log if asked.path != "/robots.txt")


def verified(root: Path, site: str = "finews") -> bool:
    done = run("verify", site, settings={"ARCHIVE_ROOT": str(root)})
    assert done.returncode == 0, done.stdout + done.stderr
    return True


def test_status_names_all_that_live(crew: Crew) -> None:
    crew.start("a", "b", "c")
    crew.until_asked(12)
    crew.kill("a")
    told = [run("status", "finews", *more, settings={"ARCHIVE_ROOT": str(crew.root)}) for more in ((), ("--json",))]
    b, c = (crew.workers[name].pid for name in "bc")
    assert "2 workers, since" in told[0].stdout
    assert f": b (process {b}), c (process {c})" in " ".join(told[0].stdout.split())
    assert [(one["name"], one["process"], one["alive"]) for one in json.loads(told[1].stdout)["lock"]["workers"]] == [
        ("b", b, True),
        ("c", c, True),
    ]
    crew.end()
    after = run("status", "finews", settings={"ARCHIVE_ROOT": str(crew.root)})
    assert "Under way" not in after.stdout


def test_three_workers_make_the_archive_of_one(crew: Crew, alone: dict[str, Any]) -> None:
    crew.start("a", "b", "c")
    assert crew.end() == {"a": 0, "b": 0, "c": 0}, crew.said()
    assert content(crew.archive) == alone
    assert len(index(crew.archive)) == 75
    asked = pages(crew.server.log)
    assert len(asked) == len(set(asked)), "no page was asked for twice"
    assert verified(crew.root)
    (one,) = reports(crew.archive)
    assert (one["finish_reason"], one["exit_code"], one["posts"]["new"]) == ("finished", 0, 75)
    assert one["requests"]["total"] == len(crew.server.log), "the report is of all workers"
    (taken_over,) = map(int, re.findall(r"(\d+) posts of workers taken over", crew.said()))
    assert taken_over > len(alone) / 2, "workers make most posts: those of which no other one captured anything"
    assert not (crew.archive / "workers").exists()
    (left,) = crew.redis.client.keys()
    assert left.endswith(b":ended")
    assert crew.redis.client.ttl(left) > 0, "it goes by itself"


def test_each_worker_captures_into_files_of_its_own(crew: Crew) -> None:
    crew.start("a", "b", CONCURRENT_REQUESTS=FEW)
    crew.until_asked(30)
    crew.until_taken("a", "b")
    assert crew.end() == {"a": 0, "b": 0}
    names = sorted(path.name.rsplit("-", 1)[1] for path in (crew.archive / "captures").iterdir())
    assert names == ["a.00000.warc.gz", "b.00000.warc.gz"]


def test_a_run_of_one_process_goes_on_with_what_workers_made(crew: Crew, alone: dict[str, Any]) -> None:
    crew.start("a", "b")
    assert crew.end() == {"a": 0, "b": 0}
    crew.server.log.clear()
    done = crawl(crew.server.origins, crew.root)
    assert done.returncode == 0, done.stderr
    assert content(crew.archive) == alone
    assert len(crew.server.log) <= 4, "nothing was new"
    assert report(crew.root)["sweep"] is False


def test_what_is_known_is_asked_conditionally(crew: Crew, alone: dict[str, Any]) -> None:
    crew.server.let_go()
    assert crawl(crew.server.origins, crew.root).returncode == 0
    crew.server.log.clear()
    crew.start("a", "b")
    assert crew.end() == {"a": 0, "b": 0}
    assert content(crew.archive) == alone
    asked = [asked for asked in crew.server.log if asked.path != "/robots.txt"]
    assert all(asked.conditional for asked in asked if asked.path != "/category/emnews.html"), "the site has two of that name"
    assert not [asked for asked in asked if "NW2" in asked.path or "GetNewsText" in asked.path], "known posts are not asked for"


def test_a_catalog_made_again_has_all_captures(crew: Crew, alone: dict[str, Any]) -> None:
    crew.start("a", "b", "c")
    crew.end()
    assert crawl(crew.server.origins, crew.root, "-a", "recheck=1").returncode == 0
    assert run("catalog", "finews", settings={"ARCHIVE_ROOT": str(crew.root)}).returncode == 0
    assert verified(crew.root)
    assert content(crew.archive) == alone


def test_a_worker_that_comes_when_all_is_done_begins_no_new_crawl(crew: Crew, alone: dict[str, Any]) -> None:
    """As the last pods of a Kubernetes Job do, if the site is small."""
    crew.server.let_go()
    crew.start("a")
    assert crew.end() == {"a": 0}
    asked = len(crew.server.log)
    settings = settings_for(crew.server.origins, crew.root, **FAST | {"CLUSTER": crew.redis.url, "WORKER": "b"})
    late = run("crawl", "finews", settings=settings)
    assert (late.returncode, late.stdout, late.stderr.count("\n")) == (0, "", 1)
    assert late.stderr.startswith("the workers ended their crawl of finews ")
    assert len(crew.server.log) == asked
    assert "Interrupted" not in run("status", "finews", settings={"ARCHIVE_ROOT": str(crew.root)}).stdout
    assert run("crawl", "finews", "-a", "sweep=1", settings=settings).returncode == 0, "another crawl"
    assert len(crew.server.log) > asked
    anew = run("crawl", "finews", settings=settings | {"CLUSTER_GRACE": "0"})
    assert anew.returncode == 0, anew.stderr
    assert len(reports(crew.archive)) == 3
    assert content(crew.archive) == alone


def test_a_worker_in_a_terminal_shows_how_far_it_is(crew: Crew) -> None:
    crew.server.hold_at = 12
    cluster = {"CLUSTER": crew.redis.url, "WORKER": "a", "CONCURRENT_REQUESTS": FEW}
    with Terminal(scrapy("crawl", "finews", settings=settings_for(crew.server.origins, crew.root, **cluster))) as terminal:
        terminal.wait_for(" requests waiting")
        crew.server.let_go()
        done = terminal.end()
    assert done.code == 0, done.text
    assert "ERROR" not in done.raw.decode()


def test_nobody_else_writes_meanwhile(crew: Crew) -> None:
    crew.start("a", "b")
    crew.until_asked(10)
    other = crawl(crew.server.origins, crew.root)
    assert other.returncode == 3
    assert "is being written by workers, the first is process" in other.stderr
    assert other.stderr.count("\n") == 1
    assert set(crew.end().values()) == {0}


def test_whoever_reads_the_archive_keeps_nobody_from_ending(crew: Crew, alone: dict[str, Any]) -> None:
    """As ``scrapy verify`` does while it copies something."""
    crew.start("a", "b")
    crew.until_asked(150)
    reader = Lock(crew.archive)
    reader.share()
    crew.server.let_go()
    until(lambda: not crew.redis.members("workers"))
    reader.release()
    assert crew.end() == {"a": 0, "b": 0}, crew.said()
    assert content(crew.archive) == alone
    assert len(reports(crew.archive)) == 1


@pytest.mark.parametrize("redis", ["counts one that was killed", "is silent"])
def test_the_last_one_is_told_by_the_archive_and_not_by_redis(crew: Crew, redis: str) -> None:
    """Who reads the archive just then is waited for, whatever Redis thinks of the other workers."""
    crew.start("a", CLUSTER_PATIENCE="1")
    crew.until_asked(100)
    reader = Lock(crew.archive)
    reader.share()
    if redis == "is silent":
        crew.redis.kill()
    else:
        crew.redis.client.sadd("backfile:finews:workers", "killed")
        crew.redis.client.set("backfile:finews:alive:killed", "process 1 on nowhere", ex=600)
        crew.workers["a"].terminate()
    crew.server.let_go()
    until(lambda: not _holds(crew.archive))
    time.sleep(0.2)  # a worker that does not wait has gone by then
    reader.release()
    codes = crew.end()
    assert codes == {"a": 1}, crew.said()
    assert len(index(crew.archive)) > 0, crew.said()
    assert not (crew.archive / "workers").exists()


def _holds(archive: Path) -> bool:
    """Whether a worker is still at work."""
    return any(is_locked(path) for path in (archive / "workers").glob("*-*"))


def test_a_name_in_use(crew: Crew) -> None:
    crew.start("a")
    crew.until_asked(10)
    more = FAST | {"CLUSTER": crew.redis.url, "WORKER": "a"}
    other = run("crawl", "finews", settings=settings_for(crew.server.origins, crew.root, **more))
    assert other.returncode == 2
    assert other.stderr.startswith("WORKER=a is in use, by process ")
    assert other.stderr.count("\n") == 1
    assert crew.end() == {"a": 0}


def test_other_arguments(crew: Crew) -> None:
    crew.start("a")
    crew.until_asked(10)
    settings = settings_for(crew.server.origins, crew.root, CLUSTER=crew.redis.url, WORKER="b")
    other = run("crawl", "finews", "-a", "since=2022-03-02", settings=settings)
    assert other.returncode == 2
    assert other.stderr == "the crawl under way has other arguments: {}; give this worker the same\n"
    assert crew.end() == {"a": 0}


def test_what_cannot_be_shared(crew: Crew) -> None:
    for arguments, settings, line in (
        (("-a", "limit=3"), {}, "a limit counts the posts of one process: leave -a limit=… out, or CLUSTER\n"),
        ((), {"WORKER": "a-b"}, "WORKER='a-b' is no name for a worker; it takes up to 40 letters, digits and underscores\n"),
        ((), {"ARCHIVE_ONLY": "1"}, "ARCHIVE_ONLY asks no site, so that there is nothing to share; leave CLUSTER out\n"),
        ((), {"CLUSTER": "localhost"}, None),
        ((), {"CLUSTER": "redis://127.0.0.1:1/0"}, None),
    ):
        given = {"CLUSTER": crew.redis.url, "ORIGINS": json.dumps(crew.server.origins), "ARCHIVE_ROOT": str(crew.root)}
        done = run("crawl", "finews", *arguments, settings=given | settings)
        assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
        assert line is None or done.stderr == line
        assert "CLUSTER" in done.stderr or "WORKER" in done.stderr
    assert not crew.root.exists()


def test_without_the_extra(plain: Path, tmp_path: Path) -> None:
    command = [plain / "bin" / "python", "-m", "scrapy", "crawl", "finews", "-s", "CLUSTER=redis://127.0.0.1:1/0"]
    command += ["-s", f"ARCHIVE_ROOT={tmp_path / 'root'}"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    python = plain / "bin" / "python"
    how = f"install it, in the folder of the clone, with: {python} -m pip install '.[cluster]'"
    assert done.stderr == f"CLUSTER takes what is not installed (redis); {how}\n"
    assert not (tmp_path / "root").exists()
