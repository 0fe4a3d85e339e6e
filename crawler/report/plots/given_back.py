"""How the posts of a learned site came back: by fidelity and by reason, the worst first, each source beside its page."""

from __future__ import annotations

import heapq
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from crawler.archive.entry import entry_of
from crawler.markup.source.body import without_front_matter
from crawler.sites.learned.body import AS_HTML, UNREAD
from crawler.sites.stock.page import StockPage
from crawler.sites.stock.post import DOUBTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from crawler.archive.catalog.catalog import Catalog
    from crawler.archive.payloads import Payloads
    from crawler.sites.site import Site

#: So many posts are shown, the worst; of each so many characters of its source and of its page.
_SHOWN, _LONGEST = 20, 20_000
_WORST_FIRST = ("partial", "rendered", "exact")
_FIDELITIES = {
    "exact": "a source post that you gave says so, byte for byte",
    "rendered": "Jekyll makes of it the content of the page, byte for byte; the source may have been spelt otherwise",
    "partial": "Jekyll does not make of it the content of the page",
}
_REASONS = {
    **DOUBTS,
    AS_HTML: "no Markdown was found of which Jekyll makes the content of the page, so the post is HTML",
    UNREAD: "no Markdown was found for blocks of it, so they are HTML that kramdown is told not to read ({::nomarkdown})",
}

Entry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Pair:
    """A post: what is known of it, its source, and the content of its page as a document that a browser shows by itself."""

    entry: Entry
    reasons: list[str]
    source: str
    page: str


@dataclass(slots=True)
class GivenBack:
    """How many posts came back how, why not better, and the worst of them."""

    fidelity: Counter[str] = field(default_factory=Counter)
    endings: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    worst: list[Pair] = field(default_factory=list)
    #: How many pages gave no post, or could not be had; and one of them.
    lacking: int = 0
    one_lacking: str = ""
    #: Keys that samples have, and posts come back without.
    missing: tuple[str, ...] = ()
    #: What else a person should know of the site.
    warnings: tuple[str, ...] = ()

    @property
    def meanings(self) -> Mapping[str, str]:
        """What each fidelity means here."""
        return {name: meaning for name, meaning in _FIDELITIES.items() if self.fidelity[name]}

    @property
    def partial(self) -> str:
        """What ``partial`` means here."""
        return _FIDELITIES["partial"]

    @property
    def explained(self) -> list[tuple[str, int, str]]:
        """The reasons, the commonest first, with the number of posts; and in words, where there are some."""
        return [(name, posts, _REASONS.get(name, "")) for name, posts in self.reasons.most_common()]


def given_back(entries: Iterable[Entry], source_of: Callable[[Entry], str], page_of: Callable[[Entry], str]) -> GivenBack:
    """Count the posts of an index, and keep the worst.

    :param source_of: gives a source post.
    :param page_of: gives the content of its captured page as HTML.
    """
    found = GivenBack()

    def counted() -> Iterator[Entry]:
        for entry in entries:
            found.fidelity[entry["fidelity"]] += 1
            found.endings[entry["path"].rpartition(".")[2]] += 1
            found.reasons.update({_kind(reason) for reason in _reasons(entry)})
            yield entry

    for entry in heapq.nsmallest(_SHOWN, counted(), key=_rank):
        if _reasons(entry):
            source = without_front_matter(source_of(entry))
            found.worst.append(Pair(entry, _reasons(entry), source[:_LONGEST], page_of(entry)[:_LONGEST]))
    return found


def entries_of(lines: Iterable[bytes]) -> Iterator[Entry]:
    """The entries of an index; lines that are not valid are left out, for the rest of the page names them."""
    return (entry for entry in map(entry_of, lines) if entry is not None)


def captured_content(site: Site, catalog: Catalog, payloads: Payloads, entry: Entry) -> str:
    """The content of the captured page that a post was made of; a line for a person where it cannot be read."""
    capture = next(iter(entry["captures"]), None)
    row = catalog.at(capture["file"], capture["offset"]) if capture else None
    page = payloads.exchange(row) if row is not None else None
    parsed = site.parse_page(page) if page is not None else None
    return parsed.html if isinstance(parsed, StockPage) else "The captured page cannot be read."


def _reasons(entry: Entry) -> list[str]:
    return [*entry["notes"], *entry["assumed"]]


def _kind(reason: str) -> str:
    """A reason without what is particular to one post."""
    return reason.partition(":")[0]


def _rank(entry: Entry) -> tuple[int, int, str]:
    known = entry["fidelity"] in _WORST_FIRST
    return _WORST_FIRST.index(entry["fidelity"]) if known else -1, -len(_reasons(entry)), entry["id"]
