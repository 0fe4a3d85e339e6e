"""The vocabulary of the project: what flows from a capture to a source post."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime

BodyFrom = Literal["share", "page"]
Fidelity = Literal["exact", "rendered", "partial"]
Status = Literal["live", "gone"]

#: What the name of a source post ends with. Jekyll passes the body of an ``.html`` post through Liquid alone.
POST_ENDINGS = (".md", ".markdown", ".html")
_POST_FILE = re.compile(rf"([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})-([^/\0\r\n]+)({'|'.join(map(re.escape, POST_ENDINGS))})")


@dataclass(frozen=True, slots=True)
class CaptureRef:
    """Where one stored HTTP exchange lies.

    ``time`` is the capture's UTC time (``2022-03-03T15:30:00.000000Z``), ``offset`` counts bytes from the
    start of ``file``, ``payload_digest`` is as in WARC 1.1 (``sha1:`` and base32). Of a revisit, the
    place is the revisit record's; the digest is that of the payload it stands for.
    """

    url: str
    time: str
    file: str
    offset: int
    payload_digest: str


class Exchange(NamedTuple):
    """One answer of a site, as the pure functions of :mod:`crawler.markup` see it.

    ``body`` is the payload with its content coding (gzip, …) undone. ``capture`` is ``None`` when the answer
    was not stored (a saved page given to the shell, say).
    """

    url: str
    status: int
    body: bytes
    capture: CaptureRef | None = None


@dataclass(slots=True)
class Post:
    """One post: its source file and what is known of it. The index holds all but ``content``."""

    id: str
    site: str
    url: str
    share_url: str | None
    #: Name of the source post; :class:`PostFile` reads it.
    filename: str
    #: The source post; its file is this in UTF-8.
    content: str
    title: str
    #: As Jekyll publishes it, in the site's zone.
    date: datetime
    #: As Jekyll sees them: a list of the front matter as it is, a string of it split at white space.
    categories: list[str]
    tags: list[str]
    #: The medium the text itself names, where it names one.
    source: str | None
    edition: str
    body_from: BodyFrom
    fidelity: Fidelity
    #: Properties no page can tell and a rule decided, such as ``date.zone``.
    assumed: list[str] = field(default_factory=list)
    #: Findings a person may want to look at, such as :data:`DIFFERS`.
    notes: list[str] = field(default_factory=list)
    captures: list[CaptureRef] = field(default_factory=list)
    status: Status = "live"
    #: Set by the writer: 1, then one more each time the source post changes.
    version: int = 0
    first_seen: str = ""
    last_seen: str = ""
    #: Path below the archive's folder; set by the writer.
    path: str = ""


class PostFile(NamedTuple):
    """The parts of a source post's file name."""

    day: str
    slug: str
    ending: str

    @classmethod
    def read(cls, name: str) -> PostFile | None:
        """The parts of a file name; ``None`` if Jekyll takes no such file for a post.

        >>> PostFile.read("2022-03-01-hello.html"), PostFile.read("hello.md")
        (PostFile(day='2022-03-01', slug='hello', ending='.html'), None)
        """
        found = _POST_FILE.fullmatch(name)
        return cls(*found.groups()) if found else None


def is_html_post(path: str) -> bool:
    """Whether the body of a source post is HTML and no Markdown."""
    return path.endswith(".html")


@dataclass(frozen=True, slots=True)
class Rejection:
    """A post page that gave no post. Its capture stays; the run report names it.

    ``code`` groups them (``garbled``: the source's own front matter was broken and Jekyll published a page
    without layout, so nobody can know the source), ``reason`` is for a person.
    """

    url: str
    code: str
    reason: str
    #: The byte of the page's body at which it was decided, ``None`` if it was no single one.
    at: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Found:
    """One part of a post: what a rule found, and where; for a person who asks why the post is what it is.

    ``start`` and ``end`` are bytes of the body of the ``source``, its content coding undone; ``None`` if the value stands at no
    place of it. ``doubt`` says in plain words why it is not certain, empty if it is; ``assumed`` is its name in the index.
    """

    part: str
    value: str
    rule: str
    source: Exchange | None = None
    start: int | None = None
    end: int | None = None
    doubt: str = ""
    assumed: str = ""


@dataclass(frozen=True, slots=True)
class Visited:
    """The page of a post was there, and what else its post needs was asked for: the post can be derived of the captures."""

    url: str


@dataclass(frozen=True, slots=True)
class Missing:
    """A post's address that the site says it has not (404, 410); ``listed``: although a listing shows it."""

    url: str
    listed: bool


@dataclass(frozen=True, slots=True)
class Security:
    """A traded security: ``code`` as its exchange writes it, ``exchange`` as ISO 10383 names it (``None``: not known which)."""

    code: str
    exchange: str | None
    name: str


#: In ``Post.notes``: no share host could be asked, so the post is made again by the next run.
UNREACHABLE = "share-unreachable"
#: In ``Post.notes``: page and share answer tell different stories.
DIFFERS = "answer-differs"
#: In ``Post.assumed``: neither the page nor a captured feed tells the tags.
UNTOLD = "tags"
#: Codes that are the site's own defects, and no loss of ours.
SITE_DEFECTS = frozenset({"garbled"})
