"""What the source post of an address is called, where several posts have one day and slug: no two may share an ID."""

from __future__ import annotations

import hashlib
from collections import Counter
from types import MappingProxyType
from typing import TYPE_CHECKING

from crawler.sites.addresses.file_slug import file_slug, path_slug
from crawler.sites.addresses.permalink import Permalink

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_NONE: Mapping[str, str] = MappingProxyType({})
#: Characters of the mark.
_MARK = 8


def slug_among(path: str, day: str, slug: str, shared: Collection[str]) -> str:
    """The slug in the name of a source post: its own, or with the folders of its address if the day and slug are ``shared``.

    With a mark of its whole address, if that is shared: there folders and slugs are alike when they are joined.

    >>> slug_among("a/2024/05/11/x/", "2024-05-11", "x", {"2024-05-11-x"})
    'a-x'
    >>> slug_among("a-b/c/", "2024-05-11", "c", {"2024-05-11-c", "a-b/c/"})
    'a-b-c-2113b57a'
    """
    if f"{day}-{slug}" in shared:
        slug = "-".join([*(part for part in path.strip("/").split("/")[:-1] if not part.isdigit()), slug])
    return f"{slug}-{hashlib.sha256(path.encode()).hexdigest()[:_MARK]}" if path in shared else slug


def shared_names(permalink: str, days: Mapping[str, str], assumed: Mapping[str, str] = _NONE) -> tuple[str, ...]:
    """The days and slugs that several posts have, and the addresses of posts whose names would be the same all the same.

    :param days: of the posts, by their paths; empty where none is known.
    :param assumed: the days in the files' names of such posts.
    """
    if assumed:
        return tuple(sorted({*shared_names(permalink, days), *shared_names(permalink, {**days, **assumed})}))
    rule = Permalink(permalink)
    told = {path: found for path in days if (found := rule.match(path)) is not None}
    names = {path: (found.day or days[path], file_slug(found.slug)) for path, found in told.items()}
    counts = Counter(f"{day}-{slug}" for day, slug in names.values())
    shared = {name for name, number in counts.items() if number > 1}
    names |= {path: (day, file_slug(path_slug(path))) for path, day in days.items() if path not in told}
    ids = {path: (day, file_slug(slug_among(path, day, slug, shared))) for path, (day, slug) in names.items()}
    alike = Counter(ids.values())
    return tuple(sorted({*shared, *(path for path, one in ids.items() if alike[one] > 1)}))
