"""Contents that no feed has come back whole where each post has something once: a rule, a heading, the end of an excerpt."""

from __future__ import annotations

from random import Random

import pytest

from crawler.learn.layouts.differing import contents
from crawler.learn.layouts.marked import Shows
from tests.learn.made import WORDS

_PAGE = (
    "<!DOCTYPE html><html><head><title>{title} - Shore</title></head><body>{body}"
    '<div class="foot"><p>Written at home, about the sea.</p></div></body></html>'
)
LAYOUTS = {
    "marked": '<header><a href="/">Shore</a></header><article><h1>{title}</h1><p class="meta">{day}</p>'
    '<div class="post-content">\n{content}\n</div></article>',
    "nothing around": '<div id="head"><a href="/">Shore</a></div>\n<h1>{title}</h1>\n<p>{day} by Ann</p>\n{content}\n',
    "thanks and tags": '<div class="post"><h2>{title}</h2><small>{day}</small>\n{content}\n<p>Thanks for reading! Write to me.</p>'
    "\n<p>Filed under: <b>{tag}</b></p></div>",
    "related": '<div class="post"><h2>{title}</h2><small>{day}</small>\n{content}\n<h3>Others</h3>'
    '<ul><li><a href="/{tag}/">{tag} and what the sea has to do with it</a></li></ul></div>',
}


def _words(rng: Random, count: int) -> str:
    return " ".join(rng.choice(WORDS) for _ in range(count))


def _text(rng: Random) -> str:
    return f"<p>{_words(rng, rng.randint(9, 20))}.</p>"


def _list(rng: Random, name: str) -> str:
    return "\n".join(
        (f"<{name}>", *(f"  <li>{_words(rng, rng.randint(5, 9))}</li>" for _ in range(rng.randint(2, 5))), f"</{name}>")
    )


ONCE = {
    "headings": lambda rng: [
        _text(rng),
        '<h2 id="ingredients">Ingredients</h2>',
        _list(rng, "ul"),
        '<h2 id="directions">Directions</h2>',
        _list(rng, "ol"),
    ],
    "headings without ids": lambda rng: [_text(rng), "<h2>What</h2>", _list(rng, "ul"), "<h2>How</h2>", _text(rng)],
    "bold labels": lambda rng: [_text(rng), "<p><strong>What</strong></p>", _list(rng, "ul"), _text(rng)],
    "the end of an excerpt": lambda rng: [_text(rng), "<!--more-->", _text(rng), _text(rng)],
    "a rule": lambda rng: [_text(rng), _text(rng), "<hr />", _text(rng)],
    "a quote": lambda rng: [_text(rng), f"<blockquote>\n  <p>{_words(rng, 60)}</p>\n</blockquote>", _text(rng)],
    "a word in italics": lambda rng: [_text(rng), f"<p>{_words(rng, 8)} <em>tide</em> {_words(rng, 8)}</p>", _text(rng)],
    "a box": lambda rng: [_text(rng), f'<div class="note"><p>{_words(rng, 9)}</p></div>', _text(rng), _text(rng)],
    "a table": lambda rng: [
        _text(rng),
        f'<table class="wide"><tbody><tr><td>Time</td><td>{_words(rng, 2)}</td></tr></tbody></table>',
        _text(rng),
    ],
    "links elsewhere at the end": lambda rng: [
        _text(rng),
        '<h2 id="music">Music</h2>',
        f'<p><a href="https://songs.example/{_words(rng, 1)}/">{_words(rng, 6)}</a></p>',
    ],
    "a film": lambda rng: [_text(rng), f'<iframe src="https://films.example/{_words(rng, 1)}"></iframe>', _text(rng)],
    "a note at the foot": lambda rng: [
        f'<p>{_words(rng, 9)}<sup id="fnref:1"><a href="#fn:1" class="footnote">1</a></sup></p>',
        _text(rng),
        (
            f'<div class="footnotes" role="doc-endnotes">\n  <ol>\n    <li id="fn:1">\n      <p>{_words(rng, 9)} '
            '<a href="#fnref:1" class="reversefootnote">&#8617;</a></p>\n    </li>\n  </ol>\n</div>'
        ),
    ],
}


@pytest.mark.parametrize("count", [4, 11, 24])
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("once", ONCE)
def test_what_each_content_has_once_is_no_end_of_it(once: str, layout: str, count: int) -> None:
    rng = Random(f"{once} {layout} {count}")
    pages, shows, told = [], [], []
    for number in range(count):
        title, day, content = _words(rng, 3).title(), f"20{10 + number}-03-1{number % 10}", "\n\n".join(ONCE[once](rng))
        inside = LAYOUTS[layout].format(title=title, day=day, content=content, tag=f"{rng.choice(WORDS)} {number}")
        pages.append(_PAGE.format(title=title, body=inside).encode())
        shows.append(Shows("", f"{title} - Shore", day))
        told.append(content.encode())
    found = contents(pages, shows)
    # A few whose blocks are very short may differ: the texts around all others are what is learned.
    same = sum(
        span is not None and page[slice(*span)] == content for page, span, content in zip(pages, found, told, strict=True)
    )
    assert same * 100 >= 90 * count, [page[slice(*span)] for page, span in zip(pages, found, strict=True) if span]


@pytest.mark.parametrize("name", ["p", "blockquote"])
def test_elements_that_nothing_closes_have_an_end(name: str) -> None:
    rng = Random(name)
    several = [f"<{name}>{_words(rng, 30)}<{name}><em>tide</em>{_words(rng, 9)}<hr>{_words(rng, 30)}" for _ in range(14)]
    pages = [
        _PAGE.format(title=f"Title {number}", body=f"<h1>Title {number}</h1>{one}").encode()
        for number, one in enumerate(several)
    ]
    found = contents(pages, [Shows("", f"Title {number} - Shore", "") for number in range(14)])
    assert [page[slice(*span)].decode() for page, span in zip(pages, found, strict=True) if span] == several
