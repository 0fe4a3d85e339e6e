"""The page in a real browser: complete, legible on a phone, and harmless whatever strangers wrote."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from crawler.overview.figures import figures, window
from crawler.overview.page import page
from tests.archives import index, report
from tests.browser import DESK, PHONE, chromium, opened, width
from tests.replica.crawl import run

NOW = datetime(2022, 3, 4, 12, tzinfo=UTC)
CHARTS = ["posts", "lateness", "answers", "runs", "losses", "pauses", "fidelity"]
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&amp;"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def lived(root: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Index and reports as if the crawl had been in the replica's own days, and runs had followed it, some of them bad."""
    entries = index(root / "finews")
    for number, entry in enumerate(entries):
        seen = datetime.fromisoformat(entry["date"]) + timedelta(minutes=5 + number)
        entry["first_seen"] = seen.astimezone(UTC).isoformat()
    reports = []
    for back in range(40):
        one = copy.deepcopy(report(root)) | {
            "started": (NOW - timedelta(hours=2 * back)).isoformat(),
            "exit_code": int(back % 9 == 3),
        }
        one["losses"] = one["exit_code"]
        one["failures"] = [{"url": f"https://example.org/{HOSTILE}", "reason": HOSTILE}] * one["losses"]
        reports.append(one)
    return entries, reports


def written(folder: Path, root: Path, category: str = "") -> str:
    entries, reports = lived(root)
    for entry in entries if category else []:
        entry["categories"] = [category]
    days = window(NOW.date(), 14)
    (folder / "page.html").write_text(page("finews", figures(days, entries, reports, NOW), reports, None, NOW), "utf-8")
    return (folder / "page.html").as_uri()


@pytest.mark.parametrize("size", [PHONE, DESK, (320, 640)])
def test_every_chart_is_drawn_and_fits(browser: Browser, crawled: Path, tmp_path: Path, size: tuple[int, int]) -> None:
    with opened(browser, written(tmp_path, crawled), size) as (shown, heard):
        assert width(shown) == size[0]
        for name in CHARTS:
            box = shown.locator(f"#{name} svg").bounding_box()
            assert box is not None, name
            assert 250 < box["width"] <= size[0]
            assert shown.locator(f"#{name} svg .bar, #{name} svg .dot").count() > 0
        letters = [
            float(text)
            for text in shown.locator("#posts svg .axis text").evaluate_all(
                "found => found.map(one => one.getBoundingClientRect().height)"
            )
        ]
        assert min(letters) > 8, "too small to read"
        assert shown.locator("#coverage tr").count() > 5
        assert shown.locator("#losses-named td").count() > 0
        assert heard.requests == [shown.url]
        assert heard.complaints == []


def test_what_strangers_wrote_is_text(browser: Browser, crawled: Path, tmp_path: Path) -> None:
    with opened(browser, written(tmp_path, crawled, HOSTILE)) as (shown, heard):
        assert shown.evaluate("document.scripts.length + document.images.length") == 0
        assert " ".join(HOSTILE.split()) in shown.locator("#coverage").inner_text()
        assert HOSTILE in shown.locator("#losses-named").inner_text()
        assert heard.requests == [shown.url]
        assert heard.complaints == []


def test_the_same_figures_make_the_same_page(crawled: Path, tmp_path: Path) -> None:
    written(tmp_path, crawled)
    first = (tmp_path / "page.html").read_bytes()
    written(tmp_path, crawled)
    assert (tmp_path / "page.html").read_bytes() == first


def test_the_command_writes_it_into_the_archive_or_elsewhere(archive_root: Path, tmp_path: Path) -> None:
    settings = {"ARCHIVE_ROOT": str(archive_root)}
    done = run("report", "finews", settings=settings)
    assert (done.returncode, done.stdout.strip()) == (0, str(archive_root / "finews" / "report.html"))
    done = run("report", "finews", "--days", "7", "--output", str(tmp_path / "other.html"), settings=settings)
    assert done.returncode == 0
    assert "the archive's last 7 days" in (tmp_path / "other.html").read_text("utf-8")
    verified = run("verify", "finews", settings=settings)
    assert verified.returncode == 0, verified.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["finews", "--days", "0"], "no number of days"),
        (["finews", "--output", "/no/such/folder/x.html"], "could not be written"),
        (["nosite"], "nosite"),
        ([], "name one site"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(archive_root: Path, arguments: list[str], said: str) -> None:
    done = run("report", *arguments, settings={"ARCHIVE_ROOT": str(archive_root)})
    assert done.returncode == 2
    assert said in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_an_archive_without_a_run_has_a_page(tmp_path: Path) -> None:
    (tmp_path / "finews").mkdir()
    done = run("report", "finews", settings={"ARCHIVE_ROOT": str(tmp_path)})
    assert done.returncode == 0, done.stdout
    assert "no run has ended yet" in (tmp_path / "finews" / "report.html").read_text("utf-8")
