"""Which posts and which other pages a site would not tell by the rule of addresses alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.counted import counted
from crawler.sites.permalink import Permalink, lists_posts
from crawler.sites.site import Site
from crawler.sites.spellings import spellings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.learn.rule import Rule


def own_permalinks_of(rule: Rule, evidence: dict[str, str]) -> tuple[str, ...]:
    """The posts that the rule does not make, and those that a site would take for lists, as of a category ``archive``."""
    permalink = Permalink(rule.permalink)
    like = [path for path in rule.kept if not permalink.has_day and lists_posts(Site.listings, permalink, path)]
    told = [
        f"the rule does not make the addresses of {counted(len(rule.broken), 'post')}" * bool(rule.broken),
        f"the addresses of {counted(len(like), 'post')} are like those of lists" * bool(like),
    ]
    if any(told):
        evidence["own_permalinks"] = "; ".join(filter(None, told))
    return tuple(sorted((*rule.broken, *like)))


def like_posts(permalink: str, others: Iterable[str]) -> tuple[str, ...]:
    """The pages that a site would take for posts by the rule: not those that it takes for lists before it asks the rule."""
    rule = Permalink(permalink)
    like = [
        path
        for path in others
        if rule.match(path) or ((rule.has_day or not _is_file(path)) and any(rule.match(other) for other in spellings(path)))
    ]
    return tuple(sorted(path for path in like if rule.has_day or not lists_posts(Site.listings, rule, path)))


def _is_file(path: str) -> bool:
    """Whether the last part of a path has an ending: a site does not look for a post there, unless the rule has a date."""
    return "." in path.rpartition("/")[2]
