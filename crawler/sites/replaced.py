"""A page that took the place of a post: an error page or a notice that a server gives at the post's address with status 200."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.markup.same_text import letters_and_images
from crawler.markup.source.body import without_front_matter

if TYPE_CHECKING:
    from crawler.items import Post

#: So many pieces of a text, of so many letters, are searched in another; one in twenty makes it an edit of the first.
_PIECES, _LETTERS, _SHARE = 64, 8, 20


def replaced(post: Post, before: Post, told_title: str) -> str:
    """Why a page is no edit of the post that an earlier visit found there; empty if it may be one.

    A page with more text than the post had takes its place in any case: the earlier one may have been the error page.

    :param told_title: the title that a feed has for the post, empty if none tells it: such a page is the site's own.
    """
    old, new = (letters_and_images(without_front_matter(one.content)) for one in (before, post))
    if old and not new:
        return "shows no content any more"
    is_other = _letters(post.title) != _letters(before.title) and post.title != told_title
    if is_other and 2 * len(new) < len(old) and not _has_some(old, new):
        return f"shows another title, {post.title[:80]!r}, and little text, none of it the post's: it may be an error page"
    return ""


def is_edit(old: str, new: str) -> bool:
    """Whether letters and images are those of an earlier text, or most of them, and not much less.

    >>> is_edit("thetideisinthebay", "thetideisoutofthebay"), is_edit("thetideisinthebay", "thetide"), is_edit("tide", "error")
    (True, False, False)
    """
    return 10 * len(new) >= 9 * len(old) and _has_some(old, new)


def _letters(title: str) -> str:
    return letters_and_images(title).casefold()


def _has_some(old: str, new: str) -> bool:
    """Whether a text has more than chance of another in it."""
    step = max(_LETTERS, len(old) // _PIECES)
    pieces = [old[at : at + _LETTERS] for at in range(0, max(1, len(old) - _LETTERS + 1), step)][:_PIECES]
    return sum(piece in new for piece in pieces) * _SHARE >= len(pieces)
