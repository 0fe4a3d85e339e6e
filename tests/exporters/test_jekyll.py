"""The Jekyll site of an export, built by the real Jekyll, looked at in the real Chromium."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.exporters.addresses import file_name
from crawler.exporters.jekyll import write_jekyll
from crawler.sites.declared import load
from tests.browser import opened, width
from tests.exporters.built import serving
from tests.exporters.site_rows import CATEGORIES, WIDE, odd_site, post
from tests.exporters.test_sites import built

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

SIZES = [(1280, 900), (390, 844)]
ROWS = odd_site()


@pytest.fixture(scope="module")
def site(jekyll: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site."""
    folder = tmp_path_factory.mktemp("jekyll")
    assert write_jekyll(ROWS, folder / "source", load("finews")) == len(ROWS)
    built([jekyll, "build", "--quiet", "--disable-disk-cache", "-s", "source", "-d", "site"], folder)
    return folder / "site"


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    with serving(site) as found:
        yield found


def opened_well(page: Page, link: str) -> None:
    answer = page.goto(link)
    assert answer is not None
    assert answer.status == 200, link


def links(page: Page, where: str) -> dict[str, str]:
    """What stands in links, and where they lead."""
    script = "found => found.map(link => [link.textContent, link.href])"
    return dict(page.eval_on_selector_all(where, script))


def titles(page: Page) -> list[str]:
    return [text.strip() for text in page.locator("main ul.posts li a").all_text_contents()]


def newest_first(rows: list[dict]) -> list[str]:
    return [row["title"].strip() for row in sorted(rows, key=lambda row: (row["date"], row["id"]), reverse=True)]


def by_tag(rows: list[dict]) -> dict[str, list[dict]]:
    return {tag: [row for row in rows if tag in row["tags"]] for row in rows for tag in row["tags"]}


def headings_at(page: Page, address: str) -> dict[str, str]:
    page.goto(address)
    return links(page, "h2 a")


def test_every_category_has_its_page_with_all_its_posts(page: Page, address: str) -> None:
    page.goto(f"{address}/categories.html")
    found = links(page, "main a")
    assert set(found) == {" ".join(name.split()) for name in CATEGORIES}
    assert len(set(found.values())) == len(found)
    for name, link in found.items():
        opened_well(page, link)
        assert page.locator("h1").inner_text().removesuffix(" 7").strip() == name or name == "emnews"
        assert titles(page) == newest_first([row for row in ROWS if " ".join(row["categories"]) == name]), name


@pytest.mark.parametrize(
    "name", ["emnews", "TechWeb", "Techweb", "Career In touxingPEVC", "anxin(xianggang)", "21", "In", "Career"]
)
def test_categories_are_where_they_always_were(page: Page, address: str, name: str) -> None:
    opened_well(page, f"{address}/category/{name}.html")
    assert len(titles(page)) >= 7


def test_an_address_with_two_blanks_is_kept(page: Page, address: str) -> None:
    for blanks in ("  ", " "):
        page.goto(f"{address}/category/21shijijingjibaodao{blanks.replace(' ', '%20')}nancailicaitong.html")
        assert len(titles(page)) == 7


def test_headings_of_the_home_page_lead_to_all_posts_of_a_tag(page: Page, address: str) -> None:
    tagged, headings = by_tag(ROWS), headings_at(page, address)
    assert set(headings) == set(tagged)
    for section in page.locator("section").all():
        name, shown = section.locator("h2 a").inner_text(), section.locator("li a").all_text_contents()
        assert [text.strip() for text in shown] == newest_first(tagged[name])[:5]
        assert len(section.locator("li time").all_text_contents()[0]) == len("2022-03-01")
    for tag, rows in tagged.items():
        page.goto(headings[tag])
        assert titles(page) == newest_first(rows)


def test_every_post_is_in_its_month(page: Page, address: str) -> None:
    page.goto(f"{address}/months.html")
    found = links(page, "main a")
    assert set(found) == {row["day"][:7] for row in ROWS}
    for month, link in found.items():
        page.goto(link)
        assert titles(page) == newest_first([row for row in ROWS if row["day"].startswith(month)])


def test_a_post_shows_its_time_and_leads_to_its_names_and_home(page: Page, address: str) -> None:
    page.goto(f"{address}/category/Career In touxingPEVC.html")
    page.click("main ul.posts li a")
    row = max((row for row in ROWS if row["categories"][:1] == ["Career"]), key=lambda row: row["date"])
    assert page.locator("article time").inner_text() == row["date"][:19].replace("T", " ")
    found = links(page, ".about a")
    assert set(found) == {"Career In touxingPEVC", *row["tags"]}
    for link in (*found.values(), *links(page, "header a").values()):
        opened_well(page, link)


def test_no_link_leads_nowhere(site: Path, page: Page, address: str) -> None:
    known = {f"/{path.relative_to(site)}" for path in site.rglob("*") if path.is_file()}
    for path in ("/", "/categories.html", "/months.html", "/category/emnews.html"):
        page.goto(f"{address}{path}")
        for link in links(page, "a[href^='/']").values():
            assert unquote(link.removeprefix(address)) in known | {"/"}, link


@pytest.mark.parametrize("size", SIZES, ids=["desk", "phone"])
def test_nothing_is_wider_than_the_screen(browser: Browser, address: str, tmp_path: Path, size: tuple[int, int]) -> None:
    with opened(browser, f"{address}/category/emnews.html", size) as (page, _):
        posts = links(page, "main ul.posts li a")
    wide = [link for title, link in posts.items() if title.split(":")[0] in WIDE]
    assert len(wide) == len(WIDE)
    pages = [address, f"{address}/categories.html", f"{address}/months.html", f"{address}/category/emnews.html", *wide]
    for number, link in enumerate(pages):
        with opened(browser, link, size) as (page, heard):
            page.screenshot(path=tmp_path / f"{number}-{size[0]}.png")
            assert width(page) == size[0], link
            assert [said for said in heard.complaints if "favicon" not in said and "404" not in said] == []
            for box in page.locator("article > p, article > div").all():
                assert (box.bounding_box() or {"width": 0})["width"] <= size[0]
    assert len(list(tmp_path.glob("*.png"))) == len(pages)


def test_links_to_the_sites_own_pages_stay_in_the_copy(jekyll: str, tmp_path: Path) -> None:
    body = "<p>[返回](//finews.withounder.com/category/emnews.html) [首页](https://finews.withounder.com/) [x](https://other.example/)</p>"
    write_jekyll([post(1, "emnews", body=body.removeprefix("<p>").removesuffix("</p>"))], tmp_path / "source", load("finews"))
    built([jekyll, "build", "--quiet", "--disable-disk-cache", "-s", "source", "-d", "site"], tmp_path)
    (made,) = (tmp_path / "site" / "emnews").rglob("*.html")
    text = made.read_text("utf-8")
    assert 'href="/category/emnews.html">返回' in text
    assert 'href="/">首页' in text
    assert 'href="https://other.example/">x' in text


NAMES = st.text(alphabet="aA./\\ %é\x00\x85:新", min_size=1, max_size=6) | st.sampled_from(CATEGORIES) | st.text(min_size=1)


@given(st.sets(NAMES, min_size=2))
def test_no_two_names_share_a_file_and_each_can_be_one(names: set[str]) -> None:
    found = [file_name(name) for name in names]
    assert len(set(found)) == len(found)
    for name in found:
        assert not set("/\\\0") & set(name)
        assert not name.startswith(".")
        assert len(f"{name}.html".encode()) <= 255


def test_a_site_that_says_nothing_of_the_future_has_all_posts_nevertheless(jekyll: str, tmp_path: Path) -> None:
    write_jekyll(ROWS[-2:-1], tmp_path / "source", load("finews"))
    config = (tmp_path / "source" / "_config.yml").read_text("utf-8")
    assert "future: true" in config
    assert json.loads((tmp_path / "source" / "_data" / "pages.json").read_text("utf-8"))["months"][0]["name"] == "9999-12"
