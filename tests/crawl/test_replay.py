"""pywb, which knows nothing of us, replays a post page and a share answer out of ``captures/``."""

from __future__ import annotations

import gzip
import json
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

import pytest

from crawler.archive.catalog.catalog import Catalog
from crawler.sites.finews import facts
from tests.archives import index
from tests.pywb import served
from tests.replica.build import BUILT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def replay(crawled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a pywb collection that holds the captures of the crawl."""
    with served(tmp_path_factory.mktemp("pywb"), (crawled / "finews" / "captures").iterdir()) as address:
        yield address


def fetch(replay: str, capture: dict) -> bytes:
    stamp = "".join(filter(str.isdigit, capture["time"]))[:14]
    with urllib.request.urlopen(f"{replay}/{stamp}id_/{capture['url']}", timeout=300) as answer:
        body = answer.read()
        return gzip.decompress(body) if answer.headers.get("Content-Encoding") == "gzip" else body


def test_a_post_page_and_its_share_answer_are_replayed(replay: str, crawled: Path) -> None:
    entry = next(entry for entry in index(crawled / "finews") if entry["body_from"] == "share")
    page, answer = entry["captures"]
    name = page["url"].split("/", 3)[3]
    assert fetch(replay, page) == (BUILT / "site" / name).read_bytes()
    answers = {answer["id"]: answer["fields"] for answer in json.loads((BUILT / "answers.json").read_text("utf-8"))}
    assert json.loads(fetch(replay, answer)) == answers[facts.share_id(entry["id"])]


def test_what_was_captured_as_a_revisit_is_replayed(replay: str, crawled: Path) -> None:
    catalog = Catalog(crawled / "finews" / "catalog.sqlite")
    ids = catalog._db.execute("SELECT id, payload_id FROM captures WHERE type = 'revisit' AND status = 200").fetchone()
    revisit, first = (catalog.capture(number) for number in ids)
    assert revisit is not None
    assert first is not None
    assert fetch(replay, revisit._asdict()) == fetch(replay, first._asdict()) != b""


def test_what_was_never_captured_is_not_there(replay: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        fetch(replay, {"time": "20220303000000", "url": "https://finews.withounder.com/never"})
    with caught.value as error:
        assert error.code == 404
