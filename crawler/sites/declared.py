"""The sites there are, by name: declared ones first, then those that were learned.

A declared site is a module or package of ``crawler/sites`` with one class of :class:`~crawler.sites.site.Site`.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import crawler.sites
from crawler.errors import CannotRun, where_in
from crawler.sites.faults import fault
from crawler.sites.learned import archived
from crawler.sites.site import Site

#: Modules and rooms of this room that declare no site.
_OURS = frozenset(("addresses", "declared", "faults", "learned", "parsed", "replaced", "search_lists", "site", "stock"))


class NoSuchSite(CannotRun):
    """One line: there is no site of that name, and which there are."""


class BrokenSite(CannotRun):
    """One line: the site's own module cannot be loaded, where, and why."""


def names() -> list[str]:
    """The sites there are, whether or not they can be loaded."""
    return sorted({*declared_names(), *archived.names()})


def declared_names() -> list[str]:
    """The declared sites, whether or not their modules can be loaded."""
    return sorted(module.name for module in iter_modules(crawler.sites.__path__) if module.name not in _OURS)


def load(name: str) -> Site:
    """The site of this name: the declared one, if there is one, else the learned one.

    :raises NoSuchSite: if there is none.
    :raises BrokenSite: if its module cannot be imported, or declares no site, or its ``site.toml`` cannot be read.
    """
    if name in declared_names():
        return load_declared(name)
    try:
        site = archived.load(name)
    except archived.BrokenLearnedSite as error:
        raise BrokenSite(str(error)) from None
    if site is None:
        if archived.is_lost(name):
            raise NoSuchSite(
                f"{archived.site_file(name)} is lost, which says what site this archive is of; {archived.anew(name)}"
            )
        near = get_close_matches(name, names(), 1)
        raise NoSuchSite(
            f"there is no site {name!r}; {f'did you mean {near[0]}?' if near else 'there are: ' + ', '.join(names())}"
        )
    return site


def learned_text(name: str) -> str:
    """The ``site.toml`` of a learned site; empty for a declared one."""
    return "" if name in declared_names() else archived.site_file(name).read_text("utf-8")


@cache
def load_declared(name: str) -> Site:
    """The declared site of this name, which there is.

    :raises BrokenSite: if its module cannot be imported, or declares no site.
    """
    try:
        module = import_module(f"crawler.sites.{name}")
        found = [
            one
            for one in vars(module).values()
            if isinstance(one, type) and issubclass(one, Site) and one is not Site and one.__module__ == module.__name__
        ]
        site = found[0]() if len(found) == 1 else None
    except Exception as error:
        raise BrokenSite(f"the site {name} cannot be loaded: {_where(name, error)}") from error
    file = _short(str(module.__file__))
    if site is None:
        classes = ", ".join(one.__name__ for one in found) or "none"
        raise BrokenSite(f"the site {name} cannot be loaded: {file} has {len(found)} classes of Site ({classes}); it needs one")
    wrong = fault(site, name)
    if wrong is not None:
        line = _line(str(module.__file__), type(site).__name__, wrong.attribute)
        raise BrokenSite(f"the site {name} cannot be loaded: {file}, line {line}: {wrong.reason}")
    return site


def sound() -> list[Site]:
    """The sites whose modules can be loaded."""
    return [one for one in map(_tried, names()) if isinstance(one, Site)]


def broken() -> list[BrokenSite]:
    """What is wrong with the other sites, a line each."""
    return [one for one in map(_tried, names()) if isinstance(one, BrokenSite)]


def _tried(name: str) -> Site | BrokenSite:
    try:
        return load(name)
    except BrokenSite as error:
        return error


def _where(name: str, error: Exception) -> str:
    """An error of a site's module in one line: the place in a file of the site that it came from, if there is one."""
    own = tuple(f"{Path(folder) / name}{end}" for folder in crawler.sites.__path__ for end in (".py", "/"))
    return where_in(error, own, _short)


def _line(path: str, name: str, attribute: str) -> int:
    """The line of a class, or of an attribute in it, if it stands there."""
    lines = Path(path).read_text("utf-8").splitlines()
    of_class = next((number for number, line in enumerate(lines, 1) if re.match(rf"class {name}\b", line)), 1)
    inside = enumerate(lines[of_class:], of_class + 1)
    return next((number for number, line in inside if attribute and re.match(rf"\s+{attribute}\b", line)), of_class)


def _short(path: str) -> str:
    root = Path(crawler.sites.__path__[0]).parents[1]
    found = Path(path)
    return str(found.relative_to(root)) if found.is_relative_to(root) else path
