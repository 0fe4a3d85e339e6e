"""Categories whose spelling changed in time: each is as its own page has it, where pages show names as they were typed."""

from __future__ import annotations

from html import escape

from crawler.items import Exchange, Rejection
from crawler.learn.learn import learn
from crawler.sites.learned.site import LearnedSite
from tests.learn.made import MadeSite, site


def with_lists() -> MadeSite:
    """A site whose pages show one category, in lower case since the posts of its feed; its lists have all of one slug."""
    made = site(count=30, feed="few", layouts=("boxed",), categories=("Sea", "Land"), permalink="{year}/{month}/{day}/{slug}/")
    made.answers = [one for one in made.answers if "/tags/" not in one.url]
    feed = next(answer for answer in made.answers if answer.url.endswith("feed.xml"))
    told = feed.body.replace(b'term="Sea"', b'term="sea"').replace(b'term="Land"', b'term="land"')
    made.answers[made.answers.index(feed)] = feed._replace(body=told)
    lists: dict[str, str] = {}
    for number, post in enumerate(made.posts):
        name = post.categories[0]
        if post.path.encode() in feed.body:
            post.categories = (name.lower(),)
        link = f'<a class="category" href="/categories/#{name.lower()}">{post.categories[0]}</a></div><div><div'
        made.answers[number] = made.answers[number]._replace(
            body=made.answers[number].body.replace(b"</div><div><div", link.encode(), 1)
        )
        lists[name] = lists.get(name, "") + f'<li><a href="/{post.path}">{escape(post.title)}</a></li>'
    inside = "".join(f'<h2 id="{name.lower()}">{name}</h2><ul>{links}</ul>' for name, links in lists.items())
    page = f"<!DOCTYPE html><html><head><title>By category</title></head><body>{inside}</body></html>"
    made.answers.append(Exchange(f"{made.home}categories/", 200, page.encode()))
    return made


def test_names_are_as_the_posts_own_page_shows_them() -> None:
    made = with_lists()
    assert len({post.categories for post in made.posts}) == 4
    built = LearnedSite.of(learn("blog", made.home, made.answers))
    for number, post in enumerate(made.posts):
        parsed = built.parse_page(made.answers[number])
        assert not isinstance(parsed, Rejection)
        assert tuple(built.build_post(parsed).categories) == post.categories
