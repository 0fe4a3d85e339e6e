"""The JSON Schemas of all that others read, and the tables of the data dictionary that are made of them."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import orjson

_FILES = {
    "index": ("crawler.exporters", "index.schema.json"),
    "export": ("crawler.exporters", "export.schema.json"),
    "changes": ("crawler.archive", "changes.schema.json"),
    "run": ("crawler.report.runs", "run.schema.json"),
    "status": ("crawler.report.status", "status.schema.json"),
}
NAMES = tuple(_FILES)


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of this name; the number at the end of its ``$id`` is its version.

    That of an export has the fields of the index, too, but for the captures.
    """
    package, file = _FILES[name]
    loaded: dict[str, Any] = orjson.loads(files(package).joinpath(file).read_bytes())
    if name == "export":
        index = schema("index")
        own = {field: about for field, about in index["properties"].items() if field != "captures"}
        loaded["properties"] = _after("date", "day", own | loaded["properties"])
        loaded["required"] = list(own) + loaded["required"]
    return loaded


def _after(field: str, moved: str, properties: dict[str, Any]) -> dict[str, Any]:
    """The same fields with one of them behind another, as rows have it."""
    names = [name for name in properties if name != moved]
    names.insert(names.index(field) + 1, moved)
    return {name: properties[name] for name in names}


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
