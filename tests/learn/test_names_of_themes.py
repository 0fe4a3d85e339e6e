"""Themes that show categories and tags alike, as ``rel="tag"`` links, and those of other posts beside them."""

from __future__ import annotations

import re

import pytest

from crawler.learn.learn import learn
from crawler.sites.learned import LearnedSite
from crawler.sites.stock_page import StockPage
from tests.learn.made import MadePost, MadeSite, site

CATEGORIES = ("North Sea", "Land", "Sky")
_OWN_TAGS = re.compile(rb'<div class="post-tags">.*?</div>')
#: By the theme, the link to a category and the one to a tag.
LINKS = {
    "one class and rel for both": (
        '<a href="/categories/#{name}" class="item p-category" rel="tag">{name}</a>',
        '<a href="/tags/#{name}" class="item p-category" rel="tag">{name}</a>',
    ),
    "lists of tags whose addresses do not say so": (
        '<a href="/categories/#{name}" class="item" rel="tag">{name}</a>',
        '<a href="/by/#{name}" class="item" rel="tag">{name}</a>',
    ),
    "rel of two words": (
        '<a href="/category/{name}/" rel="category tag">{name}</a>',
        '<a href="/tag/{name}/" rel="tag">{name}</a>',
    ),
}


def shown(post: MadePost, links: tuple[str, str]) -> bytes:
    both = zip(links, (post.categories, post.tags), strict=True)
    names = ["".join(link.format(name=name) for name in several) for link, several in both]
    return f'<p class="kinds"><span>In: {names[0]}</span> <span>About: {names[1]}</span></p>'.encode()


def made_site(links: tuple[str, str], *, cards: bool) -> MadeSite:
    """A site whose posts show their names in the header, and in cards below those of other posts."""
    made = site(categories=CATEGORIES, permalink="{year}/{month}/{day}/{slug}/", count=40, feed="few")
    for number, post in enumerate(made.posts):
        page = _OWN_TAGS.sub(b"", made.answers[number].body)
        page = page.replace(b"</header>\n<div", shown(post, links) + b"</header>\n<div")
        others = [made.posts[(number + step) % len(made.posts)] for step in (3, 7)] if cards else []
        below = b"".join(b'<div class="card"><h2>One more</h2>' + shown(other, links) + b"</div>" for other in others)
        page = page.replace(b"</article>", b'<div class="more">' + below + b"</div></article>")
        made.answers[number] = made.answers[number]._replace(body=page)
    return made


@pytest.mark.parametrize("cards", [False, True], ids=["alone", "with others"])
@pytest.mark.parametrize("theme", LINKS)
def test_each_post_has_its_own_categories_and_tags(theme: str, cards: bool) -> None:
    made = made_site(LINKS[theme], cards=cards)
    built = LearnedSite.of(learn("blog", made.home, made.answers))
    for post, page in zip(made.posts, made.answers, strict=False):
        parsed = built.parse_page(page)
        assert isinstance(parsed, StockPage)
        assert (parsed.shown_categories, sorted(parsed.tags)) == (post.categories, sorted(post.tags)), post.path


def test_links_to_other_hosts_are_no_tags() -> None:
    made = site(permalink="{year}/{month}/{day}/{slug}/", count=12, feed="")
    labels = (
        b'<p>See <a href="https://code.example/labels/bug">the bugs</a> and <a href="https://code.example/labels/x">x</a>.</p>'
    )
    for number in range(len(made.posts)):
        page = _OWN_TAGS.sub(b"", made.answers[number].body)
        page = page.replace(b"</article>", (labels if number == 3 else b"") + b"</article>")
        made.answers[number] = made.answers[number]._replace(body=page)
    assert {layout.tags for layout in learn("blog", made.home, made.answers).layouts} == {()}
