"""finews: a mirror of Chinese finance news that deletes every post after three days."""

from __future__ import annotations

from typing import Any

from crawler.markup.page import PostPage, read_page
from crawler.sites.finews import facts, posts
from crawler.sites.finews.findings import findings
from crawler.sites.finews.jekyll import JEKYLL
from crawler.sites.finews.page import FinewsPage, take_apart
from crawler.sites.site import Site


def _answer_urls(apart: FinewsPage) -> list[str]:
    return facts.answer_urls(*apart.share) if apart.share else []


def _shown(body: bytes) -> PostPage:
    return read_page(body, facts.MARKERS)


def _article(content: str) -> str:
    from crawler.sites.finews.article import article  # noqa: PLC0415 - an extra has what it needs

    return article(content)


def _securities(element: Any) -> list[Any]:
    from crawler.sites.finews.article import securities  # noqa: PLC0415

    return list(securities(element))


SITE = Site(
    name=facts.NAME,
    hosts=facts.HOSTS,
    listed_hosts=(facts.HOST, *facts.OLD_HOSTS),
    home=facts.HOME,
    feeds=(facts.FEED,),
    keeps=facts.KEEPS,
    kind=facts.kind,
    in_categories=facts.in_categories,
    canonical=facts.canonical,
    post_id=facts.post_id,
    about=facts.about,
    post_day=facts.post_day,
    take_apart=take_apart,
    answer_urls=_answer_urls,
    has_text=posts.has_text,
    put_together=posts.put_together,
    findings=findings,
    shown=_shown,
    article=_article,
    securities=_securities,
    jekyll=JEKYLL,
)
