"""Posts that have one day and slug: whatever their folders, no two of them have one ID."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from crawler.learn.learned import Layout, Learned
from crawler.learn.slugs import shared_names
from crawler.sites.learned.site import LearnedSite
from crawler.sites.parsed import Kind

DAYS = {
    "a-b/2024/05/11/c/": "2024-05-11",
    "a/2024/05/11/b-c/": "2024-05-11",
    "x/2024/05/11/b-c/": "2024-05-11",
    "2024/05/11/c/": "2024-05-11",
    "a-b-c/": "2024-05-11",
    "2024/05/12/alone/": "2024-05-12",
}
NAMES = st.text("ab-", min_size=1, max_size=4)
ADDRESSES = st.dictionaries(
    st.tuples(st.lists(NAMES, max_size=2), st.sampled_from(["2024/05/11/", "2024/05/12/", ""]), NAMES).map(
        lambda one: f"{''.join(f'{folder}/' for folder in one[0])}{one[1]}{one[2]}/"
    ),
    st.sampled_from(["2024-05-11", "2024-05-12"]),
    max_size=12,
)


def site(days: dict[str, str]) -> LearnedSite:
    rule = {path for path in days if "/2024/" in f"/{path}"}
    days = {path: path[path.index("2024/") :][:10].replace("/", "-") if path in rule else day for path, day in days.items()}
    own = tuple(path for path in days if path not in rule)
    told = {path: days[path] for path in own}
    shared = shared_names("pretty", days)
    layouts = (Layout("post", "<a>", "</a>"),)
    return LearnedSite.of(
        Learned(
            "b", "https://a.example/", permalink="pretty", own_permalinks=own, layouts=layouts, shared_names=shared, days=told
        )
    )


def ids(days: dict[str, str]) -> dict[str, str | None]:
    made = site(days)
    urls = {path: made.canonical(f"{made.home}{path}") for path in days}
    assert all(made.kind(url) == Kind.POST for url in urls.values())
    return {path: made.post_id(url) for path, url in urls.items()}


@given(ADDRESSES)
def test_no_two_posts_share_an_id(days: dict[str, str]) -> None:
    found = ids(days)
    assert len(set(found.values())) == len(found)


def test_folders_tell_posts_apart_and_the_address_where_they_are_alike() -> None:
    found = ids(DAYS)
    assert found["2024/05/12/alone/"] == "2024-05-12-alone"
    assert found["x/2024/05/11/b-c/"] == "2024-05-11-x-b-c"
    assert found["2024/05/11/c/"] == "2024-05-11-c"
    alike = [path for path, name in found.items() if name is not None and name.startswith("2024-05-11-a-b-c-")]
    assert alike == ["a-b/2024/05/11/c/", "a/2024/05/11/b-c/", "a-b-c/"]
    made = site(DAYS)
    assert [made.own_permalink(f"{made.home}{path}") for path in alike] == [f"/{path}" for path in alike]
    assert made.own_permalink(f"{made.home}2024/05/12/alone/") == ""
