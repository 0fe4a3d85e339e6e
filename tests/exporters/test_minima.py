"""The sources of the stock blog, exported as a Jekyll site: each post is at its address under every permalink style."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import pytest

from crawler.exporters.jekyll import write_jekyll
from crawler.sites.site import Site
from tests.exporters.rows import a_row
from tests.exporters.test_blog import names_in, page_of
from tests.exporters.test_sites import built
from tests.minima.test_site import COLLIDING, STYLES, addresses
from tests.minima.truth import sources

if TYPE_CHECKING:
    from pathlib import Path

ZONE = ZoneInfo("Europe/Berlin")


def names(value: list[str] | str | None) -> list[str]:
    return value.split() if isinstance(value, str) else value or []


def rows() -> list[dict[str, Any]]:
    """A row of every source, as an archive of the blog would have it."""
    found = []
    for name, source in sources().items():
        front = source.front
        date = datetime.fromisoformat(str(front.get("date", name[:10])).replace(" +", "+"))
        local = (date if date.tzinfo else date.replace(tzinfo=UTC if "date" in front else ZONE)).astimezone(ZONE)
        found.append(
            a_row(
                name.rpartition(".")[0],
                path=f"_posts/{name[:10].replace('-', '/')}/{name}",
                title=front.get("title", ""),
                date=local.isoformat(timespec="seconds"),
                day=local.date().isoformat(),
                categories=[front["category"]] if "category" in front else names(front.get("categories")),
                tags=names(front.get("tags")),
                raw=source.path.read_bytes().decode(),
                body=source.body,
            )
        )
    return found


@pytest.mark.parametrize("style", sorted(set(STYLES) - COLLIDING))
def test_every_post_of_the_stock_blog_is_where_it_was(jekyll: str, tmp_path: Path, style: str) -> None:
    class Shore(Site):
        name = "shore"
        home = "https://blog.example/"
        zone = "Europe/Berlin"
        permalink = style

    posts = rows()
    write_jekyll(posts, tmp_path / "source", Shore())
    built([jekyll, "build", "--quiet", "--disable-disk-cache", "-s", "source", "-d", "site"], tmp_path)
    site = tmp_path / "site"
    found = {unquote(address) for address in addresses(style)}
    assert all(page_of(site, address) for address in found)
    listed = names_in(page_of(site, "/categories.html"))
    assert set(listed) == {name for post in posts for name in post["categories"]}
    month = page_of(site, "/month/2024-05.html")
    assert set(map(unquote, re.findall(r'<li>.*?href="([^"]*)"', month))) <= found
