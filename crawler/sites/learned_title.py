"""The title of a learned site's post as it was typed, by other places than its page, else by what the site's layouts do."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.learn.fields.titles import even
from crawler.markup.typed import has_ascii, has_marks, in_ascii
from crawler.sites.learned_body import smartified

if TYPE_CHECKING:
    from crawler.learn.learned import Learned
    from crawler.sites.parsed import FeedMention
    from crawler.sites.stock_page import StockPage


def with_title(parsed: StockPage, learned: Learned, path: str, mention: FeedMention | None) -> StockPage:
    """The page with the title as ``site.toml`` or a feed has it, if that is the title that it shows, or it shows none.

    Where neither has it and layouts write typographic characters for ASCII, it is the ASCII of which Jekyll's own filter makes
    the title that the page shows; that is a guess.

    :param path: of the post, as ``site.toml`` has it.
    """
    told = [learned.titles.get(path, ""), mention.entry.title if mention is not None else ""]
    if "title" not in parsed.places:
        return replace(parsed, title=next(filter(None, told), parsed.title))
    title = parsed.title
    if not has_marks(title):
        return parsed
    if told[0] and even(told[0]) == even(title):
        return replace(parsed, title=told[0])
    if has_ascii(told[1]) and even(told[1]) == even(title):
        return replace(parsed, title=told[1])
    if learned.smart_titles == "no":
        return parsed
    typed = in_ascii(title)
    is_made = learned.smart_titles == "yes" and smartified(learned, typed) == title
    return replace(parsed, title=typed if is_made else title, title_is_guess=True)
