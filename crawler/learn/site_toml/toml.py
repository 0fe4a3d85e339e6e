"""``site.toml``: what was learned of a site, with the evidence for each line as a comment, for a person to read and edit."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from crawler.errors import CannotRun
from crawler.learn.learned import Layout, Learned
from crawler.learn.site_toml.comments import COMMENTS
from crawler.learn.site_toml.faults import TABLES, of_values
from crawler.learn.site_toml.version import FORMAT, KEY, NO_TOML, first_value, told_if_newer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from crawler.learn.site_toml.table_faults import Wrong

_HEAD = """\
# What the captured pages of this site tell about it. The line above a value says what bears it out, or what it means.
# Change what is wrong; what a person changed is replaced only when asked for with --overwrite.
"""
#: What a person can do about a file that is none.
MEND = "mend the line, or have the file written anew: learn with --url HOME --overwrite"
#: Written by itself, or in tables of its own.
_APART = ("layouts", "evidence", *TABLES)
_PLAIN_KEY = re.compile(r"[A-Za-z0-9_-]+")
_PLACE = re.compile(r"^(?P<reason>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$", re.DOTALL)
_ASSIGNED = re.compile(r"[ \t]*+(?:\"([^\"]*+)\"|'([^']*+)'|([A-Za-z0-9_-]++))[ \t]*+=")
_ESCAPED = {"\n": "\\n", "\t": "\\t", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
_LONG = ('"""', "'''")
_TABLE = re.compile(r"[ \t]*+(\[\[?)[ \t]*+([A-Za-z0-9_.-]++)[ \t]*+\]\]?[ \t]*+(?:#|$)")


class BrokenToml(CannotRun):
    """One line: what is wrong with a ``site.toml``, in which line, and what to do."""


def write(learned: Learned) -> str:
    """The text of ``site.toml``; :func:`read` makes the same of it."""
    lines = [_HEAD, *_told(KEY, FORMAT, COMMENTS[KEY])]
    for one in fields(Learned):
        if one.name not in _APART:
            lines += _told(one.name, getattr(learned, one.name), _about(learned, one.name))
    for name in TABLES:
        table: Mapping[str, object] = getattr(learned, name)
        if table or name in learned.evidence:
            lines += ["", *_comment(_about(learned, name)), f"[{name}]"]
            for key, value in table.items():
                lines += _told(key, value, _about(learned, f"{name}.{key}"))
    for layout in learned.layouts:
        lines += ["", *_comment(learned.evidence.get(f"layout.{layout.name}")), "[[layouts]]"]
        for one in fields(Layout):
            told = learned.evidence.get(f"layout.{layout.name}.{one.name}") or COMMENTS.get(f"layout.{one.name}")
            lines += _told(one.name, getattr(layout, one.name), told)
    return "\n".join(lines) + "\n"


def read(text: str) -> Learned:
    """What a ``site.toml`` says, with the comment above each value as its evidence.

    :raises BrokenToml: for what cannot be read, or makes no sense.
    """
    text = text.removeprefix("\ufeff")  # some editors put it there
    try:
        values = tomllib.loads(text)
    except NO_TOML as error:
        raise BrokenToml(told_if_newer(first_value(text)) or _unreadable(text, error)) from error
    if newer := told_if_newer(values):
        raise BrokenToml(newer)
    lines = list(_lines(text))
    wrong = of_values(values)
    if wrong is not None:
        raise BrokenToml(_located(lines, wrong))
    values.pop(KEY, None)
    layouts = tuple(Layout(**_frozen(one)) for one in values.pop("layouts", ()))
    return Learned(**_frozen(values), layouts=layouts, evidence=dict(_evidence(lines, layouts)))


def _about(learned: Learned, name: str) -> str | None:
    """The evidence for a value; where there is none, what the value means."""
    return learned.evidence.get(name) or COMMENTS.get(name)


def _told(key: str, value: object, evidence: str | None) -> list[str]:
    name = key if _PLAIN_KEY.fullmatch(key) else _text(key)
    if isinstance(value, (list, tuple)) and len(value) > 1:
        return [*_comment(evidence), f"{name} = [", *(f"    {_value(one)}," for one in value), "]"]
    return [*_comment(evidence), f"{name} = {_value(value)}"]


def _comment(evidence: str | None) -> list[str]:
    line = "".join(one if one.isprintable() else " " for one in evidence or "")
    return [f"# {' '.join(line.split())}"] if line.strip() else []


def _value(value: object) -> str:
    """A value as TOML has it; of what TOML does not have, its text."""
    if value is None or isinstance(value, bool):  # Jekyll takes no value for the same as false, and TOML has none
        return str(bool(value)).lower()
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, dict):
        pairs = ((key if _PLAIN_KEY.fullmatch(str(key)) else _text(str(key)), one) for key, one in value.items())
        return f"{{ {', '.join(f'{key} = {_value(one)}' for key, one in pairs)} }}" if value else "{}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(_value(one) for one in value)}]"
    return _text(str(value))


def _text(value: str) -> str:
    """A text: as it is between single quotes where it has double ones, else with the escapes that TOML has."""
    if '"' in value and "'" not in value and value.isprintable():
        return f"'{value}'"
    return '"' + "".join(_ESCAPED.get(one) or _character(one) for one in value) + '"'


def _character(one: str) -> str:
    """A character; of what is none, the sign for that."""
    if one.isprintable():
        return one
    return "\ufffd" if "\ud800" <= one <= "\udfff" else f"\\U{ord(one):08x}"


def _frozen(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}


# Lines


def _lines(text: str) -> Iterator[tuple[int, str, str, str]]:
    """The lines that begin a value or a table: their number, the table, the key (empty for a table), the comment above.

    Of several tables of one name, the table is called by its number as well: ``layouts 2``.
    """
    table, above, inside, seen = "", "", "", 0
    for number, line in enumerate(text.split("\n"), 1):
        if inside:  # a text of several lines, of which none begins anything
            inside = "" if inside in line else inside
            continue
        if line.lstrip().startswith("#"):
            above = line.strip().removeprefix("#").strip()
            continue
        if found := _TABLE.match(line):
            seen += found[1] == "[["
            table = f"{found[2]} {seen}" if found[1] == "[[" else found[2]
            yield number, table, "", above
        elif found := _ASSIGNED.match(line):
            yield number, table, next(one for one in found.groups() if one is not None), above
        above, inside = "", _left_open(line[found.end() if found else 0 :].strip())


def _left_open(value: str) -> str:
    """The quotes of a text of several lines that begins here, and does not end."""
    return next((mark for mark in _LONG if value.startswith(mark) and mark not in value[len(mark) :]), "")


def _evidence(lines: Iterable[tuple[int, str, str, str]], layouts: tuple[Layout, ...]) -> Iterator[tuple[str, str]]:
    for _, table, key, above in lines:
        name, _, number = table.partition(" ")
        meant = COMMENTS.get(f"layout.{key}" if number else ".".join(filter(None, (name, key))))
        if number:
            name = f"layout.{layouts[int(number) - 1].name}"
        if above and above != meant:
            yield ".".join(filter(None, (name, key))), above


def _unreadable(text: str, error: ValueError | RecursionError) -> str:
    reason = "lists or tables in others without end" if isinstance(error, RecursionError) else str(error)
    found = _PLACE.match(reason)
    last = text.count("\n") + 1
    line = int(found["line"]) if found and found["line"] else last
    why = found["reason"] if found else reason
    return f"line {line}: this is no TOML: {why}; {MEND}"


def _located(lines: Iterable[tuple[int, str, str, str]], wrong: Wrong) -> str:
    places = [(wrong.table, wrong.key), (f"{wrong.table}.{wrong.key}", "")]
    place = next((number for number, table, key, _ in lines if (table, key) in places), None)
    return f"line {place}: {wrong.reason}" if place else wrong.reason
