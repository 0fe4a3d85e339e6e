"""The page in a real browser: complete, legible on desk and phone at any span, and harmless whatever strangers wrote."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from crawler.period import Period
from crawler.report.plots.overview import Overview, Wanted
from tests.browser import opened, width
from tests.report.plots.years import lived, run

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

NOW = datetime(2022, 3, 4, 12, 3, tzinfo=UTC)
DESK, PHONE, SMALL = (1280, 900), (390, 844), (320, 640)
CHARTS = ["posts", "lateness", "answers", "runs", "losses", "pauses", "fidelity"]
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&amp;"
SPANS = {
    "1 day": Wanted(days=1),
    "3 days": Wanted(days=3),
    "a week": Wanted(days=7),
    "a month": Wanted(days=30),
    "4 months": Wanted(days=120),
    "a year": Wanted(days=365),
    "2 years": Wanted(days=730),
    "5 years": Wanted(days=1826),
    "10 years": Wanted(days=3652),
    "all": Wanted(whole=True),
    "30 years": Wanted(days=11_000),
    "two thousand years": Wanted(Period.read("0001-01-01", "9999-12-31")),
    "an hour": Wanted(Period.read("2022-03-04T08:00", "2022-03-04T08:59")),
    "a second": Wanted(Period.read("2022-03-04T08:00:01", "2022-03-04T08:00:01")),
}
#: What of the texts of one drawing lies over another, or beyond the drawing; as a browser has laid them out.
_CLASHES = """() => {
  const found = [];
  for (const svg of document.querySelectorAll('figure svg')) {
    const frame = svg.getBoundingClientRect();
    if (!frame.width) continue;
    const texts = [...svg.querySelectorAll('text')].map(one => [one.textContent, one.getBoundingClientRect()]);
    for (const [i, [text, box]] of texts.entries()) {
      if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.bottom > frame.bottom + 1 || box.top < frame.top - 1)
        found.push('outside: ' + text);
      if (box.height < 8) found.push('too small: ' + text);
      for (const [other, second] of texts.slice(i + 1))
        if (box.left < second.right && second.left < box.right && box.top < second.bottom && second.top < box.bottom)
          found.push(text + ' / ' + other);
    }
  }
  return found;
}"""


@pytest.fixture(scope="module")
def years(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten years of an archive, thin; the last weeks as a real one has them."""
    archive = tmp_path_factory.mktemp("years") / "finews"
    lived(archive, NOW, 3650, posts=4, every=timedelta(hours=16))
    shutil.rmtree(archive / "runs")
    late = archive.with_name("late")
    lived(late, NOW, 40, posts=60, every=timedelta(hours=1))
    (late / "runs").rename(archive / "runs")
    with (archive / "index.jsonl").open("ab") as file:
        file.write((late / "index.jsonl").read_bytes())
    return archive


def written(archive: Path, file: Path, wanted: Wanted, now: datetime = NOW) -> str:
    zone = "Asia/Shanghai"
    file.write_text(Overview(archive, "finews", ZoneInfo(zone), zone, now).page(wanted), "utf-8")
    return file.as_uri()


@pytest.mark.parametrize("name", SPANS)
def test_any_span_is_small_and_legible(browser: Browser, years: Path, tmp_path: Path, name: str) -> None:
    url = written(years, tmp_path / "report.html", SPANS[name])
    assert (tmp_path / "report.html").stat().st_size < 400_000
    for size in (DESK, PHONE, SMALL):
        with opened(browser, url, size) as (shown, heard):
            assert width(shown) == size[0]
            assert shown.evaluate(_CLASHES) == []
            assert heard.requests == [url]
            assert heard.complaints == []
            if size != SMALL:
                _keep(shown, f"{name.replace(' ', '-')}-{size[0]}.png", tmp_path)


def _keep(shown: Page, name: str, folder: Path) -> None:
    """A picture for whoever wants to look; that it is one, whole, is what can be tested of it."""
    picture = shown.screenshot(path=folder / name, full_page=True)
    assert picture.startswith(b"\x89PNG")
    assert int.from_bytes(picture[16:20], "big") == shown.evaluate("window.innerWidth")


@pytest.mark.parametrize("size", [DESK, PHONE, SMALL])
def test_every_chart_is_drawn_and_fits(browser: Browser, years: Path, tmp_path: Path, size: tuple[int, int]) -> None:
    with opened(browser, written(years, tmp_path / "page.html", Wanted(days=30)), size) as (shown, _):
        for name in CHARTS:
            drawn = shown.locator(f"#{name} figure svg:visible")
            assert drawn.count() == 1, name
            box = drawn.bounding_box()
            assert box is not None
            assert 250 < box["width"] <= size[0]
            assert box["height"] < 350
            assert drawn.locator(".bar, .line").count() > 0
        assert shown.locator("#coverage .cover tr").count() > 5
        assert shown.locator("#losses-named li").count() > 0
        assert "Posts a day" in shown.locator("#posts").inner_text()


def test_there_are_more_dates_where_there_is_room(browser: Browser, years: Path, tmp_path: Path) -> None:
    numbers = []
    for size in (PHONE, DESK):
        with opened(browser, written(years, tmp_path / "page.html", Wanted(days=1826)), size) as (shown, _):
            numbers.append(shown.locator("#posts figure svg:visible .date").count())
    assert 3 <= numbers[0] < numbers[1]


def test_a_value_that_stands_alone_is_seen(browser: Browser, years: Path, tmp_path: Path) -> None:
    url = written(years, tmp_path / "page.html", SPANS["two thousand years"])
    with opened(browser, url, DESK) as (shown, _):
        assert shown.locator("#lateness figure .dot").count() == 2
        assert shown.locator("#lateness figure .dot").first.evaluate("dot => getComputedStyle(dot).strokeWidth") == "4.5px"


def test_what_strangers_wrote_is_text(browser: Browser, tmp_path: Path) -> None:
    archive = tmp_path / "finews"
    lived(archive, NOW, 20, posts=10, every=timedelta(hours=6))
    lines = (archive / "index.jsonl").read_text("utf-8").splitlines()
    entries = [
        json.loads(line) | {"categories": [HOSTILE], "id": HOSTILE, "status": HOSTILE, "fidelity": HOSTILE} for line in lines
    ]
    entries.append({"id": "\x1b[31m" + HOSTILE})
    (archive / "index.jsonl").write_text("".join(json.dumps(entry) + "\n" for entry in entries), "utf-8")
    bad = run(NOW, 1, 1) | {"failures": [{"url": f"https://example.org/{HOSTILE}", "reason": HOSTILE}]}
    (archive / "runs" / "20220304T120000.000000Z.json").write_text(json.dumps(bad), "utf-8")
    with opened(browser, written(archive, tmp_path / "page.html", Wanted(days=14))) as (shown, heard):
        assert shown.evaluate("document.scripts.length + document.images.length") == 0
        assert " ".join(HOSTILE.split()) in shown.locator("#coverage").inner_text()
        assert HOSTILE in shown.locator("#losses-named").inner_text()
        assert HOSTILE in shown.locator("#posts title").first.text_content()
        assert heard.requests == [shown.url]
        assert heard.complaints == []


def test_the_same_figures_make_the_same_page(years: Path, tmp_path: Path) -> None:
    for name in ("one", "other"):
        written(years, tmp_path / name, Wanted(days=90))
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


def test_pieces_of_a_period_add_up(years: Path) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    overview = Overview(years, "finews", zone, str(zone), NOW)
    found = []
    for since, until in (("2021-01", "2021-06-30T14:59:59"), ("2021-06-30T15:00", "2021-12"), ("2021-01-01", "2021-12-31")):
        page = overview.page(Wanted(Period.read(since, until)))
        table = page.partition('<section id="posts"')[2].partition("<table>")[2].partition("</table>")[0]
        found.append(sum(int(cell) for cell in table.replace("</td>", "<td>").split("<td>") if cell.isdigit()))
    assert found[0] + found[1] == found[2] > 500
