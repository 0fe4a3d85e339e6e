"""How much of a site came back: what an archive gives back, held against what the site's own Jekyll knew."""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from benchmarks.same_source import same
from benchmarks.untold import items_alike, typed_alike, untold
from crawler.markup.links.redirects import LIST
from crawler.markup.source.body import front_matter
from tests.jekyll_sites.dumped import body_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from tests.jekyll_sites.dumped import Post

_ENTRY = re.compile(r"<(?:entry|item)\b.*?</(?:entry|item)>", re.DOTALL)
#: The rows of the table, in their order, each with what it counts.
ROWS = {
    "posts": "posts on the site",
    "found": "found, at their address",
    "too many": "too many",
    "content": "content same",
    "shown": "  as the layout leaves it",
    "normalised": "normalised same",
    "items": "  blanks around bullets too",
    "typed": "  quotes and dashes too",
    "untold": "  all that no page tells",
    "source": "source same",
    "page": "page same",
    "page, own front matter": "  with own front matter",
    "title": "title same",
    "day": "day same",
    "time": "time same",
    "tags": "tags same",
    "categories": "categories same",
    "redirects": "redirect_from same",
    "exact": "said to be exact",
    "rendered": "said to be rendered",
    "partial": "said to be partial",
}
#: Rows of which not every page tells: they are counted again among the posts whose page does.
SHOWN = ("time", "tags", "categories", "redirects")


@dataclass(slots=True)
class GivenBack:
    """One post as an archive gives it back."""

    url: str
    name: str
    title: str
    date: str
    tags: list[str]
    categories: list[str]
    fidelity: str
    source: bytes

    @property
    def redirects(self) -> list[str]:
        """The addresses under ``redirect_from``."""
        found = front_matter(self.source.decode()).get("redirect_from") or []
        return list(map(str, found)) if isinstance(found, list) else [str(found)]

    @property
    def body(self) -> str:
        """What stands behind its front matter."""
        return body_of(self.source.decode())


@dataclass(slots=True)
class Figures:
    """The counts by row, and the posts that a row does not count."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(ROWS, 0))
    #: Of the rows of which not every page tells: posts whose page does, and those of them that are same.
    told: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SHOWN, 0))
    told_same: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SHOWN, 0))
    missing: dict[str, list[str]] = field(default_factory=lambda: {row: [] for row in ROWS})

    def count(self, row: str, post: str, *, good: bool) -> None:
        """Count a post in a row, or keep its name."""
        if good:
            self.counts[row] += 1
        else:
            self.missing[row].append(post)


def path_of(url: str) -> str:
    """The path of an address in the one form that a server makes of its many."""
    return unquote(urlsplit(url).path).removesuffix("index.html")


def read_archive(archive: Path) -> dict[str, GivenBack]:
    """The posts that an archive gives back, by their paths; none if it has no index."""
    index = archive / "index.jsonl"
    found = {}
    for line in index.read_bytes().splitlines() if index.exists() else ():
        entry = json.loads(line)
        path = archive / entry["path"]
        kept = {name: entry[name] for name in ("url", "title", "date", "tags", "categories", "fidelity")}
        found[path_of(entry["url"])] = GivenBack(name=path.name, source=path.read_bytes(), **kept)
    return found


def measure(
    posts: Iterable[Post],
    base: str,
    given: Mapping[str, GivenBack],
    pages: Mapping[str, str],
    leave_out: frozenset[str] = frozenset(),
) -> Figures:
    """Hold what is given back against the truth.

    :param base: the site's base path, without a slash at its end.
    :param pages: the text of each post's page, by its address in the truth.
    :param leave_out: sources that were given as samples.
    """
    figures, known = Figures(), set()
    for post in posts:
        path = path_of(base + post.url)
        known.add(path)
        if post.source in leave_out:
            continue
        figures.counts["posts"] += 1
        back = given.get(path)
        figures.count("found", post.source, good=back is not None)
        if back is not None:
            _compare(figures, post, back, pages.get(post.url, ""))
    extra = sorted(given.keys() - known)
    figures.counts["too many"], figures.missing["too many"] = len(extra), extra
    return figures


def _compare(figures: Figures, post: Post, back: GivenBack, page: str) -> None:
    figures.count("source", post.source, good=back.body == post.body)
    good = same(back.body, post.body)
    figures.count("normalised", post.source, good=good)
    for row, alike in (("items", items_alike), ("typed", typed_alike)):
        good = good or alike(back.body) == alike(post.body)
        figures.count(row, post.source, good=good)
    figures.count("title", post.source, good=_as_read(back.title) == _as_read(post.title))
    figures.count("day", post.source, good=back.date[:10] == post.date[:10])
    for row, good, told in (
        ("time", back.date == post.date, shows(page, [post.date])),
        ("tags", sorted(back.tags) == sorted(set(post.tags)), shows(page, post.tags)),
        ("categories", sorted(back.categories) == sorted(set(post.categories)), shows(page, post.categories)),
        ("redirects", back.redirects == list(post.redirects), bool(post.redirects) and shows(page, post.redirects)),
    ):
        figures.count(row, post.source, good=good)
        figures.told[row] += told
        figures.told_same[row] += told and good
    figures.counts[back.fidelity] += 1


def _as_read(title: str) -> str:
    """A title as its reader reads it: whether its author wrote ``&amp;`` or had the layout do it, few pages tell."""
    return " ".join(html.unescape(title).split())


def shows(page: str, texts: Iterable[str]) -> bool:
    """Whether each of the texts is all that an element, or an attribute, of a page or a feed has."""
    spellings = ({text, html.escape(text), html.escape(text, quote=False)} for text in texts)
    return all(any(re.search(rf"[>\"]\s*{re.escape(text)}\s*[<\"]", page) for text in each) for each in spellings)


def read_page(path: Path) -> str:
    """The text of a built page; empty if there is none."""
    return path.read_bytes().decode("utf-8", "replace") if path.is_file() else ""


def with_feeds(built: Path, posts: Iterable[Post], pages: Mapping[str, str], base: str = "") -> dict[str, str]:
    """The text of each page, followed by the entries of feeds that name it, and what leads on to it; by its address."""
    led_on: dict[str, list[str]] = {}
    for path, target in json.loads(read_page(built / LIST) or "{}").items():
        led_on.setdefault(path_of(target), []).append(f'"{path}"')
    entries = [entry for path in sorted(built.rglob("*.xml")) for entry in _ENTRY.findall(read_page(path))]
    return {
        post.url: "".join(
            [
                pages[post.url],
                *(entry for entry in entries if f"{post.url}<" in entry or f'{post.url}"' in entry),
                *led_on.get(path_of(base + post.url), ()),
            ]
        )
        for post in posts
    }


def given_posts(back: Mapping[str, GivenBack]) -> dict[str, bytes]:
    """The posts as they came back, for a copy of the site."""
    return {f"_posts/{post.name}": post.source for post in back.values()}


def with_own_front(sources: Path, posts: Iterable[Post], base: str, back: Mapping[str, GivenBack]) -> dict[str, bytes]:
    """The bodies that came back, each below the front matter that its post really has."""
    found = {}
    for post in posts:
        given = back.get(path_of(base + post.url))
        if given is not None:
            front = (sources / post.source).read_bytes().decode().removesuffix(post.body)
            suffix = given.name.rpartition(".")[2]
            found[f"{post.source.rpartition('.')[0]}.{suffix}"] = (front + given.body).encode()
    return found


def count_untold(
    figures: Figures,
    posts: Iterable[Post],
    built: Mapping[str, Post],
    given: Mapping[str, GivenBack],
    leave_out: frozenset[str],
) -> None:
    """Count the posts that differ in nothing but what no page tells; Liquid that gives the same text is no difference.

    ``built`` has, by the sources' names, the posts as Jekyll builds what was given back. One whose content comes out otherwise
    does not count.
    """
    for post in posts:
        if post.source in leave_out:
            continue
        back, again = given.get(post.source), built.get(post.source)
        good = back is not None and again is not None and again.content.strip() == post.content.strip()
        if good and back is not None and again is not None:
            good = untold(back.body) == untold(post.body) or untold(again.text) == untold(post.text)
        figures.count("untold", post.source, good=good)


def count_built(
    figures: Figures, row: str, truth: Mapping[str, str], built: Mapping[str, str], leave_out: frozenset[str]
) -> None:
    """Count the posts of which a second build makes the same text: content, or the whole page; by their sources' names.

    Posts that were not found have no text in ``built``, and count as different.
    """
    for name, text in truth.items():
        if name not in leave_out:
            figures.count(row, name, good=built.get(name) == text)
