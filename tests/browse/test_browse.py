"""``scrapy browse`` in a real Chromium: search, facets, a post's page; and nothing that a stranger wrote runs in it."""

from __future__ import annotations

import json
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser

from crawler.browse.safe import harmless
from tests.archives import a_post, index
from tests.browser import DESK, PHONE, chromium, opened, width
from tests.replica.crawl import PROJECT, crawl, run, scrapy
from tests.replica.server import SITE_HOST, ReplicaServer, Reply

HTML = {"Content-Type": "text/html; charset=utf-8"}
HOSTILE = (
    '<script>document.title = \'owned\'; alert(1)</script><img src="http://127.0.0.1:9/x.png" onerror="alert(2)">'
    '<a href="javascript:alert(3)">a</a><svg onload="alert(4)"></svg><iframe src="javascript:alert(5)"></iframe>'
    '<form action="http://127.0.0.1:9/"><input autofocus onfocus="alert(6)"></form><style>@import \'http://127.0.0.1:9/x.css\';</style>'
    '<p style="background: url(http://127.0.0.1:9/y.png)">一</p><meta http-equiv="refresh" content="0; url=http://127.0.0.1:9/">'
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@contextmanager
def served(root: Path) -> Iterator[str]:
    """The address of the archive's browser, stopped by its own pid."""
    command = scrapy("browse", "finews", "--port", "0", settings={"ARCHIVE_ROOT": str(root)})
    process = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        said = process.stdout.readline()
        assert said.startswith("http://127.0.0.1:"), said + (process.stderr.read() if process.stderr else "")
        yield said.split("/finews/", maxsplit=1)[0]
    finally:
        process.terminate()
        process.communicate(timeout=20)


@pytest.fixture(scope="module")
def address(crawled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    import shutil

    root = tmp_path_factory.mktemp("browsed") / "root"
    shutil.copytree(crawled, root, copy_function=shutil.copy2)
    with served(root) as address:
        yield address


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_posts_are_listed_and_found(browser: Browser, address: str, crawled: Path, size: tuple[int, int]) -> None:
    with opened(browser, f"{address}/finews/posts?_sort_desc=date", size) as (page, heard):
        assert width(page) == size[0]
        assert f"{len(index(crawled / 'finews'))} rows" in page.inner_text("body")
        assert {"category", "day", "source", "fidelity"} <= set(
            page.locator(".facet-info-name").all_inner_texts()[0].split()
        ) | {text.split()[0] for text in page.locator(".facet-info-name").all_inner_texts()}
        page.fill("input[name=_search]", "公司管理层")
        page.keyboard.press("Enter")
        page.wait_for_url("**_search=**")
        found = page.locator("td.col-title").all_inner_texts()
        assert found
        page.locator("td.col-title a").first.click()
        page.wait_for_url("**/-/post/**")
        assert "公司管理层" in page.inner_text("body")
        assert width(page) == size[0]
        assert heard.complaints == []
        assert all(url.startswith(address) for url in heard.requests)


def test_search_finds_what_stands_in_the_texts(address: str, crawled: Path) -> None:
    texts = {entry["id"]: (crawled / "finews" / entry["path"]).read_text("utf-8") for entry in index(crawled / "finews")}
    for word in ("订单", "海外业务", "稳步回升"):
        with urllib.request.urlopen(f"{address}/finews/posts.json?_shape=array&_size=max&_search={quote(word)}") as answer:
            found = {row["id"] for row in json.load(answer)}
        assert found == {post_id for post_id, text in texts.items() if word in text}, word


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_a_post_has_its_source_its_captures_and_its_versions(
    browser: Browser, archive_root: Path, replica: ReplicaServer, size: tuple[int, int]
) -> None:
    old = a_post(archive_root)
    path = "/" + old["url"].split("/", 3)[3]
    body = replica.reply(SITE_HOST, path).body.replace(old["title"].encode(), "更正：新标题".encode())
    replica.replies[SITE_HOST, path] = [Reply(200, body, HTML)]
    assert crawl(replica.origins, archive_root, "-a", "recheck=1").returncode == 0
    with served(archive_root) as address, opened(browser, f"{address}/-/post/{old['id']}", size) as (page, heard):
        assert width(page) == size[0]
        assert page.inner_text("h1") == "更正：新标题"
        assert page.locator("#source pre").text_content() == (archive_root / "finews" / old["path"]).read_text("utf-8")
        assert page.locator("#captures tr").count() >= 3
        assert f'-title: "{old["title"]}"' in page.locator("#versions .removed").all_text_contents()
        assert '+title: "更正：新标题"' in page.locator("#versions .added").all_text_contents()
        assert page.locator("#article p").count() > 0
        assert heard.complaints == []
        assert all(url.startswith(address) for url in heard.requests)


def test_nothing_of_a_hostile_post_runs_or_is_fetched(browser: Browser, archive_root: Path, replica: ReplicaServer) -> None:
    old = a_post(archive_root)
    path = "/" + old["url"].split("/", 3)[3]
    page_now = replica.reply(SITE_HOST, path).body
    title = "<script>alert(7)</script>" + old["title"]
    body = page_now.replace(old["title"].encode(), title.encode())
    code = old["share_url"].partition("infoCode=")[2]
    answer = replica.answers[code]["fields"]
    for name in ("text", "content"):
        if answer.get(name):
            spoilt = answer[name] + HOSTILE
            body = body.replace(b"</p>\n\n<p><a href", b"</p>\n" + HOSTILE.encode() + b"\n\n<p><a href", 1)
            changed = json.dumps(answer | {name: spoilt}).encode()
            for host, asked in [(host, f"/NewsData/GetNewsText.do?id={code}") for host in replica.answers[code]["hosts"]]:
                replica.replies[host, asked] = [Reply(200, changed, {"Content-Type": "application/json"})]
    replica.replies[SITE_HOST, path] = [Reply(200, body, HTML)]
    crawl(replica.origins, archive_root, "-a", "recheck=1")
    (entry,) = [one for one in index(archive_root / "finews") if one["id"] == old["id"]]
    assert "<script>" in (archive_root / "finews" / entry["path"]).read_text("utf-8")
    with served(archive_root) as address:
        for url in (
            f"{address}/-/post/{old['id']}",
            f"{address}/finews/posts/{old['id']}",
            f"{address}/finews/posts?_sort_desc=last_seen",
        ):
            with opened(browser, url) as (page, heard):
                page.wait_for_timeout(300)
                assert "owned" not in page.title()
                assert [line for line in heard.complaints if line.startswith("dialog")] == []
                assert all(asked.startswith(address) for asked in heard.requests), heard.requests


def test_what_is_shown_is_harmless() -> None:
    shown = harmless(HOSTILE)
    assert not {"<script", "onerror", "javascript:", "<svg", "<iframe", "<form", "<style", "style=", "<meta", "127.0.0.1"} & {
        part
        for part in ("<script", "onerror", "javascript:", "<svg", "<iframe", "<form", "<style", "style=", "<meta", "127.0.0.1")
        if part in shown
    }


def test_who_is_served(archive_root: Path, tmp_path: Path) -> None:
    done = run("browse", "finews", settings={"ARCHIVE_ROOT": str(tmp_path)})
    assert done.returncode == 2
    assert "make one with: scrapy crawl finews" in done.stderr
    with served(archive_root) as address:
        port = address.rpartition(":")[2]
        done = run("browse", "finews", "--port", port, settings={"ARCHIVE_ROOT": str(archive_root)})
        assert done.returncode == 2
        assert "name another with --port" in done.stderr
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"{address}/-/post/no-such-post")
