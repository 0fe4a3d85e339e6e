"""What a site has to say of itself for its posts to be made of captures."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

import yaml

import crawler.sites
from crawler.errors import CannotRun

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import timedelta

    from crawler.items import Exchange, Found, Post


class NoSuchSite(CannotRun):
    """One line: there is no site of that name, and which there are."""


@dataclass(frozen=True, slots=True)
class JekyllSite:
    """What decides how a source post is rendered: ``_config.yml`` and the post layout, as far as a page shows it.

    ``joins_categories``: whether the site's pages take all categories of a post, joined by blanks, for one.
    """

    config: str
    layout: str
    joins_categories: bool = False


@dataclass(frozen=True, slots=True)
class Site:
    """A site's facts and pure functions, as spiders, rebuilds and the shell are handed them.

    ``take_apart`` gives whatever ``answer_urls`` and ``put_together`` take; nobody else looks inside.
    """

    name: str
    hosts: tuple[str, ...]
    #: Those among ``hosts``, and older names of them, whose every page belongs to the site (a share host has more than that).
    listed_hosts: tuple[str, ...]
    #: The page that is asked first.
    home: str
    #: Asked with it.
    feeds: tuple[str, ...]
    #: How long a post stays on the site.
    keeps: timedelta
    #: What a canonical URL is, for counting: ``listing``, ``feed``, ``post``, ``share``, ``answer`` or ``other``.
    kind: Callable[[str], str]
    #: Whether the post at a canonical URL can be of one of these categories; every one if none is given.
    in_categories: Callable[[str, Sequence[str]], bool]
    #: The one form of an address under which captures are filed, whatever form another archiver met it in.
    canonical: Callable[[str], str]
    #: The ID of the post at a canonical URL; ``None`` if that is no post's.
    post_id: Callable[[str], str | None]
    #: The IDs that the post may have which a canonical URL is about: a page's own, that of a share or its answer.
    about: Callable[[str], tuple[str, ...]]
    #: The day of publication that a post's URL tells (``YYYY-MM-DD``).
    post_day: Callable[[str], str]
    take_apart: Callable[[Exchange], Any]
    #: Where the share answer of a post may be had, the likeliest first; empty if it has none.
    answer_urls: Callable[[Any], list[str]]
    #: Whether an answer holds an article; ``None`` if it is no answer at all.
    has_text: Callable[[Exchange], bool | None]
    put_together: Callable[[Any, Exchange | None], Post]
    #: What each rule found when it put a post together, at which byte of which answer; for :mod:`crawler.derive.explain`.
    findings: Callable[[Any, Exchange | None], list[Found]]
    #: What a post page shows, as a dataclass, for comparing two renderings of it; ``ValueError`` for a page that is none.
    shown: Callable[[bytes], Any]
    #: What of a source post is the article: neither front matter nor the site's own links; Markdown with HTML in it.
    article: Callable[[str], str]
    #: The securities that an article (a tree, see :mod:`crawler.text.article`) names in the site's own way.
    securities: Callable[[Any], list[Any]]
    #: How the site has Jekyll build its posts.
    jekyll: JekyllSite


def zone(site: Site) -> str:
    """The time zone that a site's Jekyll is set to, as IANA names it."""
    return str(yaml.safe_load(site.jekyll.config).get("timezone", "UTC"))


def names() -> list[str]:
    """The sites there are."""
    return sorted(module.name for module in iter_modules(crawler.sites.__path__) if module.ispkg)


def load(name: str) -> Site:
    """The site of this name: ``SITE`` in ``crawler/sites/NAME/``.

    :raises NoSuchSite: if there is none.
    """
    if name.isidentifier():
        try:
            site = import_module(f"crawler.sites.{name}").SITE
        except (ModuleNotFoundError, AttributeError):
            pass
        else:
            assert isinstance(site, Site)
            return site
    near = get_close_matches(name, names(), 1)
    raise NoSuchSite(f"there is no site {name!r}; {f'did you mean {near[0]}?' if near else 'there are: ' + ', '.join(names())}")
