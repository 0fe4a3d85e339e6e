"""How the posts of a learned site came back, on the page in a real browser: counted, legible, and nothing of a page runs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from crawler.report.plots.given_back import GivenBack, given_back
from crawler.report.plots.overview import Overview, Wanted
from tests.browser import opened, width
from tests.replica.crawl import run as scrapy
from tests.report.plots.years import lived

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

NOW = datetime(2022, 3, 4, 12, 3, tzinfo=UTC)
DESK, PHONE, SMALL = (1280, 900), (390, 844), (320, 640)
LONG = "unbroken" * 60
#: What a page of anybody may have: it would talk to another host, ask a question, or go elsewhere, in the frame or above it.
HOSTILE = """<p id="shown">Shown as it was.</p>
<script>alert(1); document.body.innerHTML = 'ran'; top.document.title = 'ran'</script>
<img src="https://elsewhere.example/a.png" onerror="alert(2)"><svg onload="alert(3)"></svg>
<meta http-equiv="refresh" content="0; url=https://elsewhere.example/refreshed">
<form id="form" action="https://elsewhere.example/form" target="_top"><input name="a" autofocus onfocus="alert(4)">
<button id="send">Send</button></form>
<a id="away" href="https://elsewhere.example/a" target="_top">a</a><a id="within" href="https://elsewhere.example/b">b</a>
<a id="code" href="javascript:alert(5)">c</a>
<iframe src="https://elsewhere.example/frame"></iframe><object data="https://elsewhere.example/object"></object>
<link rel="stylesheet" href="https://elsewhere.example/style.css"><style>@import "https://elsewhere.example/import.css";</style>
<video src="https://elsewhere.example/video" autoplay></video><base href="https://elsewhere.example/">
"></iframe><script>alert(6)</script></section>"""


def entry(number: int, fidelity: str = "rendered", *, ending: str = "md", **more: Any) -> dict[str, Any]:
    name = f"2022-01-{number:02}-post"
    known = {"id": name, "title": f"Post {number}", "date": "2022-01-01T00:00:00+00:00", "fidelity": fidelity}
    return {
        **known,
        "path": f"_posts/{name}.{ending}",
        "url": f"https://blog.example/{number}",
        "notes": [],
        "assumed": [],
        **more,
    }


ENTRIES = [
    *(entry(number) for number in range(1, 6)),
    entry(6, "exact"),
    entry(7, assumed=["tags"]),
    entry(8, "partial", ending="html", notes=["body.as-html: a table in a list"], assumed=["tags", "date.time"]),
    entry(9, "rendered", ending="html", notes=["body.as-html: other bytes"]),
    entry(10, "partial", ending="html", notes=["body.as-html: a table in a list"]),
]


def found(entries: list[dict[str, Any]], content: str = "<p>Shown.</p>") -> GivenBack:
    return given_back(entries, lambda one: f"---\ntitle: {one['title']}\n---\nSource of {one['id']}\n", lambda _: content)


def test_posts_and_reasons_are_counted_and_the_worst_come_first() -> None:
    back = found(ENTRIES)
    assert back.fidelity == {"rendered": 7, "exact": 1, "partial": 2}
    assert back.endings == {"md": 7, "html": 3}
    assert [(name, posts) for name, posts, _ in back.explained] == [("body.as-html", 3), ("tags", 2), ("date.time", 1)]
    assert all(meaning for *_, meaning in back.explained)
    assert [pair.entry["id"][8:10] for pair in back.worst] == ["08", "10", "07", "09"]
    assert back.worst[0].reasons == ["body.as-html: a table in a list", "tags", "date.time"]
    assert back.worst[0].source == "Source of 2022-01-08-post\n"


def test_only_the_worst_are_read_and_no_more_of_them_than_a_page_can_show() -> None:
    read = []
    many = [entry(1 + number % 28, assumed=["tags"], id=f"post-{number:05}") for number in range(5_000)]

    def page_of(one: dict[str, Any]) -> str:
        read.append(one["id"])
        return "x" * 1_000_000

    back = given_back(many, lambda _: "y" * 1_000_000, page_of)
    assert read == [f"post-{number:05}" for number in range(20)]
    assert sum(len(pair.page) + len(pair.source) for pair in back.worst) <= 20 * 2 * 20_000
    assert back.reasons == {"tags": 5_000}


def test_a_fidelity_that_is_none_is_counted_too() -> None:
    back = found([entry(1, "odd", assumed=["tags"]), entry(2, "partial", assumed=["tags"])])
    assert back.fidelity == {"odd": 1, "partial": 1}
    assert len(back.worst) == 2


def written(folder: Path, back: GivenBack) -> str:
    archive, file = folder / "blog", folder / "report.html"
    lived(archive, NOW, 3, posts=2)
    file.write_text(Overview(archive, "blog", ZoneInfo("UTC"), "UTC", NOW, back).page(Wanted(days=3)), "utf-8")
    return file.as_uri()


@pytest.mark.parametrize("size", [DESK, PHONE, SMALL])
def test_it_fits_and_shows_each_source_beside_its_page(browser: Browser, tmp_path: Path, size: tuple[int, int]) -> None:
    long = entry(
        11, "partial", title=LONG, path=f"_posts/{LONG}.md", url=f"https://blog.example/{LONG}", notes=[LONG, "body.x"]
    )
    url = written(tmp_path, found([*ENTRIES, long], f"<h2>Shown</h2><pre>{LONG}</pre><table><td>{LONG}</table>"))
    with opened(browser, url, size) as (shown, heard):
        part = shown.locator("#given-back")
        counts = part.locator(".legend span").all_inner_texts()
        assert counts == ["7 rendered", "3 partial", "1 exact", "8 as .md", "3 as .html"]
        assert "3 posts: body.as-html" in part.inner_text()
        assert "neither the page nor a captured feed tells its tags" in part.inner_text()
        summaries = part.locator("summary").all_inner_texts()
        assert [text.partition(",")[0] for text in summaries] == ["Post 8", LONG, "Post 10", "Post 7", "Post 9"]
        for one in part.locator("details").all():
            one.evaluate("one => one.open = true")
        assert width(shown) == size[0]
        box = part.bounding_box()
        for one in part.locator("pre, iframe, summary, li, p").all():
            inside = one.bounding_box()
            assert box
            assert inside
            assert box["x"] <= inside["x"]
            assert inside["x"] + inside["width"] <= box["x"] + box["width"]
            assert one.evaluate("one => one.scrollWidth <= one.clientWidth + 1"), one.inner_text()
        source, page = part.locator("pre").first.bounding_box(), part.locator("iframe").first.bounding_box()
        assert source
        assert page
        assert (source["y"] == page["y"]) == (size == DESK)
        assert part.locator("iframe").first.content_frame.locator("h2").inner_text() == "Shown"
        assert heard.requests == [url, *["about:srcdoc"] * heard.requests.count("about:srcdoc")]
        assert heard.complaints == []


def test_nothing_of_a_hostile_page_runs_asks_or_leads_away(browser: Browser, tmp_path: Path) -> None:
    evil = entry(1, "partial", title=HOSTILE, url=HOSTILE, path=HOSTILE, notes=[HOSTILE], assumed=[HOSTILE])
    url = written(tmp_path, given_back([evil], lambda _: f"</pre>{HOSTILE}", lambda _: HOSTILE))
    with opened(browser, url) as (shown, heard):
        shown.locator("#given-back details").evaluate("one => one.open = true")
        assert shown.evaluate("document.scripts.length + document.images.length + document.forms.length") == 0
        assert shown.locator("iframe").count() == 1
        assert shown.locator("iframe").get_attribute("sandbox") == ""
        frame = shown.locator("iframe").content_frame
        assert frame.locator("#shown").inner_text() == "Shown as it was."
        for name in ("send", "away", "code", "within"):
            frame.locator(f"#{name}").evaluate("one => one.click()")
        shown.wait_for_timeout(300)
        assert shown.url == url
        assert shown.title().startswith("blog: ")
        assert len(shown.context.pages) == 1
        assert [one for one in heard.requests if one not in (url, "about:srcdoc", *heard.stopped)] == []
        assert [one for one in heard.complaints if one.startswith("dialog")] == []


def test_a_learned_archive_without_a_catalog_still_has_a_report(tmp_path: Path) -> None:
    lived(tmp_path / "blog", NOW, 3, posts=2)
    layout = '[[layouts]]\nname = "post"\nstart = "<main>"\nend = "</main>"\ntitle = ["h1"]\n'
    (tmp_path / "blog" / "site.toml").write_text(f'name = "blog"\nhome = "https://blog.example/"\n{layout}', "utf-8")
    for spoilt in (None, b"no database at all"):
        if spoilt is not None:
            (tmp_path / "blog" / "catalog.sqlite").write_bytes(spoilt)
        done = scrapy("report", "blog", "--all", settings={"ARCHIVE_ROOT": str(tmp_path)})
        assert done.returncode == 0, done.stderr
        assert "what came back is not shown: " in done.stderr
        assert "catalog.sqlite" in done.stderr
        assert "what came back is not shown: " in (tmp_path / "blog" / "report.html").read_text("utf-8")


def test_partial_is_told_as_it_is_of_a_learned_site(tmp_path: Path) -> None:
    """It was told in the words that hold for finews, whose posts have footers of links."""
    written(tmp_path, GivenBack())
    text = (tmp_path / "report.html").read_text("utf-8")
    assert "Partial: Jekyll does not make of it the content of the page." in text
    assert "footer" not in text
