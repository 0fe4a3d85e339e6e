"""A post that could do harm, or that Jekyll would read otherwise, goes no further; its capture stays."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml
from itemadapter import ItemAdapter
from scrapy.exceptions import DropItem

from crawler.extensions.report import RunReport
from crawler.items import Rejection

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

_FILENAME = re.compile(r"\d{4}-\d\d-\d\d-\w[\w.-]{0,150}\.md")
_FRONT_MATTER = re.compile(r"\A---\n(.*?\n)---\n", re.DOTALL)


class ValidatePipeline:
    """Drops posts whose file name or front matter is not what it should be, and names them in the run report."""

    def __init__(self, report: RunReport) -> None:
        self._report = report

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ValidatePipeline:
        """Scrapy's way to make a component."""
        return cls(RunReport.from_crawler(crawler))

    def process_item(self, item: Any) -> Any:
        """Give the item on, or drop it with its reason.

        :raises DropItem: for a post that :func:`fault` finds fault with.
        """
        post = ItemAdapter(item)
        reason = fault(post)
        if reason is None:
            return item
        self._report.rejected(Rejection(post["url"], "invalid", reason))
        raise DropItem(f"{post['url']}: {reason}")


def fault(post: ItemAdapter) -> str | None:
    """What is wrong with a post, ``None`` if nothing is."""
    if not _FILENAME.fullmatch(post["filename"]) or ".." in post["filename"]:
        return f"{post['filename']!r} is no safe name for a source post"
    block = _FRONT_MATTER.match(post["content"])
    if block is None:
        return "the source post has no front matter"
    try:
        # Scalars as strings and no tags at all: what is compared is text.
        fields = yaml.load(block[1], Loader=yaml.CBaseLoader)  # noqa: S506 - makes strings of everything
    except (yaml.YAMLError, ValueError) as error:
        return f"the front matter is no YAML: {str(error).splitlines()[0]}"
    if not isinstance(fields, dict) or fields.get("title") != post["title"]:
        return "the front matter's title is not the page's"
    for name in ("categories", "tags"):
        if str(fields.get(name, "")).split() != post[name]:
            return f"the front matter's {name} are not the page's"
    return None
