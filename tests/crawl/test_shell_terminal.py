"""What a spider author types, in a terminal: every command of Scrapy's that starts a crawler, and the shell."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from crawler.settings import EXTENSIONS
from tests.archives import a_post
from tests.replica.crawl import PROJECT, run, scrapy
from tests.replica.server import SITE_HOST
from tests.terminal import CTRL_C, CTRL_D, Terminal, shown

if TYPE_CHECKING:
    from pathlib import Path

HOME = f"https://{SITE_HOST}/"
NOWHERE = {
    "ORIGINS": f'{{"https://{SITE_HOST}": "http://127.0.0.1:9", "http://finews.zning.xyz": "http://127.0.0.1:9"}}',
    "RETRY_TIMES": "0",
}
PLAIN = {"SCRAPY_PYTHON_SHELL": "python"}
SPIDER = """
import scrapy

class Small(scrapy.Spider):
    name = "small"
    start_urls = ["data:,"]

    async def start(self):
        print("it started")
        return
        yield
"""


def shell(root: Path, *arguments: str) -> list[str]:
    return scrapy("shell", *arguments, settings=NOWHERE | {"ARCHIVE_ROOT": str(root)})


@pytest.fixture(autouse=True)
def _browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """``scrapy view`` opens this one."""
    monkeypatch.setenv("BROWSER", "true")


@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("shell", HOME, "-c", "response.status"), "200"),
        (("fetch", HOME), "<!DOCTYPE html>"),
        (("view", HOME), ""),
        (("parse", HOME), "# Requests"),
        (("check",), "Ran 1 contract"),
        (("runspider", "SMALL"), "it started"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_every_command_that_starts_a_crawler_works_in_a_terminal(
    tmp_path: Path, crawled: Path, arguments: tuple[str, ...], said: str, columns: int
) -> None:
    (tmp_path / "small.py").write_text(SPIDER)
    words = [word.replace("SMALL", str(tmp_path / "small.py")) for word in arguments]
    settings = NOWHERE | {"ARCHIVE_ROOT": str(crawled)}
    done = shown(scrapy(*words, settings=settings), columns=columns)
    assert done.code == 0, done.text
    assert said in done.text
    assert "Traceback" not in done.text
    assert "answers" not in done.text
    assert "Versions:" not in done.text
    piped = run(*words, settings=settings)
    assert (piped.returncode, "Traceback" in piped.stderr) == (0, False)
    assert said in piped.stdout + piped.stderr


@pytest.mark.parametrize("name", ["shell", "fetch", "view", "parse"])
@pytest.mark.parametrize(
    ("url", "reason", "more"),
    [
        (f"{HOME}nowhere.html", "is not archived and cannot be had: 127.0.0.1:9: Connection refused", {}),
        (f"{HOME}nowhere.html", "is not archived and cannot be had: not in the archive", {"ARCHIVE_ONLY": "1"}),
    ],
)
def test_what_cannot_be_had_is_one_line(tmp_path: Path, name: str, url: str, reason: str, more: dict[str, str]) -> None:
    arguments = [url, "-c", "post"] if name == "shell" else [url]
    settings = NOWHERE | {"ARCHIVE_ROOT": str(tmp_path), "ROBOTSTXT_OBEY": "0"} | more
    done = run(name, *arguments, settings=settings)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"{url} {reason}\n")


@pytest.mark.parametrize("name", ["shell", "fetch", "view", "parse"])
def test_off_the_hosts_of_a_named_spider_nothing_is_fetched(tmp_path: Path, name: str) -> None:
    arguments = ["https://example.org/", "--spider", "finews", *(["-c", "1"] if name == "shell" else [])]
    done = run(name, *arguments, settings=NOWHERE | {"ARCHIVE_ROOT": str(tmp_path)})
    line = "https://example.org/ cannot be had: https://example.org/ is not on a host of the site\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", line)


@pytest.mark.parametrize("name", ["shell", "fetch", "view", "parse", "check"])
def test_a_spider_that_there_is_not_is_one_line(name: str) -> None:
    done = run(name, *({"check": ["nobody"]}.get(name) or [HOME, "--spider", "nobody"]))
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "there is no spider 'nobody'" in done.stderr


def test_a_contract_that_cannot_be_checked_shows_no_traceback(tmp_path: Path) -> None:
    done = run("check", settings=NOWHERE | {"ARCHIVE_ROOT": str(tmp_path)})
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("[finews] ")
    assert "Connection refused" in line


@pytest.mark.parametrize("name", ["fetch", "view", "parse", "check"])
def test_ctrl_c_in_the_first_moment_ends_it(crawled: Path, name: str) -> None:
    extensions = json.dumps(EXTENSIONS | {"tests.crawl.broken.StopsItself": 500})
    settings = NOWHERE | {"ARCHIVE_ROOT": str(crawled), "EXTENSIONS": extensions}
    done = run(name, *([] if name == "check" else [HOME]), settings=settings, timeout=300)
    assert done.returncode == 130
    assert "Traceback" not in done.stderr


def test_nobody_reads_the_page(crawled: Path) -> None:
    command = scrapy("fetch", HOME, settings=NOWHERE | {"ARCHIVE_ROOT": str(crawled)})
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(300) == 141


# The shell


@pytest.mark.parametrize("columns", [80, 120])
def test_in_a_bare_shell_fetch_asks_the_archive(crawled: Path, columns: int) -> None:
    entry = a_post(crawled)
    source = (crawled / "finews" / entry["path"]).read_text("utf-8")
    with Terminal(shell(crawled), columns=columns, environment=PLAIN) as terminal:
        for typed in (
            f"fetch({entry['url']!r})",
            f"source(post) == {source!r} and post.body_from",
            "len(history(response.url)), archived(response.url).status",
            f"fetch({entry['url'].replace('https', 'http')!r})",
            "response.url, len(history('http' + response.url[5:]))",
            f"fetch('{HOME}')",
            "response.status, post",
            f"fetch('{HOME}nowhere.html')",
            "response, post",
        ):
            terminal.wait_for(">>> ")
            terminal.type(f"{typed}\r")
        terminal.wait_for(">>> ")
        terminal.type(CTRL_D)
        done = terminal.end()
    assert done.code == 0
    assert "Traceback" not in done.text
    answers = [line for line in done.lines if line.startswith(("'share'", "(1, 200", "('https", "(200, None", "(None, None"))]
    joined = done.text.replace("\n", "")
    assert answers[0] == "'share'"
    assert "(1, 200)" in answers
    assert f"('{entry['url']}', 1)" in joined
    assert {"(200, None)", "(None, None)"} <= set(answers)
    assert f"{HOME}nowhere.html is not archived and cannot be had: 127.0.0.1:9: Connection refused" in joined


def test_a_url_of_no_site_is_asked_over_the_network_and_says_so(tmp_path: Path) -> None:
    url = "http://127.0.0.1:9/page.html"
    done = run("shell", url, "-c", "1", settings=NOWHERE | {"ARCHIVE_ROOT": str(tmp_path), "ROBOTSTXT_OBEY": "0"})
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        f"{url} is on no site that is archived here: it is downloaded, and not kept",
        f"{url} cannot be had: 127.0.0.1:9: Connection refused",
    ]


@pytest.mark.parametrize("columns", [80, 120])
def test_shelp_names_what_is_ours(crawled: Path, columns: int) -> None:
    with Terminal(shell(crawled, a_post(crawled)["url"]), columns=columns, environment=PLAIN) as terminal:
        terminal.wait_for(">>> ")
        terminal.type("shelp()\r")
        terminal.wait_for(">>> ")
        terminal.type(CTRL_D)
        done = terminal.end()
    told = [line for line in done.lines if line.startswith("[s]")]
    assert all(len(line) < columns for line in told)
    for name in ("post", "source(post)", "archived(url)", "history(url)", "fetch(url)", "response"):
        assert sum(line.startswith(f"[s]   {name}") for line in told) == 2, name
    assert "Traceback" not in done.text


def test_ctrl_c_takes_back_and_ctrl_d_ends(crawled: Path) -> None:
    with Terminal(shell(crawled), environment=PLAIN) as terminal:
        terminal.wait_for(">>> ")
        terminal.type("while True: print('round', flush=True)\r\r")
        terminal.wait_for("round\r\nround")
        terminal.type(CTRL_C)
        terminal.wait_for("KeyboardInterrupt")
        terminal.wait_for(">>> ")
        terminal.type("40 + 2\r")
        terminal.wait_for("42")
        terminal.wait_for(">>> ")
        terminal.type(CTRL_D)
        assert terminal.end().code == 0


def test_a_saved_page_is_looked_at(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<h1>kept</h1>")
    done = run("shell", str(tmp_path / "page.html"), "-c", "response.css('h1::text').get(), post")
    assert (done.returncode, done.stdout, done.stderr) == (0, "('kept', None)\n", "")
    done = run("shell", str(tmp_path / "none.html"), "-c", "response")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "none.html cannot be had: " in done.stderr


def test_code_with_an_error_is_one_line(crawled: Path) -> None:
    done = run("shell", HOME, "-c", "post.title", settings=NOWHERE | {"ARCHIVE_ROOT": str(crawled)})
    assert (done.stdout, done.stderr.count("\n")) == ("", 1)
    assert "'NoneType' object has no attribute 'title'" in done.stderr
    assert done.returncode == 1
