"""The Atom feed: valid whatever the posts are, and what a feed reader takes from it."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from crawler.exporters.atom import write_atom
from crawler.sites.declared import load
from tests.exporters.rows import a_row

NAMES = {"a": "http://www.w3.org/2005/Atom"}
#: RFC 3339, as RFC 4287 wants dates.
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


def feed_of(folder: Path, *rows: dict) -> etree._Element:
    assert write_atom(rows, folder / "x.atom", load("finews")) == len(rows)
    return etree.parse(folder / "x.atom").getroot()


def published(feed: etree._Element) -> dict[str, str]:
    entries = feed.xpath("a:entry", namespaces=NAMES)
    return {entry.findtext("{*}title"): entry.findtext("{*}published") for entry in entries}


def test_times_of_any_year_and_without_a_zone_are_valid_and_in_order(tmp_path: Path) -> None:
    dates = [
        *("9999-12-31T23:59:59+08:00", "9999-12-31T23:59:59-11:00", "2022-03-01T08:34:23", "2022-03-01T08:34:22+08:00"),
        *("1890-01-01T00:00:00+08:05:43", "0001-01-01T00:00:00+08:00"),
    ]
    found = published(feed_of(tmp_path, *(a_row(f"NW{number}", title=text, date=text) for number, text in enumerate(dates))))
    assert all(DATE.fullmatch(text) for text in found.values())
    assert found["2022-03-01T08:34:23"] == "2022-03-01T08:34:23+08:00"
    assert datetime.fromisoformat(found["1890-01-01T00:00:00+08:05:43"]) == datetime.fromisoformat(
        "1890-01-01T00:00:00+08:05:43"
    )
    assert list(found) == [dates[1], dates[0], *dates[2:]]
    for name in ("9999-12-31T23:59:59+08:00", "0001-01-01T00:00:00+08:00"):
        assert found[name] == name


@given(st.text(), st.text(), st.datetimes(timezones=st.timezones()))
def test_whatever_a_post_says_the_feed_can_be_read(title: str, text: str, time: datetime) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        row = a_row(title=title, text=text, author=title or None, date=time.replace(microsecond=0).isoformat())
        feed = feed_of(Path(folder), row)
    (entry,) = feed.xpath("a:entry", namespaces=NAMES)
    assert DATE.fullmatch(entry.findtext("{*}published"))
    assert DATE.fullmatch(entry.findtext("{*}updated"))
    assert entry.find("{*}title") is not None
    if title.isprintable():
        assert entry.findtext("{*}title") == title
