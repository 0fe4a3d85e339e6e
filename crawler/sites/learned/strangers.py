"""A stranger's site, by the address of its home page and the name that a person gives it."""

from __future__ import annotations

import re
from contextlib import closing
from typing import TYPE_CHECKING

from crawler.archive.catalog.catalog import Catalog
from crawler.archive.catalog.catalog_reader import reporting_damage
from crawler.archive.paths import CAPTURES, CATALOG
from crawler.archive.root import root
from crawler.errors import CannotRun
from crawler.learn.learned import Learned
from crawler.learn.rule import before_date, is_dated
from crawler.markup.links.address import joined, normal, split
from crawler.markup.links.same_place import is_below, is_same_place
from crawler.sites.declared import declared_names
from crawler.sites.learned import archived
from crawler.sites.learned.unlearned import UnlearnedSite

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.sites.learned.site import LearnedSite

_HOME = ("index.html", "index.htm")
_FILE = re.compile(r"\.(?:x?html?|xml|rss|atom|json|txt|md|php|asp)$", re.IGNORECASE)
_EXAMPLE = "https://blog.example/"


class NoStranger(CannotRun):
    """One line: why an address and a name give no site."""


def stranger(url: str, name: str) -> LearnedSite:
    """The site at an address: the learned one that has this name, or one that no run has seen yet.

    An address is that of a site whatever its scheme, and with ``www.`` or without: the archive keeps the one that it has.

    :param name: its host and the path in which it lies, if empty.
    :raises NoStranger: if it is no address, or the name is taken.
    """
    home = home_of(url)
    try:
        name = name or _name_with_www(home) or archived.default_name(home)
        archived.check_name(name)
        site = archived.load(name)
    except (archived.BadName, archived.BrokenLearnedSite) as error:
        raise NoStranger(str(error)) from None
    if name in declared_names():
        raise NoStranger(f"{name} is the name of a declared site; choose another")
    if isinstance(site, UnlearnedSite) and site.home != home:
        return UnlearnedSite.of(Learned(name, home))  # the first address may have been mistyped, or led to this one
    if site is not None and not is_same_place(site.home, home):
        raise NoStranger(f"{home}: the archive {name} is of {site.home}; choose another name")
    if site is None and (root() / name / CAPTURES).exists() and not _has_pages(root() / name, home):
        raise NoStranger(f"{root() / name} is the archive of another site; choose another name")
    return site or UnlearnedSite.of(Learned(name, home))


def _name_with_www(home: str) -> str:
    """The name of the archive that the site has under its address with ``www.``, or without; empty if there is none.

    :raises archived.BrokenLearnedSite: if it cannot be read.
    """
    parts = split(home)
    host = parts.netloc.removeprefix("www.") if parts.netloc.startswith("www.") else f"www.{parts.netloc}"
    own, other = archived.default_name(home), archived.default_name(parts._replace(netloc=host).geturl())
    if archived.site_file(own).is_file() or other in declared_names() or not archived.is_safe(other):
        return ""
    site = archived.load(other)
    return other if site is not None and is_same_place(site.home, home) else ""


def _has_pages(archive: Path, home: str) -> bool:
    """Whether an archive that has no ``site.toml`` (somebody took it away) has captures of this site, or no page of any.

    :raises NoStranger: if its catalog cannot be read.
    """
    try:
        with reporting_damage(archive), closing(Catalog(archive / CATALOG, read_only=True)) as catalog:
            return not catalog.has_pages() or any(is_below(url, home) for url in catalog.urls())
    except CannotRun as error:
        raise NoStranger(str(error)) from None


def again(url: str, name: str) -> UnlearnedSite:
    """The site of an archive whose ``site.toml`` is to be written anew, whatever there is of it.

    :raises NoStranger: if it is no address, or the name is not that of a stranger's archive.
    """
    home = home_of(url)
    if not archived.is_safe(name) or name in declared_names() or not (root() / name / CAPTURES).is_dir():
        raise NoStranger(f"there are no captures of a site that nobody described in {root() / name}")
    return UnlearnedSite.of(Learned(name, home))


def home_of(url: str) -> str:
    """The home page at an address that a person typed.

    :raises NoStranger: if it is none of the web.

    >>> home_of("https://Blog.example"), home_of("http://blog.example/notes/index.html?x#y"), home_of("https://s/a")
    ('https://blog.example/', 'http://blog.example/notes/', 'https://s/a/')
    """
    found = normal(url.strip())
    if found is None:
        raise NoStranger(f"{url!r} is no address of a site; write it like {_EXAMPLE}")
    path = found.partition("?")[0]
    folder, _, file = path.rpartition("/")
    below = f"{split(path).path.strip('/')}/"
    if is_dated(below) or is_dated(below.strip("/")):
        home = joined(path, f"/{before_date(below)}")
        raise NoStranger(f"{url} seems to be the page of a post; name the home page of its site: {home}, say")
    if _FILE.search(file) and file not in _HOME:
        raise NoStranger(f"{url} is one file of a site; name its home page: {folder}/, say")
    return f"{folder}/" if file in ("", *_HOME) else f"{path}/"
