"""docs/add-a-site.md, followed to the letter: its files are written, its commands are typed, against the built blog."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from typing import TYPE_CHECKING

from crawler.sites.site import Site
from tests.minima.server import MinimaServer
from tests.replica.crawl import FAST, PROJECT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DOCUMENT = (PROJECT / "docs" / "add-a-site.md").read_text("utf-8")
#: A file that is to be written, or commands that are to be typed, in the order of the document.
_STEP = re.compile(r"(?:^`([^`\n]+)`:\n\n)?^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ASKS = ("crawl", "shell", "parse")


def clone(folder: Path) -> Path:
    """The project as a user has it."""
    listed = subprocess.run(["git", "ls-files", "-z", "crawler", "scrapy.cfg"], cwd=PROJECT, capture_output=True, check=True)
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (PROJECT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT / name, folder / name)
    (folder / ".venv").symlink_to(PROJECT / ".venv")
    return folder


def typed(command: str, folder: Path, origins: dict[str, str]) -> subprocess.CompletedProcess[str]:
    program, verb, *rest = command.split(" ", 2)
    if verb in ASKS:
        given = FAST | {"ORIGINS": json.dumps(origins)}
        verb += "".join(f" -s {name}={shlex.quote(value)}" for name, value in given.items())
    return subprocess.run(
        " ".join((program, verb, *rest)), shell=True, cwd=folder, capture_output=True, text=True, timeout=300, check=False
    )


def test_the_document_followed_to_the_letter(minima: Callable[..., Path], tmp_path: Path) -> None:
    folder, said, origins = clone(tmp_path / "project"), dict[str, str](), dict[str, str]()
    with MinimaServer(minima()) as server:
        origins = server.origins
        for path, kind, text in _STEP.findall(DOCUMENT):
            if path:
                (folder / path).parent.mkdir(exist_ok=True)
                (folder / path).write_text(text, "utf-8")
            for command in text.splitlines() if kind == "sh" else ():
                done = typed(command, folder, origins)
                assert done.returncode == 0, command + done.stdout + done.stderr
                said[command.removeprefix(".venv/bin/scrapy ")] = done.stdout
        server.log.clear()
        assert typed(".venv/bin/scrapy crawl shore", folder, origins).returncode == 0
        assert sorted((one.path, one.status) for one in server.log) == [("/", 304), ("/feed.xml", 304)]
    links, classes, times = (text for command, text in said.items() if command.startswith("shell"))
    assert "/market/2024/05/11/market-day.html" in links
    assert "post-title p-name" in classes
    assert "post-content e-content" in classes
    assert "2024-05-11T09:00:00+02:00" in times
    assert said["list"].split() == ["finews", "jekyll", "shore"]
    index = [json.loads(line) for line in (folder / "output/shore/index.jsonl").read_text("utf-8").splitlines()]
    assert len(index) == 15
    post = (folder / "output/shore/_posts/2024/05/11/2024-05-11-market-day.html").read_text("utf-8")
    assert post == (
        "---\nlayout: post\ntitle: Market day\ndate: 2024-05-11 09:00:00 +0200\ncategories: [market]\ntags: [market]\n---\n"
        "<p>Asparagus, and the first strawberries. Two stalls only.</p>\n"
    )
    assert "everything holds" in said["verify shore --render"]
    assert "categories.case" in said["explain shore 2024-02-14-cheese-and-chutney"]


def test_the_class_is_short() -> None:
    (source,) = re.findall(r"^```python\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL)
    assert len(source.splitlines()) < 40


def test_every_attribute_and_method_that_it_names_is_there() -> None:
    table = DOCUMENT.split("## What the attributes are for")[1].split("## A site that is not stock")[0]
    named = {name for row in re.findall(r"^\| (`[^|]+) \|", table, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)}
    methods = {"read_time", "kind", "parse_page", "build_post", "findings", "companions", "has_text", "jekyll", "shown"}
    assert len(named) > 15
    annotated = {name for base in Site.__mro__ for name in vars(base).get("__annotations__", ())}
    assert {name for name in named | methods if not hasattr(Site, name)} - annotated == set()


MESSAGES = (
    " cannot be loaded: ",
    "there is no spider ",
    "; a site without a feed says feeds = () in its class",
    "the feed has it as a post, but its address is none of permalink ",
    "no element for the content: ",
    "neither its address nor an element tells its time: ",
    "the site has no page for ",
    "shows no post at all",
    "Jekyll renders another ",
    "Jekyll does not publish it at ",
)


def test_the_messages_that_it_explains_are_those_that_are_said() -> None:
    sources = "".join(path.read_text("utf-8") for path in (PROJECT / "crawler").rglob("*.py"))
    rows = re.findall(r"^\| `([^`]+)`", DOCUMENT.split("## Messages")[1], re.MULTILINE)
    assert len(rows) == len(MESSAGES)
    assert all(any(message in row for row in rows) and message in sources for message in MESSAGES)
