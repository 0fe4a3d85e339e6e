"""The one table of the fields of the index and of the exports.

JSON Schemas, index lines, CSV, Parquet, SQLite and docs/data.md are made from it. A new field takes a row here and the code
that produces it: an attribute of :class:`crawler.items.Post` if it is in the index, or of
:class:`crawler.text.reading.Reading` if it is read from a post's text. ``make dictionary`` then adds it to docs/data.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from crawler.items import FIDELITIES, POST_ENDINGS, BodyFrom, Fidelity, Status

#: The outputs that a field is in; ``export`` stands for JSON lines, Parquet, and the JSON Schema of an export.
Output = Literal["index", "export", "csv", "sqlite"]
_IN_EXPORTS: frozenset[Output] = frozenset({"export", "csv", "sqlite"})
_IN_ALL: frozenset[Output] = _IN_EXPORTS | {"index"}
_NOT_IN_CSV: frozenset[Output] = _IN_EXPORTS - {"csv"}

#: The version of Backfile that had the first fields.
_FIRST_VERSION = "0.1.0"
_WEB = {"pattern": "^https?://"}
_SOME = {"minLength": 1}
_ENDINGS = "|".join(map(re.escape, POST_ENDINGS))


@dataclass(frozen=True, slots=True)
class Type:
    """The names of one type in JSON Schema, Arrow and SQLite, where a list without one has a table of its own."""

    json: str
    arrow: str
    sql: str


TEXT = Type("string", "string", "TEXT")
#: A time in UTC; a time in the site's zone, to the second in Parquet; a day.
TIME, LOCAL_TIME, DAY = (Type("string", arrow, "TEXT") for arrow in ("timestamp[us, UTC]", "timestamp[s]", "date32"))
INTEGER, SMALL_INTEGER = Type("integer", "int64", "INTEGER"), Type("integer", "int32", "INTEGER")
LIST, LIST_AS_JSON = Type("array", "list", ""), Type("array", "list", "TEXT")


@dataclass(frozen=True, slots=True)
class Field:
    """One field. ``meaning`` is a plain English sentence, ``rules`` are further keywords of JSON Schema.

    A list has ``parts``: with one part, the items are such values; with several, they are objects with these fields.
    ``values`` are the only possible values. A field that ``is_long`` comes after the others in a table. ``since`` is the first
    version of Backfile that had the field.
    """

    name: str
    meaning: str = ""
    type: Type = TEXT
    outputs: frozenset[Output] = _IN_EXPORTS
    is_nullable: bool = False
    is_long: bool = False
    values: tuple[str, ...] = ()
    rules: dict[str, Any] = field(default_factory=dict)
    parts: tuple[Field, ...] = ()
    since: str = _FIRST_VERSION

    @property
    def description(self) -> str:
        """The meaning, and the first version with the field, unless it was always there."""
        return self.meaning if self.since == _FIRST_VERSION else f"{self.meaning} Since Backfile {self.since}."

    @property
    def has_objects(self) -> bool:
        """Whether the items of the list are objects."""
        return len(self.parts) > 1


#: All fields, in their order in lines and rows.
FIELDS = (
    Field(
        "id",
        "The ID of the post: the site's own, or the day and slug of its address; no two lines have the same.",
        TEXT,
        _IN_ALL,
        rules=_SOME,
    ),
    Field("site", "Name of the site, which is its spider's.", TEXT, _IN_ALL, rules=_SOME),
    Field("url", "Canonical URL of the post page.", TEXT, _IN_ALL, rules=_WEB),
    Field("share_url", "The share link in the post, if it has one.", TEXT, _IN_ALL, is_nullable=True),
    Field(
        "path",
        "The source post, from the archive's folder on.",
        TEXT,
        _IN_ALL,
        rules={"pattern": rf"^_posts/([^/]+/)*[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}-[^/]+({_ENDINGS})$"},
    ),
    Field("sha256", "SHA-256 of the source post's bytes.", TEXT, _IN_ALL, rules={"pattern": "^[0-9a-f]{64}$"}),
    Field("bytes", "Length of the source post in bytes.", INTEGER, _IN_ALL, rules={"minimum": 1}),
    Field("title", "The title as Jekyll reads it.", TEXT, _IN_ALL),
    Field(
        "date",
        "Time of publication, ISO 8601 with offset.",
        LOCAL_TIME,
        _IN_ALL,
        rules={"pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[+-][0-9]{2}:[0-9]{2}$"},
    ),
    Field(
        "day",
        "Day of publication in the site's own time zone, YYYY-MM-DD.",
        DAY,
        rules={"format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
    ),
    Field("category", "All of its categories, joined by blanks.", TEXT, frozenset({"sqlite"})),
    Field(
        "categories",
        "As Jekyll sees them: a list as it is, a string split at white space.",
        LIST,
        _IN_ALL,
        parts=(Field("name", rules=_SOME),),
    ),
    Field(
        "tags",
        "As Jekyll sees them: a list as it is, a string split at white space.",
        LIST,
        _IN_ALL,
        parts=(Field("name", rules=_SOME),),
    ),
    Field("source", "The medium that the text itself names.", TEXT, _IN_ALL, is_nullable=True),
    Field("edition", "The form of the site's post format, its properties separated by blanks.", TEXT, _IN_ALL),
    Field("body_from", "Where the body came from.", TEXT, _IN_ALL, values=get_args(BodyFrom)),
    Field(
        "fidelity",
        f"{'. '.join(f'{name}: {meaning}' for name, meaning in FIDELITIES.items())}.",
        TEXT,
        _IN_ALL,
        values=get_args(Fidelity),
    ),
    Field(
        "assumed",
        "What no page can tell and a rule decided.",
        LIST_AS_JSON,
        _IN_ALL,
        rules={"uniqueItems": True},
        parts=(Field("part"),),
    ),
    Field(
        "notes",
        "Findings a person may want to look at.",
        LIST_AS_JSON,
        _IN_ALL,
        rules={"uniqueItems": True},
        parts=(Field("note"),),
    ),
    Field("version", "1, and one more each time the source post changed.", SMALL_INTEGER, _IN_ALL, rules={"minimum": 1}),
    Field("first_seen", "Time of the first capture (UTC).", TIME, _IN_ALL),
    Field("last_seen", "Time of the capture that this line speaks of (UTC).", TIME, _IN_ALL),
    Field("status", "gone: no longer on the site.", TEXT, _IN_ALL, values=get_args(Status)),
    Field(
        "captures",
        "The stored exchanges that prove the post: its page, then its companions (further documents that its text is in).",
        LIST,
        frozenset({"index"}),
        parts=(
            Field("url"),
            Field("time", "WARC-Date."),
            Field("file", "Name of the file in captures/."),
            Field("offset", "Where the record's gzip member starts.", INTEGER, rules={"minimum": 0}),
            Field("payload_digest", "WARC-Payload-Digest.", rules={"pattern": "^sha1:[A-Z2-7]{32}$"}),
        ),
    ),
    Field(
        "text",
        "Plain text: paragraphs separated by an empty line, tables in columns; no widgets, nothing hidden.",
        is_long=True,
    ),
    Field("markdown", "The same as Markdown, with links and images.", TEXT, _NOT_IN_CSV, is_long=True),
    Field(
        "body",
        "The article as the source has it: Markdown with HTML in it, or HTML alone if the path ends with .html."
        " Not safe to show as it is.",
        TEXT,
        _NOT_IN_CSV,
        is_long=True,
    ),
    Field("raw", "The source post, byte for byte.", TEXT, _NOT_IN_CSV, is_long=True),
    Field(
        "author",
        "Who wrote it: the front matter's `author`, else the line of the text that names one, without the mark before it.",
        is_nullable=True,
    ),
    Field(
        "securities",
        "Traded securities that the article's quote widgets name: code, exchange (ISO 10383; null if not known), name.",
        LIST,
        parts=(Field("code"), Field("exchange", is_nullable=True), Field("name")),
    ),
    Field("images", "Absolute addresses of its images.", LIST, parts=(Field("url", rules=_WEB),)),
    Field("links", "Where its links lead, and their text.", LIST, parts=(Field("url", rules=_WEB), Field("text"))),
    Field("language", "ISO 639-1; null if too little tells.", is_nullable=True, rules={"pattern": "^[a-z]{2,3}$"}),
    Field("length", "Characters of the text that are no blanks.", INTEGER, rules={"minimum": 0}),
    Field("group", "ID of the first post that told the same story, within a week; its own if there is none."),
)


def fields_of(output: Output) -> tuple[Field, ...]:
    """The fields of an output, in their order."""
    return tuple(one for one in FIELDS if output in one.outputs)


def names_of(output: Output) -> tuple[str, ...]:
    """The names of the fields of an output, in their order."""
    return tuple(one.name for one in fields_of(output))
