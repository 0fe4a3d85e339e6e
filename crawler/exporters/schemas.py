"""The JSON Schemas of all files that others read, and the tables of the data dictionary, which are made of the schemas."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import orjson

from crawler.fields import fields_of

if TYPE_CHECKING:
    from crawler.fields import Field, Output

#: The documents that the table of fields describes, with ``$id``, whose number is the version, and title.
_DOCUMENTS: dict[str, tuple[Output, str, str]] = {
    "index": ("index", "urn:backfile:index:1", "One line of index.jsonl: one post"),
    "export": (
        "export",
        "urn:backfile:export:1",
        "One post of an export: its index line without captures, and what its text says",
    ),
}
_FILES = {
    "changes": ("crawler.archive", "changes.schema.json"),
    "run": ("crawler.report.runs", "run.schema.json"),
    "status": ("crawler.report.status", "status.schema.json"),
}
NAMES = (*_DOCUMENTS, *_FILES)
_TABLE = re.compile(r"(?<=^<!-- )(\w+)( -->\n)(?:\|.*\n)*", re.MULTILINE)


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of this name; the number at the end of its ``$id`` is its version."""
    if name in _DOCUMENTS:
        place, version, title = _DOCUMENTS[name]
        head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": version, "title": title}
        return head | _object(fields_of(place))
    package, file = _FILES[name]
    loaded: dict[str, Any] = orjson.loads(files(package).joinpath(file).read_bytes())
    return loaded


def _object(fields: tuple[Field, ...]) -> dict[str, Any]:
    """An object that has these fields and no other."""
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [field.name for field in sorted(fields, key=lambda field: "index" not in field.outputs)],
        "properties": {field.name: _value(field) for field in fields},
    }


def _value(field: Field) -> dict[str, Any]:
    """What a field may hold."""
    described = {"description": field.description} if field.description else {}
    null = [None] if field.is_nullable else []
    if field.values:
        return described | {"enum": [*field.values, *null]} | field.rules
    items = {"items": _object(field.parts) if field.has_objects else _value(field.parts[0])} if field.parts else {}
    return described | {"type": [field.type.json, "null"] if null else field.type.json} | items | field.rules


def filled(document: str) -> str:
    """A Markdown document, in which each table behind a comment with a schema's name is made anew."""
    return _TABLE.sub(lambda found: f"{found[1]}{found[2]}{table(schema(found[1]))}\n", document)


def table(found: dict[str, Any]) -> str:
    """Its fields as a Markdown table."""
    lines = ["| field | type | meaning |", "| --- | --- | --- |"]
    lines += [f"| `{name}` | {_type(field)} | {field.get('description', '')} |" for name, field in found["properties"].items()]
    return "\n".join(lines)


def _type(field: dict[str, Any]) -> str:
    if "enum" in field:
        return " or ".join(f"`{value}`" for value in field["enum"])
    if "const" in field:
        return f"`{field['const']}`"
    kind = field.get("type", field.get("$ref", "").removeprefix("#/$defs/"))
    return " or ".join(kind) if isinstance(kind, list) else str(kind)
