"""What a hostile part of a page, or of a companion, becomes when a post is made of it: functions of that part alone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from crawler.derive.in_memory import derive_in_memory
from crawler.items import Exchange
from crawler.sites.declared import load
from crawler.sites.finews import facts
from crawler.sites.site import Site
from tests.linear.pages import HOME, PAGE, STOCK, URL

if TYPE_CHECKING:
    from collections.abc import Callable


class Blog(Site):
    """A site of the stock form."""

    name = "blog"
    home = HOME


finews, blog = load("finews"), Blog()


def page(part: str) -> Callable[[str], object]:
    def read(hostile: str) -> object:
        page = PAGE % ({"title": "T", "body": "<p>a</p>", "tag": "东篱日报新闻"} | {part: hostile})
        return derive_in_memory(finews, Exchange(URL, 200, page.encode()))

    return read


def companion(hostile: str) -> object:
    page = PAGE % {"title": "T", "body": "<p>a</p>", "tag": "东篱日报新闻"}
    content = json.dumps({"text": "", "content": hostile}).encode()
    return derive_in_memory(
        finews, Exchange(URL, 200, page.encode()), [Exchange(facts.answer_urls(URL[-25:-5], None)[0], 200, content)]
    )


def stock(part: str) -> Callable[[str], object]:
    def read(hostile: str) -> object:
        page = STOCK % ({"title": "T", "body": "<p>a</p>", "tag": ""} | {part: hostile})
        return derive_in_memory(blog, Exchange(HOME + "2022/03/01/a.html", 200, page.encode()))

    return read
