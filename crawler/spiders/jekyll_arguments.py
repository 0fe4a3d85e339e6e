"""The arguments of ``scrapy crawl jekyll``, and the site that they name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crawler.archive.paths import CAPTURES
from crawler.archive.root import root
from crawler.errors import CannotRun
from crawler.invocation import command
from crawler.learn.learned import Learned
from crawler.markup.address import normal
from crawler.sites import archived
from crawler.sites.declared import declared_names
from crawler.sites.unlearned import UnlearnedSite
from crawler.spiders.arguments import Argument, Arguments, BadArgument, read_flag, read_names
from crawler.upkeep.learning import read_samples

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crawler.sites.learned import LearnedSite

#: What a run takes only of a site of which it is known which pages are posts.
_OF_POSTS = ("category", "since", "until", "limit")
_EXAMPLE = "url=https://blog.example/"


@dataclass(frozen=True, slots=True)
class JekyllArguments(Arguments):
    """Those of every spider, and which site it is. ``samples``: files with source posts; ``assets``: captured, too."""

    url: str = ""
    name: str = ""
    samples: tuple[str, ...] = ()
    assets: bool = True

    @classmethod
    def takes(cls, argument: Argument) -> bool:
        """Whether the spider takes an argument: no site that it does not know has companions with pages."""
        return argument.name != "share_pages"

    @classmethod
    def values(cls, given: Mapping[str, str]) -> dict[str, Any]:
        """The value of each field."""
        return Arguments.values(given) | {
            "url": given.get("url", ""),
            "name": given.get("name", ""),
            "samples": read_names("samples", given),
            "assets": read_flag("assets", given, "1"),
        }


def check_given(given: Mapping[str, str], site: LearnedSite) -> None:
    """Check arguments for a run of this site.

    :raises BadArgument: for one that makes no sense for it.
    """
    arguments = JekyllArguments.read(given)
    if arguments.url and home_of(arguments.url) != site.home:
        raise BadArgument(
            f"url={arguments.url}: the archive {site.name} is of {site.home}; name another one with name=, or leave url= out"
        )
    if arguments.name and arguments.name != site.name:
        raise BadArgument(f"name={arguments.name}: this site is called {site.name}; leave name= out")
    if arguments.samples:
        if not isinstance(site, UnlearnedSite):
            again = f"{command(f'learn {site.name} --samples ...')} and then {command(f'rebuild {site.name}')}"
            raise BadArgument(f"samples= is for a site that is not learned yet; for this one: {again}")
        _check_samples(arguments.samples)
    early = next((name for name in _OF_POSTS if name in given), None)
    if isinstance(site, UnlearnedSite) and early:
        raise BadArgument(f"{early}= needs to know which pages are posts, and no run has learned that yet; leave it out once")


def _check_samples(paths: Sequence[str]) -> None:
    """Read the samples before the run begins.

    :raises BadArgument: if one is no source post.
    """
    try:
        read_samples(paths)
    except CannotRun as error:
        raise BadArgument(str(error)) from None


def named_site(given: Mapping[str, str]) -> LearnedSite:
    """The site that arguments name: a learned one, or one that no run has seen yet.

    :raises BadArgument: if they name none, or another one than the archive of that name has.
    """
    arguments = JekyllArguments.read(given)
    if not arguments.url:
        raise BadArgument(f"name the home page of the site: -a {_EXAMPLE}")
    home = home_of(arguments.url)
    name = arguments.name or archived.default_name(home)
    try:
        archived.check_name(name)
        site = archived.load(name)
    except (archived.BadName, archived.BrokenLearnedSite) as error:
        raise BadArgument(str(error)) from None
    if name in declared_names():
        raise BadArgument(f"name={name}: a declared site has this name already; choose another")
    if site is None and (root() / name / CAPTURES).exists():
        raise BadArgument(f"name={name}: {root() / name} is the archive of another site; choose another name")
    return site or UnlearnedSite.of(Learned(name, home))


def home_of(url: str) -> str:
    """The home page at an address that a person typed.

    :raises BadArgument: if it is none of the web.

    >>> home_of("https://Blog.example"), home_of("http://blog.example/notes/index.html?x#y"), home_of("https://s/a")
    ('https://blog.example/', 'http://blog.example/notes/', 'https://s/a/')
    """
    found = normal(url.strip())
    if found is None:
        raise BadArgument(f"url={url!r} is no address of a site; write it like {_EXAMPLE}")
    path = found.partition("?")[0]
    folder, _, file = path.rpartition("/")
    return f"{folder}/" if file in ("", "index.html", "index.htm") else f"{path}/"
