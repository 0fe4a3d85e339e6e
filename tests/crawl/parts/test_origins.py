from __future__ import annotations

import pytest

from crawler.crawl.download.errors import root_cause
from crawler.crawl.origins import mapped, read_origins

ORIGINS = {"https://s.org": "http://127.0.0.1:8080"}


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("https://s.org/", "http://127.0.0.1:8080/"),
        ("https://s.org/a?b=c", "http://127.0.0.1:8080/a?b=c"),
        ("http://s.org/", "http://s.org/"),
        ("https://s.org.evil/", "https://s.org.evil/"),
        ("https://s.org:8443/", "https://s.org:8443/"),
    ],
)
def test_only_the_very_origin_is_mapped(url: str, asked: str) -> None:
    assert mapped(url, ORIGINS) == asked


def test_a_slash_at_the_end_does_no_harm() -> None:
    assert read_origins({"https://s.org/": "http://127.0.0.1:1/"}) == {"https://s.org": "http://127.0.0.1:1"}


@pytest.mark.parametrize(
    "setting", [{"s.org": "http://x"}, {"https://s.org": "x"}, {"https://s.org/a": "http://x"}, {"ftp://s": "http://x"}]
)
def test_what_is_no_origin_is_named(setting: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"ORIGINS: .* is not an origin"):
        read_origins(setting)


def test_the_innermost_cause_in_one_line() -> None:
    error = ValueError("outer")
    error.__cause__ = OSError("refused\nby peer")
    assert root_cause(error) == "refused by peer"
