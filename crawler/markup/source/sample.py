"""The form of a site's front matter, read from one of its source posts, and front matter written in that form."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import yaml

from crawler.markup.source.front_matter import is_plain, quote_title
from crawler.markup.source.strangers_yaml import load

#: What front matter is made of: a text, a list of names, or a time.
Value = str | tuple[str, ...] | datetime
Style = Literal["plain", "single", "double", "flow", "block", "words"]

_BLOCK = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)^---[ \t]*\r?$", re.DOTALL | re.MULTILINE)
_KEY = re.compile(r"([A-Za-z_][\w-]*):([ \t]*)(.*)")
_ITEM = re.compile(r"([ \t]*)-[ \t]+(?:([\"'])|\S)")
_FIRST = re.compile(r"\[[ \t]*([\"'])")
#: A scalar that no reader of YAML takes for anything but text, whichever version of YAML it knows.
_PLAIN = re.compile(r"(?:/|[^\W\d_])(?:[\w ./()&'+-]*[\w./()+])?")
#: What Jekyll knows under two names.
_SINGULAR = {"categories": "category", "tags": "tag"}
_EXTENSIONS = (".md", ".markdown", ".html")


@dataclass(frozen=True, slots=True)
class _Line:
    """How one key stands in the sample: the blanks behind its colon, and the form of its value.

    ``needed``: the sample's quotes had to be there, so that they say nothing of values that need none. ``quote``: those around
    the first item of a list.
    """

    key: str
    gap: str = " "
    style: Style = "plain"
    indent: str = ""
    value: str = ""
    needed: bool = False
    quote: str = ""


_JEKYLLS = (
    _Line("layout", value="post"),
    _Line("title", style="double"),
    _Line("date", value="2000-01-01 00:00:00 +0000"),
    _Line("categories", style="flow"),
    _Line("tags", style="flow"),
)


#: What is a list of addresses, which Jekyll's plugin does not split at blanks, in the form of the plugin's own examples.
_ADDRESSES = _Line("redirect_from", "", "block", "  ")


@dataclass(frozen=True, slots=True)
class FrontMatterForm:
    """Order of keys, quotes, forms of lists and of the date: the sample's, and Jekyll's own for what it does not have."""

    lines: tuple[_Line, ...] = field(default=_JEKYLLS)
    #: Keys whose lines every post has as the sample has them, besides that of the layout.
    constants: tuple[str, ...] = ()

    @classmethod
    def of(cls, sample: str, *, constants: tuple[str, ...] = ()) -> FrontMatterForm:
        r"""The form of a source post.

        >>> form = FrontMatterForm.of("---\ntitle:  It is so\ntags:\n- a\n- b\n---\n")
        >>> print(form.write({"tags": ("sea", "no"), "title": "Yes"}), end="")
        ---
        title:  "Yes"
        tags:
        - sea
        - "no"
        ---

        :raises ValueError: if it has no front matter.
        """
        block = _BLOCK.match(sample)
        if block is None:
            raise ValueError("has no front matter (---, keys, ---)")
        texts = block[1].splitlines()
        found = []
        for number, text in enumerate(texts):
            match = _KEY.fullmatch(text.rstrip())
            if match is not None:
                item = _ITEM.match(texts[number + 1]) if not match[3] and number + 1 < len(texts) else None
                found.append(_line(match[1], match[2], match[3], item))
        return cls(tuple(found), constants)

    @classmethod
    def beside(cls, declared: type) -> FrontMatterForm:
        """The form of the sample beside the module of a class: ``sample.md`` (``.markdown``, ``.html``) in its folder.

        Jekyll's own form if there is none.

        :raises ValueError: if it has no front matter; its text names the file.
        """
        path = Path(inspect.getfile(declared))
        for extension in _EXTENSIONS if path.name == "__init__.py" else ():
            sample = path.with_name(f"sample{extension}")
            if sample.is_file():
                try:
                    return cls.of(sample.read_text("utf-8"))
                except UnicodeDecodeError as error:
                    raise ValueError(f"{sample.name} is not UTF-8: {error.reason} at byte {error.start}") from None
                except ValueError as error:
                    raise ValueError(f"{sample.name} {error}") from None
        return cls()

    def write(self, values: dict[str, Value]) -> str:
        """The whole block, its last ``---`` line included. Empty lists and texts are left out, but for an empty title.

        Jekyll makes a title of the file's name where there is none.
        """
        lines, left = [], {name: value for name, value in values.items() if value not in ("", ()) or name == "title"}
        for line in (*self.lines, *_JEKYLLS[1:]):
            if line.key == "layout" or (line.key in self.constants and line.key not in values):
                lines.append(f"{line.key}:{line.gap}{line.value}\n")
            name = next((name for name in left if line.key in (name, _SINGULAR.get(name))), None)
            if name is None:
                continue
            value = left.pop(name)
            if name == "date" and isinstance(value, datetime) and not self._writes_date(value):
                continue
            lines.append(_written(line, name, value))
        others = {_ADDRESSES.key: _ADDRESSES}
        lines += [_written(others.get(name) or _Line(name), name, value) for name, value in left.items()]
        return "---\n" + "".join(lines) + "---\n"

    def says(self, key: str, value: str) -> bool:
        """Whether the sample has a key with this text."""
        return any(line.key == key and _read(line.value) == value for line in self.lines)

    def begins(self, key: str, start: str) -> bool:
        """Whether the sample has a key with a text that begins so."""
        return any(line.key == key and _read(line.value).startswith(start) for line in self.lines)

    def _writes_date(self, value: datetime) -> bool:
        """Whether the date has a key of its own: a day that the file name tells needs none where the sample has none."""
        return any(line.key == "date" for line in self.lines) or value.timetz().replace(tzinfo=None) != datetime.min.time()


def _line(key: str, gap: str, value: str, item: re.Match[str] | None) -> _Line:
    names = key in (*_SINGULAR, *_SINGULAR.values())
    style: Style = "plain"
    needed = False
    if item is not None:
        return _Line(key, "", "block", item[1], quote=item[2] or "")
    if value.startswith("["):
        return _Line(key, gap or " ", "flow", value=value, quote=found[1] if (found := _FIRST.match(value)) else "")
    if value[:1] in ('"', "'"):
        style = "double" if value[0] == '"' else "single"
        needed = not _is_plain(_read(value))
    elif names:
        style = "words"
    return _Line(key, gap or " ", style, value=value, needed=needed)


def _written(line: _Line, name: str, value: Value) -> str:
    """One key of the front matter, its lines ended."""
    if isinstance(value, datetime):
        return f"{line.key}:{line.gap}{_date(value, line.value)}\n"
    if isinstance(value, str):
        return f"{line.key}:{line.gap}{_text(value, line.style, needed=line.needed)}\n"
    if line.key == _ADDRESSES.key:
        return _addresses(line, value)
    words = line.style in ("words", "plain", "single", "double")
    if words and all(_PLAIN.fullmatch(one) and " " not in one for one in value) and (len(value) > 1 or is_plain(value[0])):
        singular = line.key in _SINGULAR.values() and len(value) > 1
        return f"{name if singular else line.key}:{line.gap or ' '}{' '.join(value)}\n"
    if line.style == "block":
        return f"{line.key}:\n" + "".join(f"{line.indent}- {_text(one, 'plain')}\n" for one in value)
    key = name if line.key in _SINGULAR.values() else line.key
    return f"{key}:{line.gap or ' '}[{', '.join(_text(one, 'plain') for one in value)}]\n"


def _addresses(line: _Line, value: tuple[str, ...]) -> str:
    """A list of addresses; of a sample with a single one between no brackets, so that a list of one stands there like it."""
    if line.style not in ("block", "flow"):
        if len(value) == 1:
            return f"{line.key}:{line.gap}{_text(value[0], line.style, needed=line.needed)}\n"
        line = _ADDRESSES
    style: Style = "single" if line.quote == "'" else "double" if line.quote else "plain"
    texts = [_text(one, style) for one in value]
    if line.style == "flow":
        return f"{line.key}:{line.gap}[{', '.join(texts)}]\n"
    return f"{line.key}:\n" + "".join(f"{line.indent}- {text}\n" for text in texts)


def _text(value: str, style: Style, *, needed: bool = False) -> str:
    """A scalar in the form of the sample, where YAML reads the same text back; else between double quotes."""
    if (needed or style not in ("single", "double")) and _is_plain(value):
        return value
    if style == "single" and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    return quote_title(value)


def _is_plain(value: str) -> bool:
    """Whether a text needs no quotes."""
    return _PLAIN.fullmatch(value) is not None and is_plain(value)


def _read(scalar: str) -> str:
    """What YAML reads of a scalar; the scalar itself where that is no text."""
    try:
        read = load(scalar, yaml.CSafeLoader)
    except yaml.YAMLError:
        return scalar
    return read if isinstance(read, str) else scalar


def _date(value: datetime, sample: str) -> str:
    """A time as the sample writes one: without an offset it is UTC, which YAML takes it for."""
    offset = re.search(r"[ T]\d\d:\d\d(?::\d\d)?(\s*)([+-]\d\d(:?)\d\d|Z)$", sample.strip())
    if offset is None:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", sample.strip()) and value.timetz().replace(tzinfo=None) == datetime.min.time():
            return value.date().isoformat()
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "seconds") if sample.strip() else value.isoformat(" ")
    written = value.strftime("%z") or "+0000"
    zone = written if not offset[3] else f"{written[:3]}:{written[3:5]}"
    separator = "T" if "T" in sample else " "
    return f"{value.replace(tzinfo=None).isoformat(separator, 'seconds')}{offset[1]}{zone}"
