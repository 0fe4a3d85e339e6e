from __future__ import annotations

import pytest

from crawler.items import Exchange, Rejection
from crawler.markup.feeds.feed_entry import FeedEntry
from crawler.sites.parsed import FeedMention
from crawler.sites.site import Site

URL = "https://blog.example/sea/2024/05/11/tide.html"
PAGE = (
    '<div class=wrapper><main><article><h1 class="post-title">Spring tide</h1><time datetime="2024-05-11T09:00:00+02:00">May</time>\n'
    '<div class="post-content">\n    {content}\n\n  </div>{after}</article></main></div><footer><div>foot</div></footer>'
)


class Shore(Site):
    name = "shore"
    home = "https://blog.example/"
    zone = "Europe/Berlin"


class Short(Shore):
    permalink = "/:year/:title/"
    pages = ("2024/about/",)


def entry(content: str | None = None, *names: str, published: str = "") -> FeedMention:
    return FeedMention(FeedEntry(URL, "Tide", published, "", names, "", content), None)


def built(page: str, mention: FeedMention | None = None, site: type[Site] = Shore, url: str = URL):
    parsed = site().parse_page(Exchange(url, 200, page.encode()))
    assert not isinstance(parsed, Rejection), parsed
    return site().build_post(parsed, None, mention)


def body(post) -> str:
    return post.content.split("---\n", 2)[2].removesuffix("\n")


SOUND = "<p>One.</p>\n\n<div>two</div>"
LEFT_OPEN = "<p>One.</p>\n\n<div>two"
STRAY = "<p>One.</p>\n  </div>\n<p>two</p>"
#: A stray end tag, and one left open behind it: to count tags says nothing.
BOTH = "<p>One.</p></div><p>two</p><div>three"


@pytest.mark.parametrize("content", [SOUND, LEFT_OPEN, STRAY, "<ul><li>a<li>b</ul><!-- </div> --><p>c", "<p>x</p></section>"])
def test_the_content_ends_where_the_layout_ends_it(content: str) -> None:
    post = built(PAGE.format(content=content, after=""))
    assert body(post) == content
    assert ("body.extent" in post.assumed) == (content in (LEFT_OPEN, STRAY))


@pytest.mark.parametrize("content", [SOUND, LEFT_OPEN, STRAY, BOTH])
@pytest.mark.parametrize("after", ["", "<div class=share><div>share</div></div>"])
def test_the_feeds_content_is_the_extent(content: str, after: str) -> None:
    post = built(PAGE.format(content=content, after=after), entry(content, "tide"))
    assert body(post) == content
    assert "body.extent" not in post.assumed


@pytest.mark.parametrize("excerpt", ["<p>One.</p>", "One.", "", "<p>One.", None])
def test_a_feed_of_excerpts_cuts_nothing(excerpt: str | None) -> None:
    page = PAGE.format(content="<p>One.</p><p>two</p>", after="")
    assert body(built(page, entry(excerpt, "tide"))) == "<p>One.</p><p>two</p>"
    inside = PAGE.format(content="<div><p>One.</p></div><p>two</p>", after="")
    assert body(built(inside, entry("<div><p>One.</p>", "tide"))) == "<div><p>One.</p></div><p>two</p>"


def test_a_feed_that_has_another_content_leaves_the_doubt() -> None:
    post = built(PAGE.format(content=LEFT_OPEN, after=""), entry("<p>One, mended.</p>", "Sea"))
    assert (body(post), post.assumed) == (LEFT_OPEN, ["body.extent"])


def test_a_page_without_article_and_main_is_doubted_where_tags_do_not_match() -> None:
    page = PAGE.replace("<article>", "").replace("</article>", "").replace("<main>", "").replace("</main>", "")
    assert "body.extent" not in built(page.format(content=SOUND, after="")).assumed
    assert "body.extent" in built(page.format(content=LEFT_OPEN, after="")).assumed
    assert "body.extent" in built(page.format(content=STRAY, after="")).assumed


def names(post) -> tuple[list[str], list[str], list[str]]:
    return post.categories, post.tags, post.assumed


def test_categories_and_tags_are_told_apart_or_it_is_said_that_they_are_not() -> None:
    page = PAGE.format(content=SOUND, after="")
    assert names(built(page, entry(None, "Sea", "sea", "Mud"))) == (["Sea"], ["sea", "Mud"], [])
    assert names(built(page, entry(None, "Mud"))) == (["sea"], ["Mud"], ["categories.case"])
    assert names(built(page)) == (["sea"], [], ["categories.case", "tags"])
    silent = FeedMention(entry().entry, None, has_names=False)
    assert names(built(page, silent)) == (["sea"], [], ["categories.case", "tags"])


def test_names_where_the_address_tells_no_categories() -> None:
    page, url = PAGE.format(content=SOUND, after=""), "https://blog.example/2024/tide/"
    assert names(built(page, entry(None, "Sea", "Mud"), Short, url)) == ([], ["Sea", "Mud"], ["categories"])
    assert names(built(page, entry(None), Short, url)) == ([], [], [])
    assert names(built(page, None, Short, url)) == ([], [], ["categories", "tags"])
    shown = PAGE.format(content=SOUND, after='<a rel="tag" href="/tags/#mud">Mud &amp; more</a>')
    assert names(built(shown, entry(None, "Sea", "Mud & more"), Short, url)) == (["Sea"], ["Mud & more"], [])
    both = PAGE.format(content=SOUND, after='<a rel="category" href=/sea>Sea</a><a rel="nofollow tag">Mud</a>')
    assert names(built(both, None, Short, url)) == (["Sea"], ["Mud"], [])
    assert names(built(both)) == (["Sea"], ["Mud"], [])


def test_a_cloud_of_tags_beside_the_post_is_not_the_posts() -> None:
    page = PAGE.format(content=SOUND, after="") + '<aside><a rel=tag href=/a>a</a><a rel="category tag" href=/b>b</a></aside>'
    assert names(built(page, entry(None, "Sea"))) == (["Sea"], [], [])


def test_the_feed_tells_the_time_of_a_page_that_shows_a_day() -> None:
    page = PAGE.format(content=SOUND, after="").replace(
        '<time datetime="2024-05-11T09:00:00+02:00">May</time>', "<p class=post-meta>May 11, 2024</p>"
    )
    assert built(page).assumed[0] == "date.time"
    told = built(page, entry(None, "sea", published="2024-05-11T07:30:00Z"))
    assert (told.date.isoformat(), told.assumed) == ("2024-05-11T09:30:00+02:00", [])
    # A feed that speaks of another day does not speak of this page.
    assert built(page, entry(None, "sea", published="2024-06-11T07:30:00Z")).date.isoformat() == "2024-05-11T00:00:00+02:00"


def test_findings_say_what_is_doubtful_and_why() -> None:
    site = Shore()
    parsed = site.parse_page(Exchange(URL, 200, PAGE.format(content=LEFT_OPEN, after="").encode()))
    assert not isinstance(parsed, Rejection)
    found = {one.part: one for one in site.findings(parsed)}
    assert [one.assumed for one in found.values() if one.doubt] == ["categories.case", "tags", "body.extent"]
    assert "do not match" in found["body"].doubt
    assert parsed.page.body[found["body"].start : found["body"].end].decode() == LEFT_OPEN


@pytest.mark.parametrize(
    ("inside", "title", "assumed"),
    [
        ("<a href=/x><i class=icon></i> Spring &amp; tide</a>", "Spring & tide", False),
        ("\n  Spring &lt;b&gt; tide <!-- x -->", "Spring <b> tide", False),
        ("Spring <em>tide</em> again", "Spring tide again", True),
        ("2 < 3 <b>tide</b>", "2 < 3 tide", True),
        ("", "", False),
    ],
)
def test_a_title_and_tags_in_it(inside: str, title: str, *, assumed: bool) -> None:
    post = built(PAGE.format(content=SOUND, after="").replace("Spring tide", inside))
    assert (post.title, "title.markup" in post.assumed) == (title, assumed)
    assert ('\ntitle: ""\n' in post.content) == (not title)


@pytest.mark.parametrize("path", ["about/", "/about/"])
def test_a_page_is_none_of_the_posts_with_and_without_its_first_slash(path: str) -> None:
    class Titled(Shore):
        permalink = "/:title/"
        pages = (path,)

    assert Titled().kind(f"{Titled.home}about/") == "other"
    assert Titled().kind(f"{Titled.home}tide/") == "post"
