"""Which captured feed tells of a post: the same one, whoever asks and in whatever order."""

from __future__ import annotations

from types import MappingProxyType

from crawler.archive.catalog.schema import CaptureRow
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


def test_a_list_for_the_sites_own_search_counts_as_that_of_the_time_and_beside_feeds() -> None:
    class Listed(Blog):
        search_lists = MappingProxyType({"search.json": {"tags": ("tags", ",")}})

    site, at = Listed(), "https://blog.example/search.json"
    bodies = [f'[{{"url": "/2024/02/01/a.html#x", "tags": "{tags}"}}]'.encode() for tags in ("x", "x", "x,y")]
    rows = [CaptureRow(n, at, f"T{n}", 200, "response", "f", n * 100, 0, f"d{n}", n) for n in range(len(bodies))]

    def read(row: CaptureRow) -> Exchange:
        return Exchange(at, 200, bodies[row.payload_id], CaptureRef(at, row.time, "f", row.offset, ""))

    known = Feeds(site, lambda urls: rows if at in urls else [], read)
    known.refresh()
    told = [known.in_list(POST, since, visited, END) for since, visited in (("", "S"), ("T0", "T1"), ("T1", "U"), ("U", "V"))]
    assert [one and (one[0].tags, one[1].offset) for one in told] == [(("x",), 0), (("x",), 100), (("x", "y"), 200), None]
    assert known.mention(POST, "", "V", END) is None
    assert known.listed(at) == [POST]
