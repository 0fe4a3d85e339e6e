from __future__ import annotations

import shlex
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.commands.crawl import argument_table
from crawler.items import Post
from crawler.period import Period
from crawler.sites.declared import load
from crawler.spiders.arguments import ARGUMENTS, Arguments, BadArgument
from crawler.spiders.jekyll_arguments import JekyllArguments
from tests.replica.crawl import PROJECT, run

POST = Post(
    id="NW1",
    site="finews",
    url="https://example.org/a/2022/03/01/NW1.html",
    share_url=None,
    filename="2022-03-01-NW1.md",
    content="",
    title="",
    date=datetime(2022, 3, 1, 8, 34, 23, tzinfo=timezone(timedelta(hours=8))),
    categories=["a"],
    tags=[],
    source=None,
    edition="",
    body_from="page",
    fidelity="exact",
)


def test_all_of_them() -> None:
    given_ = {"category": "a,b c", "since": "2022-03-01", "until": "2022-03-02", "sweep": "0", "limit": "5", "recheck": "yes"}
    period = Period("2022-03-01T00:00:00", "2022-03-02T23:59:59")
    assert Arguments.read(given_) == Arguments(("a", "b c"), period, sweep=False, recheck=True, limit=5)


def test_none_of_them() -> None:
    assert Arguments.read({}) == Arguments()
    assert Arguments.read({}).takes_all


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("since", "yesterday"),
        ("since", ""),
        ("since", "2022-03-01T25:00"),
        ("until", "2022-02-30"),
        ("sweep", "maybe"),
        ("limit", "0"),
        ("limit", "-1"),
        ("limit", "\u0663"),
        ("category", "a,,b"),
        ("category", ""),
        ("via", "elsewhere"),
        ("sinc", "2022-03-01"),
    ],
)
def test_a_bad_one_is_named(name: str, value: str) -> None:
    with pytest.raises(BadArgument, match=name):
        Arguments.read({name: value})


@pytest.mark.parametrize(("name", "near"), [("sinc", "since"), ("catgory", "category"), ("share-pages", "share_pages")])
def test_a_misspelt_one_is_told_the_nearest(name: str, near: str) -> None:
    with pytest.raises(BadArgument, match=f"there is no argument '{name}'; did you mean {near}?"):
        Arguments.read({name: "1"})


def test_since_after_until() -> None:
    with pytest.raises(BadArgument, match="lies after"):
        Arguments.read({"since": "2022-03-02", "until": "2022-03-01"})


@given(st.dates(), st.dates(), st.dates())
def test_days_are_included(one: date, other: date, day: date) -> None:
    since, until = sorted((one, other))
    covered = Arguments.read({"since": since.isoformat(), "until": until.isoformat()}).covers(day.isoformat())
    assert covered == (since <= day <= until)


def test_an_address_without_a_day_is_followed() -> None:
    assert Arguments.read({"since": "2022-03-01"}).covers("")


@given(st.datetimes(), st.datetimes(), st.datetimes())
def test_a_post_that_is_wanted_is_followed(one: datetime, other: datetime, published: datetime) -> None:
    since, until = sorted((one.replace(microsecond=0), other.replace(microsecond=0)))
    published = published.replace(microsecond=0)
    arguments = Arguments.read({"since": since.isoformat(), "until": until.isoformat()})
    post = replace(POST, date=published.replace(tzinfo=timezone(timedelta(hours=8))))
    assert arguments.period.takes(post.date.isoformat()) == (since <= published <= until)
    assert arguments.covers(published.date().isoformat()) or not arguments.period.takes(post.date.isoformat())


@pytest.mark.parametrize(("category", "taken"), [("a", True), ("A", False), ("b", False), ("b,a", True), ("a b", False)])
def test_a_post_of_another_category_is_none(category: str, *, taken: bool) -> None:
    assert load("finews").is_of(POST.categories, Arguments.read({"category": category}).category) is taken


@given(st.dictionaries(st.sampled_from(["category", "since", "until", "sweep", "limit"]), st.text(max_size=12)))
def test_no_value_fails_otherwise(given_: dict[str, str]) -> None:
    try:
        Arguments.read(given_)
    except BadArgument as error:
        assert "\n" not in str(error)


@pytest.mark.parametrize("argument", ARGUMENTS, ids=lambda argument: argument.name)
def test_each_is_in_the_documents_and_its_example_is_read(argument: object) -> None:
    (one,) = [found for found in ARGUMENTS if found is argument]
    row = f"| `{one.name}` | {one.does} | `-a {one.example}` |"
    assert row in (PROJECT / "docs" / "settings.md").read_text("utf-8")
    name, _, value = shlex.split(one.example)[0].partition("=")
    assert name == one.name
    reads = JekyllArguments if one.is_jekylls else Arguments
    assert reads.read({name: value}) != reads()


@pytest.mark.parametrize("columns", [80, 120])
def test_the_help_has_them_at_the_width_of_the_terminal(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    assert max(map(len, argument_table(columns).splitlines())) < columns
    monkeypatch.setenv("COLUMNS", str(columns))
    done = run("crawl", "-h")
    assert all(f"-a {argument.name}=" in done.stdout for argument in ARGUMENTS)
    assert max(map(len, done.stdout.splitlines())) < columns
