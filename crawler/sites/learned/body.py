"""The body of a learned site's source post: Markdown that Jekyll renders to the page's content, or the content itself."""

from __future__ import annotations

import atexit
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote

from crawler.errors import CannotRun
from crawler.invocation import command
from crawler.markup.characters import in_text
from crawler.markup.links.address import joined, split
from crawler.reconstruct import Converter, Habits, Rules, available, compressed, give_back, of_blanks, told_near
from crawler.reconstruct.liquid.rule import named
from crawler.reconstruct.references import References
from crawler.sites.learned.as_rendered import as_rendered
from crawler.sites.parsed import BASE_PATH, CODE, NAMES, SourceBody
from crawler.sites.stock.page import StockPage

if TYPE_CHECKING:
    from collections.abc import Container

    from crawler.learn.learned import Learned
    from crawler.sites.addresses.routes import SiteAddresses
    from crawler.sites.parsed import FeedMention, ParsedPage

#: In ``notes``: no Markdown was found that Jekyll renders to these bytes, so the post is HTML, and why.
AS_HTML, UNREAD = "body.as-html", "body.nomarkdown"
#: So many bodies are kept: the captures of a post are made one after the other, and most have its content as it was.
_KEPT = 64
_Known = tuple[tuple[str, str], ...]


class NoConverter(CannotRun):
    """One line: the site's posts are Markdown, and Jekyll's converter is not installed."""


class PostNames(Mapping[str, str]):
    """The file names of a site's posts, without extension, by the paths of their pages.

    Jekyll writes a post's address in one way: one that leads to the post and is written otherwise, with a host or a query for
    example, is no key.
    """

    def __init__(self, site: SiteAddresses, dead: Container[str] = ()) -> None:
        """Make the mapping; ``dead``: paths behind that of the home page that are no posts any more."""
        self._site, self._dead = site, dead
        self._host = joined(site.home, "/").removesuffix("/")

    def __getitem__(self, path: str) -> str:
        url = self._site.post_link(f"{self._host}{path}") if path.startswith("/") else None
        day = self._site.post_day(url) if url else ""
        if not url or not day or url != f"{self._host}{path}" or relative(self._site.home, url) in self._dead:
            raise KeyError(path)
        return f"{day}-{self._site.slug(url)}"

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0

    __hash__ = object.__hash__

    def __bool__(self) -> bool:
        return True

    def __eq__(self, other: object) -> bool:
        return self is other


def relative(home: str, url: str) -> str:
    """The path of a page behind that of the home page, as ``site.toml`` has it."""
    return unquote(url.removeprefix(home))


def addresses(home: str) -> dict[str, str]:
    """What Jekyll's own variables and filters of addresses give on a site.

    >>> addresses("https://blog.example/notes/")["absolute_url"]
    'https://blog.example/notes'
    """
    parts = split(home)
    host, base = f"{parts.scheme}://{parts.netloc}", parts.path.rstrip("/")
    return {"site.url": host, "site.baseurl": base, "relative_url": base, "absolute_url": host + base}


def with_white_space(learned: Learned, parsed: ParsedPage, mention: FeedMention | None) -> ParsedPage:
    """The page, with the content of the feed where that is the same but for white space that the layout takes away."""
    kind = str(learned.habits.get("compressed", ""))
    told = (mention.entry.content or "").strip() if mention is not None else ""
    if kind and told and isinstance(parsed, StockPage):
        shown = compressed(as_rendered(learned, parsed.html), kind), parsed.html
        return replace(parsed, html=told) if compressed(told, kind) in shown else parsed
    return parsed


def source_body(learned: Learned, html: str, about: Mapping[str, str], posts: Mapping[str, str]) -> SourceBody:
    """What is written below the front matter for a content.

    :param about: the texts of the front matter, and the name of the post's file (``post``).
    :param posts: the file names of the site's posts, by the paths of their pages.
    :raises NoConverter: if the site's posts are Markdown, and Jekyll is not installed.
    """
    habits = {**learned.habits, **told_near(learned.near, about.get("author", ""), about.get("post", ""))}
    if compressed(html, of_blanks(str(habits.get("compressed", "")))) != html:  # a feed has the content as Jekyll rendered it
        habits["compressed"] = ""
    if about.get("site.baseurl"):  # Jekyll 4 has it in post_url
        habits["post_url"] = str(habits.get("post_url", "")).rpartition("}}")[2]
    known = tuple(sorted({**about, **named(about.get("post", ""))}.items())) if learned.liquid else ()
    told = [learned.liquid, learned.labels, learned.included, learned.lines]
    rules = json.dumps(told, default=dict) if any(told) or habits.get("ending") or habits.get("references") else ""
    made = _made(learned.name, learned.source, _text(learned.kramdown), _text(habits), rules, html, known, posts)
    is_guess = learned.liquid and not learned.samples and "{{ site.baseurl }}" in made.text
    return replace(made, assumed=(*made.assumed, BASE_PATH)) if is_guess else made


def smartified(learned: Learned, title: str) -> str:
    """What Jekyll's filter ``smartify`` makes of a title; empty where Jekyll is not there to tell."""
    if learned.source != "markdown" or not available():
        return ""
    return " ".join(in_text(converter_of(learned.kramdown).smartify(title) or "").split())


def rules_of(learned: Learned) -> Rules:
    """What samples told of a site besides habits."""
    return Rules.of(learned.liquid, References(learned.labels, learned.included), learned.lines)


@lru_cache(maxsize=_KEPT)
def _made(  # noqa: PLR0913, PLR0917
    name: str, source: str, kramdown: str, habits: str, told: str, html: str, about: _Known, posts: Mapping[str, str]
) -> SourceBody:
    if source == "markdown" and not available():
        raise NoConverter(
            f"{name} gives back Markdown, which needs Jekyll (on Debian: apt-get install jekyll;"
            f' without it, write source = "html" into its site.toml); then: {command(f"rebuild {name}")}'
        )
    converter = _converter(kramdown) if source == "markdown" else None
    known = Habits.of(json.loads(habits))
    body = give_back(html, converter, known, posts, _rules(told), dict(about))
    notes = (f"{AS_HTML if body.extension == '.html' else UNREAD}: {body.failed}",) if body.failed else ()
    assumed = (*((CODE,) if body.marked else ()), *((NAMES,) if body.names_posts else ()))
    return SourceBody(_framed(body.text, known), body.extension, "rendered" if body.proven else "partial", assumed, notes)


@lru_cache(maxsize=4)
def _rules(told: str) -> Rules | None:
    if not told:
        return None
    liquid, labels, included, lines = json.loads(told)
    return Rules.of(liquid, References(labels, included), lines)


def _framed(text: str, habits: Habits) -> str:
    """A body with the blank lines before it and behind it that the samples have; Jekyll passes over both."""
    if habits.end_lines != Habits().end_lines:
        text = text.rstrip("\n")
    return "\n" * habits.front_gap + (text if text.endswith("\n") else text + "\n" * habits.end_lines)


def converter_of(kramdown: Mapping[str, object]) -> Converter:
    """The process that converts with these settings."""
    return _converter(_text(kramdown))


@lru_cache(maxsize=4)
def _converter(kramdown: str) -> Converter:
    """The process that converts with these settings; it is started once, and ended with this one."""
    converter = Converter(json.loads(kramdown))
    converter.__enter__()
    atexit.register(converter.__exit__, None, None, None)
    return converter


def _text(values: object) -> str:
    return json.dumps(values, sort_keys=True, default=dict)
