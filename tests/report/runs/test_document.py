"""What a run report holds, against its schema."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import jsonschema
from hypothesis import given
from hypothesis import strategies as st

from crawler.exporters.schemas import schema
from crawler.items import Rejection
from crawler.report.runs.document import document
from crawler.report.runs.report import RunReport
from tests.archives import index, report

if TYPE_CHECKING:
    from pathlib import Path

COUNTS = st.dictionaries(st.sampled_from(["new", "changed", "gone", "unchanged", "rechecked"]), st.integers(0, 9))
URLS = st.lists(st.text(max_size=5), max_size=3)


@given(COUNTS, URLS, st.lists(st.floats(0, 1e6), max_size=30), st.lists(st.sampled_from([200, 304, 404, 503]), max_size=30))
def test_whatever_happened_the_schema_holds(
    counts: dict[str, int], urls: list[str], late: list[float], seen: list[int]
) -> None:
    made = RunReport(lateness=late, dead_links=urls, waiting=dict.fromkeys(urls, ""), missed=urls, layout=urls)
    made.counts.update(counts)
    made.failures = dict.fromkeys(urls, "why")
    made.rejections = [Rejection(url, "layout", "why") for url in urls]
    for status in seen:
        made.answered("post", status, 10)
    found = document(made, "s", datetime(2022, 3, 1, tzinfo=UTC))
    jsonschema.Draft202012Validator(schema("run")).validate(found)
    assert found["requests"]["total"] == len(seen)
    assert found["requests"]["bytes"] == 10 * len(seen)
    lateness = found["lateness"]
    assert not late or min(late) - 1 <= lateness["median"] <= lateness["p90"] + 0.1 <= lateness["max"] + 0.2


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(schema("run"))


def test_what_a_first_crawl_tells(crawled: Path) -> None:
    told = report(crawled)
    entries = index(crawled / "finews")
    assert told["sweep"]
    assert told["posts"]["new"] == len(entries) == told["lateness"]["posts"]
    assert sum(told["fidelity"].values()) == len(entries)
    kinds = told["requests"]["by_kind"]
    assert set(kinds) == {"listing", "feed", "post", "companion", "other"}
    assert sum(number for statuses in kinds.values() for number in statuses.values()) == told["requests"]["total"]
    assert told["rechecks"]["next"] is not None
    assert told["layout"] == told["failures"] == told["warnings"] == []
