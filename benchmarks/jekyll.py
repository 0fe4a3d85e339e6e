"""Any checkout of a Jekyll site: built, crawled as a stranger's, given back, built again, and held against its sources."""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
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
from benchmarks.jekyll_site import CannotBuild, Checkout, check_out, with_posts
from benchmarks.measure import Run, machine, timed_with_children
from benchmarks.others import others
from benchmarks.same_source import same
from crawler.reconstruct import Converter
from tests.jekyll_sites.dumped import build_and_dump
from tests.jekyll_sites.server import BuiltServer
from tests.replica.crawl import run, scrapy, settings_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.jekyll_sites.dumped import Post

_NAME = "site"
#: A person who has a source post yet has one of the last.
_NEWEST = 10
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


def main(site: Path, samples: int = 1, *, plugins: bool = False, keep: Path | None = None) -> None:
    """Print the tables.

    :param samples: how many source posts, the longest of the newest ten, the second run is given.
    :param plugins: whether the site's own Ruby is run.
    :param keep: a folder in which everything that was made stays.
    """
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = keep or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        checkout = check_out(site, folder / "sources", plugins=plugins)
        posts = checkout.build(folder / "built")
        print(f"{machine()}; {len(posts)} posts of {site.name}, {checkout.home}")
        if checkout.left_out:
            print(f"left out: {', '.join(checkout.left_out)}")
        pages = {post.url: read_page(folder / "built" / post.page) for post in posts}
        newest = sorted(posts, key=lambda post: post.date, reverse=True)
        newest = [post for post in newest if not post.source.endswith(".html")][: max(_NEWEST, samples)]
        given = sorted(newest, key=lambda post: -len(post.body))[:samples]
        with BuiltServer(folder / "built", checkout.home) as server:
            work = _Work(checkout, folder, posts, pages, with_feeds(folder / "built", posts, pages), server)
            columns = {"blind": _crawled(work, "blind", [])}
            if given:
                columns[f"{len(given)} sample{'s' * (len(given) > 1)}"] = _crawled(work, "sampled", given)
        _print_figures(columns)
        _print_others(checkout, posts)


def _crawled(work: _Work, what: str, samples: Sequence[Post]) -> tuple[Figures, Run, int]:
    """Crawl the site as a stranger's, build what came back; gives the figures, the run, and the requests of the next run."""
    root = work.folder / what
    arguments = ["crawl", "jekyll", "-a", f"url={work.checkout.home}", "-a", f"name={_NAME}"]
    known = ",".join(str(work.checkout.sources / post.source) for post in samples)
    settings = settings_for(work.origins, root)
    one = timed_with_children(scrapy(*arguments, *(["-a", f"samples={known}"] if known else []), settings=settings), good=_MADE)
    work.server.log.clear()
    timed_with_children(scrapy(*arguments, settings=settings), good=_MADE)
    asked = len(work.server.log)
    archive, left_out = root / _NAME, frozenset(post.source for post in samples)
    back = read_archive(archive)
    figures = measure(work.posts, work.base, back, work.evidence, left_out)
    _count_content(work, figures, root, back, left_out)
    _count_pages(work, figures, "page", given_posts(back), left_out)
    _count_pages(
        work, figures, "page, own front matter", with_own_front(work.checkout.sources, work.posts, work.base, back), left_out
    )
    (root / "different.json").write_text(json.dumps(figures.missing, ensure_ascii=False, indent=1), "utf-8")
    return figures, one, asked


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
    count_built(figures, "content", truth, {source: post.content.strip() for source, post in again.items()}, left_out)
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


def _print_figures(columns: dict[str, tuple[Figures, Run, int]]) -> None:
    print(f"\n{'':26}" + "".join(f"{name:>22}" for name in columns))
    for row, label in ROWS.items():
        cells = []
        for figures, _, _ in columns.values():
            count, total = figures.counts[row], figures.counts["posts"]
            share = "" if row in {"posts", "too many"} or not total else f" {100 * count / total:5.1f} %"
            cells.append(f"{count}{share}")
        print(f"{label:26}" + "".join(f"{cell:>22}" for cell in cells))
        if row in SHOWN:
            told = [f"{figures.told_same[row]} of {figures.told[row]}" for figures, _, _ in columns.values()]
            print(f"{'  where the page shows it':26}" + "".join(f"{cell:>22}" for cell in told))
    for label, kind in (("seconds", "wall"), ("processor seconds", "cpu"), ("peak MB", "peak")):
        print(f"{label:26}" + "".join(f"{getattr(one, kind):22.1f}" for _, one, _ in columns.values()))
    print(f"{'requests of the next run':26}" + "".join(f"{asked:22}" for _, _, asked in columns.values()), flush=True)


def _print_others(checkout: Checkout, posts: list[Post]) -> None:
    """What converters of others make of the true content, under the site's own settings of kramdown."""
    posts = [post for post in posts if not post.source.endswith(".html")]
    print(f"\n{f'of the true content of {len(posts)}':26}{'content same':>22}{'normalised same':>22}{'source same':>22}")
    with Converter(checkout.kramdown) as converter:
        for name, convert in others():
            if isinstance(convert, str):
                print(f"{name:26}not installed: {convert}")
                continue
            texts = convert([post.content for post in posts])
            rendered = converter.convert(texts)
            counts = (
                sum((content or "").strip() == post.content.strip() for content, post in zip(rendered, posts, strict=True)),
                sum(same(text, post.body) for text, post in zip(texts, posts, strict=True)),
                sum(text == post.body for text, post in zip(texts, posts, strict=True)),
            )
            cells = [f"{count} {100 * count / max(len(posts), 1):5.1f} %" for count in counts]
            print(f"{name:26}" + "".join(f"{cell:>22}" for cell in cells), flush=True)
