"""The learned sites: those whose archive has a ``site.toml``."""

from __future__ import annotations

import re
from contextlib import closing
from functools import lru_cache
from typing import TYPE_CHECKING

from crawler.archive.catalog.catalog import Catalog
from crawler.archive.catalog.catalog_reader import reporting_damage
from crawler.archive.disk import DISK_ERRORS
from crawler.archive.paths import CAPTURES, CATALOG, SITE
from crawler.archive.root import root
from crawler.errors import CannotRun
from crawler.invocation import command
from crawler.markup.links.address import normal, split
from crawler.markup.links.same_place import is_below

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.learn.learned import Learned
    from crawler.sites.learned.site import LearnedSite

#: Characters of a name.
_LONGEST = 100
#: A name that is a folder's own on every system, and no option of a command.
_SAFE = re.compile(rf"(?![.-])[\w.-]{{1,{_LONGEST}}}(?<!\.)")
#: Names that a file system keeps for itself, and that of the spider of all these sites.
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?|jekyll", re.IGNORECASE | re.DOTALL)
_UNSAFE = re.compile(r"[^\w.-]+")


class BadName(CannotRun):
    """One line: why a site cannot have this name."""


class BrokenLearnedSite(CannotRun):
    """One line: which ``site.toml`` cannot be read, where, and why."""


def is_safe(name: str) -> bool:
    """Whether a name may be that of an archive's folder.

    >>> is_safe("blog.example"), is_safe(".."), is_safe("a/b"), is_safe("-s"), is_safe("NUL.x"), is_safe("jekyll")
    (True, False, False, False, False, False)
    """
    return _SAFE.fullmatch(name) is not None and _RESERVED.fullmatch(name) is None


def check_name(name: str) -> str:
    """The name, if a folder may have it.

    :raises BadName: if not.
    """
    if not is_safe(name):
        short = name if len(name) <= _LONGEST else f"{name[:20]}…"
        taken = "that name has a meaning of its own" if _RESERVED.fullmatch(name) else "its name is that of a folder"
        raise BadName(
            f"a site cannot be called {short!r}; {taken}; take up to {_LONGEST} letters, digits, dots and dashes, like blog"
        )
    return name


def default_name(home: str) -> str:
    """The name of the site at a home page for which nobody chose one: its host, and the path in which it lies.

    >>> default_name("https://blog.example/"), default_name("https://Blog.example:8080/my/notes/")
    ('blog.example', 'blog.example-8080-my-notes')
    """
    parts = split(normal(home) or "")
    return _UNSAFE.sub("-", f"{parts.netloc}{parts.path}").strip("-.")[:_LONGEST].rstrip("-.")


def site_file(name: str) -> Path:
    """Where the ``site.toml`` of a site is, or would be."""
    return root() / name / SITE


def is_lost(name: str) -> bool:
    """Whether there are captures of pages under this name, and no ``site.toml`` says of what site."""
    folder = root() / name
    if not is_safe(name) or not (folder / CAPTURES).is_dir() or site_file(name).exists():
        return False
    try:
        with reporting_damage(folder), closing(Catalog(folder / CATALOG, read_only=True)) as catalog:
            return catalog.has_pages()
    except (CannotRun, *DISK_ERRORS):
        return True


def anew(name: str) -> str:
    """What has the ``site.toml`` of an archive written again."""
    return f"{command(f'learn {name} --url HOME')} writes it anew, with the site's home page for HOME"


def names() -> list[str]:
    """The names of the learned sites."""
    try:
        return sorted(one.name for one in root().iterdir() if is_safe(one.name) and (one / SITE).is_file())
    except OSError:
        return []


def load(name: str) -> LearnedSite | None:
    """The learned site of this name; ``None`` if there is none.

    :raises BrokenLearnedSite: if its ``site.toml`` cannot be read.
    """
    if not is_safe(name):
        return None
    from crawler.learn.site_toml.toml import MEND, BrokenToml  # noqa: PLC0415 - a declared site is loaded without what learning takes

    path = site_file(name)
    try:
        text = path.read_text("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise BrokenLearnedSite(f"the site {name} cannot be loaded: {path}: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise BrokenLearnedSite(f"the site {name} cannot be loaded: {path}: line {line}: this is no UTF-8; {MEND}") from None
    try:
        site = of_text(text)
    except BrokenToml as error:
        raise BrokenLearnedSite(f"the site {name} cannot be loaded: {path}: {error}") from None
    if site.name != name:
        why = f"it says name = {site.name!r}; a site has the name of its folder"
        raise BrokenLearnedSite(f"the site {name} cannot be loaded: {path}: {why}")
    if site.learned.layouts and (elsewhere := _captured_elsewhere(path.parent, site.home)):
        line = next((number for number, one in enumerate(text.splitlines(), 1) if one.lstrip().startswith("home")), 1)
        why = f"home is {site.home}, and every page here is of {elsewhere}; write that, or crawl the other under a new name"
        raise BrokenLearnedSite(f"the site {name} cannot be loaded: {path}: line {line}: {why}")
    return site


def _captured_elsewhere(folder: Path, home: str) -> str:
    """The host that an archive has pages of, where it has none below the home page; empty if it has, or cannot be read."""
    try:
        with reporting_damage(folder), closing(Catalog(folder / CATALOG, read_only=True)) as catalog:
            if catalog.has_pages(home) or not catalog.has_pages():
                return ""
            if any(is_below(url, home) for url in catalog.urls()):  # a person wrote https, say: they are filed anew
                return ""
            parts = split(next(catalog.urls(), ""))
    except (CannotRun, *DISK_ERRORS):  # whoever needs the catalog says what is wrong with it
        return ""
    return f"{parts.scheme}://{parts.netloc}/"


@lru_cache(maxsize=16)
def of_text(text: str) -> LearnedSite:
    """The site that a ``site.toml`` describes.

    :raises BrokenToml: if it cannot be read.
    """
    from crawler.learn.site_toml.toml import read  # noqa: PLC0415 - as above

    return of_learned(read(text))


def of_learned(learned: Learned) -> LearnedSite:
    """The site that this was learned of."""
    from crawler.sites.learned.site import LearnedSite  # noqa: PLC0415 - as above
    from crawler.sites.learned.unlearned import UnlearnedSite  # noqa: PLC0415

    return (LearnedSite if learned.layouts else UnlearnedSite).of(learned)
