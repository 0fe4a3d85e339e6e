"""The small types that pass between the rooms on the way from a capture to a source post."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime

BodyFrom = Literal["share", "page"]
Fidelity = Literal["exact", "rendered", "partial"]
Status = Literal["live", "gone"]
#: What each fidelity means; documents, schemas and reports all say it in these words.
FIDELITIES: dict[Fidelity, str] = {
    "exact": "the source's own text was served, and nothing had to be assumed",
    "rendered": "Jekyll makes the very same page of the source post, or the text is exact and one thing was assumed",
    "partial": (
        "the form of the post is not known, so the links at its end (its footer) are missing;"
        " all that the page shows is kept below its front matter, and the text may be whole"
    ),
}

#: What the name of a source post ends with. Jekyll passes the body of an ``.html`` post through Liquid alone.
POST_ENDINGS = (".md", ".markdown", ".html")
_POST_FILE = re.compile(rf"([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})-([^/\0\r\n]+)({'|'.join(map(re.escape, POST_ENDINGS))})")


@dataclass(frozen=True, slots=True)
class CaptureRef:
    """A reference to one stored HTTP exchange.

    ``time`` is the capture's UTC time (``2022-03-03T15:30:00.000000Z``), ``offset`` the record's offset in ``file``, and
    ``payload_digest`` is as in WARC 1.1 (``sha1:`` and base32). A revisit has the digest of the payload that it repeats.
    """

    url: str
    time: str
    file: str
    offset: int
    payload_digest: str


class Exchange(NamedTuple):
    """One answer of a site, with its ``body`` decoded.

    ``capture`` is ``None`` if the answer was not stored (a saved page that is given to the shell, for example).
    """

    url: str
    status: int
    body: bytes
    capture: CaptureRef | None = None


@dataclass(slots=True)
class Post:
    """One post: its source file and what is known of it. The index has all fields but ``content``."""

    id: str
    site: str
    url: str
    share_url: str | None
    #: Name of the source post; :class:`PostFile` reads it.
    filename: str
    #: The source post, which its file has in UTF-8.
    content: str
    title: str
    #: The time of publication in the site's zone.
    date: datetime
    #: As Jekyll sees them: a list of the front matter as it is, a string of it split at white space.
    categories: list[str]
    tags: list[str]
    #: The medium that the text itself names, if it names one.
    source: str | None
    edition: str
    body_from: BodyFrom
    fidelity: Fidelity
    #: Properties that no page can tell and a rule decided, such as ``date.zone``.
    assumed: list[str] = field(default_factory=list)
    #: Findings that a person may want to look at, such as :data:`DIFFERS`.
    notes: list[str] = field(default_factory=list)
    captures: list[CaptureRef] = field(default_factory=list)
    status: Status = "live"
    #: 1, and one more each time the source post changes; set by the writer.
    version: int = 0
    first_seen: str = ""
    last_seen: str = ""
    #: The path below the archive's folder; set by the writer.
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
    """A post page from which no post could be derived. Its capture stays; the run report names it.

    ``code`` groups rejections, and ``reason`` is for a person. ``garbled`` means that the source's own front matter was broken:
    Jekyll published a page without layout, so nobody can know the source.
    """

    url: str
    code: str
    reason: str
    #: The byte of the page's body that decided it, ``None`` if there is no single one.
    at: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Found:
    """One part of a post: what a rule found, and where; for a person who asks why the post is as it is.

    ``start`` and ``end`` are bytes of the decoded body of the ``source``, ``None`` if the value has no single place. ``doubt``
    says why it is not certain, and is empty if it is. ``assumed`` is the part's name in the index.
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
    """The page of a post was there and its share answers were requested, so the post can be derived from the captures."""

    url: str


@dataclass(frozen=True, slots=True)
class Missing:
    """The URL of a post that the site no longer has (404, 410). ``listed``: a listing still shows it."""

    url: str
    listed: bool


@dataclass(frozen=True, slots=True)
class Security:
    """A traded security: ``code`` as its exchange writes it, ``exchange`` by ISO 10383, ``None`` if it is not known."""

    code: str
    exchange: str | None
    name: str


#: In ``Post.notes``: no host of a companion could be asked, so the next run makes the post again.
UNREACHABLE = "share-unreachable"
#: In ``Post.notes``: the text of the page and that of a companion differ.
DIFFERS = "answer-differs"
#: In ``Post.assumed``: neither the page nor a captured feed tells the tags.
UNTOLD = "tags"
#: The code of a rejection: the captures that can be read now are fewer than those that the archived post was made of.
LESS_EVIDENCE = "less-evidence"
#: The code of a rejection: at the address of a post the site shows something else, an error page for example.
REPLACED = "replaced"
#: The code of a rejection: the captured page cannot be read.
UNREADABLE = "unreadable"
#: The code of a rejection: what makes a post of the captured page is not installed here; the page itself is good.
NOT_INSTALLED = "not-installed"
#: The code of a rejection: at the address of a post the site has a page that does nothing but send its readers elsewhere.
LEADS_AWAY = "leads-away"
#: Codes of what is the site's own doing, and no loss of ours.
SITE_DEFECTS = frozenset({"garbled", LEADS_AWAY})
