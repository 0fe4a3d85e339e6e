"""When a site's layout is thought to have changed, and when not."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from crawler.exit_codes import GOOD, LAYOUT_CHANGED, LOSSES
from crawler.items import UNREACHABLE, Rejection
from crawler.report.runs.layout import Limits, layout_signs, usual_shares
from crawler.report.runs.report import FOOTER, RunReport, missing_parts

LIMITS = Limits(pages=5, share=0.2)
HOME = "https://s/"


def entry(number: int = 0, **fields: Any) -> dict[str, Any]:
    whole = {
        "id": str(number),
        "edition": "e",
        "fidelity": "exact",
        "body_from": "share",
        "share_url": "http://h/",
        "source": "M",
        "notes": [],
        "date": "2022-03-01T08:00:00+08:00",
        "first_seen": "2022-03-01T00:10:00.000000Z",
    }
    return whole | fields


def report_of(*entries: dict[str, Any], rejected: int = 0, code: str = "layout") -> RunReport:
    report = RunReport(seeds={HOME})
    for one in entries:
        report.wrote(one, changed=False)
    for number in range(rejected):
        report.rejected(Rejection(f"https://s/{number}", code, "no title"))
    return report


@given(st.integers(0, 60), st.integers(0, 60))
def test_too_many_pages_without_a_post(good: int, bad: int) -> None:
    report = report_of(*(entry(n) for n in range(good)), rejected=bad)
    report.layout = layout_signs(report, {}, LIMITS)
    assert bool(report.layout) == (good + bad >= 5 and bad > 0.2 * (good + bad))
    assert report.exit_code == (LAYOUT_CHANGED if report.layout else LOSSES if bad else GOOD)


def test_what_the_site_broke_the_disk_spoilt_or_this_machine_lacks_is_no_sign() -> None:
    for code in ("garbled", "unreadable", "not-installed"):
        assert layout_signs(report_of(entry(), rejected=9, code=code), {}, LIMITS) == []


@given(st.integers(0, 60), st.integers(0, 60))
def test_too_many_listed_posts_that_are_not_there(good: int, dead: int) -> None:
    report = report_of(*(entry(n) for n in range(good)))
    for number in range(dead):
        report.count("dead")
        report.dead_links.append(f"https://s/{number}")
    assert bool(layout_signs(report, {}, LIMITS)) == (dead >= 5 and dead > 0.2 * (good + dead))


def test_an_entrance_without_a_post_is_a_sign_at_once() -> None:
    report = report_of(entry())
    report.listed(HOME, 0)
    report.listed("https://s/category/a.html", 0)
    assert layout_signs(report, None, LIMITS) == [f"{HOME} shows no post at all"]


def test_many_bare_listings_are_a_sign_unless_nobody_links_to_them() -> None:
    report = report_of(entry())
    for number in range(9):
        report.listed(f"https://s/category/{number}.html", 0, linked=False)
    assert layout_signs(report, None, LIMITS) == []
    for number in range(5):
        report.listed(f"https://s/category/{number}.html", 0)
    (sign,) = layout_signs(report, None, LIMITS)
    assert sign.startswith("5 listings show no post")


def test_a_field_that_is_suddenly_missing() -> None:
    report = report_of(*(entry(n, share_url=None) for n in range(2)), *(entry(n) for n in range(4)))
    assert layout_signs(report, {}, LIMITS) == ["2 of 6 posts lack share_url; of earlier posts, 0% did"]
    assert layout_signs(report, {"share_url": 0.1}, LIMITS) == [], "two of six may be chance"
    assert layout_signs(report, {"share_url": 0.3}, LIMITS) == []
    assert layout_signs(report, None, LIMITS) == []


def test_bodies_that_are_missing_need_no_history() -> None:
    report = report_of(*(entry(n, fidelity="partial") for n in range(5)))
    assert layout_signs(report, None, LIMITS) == [f"5 of 5 posts lack {FOOTER}; of earlier posts, 0% did"]


def test_a_silent_share_host_is_no_sign() -> None:
    report = report_of(*(entry(n, fidelity="partial", notes=[UNREACHABLE]) for n in range(9)))
    assert layout_signs(report, {}, LIMITS) == []


@given(st.lists(st.sampled_from(["exact", "partial"]), max_size=40))
def test_what_is_usual(fidelities: list[str]) -> None:
    entries = [entry(n, fidelity=fidelity) for n, fidelity in enumerate(fidelities)]
    share = usual_shares(entries).get(FOOTER, 0)
    assert share * len(entries) == fidelities.count("partial") or abs(share * len(entries) - fidelities.count("partial")) < 1e-9
    assert list(missing_parts(entry(share_url=None))) == ["share_url"]


def test_lateness_is_counted_from_publication() -> None:
    assert report_of(entry()).lateness == [600.0]
