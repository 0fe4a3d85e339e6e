from __future__ import annotations

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crawler.sites.addresses.permalink import Address, Permalink

#: How Jekyll writes a post's address, of its day, its categories as folders, its slug.
WRITTEN = {
    "date": "{folders}{day:%Y/%m/%d}/{slug}.html",
    "pretty": "{folders}{day:%Y/%m/%d}/{slug}/",
    "ordinal": "{folders}{day:%Y/%j}/{slug}.html",
    "weekdate": "{folders}{day:%Y}/W{day:%V/%a}/{slug}.html",
    "none": "{folders}{slug}.html",
    "/:categories/:year/:month/:day/:title": "{folders}{day:%Y/%m/%d}/{slug}",
    "/:year/:month/:day/:title/": "{day:%Y/%m/%d}/{slug}/",
    "/blog/:year/:month/:title": "blog/{day:%Y/%m}/{slug}",
    "/:slug:output_ext": "{slug}.html",
    "/:year-:month-:day-:title.html": "{day:%Y-%m-%d}-{slug}.html",
    "/:short_year/:i_month/:i_day/:title/": "{day:%y}/{day.month}/{day.day}/{slug}/",
    "/:long_month/:day/:year/:title/": "{day:%B/%d/%Y}/{slug}/",
    "/:w_year/:week/:w_day/:title/": "{day:%G/%V/%u}/{slug}/",
    "/p/:title/:year/:month/:day/:title.html": "p/{slug}/{day:%Y/%m/%d}/{slug}.html",
}
DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))
SLUGS = st.from_regex(r"[\w][\w.,~ -]{0,20}", fullmatch=True)
FOLDERS = st.lists(st.from_regex(r"[\w][\w &'-]{0,12}", fullmatch=True).map(str.lower), max_size=3)


@pytest.mark.parametrize("permalink", WRITTEN)
@given(DAYS, SLUGS, FOLDERS)
@example(date(2023, 1, 1), "new-year", [])
@example(date(2024, 12, 30), "w01-of-next-year", ["2024"])
@example(date(2021, 1, 3), "2021", ["2021", "01", "03"])
def test_what_jekyll_writes_is_read(permalink: str, day: date, slug: str, folders: list[str]) -> None:
    path = WRITTEN[permalink].format(day=day, slug=slug, folders="".join(f"{one}/" for one in folders))
    found = Permalink(permalink)
    read = found.match(path)
    assert read is not None
    assert read.slug == slug
    if permalink == "weekdate" and read.day != day.isoformat():  # W52 and W01 of a year are at both of its ends
        again = WRITTEN[permalink].format(
            day=date.fromisoformat(read.day), slug=slug, folders="".join(f"{one}/" for one in folders)
        )
        assert again == path
    else:
        assert read.day == (day.isoformat() if found.has_day else "")
    assert read.categories == (tuple(folders) if found.has_categories else None)


@pytest.mark.parametrize("permalink", WRITTEN)
@given(st.text(max_size=60))
def test_any_path_is_read_or_is_none(permalink: str, path: str) -> None:
    assert isinstance(Permalink(permalink).match(path), Address | None)


@pytest.mark.parametrize(
    "path",
    ["2024/13/01/x.html", "2024/02/30/x.html", "2024/02/03/", "2024/02/03/x", "0000/01/01/x.html", "2024/2/3/x.html", "x.html"],
)
def test_no_post_of_the_style_date(path: str) -> None:
    assert Permalink("date").match(path) is None


@pytest.mark.parametrize(
    ("permalink", "path"),
    [
        ("ordinal", "2023/366/x.html"),
        ("ordinal", "2023/000/x.html"),
        ("weekdate", "2023/W53/Mon/x.html"),
        ("weekdate", "2023/W10/Mo/x.html"),
        ("/:short_month/:day/:year/:title", "Foo/01/2024/x"),
        ("/:year/:title/", "2024/a/b/"),
    ],
)
def test_no_day_that_there_is_not(permalink: str, path: str) -> None:
    assert Permalink(permalink).match(path) is None


@pytest.mark.parametrize("permalink", ["/:year/", "/:title/:nothing", "prety", "", "/:titles/"])
def test_a_template_that_jekyll_does_not_know_or_that_tells_no_posts_apart(permalink: str) -> None:
    with pytest.raises(ValueError, match="permalink"):
        Permalink(permalink)
