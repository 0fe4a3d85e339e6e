"""The picture of a post's front matter, which a layout shows directly before the content, is no part of that."""

from __future__ import annotations

import pytest

from crawler.learn.layouts.content import content_of
from tests.learn.found import learned, pages
from tests.learn.made import MadePost, MadeSite, site

HEAD = '<meta property="og:image" content="https://blog.example/assets/{picture}">'
#: What stands before a content with a picture, as layouts write it.
SHOWN = {
    "alone": '<img src="/assets/{picture}" class="image-right">',
    "closed": '<img src="{picture}" alt="" class="lead" />',
    "in a figure": '<figure class="cover"><a href="/assets/{picture}"><img data-src="https://blog.example/assets/{picture}" alt="a"></a></figure>',
    "in a paragraph": '<p class="cover"><img src="/assets/{picture}"></p>',
}


def made_site(shown: str, *, head: str = HEAD, feed: str = "", share: int = 2, of_site: str = "me.jpg") -> MadeSite:
    """A site of which one post in ``share`` has a picture; the head of each other one names ``of_site``."""
    made = site(feed=feed, layouts=("bare",))
    for number, post in enumerate(made.posts):
        has_one = not number % share
        picture = f"{post.slug}.png" if has_one else of_site
        lead = shown.replace('"{picture}', '"/assets/{picture}').format(picture=picture) if has_one else ""
        body = made.answers[number].body.replace(b"</head>", head.format(picture=picture).encode() + b"</head>")
        body = body.replace(post.content.encode(), f"{lead}\n  \n\n  {post.content}".encode())
        made.answers[number] = made.answers[number]._replace(body=body)
    return made


def right(made: MadeSite) -> int:
    """In how many posts learning finds the content."""
    layouts = learned(made).layouts
    found = {path: content_of(page, layouts) for path, page in pages(made).items()}
    return sum(
        one is not None and pages(made)[path][one[1] : one[2]].decode() == made.truth[path].content
        for path, one in found.items()
    )


@pytest.mark.parametrize("shown", SHOWN.values(), ids=SHOWN)
def test_the_picture_that_the_head_names_is_the_layouts(shown: str) -> None:
    made = made_site(shown)
    assert right(made) == len(made.posts)
    assert learned(made).layouts[0].image


def test_that_of_a_post_whose_head_names_another_is_its_own() -> None:
    made = made_site(SHOWN["alone"])
    typed = '<img src="/assets/other.png" class="image-right">\n\n<p>Behind.</p>'
    post = made.posts[1]
    body = made.answers[1].body.replace(post.content.encode(), typed.encode())
    made.answers[1], post.content = made.answers[1]._replace(body=body), typed
    assert right(made) == len(made.posts)


@pytest.mark.parametrize(
    "typed",
    ['<p><img src="/assets/{picture}" alt="a" /></p>', '<div class="cover"><img src="/assets/{picture}" alt="" /></div>'],
)
def test_what_kramdown_may_have_made_of_a_picture_is_the_posts(typed: str) -> None:
    made = made_site(typed)
    for number, post in enumerate(made.posts):
        post.content = (
            typed.format(picture=f"{post.slug}.png") + "\n  \n\n  " + post.content if not number % 2 else post.content
        )
    assert not learned(made).layouts[0].lead
    assert right(made) == len(made.posts)


def test_it_is_the_posts_where_others_name_a_picture_that_they_do_not_begin_with() -> None:
    made = made_site(SHOWN["alone"], share=3)
    for number, post in enumerate(made.posts):
        if number % 3:
            made.answers[number] = made.answers[number]._replace(
                body=made.answers[number].body.replace(b"me.jpg", f"{post.slug}.jpg".encode())
            )
    assert not any(layout.lead for layout in learned(made).layouts)


def test_it_is_the_posts_where_a_feed_has_it_in_a_content() -> None:
    def with_picture(post: MadePost) -> str:
        return f'<img src="/assets/{post.slug}.png" class="image-right">\n  \n\n  {post.content}'

    made = made_site(SHOWN["alone"], share=1)
    for post in made.posts:
        post.content = with_picture(post)
    fed = site(feed="whole", layouts=("bare",))
    feed = next(answer for answer in fed.answers if answer.url.endswith("feed.xml"))
    text = feed.body.decode()
    for post in made.posts:
        lead = f"&lt;img src=&quot;/assets/{post.slug}.png&quot; class=&quot;image-right&quot;&gt;\n  \n\n  "
        link = f'<link href="{made.url(post.path)}"/>'
        start = text.find('<content type="html">', text.find(link)) + len('<content type="html">') if link in text else 0
        text = text[:start] + lead + text[start:] if start else text
    made.answers.append(feed._replace(body=text.encode()))
    assert not any(layout.lead for layout in learned(made).layouts)
    assert right(made) == len(made.posts)
