"""A stranger's blog as strings, served as a static host would, and crawled by its address."""

from __future__ import annotations

import json
from html import escape
from threading import Event
from typing import TYPE_CHECKING, Any

from tests.replica.crawl import run, settings_for
from tests.serving import TYPES, HostServer, Reply

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

HOST = "blog.example"
WORDS = [
    "tide",
    "gull",
    "dyke",
    "rope",
    "boat",
    "salt",
    "wind",
    "harbour",
    "lamp",
    "crab",
    "net",
    "buoy",
    "sand",
    "storm",
    "ferry",
    "pier",
    "oar",
    "hull",
    "mast",
    "knot",
]


def text(number: int) -> str:
    """The content of a post."""
    first, second, third = (WORDS[(number * step + step) % len(WORDS)] for step in (1, 3, 7))
    return (
        f"<p>The {first} and the {second}, number {number}.</p>\n\n"
        f"<p>Then came a <em>{third}</em> &amp; more.</p>\n\n<ul>\n  <li>{first}</li>\n  <li>{second}</li>\n</ul>"
    )


class Stranger(HostServer):
    """Pages by path. ``base``: the folder of the home page."""

    modified = 1_700_000_000

    def __init__(self, posts: int = 8, *, base: str = "/", sitemap: bool = True, host: str = HOST) -> None:
        super().__init__((host,))
        self.host, self.base = host, base
        self._open = Event()
        self._left: int | None = None
        self.has_sitemap = sitemap
        self.pages: dict[str, Reply] = {}
        self.posts: dict[int, str] = {number: text(number) for number in range(posts)}
        self.lastmod: dict[int, str] = {}
        self.listed: dict[int, bool] = {}
        self.feed_size = 5
        self.build()

    @property
    def home(self) -> str:
        return f"https://{self.host}{self.base}"

    @staticmethod
    def day(number: int) -> str:
        return f"2024/{number % 12 + 1:02}/{number % 27 + 1:02}"

    def path(self, number: int) -> str:
        return f"{self.base}{self.day(number)}/{WORDS[number % len(WORDS)]}-{number}/"

    def title(self, number: int) -> str:
        return f"On {WORDS[number % len(WORDS)]} {number}"

    def time(self, number: int) -> str:
        return f"{self.day(number).replace('/', '-')}T09:{number % 60:02}:00+00:00"

    def put(self, path: str, body: str | bytes, kind: str = "text/html; charset=utf-8") -> None:
        self.pages[path] = Reply(200, body if isinstance(body, bytes) else body.encode(), {"Content-Type": kind})

    def page(self, title: str, inside: str, head: str = "") -> str:
        return (
            f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{title} | Shore</title>\n{head}'
            '<meta name="generator" content="Jekyll v4.3.1" />\n'
            f'<link rel="stylesheet" href="{self.base}main.css">\n'
            f'<link type="application/atom+xml" rel="alternate" href="{self.home}feed.xml" title="Shore" />\n</head>\n<body>\n'
            f'<header><a href="{self.base}">Shore</a> <a href="{self.base}about/">About</a></header>\n<main>\n{inside}\n</main>\n'
            "<footer>Written by the sea.</footer>\n</body>\n</html>\n"
        )

    def build(self) -> None:
        """Make the pages again, as a build of the site would."""
        newest = sorted(self.posts, key=self.time, reverse=True)
        shown = [number for number in newest if self.listed.get(number, True)]
        links = "\n".join(f'<li><a href="{self.path(one)}">{self.title(one)}</a></li>' for one in shown)
        self.put(self.base, self.page("Home", f"<ul>\n{links}\n</ul>"))
        self.put(f"{self.base}about/", self.page("About", f'<p>Us. <img src="{self.base}pier.png" alt=""></p>'))
        self.put(f"{self.base}main.css", f"body {{ background: url({self.base}sand.png) }}", "text/css")
        for picture in ("pier.png", "sand.png"):
            self.put(f"{self.base}{picture}", b"\x89PNG" + picture.encode(), "image/png")
        for number in self.posts:
            self.put(self.path(number), self.post_page(number))
        self.put(f"{self.base}feed.xml", self.feed(newest[: self.feed_size]), TYPES[".xml"])
        if self.has_sitemap:
            self.put(f"{self.base}sitemap.xml", self.sitemap(newest), TYPES[".xml"])

    def post_page(self, number: int) -> str:
        head = (
            f'<meta property="og:title" content="{self.title(number)}" />\n'
            f'<link rel="canonical" href="https://{self.host}{self.path(number)}" />\n'
            f'<meta property="article:published_time" content="{self.time(number)}" />\n'
        )
        return self.page(
            self.title(number),
            f'<article class="post"><h1 class="post-title">{self.title(number)}</h1>\n'
            f'<p class="post-meta"><time datetime="{self.time(number)}">{self.day(number)}</time></p>\n'
            f'<div class="post-content">{self.posts[number]}\n</div></article>',
            head,
        )

    def feed(self, numbers: list[int]) -> str:
        entries = "".join(
            f'<entry><title type="html">{self.title(one)}</title><link href="https://{self.host}{self.path(one)}" rel="alternate" '
            f'type="text/html"/><published>{self.time(one)}</published><updated>{self.time(one)}</updated>'
            f"<id>https://{self.host}{self.path(one)}</id>"
            f'<content type="html" xml:base="https://{self.host}{self.path(one)}">{escape(self.posts[one])}</content></entry>'
            for one in numbers
        )
        return (
            '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom">'
            '<generator uri="https://jekyllrb.com/" version="4.3.1">Jekyll</generator>'
            f'<link href="{self.home}feed.xml" rel="self" type="application/atom+xml"/><title>Shore</title>{entries}</feed>'
        )

    def sitemap(self, numbers: list[int]) -> str:
        urls = "".join(
            f"<url><loc>https://{self.host}{self.path(one)}</loc><lastmod>{self.lastmod.get(one, self.time(one))}</lastmod></url>"
            for one in numbers
        )
        start = '<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        return f"{start}{urls}<url><loc>{self.home}</loc></url><url><loc>{self.home}about/</loc></url></urlset>"

    def hold_after(self, number: int) -> None:
        """After so many answers, let all others wait for :meth:`go_on`."""
        self._open.clear()
        self._left = number

    @property
    def is_holding(self) -> bool:
        """Whether an answer waits."""
        return self._left is not None and self._left < 0

    def go_on(self) -> None:
        self._left = None
        self._open.set()

    def answer(self, host: str, path: str) -> Reply:
        if self._left is not None:
            self._left -= 1
            if self._left < 0:
                self._open.wait(600)
        if path in self.pages:
            return self.pages[path]
        if f"{path}/" in self.pages:
            return Reply(301, headers={"Location": f"{path}/", "Content-Type": "text/html"})
        if path.endswith("/index.html") and path.removesuffix("index.html") in self.pages:
            return self.pages[path.removesuffix("index.html")]
        return Reply(404, self.page("Not found", "<p>No such page.</p>").encode(), {"Content-Type": "text/html"})


class Crawled:
    """The archives below a folder, of runs against a served site."""

    def __init__(self, folder: Path, site: Stranger, name: str = "shore") -> None:
        self.root, self.site, self.name = folder / "output", site, name
        self.archive = self.root / name

    def run(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """``scrapy`` with these arguments; the server's log is that of this run."""
        self.site.log.clear()
        return run(*arguments, settings=settings_for(self.site.origins, self.root, **settings))

    def crawl(self, *arguments: str, code: int = 0, **settings: str) -> dict[str, Any]:
        """Crawl the site by its address the first time, then by its name; gives the run report."""
        is_known = (self.archive / "site.toml").exists()
        words = (
            ["crawl", self.name] if is_known else ["crawl", "jekyll", "-a", f"url={self.site.home}", "-a", f"name={self.name}"]
        )
        done = self.run(*words, *arguments, **settings)
        assert done.returncode == code, done.stdout + done.stderr
        return self.report

    @property
    def report(self) -> dict[str, Any]:
        """The newest run report."""
        return json.loads(max((self.archive / "runs").glob("*.json")).read_bytes())

    @property
    def index(self) -> dict[str, dict[str, Any]]:
        """The index lines by the addresses of posts."""
        lines = map(json.loads, (self.archive / "index.jsonl").read_text("utf-8").splitlines())
        return {line["url"].removeprefix(f"https://{self.site.host}"): line for line in lines}

    @property
    def asked(self) -> list[str]:
        """The paths that the last run asked for, with the status of each answer."""
        return [f"{one.path} {one.status}" for one in self.site.log]


def learned(root: Path) -> Path:
    """Crawl a site that nobody described, ``shore``, into an archive below ``root``."""
    with Stranger() as site:
        words = ("crawl", "jekyll", "-a", f"url={site.home}", "-a", "name=shore")
        done = run(*words, settings=settings_for(site.origins, root))
        assert done.returncode == 0, done.stderr
    return root
