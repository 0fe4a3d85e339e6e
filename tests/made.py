"""The post that the rules of finews make of a page and an answer, before anybody validates or writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.items import Exchange, Post, Rejection
from crawler.sites.declared import load

if TYPE_CHECKING:
    from typing import Any

SITE = load("finews")


def make_post(page: Exchange, answer: Exchange | None = None) -> Post | Rejection:
    parsed: Any = SITE.parse_page(page)
    return parsed if isinstance(parsed, Rejection) else SITE.build_post(parsed, answer)
