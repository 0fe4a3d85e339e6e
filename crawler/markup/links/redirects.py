"""Pages that send their readers elsewhere, and what jekyll-redirect-from leaves in a site: stub pages, and a list of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import orjson

from crawler.markup.characters import in_text
from crawler.markup.links.address import absolute, joined
from crawler.markup.links.requisites import refresh
from crawler.markup.search_list import listed_addresses
from crawler.markup.tags import tags

if TYPE_CHECKING:
    from collections.abc import Iterator

#: What Jekyll calls it.
PLUGIN = "jekyll-redirect-from"
#: Where the plugin writes its list, relative to the home page.
LIST = "redirects.json"
#: A page that sends its reader elsewhere is shorter: without its head twice as much.
_LONGEST = 3000
#: That of the plugin has an address six times, of any length.
_LONGEST_STUB = 20_000
_BODY = re.compile(rb"<body[\s>]", re.IGNORECASE)
_REFRESH = re.compile(rb"<meta[^>]{1,100}http-equiv=[\"']?refresh", re.IGNORECASE)
_AT_ONCE = re.compile(r"\s*0*\.?0*\s*[;,]")
_SCRIPT = re.compile(rb"""\blocation(?:\.href)?\s*=\s*(?:"([^"<>]{1,2500})"|'([^'<>]{1,2500})')""")
_WEB = re.compile(r"https?://[^\s/]")


def leads_away(body: bytes) -> bool:
    """Whether a page does nothing but send its reader elsewhere, whatever made it.

    >>> leads_away(b'<head><meta http-equiv="refresh" content="0; url=/new/"></head>'), leads_away(b"<head></head><body>")
    (True, False)
    """
    found = _BODY.search(body, 0, _LONGEST_STUB)
    head = found.start() if found else min(len(body), _LONGEST_STUB)
    is_short = min(len(body), 2 * (len(body) - head)) < _LONGEST if len(body) < _LONGEST_STUB else False
    return is_short and _REFRESH.search(body, 0, head) is not None


def stub_target(body: bytes, base: str) -> str | None:
    """Where a page of jekyll-redirect-from leads to; ``None`` for any other page.

    All versions of the plugin have the one address in three places: as canonical, in a refresh at once, and in a script.

    >>> page = b'<link rel="canonical" href="%b"><script>location="%b"</script><meta http-equiv="refresh" content="0; url=%b">'
    >>> stub_target(page % ((b"https://s/new/",) * 3), "https://s/old/")
    'https://s/new/'
    >>> stub_target(page % (b"https://s/new/", b"https://s/new/", b"https://s/other/"), "https://s/old/")
    """
    script = _SCRIPT.search(body) if leads_away(body) else None
    target = refresh(body, base) if script is not None and _is_at_once(body) else None
    if target is None or script is None:
        return None
    written = in_text((script[1] or script[2]).decode("utf-8", "replace"))
    canonical = (tag.attributes for tag in tags(body, (b"link",)) if not tag.closing)
    named = next((one.get("href", "") for one in canonical if one.get("rel", "").strip().lower() == "canonical"), "")
    return target if absolute(base, written) == target == absolute(base, named) else None


def _is_at_once(body: bytes) -> bool:
    """Whether a page's first refresh waits for nothing."""
    metas = (tag.attributes for tag in tags(body, (b"meta",)))
    waits = (one.get("content", "") for one in metas if one.get("http-equiv", "").strip().lower() == "refresh")
    return _AT_ONCE.match(next(waits, "")) is not None


def read_redirects(body: bytes, home: str) -> Iterator[tuple[str, str, str]]:
    """What the plugin's list has, in its order: a path as it was written, its address, and the address to which it leads.

    Nothing of a list that is not the plugin's: an object whose every key is a path, with a whole address for each.

    >>> list(read_redirects(b'{"/old/a.html": "https://s/b/2024/a/"}', "https://s/b/"))
    [('/old/a.html', 'https://s/b/old/a.html', 'https://s/b/2024/a/')]
    >>> list(read_redirects(b'{"/old/a.html": "https://s/b/2024/a/", "count": 1}', "https://s/b/"))
    []
    """
    try:
        told = orjson.loads(body)
    except orjson.JSONDecodeError:
        return
    if not isinstance(told, dict) or not all(map(_is_redirect, told, told.values())):
        return
    for path, target in told.items():
        yield path, joined(home, path.lstrip("/")), target


def addresses_listed(body: bytes, url: str, home: str) -> Iterator[str]:
    """The site's own addresses in a file at ``url``: a list for its search, or the plugin's, whose targets are pages."""
    if url != joined(home, LIST):
        return listed_addresses(body, url)
    return (address for _, address, _ in read_redirects(body, home))


def _is_redirect(path: str, target: object) -> bool:
    return path.startswith("/") and isinstance(target, str) and _WEB.match(target) is not None
