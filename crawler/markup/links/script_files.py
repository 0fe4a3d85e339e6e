"""JSON files that scripts ask for: lists for a site's own search are among them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.markup.links.address import absolute
from crawler.markup.tags import tags

if TYPE_CHECKING:
    from collections.abc import Iterator

#: A JSON file between quotes, as scripts and attributes name one.
_FILE = re.compile(rb"[\"']([^\"'\s<>\\]{1,200}?\.json)(?:\?[^\"'\s<>\\]{0,200}+)?[\"']")
#: A page or script names no more of them.
_MOST = 20
#: What browsers and tools ask for by themselves, which lists no pages.
_NO_LIST = ("manifest.json", "package.json", "composer.json")


def files_of_script(body: bytes, base: str) -> Iterator[str]:
    """The addresses of the JSON files that a script names; it stands in pages at ``base``.

    >>> list(files_of_script(b"SimpleJekyllSearch({ json: '/search.json?v=2' })", "https://s/a/"))
    ['https://s/search.json']
    """
    for found in list(dict.fromkeys(_FILE.findall(body)))[:_MOST]:
        href = found.decode("utf-8", "replace")
        url = absolute(base, href)
        if url is not None and not href.endswith(_NO_LIST):
            yield url


def files_of_page(body: bytes, base: str) -> Iterator[str]:
    """The addresses of the JSON files that the scripts and attributes of a page name: what its text names is none of its own.

    >>> list(files_of_page(b'<p data-list="a.json">"b.json"<script>get("c.json")</script>', "https://s/"))
    ['https://s/a.json', 'https://s/c.json']
    """
    if b".json" not in body:
        return
    pieces, script = [], 0
    for tag in tags(body):
        pieces.append(body[script or tag.start : tag.end])
        script = tag.end if tag.name == "script" and not tag.closing else 0
    yield from files_of_script(b"\n".join(piece for piece in pieces if b".json" in piece), base)
