"""Whether two addresses are of one place: ``http`` or ``https``, a usual port and ``www.`` make no other."""

from __future__ import annotations

from functools import lru_cache

from crawler.markup.links.address import normal, split


@lru_cache(maxsize=4096)  # asked several times of each address of a page
def without_www(host: str) -> str:
    """A host without the ``www.`` that sites have at times, and at times not.

    >>> without_www("www.a.b:8080"), without_www("a.b")
    ('a.b:8080', 'a.b')
    """
    return host.removeprefix("www.")


def origin(url: str) -> str:
    """Scheme, host and port of an address, as the site's pages have them; empty for what is no address of the web.

    >>> origin("HTTP://A.b:80/c?d"), origin("https://a.b:8080"), origin("mailto:a@b")
    ('http://a.b', 'https://a.b:8080', '')
    """
    parts = split(normal(url) or "")
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def is_same_place(one: str, other: str) -> bool:
    """Whether two addresses differ in nothing but ``http`` and ``https``, a usual port, and ``www.`` before the host.

    >>> is_same_place("http://a.b:80/c/", "https://www.a.b/c/"), is_same_place("https://a.b/", "https://a.b/c/")
    (True, False)
    """
    first, second = (split(normal(url) or "") for url in (one, other))
    if not first.netloc or (first.path, first.query) != (second.path, second.query):
        return False
    return without_www(first.netloc) == without_www(second.netloc)


def is_below(url: str, home: str) -> bool:
    """Whether an address is that of a home page or below it, but for ``http`` and ``https``, a usual port, and ``www.``.

    >>> is_below("http://www.a.b/c/d?e", "https://a.b/c/"), is_below("https://a.b/d", "https://a.b/c/")
    (True, False)
    """
    one, other = split(normal(url) or ""), split(normal(home) or "")
    return without_www(one.netloc) == without_www(other.netloc) and one.path.startswith(other.path)
