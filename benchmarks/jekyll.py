"""Any checkout of a Jekyll site: built, crawled as a stranger's, given back, built again, and held against its sources."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from benchmarks.given_back import (
    ROWS,
    SHOWN,
    Figures,
    GivenBack,
    count_built,
    count_untold,
    given_posts,
    measure,
    path_of,
    read_archive,
    read_page,
    with_feeds,
    with_own_front,
)
from benchmarks.jekyll_others import print_others
from benchmarks.jekyll_site import CannotBuild, Checkout, check_out, with_posts
from benchmarks.measure import Run, machine, timed_with_children
from crawler.archive.paths import SITE
from crawler.learn.layouts.absolute import absolute
from crawler.learn.site_toml.toml import read
from crawler.reconstruct import compressed
from crawler.scratch import scratch_folder
from tests.jekyll_sites.dumped import build_and_dump
from tests.jekyll_sites.server import BuiltServer
from tests.replica.crawl import run, scrapy, settings_for

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.jekyll_sites.dumped import Post

_NAME = "site"
_COMMENT, _NOTHING = re.compile(r"<!--.*?-->", re.DOTALL), re.compile(r"(?!)")
#: How many source posts from all over a site's time are given alone: which one a person still has, nobody knows.
_ALONE = 5
#: Exit codes of a run that made an archive, whatever it says of it.
_MADE = (0, 1, 4)


@dataclass(slots=True)
class _Work:
    """A site that is built and served, and a folder for all that is made of it."""

    checkout: Checkout
    folder: Path
    posts: list[Post]
    pages: dict[str, str]
    #: Each post's page, and what feeds say of it.
    evidence: dict[str, str]
    server: BuiltServer

    @property
    def base(self) -> str:
        """The site's base path."""
        return urlsplit(self.checkout.home).path.rstrip("/")

    @property
    def origins(self) -> dict[str, str]:
        """Where the site's host really is."""
        home = urlsplit(self.checkout.home)
        return {f"{home.scheme}://{home.netloc}": self.server.origin(self.server.host)}


@dataclass(slots=True)
class _Column:
    """What came back of a site, in an archive below ``root``, what it took, and the requests of the next run after a crawl."""

    root: Path
    run: Run
    #: The sources that were given as samples.
    left_out: frozenset[str]
    back: dict[str, GivenBack]
    figures: Figures
    asked: int = 0


def main(site: Path, samples: int = 1, *, plugins: bool = False, keep: Path | None = None) -> None:
    """Print the tables.

    :param samples: how many source posts are given; of one alone, several are tried, and the one in the middle is counted.
    :param plugins: whether the site's own Ruby is run.
    :param keep: a folder in which everything that was made stays.
    :raises CannotBuild: if the site does not build, or nothing comes back of it.
    """
    with scratch_folder() as scratch:
        folder = keep or scratch
        folder.mkdir(parents=True, exist_ok=True)
        checkout = check_out(site, folder / "sources", plugins=plugins)
        posts = checkout.build(folder / "built")
        if not posts:
            raise CannotBuild(f"{site} has no posts, so that there is nothing to give back")
        print(f"{machine()}; {len(posts)} posts of {site.name}, {checkout.home}")
        if checkout.left_out:
            print(f"left out: {', '.join(checkout.left_out)}")
        pages = {post.url: read_page(folder / "built" / post.page) for post in posts}
        evidence = with_feeds(folder / "built", posts, pages, urlsplit(checkout.home).path.rstrip("/"))
        with BuiltServer(folder / "built", checkout.home) as server:
            work = _Work(checkout, folder, posts, pages, evidence, server)
            columns = {"blind": _crawled(work)}
        given = _spread(posts, _ALONE if samples == 1 else samples)
        if samples == 1:
            tried = [_sampled(work, f"sample-{number}", [post]) for number, post in enumerate(given, 1)]
            tried.sort(key=lambda one: one.figures.counts["source"])
            columns["1 sample, median"] = tried[(len(tried) - 1) // 2]
        elif given:
            columns[f"{len(given)} samples"] = _sampled(work, "samples", given)
        for column in columns.values():
            _build_again(work, column)
        _print_figures(columns)
        for one in tried if samples == 1 else ():
            share = 100 * one.figures.counts["source"] / max(one.figures.counts["posts"], 1)
            print(f"source same with {min(one.left_out)} alone: {share:.1f} %")
        print_others(checkout, posts)


def _spread(posts: Sequence[Post], count: int) -> list[Post]:
    """So many posts from all over the site's time: of each of its parts the one in the middle."""
    dated = sorted((post for post in posts if not post.source.endswith(".html")), key=lambda post: (post.date, post.source))
    count = min(count, len(dated))
    return [dated[(2 * number + 1) * len(dated) // (2 * count)] for number in range(count)]


def _crawled(work: _Work) -> _Column:
    """Crawl the site as a stranger's, and count what came back."""
    root = work.folder / "blind"
    arguments = scrapy(
        "crawl", "jekyll", "-a", f"url={work.checkout.home}", "-a", f"name={_NAME}", settings=settings_for(work.origins, root)
    )
    one = timed_with_children(arguments, good=_MADE)
    if not read_archive(root / _NAME):
        answers = Counter(visit.status for visit in work.server.log)
        told = ", ".join(f"{status}: {count}" for status, count in sorted(answers.items())) or "none"
        raise CannotBuild(f"nothing came back: the crawl of {work.checkout.home} gave no post (answers by status: {told})")
    work.server.log.clear()
    timed_with_children(arguments, good=_MADE)
    return _column(work, root, one, asked=len(work.server.log))


def _sampled(work: _Work, what: str, samples: Sequence[Post]) -> _Column:
    """Learn anew from the captures of the blind crawl and from samples, and make the posts again."""
    root = work.folder / what
    shutil.copytree(work.folder / "blind" / _NAME, root / _NAME)
    settings = {"ARCHIVE_ROOT": str(root)}
    known = ",".join(str(work.checkout.sources / post.source) for post in samples)
    steps = (("learn", _NAME, "--samples", known), ("rebuild", _NAME))
    runs = [timed_with_children(scrapy(*step, settings=settings), good=_MADE) for step in steps]
    whole = Run(sum(one.wall for one in runs), sum(one.cpu for one in runs), max(one.peak for one in runs))
    return _column(work, root, whole, samples)


def _column(work: _Work, root: Path, one: Run, samples: Sequence[Post] = (), asked: int = 0) -> _Column:
    left_out, back = frozenset(post.source for post in samples), read_archive(root / _NAME)
    return _Column(root, one, left_out, back, measure(work.posts, work.base, back, work.evidence, left_out), asked)


def _build_again(work: _Work, column: _Column) -> None:
    """Build what came back, with the export's layouts and with the site's own, and hold it against the truth."""
    figures, root, back, left_out = column.figures, column.root, column.back, column.left_out
    _count_content(work, figures, root, back, left_out)
    _count_pages(work, figures, "page", given_posts(back), left_out)
    _count_pages(
        work, figures, "page, own front matter", with_own_front(work.checkout.sources, work.posts, work.base, back), left_out
    )
    (root / "different.json").write_text(json.dumps(figures.missing, ensure_ascii=False, indent=1), "utf-8")


def _count_content(work: _Work, figures: Figures, root: Path, back: dict[str, GivenBack], left_out: frozenset[str]) -> None:
    """Count the posts whose content, and text, come out the same of the export, under the learned configuration."""
    export = root / "exported"
    done = run(
        "export", _NAME, "--format", "jekyll", "--output", str(export), settings={"ARCHIVE_ROOT": str(root)}, timeout=3600
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    built = {path_of(post.url): post for post in build_and_dump(export, root / "rebuilt")}
    paths = {post.source: (path_of(post.url), path_of(work.base + post.url)) for post in work.posts}
    again = {source: built[path] for source, both in paths.items() for path in both[::-1] if path in built}
    truth = {post.source: post.content.strip() for post in work.posts}
    contents = {source: post.content.strip() for source, post in again.items()}
    count_built(figures, "content", truth, contents, left_out)
    learned = read((root / _NAME / SITE).read_text("utf-8"))
    kind = str(learned.habits.get("compressed", ""))
    comment = _COMMENT if kind and not any("<!--" in page for page in work.pages.values()) else _NOTHING

    def left(content: str) -> str:
        """A content as the site's layouts leave it."""
        return compressed(comment.sub("", absolute(content, learned.absolute, learned.home)), kind)

    shown = [{source: left(content) for source, content in several.items()} for several in (truth, contents)]
    count_built(figures, "shown", *shown, left_out)
    given = {source: back[path] for source, (_, path) in paths.items() if path in back}
    count_untold(figures, work.posts, again, given, left_out)


def _count_pages(work: _Work, figures: Figures, row: str, posts: dict[str, bytes], left_out: frozenset[str]) -> None:
    """Count the posts whose whole page comes out the same of these sources, under the site's own layouts and configuration."""
    sources, built = work.folder / "swapped", work.folder / "swapped-built"
    shutil.rmtree(sources, ignore_errors=True)
    try:
        swapped = with_posts(work.checkout, sources, posts).build(built)
    except CannotBuild as error:
        print(f"no page for {row!r}: with the site's own layouts the posts do not build: {error}")
        swapped = []
    pages = {path_of(post.url): read_page(built / post.page) for post in swapped}
    truth = {post.source: work.pages[post.url] for post in work.posts}
    count_built(figures, row, truth, {post.source: pages.get(path_of(post.url), "") for post in work.posts}, left_out)


def _print_figures(columns: dict[str, _Column]) -> None:
    every = [column.figures for column in columns.values()]
    print(f"\n{'':26}" + "".join(f"{name:>22}" for name in columns))
    for row, label in ROWS.items():
        cells = []
        for figures in every:
            count, total = figures.counts[row], figures.counts["posts"]
            share = "" if row in {"posts", "too many"} or not total else f" {100 * count / total:5.1f} %"
            cells.append(f"{count}{share}")
        print(f"{label:26}" + "".join(f"{cell:>22}" for cell in cells))
        if row in SHOWN:
            told = [f"{figures.told_same[row]} of {figures.told[row]}" for figures in every]
            print(f"{'  where the page shows it':26}" + "".join(f"{cell:>22}" for cell in told))
    for label, kind in (("seconds", "wall"), ("processor seconds", "cpu"), ("peak MB", "peak")):
        print(f"{label:26}" + "".join(f"{getattr(column.run, kind):22.1f}" for column in columns.values()))
    print(f"{'requests of the next run':26}{columns['blind'].asked:22}", flush=True)
