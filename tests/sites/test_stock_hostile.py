"""Pages of strangers, of the size that makes what is quadratic take hours; and names that a site may have."""

from __future__ import annotations

import pytest

from crawler.derive.in_memory import derive_in_memory
from crawler.items import Exchange
from crawler.sites.site import Site

HEAD = (
    '<article><h1 class="p-name">T</h1><time datetime="2024-02-01T10:00:00+00:00">1</time><div class="e-content"><p>a</p></div>'
)
SIZE = 200_000


class Blog(Site):
    name, home, reads_feed = "blog", "https://blog.example/", False


def derived(html: str, slug: str = "a") -> object:
    return derive_in_memory(Blog(), Exchange(f"https://blog.example/2024/02/01/{slug}.html", 200, html.encode()))


@pytest.mark.parametrize(
    "piece",
    ["<a rel=tag href=/t>", "<a rel=tag>t</a>", "<time>", "<div>", "</div>", '<h1 class="p-name">', "<", "<p", "<!--", "&lt;"],
)
def test_much_of_one_thing_is_read_in_one_pass(piece: str) -> None:
    found = derived(HEAD + piece * (SIZE // len(piece)))
    assert found.post is not None or found.rejected is not None  # type: ignore[attr-defined]


@pytest.mark.parametrize("inside", ["<" * SIZE, "<b" * SIZE, "x" * SIZE, "&" * SIZE, "&#" + "9" * 5000 + ";"])
def test_a_title_of_any_length_takes_no_longer(inside: str) -> None:
    found = derived(HEAD.replace(">T<", f">{inside}<"))
    assert found.post is not None or found.rejected is not None  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "slug", ["%F0%9F%98%80", "it’s", "a“b”", "c++", "a#b".replace("#", "%23"), "$1", "[x]", "a—b…", "100%25"]
)
def test_a_slug_may_have_what_file_names_have(slug: str) -> None:
    found = derived(HEAD, slug)
    assert found.rejected is None, found.rejected  # type: ignore[attr-defined]


@pytest.mark.parametrize("slug", ["..%2f..%2fx", "a%00b", "a%5Cb", "a%0Ab", "%FF"])
def test_a_slug_that_some_disk_does_not_take_is_named(slug: str) -> None:
    found = derived(HEAD, slug)
    assert found.rejected is not None  # type: ignore[attr-defined]
