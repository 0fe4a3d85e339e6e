"""Links by reference, ``[text][label]``, with their addresses at the end of a post or in a file that posts include."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crawler.markup.titles.markdown import escape_liquid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from crawler.reconstruct.draft import Part, Piece

#: Where the definitions of a post stand in the text at its end.
DEFINITIONS = "{definitions}"
_DEFINED = re.compile(r"^ {0,3}\[(?!\^)([^\]\n]{1,200})\]:[ \t]*<?([^\s>]+)>?(?:[ \t]+[\"'(].*)?[ \t]*$", re.MULTILINE)
_USED = re.compile(r"(?<!!)\[((?:[^\[\]\\]|\\.){1,300})\]\[([^\[\]]{0,200})\]")
_ALONE = re.compile(r"(?<![!\]\\])\[((?:[^\[\]\\]|\\.){1,300})\](?![\[(:{])")
_INLINE = re.compile(r"(?<!!)\[(?:[^\[\]\\]|\\.){1,300}\]\(")
INCLUDE = re.compile(r"\{% *include +[\w./-]+ *%\}")
_LINK = re.compile(r'<a href="([^"]*)"[^>]*>(.{0,300}?)</a>', re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_PLAIN = re.compile(r"[^\[\]\\`*_<>\n]{1,100}")
_LONGEST_TAG = 200
#: What differs in addresses of the same kind: numbers of versions and days, and a first folder that is a language.
_NUMBERS, _LANGUAGE = re.compile(r"\d+(?:\.\d+)*"), re.compile(r"/[a-z]{2}(?:[-_][A-Za-z]{2,4})?(?=/)")
_MARKUP = re.compile(r"[`*_\\]")


@dataclass(slots=True)
class Link:
    """A link that was given back: what ends it, the pieces of its text, its address, and its title as it is written."""

    closing: Piece
    inside: Sequence[Part]
    target: str
    title: str

    @property
    def text(self) -> str:
        """What stands between its first brackets."""
        return "".join(part.text() for part in self.inside)


@dataclass(frozen=True, slots=True)
class References:
    """How a site's posts refer to addresses.

    ``labels``: the texts of links in the samples, each with the label that it had there, that label where it is defined, in
    the order of the definitions, and the address. ``included``: the addresses in the included file, by their labels.
    """

    labels: Mapping[str, Sequence[str]] = field(default_factory=dict)
    included: Mapping[str, str] = field(default_factory=dict)

    def refer(self, links: Sequence[Link], style: str) -> Iterator[tuple[Link, str, str, str]]:
        """The links that are written by reference: what ends each, its label and address, both empty if it is included."""
        known: dict[str, tuple[str, str]] = {}
        included = {_same(label): url for label, url in self.included.items()}
        by_address = self._by_address() if style == "named" else {}
        for link in links:
            text = link.text
            named = self.labels.get(text) or self._of_address(link, by_address)
            used, label = (named or ("" if style != "shortcut" else "-", text))[:2]
            address = f"{link.target}{link.title}"
            if included.get(_same(used.strip("-") or text)) == address:
                yield link, _ending(used), "", ""
                continue
            if style == "inline":
                continue
            if not named:
                if style == "named" or not _PLAIN.fullmatch(text):
                    continue
                if style == "numbered":
                    used = label = next((one for one, (_, url) in known.items() if url == address), str(len(known) + 1))
            first, url = known.setdefault(_same(label), (label, address))
            if url == address and _same(label) not in included:
                yield link, _ending(used), first, address

    def _by_address(self) -> dict[str, str]:
        """Labels by what they lead to; on the site itself, but for numbered ones, by what pages of a kind have in common."""
        told = [(label, address[0]) for _, label, *address in self.labels.values() if address]
        found: dict[str, set[str]] = {}
        for label, address in told:
            if address.startswith("/") and not _NUMBERS.search(label):
                found.setdefault(_kind(address), set()).add(label)
        of_kinds = {kind: labels.pop() for kind, labels in found.items() if len(labels) == 1}
        return of_kinds | {address: label for label, address in told[::-1]}

    @staticmethod
    def _of_address(link: Link, by_address: Mapping[str, str]) -> tuple[str, str] | None:
        """The label of a link by where it leads, as it is used and as it is defined."""
        label = by_address.get(link.target) or by_address.get(_kind(link.target))
        return ("" if _same(label) == _same(link.text) else label, label) if label else None

    def written(self, links: Sequence[tuple[Link, str, str, str]], ending: str, escape: Callable[[str], str] = str) -> str:
        """The end of a post: the definitions of its links, escaped, where the samples have them."""
        order = {label: place for place, (_, label, *_) in enumerate(self.labels.values())}
        labels = {label: address for _, _, label, address in links if label}
        first = {label: place - len(labels) for place, label in enumerate(labels)}
        lines = [f"[{label}]: {labels[label]}" for label in sorted(labels, key=lambda one: order.get(one, first[one]))]
        return ending.replace(DEFINITIONS, escape("\n".join(lines))) if lines else ending.replace(f"\n\n{DEFINITIONS}", "")

    def resolved(self, text: str) -> str:
        """The end of a post, or a whole one, with the addresses in place of the tag that includes them."""
        tag = INCLUDE.search(text, max(0, len(text.rstrip()) - _LONGEST_TAG))
        return text[: tag.start()] + self.file() + text[tag.end() :] if tag else text

    def files(self, habits: Mapping[str, object]) -> dict[str, str]:
        """The files that habits of ends include, by their names."""
        names = (INCLUDE.search(str(habits.get(name, ""))) for name in ("references", "ending"))
        return {found[0].split()[2]: escape_liquid(self.file()) for found in names if found}

    def file(self) -> str:
        """The text of the included file."""
        return "".join(f"[{label}]: {url}\n" for label, url in self.included.items())


def _ending(used: str) -> str:
    return "]" if used == "-" else f"][{used}]"


def _kind(address: str) -> str:
    """What addresses of one kind have in common: ``/en/notes/1.2/`` and ``/ja/notes/3/``."""
    return _NUMBERS.sub("0", _LANGUAGE.sub("", address, count=1))


def _same(label: str) -> str:
    """A label as kramdown knows it again."""
    return " ".join(label.split()).lower()


def style_of(bodies: Sequence[str]) -> str:
    """How most links in bodies name their addresses: ``inline``, ``collapsed`` (``[text][]``), ``shortcut``, ``numbered``.

    Where most have labels that were thought of (``[text][label]``), it is ``named``: nothing tells those of other links.
    Addresses that another file has tell nothing of those that a post has itself.
    """
    votes: Counter[str] = Counter()
    for body in bodies:
        defined = {_same(label) for label, _ in _DEFINED.findall(body)}
        votes["inline"] += len(_INLINE.findall(body))
        for text, label in _USED.findall(body):
            if _same(label or text) in defined:
                is_thought_of = label and _same(label) != _same(text)
                votes["numbered" if label.isdigit() else "named" if is_thought_of else "collapsed"] += 1
        votes["shortcut"] += sum(_same(text) in defined for text in _ALONE.findall(_DEFINED.sub("", body)))
    return max(votes, key=votes.__getitem__) if votes.total() else ""


def ending_of(body: str) -> str:
    """The end of a body with links by reference, :data:`DEFINITIONS` in it; empty if its definitions stand elsewhere."""
    found = list(_DEFINED.finditer(body))
    start = found[0].start() if found else None
    tag = next(iter(INCLUDE.finditer(body, found[-1].end() if found else 0)), None)
    if start is not None and not _DEFINED.sub("", body[start:]).strip():
        return f"{_blank_before(body, start)}{DEFINITIONS}\n"
    if tag is None or body[tag.end() :].strip():
        return ""
    if start is None:
        return f"{_blank_before(body, tag.start())}{tag[0]}\n"
    between = body[found[-1].end() : tag.start()]
    if between.strip() or _DEFINED.sub("", body[start : found[-1].end()]).strip():
        return ""
    return f"{_blank_before(body, start)}{DEFINITIONS}{between}{tag[0]}\n"


def last_include(body: str) -> str:
    """The include at the end of a body that needs none of the addresses in it, with the blank lines before it.

    It is empty without one: a body whose links lead to what the file defines tells nothing of those without such links.
    """
    tags = list(INCLUDE.finditer(body))
    if not tags or body[tags[-1].end() :].strip():
        return ""
    defined = {_same(label) for label, _ in _DEFINED.findall(body)}
    if any(_same(label or text) not in defined for text, label in _USED.findall(body)):
        return ""
    return f"{_blank_before(body, tags[-1].start())}{tags[-1][0]}\n"


def _blank_before(body: str, start: int) -> str:
    text = body[:start]
    return text[len(text.rstrip("\n")) :] or "\n\n"


def read(bodies: Sequence[tuple[str, str]]) -> References:
    """What bodies and the contents that Jekyll made of them tell of labels, and of addresses that another file has."""
    labels: dict[str, tuple[str, ...]] = {}
    included: dict[str, str] = {}
    for body, content in bodies:
        defined = {_same(label): (label, url) for label, url in _DEFINED.findall(body)}
        used = dict(_USED.findall(body))
        alone = {text: "-" for text in _ALONE.findall(_DEFINED.sub("", body)) if text not in used}
        by_label: dict[str, list[str]] = {}
        for text, label in (used | alone).items():
            by_label.setdefault(_same(label.strip("-") or text), []).append(text)
        for label, spelt in defined.items():
            for text in by_label.get(label, ()):
                labels.setdefault(text, ((used | alone)[text], *spelt))
        if INCLUDE.search(body):
            shown = _shown(content)
            for text, label in (used | alone).items():
                name = " ".join((label.strip("-") or text).split())
                urls = shown.get(_MARKUP.sub("", text), set())
                if _same(name) not in defined and len(urls) == 1:
                    included.setdefault(name, next(iter(urls)))
                    if label and label != "-":
                        labels.setdefault(text, (label, name))
    return References(labels, included)


def _shown(content: str) -> dict[str, set[str]]:
    """The addresses of the links in a content by their texts."""
    found: dict[str, set[str]] = {}
    for url, text in _LINK.findall(content):
        found.setdefault(_TAG.sub("", text), set()).add(url)
    return found
