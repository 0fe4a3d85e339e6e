"""What a run of a declared site does not import: each of these took a tenth of a run with nothing new, or more."""

from __future__ import annotations

import subprocess
import sys
from textwrap import dedent

import pytest

from tests.replica.crawl import PROJECT


def imported(code: str) -> set[str]:
    script = f"{dedent(code)}\nimport sys\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


SPIDER = """
    from scrapy.utils.project import get_project_settings
    from crawler.spiders.loader import SiteSpiderLoader
    loader = SiteSpiderLoader.from_settings(get_project_settings())
    assert loader.load({name!r}).name == {name!r}
"""


def test_a_declared_site_needs_nothing_of_what_learning_takes() -> None:
    found = imported(SPIDER.format(name="finews"))
    assert "crawler.spiders.finews" in found
    assert not found & {"crawler.spiders.jekyll", "crawler.learn.learn", "crawler.reconstruct", "crawler.sites.learned.site"}
    assert "crawler.spiders.jekyll" in imported(SPIDER.format(name="jekyll"))


def test_the_loader_still_knows_all_spiders() -> None:
    code = SPIDER.format(name="finews") + "    assert {'finews', 'jekyll'} <= set(loader.list())"
    assert "crawler.spiders.jekyll" in imported(code)


@pytest.mark.parametrize(("handler", "others"), [("reqwest", {"aiohttp"}), ("aiohttp", {"pyreqwest"})])
def test_a_handler_imports_its_own_library_alone(handler: str, others: set[str]) -> None:
    assert not imported(f"    import crawler.crawl.download.{handler}_handler") & others


@pytest.mark.parametrize("setting", ["DOWNLOADER_MIDDLEWARES", "SPIDER_MIDDLEWARES", "EXTENSIONS"])
def test_no_component_is_imported_that_is_not_used(setting: str) -> None:
    code = f"""
        from scrapy.utils.project import get_project_settings
        get_project_settings().get_component_priority_dict_with_base({setting!r})
    """
    unused = {"tldextract", "requests", "scrapy.downloadermiddlewares.cookies", "aiohttp", "twisted.conch"}
    assert not imported(code) & unused
