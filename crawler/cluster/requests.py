"""Requests as JSON: one worker puts them into the frontier, any other takes them out.

Only what a run of ours needs of a request is kept, and only callbacks of ours are called: whoever can write into Redis can have
pages of the site asked for, and nothing else done.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import orjson
from scrapy import Request

from crawler.crawl.request_meta import REQUEST_META, RequestMeta, as_written, request_meta

if TYPE_CHECKING:
    from collections.abc import Callable

    from scrapy import Spider

_CALLBACKS = frozenset(("parse", "parse_listing", "parse_page", "parse_sitemap", "assets.parse"))
_ERRBACKS = frozenset(("failed", "page_failed", "assets.failed"))
#: What is kept of a request's ``meta``, besides our own object: limits, and what retries and redirects have left in it.
_META = (
    "dont_cache",
    "dont_redirect",
    "download_maxsize",
    "redirect_reasons",
    "redirect_times",
    "redirect_ttl",
    "redirect_urls",
    "retry_times",
)
#: The arguments of callbacks.
_ARGUMENTS = {"guessed": bool, "again": bool, "nested": int}
#: The first fields of our own object, which say what a request is for; the others are a capture's.
_OWN = ("due", "completes", "from_archive")
_DIGEST = 16


class BadRequest(ValueError):
    """The frontier has something that is no request of ours."""


def key_of(url: str) -> bytes:
    """The key of a request for an address: addresses that differ in anything are different."""
    return hashlib.blake2b(url.encode(), digest_size=_DIGEST).hexdigest().encode()


def is_again(request: Request) -> bool:
    """Whether this address was put in before, and has to be once more: a retry, a redirect, or the archive's own page."""
    return bool(request.meta.get("retry_times") or request.meta.get("redirect_times")) or request_meta(request).from_archive


def to_json(request: Request, spider: Spider) -> bytes:
    """A request as the frontier keeps it."""
    own = request_meta(request)
    explorer = getattr(spider, "explorer", None)
    kept: dict[str, Any] = {
        "url": request.url,
        "priority": request.priority,
        "callback": _name(request.callback, spider),
        "errback": _name(request.errback, spider),
        "cb_kwargs": request.cb_kwargs,
        "meta": {name: request.meta[name] for name in _META if name in request.meta},
        "own": {name: True for name in _OWN if getattr(own, name)},
        "explored": explorer.reached(request.url) if explorer else None,
    }
    return orjson.dumps({name: value for name, value in kept.items() if value})


def from_json(data: bytes, spider: Spider) -> Request:
    """The request that :func:`to_json` wrote.

    :raises BadRequest: if it is none.
    """
    try:
        kept = orjson.loads(data)
        url, own, meta = kept["url"], kept.get("own", {}), kept.get("meta", {})
        if kept.get("callback") not in _CALLBACKS or kept.get("errback") not in _ERRBACKS:
            raise BadRequest("its callback is none of ours")
        explorer = getattr(spider, "explorer", None)
        if explorer is not None and "explored" in kept:
            explorer.resume(url, *map(int, kept["explored"]))
        return Request(
            url,
            callback=_method(kept["callback"], spider),
            errback=_method(kept["errback"], spider),
            priority=int(kept.get("priority", 0)),
            cb_kwargs={
                name: kind(kept["cb_kwargs"][name]) for name, kind in _ARGUMENTS.items() if name in kept.get("cb_kwargs", {})
            },
            meta={name: meta[name] for name in _META if name in meta}
            | as_written(url)
            | {REQUEST_META: RequestMeta(*(bool(own.get(name)) for name in _OWN))},  # type: ignore[arg-type]
            dont_filter=True,
        )
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError, ValueError) as error:
        raise BadRequest(f"the frontier has a request that cannot be read: {error}") from error


def _name(method: Any, spider: Spider) -> str:
    owner = getattr(method, "__self__", spider)
    return str(method.__name__) if owner is spider else f"assets.{method.__name__}"


def _method(name: str, spider: Any) -> Callable[..., Any]:
    owner, _, method = name.rpartition(".")
    found: Callable[..., Any] = getattr(getattr(spider, owner) if owner else spider, method)
    return found
