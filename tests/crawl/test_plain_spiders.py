"""Spiders that keep no archive run here as in any Scrapy project, and Scrapy's own commands do what its users know."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from crawler.crawl.plain_spiders import FOR_ARCHIVES
from tests.replica.build import BUILT
from tests.replica.crawl import FAST, PROJECT, crawl, run, scrapy
from tests.replica.server import SITE_HOST, ReplicaServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SPIDER = """
import scrapy


class Links(scrapy.Spider):
    name = "links"

    def __init__(self, url="", **arguments):
        super().__init__(**arguments)
        self.start_urls = [url]

    def parse(self, response):
        yield {"status": response.status}
        if response.url.endswith("/feed.xml"):
            raise ValueError("no page")
"""


@pytest.fixture(scope="module")
def home() -> Iterator[str]:
    with ReplicaServer(BUILT) as server:
        yield server.origins[f"https://{SITE_HOST}"]


@pytest.fixture(params=["runspider", "crawl", "parse"])
def way(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def links(folder: Path, way: str, url: str, *more: str) -> subprocess.CompletedProcess[str]:
    """Run the spider out of its file, or as one of the project's own."""
    (folder / "mine").mkdir(exist_ok=True)
    (folder / "mine" / "links.py").write_text(SPIDER)
    (folder / "mine" / "__init__.py").touch()
    words = {
        "runspider": ("runspider", str(folder / "mine" / "links.py"), "-a", f"url={url}"),
        "crawl": ("crawl", "links", "-a", f"url={url}"),
        "parse": ("parse", "--spider", "links", url),
    }[way]
    settings = FAST | {"RETRY_TIMES": "0", "ARCHIVE_ROOT": str(folder / "output"), "SPIDER_MODULES": "crawler.spiders,mine"}
    return subprocess.run(
        scrapy(*words, *more, settings=settings),
        cwd=PROJECT,
        env=os.environ | {"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_its_items_and_its_figures_are_shown(tmp_path: Path, home: str, way: str) -> None:
    done = links(tmp_path, way, f"{home}/", *(() if way == "parse" else ("-O", str(tmp_path / "items.jsonl"))))
    assert done.returncode == 0, done.stderr
    assert "Dumping Scrapy stats" in done.stderr
    assert "'finish_reason': 'finished'" in done.stderr
    if way == "parse":
        assert "[{'status': 200}]" in done.stdout
    else:
        assert json.loads((tmp_path / "items.jsonl").read_text()) == {"status": 200}
    assert not (tmp_path / "output").exists()


def test_what_fails_is_said(tmp_path: Path, home: str, way: str) -> None:
    """Nothing of it was, when all that a run could not get stood in a run report alone."""
    if way != "parse":
        refused = links(tmp_path, way, "http://127.0.0.1:9/")
        assert "ERROR: Error downloading <GET http://127.0.0.1:9/>: 127.0.0.1:9: Connection refused" in refused.stderr
        lost = links(tmp_path, way, f"{home}/nowhere.html")
        assert "Ignoring response <404" in lost.stderr
        broken = links(tmp_path, way, f"{home}/feed.xml")
        assert 'links.py", line 15, in parse' in broken.stderr
        assert "ValueError: no page" in broken.stderr
    else:
        broken = links(tmp_path, way, f"{home}/feed.xml")
        assert "ValueError: no page" in broken.stderr
        assert broken.returncode == 1


def test_a_person_s_own_setting_stays(tmp_path: Path, home: str, way: str) -> None:
    done = links(tmp_path, way, f"{home}/", "-s", "STATS_DUMP=0", "-s", "LOG_LEVEL=INFO")
    assert done.returncode == 0, done.stderr
    assert "Dumping Scrapy stats" not in done.stderr
    assert "Closing spider (finished)" in done.stderr


def test_all_that_is_given_back_is_scrapys() -> None:
    from scrapy.settings import default_settings

    from crawler import settings

    assert [name for name in FOR_ARCHIVES if not hasattr(default_settings, name) or not hasattr(settings, name)] == []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("x = = 1\n", "line 1: SyntaxError: invalid syntax"),
        ("import scrapy\n\nnothing()\n", "line 3: NameError: name 'nothing' is not defined"),
        ("import nothing_of_the_kind\n", "line 1: ModuleNotFoundError: No module named 'nothing_of_the_kind'"),
    ],
)
def test_a_file_that_cannot_be_loaded_is_one_line(tmp_path: Path, text: str, line: str) -> None:
    file = tmp_path / "broken_one.py"
    file.write_text(text)
    done = run("runspider", str(file))
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"the spider cannot be loaded: {file}, {line}\n")


@pytest.mark.parametrize("words", [["list"], ["crawl", "links"], ["edit", "links"], ["check"]])
def test_a_spider_module_that_cannot_be_loaded_is_one_line(tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "faulty_one.py").write_text("x = = 1\n")
    done = subprocess.run(
        scrapy(*words, settings={"SPIDER_MODULES": "crawler.spiders,faulty_one"}),
        cwd=PROJECT,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1, done.stderr
    assert f"a spider cannot be loaded: {tmp_path}/faulty_one.py, line 1: SyntaxError" in done.stderr


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["runspider"], "name one Python file with a spider in it"),
        (["runspider", "nowhere.py"], "File not found: nowhere.py; scrapy"),
        (["genspider"], "name the spider and a domain"),
        (["genspider", "a b", "example.org"], "'a b' can be no spider's name"),
        (["settings", "--getbool", "BOT_NAME"], "is not 0 or 1"),
        (["settings", "--getlist", "CONCURRENT_REQUESTS"], "is not a list"),
        (["settings"], "say which setting"),
        (["genspider", "-nosuch"], "there is no option -nosuch"),
        (["genspider", "-t", "nowhere", "a", "example.org"], "there is no template 'nowhere'; scrapy genspider -l shows them"),
        (["genspider", "-d", "nowhere"], "there is no template 'nowhere'"),
        (["genspider", "finews", "example.org"], "Spider 'finews' already exists in module: crawler.spiders.finews"),
        (["genspider", "backfile", "example.org"], "the same name as your project"),
        (
            ["parse", "--spider", "finews", "https://finews.withounder.com/", "-c", "parse_listin"],
            "did you mean parse_listing?",
        ),
        (["parse", "--spider", "finews", "https://finews.withounder.com/", "-r"], "the spider finews has no rules for --rules"),
        (["startproject"], "name the project"),
        (["edit"], "name one spider"),
        (["bench", "finews"], "takes no arguments"),
        (["settings", "BOT_NAME"], "--get BOT_NAME"),
        (["settings", "--getint", "BOT_NAME"], "BOT_NAME='backfile' is not a whole number"),
        (["list", "finews"], "takes no arguments"),
        (["version", "finews"], "takes no arguments"),
    ],
)
def test_a_wrong_call_is_one_line(words: list[str], line: str) -> None:
    done = run(*words)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), done.stderr
    assert line in done.stderr
    assert "\\n" not in done.stderr


def test_a_pipe_that_is_closed_ends_a_command_without_a_word() -> None:
    for words in (["genspider", "-d", "basic"], ["genspider", "-l"], ["settings", "--get", "EXTENSIONS"]):
        command = " ".join(f"'{word}'" for word in scrapy(*words))
        done = subprocess.run(f"{command} | true", shell=True, cwd=PROJECT, capture_output=True, text=True, check=False)
        assert done.stderr == ""


def test_scrapy_bench_says_how_fast_it_was() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", "bench", "-s", "CLOSESPIDER_TIMEOUT=1"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "pages/min" in done.stderr) == (0, True), done.stderr


def test_the_posts_of_a_run_go_into_scrapys_own_feeds(tmp_path: Path) -> None:
    """An abstract base class of Python's kept Scrapy from reading the spider's attributes; nothing was written, and the run was good."""
    with ReplicaServer(BUILT) as server:
        done = crawl(server.origins, tmp_path / "output", "-O", str(tmp_path / "posts.jsonl"))
    assert done.returncode == 0, done.stderr
    assert "ERROR" not in done.stderr
    posts = [json.loads(line) for line in (tmp_path / "posts.jsonl").read_text().splitlines()]
    index = [json.loads(line) for line in (tmp_path / "output" / "finews" / "index.jsonl").read_text().splitlines()]
    assert sorted(post["id"] for post in posts) == sorted(line["id"] for line in index)
    assert all(post["content"].startswith("---") for post in posts)
