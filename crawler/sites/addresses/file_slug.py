"""The slug in the file name of a source post: an address may have characters that no file name may, or more of them."""

from __future__ import annotations

import hashlib
import re

#: Separators, wildcards and control characters: what some file system does not take.
_UNSAFE = re.compile(r"[/\\:*?\"<>|\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffd-\uffff]")
#: Of these, what the address of a page may well have.
_REPLACED = re.compile(r"[:*?\"<>|]+")
#: Bytes: file systems take names of 255; a day stands before the slug, and ``.html`` behind it.
_LONGEST = 239
#: Characters of the mark that tells long slugs apart.
_MARK = 8


def is_safe_slug(slug: str) -> bool:
    """Whether every file system takes these characters."""
    return bool(slug) and not _UNSAFE.search(slug)


def path_slug(path: str) -> str:
    """The slug of a post at an address that no rule makes, with all that stands in it.

    >>> path_slug("about/us.html")
    'about-us'
    """
    return path.strip("/").removesuffix(".html").replace("/", "-")


def file_slug(slug: str) -> str:
    """The slug with a hyphen for marks that no file name may have, and with a mark in place of an end that is too long.

    Control characters, backslashes and bytes that are no text stay: no page has them, and no post gets such a name.
    A post with such a name needs a ``permalink`` of its own, which :mod:`crawler.sites.addresses.made_address` finds.

    >>> file_slug("market-day"), file_slug("what?"), file_slug('a: "b"'), file_slug("新" * 100)[-12:]
    ('market-day', 'what-', 'a- -b-', '新新新-ad3bd3b2')
    """
    safe = _REPLACED.sub("-", slug)
    if len(safe.encode()) <= _LONGEST:
        return safe
    kept = safe.encode()[: _LONGEST - _MARK - 1].decode("utf-8", "ignore")
    return f"{kept}-{hashlib.sha256(safe.encode()).hexdigest()[:_MARK]}"


def may_be_cut(slug: str) -> bool:
    """Whether :func:`file_slug` may have made this of a longer one."""
    return len(slug.encode()) > _LONGEST - _MARK
