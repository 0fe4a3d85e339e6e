"""A crawl as a person sees it: in a terminal of some width, and piped."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.archives import index, report
from tests.crawl.slowly import slowly
from tests.replica.crawl import PROJECT, crawl, run, scrapy, settings_for
from tests.replica.held import HeldReplica
from tests.replica.server import SITE_HOST, ReplicaServer, Reply
from tests.terminal import CTRL_C, Terminal, shown

if TYPE_CHECKING:
    from pathlib import Path

NOWHERE = {f"https://{SITE_HOST}": "http://127.0.0.1:9"}
LOGGED = re.compile(r"^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) (INFO|WARNING): ", re.MULTILINE)
PROGRESS = re.compile(r"[\d,]+ answers?\b")


@pytest.mark.parametrize("columns", [80, 120])
def test_the_progress_line_never_runs_into_a_log_line(tmp_path: Path, replica: ReplicaServer, columns: int) -> None:
    done = shown(slowly(replica, tmp_path), columns=columns)
    assert done.code == 0
    assert PROGRESS.search(done.raw.decode())
    assert not PROGRESS.search(done.text)
    unwrapped = "".join(line.ljust(columns) if len(line) < columns else line for line in done.lines)
    assert len(LOGGED.findall(done.text)) == len(re.findall(r" (?:INFO|WARNING): ", unwrapped)) == 3
    assert done.text.startswith(LOGGED.search(done.text)[0])  # type: ignore[index]


def test_the_progress_line_never_wraps(tmp_path: Path, replica: ReplicaServer) -> None:
    with Terminal(slowly(replica, tmp_path), columns=60) as terminal:
        terminal.wait_for("new posts")
        terminal.resize(22, 24)
        while len(drawn_since_the_last_whole_line(terminal.raw)) < 2:  # lines drawn before it was resized may be read later
            terminal.wait_for("answers")
        terminal.type(CTRL_C)
        done = terminal.end()
    assert max(map(len, drawn_since_the_last_whole_line(done.raw))) < 22


def drawn_since_the_last_whole_line(raw: bytes) -> list[str]:
    """The progress lines that were drawn after the last one that a wide terminal shows to its end."""
    after = re.split(r"requests? waiting", raw.decode(errors="ignore"))[-1]
    drawn = re.findall(r"\r\x1b\[K([^\r\n]*)(?=\r\x1b|$)", after)
    return [text.removesuffix("^C") for text in drawn if PROGRESS.match(text)]


def test_one_answer_is_no_answers(tmp_path: Path) -> None:
    with HeldReplica() as replica, Terminal(slowly(replica, tmp_path), columns=200) as terminal:
        replica.hold_at = 1
        terminal.wait_for("1 answer, 0 new posts, 0 changed")
        terminal.type(CTRL_C)
        terminal.wait_for("completing")
        replica.let_go()
        done = terminal.end()
    assert not re.search(rb"(?<![\d,])1 (answers|new posts|requests)", done.raw)


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=str)
def test_whoever_wants_plain_output_gets_it(tmp_path: Path, replica: ReplicaServer, environment: dict[str, str]) -> None:
    done = shown(slowly(replica, tmp_path, DOWNLOAD_DELAY="0.01"), environment=environment)
    assert done.code == 0
    assert b"\x1b" not in done.raw
    assert not PROGRESS.search(done.text)


def test_a_pipe_gets_the_log_alone(tmp_path: Path, replica: ReplicaServer) -> None:
    done = crawl(replica.origins, tmp_path)
    assert done.stdout == ""
    lines = [line for line in done.stderr.splitlines() if not PROGRESS.search(line)]  # one a minute, if it takes so long
    assert all(map(LOGGED.match, lines))
    assert len(lines) == 3
    assert f"asking {replica.origins[f'https://{SITE_HOST}']}/ for https://{SITE_HOST}/" in lines[0]
    assert "no post: 5 addresses, one is https://" in lines[1]
    assert "75 new, 0 changed, 0 gone posts; 0 losses" in lines[2]


# A crawl that finds nothing


def everything_refused(replica: ReplicaServer) -> dict[str, str]:
    replica.replies[SITE_HOST, "/robots.txt"] = [Reply(200, b"User-agent: *\nDisallow: /\n", {})]
    return replica.origins


def everything_broken(replica: ReplicaServer) -> dict[str, str]:
    for path in ("/", "/feed.xml", "/robots.txt"):
        replica.replies[SITE_HOST, path] = [Reply(500, b"down", {})]
    return replica.origins


@pytest.mark.parametrize(
    ("site", "reason"),
    [
        (lambda _: NOWHERE, "Connection refused"),
        (everything_refused, "Forbidden by robots.txt"),
        (everything_broken, "HTTP 500"),
    ],
)
def test_a_crawl_that_finds_nothing_says_so_in_a_handful_of_lines(
    tmp_path: Path, replica: ReplicaServer, site: object, reason: str
) -> None:
    done = crawl(site(replica), tmp_path, RETRY_TIMES="1")  # type: ignore[operator]
    assert done.returncode == 1
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert len(lines) <= 5
    assert re.search(rf"failed: \d addresses, one is https://{re.escape(SITE_HOST)}/", done.stderr)
    assert reason in done.stderr
    (path,) = (tmp_path / "finews" / "runs").glob("*.json")
    assert lines[-1].endswith(f"report: {path}")
    assert {failure["url"] for failure in report(tmp_path)["failures"]} >= {
        f"https://{SITE_HOST}/{p}" for p in ("", "feed.xml")
    }


def test_all_of_it_is_there_at_debug(tmp_path: Path, replica: ReplicaServer) -> None:
    done = crawl(NOWHERE, tmp_path, RETRY_TIMES="1", LOG_LEVEL="DEBUG")
    for told in ("Overridden settings", "Retrying <GET", "Gave up retrying", f"failed: https://{SITE_HOST}/feed.xml: "):
        assert told in done.stderr


def test_a_category_that_nobody_has_is_named(tmp_path: Path, replica: ReplicaServer) -> None:
    done = crawl(replica.origins, tmp_path, "-a", "category=dongliribao,dongliribo", "-a", "limit=2")
    assert done.returncode == 1
    (failure,) = report(tmp_path)["failures"]
    assert failure["reason"].startswith(
        "no listing of category 'dongliribo', neither in the archive nor on the site; nearest: "
    )
    assert "'dongliribao'" in failure["reason"]
    assert {" ".join(entry["categories"]) for entry in index(tmp_path / "finews")} == {"dongliribao"}


def test_a_category_is_spelt_as_it_is(archive_root: Path, replica: ReplicaServer) -> None:
    done = crawl(replica.origins, archive_root, "-a", "category=DongLiRiBao")
    assert done.returncode == 1
    assert "no listing of category 'DongLiRiBao', neither in the archive nor on the site; nearest: 'dongliribao'" in done.stderr


def test_a_time_decides_which_posts_of_a_day_are_made(tmp_path: Path, crawled: Path, replica: ReplicaServer) -> None:
    entries = [entry for entry in index(crawled / "finews") if entry["date"].startswith("2022-03-02")]
    middle = sorted(entry["date"] for entry in entries)[len(entries) // 2][:19]
    done = crawl(replica.origins, tmp_path, "-a", f"since={middle}", "-a", "until=2022-03-02")
    assert done.returncode == 0, done.stderr
    wanted = {entry["id"] for entry in entries if entry["date"][:19] >= middle}
    assert {entry["id"] for entry in index(tmp_path / "finews")} == wanted
    assert 0 < len(wanted) < len(entries)
    crawl(replica.origins, tmp_path)
    assert {entry["id"] for entry in index(tmp_path / "finews")} == {entry["id"] for entry in index(crawled / "finews")}


def test_a_limit_counts_the_posts_that_are_made(tmp_path: Path, crawled: Path, replica: ReplicaServer) -> None:
    entries = [entry for entry in index(crawled / "finews") if entry["date"].startswith("2022-03-02")]
    late = sorted(entry["date"] for entry in entries)[-3][:19]
    crawl(replica.origins, tmp_path, "-a", f"since={late}", "-a", "until=2022-03-02", "-a", "limit=2")
    assert len(index(tmp_path / "finews")) == 2


# Ctrl-C


def test_nobody_reads_the_log(tmp_path: Path, replica: ReplicaServer) -> None:
    command = scrapy("crawl", "finews", settings=settings_for(replica.origins, tmp_path))
    process = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert process.stderr is not None
    process.stderr.readline()
    process.stderr.close()
    assert process.wait(300) == 0
    assert len(index(tmp_path / "finews")) == 75


# What cannot run


@pytest.mark.parametrize("name", ["crawl", "shell"])
@pytest.mark.parametrize(
    "setting",
    ["CONCURRENT_REQUESTS=abc", "DOWNLOAD_TIMEOUT=x", "LOG_LEVEL=NOPE", "HTTPCACHE_ENABLED=perhaps", "SWEEP_INTERVAL=x"],
)
def test_a_setting_without_a_meaning_is_one_line(tmp_path: Path, name: str, setting: str) -> None:
    arguments = {"crawl": ["finews"], "shell": ["-c", "1"]}[name]
    done = run(name, *arguments, "-s", setting, settings={"ARCHIVE_ROOT": str(tmp_path)})
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert setting.partition("=")[0] in done.stderr


@pytest.mark.parametrize(
    "arguments", [("since=2022-02-30",), ("since=2022-03-02", "until=2022-03-01"), ("sinc=1",), ("since",)]
)
def test_an_argument_that_cannot_be_meant_is_one_line(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    given = [word for argument in arguments for word in ("-a", argument)]
    done = run("crawl", "finews", *given, settings={"ARCHIVE_ROOT": str(tmp_path)})
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("name", "said"), [("finew", "did you mean finews?"), ("x", "scrapy list shows them")])
def test_a_spider_that_there_is_not(name: str, said: str) -> None:
    done = run("crawl", name)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert f"there is no spider {name!r}; {said}" in done.stderr
