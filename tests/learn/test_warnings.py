"""Pages that look like posts and are none are told where they are many, and so are feeds and sitemaps with faults."""

from __future__ import annotations

import re
from html import escape

import pytest

from crawler.learn.learn import learn
from tests.learn.made import MadeSite, site


def hidden(count: int, *, layout: str = "wide") -> MadeSite:
    """A site with so many posts that nothing names as such: no list, feed or day in an address has them."""
    made = site(layouts=(layout,), permalink="{slug}/", feed="all", count=30)
    for post in made.posts[10 : 10 + count]:
        link = re.compile(rb'<a [^<>]*href="/' + post.path.encode() + rb'"[^<>]*>[^<]*</a>')
        own = re.compile(rb"<entry>(?:(?!</entry>).)*/" + post.path.encode() + rb'"(?:(?!</entry>).)*</entry>')
        made.answers = [one._replace(body=own.sub(b"", link.sub(b"", one.body))) for one in made.answers]
        assert escape(post.title)
    return made


@pytest.mark.parametrize(("count", "is_told"), [(0, False), (2, False), (12, True)])
def test_pages_with_the_layout_of_posts_that_are_none_are_told_where_they_are_many(count: int, *, is_told: bool) -> None:
    made = hidden(count)
    found = learn("blog", made.home, made.answers)
    lines = [line for line in found.warnings if "pages have the layout of posts" in line]
    assert bool(lines) == is_told, found.warnings
    assert all("own_permalinks" in line for line in lines)


def test_feeds_and_sitemaps_with_faults_are_told_and_no_more_than_a_few() -> None:
    made = site()
    feed = made.answers[-1]
    made.answers[-1] = feed._replace(body=feed.body.replace(b"<title", b"<br><title", 1))
    for number in range(7):
        body = b'<?xml version="1.0"?><urlset><url><loc>/a</loc>'
        made.answers.append(feed._replace(url=made.url(f"sitemap-{number}.xml"), body=body))
    found = learn("blog", made.home, made.answers).warnings
    assert found[0].startswith("feed.xml is not well-formed XML")
    assert all("could not be read" in line for line in found[1:])
    assert found[-1] == "3 feeds and sitemaps more could not be read as they are"
    assert learn("blog", made.home, site().answers).warnings == ()


@pytest.mark.parametrize("name", ["a.png", "images/b.gif", "c.svg", "d.pdf"])
def test_a_picture_with_xml_in_it_is_no_feed(name: str) -> None:
    made = site()
    body = b'\x89PNG\r\n\xc0<x:xmpmeta><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    made.answers.append(made.answers[-1]._replace(url=made.url(name), body=body))
    assert learn("blog", made.home, made.answers).warnings == ()
