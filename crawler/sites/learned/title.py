"""The title of a learned site's post as it was typed, by other places than its page, else by what the site's layouts do."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.learn.fields.titles import even
from crawler.markup.titles.typed import has_ascii, has_marks, in_ascii
from crawler.markup.titles.written import has_references, has_tags, in_backticks, plain, written
from crawler.sites.learned.body import smartified

if TYPE_CHECKING:
    from crawler.learn.learned import Learned
    from crawler.sites.parsed import FeedMention
    from crawler.sites.stock.page import StockPage


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
    has_told = bool(told[0]) and even(plain(told[0])) == even(title)
    if has_told and has_tags(told[0]):
        return replace(parsed, title=told[0], title_has_tags=False)
    if has_marks(title) and has_told:
        return replace(parsed, title=told[0])
    if has_marks(title) and has_ascii(told[1]) and even(told[1]) == even(title):
        return replace(parsed, title=told[1])
    if not has_marks(title) or learned.smart_titles == "no":
        return parsed
    typed = in_ascii(title)
    is_made = learned.smart_titles == "yes" and smartified(learned, typed) == title
    return replace(parsed, title=typed if is_made else title, title_is_guess=True)


def with_references(parsed: StockPage, raw_titles: str) -> StockPage:
    """The page with the title as its element has it written, where layouts do not change what was typed.

    Where nothing tells whether they do, it is the title that the page shows, and that is a guess.
    """
    start, end = parsed.places.get("title", (0, 0))
    text = written(parsed.page.body[start:end].decode("utf-8", "replace"))
    if not has_references(text) or plain(text) != parsed.title:
        return parsed
    if raw_titles == "yes":
        return replace(parsed, title=text)
    return parsed if raw_titles == "no" else replace(parsed, title_has_tags=True)


def with_code(parsed: StockPage) -> StockPage:
    """The page with the title as Markdown where its layout had kramdown make HTML of it: code that was typed as such."""
    start, end = parsed.places.get("title", (0, 0))
    inside = parsed.page.body[start:end].decode("utf-8", "replace")
    text = written(in_backticks(inside))
    if "`" not in text or " ".join(plain(inside).split()) != parsed.title:
        return parsed
    return replace(parsed, title=plain(text), title_has_tags=False)
