"""What each key of a ``site.toml`` means, in a line: for those that nothing was found for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_SELECTORS = {
    "title": "the title",
    "time": "the time of publication",
    "author": "the author",
    "categories": "the categories",
    "tags": "the tags",
    "description": "the description",
    "image": "the picture that stands for a post",
}
#: By the names that evidence has (``habits.bullet``); of a layout without its name (``layout.start``).
COMMENTS: Mapping[str, str] = {
    "name": "the name of the site, which is that of this folder",
    "home": "the home page; learn --url HOME names another one. All paths below are those behind it",
    "zone": "the time zone that Jekyll had",
    "permalink": "how Jekyll makes the addresses of posts",
    "own_permalinks": "posts whose addresses the permalink does not make; none are known where it is empty",
    "pages": "pages that are no posts, although the permalink would make their addresses",
    "feeds": "feeds that have posts",
    "sitemaps": "sitemaps that tell when posts were published",
    "generator": "what the pages say made them",
    "plugins": "plugins of Jekyll that an export's _config.yml names",
    "source": "what is given back: markdown, which Jekyll has to prove, or html",
    "front_matter": "a front matter whose order of keys and quotes all posts get; that of the first sample, else Jekyll's own",
    "shared_names": "days and slugs that several posts have, told apart by their folders; and paths where these are alike, too",
    "kramdown": "settings of kramdown that are not Jekyll's own",
    "habits": "how the sources were spelt where no page tells",
    "samples": "source posts that were given as samples, by which they are known again",
    "constants": "lines of front matter that all posts get, because all samples have them",
    "missing": "keys of front matter that samples have and no page shows",
    "liquid": "tags of Liquid that sources have, and what each gives; a tag that is deleted here is used nowhere",
    "labels": "texts of links, with the label of the link and that of the line that has its address",
    "included": "addresses in a file that posts include, by their labels",
    "lines": "lines that the samples have otherwise than they would come back, by how they would",
    "near": "habits of single samples where these disagree: posts of the same author, or nearest in time, have them",
    "days": "days of posts whose addresses do not tell them",
    "habits.bullet": "of lists: *, - or +",
    "habits.emphasis": "*so* or _so_",
    "habits.strong": "**so** or __so__",
    "habits.rule": "the line for a rule",
    "habits.fence": "around code: ` or ~, three of them",
    "habits.fenced": "whether code without a language is fenced, or else indented",
    "habits.ascii": "characters that are typed as \", ', -- or ...",
    "habits.setext": "whether headings of the first two levels are underlined, or else have a #",
    "habits.autolinks": "whether a link that is its own text is <https://so>",
    "habits.list_lead": "blanks before a bullet",
    "habits.list_gap": "blanks behind a bullet",
    "habits.number_lead": "blanks before the number of an item",
    "habits.number_gap": "blanks behind the number of an item",
    "habits.list_nest": "blanks before a list in an item, counted from the mark; 0 where it stands below the item's text",
    "habits.void_end": "how HTML elements without an inside end",
    "habits.table_gap": "blanks beside the bars of tables",
    "habits.table_rule_gap": "blanks beside the bars below the head of a table",
    "habits.html_files": "whether a post that is nearly all HTML was an .html file",
    "habits.post_url": "how posts name each other in post_url; {post} is the name of the file. Empty: they do not",
    "habits.links": "inline: [so](address), collapsed: [so][], shortcut: [so], numbered: [so][1]",
    "habits.references": "what posts with links by reference end with; {definitions} are the lines of addresses",
    "habits.ending": "an include that posts end with and that shows nothing, with the blank lines before it",
    "layout.name": "what the index calls the layout, under edition",
    "layout.start": "the page's text directly before the content; {{*}} is what differs from post to post",
    "layout.end": "the page's text directly behind the content",
    "layout.posts": "how many posts have it",
    "layout.first_seen": "when a page with it was captured first",
    "layout.last_seen": "when a page with it was captured last",
    **{f"layout.{name}": f"where pages show {what}; nowhere, if it is empty" for name, what in _SELECTORS.items()},
}
