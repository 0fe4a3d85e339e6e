"""``scrapy browse`` in a real Chromium: the list, search, filters, posts and captures; nothing that a stranger wrote runs."""

from __future__ import annotations

import json
import re
import sqlite3
import urllib.parse
from collections import Counter
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from crawler.exporters.browse.listing import SIZE
from crawler.exporters.browse.sanitize import sanitized
from tests.archives import a_post, index
from tests.browser import PHONE, opened, width
from tests.exporters.browse.conftest import served
from tests.replica.crawl import crawl
from tests.replica.server import SITE_HOST, ReplicaServer, Reply

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

DESK = (1280, 900)
SIZES = pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
HTML = {"Content-Type": "text/html; charset=utf-8"}
HOSTILE = (
    '<script>document.title = \'owned\'; alert(1)</script><img src="http://127.0.0.1:9/x.png" onerror="alert(2)">'
    '<a href="javascript:alert(3)">a</a><svg onload="alert(4)"></svg><iframe src="javascript:alert(5)"></iframe>'
    '<form action="http://127.0.0.1:9/"><input autofocus onfocus="alert(6)"></form><style>@import \'http://127.0.0.1:9/x.css\';</style>'
    '<p style="background: url(http://127.0.0.1:9/y.png)">一</p><meta http-equiv="refresh" content="0; url=http://127.0.0.1:9/">'
)


def bottom(page: Page, selector: str) -> float:
    """Where the first such element ends, in CSS pixels from the top."""
    box = page.locator(selector).first.bounding_box()
    assert box is not None
    return box["y"] + box["height"]


def height(page: Page) -> int:
    """CSS pixels from top to bottom."""
    found: int = page.evaluate("document.documentElement.scrollHeight")
    return found


def titles(page: Page) -> list[str]:
    return page.locator(".posts a.title").all_text_contents()


@SIZES
def test_the_list_is_short_and_fits(
    browser: Browser, address: str, browsed: Path, tmp_path: Path, size: tuple[int, int]
) -> None:
    entries = sorted(index(browsed / "finews"), key=lambda entry: entry["date"], reverse=True)
    with opened(browser, f"{address}/", size) as (page, heard):
        assert width(page) == size[0]
        assert height(page) < (4200 if size == DESK else 5500)
        assert bottom(page, ".posts a.title") < size[1] / 2
        assert page.locator(".posts li").count() == SIZE < len(entries)
        dates = page.locator(".posts time").evaluate_all("all => all.map(one => one.getAttribute('datetime'))")
        assert dates == [entry["date"] for entry in entries[:SIZE]]
        assert f"{len(entries)} posts, page 1 of 2" in page.inner_text("#count")
        sizes = page.locator("main *:visible").evaluate_all("all => all.map(one => parseFloat(getComputedStyle(one).fontSize))")
        assert min(sizes) >= 13
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.screenshot(path=tmp_path / f"list-{scheme}.png", full_page=True)
            ink, paper = page.evaluate(
                "[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"
            )
            assert (luminance(ink) > luminance(paper)) == (scheme == "dark")
        page.click("nav.pages a[rel=next]")
        page.wait_for_url("**/?page=2")
        assert page.locator(".posts li").count() == len(entries) - SIZE
        page.click("nav.pages a[rel=prev]")
        page.wait_for_url(f"{address}/")
        assert heard.complaints == []
        assert all(url.startswith(address) for url in heard.requests)


def luminance(color: str) -> float:
    return sum(map(float, re.findall(r"[\d.]+", color)[:3]))


@SIZES
def test_words_are_found_and_marked(
    browser: Browser, address: str, browsed: Path, tmp_path: Path, size: tuple[int, int]
) -> None:
    with closing(sqlite3.connect(browsed / "finews.db")) as db:
        posts = db.execute("SELECT title, text FROM posts").fetchall()
    for word in ("2亿", "股", "海外业务", "石榴生物公司管理层", "没有这个词"):
        with opened(browser, f"{address}/", size) as (page, heard):
            page.fill("input[name=q]", word)
            page.keyboard.press("Enter")
            page.wait_for_url("**/?q=**")
            page.screenshot(path=tmp_path / f"{word}.png", full_page=True)
            expected = [title for title, text in posts if word in f"{title}\n{text}"]
            assert Counter(titles(page)) == Counter(expected), word
            assert page.locator("li:has(mark)").count() == len(expected)
            assert set(page.locator("mark").all_inner_texts()) <= {word}
            assert f"{len(expected)} post" in page.inner_text("#count")
            assert width(page) == size[0]
            assert heard.complaints == []


@SIZES
def test_filters_narrow_the_list(browser: Browser, address: str, browsed: Path, tmp_path: Path, size: tuple[int, int]) -> None:
    entries = index(browsed / "finews")
    chosen = next(entry for entry in entries if entry["source"])
    values = {
        "category": " ".join(chosen["categories"]),
        "source": chosen["source"],
        "fidelity": chosen["fidelity"],
        "day": chosen["date"][:10],
    }
    left = entries
    with opened(browser, f"{address}/", size) as (page, heard):
        for name, value in values.items():
            left = [
                entry
                for entry in left
                if value
                == (
                    " ".join(entry["categories"])
                    if name == "category"
                    else entry["date"][:10]
                    if name == "day"
                    else entry[name]
                )
            ]
            if name == "day":
                page.fill("input[name=day]", value)
            else:
                assert f"({len(left)})" in page.locator(f"select[name={name}] option[value='{value}']").inner_text()
                page.select_option(f"select[name={name}]", value)
            page.click("form.search button")
            page.wait_for_url(f"**{name}=**")
            assert f"{len(left)} post" in page.inner_text("#count")
            assert Counter(titles(page)) == Counter(entry["title"] for entry in left[:SIZE])
        page.screenshot(path=tmp_path / "filtered.png", full_page=True)
        assert width(page) == size[0]
        for name in ("Category", "Source", "Fidelity", "Day"):
            page.locator(".chips a", has_text=f"{name}: ").click()
            page.wait_for_load_state()
        assert page.url == f"{address}/"
        assert f"{len(entries)} posts" in page.inner_text("#count")
        assert heard.complaints == []


@SIZES
def test_from_the_list_to_a_post_its_original_its_captures_and_back(
    browser: Browser, address: str, browsed: Path, tmp_path: Path, size: tuple[int, int]
) -> None:
    with opened(browser, f"{address}/", size) as (page, heard):
        title = titles(page)[0]
        page.click(".posts a.title >> nth=0")
        page.wait_for_url("**/-/post/*")
        post = page.url
        entry = next(one for one in index(browsed / "finews") if one["id"] == urllib.parse.unquote(post.rpartition("/")[2]))
        page.screenshot(path=tmp_path / "post.png", full_page=True)
        assert page.inner_text("h1") == title == entry["title"]
        assert bottom(page, "h1") < size[1] / 4
        assert bottom(page, "#article p") < size[1]
        assert page.get_attribute("#original", "href") == entry["url"]
        assert page.locator("#captures a").count() >= len(entry["captures"]) > 0
        assert width(page) == size[0]
        for name in ("versions", "source", "facts"):
            page.click(f"#{name} summary")
            assert page.locator(f"#{name}[open]").count() == 1
        assert width(page) == size[0]
        for number in range(page.locator("#captures a").count()):
            page.locator("#captures a").nth(number).click()
            page.wait_for_url("**/capture/**")
            page.screenshot(path=tmp_path / f"capture-{number}.png", full_page=True)
            assert width(page) == size[0]
            assert page.inner_text("#body").strip()
            assert page.get_attribute("#original", "href") in page.inner_text(".facts")
            page.click("#back")
            page.wait_for_url(post)
        page.click("header nav a")
        page.wait_for_url(f"{address}/")
        assert heard.complaints == []
        assert all(url.startswith(address) for url in heard.requests)


@SIZES
def test_datasettes_own_pages_lie_behind(browser: Browser, address: str, tmp_path: Path, size: tuple[int, int]) -> None:
    with opened(browser, f"{address}/", size) as (page, heard):
        page.click("header nav a >> nth=0")
        page.wait_for_url("**/finews/posts?**")
        page.screenshot(path=tmp_path / "table.png", full_page=True)
        assert width(page) == size[0]
        assert height(page) < 8000
        assert bottom(page, "td.col-title") < size[1]
        wide = page.evaluate("document.querySelector('.table-wrapper').scrollWidth")
        assert wide <= size[0]
        page.fill("input[name=_search]", "2亿")
        page.keyboard.press("Enter")
        page.wait_for_url("**_search=**")
        assert page.locator("td.col-title").count() > 0
        page.locator("td.col-title a").first.click()
        page.wait_for_url("**/-/post/**")
        for path in ("/finews/posts", "/finews", "/finews?sql=select+title+from+posts+limit+5", "/finews/posts_by_day"):
            page.goto(address + path)
            assert width(page) == size[0], path
            assert height(page) < 8000, path
            assert page.locator('a[href="/"]').count() > 0
        assert heard.complaints == []


@SIZES
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
        assert page.locator("#captures li").count() >= 3
        assert f'-title: "{old["title"]}"' in page.locator("#versions .removed").all_text_contents()
        assert '+title: "更正：新标题"' in page.locator("#versions .added").all_text_contents()
        assert page.locator("#article p").count() > 0
        assert heard.complaints == []
        assert all(url.startswith(address) for url in heard.requests)


def captures_of(browser: Browser, post: str) -> list[str]:
    """The addresses of the pages of a post's captures."""
    with opened(browser, post) as (page, _):
        hrefs = page.locator("#captures a").evaluate_all("all => all.map(one => one.href)")
    assert len(hrefs) > 2
    return [str(href) for href in hrefs]


def test_nothing_of_a_hostile_post_runs_or_is_fetched(browser: Browser, archive_root: Path, replica: ReplicaServer) -> None:
    old = a_post(archive_root)
    path = "/" + old["url"].split("/", 3)[3]
    page_now = replica.reply(SITE_HOST, path).body
    title = "<script>alert(7)</script>" + old["title"] + "W" * 300
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
            f"{address}/?q={old['id']}",
            f"{address}/?q=%3Cscript%3Ealert(8)%3C/script%3E",
            f"{address}/?day={old['date'][:10]}&source=%22%3E%3Cscript%3Ealert(9)%3C/script%3E",
            *captures_of(browser, f"{address}/-/post/{old['id']}"),
        ):
            with opened(browser, url, PHONE) as (page, heard):
                page.wait_for_load_state("networkidle")
                assert width(page) == PHONE[0], url
                assert "owned" not in page.title()
                assert [line for line in heard.complaints if line.startswith("dialog")] == []
                assert all(asked.startswith(address) for asked in heard.requests), heard.requests


def test_what_is_shown_is_harmless() -> None:
    shown = sanitized(HOSTILE)
    assert not {"<script", "onerror", "javascript:", "<svg", "<iframe", "<form", "<style", "style=", "<meta", "127.0.0.1"} & {
        part
        for part in ("<script", "onerror", "javascript:", "<svg", "<iframe", "<form", "<style", "style=", "<meta", "127.0.0.1")
        if part in shown
    }
