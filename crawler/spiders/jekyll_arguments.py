"""The arguments of ``scrapy crawl jekyll``, and the site that they name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crawler.errors import CannotRun
from crawler.invocation import command
from crawler.markup.links.same_place import is_same_place
from crawler.sites.learned.strangers import NoStranger, home_of, stranger
from crawler.sites.learned.unlearned import UnlearnedSite
from crawler.spiders.arguments import Argument, Arguments, BadArgument, read_flag, read_names
from crawler.upkeep.learning import read_samples
from crawler.upkeep.sampled import digests

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crawler.sites.learned.site import LearnedSite

#: What a run takes only of a site of which it is known which pages are posts.
_OF_POSTS = ("category", "since", "until", "limit")


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
    if arguments.url:
        _check_address(arguments.url, site)
    if arguments.name and arguments.name != site.name:
        raise BadArgument(f"name={arguments.name}: this site is called {site.name}; leave name= out")
    samples = _read(arguments.samples)
    if not isinstance(site, UnlearnedSite) and not digests(samples).items() <= site.learned.samples.items():
        again = f"{command(f'learn {site.name} --samples ...')} and then {command(f'rebuild {site.name}')}"
        raise BadArgument(f"samples= is for a site that is not learned yet; for this one: {again}")
    early = next((name for name in _OF_POSTS if name in given), None)
    if isinstance(site, UnlearnedSite) and early:
        raise BadArgument(f"{early}= needs to know which pages are posts, and no run has learned that yet; leave it out once")


def _check_address(url: str, site: LearnedSite) -> None:
    try:
        home = home_of(url)
    except NoStranger as error:
        raise BadArgument(str(error)) from None
    if not is_same_place(home, site.home):
        raise BadArgument(f"url={url}: the archive {site.name} is of {site.home}; leave url= out, or choose another name")


def _read(samples: Sequence[str]) -> dict[str, str]:
    """The samples, before the run begins.

    :raises BadArgument: if one is no source post.
    """
    try:
        return read_samples(samples)
    except CannotRun as error:
        raise BadArgument(str(error)) from None


def named_site(given: Mapping[str, str]) -> LearnedSite:
    """The site that arguments name: a learned one, or one that no run has seen yet.

    :raises BadArgument: if they name none, or another one than the archive of that name has.
    """
    arguments = JekyllArguments.read(given)
    if not arguments.url:
        raise BadArgument("name the home page of the site: -a url=https://blog.example/")
    try:
        return stranger(arguments.url, arguments.name)
    except NoStranger as error:
        raise BadArgument(str(error)) from None
