"""What converters of others make of the content of a site's posts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.others import others
from benchmarks.same_source import same
from crawler.reconstruct import Converter

if TYPE_CHECKING:
    from benchmarks.jekyll_site import Checkout
    from tests.jekyll_sites.dumped import Post


def print_others(checkout: Checkout, posts: list[Post]) -> None:
    """Print what they make of the true content, under the site's own settings of kramdown."""
    posts = [post for post in posts if not post.source.endswith(".html")]
    print(f"\n{f'of the true content of {len(posts)}':26}{'content same':>22}{'normalised same':>22}{'source same':>22}")
    with Converter(checkout.kramdown) as converter:
        for name, convert in others():
            if isinstance(convert, str):
                print(f"{name:26}not installed: {convert}")
                continue
            texts = convert([post.content for post in posts])
            rendered = converter.convert(texts)
            counts = (
                sum((content or "").strip() == post.content.strip() for content, post in zip(rendered, posts, strict=True)),
                sum(same(text, post.body) for text, post in zip(texts, posts, strict=True)),
                sum(text == post.body for text, post in zip(texts, posts, strict=True)),
            )
            cells = [f"{count} {100 * count / max(len(posts), 1):5.1f} %" for count in counts]
            print(f"{name:26}" + "".join(f"{cell:>22}" for cell in cells), flush=True)
