"""Authors, descriptions and tags: what a layout shows around no name is nobody's, and what the home page says too is the site's."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.items import Exchange, Rejection
from crawler.learn.learn import learn
from crawler.learn.site_toml.toml import read, write
from crawler.markup.byline import label, says_something, writer
from crawler.markup.elements import elements
from crawler.markup.shown import shown_by
from crawler.sites.learned.site import LearnedSite
from tests.learn.made import MadeSite, site

if TYPE_CHECKING:
    from crawler.learn.learned import Learned

NAMES = ("Ann Lee", "Ole von Berg", "林 小 明")


def with_byline(
    shown: str, names: tuple[str, ...], *, head: str = "", home_head: str = "", marked: str = "p-author"
) -> tuple[MadeSite, dict[str, str]]:
    """A site whose posts show an author behind their titles, ``{name}`` in ``shown``; and the author of each by its address."""
    made = site(feed="whole", head=head)
    authors = {}
    for number, post in enumerate(made.posts):
        name = names[number % len(names)]
        authors[made.url(post.path)] = name
        told = f'<span class="{marked}">\n  {shown.format(name=name)}\n</span></header>'.encode()
        made.answers[number] = made.answers[number]._replace(
            body=made.answers[number].body.replace(b'</header>\n<div class="post-content', told + b'\n<div class="post-content')
        )
        assert told in made.answers[number].body
    made.answers = [
        one._replace(body=one.body.replace(b"</head>", f"{home_head}</head>".encode())) if one.url == made.home else one
        for one in made.answers
    ]
    return made, authors


def given_back(made: MadeSite, learned: Learned, key: str) -> dict[str, str]:
    """What the front matter of each post has under a key, by the post's address."""
    built = LearnedSite.of(replace(learned, source="html"))
    found = {}
    for post in made.posts:
        answer = next(one for one in made.answers if one.url == made.url(post.path))
        parsed = built.parse_page(answer)
        assert not isinstance(parsed, Rejection), parsed
        front = built.build_post(parsed).content.split("---\n")[1]
        lines = [line for line in front.splitlines() if line.startswith(f"{key}: ")]
        found[answer.url] = lines[0].partition(": ")[2] if lines else ""
    return found


@pytest.mark.parametrize("shown", ["by {name}.", "Posted by {name}", "— {name}", "Author: {name}", "von {name}."])
def test_words_of_a_layout_around_no_name_are_no_author(shown: str) -> None:
    made, _ = with_byline(shown, ("",))
    learned = learn("blog", made.home, made.answers)
    assert {author for layout in learned.layouts for author in layout.author} == set()
    told = [replace(layout, author=(".p-author",)) for layout in learned.layouts]  # as an older site.toml has it
    assert set(given_back(made, replace(learned, layouts=tuple(told)), "author").values()) == {""}


@pytest.mark.parametrize("shown", ["by {name}.", "Posted by {name}", "— {name}", "{name}", "作者：{name}"])
def test_a_name_is_without_the_words_around_it_and_only_where_there_is_one(shown: str) -> None:
    made, authors = with_byline(shown, (*NAMES, ""))
    learned = learn("blog", made.home, made.answers)
    if shown == "{name}":  # nothing at all is shown of the fourth
        made, authors = with_byline(shown, NAMES)
        learned = learn("blog", made.home, made.answers)
    assert given_back(made, learned, "author") == authors


@pytest.mark.parametrize("shown", ["Posted by {name}", "Author: {name}", "by {name}"])
def test_a_text_that_says_who_wrote_a_post_needs_no_class_that_does(shown: str) -> None:
    """It is what ``by`` alone does not say: that may be of a picture."""
    made, authors = with_byline(shown, NAMES, marked="stamp")
    says = shown != "by {name}"
    assert given_back(made, learn("blog", made.home, made.answers), "author") == {
        url: name if says else "" for url, name in authors.items()
    }


def test_what_the_home_page_says_too_is_the_sites_and_no_posts() -> None:
    head = '<meta name="author" content="Ann Lee"><meta name="description" content="{post.author}">'
    made, authors = with_byline("{name}", ("Ann Lee",), head=head)
    texts = {
        post.path: f"What number {number} says" if number % 4 else "Notes of a harbour"
        for number, post in enumerate(made.posts)
    }
    for number, post in enumerate(made.posts):
        body = made.answers[number].body.replace(
            b'"description" content=""', f'"description" content="{texts[post.path]}"'.encode()
        )
        made.answers[number] = made.answers[number]._replace(body=body)
    alone = learn("blog", made.home, made.answers)
    assert alone.site_wide == {}
    assert given_back(made, alone, "author") == authors
    home = b'<meta name="author" content="Ann Lee"><meta name="description" content="Notes of a harbour"></head>'
    made.answers = [
        one._replace(body=one.body.replace(b"</head>", home)) if one.url == made.home else one for one in made.answers
    ]
    learned = read(write(learn("blog", made.home, made.answers)))
    assert learned.site_wide == {"author": "Ann Lee", "description": "Notes of a harbour"}
    assert set(given_back(made, learned, "author").values()) == {""}
    told = given_back(made, learned, "description")
    assert all(told[made.url(path)] == ("" if text.startswith("Notes") else text) for path, text in texts.items())
    assert "author: Ann Lee\n" in LearnedSite.of(learned).jekyll.config
    sample = replace(learned, front_matter="---\ntitle: x\nauthor: Ann Lee\n---\n")
    assert given_back(made, sample, "author") == authors
    of_another = replace(learned, front_matter="---\ntitle: x\nauthor: Bob\n---\n")
    assert set(given_back(made, of_another, "author").values()) == {""}


@pytest.mark.parametrize("shown", ["#{tag}", "{tag},", "· {tag}", "{tag}"])
def test_tags_are_without_the_marks_of_a_layout(shown: str) -> None:
    made = site(feed="few")
    for number, post in enumerate(made.posts):
        body = made.answers[number].body
        for tag in post.tags:
            body = body.replace(f'/">{tag}</a></li>'.encode(), f'/">{shown.format(tag=tag)}</a></li>'.encode())
        made.answers[number] = Exchange(made.answers[number].url, 200, body, made.answers[number].capture)
    learned = learn("blog", made.home, made.answers)
    built = LearnedSite.of(replace(learned, source="html"))
    for number, post in enumerate(made.posts):
        parsed = built.parse_page(made.answers[number])
        assert not isinstance(parsed, Rejection)
        assert sorted(built.build_post(parsed).tags) == sorted(post.tags)


@given(st.text())
def test_a_name_is_part_of_what_is_shown_and_stays_itself(text: str) -> None:
    name, tag = writer(text), label(text)
    assert name in text
    assert tag in text
    assert not tag or says_something(tag)
    assert not name or any(one.isalpha() for one in name)


@pytest.mark.parametrize("shown", ["Google+", "Ann Lee"])
@pytest.mark.parametrize("at_home", [0, 1, 2])
def test_a_link_of_the_sites_own_author_is_no_posts_author(shown: str, at_home: int) -> None:
    link = f'<a rel="author" href="https://plus.example/112?rel=author">{shown}</a>'.encode()
    made = site(feed="")
    made.answers = [
        one._replace(body=one.body.replace(b"</nav>", b"</nav>" + link * (at_home if one.url == made.home else 1), 1))
        for one in made.answers
    ]
    learned = learn("blog", made.home, made.answers)
    is_told = shown == "Ann Lee" and at_home != 1
    assert set(given_back(made, learned, "author").values()) == {"Ann Lee" if is_told else ""}


def test_what_a_layout_says_beside_nearly_all_posts_is_no_author_and_comments_are_no_text() -> None:
    made = site(feed="", count=40)
    box = (
        b'<div class="author__box"><button>Follow</button><ul><!--\n<li><a href="https://a.example/">'
        b"Some link</a></li>\n--></ul></div><footer"
    )
    made.answers = [
        one if number in (3, 30) else one._replace(body=one.body.replace(b"<footer", box, 1))
        for number, one in enumerate(made.answers)
    ]
    learned = learn("blog", made.home, made.answers)
    assert set(given_back(made, learned, "author").values()) == {""}
    body = b"<p>Ann <!-- <b>no -->Lee<!-- never"
    element = elements(body, "p")[0]
    assert shown_by(body, element)[0] == "Ann Lee"
