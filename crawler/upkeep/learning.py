"""Learns a site from the captures in its archive, and writes what was learned into ``site.toml`` in the archive's folder."""

from __future__ import annotations

import ctypes
import hashlib
import os.path
import re
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from crawler.archive.paths import POSTS, SITE
from crawler.archive.refile import refile
from crawler.atomic import atomic
from crawler.errors import CannotRun
from crawler.learn.layouts.content import content_of
from crawler.learn.learn import learn
from crawler.learn.pages import Captured
from crawler.learn.site_toml import toml
from crawler.learn.site_toml.version import is_newer
from crawler.markup.characters import whole_utf8
from crawler.markup.links.address import joined
from crawler.markup.source.body import without_front_matter
from crawler.reconstruct import Converter, marked_here
from crawler.sites.learned.archived import of_learned
from crawler.sites.learned.as_rendered import as_rendered
from crawler.sites.learned.site import LearnedSite
from crawler.sites.parsed import Kind
from crawler.upkeep.dead_links import with_dead_links
from crawler.upkeep.earlier_layouts import with_earlier
from crawler.upkeep.learned_settings import lacks_converter, with_kramdown
from crawler.upkeep.moved import moved
from crawler.upkeep.post_links import with_post_links
from crawler.upkeep.sampled import with_samples
from crawler.upkeep.sampled_settings import ONLY_SAMPLES

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

    from crawler.archive.archive import Archive
    from crawler.items import Exchange
    from crawler.learn.learned import Learned
    from crawler.sites.site import Site

#: The first line of the file, by which it can be told whether a person has edited it since.
_HEAD = "# Learned from the captures beside this file; a person may edit it, and then only --overwrite replaces it. "
_DIGEST = re.compile(re.escape(_HEAD) + r"([0-9a-f]{64})\n")
#: So many contents decide on kramdown's settings and on habits.
_CONTENTS = 60
_DAY = re.compile(r"\d{4}-\d\d-\d\d-")
#: What only samples tell, besides habits and the form of the front matter.
_FROM_SAMPLES = ("near", "constants", "missing", "liquid", "labels", "included", "lines")


def learn_site(archive: Archive, site: LearnedSite, samples: Mapping[str, str], *, earlier: bool = True) -> Learned:
    """What the captures of a site, and source posts that a person still has, tell of it; of earlier captures, layouts alone.

    :param samples: source posts by their file names; if there are none, what was told by earlier ones stays.
    :param earlier: whether layouts of earlier captures count, which only a rebuild makes versions of.
    """
    learned = learn(site.name, site.home, _pages(archive), moved(archive, site))
    learned = with_earlier(archive, learned) if earlier else learned
    _return_memory()
    pages = partial(_contents, archive, learned)
    learned = with_kramdown(learned, lambda: ((page, content) for _, page, content in pages()), site.learned)
    _return_memory()
    pages = partial(_marked if learned.habits.get("marked_elsewhere") else _contents, archive, learned)
    samples = {} if lacks_converter(site.learned) else samples
    is_known = site.learned.samples and not samples
    if is_known:
        learned = as_before(learned, site.learned)
    else:
        learned = with_post_links(with_samples(learned, samples, pages), archive, samples.values())
    return with_dead_links(learned, archive)


def _return_memory() -> None:
    """Give the memory that pages took back to the system, for the run goes on; only the GNU C library can."""
    with suppress(AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def _pages(archive: Archive) -> Iterator[Exchange]:
    """The newest good capture of each address, in the order of addresses."""
    for url in sorted(archive.catalog.urls()):
        row = archive.catalog.latest(url, good=True)
        page = archive.captures.payloads.exchange(row) if row is not None else None
        if page is not None:
            yield page


def _contents(archive: Archive, learned: Learned, names: Container[str] | None = None) -> Iterator[tuple[str, str, str]]:
    """The name, page and content of posts: of those with these names, else of some from all over the site.

    A post's name is that of its file without extension; it may be asked for by its path, too.
    """
    site = LearnedSite.of(learned)
    urls = [url for url in sorted(archive.catalog.urls()) if site.kind(url) == Kind.POST]
    posts = {url: f"{site.post_day(url)}-{site.slug(url)}" for url in urls}
    if names is not None:
        paths = {url: f"/{url.removeprefix(site.home)}" for url in urls}
        posts = {url: paths[url] if paths[url] in names else name for url, name in posts.items()}
    # Links may lead to many addresses like a post's where there is none.
    rows = {url: archive.catalog.latest(url, good=True) for url, name in posts.items() if names is None or name in names}
    chosen = [(url, row) for url, row in rows.items() if row is not None]
    for url, row in chosen[:: max(1, len(chosen) // _CONTENTS)]:
        page = archive.captures.payloads.exchange(row)
        body = whole_utf8(page.body) if page is not None else b""
        found = content_of(body, learned.layouts)
        if found is not None:
            content = body[found[1] : found[2]].decode("utf-8", "replace")
            yield posts[url], body.decode("utf-8", "replace"), as_rendered(learned, content)


def _marked(archive: Archive, learned: Learned, names: Container[str] | None = None) -> Iterator[tuple[str, str, str]]:
    """The same as :func:`_contents`, with code marked as it is here, so that samples can be held against it."""
    with Converter(learned.kramdown) as converter:
        for name, page, content in _contents(archive, learned, names):
            yield name, page, marked_here(content, converter)


def as_before(learned: Learned, known: Learned) -> Learned:
    """Add what the samples of an earlier time told; they themselves are not kept."""
    settings = {name: value for name, value in known.kramdown.items() if name in ONLY_SAMPLES}
    names = ("habits", *_FROM_SAMPLES, *(("kramdown",) if settings else ()))
    told = {name: line for name, line in known.evidence.items() if name.partition(".")[0] in names}
    return replace(
        learned,
        kramdown={**learned.kramdown, **settings},
        habits={**known.habits, "marked_elsewhere": learned.habits.get("marked_elsewhere", False)},
        front_matter=known.front_matter,
        samples=known.samples,
        **{name: getattr(known, name) for name in _FROM_SAMPLES},
        evidence={**learned.evidence, **told},
    )


def read_samples(paths: Iterable[str]) -> dict[str, str]:
    """Source posts by their file names; those with one name in several folders have these in their names, as they come back.

    :raises CannotRun: if a file cannot be read, or has no front matter.
    """
    texts: dict[Path, str] = {}
    for path in map(Path, paths):
        try:
            text = path.read_bytes().decode("utf-8")
        except OSError as error:
            raise CannotRun(f"the sample {path} cannot be read: {error.strerror or error}") from None
        except UnicodeDecodeError as error:
            raise CannotRun(f"the sample {path} cannot be read: byte {error.start} is no UTF-8") from None
        if without_front_matter(text) == text:
            raise CannotRun(f"the sample {path} is no source post: it has no front matter (---, keys, ---)")
        if text not in (known for other, known in texts.items() if other.name == path.name):
            texts[path] = text
    named: dict[str, list[Path]] = {}
    for path in texts:
        named.setdefault(path.name, []).append(path)
    return {name: texts[path] for alike in named.values() for name, path in _names_of(alike)}


def _names_of(paths: Sequence[Path]) -> Iterator[tuple[str, Path]]:
    """Different names for files with one name: behind the day stand the folders in which they differ, which are categories.

    >>> [name for name, _ in _names_of([Path("s/_posts/2024-05-11-x.md"), Path("s/sea/_posts/2024-05-11-x.md")])]
    ['2024-05-11-x.md', '2024-05-11-sea-x.md']
    """
    parents = [path.absolute().parent for path in paths]
    common = os.path.commonpath(parents)
    taken: set[str] = set()
    for path, parent in zip(paths, parents, strict=True):
        folders = [part for part in parent.relative_to(common).parts if part != POSTS]
        day = _DAY.match(path.name) if folders else None
        start, rest = (day[0], path.name[day.end() :]) if day else ("", path.name)
        name = start + "-".join([*folders, rest])
        while name in taken:  # a/_posts/x.md and a/x.md
            name = f"{path.stem}-{len(taken) + 1}{path.suffix}"
        taken.add(name)
        yield name, path


def site_text(learned: Learned) -> str:
    """The text of ``site.toml``."""
    text = toml.write(learned)
    return f"{_HEAD}{hashlib.sha256(text.encode()).hexdigest()}\n{text}"


def is_edited(text: str) -> bool:
    """Whether a person has changed a ``site.toml`` since it was written."""
    found = _DIGEST.match(text)
    return found is None or hashlib.sha256(text[found.end() :].encode()).hexdigest() != found[1]


def keep_site(folder: Path, learned: Learned, *, overwrite: bool = False) -> bool:
    """Write ``site.toml``, unless a person or a newer program wrote the old one; whether it holds what was learned now."""
    path, text = folder / SITE, site_text(learned)
    if path.is_file():
        old = path.read_text("utf-8", "replace")
        if old == text:
            return True
        if (is_edited(old) or is_newer(old)) and not overwrite:
            return False
    with atomic(path) as file:
        file.write(text.encode())
    return True


def file_by_site(archive: Archive, site: Site) -> None:
    """File the captures of a learned site under the addresses that its ``site.toml`` gives them, if it is another by now."""
    path = archive.folder / SITE
    if isinstance(site, LearnedSite) and path.is_file():
        refile(archive.catalog, path.read_text("utf-8"), site.canonical)


def learn_and_keep(archive: Archive, site: LearnedSite, samples: Mapping[str, str]) -> LearnedSite | None:
    """Learn a site and file its captures by what was learned; ``None`` if a person has edited what is there."""
    learned = learn_site(archive, site, samples)
    if not keep_site(archive.folder, learned):
        return None
    found = of_learned(learned)
    refile(archive.catalog, site_text(learned), found.canonical)
    return found


def other_pages(archive: Archive, site: LearnedSite) -> Iterator[str]:
    """The addresses of captured pages that are no posts: lists, documents of collections, pages by themselves."""
    captured = Captured.read(site.home, _pages(archive))
    urls = (joined(site.home, quote(path)) for path in sorted(captured.pages))
    return (url for url in urls if site.kind(site.canonical(url)) != Kind.POST)
