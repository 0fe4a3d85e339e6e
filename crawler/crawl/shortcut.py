"""The shortcut: the home page shows the newest posts of every tag, so it tells which listings can hold anything unseen."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

#: A post is up so long after its time of publication at the latest.
LATE = timedelta(minutes=30)


def must_open(sections: Iterable[Sequence[str]], newest: int, is_known: Callable[[str], bool]) -> list[Sequence[str]]:
    """The sections behind which there may be more than they show.

    :param sections: for each tag, the posts that the home page shows, by URL.
    :param newest: how many of a tag the home page shows at most. A tag with fewer has no others.
    :param is_known: whether a post was met before. If one of the newest was, whatever is older was as well.

    >>> must_open(["ab", "abcde", "fghij"], 5, set("a").__contains__)
    ['fghij']
    """
    return [urls for urls in sections if len(urls) >= newest and not any(map(is_known, urls))]


def look_behind(oldest: datetime, looked: datetime) -> datetime | None:
    """When to open the listing of a section, for posts that came late and stand behind all that the home page shows of it.

    Of nine posts published within a minute, the five newest may be up first: the others are never among the newest.

    :param oldest: when the oldest of the shown posts was published.
    :param looked: when a run looked before this one; what was published :data:`LATE` before that was up by then.
    :returns: when whatever is older than that post is up; ``None`` if nothing unseen can be.

    >>> hour = datetime(2022, 3, 1, 12)
    >>> look_behind(hour, looked=hour + timedelta(minutes=5)).minute, look_behind(hour, looked=hour + timedelta(minutes=30))
    (30, None)
    """
    return oldest + LATE if oldest > looked - LATE else None
