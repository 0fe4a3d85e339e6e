"""The shortcut: the home page shows the newest posts of every tag, so it tells which listings can have unseen posts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

#: A post appears on the site no later than this after its time of publication.
LATE = timedelta(minutes=30)


def must_open(sections: Iterable[Sequence[str]], newest: int, is_known: Callable[[str], bool]) -> list[Sequence[str]]:
    """The sections whose tag may have unseen posts besides those shown.

    :param sections: for each tag, the URLs of the posts that the home page shows.
    :param newest: how many posts of a tag the home page shows at most. A tag with fewer has no others.
    :param is_known: whether an earlier run saw a post. If it saw one of those shown, it saw all older ones, too.

    >>> must_open(["ab", "abcde", "fghij"], 5, set("a").__contains__)
    ['fghij']
    """
    return [urls for urls in sections if len(urls) >= newest and not any(map(is_known, urls))]


def when_to_reopen(oldest: datetime, last_run: datetime) -> datetime | None:
    """When to open the listing of a section for late posts, which are older than all that the home page shows of it.

    Of nine posts published within a minute, the five newest may appear first; the others are never among the newest then.

    :param oldest: when the oldest of the shown posts was published.
    :param last_run: when the run before this one began; posts published :data:`LATE` before that had appeared by then.
    :returns: when all posts older than that one have appeared; ``None`` if none of them can be unseen.

    >>> hour = datetime(2022, 3, 1, 12)
    >>> when_to_reopen(hour, last_run=hour + timedelta(minutes=5)).minute
    30
    >>> when_to_reopen(hour, last_run=hour + timedelta(minutes=30))
    """
    return oldest + LATE if oldest > last_run - LATE else None
