"""The permalink rule of a site, found by what the addresses of its posts have in common."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.learn.fields.shown_categories import ShownNames, are_named, are_others
from crawler.learn.languages import language_of
from crawler.learn.rule_behind_date import rule_behind_date
from crawler.learn.rule_by_times import rule_by_times
from crawler.sites.addresses.permalink import Permalink
from crawler.sites.stock.names import slug_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

_NONE = ShownNames()
#: What stands between the folders before the date and the ending of an address: the date and the title, in Jekyll's words.
_SHAPES = (
    (r"\d{4}/\d\d/\d\d/[^/]+?", ":year/:month/:day/:title"),
    (r"\d{4}/W\d\d/[A-Z][a-z]{2}/[^/]+?", ":year/W:week/:short_day/:title"),
    (r"\d{4}/\d{1,2}/\d{1,2}/[^/]+?", ":year/:i_month/:i_day/:title"),
    (r"\d{4}/\d{3}/[^/]+?", ":year/:y_day/:title"),
    (r"\d{4}-\d\d-\d\d/[^/]+?", ":year-:month-:day/:title"),
    (r"\d{4}-\d\d-\d\d-[^/]+?", ":year-:month-:day-:title"),
    (r"\d{4}/\d\d/[^/]+?", ":year/:month/:title"),
    (r"\d{4}/\d{1,2}/[^/]+?", ":year/:i_month/:title"),
    (r"\d{4}-\d\d/[^/]+?", ":year-:month/:title"),
    (r"\d{4}/[^/]+?", ":year/:title"),
    (r"[^/]+?", ":title"),
)
_PATTERNS = [(re.compile(rf"((?:[^/]+/)*){shape}(\.html|/|)"), words) for shape, words in _SHAPES]
#: The folders of a date at the end of others.
_DATE = re.compile(r"(?:^|/)(?:19|20)\d\d/(?:0[1-9]|1[0-2])(?:/[0-3]\d)?$")
#: Jekyll's names for some templates.
_STYLES = {
    "/:categories/:year/:month/:day/:title.html": "date",
    "/:categories/:year/:month/:day/:title/": "pretty",
    "/:categories/:year/:y_day/:title.html": "ordinal",
    "/:categories/:year/W:week/:short_day/:title.html": "weekdate",
    "/:categories/:title.html": "none",
}
#: So many forms of addresses are tried, the most frequent ones.
_TRIED = 5
#: Addresses with a month are those of posts; one with a year alone may be a page's.
_DATED = 9
#: So few posts out of a hundred may have other folders before their date than the rest, for the folder to be the rule's.
_STRAYS = 3


@dataclass(frozen=True, slots=True)
class Rule:
    """The ``permalink``, which posts it fits (by their paths), and which break it."""

    permalink: str
    kept: tuple[str, ...]
    broken: tuple[str, ...]


def is_dated(path: str) -> bool:
    """Whether an address is like those of posts only: with a date in it, and something behind.

    >>> is_dated("en/2020/01/02/a/"), is_dated("2020/05/a.html"), is_dated("2020/01/02/"), is_dated("a/2020/")
    (True, True, False, False)
    """
    return any(pattern.fullmatch(path) and _makes_sense(words, path) for pattern, words in _PATTERNS[:_DATED])


def before_date(path: str) -> str:
    """The folders before the date of an address.

    >>> before_date("events/2020/01/02/a/"), before_date("a/b/")
    ('events/', 'a/')
    """
    found = _shape(path)
    return found[0] if found else ""


#: A rule has to be that of a tenth of the posts at least that the rule of most has.
_FEW = 10
#: What so few posts follow, and less than a tenth of them, is no rule.
_SEVERAL = 3


def rule_of(
    posts: Iterable[str],
    others: Collection[str] = (),
    names: ShownNames = _NONE,
    *,
    have_categories: bool = False,
    languages: frozenset[str] = frozenset(),
) -> Rule:
    """The rule that most posts follow and fewest other pages, and which posts do not.

    :param posts: their paths; with the days that are known of them, these tell of placeholders that no shape has.
    :param others: paths of pages that are no posts.
    :param names: those that pages and feeds show: a folder of all posts that is none, and folders where pages show other
        categories, are the rule's own; one that feeds have as a name of each of its posts is their category.
    :param have_categories: whether it is known that posts have categories.
    :param languages: first folders that are languages, and no categories: the rule is that of the one with most posts.
    """
    paths = sorted(set(posts))
    folders: dict[tuple[str, str], Counter[str]] = {}
    told: dict[tuple[str, str], list[tuple[str, frozenset[str]]]] = {}
    by_feed: dict[tuple[str, str], list[tuple[str, frozenset[str]]]] = {}
    for path in paths:
        found = _shape(path)
        if found is not None:
            folders.setdefault(found[1:], Counter())[found[0]] += 1
            for several, known in ((told, names.by_post), (by_feed, names.by_feed)):
                if path in known:
                    several.setdefault(found[1:], []).append((found[0], known[path]))
    likely = sorted(folders, key=lambda one: (-folders[one].total(), one))[:_TRIED]
    permalinks = [
        _in_language(folders[one], *one)
        if languages and languages >= {folder.partition("/")[0] for folder in folders[one]}
        else _named(folders[one], one, names.known, have_categories=have_categories, have_others=are_others(told.get(one, ())))
        for one in likely
    ] or ["date"]
    if likely and not languages and not are_others(told.get(likely[0], ())):
        # An address with a date is like those of posts only: other pages that the rule would make as well tell nothing.
        by_names = list(_by_names(by_feed.get(likely[0], []), *likely[0]))
        permalinks = [*by_names, *permalinks[1 if by_names and ":year" in likely[0][0] else 0 :]]
    if isinstance(posts, Mapping) and not languages:
        permalinks = [*filter(None, (rule_by_times(posts), rule_behind_date(posts, names.by_post))), *permalinks]
    tried = [(permalink, Permalink(permalink)) for permalink in permalinks]
    kept = [[path for path in paths if _is_made_by(rule, path)] for _, rule in tried]
    also = [sum(rule.match(path) is not None for path in others) for _, rule in tried]
    # A rule that very few posts follow is none, however many other pages those that most follow fit as well. Half of them may
    # well have permalinks of their own: of translations, say.
    most = max(map(len, kept))
    serve = [number for number in range(len(tried)) if len(kept[number]) * _FEW >= most]
    best = max(serve, key=lambda number: (len(kept[number]) - also[number], -number))
    if len(kept[best]) < _SEVERAL and len(kept[best]) * _FEW < len(paths):  # all have their own; new ones get Jekyll's
        permalinks.append("date")
        kept.append([path for path in paths if _is_made_by(Permalink("date"), path)])
        best = len(kept) - 1
    made = set(kept[best])
    return Rule(permalinks[best], tuple(kept[best]), tuple(path for path in paths if path not in made))


def _shape(path: str) -> tuple[str, str, str] | None:
    """The folders before an address's date or title, the date and title in Jekyll's words, and the ending."""
    for pattern, words in _PATTERNS:
        found = pattern.fullmatch(path)
        if found and _makes_sense(words, path):
            return found[1], words, found[2]
    return None


def _makes_sense(words: str, path: str) -> bool:
    """Whether the numbers of an address are a date: a month is none that is greater than twelve."""
    found = Permalink(f"/:categories/{words}").match(path.removesuffix("/").removesuffix(".html"))
    if found is None:
        return False
    month = re.search(r"(?:^|/)\d{4}[/-](\d{1,2})(?=[/-])", path) if "month" in words else None
    # Behind a year or a month alone, a number of two digits is a month or a day: the page lists its posts.
    is_list = found.slug.isdigit() and len(found.slug) <= 2 and "year" in words and "day" not in words  # noqa: PLR2004
    return not is_list and (month is None or 1 <= int(month[1]) <= 12)  # noqa: PLR2004


def _named(
    folders: Counter[str], shape: tuple[str, str], names: Collection[str], *, have_categories: bool, have_others: bool
) -> str:
    """The rule by Jekyll's name for it, else as a template.

    One folder before the date is the rule's own; of several, each is the categories of its posts, but for those that all
    begin with and that are no names of posts; a few posts elsewhere are strays. Where there is none, the posts may have no
    categories, as with Jekyll's own styles, or the rule may leave them out: so it does if pages show others (``have_others``).
    """
    words, ending = shape
    folder, most = folders.most_common(1)[0]
    with_categories = f"/:categories/{words}{ending}"
    if have_others and most * 2 > folders.total():
        return f"/{folder}{words}{ending}"
    if not folder and most == folders.total():
        return f"/{words}{ending}" if have_categories else _STYLES.get(with_categories, f"/{words}{ending}")
    # The one of Jekyll's own styles that has no date ends with .html; its posts without categories stand in no folder.
    if (folder or (words == ":title" and ending != ".html")) and (folders.total() - most) * 100 <= _STRAYS * folders.total():
        return f"/{folder}{words}{ending}"
    shared = _shared(folders, names)
    return f"/{shared}{with_categories[1:]}" if shared else _STYLES.get(with_categories, with_categories)


def _by_names(pairs: Sequence[tuple[str, frozenset[str]]], words: str, ending: str) -> Iterator[str]:
    """The rule by which the folders of posts, or those below some that all have, are the names that feeds have of them.

    >>> list(_by_names([("blog/sea/", frozenset({"sea", "salt"}))] * 3, ":title", "/"))
    ['/blog/:categories/:title/']
    """
    start = ""
    while pairs and not are_named(pairs):
        first = pairs[0][0].partition("/")[0]
        if not first or any(folder.partition("/")[0] != first for folder, _ in pairs):
            return
        start += f"{first}/"
        pairs = [(folder.partition("/")[2], told) for folder, told in pairs]
    if pairs:
        yield (
            f"/{start}:categories/{words}{ending}"
            if start
            else _STYLES.get(f"/:categories/{words}{ending}", f"/:categories/{words}{ending}")
        )


def _shared(folders: Counter[str], names: Collection[str]) -> str:
    """The folders, each of them no name of a post, that all but a few strays begin with.

    >>> _shared(Counter({"blog/sea/": 5, "blog/": 2, "blog/sea/tide/": 3}), ["sea"])
    'blog/'
    """
    parts = Counter(folder.partition("/")[0] for folder in folders.elements() if folder)
    for first, count in parts.most_common(1):
        if (folders.total() - count) * 100 <= _STRAYS * folders.total() and slug_of(first) not in names:
            start = f"{first}/"
            below = Counter({path.removeprefix(start): number for path, number in folders.items() if path.startswith(start)})
            return start + _shared(below, names)
    return ""


def _in_language(folders: Counter[str], words: str, ending: str) -> str:
    """The rule for the posts of the language that most have."""
    language = language_of(folders)
    own = Counter(
        {folder.removeprefix(f"{language}/"): folders[folder] for folder in folders if folder.startswith(f"{language}/")}
    )
    folder, most = own.most_common(1)[0]
    is_one = (own.total() - most) * 100 <= _STRAYS * own.total()
    return f"/{language}/{folder if is_one else ':categories/'}{words}{ending}"


def _is_made_by(rule: Permalink, path: str) -> bool:
    """Whether Jekyll makes this address by the rule: it writes categories in lower case, and dates are none."""
    found = rule.match(path)
    names = found.categories or () if found is not None else ()
    return found is not None and all(name == name.lower() for name in names) and not _DATE.search("/".join(names))
