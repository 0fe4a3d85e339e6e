"""Reads a source post: its article as text, Markdown and HTML, and what the article mentions."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, is_dataclass
from typing import TYPE_CHECKING, Any

from crawler.items import is_html_post
from crawler.markup.source.body import front_matter_text
from crawler.text.article import as_html, tree
from crawler.text.language import language
from crawler.text.mentions import Link, author, images, links
from crawler.text.plain import length, markdown, plain_text

if TYPE_CHECKING:
    from crawler.items import Security
    from crawler.sites.site import Site


@dataclass(frozen=True, slots=True)
class Reading:
    """What is read out of a source post. ``body`` is the article as the source has it, ``html`` what a browser would get."""

    body: str
    html: str
    text: str
    markdown: str
    author: str | None
    securities: list[Security]
    images: list[str]
    links: list[Link]
    language: str | None
    length: int


def as_fields(found: Reading) -> dict[str, Any]:
    """A reading as the fields of a row: all but ``html``, which no row has."""
    return {one.name: _plain(getattr(found, one.name)) for one in fields(found) if one.name != "html"}


def _plain(value: Any) -> Any:
    return (
        [asdict(one) if is_dataclass(one) and not isinstance(one, type) else one for one in value]
        if isinstance(value, list)
        else value
    )


def read(site: Site, content: str, url: str, path: str) -> Reading:
    """Read a source post. This is a pure function: the same text gives the same reading.

    :param content: the whole source post.
    :param url: the address of its page, to which relative addresses in it belong.
    :param path: the source post's file, whose name says whether its body is Markdown or HTML.
    """
    body = site.article(content)
    rendered = as_html(body, is_html=is_html_post(path))
    element = tree(rendered)
    securities = site.securities(element)
    text = plain_text(element)
    return Reading(
        body=body,
        html=rendered,
        text=text,
        markdown=markdown(element),
        author=front_matter_text(content, "author") or author(text),
        securities=securities,
        images=images(element, url),
        links=links(element, url),
        language=language(text),
        length=length(text),
    )
