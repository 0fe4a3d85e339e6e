from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from crawler.markup.source.front_matter import quote_title, written_date
from crawler.sites.finews.posts import front_matter

EIGHT = timedelta(hours=8)
titles = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@given(titles)
def test_yaml_reads_every_title_back(title: str) -> None:
    assert yaml.load(quote_title(title), Loader=yaml.CSafeLoader) == title


@given(titles)
def test_a_title_stands_as_it_is_wherever_that_works(title: str) -> None:
    plain = f'"{title}"'
    try:
        reads_back = yaml.load(plain, Loader=yaml.CSafeLoader) == title
    except yaml.YAMLError:
        reads_back = False
    assert (quote_title(title) == plain) == reads_back


@pytest.mark.parametrize(
    ("title", "quoted"),
    [
        ("A &amp; B: 5 < 6 # x", '"A &amp; B: 5 < 6 # x"'),
        ("blank at end  ", '"blank at end  "'),
        ("\U0001f680 zero\u200bwidth", '"\U0001f680 zero\u200bwidth"'),
        ('say "hi"', r'"say \"hi\""'),
        ("a\\b", r'"a\\b"'),
        ("tab\tnewline\n", '"tab\\tnewline\\n"'),
        ("bell\x07", r'"bell\u0007"'),
    ],
)
def test_titles(title: str, quoted: str) -> None:
    assert quote_title(title) == quoted


def test_the_block_is_what_the_writer_pastes() -> None:
    assert front_matter("T", "2022-03-01 08:34:23 +0800", "a  b", "x\u65b0\u95fb") == (
        '---\nlayout: post\ntitle: "T"\ndate: 2022-03-01 08:34:23 +0800\ncategories: a  b\ntags: x\u65b0\u95fb\n---\n'
    )


@pytest.mark.parametrize(
    ("zone", "offset", "written"),
    [
        (True, EIGHT, "2021-12-09 01:48:44 +0800"),
        (False, EIGHT, "2021-12-08 17:48:44"),
        (True, timedelta(hours=-3, minutes=-30), "2021-12-09 01:48:44 -0330"),
    ],
)
def test_dates(zone: bool, offset: timedelta, written: str) -> None:
    assert written_date(datetime(2021, 12, 9, 1, 48, 44), zone=zone, offset=offset) == written
