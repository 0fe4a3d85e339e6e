from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from itemadapter import ItemAdapter
from w3lib.url import safe_url_string

from crawler.archive.files import PostFiles
from crawler.derive import validate
from crawler.derive.normalise import normalise
from crawler.derive.validate import problem
from crawler.items import Post

CONTENT = '---\nlayout: post\ntitle: "T"\ndate: 2022-03-01 08:34:23 +0800\ncategories: a b\ntags: x\n---\nbody'


def post(**changes: object) -> Post:
    fields: dict[str, object] = {
        "id": "NW1",
        "site": "s",
        "url": "https://s/a b/2022/03/01/NW1.html",
        "share_url": None,
        "filename": "2022-03-01-NW1.md",
        "content": CONTENT,
        "title": "T",
        "date": datetime(2022, 3, 1, tzinfo=UTC),
        "categories": ["a", "b"],
        "tags": ["x"],
        "source": " M ",
        "edition": "e",
        "body_from": "page",
        "fidelity": "rendered",
        "assumed": ["date.zone", "date.zone"],
    }
    return Post(**(fields | changes))  # type: ignore[arg-type]


def test_a_good_post_passes() -> None:
    assert problem(post()) is None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"filename": "2022-03-01-../../etc/passwd.md"}, "no safe name"),
        ({"filename": "2022-03-01-a/b.md"}, "no safe name"),
        ({"filename": "2022-03-01-.md"}, "no safe name"),
        ({"filename": "2022-03-01-" + "x" * 300 + ".md"}, "no safe name"),
        ({"filename": "2022-03-01-" + "新" * 90 + ".md"}, "no safe name"),
        ({"filename": "2022-03-01-a\\b.md"}, "no safe name"),
        ({"filename": "2022-03-01-a.txt"}, "no safe name"),
        ({"content": CONTENT.replace("a b", "[a b]")}, "categories are not the page's"),
        ({"content": "no front matter"}, "no front matter"),
        ({"content": '---\ntitle: "a" b\n---\n'}, "no YAML"),
        ({"title": "U"}, "title is not the page's"),
        ({"tags": ["y"]}, "tags are not the page's"),
        ({"categories": ["a"]}, "categories are not the page's"),
        ({"content": "---\ntitle: !!python/object/apply:os.system [true]\n---\n"}, "title is not the page's"),
    ],
)
def test_a_bad_one_is_named(changes: dict[str, object], reason: str) -> None:
    assert reason in str(problem(post(**changes)))


@pytest.mark.parametrize(
    "changes",
    [
        *({"filename": f"2022-03-01-{name}"} for name in ("a.markdown", "a.html", ".net, c++ & 100%.md", "新闻.md")),
        {"content": "---\ntitle: T\ncategories: [a, b]\ntags:\n- x\n---\n"},
        {
            "content": "---\r\ntitle: T\r\ncategories: [New York]\r\ntag: x y\r\n---\r\n",
            "categories": ["New York"],
            "tags": ["x y"],
        },
        {"content": "---\ntitle: T\ncategory: a b\ntags: [[x], y z]\n---\n", "categories": ["a b"], "tags": ["x", "y z"]},
        {"content": "---\n---\nBody", "categories": [], "tags": []},
        {"content": "---\ntitle: T\ncategories:\ntags:\n---", "categories": [], "tags": []},
    ],
)
def test_what_any_jekyll_site_has_passes(changes: dict[str, object]) -> None:
    assert problem(post(**changes)) is None


def test_normalised_in_place_and_only_once() -> None:
    item = post(share_url="http://x/ y")
    normalise(item)
    once = ItemAdapter(item).asdict()
    assert (item.url, item.share_url) == ("https://s/a%20b/2022/03/01/NW1.html", "http://x/%20y")
    assert (item.assumed, item.source) == (["date.zone"], "M")
    normalise(item)
    assert ItemAdapter(item).asdict() == once


@pytest.mark.parametrize(
    ("layout", "path"),
    [
        ("{year}/{month}/{day}", "_posts/2022/03/01/2022-03-01-NW1.md"),
        ("", "_posts/2022-03-01-NW1.md"),
        ("{year}", "_posts/2022/2022-03-01-NW1.md"),
    ],
)
def test_layouts(tmp_path: Path, layout: str, path: str) -> None:
    files, item = PostFiles(tmp_path, layout), post()
    files.write(files.path_of(item.filename), item.content)
    assert [str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*") if p.is_file()] == [path]
    assert (tmp_path / path).read_bytes() == CONTENT.encode()


@pytest.mark.parametrize("layout", ["../{year}", "{year}/../.."])
def test_a_layout_that_leads_out_is_refused(tmp_path: Path, layout: str) -> None:
    with pytest.raises(ValueError, match="POSTS_LAYOUT"):
        PostFiles(tmp_path, layout)


@given(st.text(max_size=40))
def test_no_id_gets_out_of_the_archive(post_id: str) -> None:
    name = f"2022-03-01-{post_id}.md"
    if problem(post(filename=name)) is None:
        path = Path("/archive") / PostFiles(Path("/archive"), "{year}").path_of(name)
        assert path.parent == Path("/archive/_posts/2022")


@given(
    st.text('ab:#"\\\u2028\x85 \u3000新\ufeff{}[]!&*?|>%@`', max_size=8),
    st.text("ab (:)#*!?-新,", min_size=1, max_size=8),
    st.sampled_from(["2022-03-01 08:34:23 +0800", "2022-03-01 00:34:23", "x"]),
)
def test_what_is_plain_is_read_as_yaml_reads_it(title: str, names: str, date: str) -> None:
    """Most front matter is not given to YAML at all: that must make no difference."""
    content = f'---\nlayout: post\ntitle: "{title}"\ndate: {date}\ncategories: {names}\ntags: {names}\n---\nbody'
    plain = validate._PLAIN.match(content)
    if plain is None:
        return
    fields = yaml.load(content.split("---\n")[1], Loader=yaml.CBaseLoader)
    assert fields["title"] == plain["title"]
    assert fields["categories"].split() == plain["categories"].split() == plain["tags"].split()


@example("http://0/?")
@given(st.from_regex(r"https?://[a-z0-9.-]{1,9}(:[0-9]{1,4})?/[\w/.?=&%#é-]{0,12}", fullmatch=True))
def test_an_address_that_is_safe_is_not_made_safe_again(url: str) -> None:
    item = post(url=url)
    try:
        expected = safe_url_string(url)
    except ValueError:
        return
    normalise(item)
    assert item.url == expected
