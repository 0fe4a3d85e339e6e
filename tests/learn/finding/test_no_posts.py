"""What a permalink rule does not take for posts: files of other kinds, and what a single post follows."""

from __future__ import annotations

import pytest

from crawler.items import Exchange
from crawler.learn.learn import learn
from crawler.learn.no_posts import no_posts
from crawler.learn.rule import rule_of
from crawler.sites.learned.site import LearnedSite
from crawler.sites.parsed import Kind
from tests.learn.found import assert_all_is_found
from tests.learn.made import MadeSite, site


@pytest.mark.parametrize("permalink", ["{slug}/", "{categories}{slug}/", "notes/{slug}/"])
def test_scripts_and_pictures_are_not_named_as_pages_where_no_rule_takes_them_for_posts(permalink: str) -> None:
    made = site(permalink=permalink, categories=("sea", "land"))
    files = ("favicon.ico", "robots.txt", "assets/js/main.js", "notes/pier.png", "about/us.html")
    answers = [*(Exchange(made.url(path), 200, b"var a = 1;") for path in files[:-1]), *made.answers]
    page = next(answer for answer in made.answers if answer.url == f"{made.home}about/")
    found = assert_all_is_found(MadeSite(made.home, made.posts, [*answers, page._replace(url=made.url(files[-1]))]))
    assert not {*files[:-1]} & {*found.pages}


@pytest.mark.parametrize("permalink", ["{categories}{slug}", "{year}/{month}/{day}/{slug}"])
def test_pictures_are_neither_posts_nor_pages_by_a_rule_without_an_ending(permalink: str) -> None:
    """Neither those that were captured nor those that come later; a post may be called ``node.js``."""
    made = site(permalink=permalink, categories=("sea", "land"))
    beside = made.posts[5].path.rpartition("/")[0]
    files = [f"{beside}/{name}" for name in ("pier.png", "Font.woff2", "paper.pdf", "all.tar.gz")]
    answers = [*made.answers, *(Exchange(made.url(path), 200, b"\0\1\2") for path in files)]
    found = assert_all_is_found(MadeSite(made.home, made.posts, answers))
    assert set(files).isdisjoint(found.pages)
    learned_site = LearnedSite.of(found)
    kinds = [learned_site.kind(made.url(f"{beside}/{name}")) for name in ("new.JPG", "node.js")]
    assert kinds == [Kind.OTHER, Kind.POST]


def test_what_one_post_of_many_follows_is_no_rule() -> None:
    """All posts have permalinks of their own, so that a new one follows Jekyll's own rule, if any."""
    paths = [f"{('Sea', 'Land', 'Old Tides')[number % 3]}/post-{number}/" for number in range(25)]
    rule = rule_of([*paths, "iOS/pod.html"])
    assert (rule.permalink, rule.kept) == ("date", ())
    assert set(rule.broken) == {*paths, "iOS/pod.html"}


def test_posts_whose_contents_are_not_found_are_no_lack_of_posts() -> None:
    """Pages that are all the same: their addresses say that they are posts, and nothing where a content stands."""
    home = "https://blog.example/"
    pages = [(f"{home}2024/05/0{day}/a/", "<html><body><p>Here.</p></body></html>") for day in range(1, 4)]
    found = learn("blog", home, [Exchange(url, 200, text.encode()) for url, text in pages])
    assert found.layouts == ()
    assert "start and end of [[layouts]]" in no_posts(found)
    assert no_posts(learn("blog", home, [])) == "no page was found to be a post's"
