"""Pages of the folders that posts lie in, one of which shows its only post as that post's own page does."""

from __future__ import annotations

from crawler.items import Exchange
from crawler.learn.pages import Captured
from tests.learn.found import learned, posts_of
from tests.learn.made import MadeSite, site


def with_folders(names: tuple[str, ...], *, feed: str = "few") -> MadeSite:
    """A site whose posts lie in folders, each with a page that has these posts whole, and to which a list leads."""
    made = site(permalink="{categories}{slug}/", layouts=("bare",), feed=feed, categories=names)
    pages = {answer.url: answer.body.decode() for answer in made.answers}
    folders: dict[str, list[str]] = {}
    for post in made.posts:
        folders.setdefault(post.path.partition("/")[0] + "/", []).append(post.path)
    for name, paths in folders.items():
        whole = pages[made.url(paths[0])]
        title = made.truth[paths[0]].title.replace("&", "&amp;")
        body = whole.replace(f"<h2>{title}</h2>", f'<h2><a href="/{paths[0]}">{title}</a></h2>')
        assert body != whole
        body = body.replace("</body>", "".join(f'<a href="/{path}">{path}</a>' for path in paths[1:]) + "</body>")
        made.answers.append(Exchange(made.url(name), 200, body.encode()))
    links = "".join(f'<li><a href="/{name}">{name}</a></li>' for name in folders)
    made.answers = [
        one._replace(body=one.body.replace(b"<ul>", f"<ul>{links}".encode(), 1)) if one.url == made.home else one
        for one in made.answers
    ]
    return made


def test_pages_of_folders_are_lists_even_where_they_have_one_post() -> None:
    made = with_folders(("sea", "land", "sky", "rock", "sand", "ice", "fog", "dew", "mud", "ash", "oak", "elm"))
    assert posts_of(learned(made), made) == {made.url(path) for path in made.truth}


def test_a_post_with_parts_of_its_own_below_it_stays_one() -> None:
    made = site(permalink="{slug}/", layouts=("bare",), feed="few")
    first, part = made.posts[0], made.posts[1]
    old, new = part.path, f"{first.path}{part.path}"
    part.path = new
    made.answers = [
        one._replace(url=one.url.replace(old, new), body=one.body.replace(f"/{old}".encode(), f"/{new}".encode()))
        for one in made.answers
    ]
    made.answers = [
        one._replace(body=one.body.replace(b"</body>", f'<a href="/{new}">Part</a></body>'.encode()))
        if one.url == made.url(first.path)
        else one
        for one in made.answers
    ]
    assert Captured.read(made.home, made.answers).pages.keys() >= {first.path, new}
    assert made.url(first.path) in posts_of(learned(made), made)
