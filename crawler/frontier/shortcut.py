"""The shortcut: the home page shows the newest posts of every tag, so it tells which listings can hold anything unseen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence


def must_open(sections: Iterable[Sequence[str]], newest: int, is_known: Callable[[str], bool]) -> list[Sequence[str]]:
    """The sections behind which there may be more than they show.

    :param sections: for each tag, the posts that the home page shows, by URL.
    :param newest: how many of a tag the home page shows at most. A tag with fewer has no others.
    :param is_known: whether a post was met before. If one of the newest was, whatever is older was as well.

    >>> must_open(["ab", "abcde", "fghij"], 5, set("a").__contains__)
    ['fghij']
    """
    return [urls for urls in sections if len(urls) >= newest and not any(map(is_known, urls))]
