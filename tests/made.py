"""The post that the rules of finews make of a page and an answer, before anybody validates or writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.items import Exchange, Post, Rejection
from crawler.sites.finews import SITE

if TYPE_CHECKING:
    from typing import Any


def make_post(page: Exchange, answer: Exchange | None = None) -> Post | Rejection:
    apart: Any = SITE.take_apart(page)
    return apart if isinstance(apart, Rejection) else SITE.put_together(apart, answer)
