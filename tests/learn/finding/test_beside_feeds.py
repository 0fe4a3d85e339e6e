"""Posts that lists lead to and that look otherwise than the others: they show a second time, lead to many, or have a form of their own."""

from __future__ import annotations

from crawler.learn.learn import learn
from tests.learn.found import learned, posts_of, replace_path
from tests.learn.made import MadeSite, site

PERMALINK = "notes/{slug}/"


def made_site() -> MadeSite:
    """A site without times on its pages, whose home page lists all posts with their days."""
    made = site(permalink=PERMALINK, count=30, feed="few")
    for number, answer in enumerate(made.answers):
        made.answers[number] = answer._replace(body=answer.body.replace(b"<time", b"<span").replace(b"</time>", b"</span>"))
    items = "".join(f'<li>{post.day} <a href="/{post.path}">{post.slug}</a></li>' for post in made.posts)
    for number, answer in enumerate(made.answers):
        if answer.url == made.home:
            page = made.answers[0].body.split(b"<article")[0] + f"<ul>{items}</ul></body></html>".encode()
            made.answers[number] = answer._replace(body=page)
    return made


def test_posts_beside_those_of_a_feed_with_a_day_in_a_list_are_found_whatever_they_look_like() -> None:
    made = made_site()
    body = made.answers[4].body
    links = "".join(f'<li>{post.day} <a href="/{post.path}">{post.slug}</a></li>' for post in made.posts[6:14]).encode()
    own = b'<body id="app"><section class="slides"><h1>Tide</h1><script>run()</script><p>One of its own.</p></section></body></html>'
    made.answers[4] = made.answers[4]._replace(body=body.replace(b"</article>", b"<ul>" + links + b"</ul></article>"))
    made.answers[9] = made.answers[9]._replace(body=made.answers[9].body.split(b"<body")[0] + own)
    learned = learn("blog", made.home, made.answers)
    assert learned.permalink == "/notes/:title/"
    assert set(learned.days) == {post.path for post in made.posts}


def test_a_post_that_shows_when_it_was_changed_is_one() -> None:
    made = site(permalink="{slug}/", count=30, feed="few")
    changed = b'<span class="date modified"><time datetime="2024-01-01">1</time></span></header>\n<div'
    made.answers[4] = made.answers[4]._replace(body=made.answers[4].body.replace(b"</header>\n<div", changed))
    assert made.posts[4].path in learn("blog", made.home, made.answers).days


def test_where_the_feed_has_posts_without_dates_in_addresses_lists_have_others_though_older_ones_have_dates() -> None:
    """Of a site that changed its permalinks once; its posts lie in folders, of which the feed has one."""
    made = made_site()
    newest = {post.path for post in sorted(made.posts, key=lambda post: post.day)[-6:]}
    for number, post in enumerate(made.posts):
        folder = (
            post.day.replace("-", "/") if number < 10 else "notes" if post.path in newest else ("pictures", "words")[number % 2]
        )
        path = f"{folder}/{post.slug}/"
        made.answers = [replace_path(answer, post.path, path) for answer in made.answers]
        post.path = path
    assert sum(path in learned(made).days for path in made.truth if not path.startswith("20")) == 20
    assert posts_of(learned(made), made) == {made.url(path) for path in made.truth}
