"""Names that a theme shows as tags, and that are the categories in the addresses of posts."""

from __future__ import annotations

import re

import pytest

from crawler.learn.learn import learn
from crawler.sites.learned.site import LearnedSite
from crawler.sites.stock.page import StockPage
from tests.learn.made import site

NAMES = ("Sea", "land", "sky")


@pytest.mark.parametrize("own", [True, False], ids=["of the address", "others"])
def test_names_shown_as_tags_that_are_the_folders_of_addresses_are_categories(*, own: bool) -> None:
    made = site(categories=NAMES, permalink="{categories}{year}/{month}/{day}/{slug}/", feed="")
    for number, post in enumerate(made.posts):
        further = NAMES[(NAMES.index(post.categories[0]) + 1) % 3] if number % 4 == 0 else ""
        names = [post.categories[0], *filter(None, [further])]
        path = "".join(f"{name.lower()}/" for name in names) + post.path.split("/", 1)[1]
        links = "".join(f'<a class="tag" href="/tags/{name}/">{name if own else name[::-1]}</a>' for name in names)
        for place, answer in enumerate(made.answers):
            url, body = (text.replace(post.path, path) for text in (answer.url, answer.body.decode()))
            if place == number:
                body = re.sub(r'<a class="tag".*?</a>', "", body).replace("</header>\n<div", f"{links}</header>\n<div")
            made.answers[place] = answer._replace(url=url, body=body.encode())
        post.categories = tuple(names)
    learned = learn("blog", made.home, made.answers)
    assert bool(learned.layouts[0].categories) == own
    assert bool(learned.layouts[0].tags) != own
    if own:
        assert "as tags, the categories of their addresses" in learned.evidence["layout.post.categories"]
        parsed = LearnedSite.of(learned).parse_page(made.answers[0])
        assert isinstance(parsed, StockPage)
        assert (parsed.categories, parsed.tags) == (made.posts[0].categories, ())
