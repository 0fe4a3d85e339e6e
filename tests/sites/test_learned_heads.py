"""Descriptions and images of posts, which the heads of their pages tell."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.sites.test_learned import HOME, built, page, with_days


@pytest.mark.parametrize(
    "description",
    [
        "The tide comes twice a day &amp; goes, as it’s always done.",
        "The tide comes twice a day",
        "The tide comes twi…",
        "The tide comes twi...",
        "The  tide\ncomes",
        "",
    ],
)
def test_a_description_that_is_an_excerpt_is_left_out(description: str) -> None:
    post = built(with_days(), page(head=f'<meta name="description" content="{description}">'))
    assert "description" not in post.content


@pytest.mark.parametrize("description", ["潮水每天来两次，灯塔", "潮水每天来两次，灯塔看着它，从不说"])
def test_a_chinese_excerpt_is_one(description: str) -> None:
    content = "<p>潮水每天来两次，灯塔看着它，从不说话。</p>"
    post = built(with_days(), page(content=content, head=f'<meta name="description" content="{description}">'))
    assert "description" not in post.content


@pytest.mark.parametrize(
    "description", ["What the sea does all day", "The tide goes", "The tide comes twice a day & more: a tale"]
)
def test_a_description_of_its_own_is_kept(description: str) -> None:
    told = description.replace("&", "&amp;")
    content = "<p>The tide comes once.</p>"
    post = built(with_days(), page(content=content, head=f'<meta name="description" content="{told}">'))
    assert f"\ndescription: {description}\n" in post.content.replace('"', "")


def test_what_the_first_selector_lacks_the_next_one_tells() -> None:
    learned = with_days()
    head = '<meta property="og:image" content="/notes/boat.png"><p class="lead">A &lt;short&gt; <b>word</b></p>'
    content = built(learned, page(head=head)).content
    assert "\ndescription: A <short> word\n" in content.replace('"', "")
    assert "\nimage: /notes/boat.png\n" in content.replace('"', "")


@pytest.mark.parametrize(("front_matter", "image"), [("", "/boat.png"), (f"---\nimage: {HOME}a.png\n---\n", f"{HOME}boat.png")])
def test_an_image_that_a_layout_made_a_whole_address_of_is_the_sites_own(front_matter: str, image: str) -> None:
    """Layouts and plug-ins write the host before it; a sample tells where the author did."""
    learned = replace(with_days(), front_matter=front_matter)
    content = built(learned, page(head=f'<meta property="og:image" content="{HOME}boat.png">')).content
    assert f"\nimage: {image}\n" in content.replace('"', "")


def test_the_image_of_the_site_is_none_of_a_post() -> None:
    learned = replace(with_days(), site_wide={"image": f"{HOME}harbour.png"}, plugins=("jekyll-seo-tag",))
    assert "image" not in built(learned, page(head=f'<meta property="og:image" content="{HOME}harbour.png">')).content


def test_a_description_that_is_no_excerpt_counts_before_one_that_is() -> None:
    head = '<meta name="description" content="The tide comes twice a day"><p class="lead">What the sea does</p>'
    assert "\ndescription: What the sea does\n" in built(with_days(), page(head=head)).content.replace('"', "")


def test_a_description_that_is_the_title_is_none() -> None:
    assert "description" not in built(with_days(), page(head='<meta name="description" content="Hello">')).content
