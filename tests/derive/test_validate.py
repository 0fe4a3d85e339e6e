from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.derive.validate import problem
from crawler.items import Post


def post(front: str, title: str = "It's", categories: tuple[str, ...] = (), tags: tuple[str, ...] = (), **more: str) -> Post:
    return Post(
        id="2024-05-11-tide",
        site="shore",
        url="https://blog.example/2024/05/11/tide.html",
        share_url=None,
        filename=more.get("filename", "2024-05-11-tide.html"),
        content=f"---\n{front}\n---\n<p>x</p>\n",
        title=title,
        date=datetime(2024, 5, 11, tzinfo=UTC),
        categories=list(categories),
        tags=list(tags),
        source=None,
        edition="stock",
        body_from="page",
        fidelity="rendered",
    )


@pytest.mark.parametrize("title", ["title: It's", "title: 'It''s'", 'title: "It\'s"', "title:   It's  # so", "layout: post"])
def test_any_quotes_or_no_title_at_all(title: str) -> None:
    assert problem(post(title)) is None


@pytest.mark.parametrize(
    ("front", "names"),
    [
        ("", ()),
        ("tags:", ()),
        ("tags: []", ()),
        ("tags: ''", ()),
        ("tags: a b", ("a", "b")),
        ("tags: [a, 'b c']", ("a", "b c")),
        ('tags:\n- a\n- "b: c"', ("a", "b: c")),
        ('tags:\n  - "no"\n  - "2022"', ("no", "2022")),
        ("tag: a b", ("a b",)),
        ("tags: [a, a]", ("a", "a")),
        ("tags: [a, a]", ("a",)),
        ("tags: [[a], [b]]", ("a", "b")),
    ],
)
def test_lists_in_any_form(front: str, names: tuple[str, ...]) -> None:
    assert problem(post(f"title: It's\n{front}", tags=names)) is None
    swapped = front.replace("tags", "categories").replace("tag:", "category:")
    assert problem(post(f"title: It's\n{swapped}", categories=names)) is None


@pytest.mark.parametrize(
    ("front", "told"),
    [
        ("title: Its\ntags: [a]", "the front matter's title is not the page's"),
        ("title: It's", "the front matter's tags are not the page's"),
        ("title: It's\ntags: [A]", "the front matter's tags are not the page's"),
        ("title: It's\ntags: [a, b]", "the front matter's tags are not the page's"),
        ("title: It's\ntags: [a]\ncategories: x", "the front matter's categories are not the page's"),
        ("title: It's\ntags: [a", "the front matter is no YAML: "),
        ("title: [It's", "the front matter is no YAML: "),
        ("- x", "the front matter's tags are not the page's"),
    ],
)
def test_what_does_not_match_is_told(front: str, told: str) -> None:
    found = problem(post(front, tags=("a",)))
    assert found is not None
    assert found.startswith(told)


@pytest.mark.parametrize(
    "name", ["2024-05-11-.html", "tide.html", "2024-05-11-a/b.html", "2024-05-11-a\0.html", "2024-05-11-" + "ü" * 130 + ".md"]
)
def test_a_name_that_is_not_safe(name: str) -> None:
    found = problem(post("title: It's", filename=name))
    assert found is not None
    assert "no safe name" in found
