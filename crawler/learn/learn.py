"""The captured pages of a site -> all that is learned of it. The same pages always give the same."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from crawler.counted import counted
from crawler.learn.decorations.decorations import decorations_of
from crawler.learn.exceptions import like_posts, own_permalinks_of
from crawler.learn.excerpts import excerpts_of
from crawler.learn.fields.other_words import without_other_words
from crawler.learn.fields.shown import value
from crawler.learn.fields.shown_categories import shown_names
from crawler.learn.fields.site_title import site_title
from crawler.learn.fields.site_wide import site_wide
from crawler.learn.fields.tags_as_categories import with_categories
from crawler.learn.fields.titles_as_typed import titles_as_typed
from crawler.learn.finding.assumed_days import assumed_days
from crawler.learn.finding.by_lists import by_lists
from crawler.learn.finding.category_lists import category_names
from crawler.learn.finding.days import first_told, with_lists, with_pages, with_search_lists
from crawler.learn.finding.look_alikes import warnings_of
from crawler.learn.finding.moved import without_moved
from crawler.learn.finding.paged import with_paged
from crawler.learn.finding.posts import posts_of
from crawler.learn.finding.redirects import redirects_of
from crawler.learn.finding.search_lists import days_of, search_lists
from crawler.learn.finding.sitemap_days import sitemaps_of, with_sitemaps
from crawler.learn.languages import languages
from crawler.learn.layouts.absolute import absolute_of
from crawler.learn.layouts.layouts import places_of
from crawler.learn.learned import Learned
from crawler.learn.no_posts import NONE
from crawler.learn.page import Unpacked
from crawler.learn.pages import Captured
from crawler.learn.read_layouts import layouts_read
from crawler.learn.rule import rule_of
from crawler.learn.slugs import shared_names
from crawler.learn.zone import zone_of
from crawler.markup.elements import elements
from crawler.markup.links.redirects import PLUGIN
from crawler.sites.addresses.permalink import Permalink

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from crawler.items import Exchange
    from crawler.learn.finding.posts import Posts
    from crawler.learn.layouts.layouts import Place
    from crawler.learn.learned import Layout


def learn(name: str, home: str, pages: Iterable[Exchange], moved: Mapping[str, str] = MappingProxyType({})) -> Learned:
    """What the captures of a site tell about it: its pages, its feeds and its sitemaps, in any order.

    :param home: the address of its home page, with a slash at its end.
    :param moved: the addresses to which pages were redirected after they were captured, by their own.
    """
    captured = Captured.read(home, pages)
    posts = without_moved(posts_of(captured), captured, moved)
    posts = without_moved(with_paged(captured, posts), captured, moved)
    evidence: dict[str, str] = {}
    posts = with_sitemaps(posts, captured, sitemaps := sitemaps_of(captured, found := posts, evidence))
    others = {path for path in captured.pages if path and path not in posts.days}
    posts, places, told_by = _with_days(
        captured, posts, {"feeds, heads or names of sources": found.days, "sitemaps": posts.days}
    )
    placed = list(zip(places, layouts_read(captured, places, posts, evidence), strict=True))
    listed = by_lists(captured, posts, placed)
    have_any = bool(listed.categories) or any(layout.categories for _, layout in placed)
    placed = list(zip(places, without_other_words(placed, evidence), strict=True))
    spoken = languages(captured, posts)
    rule = rule_of(posts.days, others, shown_names(posts, placed), have_categories=have_any, languages=spoken)
    placed = list(zip(places, layouts := tuple(with_categories(placed, rule.permalink, evidence)), strict=True))
    by = ", ".join(f"{count} by {kind}" for kind, count in posts.by.items() if count)
    evidence["permalink"] = f"{len(rule.kept)} of {counted(len(posts.days), 'post')} ({by})" if posts.days else NONE
    if spoken:
        evidence["permalink"] += f"; {', '.join(sorted(spoken))} are the languages of pages, and no categories"
    own_permalinks = own_permalinks_of(rule, evidence)
    pages_like_posts = like_posts(rule.permalink, others | captured.files)
    if pages_like_posts:
        evidence["pages"] = (
            f"{counted(len(pages_like_posts), 'page')} with an address like a post's, of which nothing says that it is one"
        )
    zone, evidence["zone"] = zone_of(_times(captured, posts, layouts))
    evidence |= _told_by_heads(captured)
    redirects = redirects_of(captured, posts.days)
    plugins = {*captured.plugins, *({PLUGIN} if redirects.evidence else ())}
    if plugins:
        left = [f"{one} in {captured.plugins[one]}" for one in sorted(captured.plugins)]
        evidence["plugins"] = "what they leave stands in pages, feeds or sitemaps" + (f": {', '.join(left)}" if left else "")
    feeds = _feeds(captured, posts, evidence)
    days = _days(rule.permalink, posts)
    if days:
        evidence["days"] = (
            f"addresses do not tell the days of {counted(len(days), 'post')}; told by {first_told(days, told_by)}"
        )
    entries = ((path, [one.content for one in posts.entries[path] if one.content]) for path in posts.days)
    told = Unpacked([(captured.pages[path], contents) for path, contents in entries])
    absolute, count = absolute_of(captured.built_for or home, told, layouts)
    if absolute:
        evidence["absolute"] = f"pages have whole addresses behind it where feeds have none, in {counted(count, 'post')}"
    decorations, told_of_contents = decorations_of(told, layouts, absolute, captured.built_for or home)
    excerpts, separator = excerpts_of(captured, posts, placed, evidence)
    lists, told_by_lists = search_lists(captured, posts, placed, rule.permalink, zone)
    titles = titles_as_typed(captured, posts, placed)
    assumed = assumed_days(captured, posts)
    if assumed:
        evidence["assumed_days"] = (
            f"nothing tells the days of {counted(len(assumed), 'post')}; these keep the order in which lists have them"
        )
    shared = shared_names(rule.permalink, posts.days, assumed)
    if shared:
        evidence["shared_names"] = f"{counted(len(shared), 'name')} that several posts would have: their folders are added"
    return Learned(
        name,
        home,
        captured.built_for,
        zone,
        rule.permalink,
        own_permalinks,
        pages_like_posts,
        feeds,
        layouts,
        captured.generator,
        tuple(sorted(plugins)),
        site_title=site_title(captured, posts.days, feeds, evidence),
        absolute=absolute,
        excerpts=excerpts,
        excerpt_separator=separator,
        decorations=decorations,
        sitemaps=sitemaps,
        shared_names=shared,
        days=days,
        assumed_days=assumed,
        category_names=category_names(captured, evidence, rule.permalink, posts.entries),
        titles=titles.titles,
        smart_titles=titles.smart,
        raw_titles=titles.are_raw,
        listed_categories=listed.categories,
        listed_tags=listed.tags,
        site_wide=site_wide(captured, posts.days, evidence),
        search_lists=lists,
        redirect_lists=redirects.lists,
        redirects=redirects.stubs,
        warnings=warnings_of(captured, posts.days.keys(), places),
        evidence=evidence | told_of_contents | told_by_lists | listed.evidence | titles.evidence | redirects.evidence,
    )


def _told_by_heads(captured: Captured) -> dict[str, str]:
    """The evidence for what pages say of the whole site."""
    most, all_of_them = captured.generators[captured.generator], captured.generators.total()
    told = {
        "generator": (captured.generator, f"{most} of {counted(all_of_them, 'capture')} of pages and feeds that name a Jekyll")
    }
    told["built_for"] = (captured.built_for, f"{counted(captured.built_for_by, 'page')} name their own addresses so")
    return {name: evidence for name, (value, evidence) in told.items() if value}


def _with_days(
    captured: Captured, posts: Posts, told_by: dict[str, Mapping[str, str]]
) -> tuple[Posts, Sequence[Place], dict[str, Mapping[str, str]]]:
    """Posts with the days that lists and texts tell, the places of contents, and the days after each kind of evidence."""
    told_by["lists for search"] = with_search_lists(posts.days, captured)
    told_by["dates beside links"] = with_lists(told_by["lists for search"], captured)
    posts = replace(posts, days=told_by["dates beside links"])
    places = places_of(captured, posts)
    told_by["dates beside contents"] = with_pages(posts.days, places)
    return replace(posts, days=told_by["dates beside contents"]), places, told_by


def _days(permalink: str, posts: Posts) -> dict[str, str]:
    """The days of posts that their addresses do not tell by the rule."""
    rule = Permalink(permalink)
    told = {path: rule.match(path) for path in posts.days}
    return {path: day for path, day in posts.days.items() if day and not ((found := told[path]) and found.day)}


def _times(captured: Captured, posts: Posts, layouts: Sequence[Layout]) -> list[str]:
    """The times that heads and feeds tell; where these tell none, those that pages show, else lists for search have."""
    pages = [captured.pages[path].published for path in posts.days]
    entries = [entry.published or entry.updated for several in posts.entries.values() for entry in several]
    selectors = dict.fromkeys(selector for layout in layouts for selector in layout.time)
    if any(pages) or any(entries):
        return [*pages, *entries]
    bodies = (captured.pages[path].body for path in posts.days)
    shown = [value(body, element) for body in bodies for selector in selectors for element in elements(body, selector)[:1]]
    return shown or [text for told in days_of(captured, posts.days) for _, text in told.values()]


def _feeds(captured: Captured, posts: Posts, evidence: dict[str, str]) -> tuple[str, ...]:
    """The feeds that have posts, the fullest first; of those that have no others than these, none."""
    told = {}
    for path, entries in captured.entries.items():
        told[path] = {found for entry in entries if (found := captured.relative_anywhere(entry.url)) in posts.days}
    feeds: list[str] = []
    seen: set[str | None] = set()
    for path in sorted(told, key=lambda one: (-len(told[one]), one)):
        if told[path] - seen:
            feeds.append(path)
            seen |= told[path]
    named = f"they name {len(seen)} of {counted(len(posts.days), 'post')}" if feeds else ""
    if told_of := "; ".join(filter(None, (named, *(captured.faults[path] for path in sorted(captured.faults))))):
        evidence["feeds"] = told_of
    return tuple(feeds)
