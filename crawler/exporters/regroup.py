"""The field ``group`` when posts are removed: it names the first post that told the same story, and that may be one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable


def new_groups(posts: Iterable[tuple[str, str | None, Any]], ids: Collection[str]) -> dict[str, str]:
    """For each removed post (``ids``) that others name as their group, the first of those others.

    ``posts`` gives the ID, group and ``first_seen`` of each.

    >>> new_groups([("a", "a", 1), ("b", "a", 3), ("c", "a", 2), ("d", "d", 4)], {"a", "d"})
    {'a': 'c'}
    """
    first: dict[str, tuple[Any, str]] = {}
    for post_id, group, seen in posts:
        if group is not None and group in ids and post_id not in ids:
            first[group] = min(first.get(group, (seen, post_id)), (seen, post_id))
    return {group: post_id for group, (_, post_id) in first.items()}
