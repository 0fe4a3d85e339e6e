"""Settings of kramdown that no page tells are told by source posts, and stay when a site is learned again without them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crawler.learn.learned import Layout, Learned
from crawler.reconstruct import Converter, Habits, available, give_back
from crawler.upkeep.learning import as_before
from crawler.upkeep.sampled_settings import with_settings
from tests.conftest import missing

LEARNED = Learned("blog", "https://a.example/", layouts=(Layout("post", "<main>", "</main>"),), source="markdown")
BODY = (
    '# One\n\nIt\'s "so"[^1] and\n* two\n\n## More\n\n"Yes", "no" and "so".\n\n'
    "<div>\n*in*\n\n*it*\n</div>\n\n潮汐\n海\n\n[^1]: N\n"
)


@pytest.fixture(scope="module", autouse=True)
def _has_jekyll() -> None:
    if not available():
        missing("Jekyll", "apt install jekyll, or gem install jekyll")


@pytest.mark.parametrize(
    "kramdown",
    [
        {"header_offset": 1},
        {"header_offset": -1},
        {"footnote_prefix": "a-"},
        {"remove_line_breaks_for_cjk": True},
        {"gfm_quirks": []},
        {"parse_block_html": True},
        {"smart_quotes": ["lsquo", "rsquo", "bdquo", "ldquo"]},
        {"header_offset": 2, "footnote_prefix": "n", "smart_quotes": ["lsquo", "rsquo", "laquo", "raquo"]},
        {},
    ],
    ids=str,
)
def test_a_source_post_tells_them(kramdown: dict[str, object]) -> None:
    with Converter(kramdown) as converter:
        content = converter.convert([BODY])[0] or ""
        assert give_back(content, converter, Habits()).extension == ".md"
    found = with_settings(LEARNED, [(BODY, content)])
    assert found.kramdown == kramdown
    assert found.evidence.get("kramdown") == (
        "no page tells it; 1 of 1 source post gave the content of the page so" if kramdown else None
    )


def test_a_post_that_has_what_a_plug_in_made_tells_nothing() -> None:
    assert with_settings(LEARNED, [(BODY, "<p>Other</p>\n<h2>One</h2>\n")]) == LEARNED
    assert with_settings(LEARNED, [("{% include a.html %}\n\n# One\n", "<h2>One</h2>")]) == LEARNED


def test_quotes_that_source_posts_have_as_such_are_no_setting() -> None:
    learned = replace(LEARNED, kramdown={"smart_quotes": ["rsquo", "rsquo", "rdquo", "rdquo"], "auto_ids": False})
    found = with_settings(learned, [("Det är ”så” och ”inte”.\n", "<p>Det är ”så” och ”inte”.</p>\n")])
    assert found.kramdown == {"auto_ids": False}


def test_they_stay_without_source_posts() -> None:
    known = replace(
        LEARNED, kramdown={"header_offset": 1, "auto_ids": False}, evidence={"kramdown": "no page tells it; 1 of 1"}
    )
    again = replace(LEARNED, kramdown={"hard_wrap": True}, evidence={"kramdown": "these settings"})
    found = as_before(again, known)
    assert (found.kramdown, found.evidence) == ({"hard_wrap": True, "header_offset": 1}, known.evidence)
    assert as_before(again, replace(known, kramdown={})).evidence == again.evidence
