"""What a run of a site that nobody described learns of it at its end, and what it tells a person about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from crawler.archive.paths import SITE
from crawler.archive.refile import refile
from crawler.clock import stamp
from crawler.counted import counted
from crawler.invocation import command
from crawler.sites.archived import of_learned
from crawler.sites.unlearned import UnlearnedSite
from crawler.upkeep.learning import is_edited, keep_site, learn_and_keep, learn_site, read_samples, site_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.learn.learned import Layout, Learned
    from crawler.sites.learned import LearnedSite
    from crawler.spiders.jekyll import JekyllSpider

#: A number in the catalog: when the first run began, in seconds since 1970, until one came to its end; then the other.
_EXPLORING, _EXPLORED = "exploring", -1
_JEKYLL = "jekyll"
_FOUND, _UNCHANGED = 200, 304


class Learning:
    """Learns the site of one run. Its archive is that of the run, which writes."""

    def __init__(self, spider: JekyllSpider) -> None:
        self._spider, self._context = spider, spider.context
        self._strange: dict[str, None] = {}

    def begin(self) -> None:
        """Note in the archive which site it is of, so that it has a name from now on, and whether a first run was cut short."""
        archive, site = self._context.archive, self._spider.site
        if isinstance(site, UnlearnedSite):
            keep_site(archive.folder, site.learned)
        if isinstance(site, UnlearnedSite) and not self._spider.via:
            begun = archive.catalog.number(_EXPLORING)
            if begun != _EXPLORED:
                self._spider.frontier.sweep = True
            if begun > 0:
                self._spider.resumed = stamp(datetime.fromtimestamp(begun, UTC))
            elif not begun:
                archive.catalog.set_number(_EXPLORING, int(self._context.report.started.timestamp()))

    def note_strange(self, urls: list[str]) -> None:
        """Note entries of a feed whose addresses are none of posts."""
        self._strange.update(dict.fromkeys(urls))

    def end(self, *, finished: bool) -> LearnedSite | None:
        """Tell what a person should know; learn the site, if nothing was learned yet or a layout of posts is new."""
        report, spider = self._context.report, self._spider
        for url, reason in spider.explorer.told():
            report.failed(url, reason)
        report.warnings += [*spider.assets.warnings(), *self._warnings()]
        if not finished or not self._context.archive.catalog.last_id:
            return None
        if not spider.via:
            self._context.archive.catalog.set_number(_EXPLORING, _EXPLORED)
        if isinstance(spider.site, UnlearnedSite):
            return self._learn() if self._has_something_to_learn() else None
        return self._learn_more() if any(one.code == "layout" for one in report.rejections) else None

    def _has_something_to_learn(self) -> bool:
        """Whether a page is new; or pages are there, and a person took away what was learned of them."""
        statuses = {status for _, status in self._context.report.requests}
        return _FOUND in statuses or (_UNCHANGED in statuses and not self._spider.site.learned.evidence)

    def _learn(self) -> LearnedSite | None:
        archive, site, report = self._context.archive, self._spider.site, self._context.report
        found = learn_and_keep(archive, site, read_samples(self._spider.arguments.samples))
        if found is None:
            report.warnings.append(f"{archive.folder / SITE} was edited, and stays as it is")
            return None
        report.warnings += self._made_by(found.learned)
        if not found.learned.layouts:
            tells = command(f"learn {site.name}")
            report.warnings.append(f"no page was found to be a post's; all are captured, and {tells} tells more")
        return found

    def _learn_more(self) -> LearnedSite | None:
        """Learn the layouts of posts that none of the known ones fits; all else stays, or posts that are made would change."""
        archive, site = self._context.archive, self._spider.site
        if is_edited((archive.folder / SITE).read_text("utf-8", "replace")):
            return None
        found = learn_site(archive, site, {})
        layouts = (*site.learned.layouts, *_others(site.learned.layouts, found.layouts))
        if len(layouts) == len(site.learned.layouts):
            return None
        learned = replace(site.learned, layouts=layouts)
        keep_site(archive.folder, learned)
        refile(archive.catalog, site_text(learned), site.canonical)
        return of_learned(learned)

    def _made_by(self, learned: Learned) -> Iterator[str]:
        """A line on a site that is not Jekyll's."""
        said = next((name for name, _ in self._spider.generators.most_common() if name), "")
        made_by = learned.generator or said
        if _JEKYLL in made_by.lower():
            return
        why = f"it says that {made_by} made it" if made_by else "none of its pages has a mark of Jekyll"
        yield f"{self._spider.site.home} is not known to be a site of Jekyll: {why}; its posts come as far as its pages go"

    def _warnings(self) -> Iterator[str]:
        forbidden, queries = self._spider.forbidden, self._spider.explorer.queries
        if forbidden:
            yield f"{counted(len(forbidden), 'page')} left alone as robots.txt says; the first: {min(forbidden)}"
        if queries:
            number = counted(queries.total(), "link")
            yield f"{number} followed without the queries, for pages are files; the first: {next(iter(queries))}"
        if self._strange:
            first = next(iter(self._strange))
            yield f"{counted(len(self._strange), 'entry', 'entries')} of feeds are no posts by {SITE}; the first: {first}"


def _others(known: tuple[Layout, ...], found: tuple[Layout, ...]) -> Iterator[Layout]:
    """The layouts that are not known, under names that the known ones do not have."""
    places, names = {(one.start, one.end) for one in known}, {one.name for one in known}
    for layout in found:
        if (layout.start, layout.end) not in places:
            name = next(one for one in (layout.name, *(f"post-{n}" for n in range(2, len(names) + 3))) if one not in names)
            names.add(name)
            yield replace(layout, name=name)
