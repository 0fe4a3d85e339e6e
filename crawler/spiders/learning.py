"""What a run of a site that nobody described learns of it at its end, and what it tells a person about it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from crawler.archive.catalog.schema import EXPLORING
from crawler.archive.paths import SITE
from crawler.clock import stamp
from crawler.counted import counted
from crawler.crawl.scope import led_away_to
from crawler.invocation import command
from crawler.learn.no_posts import no_posts
from crawler.markup.links.address import joined, split
from crawler.markup.links.document_kinds import document_kind
from crawler.markup.links.links import page_addresses
from crawler.sites.learned.unlearned import UnlearnedSite
from crawler.upkeep.foreign_samples import foreign_samples
from crawler.upkeep.home_page import at_its_home
from crawler.upkeep.learning import keep_site, learn_and_keep, read_samples
from crawler.upkeep.new_layouts import learn_more
from crawler.upkeep.new_redirects import learn_redirects
from crawler.upkeep.next_steps import next_steps
from crawler.upkeep.unused import forget_unused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crawler.learn.learned import Learned
    from crawler.sites.learned.site import LearnedSite
    from crawler.spiders.jekyll import JekyllSpider

#: What the catalog has under ``EXPLORING`` once a first run has come to its end.
_EXPLORED = -1
_JEKYLL = "jekyll"
_FOUND, _UNCHANGED = 200, 304


class Learning:
    """Learns the site of one run. Its archive is that of the run, which writes."""

    def __init__(self, spider: JekyllSpider) -> None:
        self._spider, self._context = spider, spider.context
        self._strange: dict[str, None] = {}
        #: Whether the first run did not come to its end: what was learned meanwhile is of half the site.
        self._was_cut_short = False

    def begin(self) -> None:
        """Note in the archive which site it is of, so that it has a name from now on, and whether a first run was cut short."""
        archive, site = self._context.archive, self._spider.site
        if isinstance(site, UnlearnedSite):
            keep_site(archive.folder, site.learned)
        begun = archive.catalog.number(EXPLORING)
        self._was_cut_short = begun > 0
        if self._spider.via or not (isinstance(site, UnlearnedSite) or self._was_cut_short):
            return
        if begun != _EXPLORED:
            self._spider.frontier.sweep = True
        if self._was_cut_short:
            self._spider.resumed = stamp(datetime.fromtimestamp(begun, UTC))
        elif not begun:
            archive.catalog.set_number(EXPLORING, int(self._context.report.started.timestamp()))

    def note_strange(self, urls: list[str]) -> None:
        """Note entries of a feed whose addresses are none of posts."""
        self._strange.update(dict.fromkeys(urls))

    def check_home(self, urls: Iterable[str]) -> None:
        """Warn of a home page that links to nothing of a known site: it may be empty, or somebody else's by now."""
        site = self._spider.site
        own = (url for url in urls if split(url).netloc == site.host and url != site.home)
        if not isinstance(site, UnlearnedSite) and next(own, None) is None:
            line = f"{site.home}: links to no page of the site; look at it: it may be empty, or no longer the site's"
            self._context.report.warnings.append(line)

    def end(self, *, finished: bool) -> LearnedSite | None:
        """Tell what a person should know; learn the site, if nothing was learned yet or a layout of posts is new."""
        report, spider = self._context.report, self._spider
        for url, reason in spider.explorer.told():
            report.failed(url, reason)
        report.warnings += [*spider.assets.warnings(), *self._warnings()]
        archive = self._context.archive
        if forget_unused(archive, spider.site):
            report.no_site = archive.folder in archive.made
            home = spider.site.home
            there = led_away_to(home, report.failures.get(home, ""))
            what = f"it leads to {there}: say -a url={there}" if there else "is the address right?"
            report.warnings.append(f"no page of {home} could be had, so that no site is kept; {what}")
            return None
        if not finished:
            return None
        if not spider.via:
            archive.catalog.set_number(EXPLORING, _EXPLORED)
        if isinstance(spider.site, UnlearnedSite) or self._was_cut_short:
            learned = self._learn() if self._has_something_to_learn() else None
            report.reads_anew = learned is not None
            return learned
        led_on, warning = learn_redirects(archive, spider.site)
        report.warnings += [warning] if warning else []
        is_strange = any(one.code == "layout" for one in report.rejections)
        found = learn_more(archive, led_on or spider.site) if is_strange else None
        report.reads_anew = found is not None
        return found or led_on

    def _has_something_to_learn(self) -> bool:
        """Whether a page is new; or pages are there, and a person took away what was learned of them."""
        statuses = {status for _, status in self._context.report.requests}
        is_new = self._was_cut_short or not self._spider.site.learned.evidence
        return _FOUND in statuses or (_UNCHANGED in statuses and is_new)

    def _learn(self) -> LearnedSite | None:
        archive, site, report = self._context.archive, self._spider.site, self._context.report
        samples = read_samples(self._spider.arguments.samples)
        site = at_its_home(archive, site, is_live=not self._spider.via)
        found = learn_and_keep(archive, site, samples)
        if found is None:
            report.warnings.append(f"{archive.folder / SITE} was edited, and stays as it is")
            return None
        report.warnings += [*self._made_by(found.learned), *found.learned.warnings, *foreign_samples(archive, samples)]
        if not found.learned.layouts:
            tells = command(f"learn {site.name}")
            report.warnings.append(f"{no_posts(found.learned)}; all are captured, and {tells} tells more")
            report.warnings += self._elsewhere()
        else:
            report.next_steps = next_steps(archive.folder, site.name)
        return found

    def _elsewhere(self) -> Iterator[str]:
        """A line where the address is a feed's, or a page's below the home page."""
        home, archive = self._spider.site.home, self._context.archive
        row = archive.catalog.latest(home, good=True)
        page = archive.captures.payloads.exchange(row) if row is not None else None
        if page is None:
            return
        if document_kind(home, b"", page.body) == "feed":
            yield f"{home} is a feed; crawl the home page of its site, {joined(home, '/')}, say"
        above = [url for url in page_addresses(page.body, home) if url != home and home.startswith(url) and url.endswith("/")]
        if above:
            yield f"{home} links to {max(above, key=len)}, which may be the home page of its site: -a url={max(above, key=len)}"

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
