"""What is known of a learned site: plain values. :mod:`crawler.learn.site_toml.toml` reads and writes them as ``site.toml``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crawler.markup.links.address import split

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: In ``start`` and ``end`` of a layout: here stands whatever differs from post to post, such as a date.
ANYTHING = "{{*}}"
#: The fields of a layout that are selectors, in the order in which they are written.
FIELDS = ("title", "time", "author", "categories", "tags", "description", "image", "toc", "lead")


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the pages of one layout show what; of two layouts with one name, none is known.

    ``start`` is the page's text directly before the content of a post, and ``end`` the text directly behind it; white space at
    the ends of the content belongs to none of the three. :data:`ANYTHING` in them stands for text that differs.
    The other parts are selectors of :mod:`crawler.markup.elements`, none where the layout does not show such a thing.
    ``posts`` is how many posts have this layout; ``first_seen`` and ``last_seen`` are the times of their captures.
    """

    name: str
    start: str
    end: str
    title: tuple[str, ...] = ()
    time: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    description: tuple[str, ...] = ()
    image: tuple[str, ...] = ()
    #: Tables of contents that stand first in contents, and are the layout's.
    toc: tuple[str, ...] = ()
    #: Pictures that stand first in contents, and are the layout's: those which the head names, too.
    lead: tuple[str, ...] = ()
    posts: int = 0
    first_seen: str = ""
    last_seen: str = ""


@dataclass(frozen=True, slots=True)
class Learned:
    """All that the captured pages of a site tell about it.

    ``home`` ends with a slash, and its path is Jekyll's ``baseurl``; all other paths are relative to it.
    ``own_permalinks`` are the posts that break the ``permalink`` rule; ``pages`` look like posts by that rule and are none.
    ``layouts`` are tried in their order. ``generator`` is what the site says made it (``Jekyll v4.3.1``), else empty.
    ``evidence`` has one line for each field by its name (``layout.post.start`` for those of a layout).
    """

    name: str
    home: str
    #: Scheme and host for which the pages were built (``http://localhost:4000``), if these are others than those of ``home``.
    built_for: str = ""
    zone: str = "UTC"
    permalink: str = "date"
    own_permalinks: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    layouts: tuple[Layout, ...] = ()
    generator: str = ""
    #: Plugins of Jekyll that its pages show signs of.
    plugins: tuple[str, ...] = ()
    #: What the site calls itself.
    site_title: str = ""
    #: The text before addresses in contents that layouts make whole; see :mod:`crawler.learn.layouts.absolute`.
    absolute: str = ""
    #: Where the site shows the excerpts that Jekyll makes, and what ends them in sources if that is no empty line; see
    #: :mod:`crawler.learn.excerpts`.
    excerpts: tuple[str, ...] = ()
    excerpt_separator: str = ""
    #: What layouts put into contents, as pages show it, by what Jekyll rendered; see :mod:`crawler.markup.decoration`.
    decorations: Mapping[str, str] = field(default_factory=dict)
    kramdown: Mapping[str, object] = field(default_factory=dict)
    habits: Mapping[str, object] = field(default_factory=dict)
    #: Sitemaps that tell when posts were published, relative to ``home``.
    sitemaps: tuple[str, ...] = ()
    #: What is given back: ``markdown``, or ``html`` where nothing can prove Markdown.
    source: str = "markdown"
    #: The front matter of a source post that the person still has, and the digests of such posts by their file names.
    front_matter: str = ""
    samples: Mapping[str, str] = field(default_factory=dict)
    #: Keys of samples that every post gets, because all have the same under them, and keys that no page shows.
    constants: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    #: What tags of Liquid give, and what single samples tell of habits where they disagree; see :mod:`crawler.reconstruct`.
    liquid: Mapping[str, str] = field(default_factory=dict)
    near: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    #: Labels of links by the links' texts, addresses in an included file by their labels, and lines by how they come back.
    labels: Mapping[str, Sequence[str]] = field(default_factory=dict)
    included: Mapping[str, str] = field(default_factory=dict)
    lines: Mapping[str, str] = field(default_factory=dict)
    #: Days and slugs (``2024-05-11-hello``) that several posts have, in folders of their own: theirs are told apart by those.
    shared_names: tuple[str, ...] = ()
    #: The days of posts whose addresses do not tell them, by their paths: a page need not show one.
    days: Mapping[str, str] = field(default_factory=dict)
    #: The days of posts of which nothing tells one, as the order of lists allows them.
    assumed_days: Mapping[str, str] = field(default_factory=dict)
    #: Names that are categories where only a feed has them; see :mod:`crawler.learn.finding.category_lists`.
    category_names: tuple[str, ...] = ()
    #: Titles as other places than the posts' own pages have them, by the posts' paths; and whether layouts write typographic
    #: characters in titles for ASCII (``yes``, ``no``, ``unknown``); see :mod:`crawler.learn.fields.typed_titles`.
    titles: Mapping[str, str] = field(default_factory=dict)
    smart_titles: str = "unknown"
    #: Whether layouts write titles as they were typed, with references of HTML (``yes``, ``no``, ``unknown``).
    raw_titles: str = "unknown"
    #: The names of posts that the site's lists of each tell, by the posts' paths; see :mod:`crawler.learn.finding.name_lists`.
    listed_categories: Mapping[str, Sequence[str]] = field(default_factory=dict)
    listed_tags: Mapping[str, Sequence[str]] = field(default_factory=dict)
    #: What the head of the home page says of itself as posts do: author, description and picture of the site, and no post's.
    site_wide: Mapping[str, str] = field(default_factory=dict)
    #: What lists for the site's own search tell of posts, by their paths; see :mod:`crawler.sites.search_lists`.
    search_lists: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)
    #: Lists that jekyll-redirect-from wrote; and its stub pages that none of these has, with the posts to which they lead.
    redirect_lists: tuple[str, ...] = ()
    redirects: Mapping[str, str] = field(default_factory=dict)
    #: Posts that contents link to and that are no more: nothing names them by their files.
    dead_links: tuple[str, ...] = ()
    #: What a person should know: ``status`` and ``report`` say it, too.
    warnings: tuple[str, ...] = ()
    evidence: Mapping[str, str] = field(default_factory=dict)

    @property
    def as_built(self) -> str:
        """The address of the home page as the pages were built."""
        return f"{self.built_for}{split(self.home).path}" if self.built_for else self.home
