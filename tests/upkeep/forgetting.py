"""What tests of ``scrapy forget`` need: how a post is named, and what the captures still hold."""

from __future__ import annotations

import gzip
from pathlib import Path

from crawler.sites.finews import facts
from crawler.warc.members import iter_members
from crawler.warc.reader import MAX_RECORD, parse


def settings(root: Path) -> dict[str, str]:
    return {"ARCHIVE_ROOT": str(root)}


def captured(archive: Path) -> bytes:
    """All that the captures hold, every coding undone."""
    found = []
    for path in sorted((archive / "captures").glob("*.warc.gz")):
        for _, _, content in iter_members(path, 0, MAX_RECORD):
            assert not isinstance(content, str)
            record = parse(content)
            body = record.payload if record is not None else b""
            found += [content, gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body]
    return b"\n".join(found)


def forms(entry: dict) -> list[str]:
    """How a person who complains may name a post."""
    page, share = entry["url"], entry["share_url"]
    bare = page.removeprefix("https://")
    return [
        entry["id"],
        f" {entry['id']} ",
        entry["path"],
        Path(entry["path"]).name,
        page,
        f"{page}#comments",
        f"{page}?from=timeline",
        f"http://{bare}",
        f"HTTPS://{bare}",
        bare,
        f"//{bare}",
        f"www.{bare}",
        f"https://www.{bare}",
        "/" + bare.partition("/")[2],
        f"http://finews.zning.me/{bare.partition('/')[2]}",
        share,
        share.removeprefix("http://"),
        share.replace("http://", "https://"),
        facts.answer_urls(entry["id"], None)[-1],
    ]
