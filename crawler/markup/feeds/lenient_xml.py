"""Feeds and sitemaps that are no well-formed XML, because templates wrote into them what was typed: read entry by entry."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement

from defusedxml import ElementTree

from crawler.counted import counted
from crawler.markup.feeds.leaves import attributes, leaves, named, with_attributes

if TYPE_CHECKING:
    from collections.abc import Iterator

#: What each of them has as its entries.
_ENTRIES = {"feed": ("entry",), "rss": ("item",), "rdf": ("item",), "urlset": ("url",), "sitemapindex": ("sitemap",)}
_ROOT = re.compile(r"<((?:[\w.-]{1,40}:)?(feed|rss|rdf|urlset|sitemapindex))((?:\s[^<>]{0,4000}+)?)>", re.IGNORECASE)
#: A page is no feed; what a document declares could be anything.
_NO_FEED = re.compile(r"<!ENTITY|<!DOCTYPE[^>]*\[|<(?:html|head|body)[\s>]", re.IGNORECASE)
#: So far from its beginning is looked for the first element.
_LOOKED_AT = 2000
_TOKEN = {
    name: re.compile(rf"<!\[CDATA\[|<!--|<(/?)(?:[\w.-]{{1,40}}:)?(?:{'|'.join(names)})(?:\s[^<>]{{0,4000}}+)?>", re.IGNORECASE)
    for name, names in _ENTRIES.items()
}
_ENDS = {"<![CDATA[": "]]>", "<!--": "-->"}
_PREFIX = re.compile(r"[<\s]([A-Za-z_][\w.-]{0,40}):(?=[A-Za-z_])")
_KNOWN = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "atom": "http://www.w3.org/2005/Atom",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xml": "http://www.w3.org/XML/1998/namespace",
}
#: So many entries are read in this way: a sitemap may have no more.
MOST = 50_000
#: So many prefixes has an entry that none declares.
_PREFIXES = 50
_WRITTEN = {"&": "&amp;", "<": "&lt;"}
#: ``&`` and ``<`` that begin nothing, and the numbers of what XML forbids; in CDATA and comments they are themselves.
_BARE = re.compile(
    r"<!\[CDATA\[[^\]]*+(?:\](?!\]>)[^\]]*+)*+|<!--(?:[^-]|-(?!->))*+|&(?!(?:[A-Za-z_:][\w.:-]*+|#[0-9]++|#x[0-9a-fA-F]++);)"
    r"|<(?![A-Za-z/!?])|&#(?:0{0,9}(?:[0-8]|1[124-9]|2\d|3[01])|x0{0,9}(?:[0-8bBcCeEfF]|1[0-9a-fA-F]));"
)
#: A title that has tags, or what looks like one: no CDATA.
_TITLE = re.compile(
    r"(<title(?:\s[^<>]{0,200}+)?>)(?!\s*+<!\[CDATA)([^<]{0,600}+<(?!/title)[^<]{0,600}+(?:<(?!/title)[^<]{0,600}+){0,9})(?=</title)"
)


@dataclass(frozen=True, slots=True)
class Mended:
    """What could be read, as if it had been well-formed; how many entries were mended, and how many could not be read."""

    root: Element
    entries: int
    mended: int
    lost: int

    def __str__(self) -> str:
        """What is said of it."""
        every = counted(self.entries, "entry", "entries")
        if not self.mended and not self.lost:
            return (
                f"nothing is lost by it: {'the one entry' if self.entries == 1 else f'each of {every}'} could be read by itself"
            )
        told = {"were mended": self.mended, "could not be read": self.lost}
        (what, first), *others = ((what, count) for what, count in told.items() if count)
        return f"{first} of {every} {what}" + "".join(f", {count} {what}" for what, count in others)


def lenient(text: str, *, undecoded: bool) -> Mended | None:
    """A feed or sitemap that no parser of XML reads; ``None`` if it is none, or was cut off before its end.

    :param undecoded: whether the sign for what is no character stands for bytes that are none: an entry with it is lost.
    """
    first = _ROOT.search(text, 0, _LOOKED_AT + 4000)
    if first is None or _NO_FEED.search(text, 0, first.start()) or first[3].endswith("/"):
        return None
    if "\ufffd" in text[: first.start()]:  # a picture with a description of itself in XML, say
        return None
    end = text.rfind(f"</{first[1]}")
    if end < first.end():
        return None
    spaces = _spaces(attributes(first[3]))
    spans = list(islice(_spans(text, first.end(), end, _TOKEN[first[2].lower()]), MOST + 1))
    if not spans or len(spans) > MOST:
        return None
    root = _head(text[first.end() : spans[0][0] if spans else end], first, spaces)
    mended = lost = 0
    for start, stop in spans:
        entry = text[start:stop]
        found = None if undecoded and "\ufffd" in entry else _strict(entry, spaces)
        if found is None and not (undecoded and "\ufffd" in entry):
            found = _typed(entry, spaces)
            mended += found is not None
        if found is None:
            lost += 1
        else:
            root.append(found)
    return Mended(root, len(spans), mended, lost)


def _spaces(given: dict[str, str]) -> dict[str, str]:
    """The namespaces by their prefixes; that of names without one has an empty one."""
    told = {key.removeprefix("xmlns").removeprefix(":"): value for key, value in given.items() if key.startswith("xmlns")}
    return {**_KNOWN, "": "", **told}


def _head(text: str, first: re.Match[str], spaces: dict[str, str]) -> Element:
    """The root with what stands before its first entry: what the feed calls itself, and who writes it."""
    root = Element(named(first[1], spaces), with_attributes(first[3], spaces))
    channel = re.search(r"<channel(?:\s[^<>]{0,4000}+)?>", text)
    leaves(SubElement(root, named("channel", spaces)) if channel else root, text[channel.end() if channel else 0 :], spaces)
    return root


def _spans(text: str, at: int, end: int, token: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """Where each entry begins and ends; one that is not closed ends where the next begins, or with the feed."""
    opened = -1
    while found := token.search(text, at, end):
        at = found.end()
        if (closing := _ENDS.get(found[0].upper())) is not None:
            at = max(text.find(closing, at, end), at)
            if at == found.end():  # it is never closed, and so is none behind it
                token = re.compile(token.pattern.partition("<!--|")[2], re.IGNORECASE)
            continue
        if opened >= 0:
            yield opened, at if found[1] else found.start()
        opened = -1 if found[1] else found.start()
    if opened >= 0:
        yield opened, end


def _strict(entry: str, spaces: dict[str, str]) -> Element | None:
    """An entry that is well-formed by itself."""
    used = sorted(set(_PREFIX.findall(entry)) - {"xml", "xmlns"})[:_PREFIXES]
    declared = {"": spaces[""], **{prefix: spaces.get(prefix) or f"urn:{prefix}" for prefix in used}}
    said = "".join(f' xmlns{":" * bool(key)}{key}="{value.translate(_QUOTED)}"' for key, value in declared.items())
    try:
        return next(iter(ElementTree.fromstring(f"<a{said}>{entry}</a>")), None)
    except (ElementTree.ParseError, ValueError):
        return None


_QUOTED = str.maketrans({"&": "&amp;", "<": "&lt;", '"': "&quot;"})


def _typed(entry: str, spaces: dict[str, str]) -> Element | None:
    """An entry with ``&`` or ``<`` that were typed so, or with worse."""
    entry = _BARE.sub(lambda found: "" if found[0].startswith("&#") else _WRITTEN.get(found[0], found[0]), entry)
    found = _strict(entry, spaces)
    if found is None:
        found = _strict(_TITLE.sub(lambda title: title[1] + title[2].replace("<", "&lt;"), entry), spaces)
    if found is not None:
        return found
    opening = re.compile(r"<([^\s<>/]{1,80})([^<>]{0,4000}+)>").match(entry)
    if opening is None:
        return None
    element = Element(named(opening[1], spaces), with_attributes(opening[2], spaces))
    return element if leaves(element, entry[opening.end() :], spaces) else None
