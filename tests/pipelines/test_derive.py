"""An item of any type that Scrapy takes for one gives the post of its page."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from scrapy import Field, Item

from crawler.crawl.context import RunContext
from crawler.items import Missing, Visited
from crawler.pipelines.derive import DerivePipeline
from crawler.spiders.finews import FinewsSpider
from tests.archives import index
from tests.crawl.parts.test_context import crawler_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Page(Item):
    url = Field()


@dataclass
class Seen:
    url: str


@pytest.fixture
def pipeline(crawled: Path, tmp_path: Path) -> Iterator[DerivePipeline]:
    shutil.copytree(crawled / "finews", tmp_path / "finews")
    context = RunContext.of(crawler_of(FinewsSpider, tmp_path))
    yield DerivePipeline(context)
    context.archive.close()


@pytest.mark.parametrize("kind", [dict, Page, Seen, Visited])
def test_an_item_of_any_type_gives_the_post_of_its_url(pipeline: DerivePipeline, crawled: Path, kind: Any) -> None:
    for entry in index(crawled / "finews")[:5]:
        derived = pipeline.process_item(kind(url=entry["url"]))
        assert (derived.entry, derived.content) == (entry, (crawled / "finews" / entry["path"]).read_text("utf-8"))


def test_a_missing_page_passes_unchanged(pipeline: DerivePipeline) -> None:
    missing = Missing("https://finews.withounder.com/a/2022/03/01/NW1.html", listed=False)
    assert pipeline.process_item(missing) is missing
