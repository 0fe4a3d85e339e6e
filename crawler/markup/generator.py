"""What a page says of the program that made it."""

from __future__ import annotations

import re

from crawler.markup.tags import tags

#: What Jekyll's own plugins and its Markdown leave in pages.
_JEKYLL = re.compile(
    rb"Jekyll SEO tag|jekyll-(?:feed|sitemap|redirect)|[\"' ]highlighter-rouge[\"' ]"
    rb"|id=\"markdown-toc\"|class=\"footnotes\" role=\"doc-"
)
_NAMED = re.compile(rb"<generator\b([^<>]*+)>([^<]{1,200}+)</generator>", re.IGNORECASE)
_VERSION = re.compile(rb"\bversion=[\"']v?([\d.]{1,20})[\"']")
_LONGEST = 100
#: Bytes at the beginning of a page; whoever made it is named in its head.
_LOOKED_AT = 50_000


def generator(body: bytes) -> str:
    """The program that made a page or feed, as it says itself; ``Jekyll`` for what has its marks; empty if nothing tells.

    >>> generator(b'<meta name="generator" content="Jekyll v4.3.1" />'), generator(b"<generator>Hugo -- gohugo.io</generator>")
    ('Jekyll v4.3.1', 'Hugo -- gohugo.io')
    >>> generator(b'<generator uri="https://jekyllrb.com/" version="4.3.1">Jekyll</generator>')
    'Jekyll v4.3.1'
    >>> generator(b'<div class="language-ruby highlighter-rouge">'), generator(b"<p>")
    ('Jekyll', '')
    """
    body = body[:_LOOKED_AT]
    for tag in tags(body, (b"meta",)):
        attributes = tag.attributes
        if attributes.get("name", "").strip().lower() == "generator" and attributes.get("content", "").strip():
            return attributes["content"].strip()[:_LONGEST]
    named = _NAMED.search(body)
    if named:
        name, version = named[2].decode("utf-8", "replace").strip(), _VERSION.search(named[1])
        return f"{name} v{version[1].decode()}"[:_LONGEST] if version else name[:_LONGEST]
    return "Jekyll" if _JEKYLL.search(body) else ""


def of_jekyll(generator: str) -> str:
    """The name of a program if that is Jekyll, else empty.

    >>> of_jekyll("Jekyll v4.3.1"), of_jekyll("Hugo")
    ('Jekyll v4.3.1', '')
    """
    return generator if generator.startswith("Jekyll") else ""
