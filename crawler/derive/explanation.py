"""An explanation (:mod:`crawler.derive.explain`) -> text, 80 columns wide and about one screen long."""

from __future__ import annotations

import shlex
import textwrap
import unicodedata
from itertools import groupby
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len, set_cell_size

from crawler.counted import counted
from crawler.invocation import command
from crawler.items import LEADS_AWAY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Document = dict[str, Any]
WIDTH = 80
#: The kinds of pages that are on the site's own host; captures of other kinds are printed with their host.
_ON_SITE = ("post", "listing", "feed")
#: At most so many captures, and IDs of a listing, are printed; JSON has all of them.
_CAPTURES, _POSTS = 8, 4
_LABELS = {"post": "p", "companion": "c", "listing": "l", "feed": "f"}


class _Command(str):
    """A line that is a command to type, which is never cut."""

    __slots__ = ()


def explanation_lines(document: Document, encoding: str = "utf-8") -> Iterator[str]:
    """The lines of an explanation, none wider than 80 columns but for commands to type, which stand in lines of their own.

    Characters that ``encoding`` does not have are escaped.
    """
    for line in _BY_WHAT.get(document["what"], _captured)(document):
        shown = _shown(line, encoding)
        yield shown if isinstance(line, _Command) else _cut(shown, WIDTH)


def _shown(text: str, encoding: str) -> str:
    """A text without control characters, on which a terminal would act."""
    plain = "".join(" " if sign in "\n\r\t" else sign for sign in text if sign in "\n\r\t" or _is_shown(sign))
    return plain.encode(encoding, "backslashreplace").decode(encoding).rstrip()


def _cut(text: str, width: int) -> str:
    """The part of a text that fits into so many columns."""
    return text if cell_len(text) <= width else set_cell_size(text, width - 3).rstrip() + "..."


def _is_shown(sign: str) -> bool:
    return unicodedata.category(sign)[0] != "C"


def _wrapped(text: str, indent: str = "  ") -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=f"{indent}  ", break_on_hyphens=False)


def _time(stamp: str) -> str:
    return stamp[:19].replace("T", " ")


# Posts


def _post(document: Document) -> Iterator[str]:
    entry, labels = document["entry"], _labels(document["captures"])
    yield f"{document['id']}: a post of {document['site']}, {entry['status']}, {entry['fidelity']}"
    yield f"  {entry['title']}"
    yield f"  {entry['url']}"
    yield from _captures(document["captures"], labels)
    yield "Found (in the captures with *, at these bytes of the decoded body)"
    for found in document["found"]:
        yield f"  {found['part']:<10} {_place(found, labels):<18} {_value(found)}"
    yield from _doubts(document)
    yield from _rejected(document, labels)
    yield "Versions (when a visit first showed them)"
    for version in document["versions"][-4:]:
        yield f"  {version['version']:<3} {_time(version['seen'])}  {version['fidelity']:<9} {_changes(version)}"
    yield from _file(document)
    yield from _now(document)


def _labels(captures: Iterable[Document]) -> dict[tuple[str, int], str]:
    """A short name for each capture: ``p1`` is the first of a post page."""
    numbers: dict[str, int] = {}
    labels = {}
    for capture in captures:
        letter = _LABELS.get(capture["kind"], "o")
        numbers[letter] = numbers.get(letter, 0) + 1
        labels[capture["file"], capture["offset"]] = f"{letter}{numbers[letter]}"
    return labels


def _captures(captures: list[Document], labels: dict[tuple[str, int], str]) -> Iterator[str]:
    shown = _chosen(captures)
    files = list(dict.fromkeys(one["file"] for one in captures if id(one) in shown))
    yield f"Captures ({len(captures)}; UTC, and [file] with the byte at which each begins)"
    for is_shown, group in groupby(captures, lambda one: id(one) in shown):
        rows = list(group)
        if not is_shown:
            yield f"     ... {len(rows)} more; --json has them"
            continue
        for one in rows:
            label = labels[one["file"], one["offset"]] + ("*" if one["used"] else "")
            where = f"[{files.index(one['file']) + 1}] {one['offset']:,}"
            what = one["means"]
            if one["kind"] not in _ON_SITE:
                what = f"{what} {one['url'].split('/')[2]}"
            yield f"  {label:<4} {_time(one['time'])} {one['status']} {one['type']:<8} {where:<15} {what}"
    for number, name in enumerate(files, 1):
        yield f"  [{number}] captures/{name}"


def _chosen(captures: list[Document]) -> set[int]:
    """The ``id`` of each capture to print: of many, those that the post is made of, the first, and the last."""
    if len(captures) <= _CAPTURES:
        return set(map(id, captures))
    used = [one for one in captures if one["used"]]
    rest = [one for one in captures if not one["used"]]
    kept = used + rest[:1] + rest[1 + len(used) - _CAPTURES :]
    return set(map(id, kept[:_CAPTURES]))


def _place(found: Document, labels: dict[tuple[str, int], str]) -> str:
    capture = found["capture"]
    if capture is None:
        return "-"
    label = labels.get((capture["file"], capture["offset"]), "?")
    return label if found["start"] is None else f"{label} {found['start']}-{found['end']}"


def _value(found: Document) -> str:
    """The value that was found. For a text it is the rule that gave it; a value with no place is followed by its rule."""
    if found["part"] in ("body", "digest"):
        return str(found["rule"])
    ruled = found["capture"] is None and found["part"] != "edition"
    return f"{found['value']} ({found['rule']})" if ruled else str(found["value"])


def _doubts(document: Document) -> Iterator[str]:
    doubts = [found for found in document["found"] if found["doubt"]]
    if not doubts:
        return
    yield "Not certain"
    for found in doubts:
        yield from _wrapped(f"{found['assumed'] or found['part']}: {found['doubt']}")


def _changes(version: Document) -> str:
    if not version["changed"] and not version["added"] + version["removed"]:
        return "the first" if version["version"] == 1 else "as before"
    lines = f"+{version['added']} -{version['removed']} lines"
    return f"{lines}: {', '.join(version['changed']) or 'text'}"


def _file(document: Document) -> Iterator[str]:
    file = document["file"]
    if file is None:
        return
    yield f"File: {file['path']}"
    is_good = file["state"] == "is what the captures give" and not file["index_differs"]
    index = f"; its index line differs in {', '.join(file['index_differs'])}" if file["index_differs"] else ""
    yield from _wrapped(f"{file['state']}{index}" + ("" if is_good else "; how is shown by"))
    if not is_good:
        yield _Command(f"  {command('rebuild ' + document['site'] + ' --diff')}")


def _now(document: Document) -> Iterator[str]:
    state = document["state"]
    if state["last_seen"]:
        yield f"Seen: {_time(state['first_seen'])} to {_time(state['last_seen'])}, now {state['status']}"
    if state["due"]:
        failed = f", after {state['failures']} failures" if state["failures"] else ""
        yield f"Next request due: {_time(state['due'])}{failed}"


# Addresses that gave no post


def _rejected(document: Document, labels: dict[tuple[str, int], str]) -> Iterator[str]:
    """Why the newest visit gave no post."""
    rejected = document["rejected"]
    if rejected is None:
        return
    label = labels.get((rejected.get("file", ""), rejected.get("offset", -1)), "The page")
    at = "" if rejected["at"] is None else f", byte {rejected['at']:,} of its body"
    whose = "the site's own doing" if rejected["code"] == LEADS_AWAY else "the site's own defect"
    whose = whose if rejected["of_site"] else "not understood"
    yield f"{label} gave no post{at} ({whose})"
    yield from _wrapped(f"{rejected['code']}: {rejected['reason']}")


def _page_without_post(document: Document) -> Iterator[str]:
    labels = _labels(document["captures"])
    yield f"{document['id']}: the page of a post of {document['site']} that gave none"
    yield f"  {document['url']}"
    yield from _captures(document["captures"], labels)
    if document["rejected"] is None:
        statuses = ", ".join(str(status) for status in dict.fromkeys(one["status"] for one in document["captures"]))
        yield f"The page itself was never there: the site answered {statuses}"
    yield from _rejected(document, labels)
    yield from _now(document)


def _captured(document: Document) -> Iterator[str]:
    what = "neither a post page nor a listing" if document["means"] == "other" else document["means"]
    yield f"{document['url']}: {what}"
    yield from _captures(document["captures"], _labels(document["captures"]))
    if document["bytes"] is not None:
        yield f"Contents: {document['contents']} different; the newest has {document['bytes']:,} bytes"
    posts = document["posts"]
    if posts:
        more = f", and {len(posts) - _POSTS} more" if len(posts) > _POSTS else ""
        yield from _wrapped(f"Links to {counted(len(posts), 'post')}: {', '.join(posts[:_POSTS])}{more}", "")
    yield from _now(document)


def _forgotten(document: Document) -> Iterator[str]:
    yield f"{document['id']}: taken out of the archive of {document['site']} on {_time(document['time'])} (UTC)"
    yield from _wrapped(f"Reason: {document['reason']}")
    yield "It is not requested again; what lifts this is"
    undo = f"forget {document['site']} {shlex.quote(document['id'])} --undo"
    yield _Command(f"  {command(undo)}")


_BY_WHAT = {"post": _post, "rejected": _page_without_post, "forgotten": _forgotten}
