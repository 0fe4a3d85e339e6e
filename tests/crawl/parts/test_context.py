from __future__ import annotations

import gc
import weakref
from typing import TYPE_CHECKING, Any

import pytest
from scrapy import Spider
from scrapy.crawler import Crawler

from crawler.archive.archive import Archive
from crawler.crawl.context import RunContext
from crawler.errors import CannotRun
from crawler.sites.declared import load
from crawler.spiders.finews import FinewsSpider

if TYPE_CHECKING:
    from pathlib import Path

    from scrapy.settings import Settings

SITE = load("finews")


def crawler_of(spidercls: type[Spider], root: Path, **settings: Any) -> Crawler:
    from scrapy.utils.project import get_project_settings

    given: Settings = get_project_settings()
    given.setdict({"ARCHIVE_ROOT": str(root)} | settings, priority="cmdline")
    return Crawler(spidercls, given)


def test_components_of_one_crawler_share_one_context_and_one_archive(tmp_path: Path) -> None:
    crawler, other = crawler_of(FinewsSpider, tmp_path), crawler_of(FinewsSpider, tmp_path)
    context = RunContext.of(crawler)
    assert RunContext.of(crawler) is context
    assert context.archive is context.to_read is context.archive
    assert context.writer is context.writer
    assert RunContext.of(other) is not context
    assert context.report.settings["ARCHIVE_ROOT"] == str(tmp_path)
    context.archive.close()


def test_a_run_that_only_looks_makes_nothing_and_does_without_an_archive(tmp_path: Path) -> None:
    context = RunContext.of(crawler_of(FinewsSpider, tmp_path, CAPTURE_ENABLED=False))
    assert (context.writes, context.to_read) == (False, None)
    with pytest.raises(CannotRun):
        _ = context.archive
    assert not list(tmp_path.iterdir())


def test_an_archive_that_was_not_there_yet_is_seen_once_it_is(tmp_path: Path) -> None:
    context = RunContext.of(crawler_of(FinewsSpider, tmp_path, CAPTURE_ENABLED=False))
    assert context.to_read is None
    Archive(tmp_path / SITE.name, SITE.name).close()
    assert context.to_read is not None
    context.archive.close()


def test_a_run_that_writes_says_why_it_cannot(tmp_path: Path) -> None:
    (tmp_path / "finews").write_text("in the way")
    with pytest.raises((CannotRun, OSError)):
        _ = RunContext.of(crawler_of(FinewsSpider, tmp_path)).to_read


def test_a_spider_without_a_site_has_settings_and_a_report_and_writes_nothing(tmp_path: Path) -> None:
    class Plain(Spider):
        name = "plain"

    context = RunContext.of(crawler_of(Plain, tmp_path))
    assert (context.writes, context.to_read, context.report.exit_code) == (False, None, 0)
    assert not list(tmp_path.iterdir())


def test_a_context_does_not_keep_its_crawler(tmp_path: Path) -> None:
    crawler = crawler_of(FinewsSpider, tmp_path, CAPTURE_ENABLED=False)
    RunContext.of(crawler).frontier  # noqa: B018
    gone = weakref.ref(crawler)
    del crawler
    gc.collect()
    assert gone() is None
