"""What the page counts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from crawler.report.plots.buckets import Buckets
from crawler.report.plots.coverage import Cell, coverage
from crawler.report.plots.figures import Figures, Tally
from crawler.report.runs.entries import Entry
from crawler.report.runs.summary import Summary

NOW = datetime(2022, 3, 20, 12, tzinfo=UTC)
LOCAL = NOW.replace(tzinfo=None)
DAYS = Buckets.of(datetime(2022, 3, 11), LOCAL)
POSTS = st.builds(
    lambda back, late, name, fidelity, status: Entry(
        LOCAL - timedelta(days=back),
        LOCAL - timedelta(days=back) + timedelta(hours=late),
        late * 3600,
        name,
        fidelity,
        status,
        10,
    ),
    st.integers(0, 15),
    st.floats(0, 30),
    st.sampled_from([f"c{number}" for number in range(12)] + ["two words", "", "others"]),
    st.sampled_from(["exact", "rendered", "partial"]),
    st.sampled_from(["live", "gone"]),
)


def counted(posts: list[Entry], runs: list[Summary], buckets: Buckets = DAYS) -> Figures:
    tally = Tally(buckets, UTC, NOW)
    for post in posts:
        tally.post(post)
    for run in runs:
        tally.run(run)
    return tally.figures()


def a_run(start: datetime, code: int = 0, losses: int = 0, **statuses: int) -> Summary:
    by_status = {int(name.removeprefix("s")): number for name, number in statuses.items()}
    return Summary(start, start, code, losses=losses, by_status=by_status)


@given(st.lists(POSTS, max_size=60), st.sampled_from([DAYS, Buckets.of(datetime(2015, 1, 1), LOCAL), Buckets.of(LOCAL, LOCAL)]))
def test_every_post_is_counted_once(posts: list[Entry], buckets: Buckets) -> None:
    found = counted(posts, [], buckets)
    inside = [post for post in posts if buckets.first <= post.published <= buckets.last]
    assert sum(sum(filter(None, values)) for values in found.posts.values()) == len(inside)
    assert len(found.posts) <= 8
    seen = [post for post in posts if buckets.first <= post.seen <= buckets.last]
    assert sum(sum(filter(None, values)) for values in found.fidelity.values()) == len(seen)
    assert (found.counts.posts, found.counts.size, found.status.total()) == (len(posts), 10 * len(posts), len(posts))
    half, most = found.lateness.values()
    assert all((one is None) == (other is None) and (one or 0) <= (other or 0) for one, other in zip(half, most, strict=True))


def test_answers_and_ends_of_runs() -> None:
    found = counted(
        [],
        [
            a_run(NOW, 1, 3, s200=2, s304=5, s404=1),
            a_run(NOW - timedelta(hours=1), 4, 0, s200=1, s302=1, s503=2),
            a_run(NOW - timedelta(days=1)),
            a_run(NOW - timedelta(days=30), 1, 9, s200=99),
        ],
    )
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


def test_the_longest_pause_counts_where_it_began() -> None:
    starts = [NOW - timedelta(days=3), NOW - timedelta(days=1), NOW - timedelta(hours=2)]
    found = counted([], [a_run(start) for start in starts]).pauses["longest"]
    assert found[-4:] == [48, None, 22, 2]


def test_a_time_that_is_over_is_waited_to_the_end_of() -> None:
    buckets = Buckets.of(datetime(2022, 3, 1), datetime(2022, 3, 8, 23, 59, 59))
    found = counted([], [a_run(datetime(2022, 3, 8, 23, 59, 50, tzinfo=UTC))], buckets).pauses["longest"]
    assert (found[-1] or 0) < 0.01


def posts_of(day: int, number: int) -> list[Entry]:
    at = datetime(2022, 3, day)
    return [Entry(at, at, 0.0, "a", "exact", "live", 1)] * number


def test_coverage_is_held_against_the_days_before() -> None:
    posts = [post for day in range(1, 20) for post in posts_of(day, 1 if day == 18 else 10)]
    found = counted(posts, [])
    rows = coverage(found.counts, found.buckets, NOW.date()).rows
    assert rows["a"][-3:-1] == [Cell(1, 1, 10), Cell(10, 10, 10)]
    assert [cell.shade for cell in rows["a"][-3:]] == ["few", "full", ""], "today is not over yet"
    assert [(gap.day, gap.posts) for gap in found.gaps] == [(date(2022, 3, 18), 1)]


@given(st.lists(st.tuples(st.integers(1, 20), st.integers(1, 30)), max_size=20), st.integers(1, 4000))
def test_coverage_knows_every_post_whatever_the_pieces(days: list[tuple[int, int]], back: int) -> None:
    posts = [post for day, number in days for post in posts_of(day, number)]
    found = counted(posts, [], Buckets.of(LOCAL - timedelta(days=back), LOCAL))
    covered = coverage(found.counts, found.buckets, NOW.date())
    inside = sum(post.published.date() >= (LOCAL - timedelta(days=back)).date() for post in posts)
    assert sum(cell.posts for cell in covered.rows.get("all", [])) == inside
    for name in covered.rows:
        assert 0 < covered.strip(name).count("<rect") <= len(covered.buckets.starts)
