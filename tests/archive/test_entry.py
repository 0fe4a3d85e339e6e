from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.archive.entry import entry_of, is_entry
from tests.archive.test_index import entry

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
CAPTURE = {"url": "https://s/1", "time": "t", "file": "f", "offset": 0, "payload_digest": "d"}
SOUND = entry("1") | {"captures": [CAPTURE]}
TEXTS = {"id", "site", "url", "title", "edition", "body_from", "fidelity", "status"}


def test_a_line_is_one() -> None:
    assert entry_of(json.dumps(SOUND).encode()) == SOUND


@given(st.sampled_from(sorted(SOUND)), JSON)
def test_a_field_of_another_kind_makes_it_none(name: str, value: object) -> None:
    line = json.dumps(SOUND | {name: value}).encode()
    if type(value) is not type(SOUND[name]) and not (name in ("share_url", "source") and isinstance(value, str)):
        assert entry_of(line) is None
    else:
        entry_of(line)


@given(st.sampled_from(sorted(CAPTURE)), JSON)
def test_a_capture_of_another_kind_makes_it_none(name: str, value: object) -> None:
    is_same = type(value) is type(CAPTURE[name]) and (name != "offset" or (isinstance(value, int) and 0 <= value < 1 << 62))
    assert is_entry(SOUND | {"captures": [CAPTURE | {name: value}]}) is is_same


@pytest.mark.parametrize("name", sorted(SOUND))
def test_no_field_may_be_missing(name: str) -> None:
    assert not is_entry({key: value for key, value in SOUND.items() if key != name})


@pytest.mark.parametrize(
    "path",
    [
        *("/etc/x.md", "../x.md", "_posts/../../x.md", "_posts/a/../../../x.md", "_posts//x.md", "_posts/./x.md"),
        *("captures/x.warc.gz", "_posts/x", "_posts/a\nb/x.md", "_posts/x.md\n", "index.jsonl", "", "_posts", "_posts/\0.md"),
    ],
)
def test_no_path_leads_out(path: str) -> None:
    assert not is_entry(SOUND | {"path": path})


@pytest.mark.parametrize(
    "path",
    [
        "_posts/2022-03-01-x.md",
        "_posts/2022/03/01/2022-03-01-x.md",
        "_posts/a..b/.../x.md",
        "_posts/x.markdown",
        "_posts/x y.html",
    ],
)
def test_paths_below_the_posts_are_as_people_lay_them_out(path: str) -> None:
    assert is_entry(SOUND | {"path": path})


@pytest.mark.parametrize("date", ["2022-03-01", "2022-13-01T08:00:00+08:00", "2022-W01-1T08:00:00+08:00", "x", "../../../x"])
def test_no_date_is_none_of_a_line(date: str) -> None:
    assert not is_entry(SOUND | {"date": date})
    assert not is_entry(SOUND | {"first_seen": "2022-03-01T08:00:00"})
