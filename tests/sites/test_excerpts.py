"""What a theme makes of the beginning of a content is no description of the post's own."""

from __future__ import annotations

import pytest

from crawler.sites.learned.fields import is_excerpt

_HTML = (
    "<h2>The tide</h2>\n\n<p>It comes <em>at</em> noon, &amp; goes.</p>\n<!-- more -->\n<script>a < b</script>\n"
    '<pre><code>puts "salt"\n</code></pre>\n<ul>\n  <li>one</li>\n  <li>two</li>\n</ul>'
)


@pytest.mark.parametrize(
    "description",
    [
        "The tide It comes at noon, &amp; goes.",
        'The tideIt comes at noon, & goes.puts "salt"one  two',
        "The tide\nIt comes at noon, & goes. puts “sa…",
        "ThetideItcomes",
        "The tideIt comes at noon, & goes. puts &quot;salt&quot; o...",
        "",
    ],
)
def test_a_content_without_tags_and_blanks_is_no_description(description: str) -> None:
    assert is_excerpt(description.replace("&amp;", "&").replace("&quot;", '"'), _HTML)


@pytest.mark.parametrize(
    "description", ["What the tide does", "Tide", "The tides", "It comes at noon", "The tideIt comes late"]
)
def test_other_words_are_one(description: str) -> None:
    assert not is_excerpt(description, _HTML)
