"""What cannot be meant is refused in one line, before any work; what can be is taken."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import CannotRun
from crawler.exporters.filters import Filter, check_known
from crawler.exporters.formats import FORMATS
from crawler.exporters.replay import REPLAY
from crawler.exporters.since_run import changes_before, read_start
from crawler.period import Period
from tests.archive.test_index import entry
from tests.archives import index, reports
from tests.exporters.test_overwrite import export, refused

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--category", "EMNEWS"], "--category 'EMNEWS': the archive has no such category; near: emnews"),
        (["--category", "emnews,em news"], "--category 'em news': the archive has no such category; near: emnews"),
        (["--category", "国际"], "--category '国际': the archive has no such category; it has: "),
        (["--tag", "东财滚动新"], "--tag '东财滚动新': the archive has no such tag; near: 东财滚动新闻"),
        (["--source", "no such medium"], "--source 'no such medium': the archive has no such source; "),
        (["--category", ""], "--category is empty"),
        (["--tag", " , "], "--tag is empty"),
        (["--source="], "--source is empty"),
        (["--fidelity", ""], "--fidelity is empty"),
        (["--fidelity", "exact,good"], "--fidelity 'good' is none of: exact, rendered, partial"),
        (["--query", ""], "--query is empty"),
        (["--query", " "], "--query is empty"),
        (["--since", ""], "--since is empty"),
        (["--since", "2022-02-30"], "there is no such date"),
        (["--until", "2022-13"], "there is no such date"),
        (["--until", "soon"], "--until 'soon' cannot be read"),
        (["--since", "2022-03-02T10:00", "--until", "2022-03-02T09:59"], "lies after"),
        (["--since-run", "2099-01-01"], "--since-run 2099-01-01: no run began then; the nearest began 20"),
        (["--since-run", "1999-01"], "--since-run 1999-01: no run began then; the nearest began 20"),
        (["--since-run", "yesterday"], "--since-run 'yesterday' is no time"),
        (["--since-run="], "--since-run '' is no time"),
        (["--jobs", "0"], "'0' is no whole number of at least 1"),
        (["--jobs", "many"], "'many' is no whole number of at least 1"),
        (["--output", ""], "--output is empty"),
        (["--outptu", "x"], "there is no option --outptu; did you mean --output?"),
    ],
)
@pytest.mark.parametrize("name", ["jsonl", "sqlite"])
def test_what_cannot_be_meant_is_refused(crawled: Path, tmp_path: Path, name: str, options: list[str], says: str) -> None:
    place = [] if "--output" in options else ["--output", str(tmp_path / "x")]
    done = export(crawled, "--format", name, *place, *options)
    assert done.returncode == 2
    assert says in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("options", [["--query", "x"], ["--since", "2022"], ["--category", "emnews"], ["--since-run"]])
@pytest.mark.parametrize("name", REPLAY)
def test_captures_are_taken_whole(crawled: Path, tmp_path: Path, name: str, options: list[str]) -> None:
    line = refused(crawled, "--format", name, "--output", str(tmp_path / "x"), *options)
    assert "takes all captures" in line or "cannot be read" in line


def test_a_format_is_named_by_the_person(crawled: Path) -> None:
    line = refused(crawled)
    assert line.startswith(f"name a --format: {', '.join([*FORMATS, *REPLAY])} (")
    assert "scrapy export -h tells what each is" in line
    assert "did you mean sqlite?" in refused(crawled, "--format", "sqlte")
    assert "did you mean jsonl?" in refused(crawled, "--format", "JSONL")
    done = export(crawled, "-h")
    assert all(" ".join(form.what.split()[:4]) in " ".join(done.stdout.split()) for form in FORMATS.values())


@pytest.mark.parametrize(
    ("options", "takes"),
    [
        (["--since", "2022-03", "--until", "2022-03"], lambda row: row["date"].startswith("2022-03")),
        (["--since", "2022-03-02T09:00", "--until", "2022-03-02"], lambda row: "2022-03-02T09" <= row["date"] < "2022-03-03"),
        (["--since", "2022-03-02"], lambda row: row["date"] >= "2022-03-02"),
    ],
)
def test_a_day_a_month_or_a_time(crawled: Path, tmp_path: Path, options: list[str], takes: object) -> None:
    done = export(crawled, "--format", "jsonl", "--output", str(tmp_path / "x.jsonl"), *options)
    assert done.returncode == 0, done
    rows = [json.loads(line) for line in (tmp_path / "x.jsonl").read_bytes().splitlines()]
    assert {row["id"] for row in rows} == {entry["id"] for entry in index(crawled / "finews") if takes(entry)}  # type: ignore[operator]
    assert rows


def test_the_last_year_there_is_is_taken_while_the_end_is_open() -> None:
    line = {"id": "x", "date": "9999-12-31T23:59:59+08:00", "categories": [], "tags": [], "fidelity": "exact", "source": None}
    assert Filter().takes(line)
    assert Filter(period=Period.read("2022-01")).takes(line)
    assert not Filter(period=Period.read("", "9999-12-30")).takes(line)


NAMES = st.sampled_from(["a", "b", "A", "ab"])


@given(st.lists(st.lists(NAMES, max_size=3), max_size=4), st.sets(st.one_of(NAMES, st.just("a b"), st.just("zz")), min_size=1))
def test_names_are_known_if_a_post_has_them_each_or_all(
    tmp_path_factory: pytest.TempPathFactory, posts: list[list[str]], wanted: set[str]
) -> None:
    archive = tmp_path_factory.mktemp("archive")
    lines = [json.dumps(entry(str(number)) | {"categories": names}) for number, names in enumerate(posts)]
    (archive / "index.jsonl").write_text("\n".join([*lines, "no line of an index", "[]"]))
    known = {name for names in posts for name in (*names, " ".join(names))} - {""}
    asked = Filter(categories=frozenset(wanted))
    if wanted <= known:
        check_known(asked, archive)
        return
    with pytest.raises(CannotRun, match=r"the archive has no such category; (near: |it has: |it has none)") as refused:
        check_known(asked, archive)
    named = re.split("; near: |; it has: ", str(refused.value))[1:]
    single = {name for names in posts for name in names}
    assert all(set(names.split(", ")) <= single for names in named), "what no post has is not proposed, nor several joined"


@pytest.mark.parametrize("name", ["sqlite", "parquet"])
def test_what_has_nothing_new_says_that_it_is_up_to_date(crawled: Path, tmp_path: Path, name: str) -> None:
    place = tmp_path / "x"
    given = ("--format", name, "--output", str(place), "--since-run")
    assert export(crawled, *given).stdout == f"{place}: {len(index(crawled / 'finews'))} posts\n"
    done = export(crawled, *given)
    assert (done.returncode, done.stdout) == (0, f"{place}: up to date, for nothing is new\n")


def test_a_run_is_named_by_as_much_of_its_start_as_tells_it(crawled: Path) -> None:
    archive = crawled / "finews"
    started = reports(archive)[0]["started"]
    name = next((archive / "runs").glob("*.json")).name
    for text in (
        started,
        started[:19],
        started[:16],
        started[:10],
        started[:7],
        started.replace("T", " "),
        f"{started[:19]}Z",
        name,
    ):
        assert str(changes_before(archive, read_start(text))) == reports(archive)[0]["changes_since"]
    for text in (f"{started[:4]}-01-01T00:00:00", f"{int(started[:4]) + 1}"):
        with pytest.raises(CannotRun, match=f"no run began then; the nearest began {started[:19]}"):
            changes_before(archive, read_start(text))


@pytest.mark.parametrize("value", [None, 0, -0.5, [], ["1"], {}, True, "x", "1-1-1"])
def test_a_run_whose_report_is_garbled_is_named(tmp_path: Path, value: object) -> None:
    (tmp_path / "runs").mkdir()
    text = json.dumps({"started": "2022-03-03T12:00:00+00:00", "exit_code": 0, "changes_since": value})
    (tmp_path / "runs" / "20220303T120000.000000Z.json").write_text(text, "utf-8")
    with pytest.raises(CannotRun, match="does not say what was new"):
        changes_before(tmp_path, "last")


@given(st.text(max_size=12))
def test_whatever_is_typed_for_a_run_is_a_time_or_refused(text: str) -> None:
    try:
        assert read_start(text) == "last" or read_start(text)[:4].isdigit()
    except CannotRun as error:
        assert "--since-run" in str(error)
