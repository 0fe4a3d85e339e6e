"""Which captured feed tells of a post: the same one, whoever asks and in whatever order."""

from __future__ import annotations

from crawler.archive.schema import CaptureRow
from crawler.derive.feeds import Feeds
from crawler.derive.visits import END
from crawler.items import CaptureRef, Exchange
from crawler.sites.site import Site

POST = "https://blog.example/2024/02/01/a.html"


class Blog(Site):
    name, home = "blog", "https://blog.example/"


FEED = Blog().feed_urls[0]
_ENTRY = f'<entry><title>T</title><link href="{POST}"/><category term="x"/></entry>'


def body(entry: str) -> bytes:
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{entry}</feed>'.encode()


def feeds(*bodies: bytes) -> Feeds:
    """A feed's captures, one an hour; a body that came before is a revisit of that."""
    rows = []
    for number, one in enumerate(bodies):
        first = bodies.index(one)
        kind = "response" if first == number else "revisit"
        rows.append(CaptureRow(number, FEED, f"T{number}", 200, kind, "f", number * 100, 0, f"d{first}", first))

    def read(row: CaptureRow) -> Exchange:
        return Exchange(FEED, 200, bodies[row.payload_id], CaptureRef(FEED, row.time, "f", row.offset, ""))

    found = Feeds(Blog(), lambda _: rows, read)
    found.refresh()
    return found


def test_a_mention_names_the_capture_that_was_asked_for() -> None:
    whole = body(_ENTRY)
    for order in ((0, 2), (2, 0)):
        known = feeds(whole, body(""), whole)
        said = {number: known.mention(POST, "", f"T{number}", END) for number in order}
        assert {number: one.capture.offset for number, one in said.items() if one and one.capture} == {0: 0, 2: 200}


def test_the_newest_feed_up_to_a_visit_counts_then_the_first_after_it() -> None:
    other = body(_ENTRY.replace('"x"', '"y"'))
    known = feeds(body(""), body(_ENTRY), other)
    assert [
        one and one.entry.categories for one in (known.mention(POST, "", "T0", "T2"), known.mention(POST, "", "T2", END))
    ] == [
        ("x",),
        ("y",),
    ]
    assert known.mention(POST, "T2", "T3", END) is None


def test_a_feed_that_is_none_tells_nothing() -> None:
    assert feeds(b"<html>busy</html>", b"").mention(POST, "", "T1", END) is None
