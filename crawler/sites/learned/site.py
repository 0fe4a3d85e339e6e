"""A site that nobody described: a class filled from what was learned of its captured pages."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, ClassVar, Self
from zoneinfo import ZoneInfo

from crawler.invocation import command
from crawler.items import LEADS_AWAY, Exchange, Found, Post, Rejection
from crawler.learn.fields.titles import even, title_in_head
from crawler.learn.layouts.content import content_of
from crawler.learn.layouts.toc import with_toc
from crawler.learn.slugs import slug_among
from crawler.markup.byline import says_something, writer
from crawler.markup.characters import whole_utf8
from crawler.markup.links.address import split
from crawler.markup.links.document_kinds import is_asset
from crawler.markup.links.redirects import leads_away
from crawler.markup.links.requisites import refresh
from crawler.markup.source.sample import FrontMatterForm
from crawler.markup.titles.typed import as_typed
from crawler.markup.titles.written import plain
from crawler.sites.addresses.file_slug import file_slug
from crawler.sites.addresses.made_address import at_address, is_made, permalink_at
from crawler.sites.learned.as_rendered import as_compared, as_rendered, as_shown
from crawler.sites.learned.body import PostNames, addresses, source_body, with_white_space
from crawler.sites.learned.config import jekyll_of
from crawler.sites.learned.excerpt import excerpts_that_differ, told_excerpt, with_excerpt
from crawler.sites.learned.fields import in_head, labels, rooted
from crawler.sites.learned.link import KEYS, key_of, with_link
from crawler.sites.learned.title import with_code, with_references, with_title
from crawler.sites.parsed import OF_BODIES
from crawler.sites.replaced import replaced
from crawler.sites.site import Site
from crawler.sites.stock import page as stock_page
from crawler.sites.stock.post import default_title

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from crawler.learn.learned import Learned
    from crawler.markup.feeds.feed_entry import FeedEntry
    from crawler.markup.source.sample import Value
    from crawler.sites.parsed import FeedMention, JekyllSite, ParsedPage, Shown, SourceBody

#: Files that speak of a whole host.
_OF_HOSTS = ("/robots.txt", "/sitemap.xml")
#: What a site has under the names that it was learned under.
_SAME = (
    *("name", "home", "zone", "permalink", "own_permalinks", "pages", "feeds", "sitemaps"),
    *("search_lists", "redirect_lists", "redirects", "category_names"),
)


class LearnedSite(Site):
    """A Jekyll site as ``site.toml`` in its archive's folder describes it. Its classes are made by :meth:`of`."""

    learned: ClassVar[Learned]

    @classmethod
    def of(cls, learned: Learned) -> Self:
        """The site that this was learned of."""
        attributes = {name: getattr(learned, name) for name in _SAME} | {"learned": learned}
        host = split(learned.home).netloc
        other = host.removeprefix("www.") if host.startswith("www.") else f"www.{host}"
        attributes["old_hosts"] = (other, *filter(None, [split(learned.built_for).netloc]))
        made: type[Self] = type(cls.__name__, (cls,), attributes)
        return made()

    def covers(self, url: str) -> bool:
        """Whether captures of a canonical URL belong to the site: of its folder, and what its pages show."""
        is_own = url.startswith(self.home) or is_asset(url) or url.endswith(_OF_HOSTS)
        return is_own and super().covers(url)

    @cached_property
    def sample(self) -> FrontMatterForm:
        """The form of the front matter: that of the first sample; else Jekyll's own."""
        if not self.learned.front_matter:
            return FrontMatterForm()
        return FrontMatterForm.of(self.learned.front_matter, constants=self.learned.constants)

    def post_day(self, url: str) -> str:
        """The day that a post's address tells, or that was learned of the post."""
        return super().post_day(url) or self.learned.days.get(self._path(url) or "", "")

    def first_day(self, url: str) -> str:
        """A guess: the day that the order of lists allows, if it is of the month or year in the address; else its first one."""
        own, guess = super().first_day(url), self.learned.assumed_days.get(self._path(url) or "", "")
        told = own[: 7 if "month" in self.permalink else 4]
        return guess if guess.startswith(told) and guess else own

    def listed_names(self, url: str) -> Mapping[str, Sequence[str]]:
        """The names by which the site's lists have a post."""
        path = self._path(url) or ""
        tables = {"categories": self.learned.listed_categories, "tags": self.learned.listed_tags}
        return {kind: told[path] for kind, told in tables.items() if path in told}

    def slug(self, url: str) -> str:
        """The slug that a post's address tells; of one that another post of that day has too, with the folders around it."""
        slug = super().slug(url)
        return file_slug(slug_among(self._path(url) or "", self.post_day(url), slug, self._shared)) if self._shared else slug

    def own_permalink(self, url: str) -> str:
        """The ``permalink`` of a post whose file could not be called as its address asks for, or that follows no rule."""
        path = self._path(url) or ""
        is_shared = path in self._shared or f"{self.post_day(url)}-{super().slug(url)}" in self._shared
        return permalink_at(path) if self._shared and is_shared else super().own_permalink(url)

    def at_address(
        self, page: Exchange, published: datetime, slug: str, categories: tuple[str, ...]
    ) -> tuple[tuple[str, ...], str]:
        """The post's categories and ``permalink`` with which the rule that was learned makes the address that it has."""
        if own := self.own_permalink(page.url):
            return categories, own
        path, moment = self._path(page.url) or "", published.astimezone(ZoneInfo(self.zone))
        made = partial(is_made, path, self.permalink, moment, slug)
        return at_address(path, made, categories, self.categories_at(page.url))

    @cached_property
    def _shared(self) -> frozenset[str]:
        return frozenset(self.learned.shared_names)

    def parse_page(self, page: Exchange) -> ParsedPage | Rejection:
        """What a post page shows, read by the first learned layout that it has."""
        wrong = stock_page.not_a_post(self, page)
        if wrong is not None:
            return wrong
        if leads_away(page.body) and (target := refresh(page.body, page.url)):
            return Rejection(page.url, LEADS_AWAY, f"it is no post, but sends its readers to {target}")
        page = page._replace(body=whole_utf8(page.body))
        found = content_of(page.body, self.learned.layouts)
        if found is None:
            again = command(f"learn {self.name}")
            count = len(self.learned.layouts)
            known = "the one layout" if count == 1 else f"any of the {count} layouts"
            return Rejection(page.url, "layout", f"it does not have {known} in site.toml; {again} shows what the pages tell")
        layout, start, end = found
        untitled = title_in_head(page.body, self.learned.site_title) or default_title(self.slug(page.url))
        parsed = stock_page.parse_around(self, page, layout, (start, end), reads_content=False, untitled=untitled)
        if isinstance(parsed, Rejection):
            return parsed
        parsed = with_code(with_references(parsed, self.learned.raw_titles))
        return replace(
            parsed,
            title=as_typed(parsed.title, page.body),
            lacks_toc=bool(layout.toc) and with_toc(page.body, (start, end)) != (start, end),
            author=self._of_post("author", writer(parsed.author)),
            categories=labels(parsed.categories),
            shown_categories=labels(parsed.shown_categories),
            tags=labels(parsed.tags),
        )

    def build_post(self, parsed: ParsedPage, companion: Exchange | None = None, mention: FeedMention | None = None) -> Post:
        """The post; it is exact where a source post that the person still has says so."""
        parsed = self._with_title(with_white_space(self.learned, parsed, mention), mention)
        post = super().build_post(parsed, companion, mention)
        if isinstance(parsed, stock_page.StockPage) and not post.filename.endswith(".html"):
            html = as_rendered(self.learned, parsed.html)
            told = told_excerpt(self.learned, parsed.page.body, mention.entry if mention is not None else None, html)
            post.content = with_excerpt(self.learned, post.content, told)
        if self.learned.samples.get(post.filename) == hashlib.sha256(post.content.encode()).hexdigest():
            post.fidelity = "exact"
        return post

    def findings(
        self, parsed: ParsedPage, companion: Exchange | None = None, mention: FeedMention | None = None
    ) -> list[Found]:
        """What each rule found when it built a post, with the title that other places than the page tell."""
        found = super().findings(self._with_title(parsed, mention), companion, mention)
        if not (self.learned.liquid or any(map(self.learned.habits.get, ("marked_elsewhere", "post_url_likely")))):
            return found
        name = next(filter(OF_BODIES.get, self.build_post(parsed, companion, mention).assumed), "")
        why = OF_BODIES.get(name, "")
        return [replace(one, doubt=why, assumed=name) if why and one.part == "body" and not one.doubt else one for one in found]

    def _with_title(self, parsed: ParsedPage, mention: FeedMention | None) -> ParsedPage:
        path = self._path(parsed.page.url) or ""
        if not isinstance(parsed, stock_page.StockPage):
            return parsed
        return with_link(with_title(parsed, self.learned, path, mention), mention, key_of(self.sample))

    def replaced(self, post: Post, before: Post, told_title: str) -> str:
        """Why a page is no edit of a post: its layout was learned of pages, and an error page may have one like it."""
        return replaced(post, before, told_title)

    def source_body(self, html: str, about: Mapping[str, str]) -> SourceBody:
        """Markdown that Jekyll renders to the content, or the content itself."""
        html = as_rendered(self.learned, html)
        return source_body(self.learned, html, {**about, **addresses(self.learned.as_built)}, self._post_names)

    def further_fields(self, parsed: ParsedPage, html: str) -> Mapping[str, Value]:
        """The description, if it is no excerpt of the content, the image, and where the title leads."""
        found = content_of(parsed.page.body, self.learned.layouts)
        if found is None:
            return {}
        page = parsed if isinstance(parsed, stock_page.StockPage) else None
        told = in_head(parsed.page.body, found[0], html, page.title if page else "")
        fields = {key: self._of_post(key, value) for key, value in told.items()}
        if not self.sample.begins("image", self.home):
            fields["image"] = rooted(rooted(fields["image"], self.home), self.learned.as_built)
        if self.sample.begins("excerpt", "") and not self.sample.begins("description", ""):
            fields["excerpt"] = fields.pop("description")  # which heads show in place of a description
        if page:
            fields[key_of(self.sample) or KEYS[0]] = page.link
        return fields

    def _of_post(self, key: str, value: str) -> str:
        """A value of the front matter; empty if it says nothing, or is the site's own, and the sample does not say so, too."""
        is_sites = value == self.learned.site_wide.get(key) and not self.sample.says(key, value)
        return "" if is_sites or not says_something(value) else value

    def edition(self, parsed: ParsedPage) -> str:
        """The name of the layout that a page has."""
        found = content_of(parsed.page.body, self.learned.layouts)
        return found[0].name if found else "stock"

    def shown(self, page: Exchange) -> Shown:
        """What the page of a post shows: no title where it has no element for one; typographic characters count as ASCII."""
        parsed = self.parse_page(page)
        shown = stock_page.shown(parsed)
        has_title = isinstance(parsed, stock_page.StockPage) and "title" in parsed.places
        content = as_compared(self.learned, shown.content)
        return replace(shown, title=even(plain(shown.title)) if has_title else "", content=content)

    def shown_by_jekyll(self, page: Exchange) -> Shown:
        """What a page shows that Jekyll made, with what the site's own layouts do to it: to white space, and to addresses."""
        shown = super().shown_by_jekyll(page)
        return replace(shown, title=even(plain(shown.title)), content=as_shown(self.learned, shown.content))

    def excerpts_that_differ(self, page: Exchange, made: Exchange, entry: FeedEntry | None) -> tuple[str, str] | None:
        """What page and feed show of a post's excerpt, and what Jekyll makes, if these differ."""
        content = stock_page.shown(self.parse_page(page)).content if self.learned.excerpts else ""
        return excerpts_that_differ(self.learned, (page.body, entry, content), made.body) if content else None

    @cached_property
    def _post_names(self) -> PostNames:
        return PostNames(self, frozenset(self.learned.dead_links))

    @property
    def jekyll(self) -> JekyllSite:
        """Settings with which Jekyll makes of the source posts what the site showed."""
        return jekyll_of(self.learned, super().jekyll)
