"""What passes between a site and those who make posts of its pages."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from crawler.markup.feeds.feed_entry import FeedEntry

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from crawler.items import CaptureRef, Exchange, Fidelity
    from crawler.sites.search_lists import Listed


class Kind(StrEnum):
    """What an address of a site leads to. ``COMPANION``: a further document that a post's text is in."""

    LISTING = "listing"
    FEED = "feed"
    POST = "post"
    COMPANION = "companion"
    OTHER = "other"


#: The kinds of pages that lead to posts.
LISTINGS = (Kind.LISTING, Kind.FEED)

#: In ``assumed``: code of the page was marked by another kramdown or Rouge; of it, text and language were compared alone.
CODE = "body.code"
#: In ``assumed``: links to other posts of the site became ``post_url``, which no sample tells.
NAMES = "body.post_url"
#: In ``assumed``: the site's base path became ``{{ site.baseurl }}``, which no sample tells.
BASE_PATH = "body.baseurl"
#: What is a guess in bodies, and why.
OF_BODIES = {
    CODE: (
        "another kramdown or Rouge marked code of the page than those that are here; of such code, text and language alone"
        " were compared (marked_elsewhere in site.toml)"
    ),
    NAMES: (
        "links to other posts have the very form that post_url gives in nearly all posts; no source post tells whether it was"
        " typed (post_url_likely in site.toml)"
    ),
    BASE_PATH: (
        "most sites with a base path have {{ site.baseurl }} before addresses; no source post tells whether it was typed"
        " ([liquid] in site.toml)"
    ),
}


@dataclass(frozen=True, slots=True)
class JekyllSite:
    """What decides how a source post is rendered: ``_config.yml`` and the post layout, as far as a page shows it.

    ``joins_categories``: whether the site's pages take all categories of a post, joined by blanks, for one.
    """

    config: str
    layout: str
    joins_categories: bool = False
    #: Plugins that the site's pages show signs of; none is needed to build its posts.
    plugins: tuple[str, ...] = ()
    #: The texts of files in ``_includes`` that posts need, by their names.
    includes: Mapping[str, str] = field(default_factory=dict)

    def write_includes(self, folder: Path) -> None:
        """Write :attr:`includes` into a site's folder; a file that is there stays as it is."""
        top = folder / "_includes"
        for name, text in self.includes.items():
            path = top / name
            if not path.exists() and path.resolve().is_relative_to(top.resolve()):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, "utf-8")


@dataclass(frozen=True, slots=True)
class ParsedPage:
    """A post page, read as far as a crawl has to know it; a site's own class has the rest, for :meth:`Site.build_post`."""

    page: Exchange
    #: With the site's UTC offset at that time.
    published: datetime
    #: As the front matter has them, in its case where the page tells it.
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SourceBody:
    """What stands below the front matter of a source post, and the ending of the file that makes Jekyll render it so."""

    text: str
    extension: str = ".html"
    fidelity: Fidelity = "rendered"
    #: Names of what is a guess in it, and findings that a person may want to look at, as in the index.
    assumed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """What a post page shows; two renderings of one source post show the same."""

    title: str
    #: Empty where it shows no time of day.
    time: str
    content: str
    tags: tuple[str, ...] = ()


def differences(one: Shown, other: Shown) -> list[str]:
    """The names of what two pages show differently; a time or title that one of them does not show is no difference."""
    names = [part.name for part in fields(one) if getattr(one, part.name) != getattr(other, part.name)]
    return [name for name in names if name not in ("time", "title") or (getattr(one, name) and getattr(other, name))]


class RedirectFrom(NamedTuple):
    """A path that leads on to a post, as the source has it, and the capture that says so."""

    path: str
    capture: CaptureRef


@dataclass(frozen=True, slots=True)
class FeedMention:
    """What a captured feed says of a post, and which capture that is; so with a list for the site's own search.

    ``redirects`` are the addresses that lead on to it.
    """

    entry: FeedEntry
    capture: CaptureRef | None
    #: Whether the feed names categories or tags of any post: one that never does says nothing by leaving them out.
    has_names: bool = True
    listed: Listed | None = None
    list_capture: CaptureRef | None = None
    redirects: tuple[RedirectFrom, ...] = ()

    @property
    def told(self) -> tuple[object, ...]:
        """All that is said of the post, by whichever captures."""
        return self.entry, self.listed, tuple(one.path for one in self.redirects)


def with_others(
    url: str, mention: FeedMention | None, listed: tuple[Listed, CaptureRef] | None, redirects: tuple[RedirectFrom, ...]
) -> FeedMention | None:
    """What feeds say of the post at a URL, with what a list for the site's search does, and what leads on to it.

    ``None`` if none of them says anything.
    """
    if listed is None and not redirects:
        return mention
    known = mention or FeedMention(FeedEntry(url, "", "", "", (), "", None), None, has_names=False)
    if listed is not None:
        known = replace(known, listed=listed[0], list_capture=listed[1])
    return replace(known, redirects=redirects)
