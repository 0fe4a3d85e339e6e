"""Rows as an export has them, as odd as strangers may make them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crawler.exporters.formats import FORMATS
from crawler.exporters.packing import Packed, pack_rows
from crawler.sites.declared import load

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crawler.sites.site import Site

#: A post of the old numbering, and one of the new.
OLD, NEW = "202112082206935918", "NW202203012292084539"


def a_row(post_id: str = NEW, **changed: Any) -> dict[str, Any]:
    """A row in which every column says something."""
    return {
        "id": post_id,
        "site": "finews",
        "url": f"https://news.example/emnews/2022/03/01/{post_id}.html",
        "share_url": f"https://share.example/{post_id}",
        "path": f"_posts/2022/03/01/2022-03-01-{post_id}.md",
        "sha256": "5f" * 32,
        "bytes": 900,
        "title": "公司订单增长",
        "date": "2022-03-01T08:34:23+08:00",
        "day": "2022-03-01",
        "categories": ["emnews"],
        "tags": ["东财滚动新闻"],
        "source": "新晚报",
        "edition": "share notice",
        "body_from": "share",
        "fidelity": "exact",
        "assumed": ["date.zone"],
        "notes": ["title.cut"],
        "version": 1,
        "first_seen": "2022-03-01T01:00:00.000000Z",
        "last_seen": "2022-03-01T01:00:00.000000Z",
        "status": "live",
        "text": "公司订单增长。\n\n“海外”, 约 12.5%。",
        "markdown": "公司订单增长。",
        "body": "<p>公司订单增长。</p>",
        "raw": "---\ntitle: x\n---\n",
        "author": "王小明",
        "securities": [{"code": "600000", "exchange": "XSHG", "name": "浦发银行"}],
        "images": ["https://img.example/1.png"],
        "links": [{"url": "https://news.example/", "text": "公司"}],
        "language": "zh",
        "length": 14,
        "group": post_id,
    } | changed


def packed(rows: Iterable[dict[str, Any]], name: str, site: Site | None = None) -> Iterator[Packed]:
    """Rows as the writer of a format gets them: one chunk for all."""
    found = list(rows)
    given = [{field: row[field] for field in row if field != "group"} for row in found]
    shared, items = pack_rows(FORMATS[name].packs, given, site or load("finews"))
    return (Packed(item, shared, row["group"]) for item, row in zip(items, found, strict=True))


def bare(post_id: str, **changed: Any) -> dict[str, Any]:
    """A row that says as little as a row may."""
    lists = {name: list[Any]() for name in ("categories", "tags", "assumed", "notes", "securities", "images", "links")}
    return a_row(post_id, source=None, share_url=None, author=None, language=None, **lists, **changed)


def numbered(number: int) -> Iterator[dict[str, Any]]:
    """Rows with IDs of digits that no 64-bit float can hold, oldest first."""
    for second in range(number):
        seen = f"2022-03-01T{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}.000000Z"
        yield bare(str(int(OLD) + second), first_seen=seen)
