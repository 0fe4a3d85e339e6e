from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING

import pytest

from crawler.items import Exchange
from crawler.learn.decorations.blocks import blocks
from crawler.learn.decorations.headings import heading_anchors
from crawler.learn.finding.days import days_beside
from crawler.learn.finding.look_alikes import warnings_of
from crawler.learn.finding.name_lists import ids_in
from crawler.learn.finding.posts import posts_of
from crawler.learn.layouts.anchors import seen
from crawler.learn.layouts.content import between, content_of
from crawler.learn.layouts.edges import without_edges
from crawler.learn.layouts.layouts import places_of
from crawler.learn.layouts.toc import toc_at
from crawler.learn.learn import learn
from crawler.learn.pages import Captured
from crawler.markup.elements import elements, first_element
from tests.learn.made import site
from tests.linear.pages import ENTRY, HOME, STOCK
from tests.linear.seeds import SEEDS, hostile
from tests.linear.test_linear import within_limits
from tests.linear.test_steps import steps

if TYPE_CHECKING:
    from collections.abc import Callable

#: What opens or closes something in a page, and what the parts of this room look for.
SEEDS_OF_PAGES = (
    "<div>", "</div>", '<div class="a">', "<p>a</p>", "<p>", "</p>", "a ", "<b ", "<!-- ", "<!--a-->", "<title>", "<script>", "<select>",
    "<nav></nav>", "<select></select> ", "</footer>", "<body ", '<a class="tag" href="/tags/a/">a</a> ', "<time>2020-01-01</time>", "T ",
    "<article>", '<meta name="a', '<script type="application/ld+json">', "_posts/2020-01-01-a", "{{*}}", "2022 1 ", "</html>", "<h2 id=a>",
    '<nav class="toc"><a href="#a">a</a> ', '<ul id="toc"><li><a href="#a">a</a>', '<div class="toc"><div class="toc"></div>', '<a id="a" href="#a">a</a>',
    '<h2 id="a">a', '<h2 id="a"><a href="#a">', '<h2 id="a"><a href="#a">b</a> ', '<div class="a highlighter-rouge">', '<img src="a" ', ' src="a"',
    '<div class="w"><table>\n<tbody>', "<blockquote><div>\n<p>", "</div></blockquote>", '<li class="task-list-item"><i a>', '<img data-src="a" ',
    '<meta property="og:image" content="/a">', '<img src="/a">', "<p class=a ", "\n  \n  <p class=a>",
)  # fmt: skip


def reader(part: str) -> Callable[[str], object]:
    """Learn a site of three posts, each of which has a hostile part of its own."""

    def read(text: str) -> object:
        answers = [Exchange(HOME + "feed.xml", 200, (ENTRY % text.replace("<", "&lt;").replace("&", "&amp;")).encode())]
        for number in range(1, 4):
            page = STOCK % ({"title": f"T{number}", "body": f"<p>a{number}</p>", "tag": ""} | {part: f"{text}{number}"})
            answers.append(Exchange(f"{HOME}2022/03/0{number}/a.html", 200, page.encode()))
        return learn("blog", HOME, answers)

    return read


#: The least text whose steps are counted; it is doubled at least twice, and up to four times.
LEAST = 500
PARTS = ("title", "body", "tag")


def grown(reading: Callable[[str], object], seed: str) -> list[int]:
    """The steps for the text and its doubles if each doubling adds more than twice what the one before it added; none otherwise.

    Of a linear reader it adds twice as much, of a quadratic one four times. Where a limit is reached between two sizes it adds
    more, or less, once: then the text is doubled again.
    """
    length = len(seed.encode())
    times = LEAST // length
    counted = [steps(reading, hostile(seed, times * length * more)) for more in (1, 2)]
    for more in (4, 8, 16):
        counted.append(steps(reading, hostile(seed, times * length * more)))
        one, two, four = counted[-3:]
        if four - two <= 2.2 * (two - one) + 2_000:
            return []
    return counted


@pytest.mark.parametrize("part", PARTS)
def test_steps_grow_with_the_pages_and_not_with_their_square(part: str) -> None:
    reading = reader(part)
    reading("x")
    assert not {seed: counted for seed in SEEDS_OF_PAGES if (counted := grown(reading, seed))}


def test_a_quadratic_part_of_learning_is_found() -> None:
    """One with a step for every four bytes and all that are before them, among the many steps that learning takes."""
    learns = reader("body")

    def quadratic(text: str) -> None:
        learns(text)
        for start in range(0, len(text), 4):
            for _ in range(0, start, 4):
                pass

    learns("x")
    assert grown(quadratic, "<b ")


@pytest.mark.parametrize("part", PARTS)
def test_no_page_takes_more_time_than_a_linear_reader(part: str) -> None:
    reader(part)("x")
    others = SEEDS[PARTS.index(part) :: 24]  # in each part other ones: those of readers have a room of their own
    assert not within_limits(reader(part), tuple(dict.fromkeys((*others, *SEEDS_OF_PAGES))), 20_000, limit=6)


def test_addresses_take_no_more_time_either() -> None:
    def read(text: str) -> object:
        return learn("blog", HOME, [Exchange(f"{HOME}{text[:3000]}", 200, b"<html><p>a</p>")])

    assert not within_limits(read, (*SEEDS_OF_PAGES, "/a", "2020/", "a-", "%41", "index.html/"), 3_000)


def test_many_pages_take_as_much_longer_as_they_are_more() -> None:
    def read(count: int) -> int:
        pages = [
            STOCK % {"title": f"T{number}", "body": f"<p>{number} {'a ' * (number % 7)}</p>", "tag": ""}
            for number in range(count)
        ]
        answers = [Exchange(f"{HOME}2022/03/01/{number}.html", 200, page.encode()) for number, page in enumerate(pages)]
        return steps(lambda _: learn("blog", HOME, answers), "")

    few, many = read(100), read(400)
    assert many < 5 * few


def test_pages_beside_posts_take_as_much_longer_as_they_are_more() -> None:
    """Pages with the layout of posts that are none: whether one has it is no question of how many posts there are."""

    def read(count: int) -> int:
        pages = [(f"{folder}/{number}.html", number) for folder in ("2022/03/01", "docs") for number in range(count)]
        texts = [(path, STOCK % {"title": f"T{number}", "body": f"<p>{number}</p>", "tag": ""}) for path, number in pages]
        captured = Captured.read(HOME, [Exchange(HOME + path, 200, text.encode()) for path, text in texts])
        posts = posts_of(captured)
        places = places_of(captured, posts)
        assert len(posts.days) == count
        return steps(lambda _: warnings_of(captured, posts.days.keys(), places), "")

    read(10)  # what is made once
    few, many = read(50), read(200)
    assert many < 5 * few


def test_the_links_of_a_page_are_taken_out_of_it_once() -> None:
    made = site(count=60)
    captured = Captured.read(made.home, made.answers)
    home = captured.pages[""]
    first, second = (steps(lambda _: captured.leads_to(home), "") for _ in range(2))
    assert len(captured.leads_to(home)) > 20
    assert second * 50 < first


def test_most_posts_are_not_read_again_for_what_few_have() -> None:
    """A table of contents, a form or a list of tags at the end of a content; for a title no more than what is before it."""
    body = (STOCK % {"title": "T", "body": f'<p class="a">{"<b>a</b> " * 200}<a href="#b">b</a></p>', "tag": ""}).encode()
    span = body.index(b'<p class="a">'), body.index(b"</div></article>")
    assert steps(lambda _: without_edges(body, span), "") < 50
    assert steps(lambda _: toc_at(body, span[0]), "") < 50
    assert steps(lambda _: first_element(body, "h1.p-name"), "") < 500 < steps(lambda _: elements(body, "h1.p-name"), "")


def test_long_pages_are_not_unpacked_all_at_once() -> None:
    """Packed, they take little of the memory that a run has."""
    answers = []
    for number in range(60):
        page = STOCK % {"title": f"T{number}", "body": f"<p>{number}</p>", "tag": "\n  " * 200_000}
        answers.append(Exchange(f"{HOME}2022/03/01/{number}.html", 200, page.encode()))
    learn("blog", HOME, answers[:8])
    tracemalloc.start()
    try:
        learn("blog", HOME, answers)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 45 * len(answers[0].body)


def test_white_space_of_megabytes_is_passed_over_when_ids_are_looked_for() -> None:
    """Loops of Liquid over all pages of a site leave hundreds of kilobytes of it in each page."""

    def read(text: str) -> None:
        body = text.encode() + b'<p id="sea">'
        for _ in range(20):
            assert ids_in(body) == {"sea"}

    assert not within_limits(read, ("\n  ",), 20_000_000, limit=1)


def test_many_links_to_one_post_behind_one_day_are_no_more_work_each() -> None:
    """How many elements are around the day and a link is not counted tag by tag for each link anew."""

    def read(text: str) -> None:
        page = f"<html><body>2022-03-01 {text}</body></html>"
        captured = Captured.read(HOME, [Exchange(f"{HOME}blog/", 200, page.encode())])
        assert days_beside(captured, ["a.html"]) == {"a.html": "2022-03-01"}

    read('<a href="/a.html">a</a>')
    assert not within_limits(read, (f'{"<b></b>" * 250}<a href="/a.html">a</a>',), 2_000_000)


def test_white_space_behind_the_last_tag_of_a_list_is_passed_over() -> None:
    start = '<a class="tag" href="{{*}}">{{*}}</a>'

    def read(text: str) -> None:
        page = f'<a class="tag" href="/a/">a</a>{text}c</div>'.encode()
        assert between(page, start.encode(), b"</div>") is not None

    assert not within_limits(read, (" ", "\n  "), 1_000_000)


@pytest.mark.parametrize("end", ["", ">"])
def test_a_tag_with_very_many_attributes_is_read_once(end: str) -> None:
    def read(text: str) -> None:
        heading_anchors([f"<h2{text}{end}"])
        blocks([f"<div {text}{end}"])

    assert not within_limits(read, (' id="a"', ' highlighter-rouge"'), 200_000)


def test_a_form_that_is_never_closed_is_put_together_once() -> None:
    def read(text: str) -> None:
        assert len(seen(f"<body><p>a</p><select>{text}".encode())) == 4

    assert not within_limits(read, (f"<option>{'a' * 2_000}",), 8_000_000)


def test_a_page_with_very_many_tags_is_searched_but_not_looked_at_closely() -> None:
    made = site(count=8)
    post = made.posts[2]
    large = post.content + "<b>a</b>" * 20_000
    made.answers = [answer._replace(body=answer.body.replace(post.content.encode(), large.encode())) for answer in made.answers]
    page = next(answer.body for answer in made.answers if answer.url == made.url(post.path))
    assert steps(lambda _: learn("blog", made.home, made.answers), "") < 2_000_000
    found = content_of(page, learn("blog", made.home, made.answers).layouts)
    assert found is not None
    assert page[found[1] : found[2]].decode() == large
