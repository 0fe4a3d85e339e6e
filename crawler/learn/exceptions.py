"""Exceptions to the permalink rule: posts that it does not make, and pages that it would make and that are no posts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.counted import counted
from crawler.markup.links.document_kinds import is_media
from crawler.sites.addresses.permalink import Permalink, lists_posts
from crawler.sites.addresses.spellings import spellings
from crawler.sites.site import Site

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.learn.rule import Rule


def own_permalinks_of(rule: Rule, evidence: dict[str, str]) -> tuple[str, ...]:
    """The posts that the rule does not make, and those that a site would take for lists, as of a category ``archive``."""
    permalink = Permalink(rule.permalink)
    like = [path for path in rule.kept if not permalink.has_day and lists_posts(Site.listings, permalink, path)]
    media = [path for path in rule.kept if is_media(path) and path not in like]
    told = [
        f"the rule does not make the addresses of {counted(len(rule.broken), 'post')}" * bool(rule.broken),
        f"the addresses of {counted(len(like), 'post')} are like those of lists" * bool(like),
    ]
    told.append(f"the addresses of {counted(len(media), 'post')} are like those of pictures" * bool(media))
    if any(told):
        evidence["own_permalinks"] = "; ".join(filter(None, told))
    return tuple(sorted((*rule.broken, *like, *media)))


def like_posts(permalink: str, others: Iterable[str]) -> tuple[str, ...]:
    """The pages that a site would take for posts by the rule: not those that it takes for lists before it asks the rule."""
    rule = Permalink(permalink)
    likely = (path for path in others if not is_media(path))
    like = [path for path in likely if rule.match(path) or any(map(rule.match, _other_spellings(path, rule)))]
    return tuple(sorted(path for path in like if rule.has_day or not lists_posts(Site.listings, rule, path)))


def _other_spellings(path: str, rule: Permalink) -> tuple[str, ...]:
    """How else a page's path may be spelt; no site takes a file (``assets/a.js``) for a post whose address tells no day."""
    every = spellings(path)
    return () if "." in every[0].rpartition("/")[2] and not rule.has_day else every
