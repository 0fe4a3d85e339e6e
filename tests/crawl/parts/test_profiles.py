from __future__ import annotations

import pytest
from scrapy.settings import Settings

from crawler.crawl.profiles import PROFILES, take_profile
from crawler.errors import CannotRun


def settings(**given: str) -> Settings:
    found = Settings()
    found.setmodule("crawler.settings")
    for name, value in given.items():
        found.set(name, value, priority="cmdline")
    take_profile(found)
    return found


def test_without_a_profile_a_run_is_polite() -> None:
    polite = settings()
    assert polite.getfloat("DOWNLOAD_DELAY") >= 1
    assert polite.getbool("AUTOTHROTTLE_ENABLED")
    assert polite.getint("CONCURRENT_REQUESTS_PER_DOMAIN") <= 2
    assert polite.getbool("ROBOTSTXT_OBEY")


def test_the_fast_one_lets_go_of_the_delay_and_not_of_robots() -> None:
    fast = settings(PROFILE="fast")
    assert fast.getfloat("DOWNLOAD_DELAY") == 0
    assert not fast.getbool("AUTOTHROTTLE_ENABLED")
    assert fast.getbool("ROBOTSTXT_OBEY")
    handlers = fast.getdict("DOWNLOAD_HANDLERS")
    assert handlers["https"] == PROFILES["fast"]["DOWNLOAD_HANDLERS"]["https"]
    assert handlers["ftp"] is None, "no other scheme is asked"


def test_what_is_said_beside_it_counts() -> None:
    fast = settings(PROFILE="fast", DOWNLOAD_DELAY="0.5", DOWNLOAD_HANDLERS='{"https": "a.b"}')
    assert fast.getfloat("DOWNLOAD_DELAY") == 0.5
    assert fast.getdict("DOWNLOAD_HANDLERS") == {"https": "a.b"}
    assert fast.getint("CONCURRENT_REQUESTS") == 32


def test_there_is_no_other() -> None:
    with pytest.raises(CannotRun, match="PROFILE='quick' has no meaning; it takes polite or fast"):
        settings(PROFILE="quick")
