"""The sites there are: a module or package of ``crawler/sites`` each, with one class of :class:`~crawler.sites.site.Site`."""

from __future__ import annotations

import traceback
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import crawler.sites
from crawler.errors import CannotRun
from crawler.sites.site import Site

#: Modules of this room that declare no site.
_OURS = frozenset(["declared", "parsed", "permalink", "site", "stock_extent", "stock_names", "stock_page", "stock_post"])


class NoSuchSite(CannotRun):
    """One line: there is no site of that name, and which there are."""


class BrokenSite(CannotRun):
    """One line: the site's own module cannot be loaded, where, and why."""


def names() -> list[str]:
    """The sites there are, whether or not their modules can be loaded."""
    return sorted(module.name for module in iter_modules(crawler.sites.__path__) if module.name not in _OURS)


@cache
def load(name: str) -> Site:
    """The site of this name.

    :raises NoSuchSite: if there is none.
    :raises BrokenSite: if its module cannot be imported, or declares no site.
    """
    if name not in names():
        near = get_close_matches(name, names(), 1)
        raise NoSuchSite(
            f"there is no site {name!r}; {f'did you mean {near[0]}?' if near else 'there are: ' + ', '.join(names())}"
        )
    try:
        module = import_module(f"crawler.sites.{name}")
        found = [
            one
            for one in vars(module).values()
            if isinstance(one, type) and issubclass(one, Site) and one.__module__ == module.__name__
        ]
        site = found[0]() if len(found) == 1 else None
    except Exception as error:
        raise BrokenSite(f"the site {name} cannot be loaded: {_where(name, error)}") from error
    if site is None:
        raise BrokenSite(f"crawler/sites/{name} has {len(found)} classes of Site; it needs one")
    missing = [one for one in ("name", "home") if not getattr(site, one, "")]
    if missing or site.name != name or not site.home.endswith("/"):
        what = f"has no {missing[0]}" if missing else f"is named {site.name!r}, as its module is not"
        if not missing and site.name == name:
            what = f"has a home without a slash at its end: {site.home}"
        raise BrokenSite(f"the class {type(site).__name__} in crawler/sites/{name} {what}")
    return site


def _where(name: str, error: Exception) -> str:
    """An error of a site's module in one line: the place in a file of the site that it came from, if there is one."""
    text = f"{type(error).__name__}: {(str(error).splitlines() or [''])[0]}"
    if isinstance(error, SyntaxError) and error.filename:
        return f"{_short(error.filename)}, line {error.lineno}: {type(error).__name__}: {error.msg}"
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if f"/sites/{name}" in Path(frame.filename).as_posix():
            return f"{_short(frame.filename)}, line {frame.lineno}: {text}"
    return text


def _short(path: str) -> str:
    root = Path(crawler.sites.__path__[0]).parents[1]
    found = Path(path)
    return str(found.relative_to(root)) if found.is_relative_to(root) else path
