"""Settings that cannot be meant are refused before anything happens; those that Scrapy reads are taken."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import scrapy
from scrapy.settings import Settings

from crawler import settings as ours
from crawler.crawl.setting_values import check, known_names
from crawler.errors import CannotRun


def given(**values: object) -> Settings:
    made = Settings()
    made.setmodule(ours, priority="project")
    made.setdict(values, priority="cmdline")
    return made


def test_ours_are_good() -> None:
    check(given())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CONCURRENT_REQUESTS", "abc"), ("CONCURRENT_REQUESTS", "0"), ("CONCURRENT_REQUESTS", "1.5"), ("DOWNLOAD_TIMEOUT", "x"),
        ("DOWNLOAD_DELAY", "-1"), ("DOWNLOAD_DELAY", "nan"), ("RETRY_TIMES", "inf"), ("HTTPCACHE_ENABLED", "perhaps"),
        ("LOG_LEVEL", "NOPE"), ("SWEEP_INTERVAL", "daily"), ("CAPTURE_FILE_SIZE", "0"), ("ORIGINS", "{"), ("ALERT_AFTER", ""),
        ("DEPTH_PRIORITY", "deep"), ("CAPTURE_ENABLED", "on"), ("LOG_LEVEL", "10"), ("LOG_FORMATTER", "x"), ("LOG_FORMATTER", ""),
        ("SCHEDULER", "crawler.none.There"), ("STATS_CLASS", "[]"), ("SPIDER_MODULES", "x"), ("SPIDER_MODULES", "crawler.x"),
    ],
)  # fmt: skip
def test_a_value_without_a_meaning_is_named(name: str, value: str) -> None:
    with pytest.raises(CannotRun, match=name) as caught:
        check(given(**{name: value}))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "near"),
    [("ARCHIVE_ROT", "ARCHIVE_ROOT"), ("CONCURRENT_REQUEST", "CONCURRENT_REQUESTS"), ("CONTCAT", "CONTACT"),
     ("POST_LAYOUT", "POSTS_LAYOUT"), ("DOWNLOADDELAY", "DOWNLOAD_DELAY")],
)  # fmt: skip
def test_a_misspelt_name_is_refused_with_the_one_that_was_meant(name: str, near: str) -> None:
    with pytest.raises(CannotRun, match=f"did you mean {near}"):
        check(given(**{name: "1"}))


@pytest.mark.parametrize(
    ("name", "value"),
    [("DOWNLOAD_DELAY", "0"), ("DEPTH_PRIORITY", "-1"), ("RETRY_PRIORITY_ADJUST", "-5"), ("LOG_FILE", ""), ("MYPLUGIN_KEY", "x"),
     ("IMAGE_HOSTS", "a.example,b.example"), ("POSTS_LAYOUT", ""), ("HTTPCACHE_ENABLED", "False"), ("SWEEP_INTERVAL", "0"),
     ("ASYNCIO_EVENT_LOOP", ""), ("SPIDER_MODULES", "crawler.spiders"), ("SCHEDULER", "scrapy.core.scheduler.Scheduler")],
)  # fmt: skip
def test_what_can_be_meant_is_taken(name: str, value: str) -> None:
    check(given(**{name: value}))


def test_every_setting_that_scrapy_reads_is_taken() -> None:
    """Some have no default, so that no list has them."""
    source = Path(scrapy.__file__).parent
    read: set[str] = set()
    for path in source.rglob("*.py"):
        read |= set(re.findall(r'settings(?:\.get\w*\(|\[)\s*"([A-Z][A-Z0-9_]+)"', path.read_text("utf-8")))
    undeclared = sorted(read - known_names())
    assert undeclared
    for name in undeclared:
        check(given(**{name: "1"}))


def test_a_log_file_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match="cannot be written"):
        check(given(LOG_FILE=str(tmp_path / "none" / "log")))
