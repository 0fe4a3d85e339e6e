"""Headers from pairs and as pairs, without Scrapy's conversions of each name and value, which take longer than reading them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.http import Headers

if TYPE_CHECKING:
    from collections.abc import Iterable

Pair = tuple[bytes, bytes]


def header_pairs(headers: Headers) -> list[Pair]:
    """Each name with each of its values, in order.

    >>> header_pairs(Headers({"accept": ["a", "b"]}))
    [(b'Accept', b'a'), (b'Accept', b'b')]
    """
    return [(name, value) for name, values in dict.items(headers) for value in values]


def headers_of(pairs: Iterable[Pair]) -> Headers:
    """The headers that Scrapy makes of these pairs.

    >>> headers_of([(b"etag", b"1"), (b"ETag", b"2")]) == Headers([(b"etag", b"1"), (b"ETag", b"2")])
    True
    """
    headers = Headers()
    for name, value in pairs:
        dict.setdefault(headers, name.title(), []).append(value)
    return headers
