"""The Hugo site of an export, built by the real Hugo, looked at in the real Chromium."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.exporters.addresses import term
from crawler.exporters.hugo import write_hugo
from crawler.sites.declared import load
from tests.browser import opened, width
from tests.conftest import missing
from tests.exporters.built import serving
from tests.exporters.site_rows import CATEGORIES, WIDE, odd_site, post
from tests.exporters.test_jekyll import SIZES, by_tag, headings_at, links, newest_first, opened_well, titles
from tests.exporters.test_sites import built

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

ROWS = odd_site()
HOME = "[首页](//finews.withounder.com/) [类](https://finews.withounder.com/category/Career%20In%20touxingPEVC.html)"
ROWS.append(post(len(ROWS), "emnews", body=HOME, title="Homeward"))


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Of the built site."""
    hugo = shutil.which("hugo") or missing("hugo", "apt-get install hugo")
    folder = tmp_path_factory.mktemp("hugo")
    assert write_hugo(ROWS, folder / "source", load("finews")) == len(ROWS)
    built([hugo, "--quiet", "--destination", str(folder / "site")], folder / "source")
    with serving(folder / "site") as found:
        yield found


def test_every_category_has_its_page_with_all_its_posts(page: Page, address: str) -> None:
    page.goto(f"{address}/categories/")
    found = links(page, "main a")
    assert set(found) == {" ".join(name.split()) for name in CATEGORIES}
    for name, link in found.items():
        opened_well(page, link)
        rows = [row for row in ROWS if " ".join(row["categories"]) == name]
        assert sorted(titles(page)) == sorted(newest_first(rows)), name
        assert len(page.locator("main li time").all()) == len(rows)


def test_headings_of_the_home_page_lead_to_all_posts_of_a_tag(page: Page, address: str) -> None:
    tagged, headings = by_tag(ROWS), headings_at(page, address)
    assert set(headings) == set(tagged)
    assert page.locator("section li time").count() == 5 * len(tagged)
    assert page.locator("section li time").first.inner_text() == "9999-12-31"
    for tag, rows in tagged.items():
        opened_well(page, headings[tag])
        assert sorted(titles(page)) == sorted(newest_first(rows))


@pytest.mark.parametrize("name", ["TechWeb", "Techweb", "Career In touxingPEVC", "anxin(xianggang)", "21", "emnews"])
def test_categories_are_found_where_they_were(page: Page, address: str, name: str) -> None:
    opened_well(page, f"{address}/category/{name}.html")
    page.wait_for_selector("ul.posts", timeout=120_000)
    assert page.locator("h1").inner_text().startswith(name)
    assert page.url.startswith(address)


def test_links_to_the_sites_own_pages_stay_in_the_copy(page: Page, address: str) -> None:
    page.goto(f"{address}/category/emnews.html")
    page.click("text=Homeward")
    found = links(page, "article a")
    assert found["首页"] == f"{address}/"
    page.goto(found["类"])
    page.wait_for_selector("ul.posts", timeout=120_000)
    assert len(titles(page)) == 7


@pytest.mark.parametrize("size", SIZES, ids=["desk", "phone"])
def test_nothing_is_wider_than_the_screen(browser: Browser, address: str, tmp_path: Path, size: tuple[int, int]) -> None:
    with opened(browser, f"{address}/category/emnews.html", size) as (page, _):
        posts = links(page, "main ul.posts li a")
    wide = [link for title, link in posts.items() if title.split(":")[0] in WIDE]
    assert len(wide) == len(WIDE)
    for number, link in enumerate([address, f"{address}/categories/", f"{address}/posts/", *wide]):
        with opened(browser, link, size) as (page, _):
            page.screenshot(path=tmp_path / f"{number}-{size[0]}.png")
            assert width(page) == size[0], link


@given(st.sets(st.sampled_from(CATEGORIES) | st.text(alphabet="aA新-_. é", min_size=1), min_size=2))
def test_no_two_names_are_one_term(names: set[str]) -> None:
    found = {term(name) for name in names}
    assert len(found) == len(names)
    assert all(name == name.lower() for name in found)
