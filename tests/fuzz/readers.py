"""The readers of strangers' bytes, what they may raise, and what they have to agree on."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from crawler.batch.input import BadInput
from crawler.batch.wacz import extracted
from crawler.crawl.politeness import retry_after, robots_text
from crawler.crawl.wayback import cdx, memento
from crawler.derive.in_memory import derive_in_memory
from crawler.items import Exchange
from crawler.markup import same_text, tags
from crawler.markup.elements import elements
from crawler.markup.feeds.feed import read_feed
from crawler.markup.links import links, listing
from crawler.markup.source.body import front_matter_text
from crawler.markup.source.sample import FrontMatterForm
from crawler.markup.titles import markdown
from crawler.sites.finews import answer, footer
from crawler.warc import checks, content_encoding, digests, heads, reader
from crawler.warc.chunked import Chunked
from crawler.warc.dates import utc
from crawler.warc.large import Large
from crawler.warc.splitter import Splitter
from tests.linear.derived import blog, finews
from tests.linear.pages import HOME, STOCK, URL
from tests.warc.others import PACKINGS, Made, arc, chunked

if TYPE_CHECKING:
    from collections.abc import Callable


class Reader(NamedTuple):
    """A function of bytes, the errors that it may raise, and texts to begin with."""

    read: Callable[[bytes], object]
    errors: tuple[type[Exception], ...] = ()
    seeds: tuple[bytes, ...] = (b"",)


RECORDS = [Made().content, chunked(Made(version="WARC/1.1")).content, Made(type="revisit", body=b"", http_line="\n").content]
FILES = tuple(pack(RECORDS) for pack in PACKINGS.values()) + tuple(b"".join(arc(Made(), version=number)) for number in (1, 2))
CODINGS = ("gzip", "deflate", "br", "zstd", "gzip, br", "utf-8")
HTML = b'<div class="a"><p><a href="/b">c</a></p><!-- d --><img src=e alt=\'f\'>'
FEED = b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>a</title><link href="b"/><updated>2022-03-01</updated></entry></feed>'


def split(data: bytes) -> None:
    """Each piece is in the file, in order; what is held and what goes by is the same."""
    pieces = list(Splitter(BytesIO(data), len(data), 1 << 16).pieces(0))
    assert all(0 <= one.offset <= len(data) for one in pieces)
    for one in pieces:
        if one.content and one.head and not one.fault:
            found = reader.read_any(one.content, one.head)
            checks.digest_fault(found)
            large = Large(found.head, b"")
            large.feed(found.block)
            large.finish()


def record(data: bytes) -> None:
    """What is read quickly is what is read."""
    quick = reader.quick_body(data)
    found = reader.parse(data)
    assert quick is None or found is None or found.payload == quick[0]


class _Bytes(bytearray):
    def update(self, data: bytes) -> None:
        self.extend(data)

    def copy(self) -> _Bytes:
        return _Bytes(self)


def unchunked(data: bytes) -> None:
    """Chunks are joined part by part as they are at once."""
    taken = Chunked(_Bytes())
    for start in range(1, len(data), 7):
        taken.feed(data[start : start + 7])
    taken.finish()
    assert taken.taker == content_encoding.unchunked(data[1:])


def decode(data: bytes) -> object:
    """The first byte says which encoding."""
    coding = CODINGS[data[0] % len(CODINGS)] if data else ""
    return content_encoding.decoded(data[1:], [("Content-Encoding", coding)], 1 << 20)


def wacz(data: bytes) -> None:
    """A WACZ file, on the disk."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.wacz"
        path.write_bytes(data)
        extracted("x", path, Path(folder) / "out")


def _zip() -> bytes:
    import zipfile

    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("archive/a.warc.gz", FILES[1])
    return packed.getvalue()


def _text(function: Callable[[str], object]) -> Callable[[bytes], object]:
    return lambda data: function(data.decode("utf-8", "replace"))


READERS: dict[str, Reader] = {
    "warc": Reader(split, (reader.DamagedRecord,), FILES),
    "record": Reader(record, (reader.DamagedRecord,), tuple(RECORDS)),
    "head": Reader(lambda data: (heads.http_head(data).fields, heads.read_head(data, 0, len(data))), seeds=tuple(RECORDS)),
    "chunked": Reader(unchunked, seeds=(b" 3\r\nabc\r\n1;a=b\r\nd\r\n0\r\n\r\n", b" 5\r\nab")),
    "encoding": Reader(decode, (content_encoding.UnreadableCoding,), (b"\0\x1f\x8b\x08", b"\1x\x9c")),
    "gzip": Reader(reader.gunzip_member, (reader.DamagedRecord,), FILES[1:2]),
    "date": Reader(_text(utc), (ValueError,), (b"2022-03-01T00:00:00.5+01:00",)),
    "digest": Reader(
        _text(lambda text: (digests.canonical_digest(text), digests.contradicts(text, [b"a"]))), seeds=(b"sha1:A",)
    ),
    "wacz": Reader(wacz, (BadInput,), (_zip(),)),
    "cdx": Reader(
        cdx.read_page, (cdx.UnreadableCdx,), (b" CDX b a s k\n2 a 200 X\n", b'[["urlkey"],["a"]]', b'a 2 {"url": "b"}')
    ),
    "memento": Reader(_text(memento.original), seeds=(b"http://a/web/20220301000000id_/http://b/",)),
    "robots": Reader(robots_text.readable, (robots_text.UnreadableRobots,), (b"User-agent: *\nDisallow: /a*$\n",)),
    "retry_after": Reader(lambda data: retry_after.seconds(data, data, datetime(2022, 3, 1, tzinfo=UTC)), seeds=(b"120",)),
    "feed": Reader(lambda data: read_feed(data, HOME), (ValueError,), (FEED,)),
    "links": Reader(lambda data: (links.page_links(data, HOME), links.head_links(data, HOME)), seeds=(HTML,)),
    "listing": Reader(
        lambda data: (listing.sections(data, HOME), listing.whole_links(data, HOME)), (listing.UnreadableListing,), (HTML,)
    ),
    "tags": Reader(lambda data: list(tags.tags(data)), seeds=(HTML,)),
    "elements": Reader(lambda data: elements(data, "div > p a[href]"), seeds=(HTML,)),
    "front_matter": Reader(_text(lambda text: front_matter_text(f"---\n{text}\n---\n", "author")), seeds=(b"author: a",)),
    "sample": Reader(_text(FrontMatterForm.of), (ValueError,), (b"---\ntitle: a\n---\n",)),
    "answer": Reader(
        lambda data: answer.read_answer(data, ["content"]),
        (answer.UnreadableAnswer,),
        (b'{"content": "a", "data": {"b": [1]}}',),
    ),
    "footer": Reader(_text(footer.split_footer), seeds=(b'\n\n<p><a href="//a/b.html">b</a></p>',)),
    "unrender": Reader(_text(markdown.unrender), seeds=(b"<p>a <em>b</em></p>",)),
    "same_text": Reader(_text(lambda text: same_text.same_text("<p>a</p>", text)), seeds=(b"<p>a</p>{{ b }}",)),
    "page": Reader(lambda data: derive_in_memory(finews, Exchange(URL, 200, data)), seeds=(HTML,)),
    "stock": Reader(
        lambda data: derive_in_memory(blog, Exchange(HOME + "2022/03/01/a.html", 200, data)),
        seeds=((STOCK % {"title": "a", "body": "<p>b</p>", "tag": ""}).encode(),),
    ),
}


def run(name: str, data: bytes) -> None:
    """Let a reader read.

    :raises Exception: whatever it may not raise.
    """
    one = READERS[name]
    try:
        one.read(data)
    except one.errors:
        return
