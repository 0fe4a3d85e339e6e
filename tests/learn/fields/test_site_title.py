"""What a site calls itself: told by feeds, the home page and the titles of posts, and given back in ``_config.yml``."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from crawler.exporters.hugo import write_hugo
from crawler.exporters.jekyll import write_jekyll
from crawler.learn.learn import learn
from crawler.learn.learned import Learned
from crawler.learn.site_toml.toml import read, write
from crawler.markup.feeds.feed import feed_title
from crawler.sites.learned.site import LearnedSite
from tests.learn.made import MadeSite, site

if TYPE_CHECKING:
    from pathlib import Path


def told(made: MadeSite) -> tuple[str, str]:
    """The title that is learned, and what bears it out."""
    learned = read(write(learn("blog", made.home, made.answers)))
    return learned.site_title, learned.evidence.get("site_title", "")


def changed(made: MadeSite, old: str, new: str, *, of: str = "") -> MadeSite:
    """The site with other text in its pages and feeds; ``of``: only in the answer of this path."""
    made.answers = [
        one._replace(body=one.body.replace(old.encode(), new.encode())) if not of or one.url == made.home + of else one
        for one in made.answers
    ]
    return made


def test_the_titles_of_posts_tell_it() -> None:
    assert told(site(feed="")) == ("Harbour notes", "told by the titles of posts")


def test_the_feed_tells_it_before_the_titles_of_posts() -> None:
    made = changed(site(), "<generator", '<title type="html">Anna&amp;#39;s K\u00fcche</title><generator', of="feed.xml")
    assert told(made) == ("Anna's K\u00fcche", "told by the feed feed.xml")


def test_what_several_places_say_is_it() -> None:
    made = changed(site(), "<generator", "<title>Harbour notes: all posts</title><generator", of="feed.xml")
    made = changed(made, "</head>", '<meta property="og:site_name" content="Harbour notes"></head>', of="")
    assert told(made) == ("Harbour notes", "told by the home page (og:site_name), the titles of posts")


def test_quotes_are_those_that_the_page_has() -> None:
    made = changed(site(), "<generator", "<title>The harbour\u2019s notes</title><generator", of="feed.xml")
    assert told(made)[0] == "The harbour\u2019s notes"
    assert told(changed(made, ">Harbour notes</a>", ">The harbour's notes</a>"))[0] == "The harbour's notes"


def test_where_no_place_tells_it_there_is_none() -> None:
    assert told(changed(site(), " | Harbour notes</title>", "</title>")) == ("", "")


@pytest.mark.parametrize("title", ["Anna's K\u00fcche", 'a "b" {{ c }} <script>', "yes", "", "# no: comment"])
def test_exports_are_called_so(tmp_path: Path, title: str) -> None:
    made = LearnedSite.of(Learned("blog", "https://a.example/", site_title=title))
    write_jekyll([], tmp_path / "jekyll", made)
    assert yaml.safe_load((tmp_path / "jekyll" / "_config.yml").read_text("utf-8"))["title"] == (title or "blog")
    write_hugo([], tmp_path / "hugo", made)
    assert tomllib.loads((tmp_path / "hugo" / "hugo.toml").read_text("utf-8"))["title"] == (title or "blog")


@pytest.mark.parametrize(
    ("feed", "title"),
    [
        (b'<feed xmlns="http://www.w3.org/2005/Atom"><title>A &amp; B</title></feed>', "A & B"),
        (b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>post</title></entry></feed>', ""),
        (b"<rss><channel><title><![CDATA[A & B]]></title><item><title>post</title></item></channel></rss>", "A & B"),
        (b'{"version": "https://jsonfeed.org/version/1.1", "title": " A &\\n B ", "items": []}', "A & B"),
        (b'{"version": "https://jsonfeed.org/version/1.1", "title": 5, "items": []}', ""),
    ],
)
def test_feeds_of_any_kind_tell_their_title(feed: bytes, title: str) -> None:
    assert feed_title(feed) == title


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=40))
def test_any_title_is_read_as_it_was_written(title: str) -> None:
    learned = Learned("b", "https://a.example/", site_title=title)
    assert read(write(learned)).site_title == title
