from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from crawler.markup.source.sample import FrontMatterForm

#: One sample a form: of the title, of lists, of the date.
SAMPLES = {
    "none": None,
    "plain": "title: A title\ndate: 2024-02-14 18:30:00 +0100\ncategories: a b\ntags: c",
    "single": "date: 2024-02-14T18:30:00+01:00\ntitle: 'A title'\ntags: [a, b]\ncategories: [c]",
    "double": 'title: "A title"\ntags:\n- a\n- b\ncategories:\n  - c\ndate: 2024-02-14 18:30:00',
    "singular": "tag: a\ncategory: b\ntitle: It's\nauthor: 'x'",
    "needed": "title: 'A: b'\nauthor: \"#x\"\npermalink: /x/\ndate: 2024-02-14",
    "odd": "title:A\n  title:  \ncategories: {a: b}\ntags: |\n  x\ndate: soon\n# comment\n- x\n\ttitle: y",
    "no seconds": "layout:   essay\ndate: 2024-02-14 18:30\ntitle :",
    "zulu": "date: 2024-02-14T18:30:00Z\ncategories: []\ntags: ''",
}
HARD = [
    "no",
    "2022",
    "12:30:45",
    "~",
    "a: b",
    "#x",
    "it's",
    'say "so"',
    "\U0001f600",
    "- x",
    "[a]",
    "{a}",
    "a, b",
    "!t",
    "&a",
    "*a",
    "|",
    ">",
]
HARD += [
    "%x",
    "@x",
    "`x",
    "null",
    "Yes",
    "1e3",
    "0x1F",
    "2024-01-01",
    "a #b",
    "a:",
    ":",
    "?",
    "=",
    "<<",
    "\\",
    "a\\nb",
    "x\ty",
    "\u2028",
    "\ufeff",
    "é",
]
TEXTS = st.sampled_from(HARD) | st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20).map(
    lambda text: " ".join(text.split()) or "x"
)
NAMES = st.lists(TEXTS, max_size=4).map(tuple)
TIMES = st.datetimes(
    datetime(1990, 1, 1),
    datetime(2090, 1, 1),
    timezones=st.integers(-56, 56).map(lambda n: timezone(timedelta(minutes=15 * n))),
).map(lambda time: time.replace(microsecond=0))


def form(name: str) -> FrontMatterForm:
    sample = SAMPLES[name]
    return FrontMatterForm() if sample is None else FrontMatterForm.of(f"---\n{sample}\n---\ntext\n")


def names(fields: dict[str, object], singular: str, plural: str) -> tuple[str, ...]:
    """As Jekyll reads them."""
    several = fields.get(plural) or []
    found = several.split() if isinstance(several, str) else list(several)  # type: ignore[call-overload]
    one = fields.get(singular) or []
    return tuple(found + ([one] if isinstance(one, str) else list(one)))  # type: ignore[call-overload]


def instant(value: object, time: datetime) -> datetime:
    if isinstance(value, str):
        value = datetime.fromisoformat(value.replace(" +", "+").replace(" -", "-"))
    if not isinstance(value, datetime):
        assert isinstance(value, date)
        return datetime(value.year, value.month, value.day, tzinfo=time.tzinfo)
    return value.replace(tzinfo=value.tzinfo or UTC)


@pytest.mark.parametrize("name", SAMPLES)
@given(TEXTS, NAMES, NAMES, TIMES, TEXTS)
@example("no", ("no",), ("~", "12:30:45"), datetime(2024, 2, 14, tzinfo=UTC), "2022")
@example("a: b", ("a b",), ("yes",), datetime(2024, 2, 14, 1, tzinfo=UTC), "#x")
@example("x", ("a", "b"), ("c", "d"), datetime(2024, 2, 14, 1, tzinfo=UTC), "y")
def test_yaml_reads_back_what_is_written(
    name: str, title: str, categories: tuple[str, ...], tags: tuple[str, ...], time: datetime, author: str
) -> None:
    written = form(name).write({"title": title, "date": time, "categories": categories, "tags": tags, "author": author})
    assert written.startswith("---\n")
    assert written.endswith("\n---\n")
    fields = yaml.load(written[4:-4], Loader=yaml.CSafeLoader)
    assert fields["title"] == title
    assert fields["author"] == author
    assert names(fields, "category", "categories") == categories
    assert names(fields, "tag", "tags") == tags
    if "date" in fields:
        assert instant(fields["date"], time) == time
    else:
        assert time.timetz().replace(tzinfo=None) == datetime.min.time()


@given(st.text(max_size=200), TEXTS, NAMES)
def test_any_sample_has_a_form_or_is_refused(text: str, title: str, tags: tuple[str, ...]) -> None:
    for sample in (text, f"---\n{text}\n---\n"):
        try:
            found = FrontMatterForm.of(sample)
        except ValueError:
            continue
        written = found.write({"title": title, "tags": tags, "date": datetime(2024, 2, 14, 1, tzinfo=UTC)})
        assert written.count("\ntitle:") == 1


def test_quotes_that_had_to_be_there_are_no_habit() -> None:
    needed, habit = form("needed"), form("single")
    assert needed.write({"title": "Tide"}) == "---\ntitle: Tide\n---\n"
    assert needed.write({"title": "Tide: mud"}) == "---\ntitle: 'Tide: mud'\n---\n"
    assert habit.write({"title": "Tide"}) == "---\ntitle: 'Tide'\n---\n"


def test_the_order_and_the_forms_of_the_sample() -> None:
    values = {"title": "It is", "categories": ("x", "y"), "tags": ("z",), "date": datetime(2024, 2, 14, 1, tzinfo=UTC)}
    assert form("double").write(values) == (  # type: ignore[arg-type]
        '---\ntitle: "It is"\ntags:\n- z\ncategories:\n  - x\n  - y\ndate: 2024-02-14 01:00:00\n---\n'
    )
    assert form("no seconds").write(values).startswith("---\nlayout:   essay\ndate: 2024-02-14 01:00:00\n")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sample", "one", "two"),
    [
        ("title: A", "redirect_from:\n  - /a/\n", "redirect_from:\n  - /a/\n  - /b c.html\n"),
        ("redirect_from: /x/", "redirect_from: /a/\n", "redirect_from:\n  - /a/\n  - /b c.html\n"),
        ("redirect_from: '/x/'", "redirect_from: '/a/'\n", "redirect_from:\n  - /a/\n  - /b c.html\n"),
        ("redirect_from:\n- '/x/'", "redirect_from:\n- '/a/'\n", "redirect_from:\n- '/a/'\n- '/b c.html'\n"),
        ('redirect_from:  ["/x/"]', 'redirect_from:  ["/a/"]\n', 'redirect_from:  ["/a/", "/b c.html"]\n'),
        ("redirect_from: [/x/, /y/]", "redirect_from: [/a/]\n", "redirect_from: [/a/, /b c.html]\n"),
    ],
)
def test_addresses_are_no_words_and_stand_as_in_the_sample(sample: str, one: str, two: str) -> None:
    form = FrontMatterForm.of(f"---\n{sample}\n---\n")
    assert one in form.write({"title": "T", "redirect_from": ("/a/",)})
    assert two in form.write({"title": "T", "redirect_from": ("/a/", "/b c.html")})
    hard = ("/#a: b", "/潮/'\"", "/x, y]", "/- z\n")
    assert yaml.safe_load(form.write({"redirect_from": hard}).split("---\n")[1])["redirect_from"] == list(hard)
