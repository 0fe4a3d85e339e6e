"""A whole Jekyll site, from which ``jekyll build`` makes the archived posts again, with lists by tag, category and month."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import yaml

from crawler.archive.lines import json_line
from crawler.archive.paths import POSTS
from crawler.exporters.addresses import address, category_names, own_starts, root
from crawler.exporters.output import MANIFEST, open_folder
from crawler.exporters.post_notes import NOTES, other_notes, remove_files, write_post
from crawler.markup.links.redirects import PLUGIN

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from crawler.exporters.packing import Row
    from crawler.sites.site import Site

_LAYOUTS = ("default.html", "post.html", "list.html", "names.html")
#: Posts whose front matter names no layout get the layout of posts.
_POST_LAYOUT = {"scope": {"path": "", "type": "posts"}, "values": {"layout": "post"}}
#: The line of the front matter that names a layout, and a layout that shows posts under another name.
_LAYOUT = re.compile(r"^layout:[ \t]*([\"']?)([\w.-]+)\1[ \t\r]*$", re.MULTILINE)
_SAME_LAYOUT = "---\nlayout: post\n---\n{{ content }}\n"
_NO_LAYOUT = ("none", "null")
_PLUGINS = "# The site had these plugins; nothing here needs them. Jekyll loads them without the line safe: true.\n"
_REDIRECTS = f"# Of redirect_from, {PLUGIN} makes the pages that lead on to posts.\n"
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
#: The line of the categories in the front matter, with all blanks between them.
_WRITTEN = re.compile(r"^categor(?:y|ies):[ \t]*(\S.*?)[ \t\r]*$", re.MULTILINE)


@dataclass(slots=True)
class _Names:
    """How many posts there are of each tag, category and month, and without tags."""

    #: Whether the site takes all categories of a post for one.
    joined: bool
    tags: Counter[str] = field(default_factory=Counter)
    #: Categories as Jekyll has them. A site that joins categories has pages of the single ones, too.
    words: Counter[str] = field(default_factory=Counter)
    #: Categories as the site has them, and all spellings of each in the addresses of its page.
    categories: Counter[str] = field(default_factory=Counter)
    written: dict[str, set[str]] = field(default_factory=dict)
    months: Counter[str] = field(default_factory=Counter)
    untagged: int = 0

    def add(self, row: Mapping[str, Any]) -> None:
        """Count the tags, categories and month of one post, as its notes have them."""
        self.tags.update(set(row["tags"]))
        self.untagged += not row["tags"]
        self.words.update(set(row["categories"]))
        for name in category_names(row["categories"], joined=self.joined):
            self.categories[name] += 1
            self.written.setdefault(name, set()).add(row["written"] if self.joined else name)
        self.months[row["day"][:7]] += 1


def write_jekyll(rows: Iterable[Row], target: Path, site: Site) -> int:
    """Write the folder, whose source posts are byte for byte those of the archive, and return their number."""
    names, layouts = _Names(site.jekyll.joins_categories), set[str]()
    with open_folder(target) as folder, (folder / NOTES).open("wb") as notes:
        number = 0
        for number, row in enumerate(rows, 1):  # noqa: B007 - its last value is their number
            path = folder / POSTS / row["date"][:7] / Path(row["path"]).name
            path = write_post(path, row["raw"].encode())
            note = {name: row[name] for name in ("id", "day", "tags", "categories")}
            note |= {"written": _as_written(row), "file": path.relative_to(folder).as_posix()}
            notes.write(json_line(note))
            names.add(note)
            layouts.update(found[2] for found in _LAYOUT.finditer(_front_matter(row["raw"])))
        _write_frame(folder, site, layouts)
        _write_pages(folder, names)
    return number


def remove_from_jekyll(target: Path, ids: Collection[str], site: Site) -> int:
    """Remove these posts, make the lists of the others anew, and return how many posts were removed."""
    notes = other_notes(target, ids)
    if notes is not None:
        names = _Names(site.jekyll.joins_categories)
        for note in notes:
            names.add(note)
        for folder in ("pages", "_data"):
            shutil.rmtree(target / folder, ignore_errors=True)
        _write_pages(target, names)
    return remove_files(target, ids)


def _front_matter(raw: str) -> str:
    return raw[: max(raw.find("\n---", 3), 0)]


def _as_written(row: Row) -> str:
    found = _WRITTEN.search(_front_matter(row["raw"]))
    name = found[1].strip("\"'") if found else ""
    return name if name.split() == row["categories"] else " ".join(row["categories"])


def _write_frame(folder: Path, site: Site, layouts: Collection[str]) -> None:
    frames = files("crawler.exporters").joinpath("frames")
    (folder / "_layouts").mkdir(parents=True)
    for name in _LAYOUTS:
        layout = frames.joinpath("jekyll", name).read_text("utf-8").replace("content | at_home", f"content{_at_home(site)}")
        (folder / "_layouts" / name).write_text(layout, "utf-8")
    for name in sorted({f"{name}.html" for name in layouts if name not in _NO_LAYOUT} - set(_LAYOUTS)):
        (folder / "_layouts" / name).write_text(_SAME_LAYOUT, "utf-8")
    site.jekyll.write_includes(folder)
    (folder / "index.html").write_bytes(frames.joinpath("jekyll", "index.html").read_bytes())
    (folder / "archive.css").write_bytes(frames.joinpath("archive.css").read_bytes())
    host, path = root(site)
    about: dict[str, Any] = {"title": site.name, "url": host} | ({"baseurl": path} if path else {})
    about |= yaml.safe_load(site.jekyll.config) or {}
    # Posts of the future are shown, too. Excerpts are left out where the site shows none: they take a third of the time.
    about |= {"timezone": site.zone, "future": True, "exclude": [MANIFEST]}
    about.setdefault("excerpt_separator", "")
    if _POST_LAYOUT not in about.setdefault("defaults", []):
        about["defaults"].append(_POST_LAYOUT)
    config = yaml.safe_dump(about, allow_unicode=True, sort_keys=False)
    if site.jekyll.plugins:
        config += (
            f"{_PLUGINS}{_REDIRECTS if PLUGIN in site.jekyll.plugins else ''}# plugins: [{', '.join(site.jekyll.plugins)}]\n"
        )
    (folder / "_config.yml").write_text(config, "utf-8")


def _at_home(site: Site) -> str:
    """Liquid filters that make links to the site's own hosts lead to this copy."""
    return "".join(f""" | replace: 'href="{start}', 'href="/'""" for start in own_starts(site))


def _write_pages(folder: Path, names: _Names) -> None:
    pages = _Pages(folder)
    months, offset = sorted(names.months, reverse=True), 0
    for month in months:  # posts are in the order of their dates, so those of one month are a slice
        pages.add(address("month", month), title=month, posts=names.months[month], offset=offset, limit=names.months[month])
        offset += names.months[month]
    for tag, posts in sorted(names.tags.items()):
        pages.add(address("tag", tag), title=tag, posts=posts, tag=tag)
    for word, posts in sorted(names.words.items()):
        if word not in names.categories or names.categories[word] == posts:
            pages.add(address("category", word), title=word, posts=posts, category=word)
        else:  # the page of "In" lists that category alone, and not "Career In touxingPEVC"
            pages.add(address("category", word), title=word, posts=names.categories[word], category=word, joined=word)
    for joined, posts in sorted(names.categories.items()):
        for written in sorted({joined, *names.written[joined]} - names.words.keys()):
            via = min(joined.split(" "), key=lambda word: (names.words[word], word))
            pages.add(address("category", written), title=joined, posts=posts, category=via, joined=joined)
    pages.add("/categories.html", "names", title="Categories", names="categories")
    pages.add("/months.html", "names", title="Months", names="months")
    data = {
        "joins_categories": names.joined,
        "untagged": names.untagged,
        "tags": _listed("tag", names.tags),
        "categories": _listed("category", names.categories),
        "months": [{"name": month, "url": address("month", month), "posts": names.months[month]} for month in months],
        "tag": {name: address("tag", name) for name in sorted(names.tags)},
        "category": {name: address("category", name) for name in sorted(names.categories)},
    }
    (folder / "_data").mkdir()
    (folder / "_data" / "pages.json").write_text(_yaml(data), "utf-8")


def _listed(folder: str, names: Counter[str]) -> list[dict[str, Any]]:
    """The names, those with most posts first."""
    found = sorted(names.items(), key=lambda one: (-one[1], one[0]))
    return [{"name": name, "url": address(folder, name), "posts": posts} for name, posts in found]


def _yaml(value: object) -> str:
    """JSON, which is YAML as well when the characters are escaped that YAML does not allow."""
    return _UNPRINTABLE.sub(lambda char: f"\\u{ord(char[0]):04x}", orjson.dumps(value).decode())


class _Pages:
    """Pages of front matter alone. Their files are numbered, because some file systems ignore upper and lower case."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "pages"
        self._folder.mkdir()
        self._number = 0

    def add(self, url: str, layout: str = "list", **about: object) -> None:
        self._number += 1
        front = _yaml({"layout": layout, "permalink": url} | about)
        (self._folder / f"{self._number}.html").write_text(f"---\n{front}\n---\n", "utf-8")
