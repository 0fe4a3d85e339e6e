"""The day of a post: of elements with several, that which Jekyll wrote into its address; that of a change is none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crawler.items import Exchange, Rejection
from crawler.learn.learned import Layout, Learned
from crawler.sites.learned.site import LearnedSite

LAYOUT = Layout("post", '<div class="words">', "</div><footer>", title=("h1",), time=("time", "p.posted"))
LEARNED = Learned("blog", "https://blog.example/", zone="Europe/Berlin", permalink="pretty", layouts=(LAYOUT,), source="html")
CHANGED = '<time datetime="2024-08-01T09:00:00+02:00">1 August</time>'


def dated(shown: str, path: str = "sea/2024/05/11/tide/", learned: Learned = LEARNED) -> tuple[str, str]:
    """The day of a post whose page shows something, and the ``permalink`` that it gets."""
    body = f'<h1>Tide</h1>{shown}<div class="words"><p>a</p></div><footer>Foot</footer>'
    site = LearnedSite.of(learned)
    parsed = site.parse_page(Exchange(f"https://blog.example/{path}", 200, body.encode()))
    assert not isinstance(parsed, Rejection)
    post = site.build_post(parsed)
    return post.date.isoformat(" ")[:16], "permalink" if "permalink:" in post.content else ""


@pytest.mark.parametrize(
    ("shown", "date"),
    [
        (CHANGED, "2024-05-11 00:00"),
        (f'{CHANGED}<time datetime="2024-05-11T07:00:00+02:00">May</time>', "2024-05-11 07:00"),
        (f'{CHANGED}<p class="posted">2024-05-11</p>', "2024-05-11 00:00"),
        # The builder's zone was another one.
        ('<time datetime="2024-05-12T00:30:00+02:00">May</time>', "2024-05-12 00:30"),
    ],
)
def test_the_day_of_the_address_counts(shown: str, date: str) -> None:
    assert dated(shown)[0] == date


def test_what_says_that_it_is_the_time_of_publication_counts_although_the_address_has_another_day() -> None:
    shown = CHANGED.replace("<time", '<time itemprop="datePublished"')
    assert dated(shown) == ("2024-08-01 09:00", "permalink")


def test_where_the_address_has_no_day_what_is_shown_counts() -> None:
    assert dated(CHANGED, "tide/", replace(LEARNED, permalink="/:title/"))[0] == "2024-08-01 09:00"
