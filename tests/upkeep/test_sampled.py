"""What source posts that a person has tell of a learned site besides the spelling of bodies: keys, constants, times and authors."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from crawler.learn.learned import Layout, Learned
from crawler.learn.site_toml.toml import read, write
from crawler.markup.source.sample import FrontMatterForm
from crawler.reconstruct import Habits, available, told_near
from crawler.reconstruct.near import contested
from crawler.sites.learned.site import LearnedSite
from crawler.upkeep.learning import read_samples
from crawler.upkeep.sampled import with_samples

if TYPE_CHECKING:
    from pathlib import Path

LEARNED = Learned("blog", "https://a.example/", layouts=(Layout("post", "<main>", "</main>"),), source="html")
PAGE = "<title>A</title><h2>Of boats &amp; nets</h2><main><p>x</p></main>"


def sample(author: str, body: str, *, more: str = "") -> str:
    return f"---\nlayout: post\ntitle: A\nauthor: {author}\ncomments: true\nmood: calm\n{more}---\n\n{body.rstrip()}\n"


def learned(samples: dict[str, str]) -> Learned:
    return with_samples(LEARNED, samples, lambda names: iter([("2020-01-01-a", PAGE, "<p>x</p>")] if names else []))


def test_keys_that_no_page_shows_are_named():
    found = learned({"2020-01-01-a.md": sample("Ann", "x", more="subtitle: Of boats & nets\n")})
    assert (found.missing, found.constants) == (("comments", "mood", "subtitle"), ())
    told = "1 source post had these keys, and posts come back without them; no page shows comments, mood"
    assert found.evidence["missing"] == told


def test_a_line_that_all_samples_have_is_one_of_every_post():
    found = learned({"2020-01-01-a.md": sample("Ann", "x"), "2021-01-01-b.md": sample("Bob", "y", more="mode: 1\n")})
    assert (found.constants, found.missing) == (("comments", "mood"), ("mode",))
    written = LearnedSite.of(found).sample.write({"title": "B", "author": "Ann"})
    assert written == "---\nlayout: post\ntitle: B\nauthor: Ann\ncomments: true\nmood: calm\n---\n"


def test_only_a_value_in_one_line_is_a_constant():
    more = "blurb: >\n  Words\nlong: one\n  two\nlinks:\n  - a\nmap: {a: 1}\nempty:\nnone: # none\n"
    samples = {f"202{n}-01-01-a.md": sample("Ann", "x", more=more) for n in range(2)}
    assert learned(samples).constants == ("comments", "mood")


def test_what_a_page_tells_goes_before_a_constant():
    form = FrontMatterForm.of("---\ntitle: A\nimage: x.png\n---\n", constants=("image",))
    assert form.write({"title": "B", "image": "y.png"}) == "---\ntitle: B\nimage: y.png\n---\n"


def test_without_samples_nothing_of_it_is_said():
    found = learned({})
    assert (found.missing, found.constants, found.near, found.liquid) == ((), (), {}, {})


SAMPLES = {
    "2011-03-01-a.md": ("Ann", "- one\n- two\n\n__Strong__\n"),
    "2015-03-01-b.md": ("Bob", "* one\n* two\n"),
    "2019-03-01-c.md": ("Ann", "+ one\n\n**strong**\n\nTwo\n\n***\n"),
}


@pytest.mark.parametrize(
    ("author", "day", "bullet", "strong"),
    [
        ("Ann", "2011-01-01-x", "-", "__"),
        ("Ann", "2010-01-01-x", "-", "**"),
        ("Ann", "2015-03-02-x", "+", "**"),
        ("bob", "2011-03-01-x", "*", "__"),
        ("", "2016-01-01-x", "*", "**"),
        ("Somebody", "2018-01-01-x", "+", "**"),
        ("Ann", "", "-", "**"),
    ],
)
def test_habits_are_those_of_the_author_then_of_the_time(author: str, day: str, bullet: str, strong: str):
    found = told_near(contested(SAMPLES), author, day)
    assert (found["bullet"], found["strong"]) == (bullet, strong)
    assert "rule" not in found  # the only sample that tells it decides for all


def test_samples_that_agree_leave_nothing_to_decide():
    assert contested({"2011-01-01-a.md": ("Ann", "- one"), "2012-01-01-b.md": ("Bob", "- two")}) == {}


@pytest.mark.parametrize(
    ("body", "name", "days"),
    [
        ("__one__\n", "strong", 93),
        ("One\n---\n", "setext", 93),
        ("*   one\n", "list_gap", 372),
        ("1.  one\n", "number_gap", 372),
        (" 1. one\n", "number_lead", 372),
        ("> a\n> \n> b\n", "quote_blank", 744),
        ("_one_\n", "emphasis", 1488),
        ("~~~\na\n~~~\n", "fence", 1488),
    ],
)
def test_what_few_sites_have_throughout_goes_for_the_time_of_the_only_sample_that_tells_it(body: str, name: str, days: int):
    """Most posts of another time have the commonest spelling: the sample would make more of them worse than better."""
    found, default = learned({"2015-01-01-a.md": sample("Ann", body)}), getattr(Habits(), name)
    assert found.habits[name] == default
    ahead = {day: told_near(found.near, "Ann", day).get(name, default) != default for day in _days(days)}
    assert list(ahead.values()) == [True, False]


def _days(reach: int) -> list[str]:
    """A post of the last days that a sample of the first day of 2015 reaches, and one of the month after that."""
    days = (reach - 31, reach + 31)
    return [f"{2015 + day // 372}-{day % 372 // 31 + 1:02}-01-x" for day in days]


@pytest.mark.parametrize("body", ["__one__\n", "One\n---\n", "*   one\n", "[a][]\n\n[a]: /a\n", "One\n\n{% include a.md %}\n"])
def test_two_samples_that_tell_the_same_tell_it_of_all_posts(body: str):
    one, two = (learned({f"201{n}-01-01-a.md": sample("Ann", body) for n in range(count)}) for count in (1, 2))
    name = next(name for name in ("strong", "setext", "list_gap", "links", "ending") if two.habits[name] != one.habits[name])
    assert one.habits[name] == getattr(Habits(), name)
    assert two.near == {}


@pytest.mark.parametrize("body", ["[a][]\n\n[a]: /a\n", "[a]\n\n[a]: /a\n", "One\n\n{% include a.md %}\n"])
def test_how_a_single_sample_ends_and_names_its_links_is_its_own(body: str):
    found = learned({"2015-01-01-a.md": sample("Ann", body)})
    assert {"links", "ending"}.isdisjoint(told_near(found.near, "Ann", "2015-01-02-x"))


@pytest.mark.parametrize(
    "body",
    ["- one\n", "  * one\n", "One\n\n    two\n", "<br>\ntwo\n", "[http://a.example](http://a.example)\n", "<img src='a' />\n"],
)
def test_what_whole_sites_have_is_told_of_all_posts_by_one_sample(body: str):
    found = learned({"2015-01-01-a.md": sample("Ann", body)})
    assert found.near == {}
    assert found.habits != learned({"2015-01-01-a.md": sample("Ann", "x")}).habits


def test_posts_are_spelt_as_the_samples_of_their_authors():
    if not available():
        pytest.skip("Ruby and Jekyll are needed: apt install jekyll, or gem install jekyll")
    found = with_samples(
        Learned("blog", "https://a.example/", layouts=LEARNED.layouts),
        {name: sample(*one) for name, one in SAMPLES.items()},
        lambda _: iter(()),
    )
    site = LearnedSite.of(found)
    html = "<ul>\n  <li>one</li>\n</ul>"
    bodies = {author: site.source_body(html, {"author": author, "post": "2013-05-05-x"}).text for author in ("Ann", "Bob")}
    assert bodies == {"Ann": "\n- one\n", "Bob": "\n* one\n"}


def test_addresses_in_an_included_file_are_found_and_a_file_of_them_is_written(tmp_path: Path) -> None:
    if not available():
        pytest.skip("Ruby and Jekyll are needed: apt install jekyll, or gem install jekyll")
    body = "\nThanks to [Ann][], says [it][].\n\n[it]: /it\n\n{% include people.md %}\n"
    page = '<p>Thanks to <a href="https://ann.example/">Ann</a>, says <a href="/it">it</a>.</p>'
    samples = {"2020-01-01-a.md": f"---\ntitle: A\n---\n{body}"}
    found = with_samples(replace(LEARNED, source="markdown"), samples, lambda _: iter([("2020-01-01-a", "", page)]))
    site = LearnedSite.of(found)
    assert site.source_body(page, {"post": "2020-01-01-a"}).text == body
    assert (
        site.source_body('<p><a href="https://ann.example/">Ann</a></p>', {}).text == "\n[Ann][]\n\n{% include people.md %}\n"
    )
    assert site.source_body("<p>x</p>", {}).text == "\nx\n"
    assert site.jekyll.includes == {"people.md": "[Ann]: https://ann.example/\n"}
    assert read(write(found)).included == {"Ann": "https://ann.example/"}
    site.jekyll.write_includes(tmp_path)
    assert (tmp_path / "_includes" / "people.md").read_text("utf-8") == "[Ann]: https://ann.example/\n"


def test_lines_that_recur_are_spelt_as_in_the_sample() -> None:
    if not available():
        pytest.skip("Ruby and Jekyll are needed: apt install jekyll, or gem install jekyll")
    end = "That’s all for now, folks. It’s over."
    pages = [("2020-01-01-a", "", f"<p>One it’s.</p>\n\n<p>{end}</p>"), ("2021-01-01-b", "", f"<p>Two.</p>\n\n<p>{end}</p>")]
    samples = {"2020-01-01-a.md": f"---\ntitle: A\n---\nOne it’s.\n\n{end}\n"}
    found = with_samples(replace(LEARNED, source="markdown"), samples, lambda names: iter(pages[:1] if names else pages))
    assert found.lines == {end.replace("’", "'"): end}
    assert LearnedSite.of(found).source_body(pages[1][2], {}).text == f"Two.\n\n{end}\n"


@pytest.mark.parametrize(("home", "base"), [("https://a.example/", "{{ site.baseurl }}"), ("https://a.example/notes/", "")])
def test_a_base_that_post_url_has_itself_is_not_written_twice(home: str, base: str) -> None:
    if not available():
        pytest.skip("Ruby and Jekyll are needed: apt install jekyll, or gem install jekyll")
    habits = {"post_url": "{{ site.baseurl }}{post}"}
    site = LearnedSite.of(replace(LEARNED, home=home, source="markdown", permalink="date", habits=habits))
    path = home.removeprefix("https://a.example")
    text = site.source_body(f'<p><a href="{path}2020/01/02/b.html">b</a></p>', {}).text
    assert text.lstrip("\n") == f"[b]({base}{{% post_url 2020-01-02-b %}})\n"


def test_samples_of_one_name_in_several_folders_are_all_kept(tmp_path: Path) -> None:
    """As categories by folders make them; the same file twice is one."""
    paths = []
    for folder in ("_posts", "sea/_posts", "land/_posts", "sea", "copy/_posts"):
        paths.append(tmp_path / folder / "2024-05-11-x.md")
        paths[-1].parent.mkdir(parents=True, exist_ok=True)
        paths[-1].write_text(f"---\ntitle: {'_posts' if folder == 'copy/_posts' else folder}\n---\n")
    found = read_samples(map(str, [*paths, paths[0]]))
    assert list(found) == ["2024-05-11-x.md", "2024-05-11-sea-x.md", "2024-05-11-land-x.md", "2024-05-11-x-4.md"]
    assert "title: land/_posts" in found["2024-05-11-land-x.md"]


def test_files_of_markdown_end_as_most_samples_do():
    names = ("2020-01-01-a.markdown", "2021-01-01-b.markdown", "2022-01-01-c.md", "2023-01-01-d.html")
    assert learned({name: sample("Ann", "x") for name in names}).habits["extension"] == ".markdown"
    assert learned({names[3]: sample("Ann", "x")}).habits["extension"] == ".md"
