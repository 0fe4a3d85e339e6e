"""What the page counts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from crawler.overview.figures import Cell, figures, window

NOW = datetime(2022, 3, 20, 12, tzinfo=UTC)
DAYS = window(NOW.date(), 10)
ENTRIES = st.builds(
    lambda back, late, name, fidelity, status: {
        "date": (NOW - timedelta(days=back)).isoformat(),
        "first_seen": (NOW - timedelta(days=back) + timedelta(hours=late)).isoformat().replace("+00:00", "Z"),
        "categories": name.split(),
        "fidelity": fidelity,
        "status": status,
        "bytes": 10,
    },
    st.integers(0, 15),
    st.floats(0, 30),
    st.sampled_from([f"c{number}" for number in range(12)] + ["two words", ""]),
    st.sampled_from(["exact", "rendered", "partial"]),
    st.sampled_from(["live", "gone"]),
)


def a_report(start: datetime, code: int = 0, losses: int = 0, **statuses: int) -> dict[str, Any]:
    by_status = {name.removeprefix("s"): number for name, number in statuses.items()}
    return {
        "started": start.isoformat(),
        "exit_code": code,
        "losses": losses,
        "failures": [],
        "requests": {"by_status": by_status},
    }


@given(st.lists(ENTRIES, max_size=60))
def test_every_post_is_counted_once(entries: list[dict[str, Any]]) -> None:
    found = figures(DAYS, entries, [], NOW)
    inside = [entry for entry in entries if entry["date"][:10] >= DAYS[0].isoformat()]
    assert sum(sum(filter(None, values)) for values in found.posts.values()) == len(inside)
    assert len(found.posts) <= 8
    seen = [entry for entry in entries if DAYS[0].isoformat() <= entry["first_seen"][:10] <= DAYS[-1].isoformat()]
    assert sum(sum(filter(None, values)) for values in found.fidelity.values()) == len(seen)
    assert (found.total, found.size, found.status.total()) == (len(entries), 10 * len(entries), len(entries))
    half, most = found.lateness.values()
    assert all((one is None) == (other is None) and (one or 0) <= (other or 0) for one, other in zip(half, most, strict=True))


def test_answers_and_ends_of_runs_by_day() -> None:
    reports = [
        a_report(NOW, 1, 3, s200=2, s304=5, s404=1),
        a_report(NOW - timedelta(hours=1), 4, 0, s200=1, s302=1, s503=2),
        a_report(NOW - timedelta(days=1)),
        a_report(NOW - timedelta(days=30), 1, 9, s200=99),
    ]
    found = figures(DAYS, [], reports, NOW)
    assert {name: values[-1] for name, values in found.answers.items()} == {
        "304": 5,
        "200": 3,
        "redirects": 1,
        "4xx": 1,
        "5xx": 2,
    }
    assert {name: values[-2:] for name, values in found.runs.items()} == {
        "good": [1, 0],
        "with losses": [0, 1],
        "layout changed": [0, 1],
    }
    assert found.losses["losses"] == [0] * 9 + [3]
    assert sum(sum(filter(None, values)) for values in found.answers.values()) == 12


def test_the_longest_pause_counts_on_the_day_it_began() -> None:
    starts = [NOW - timedelta(days=3), NOW - timedelta(days=1), NOW - timedelta(hours=2)]
    found = figures(DAYS, [], [a_report(start) for start in starts], NOW).pauses["hours"]
    assert found[-4:] == [48, None, 22, 2]


def test_coverage_is_held_against_the_days_before() -> None:
    entries = [
        {"date": f"2022-03-{day:02}T00:00:00+08:00", "first_seen": "2022-03-01", "categories": ["a"], "fidelity": "exact"}
        | {"status": "live", "bytes": 1}
        for day in range(1, 20)
        for _ in range(1 if day == 18 else 10)
    ]
    found = figures(DAYS, entries, [], NOW)
    assert found.coverage["a"][-3:-1] == [Cell(1, 10), Cell(10, 10)]
    assert [(gap.day, gap.posts) for gap in found.gaps] == [(date(2022, 3, 18), 1)]
