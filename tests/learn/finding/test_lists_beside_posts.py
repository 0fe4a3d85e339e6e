"""Lists that lie beside posts: of each tag, year and month, in one folder with the posts."""

from __future__ import annotations

import pytest

from crawler.items import Exchange
from crawler.learn.learn import learn
from tests.learn.made import site


def _item(path: str, title: str, day: str) -> str:
    tags = "".join(f'<li><a href="/talks/{name}/">{name}</a></li>' for name in ("sea", "tide", "salt"))
    return (
        f'<article class="talk"><h2><a href="/{path}">{title}</a></h2><p class="date"><time datetime="{day}">{day}</time></p>'
        f'<ul class="names">{tags}</ul></article>'
    )


@pytest.mark.parametrize("permalink", ["talks/{slug}.html", "talks/{slug}/"])
def test_lists_of_tags_and_months_are_no_posts(permalink: str) -> None:
    made = site(permalink=permalink, count=18, feed="few")
    page = '<!DOCTYPE html><html><head><title>Talks</title></head><body class="site"><h1>Talks</h1>{}</body></html>'
    newest = sorted(made.posts, key=lambda post: post.day, reverse=True)
    ending = ".html" if permalink.endswith("/") else "/"
    lists = {f"talks/{name}{ending}": newest[start::5] for start, name in enumerate(("sea", "tide", "salt"))}
    lists |= {f"talks/2019/0{month}/": newest[month : month + 1] for month in range(1, 6)}
    lists |= {"": newest[:10], "page2/": newest[10:]}
    for path, posts in lists.items():
        items = "".join(_item(post.path, post.title, post.day) for post in posts)
        items = items.replace('/"', f'{ending}"') if ending == ".html" else items
        more = (
            "".join(f'<a href="/talks/2019/0{month}/">{month}</a>' for month in range(1, 6)) if path in ("", "page2/") else ""
        )
        made.answers.append(Exchange(made.home + path, 200, page.format(items + more).encode()))
    learned = learn("blog", made.home, made.answers)
    assert set(learned.days) == {post.path for post in made.posts}
