"""Whatever form a person has of an ID or an address, the same thing is meant."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.derive.lookup import Lookup, Match, NotInArchive, address, nearest
from crawler.sites.declared import load
from crawler.sites.finews import facts

SITE = load("finews")

PAGE = "https://finews.withounder.com/xinwanbao/2022/03/01/NW202203012292084539.html"


@pytest.mark.parametrize(
    "text",
    [
        "NW202203012292084539",
        "init",
        "a.b",
        "2022-03-01-NW1.md",
        "_posts/2022/03/01/2022-03-01-NW1.md",
        "标题",
        "",
        "2022-03-01-hello.html",
        "/root/output/blog/_posts/2022/03/01/2022-03-01-hello.html",
        "2022-03-01-a b.markdown",
        "hello-world",
    ],
)
def test_what_is_no_address_is_taken_for_an_id_or_a_file(text: str) -> None:
    assert address(SITE, text) is None


def test_an_address_that_ends_like_the_file_of_a_post_is_one() -> None:
    assert address(SITE, f"https://{facts.HOST}/2022-03-01-hello.html") == f"https://{facts.HOST}/2022-03-01-hello.html"
    assert address(SITE, "/blog/2022-03-01-hello.html") == f"https://{facts.HOST}/blog/2022-03-01-hello.html"


class _Catalog:
    """What the archive of a blog knows: two posts of one slug, and where the file of one lies."""

    ids = frozenset({"2022-03-01-hello", "hello", "raw"})

    def ids_with(self, *texts: str) -> list[str]:
        return ["raw"] if '/2022-03-03-odd name.html"' in texts else []

    def post_line(self, post_id: str) -> str | None:
        return "{}" if post_id in self.ids else None

    def urls(self) -> list[str]:
        return []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        *(("2022-03-01-hello", "2022-03-01-hello"), ("hello", "hello"), ("_posts/2023-01-01-hello.html", "hello")),
        ("_posts/2022/03/03/2022-03-03-odd name.html", "raw"),
    ],
)
def test_a_post_is_found_by_its_id_or_its_file(text: str, found: str) -> None:
    assert Lookup(SITE, _Catalog()).find(text) == Match(found)  # type: ignore[arg-type]


@given(
    st.tuples(
        st.sampled_from(["https://", "http://", "HTTPS://", "//", ""]),
        st.sampled_from(["", "www.", "WWW."]),
        st.sampled_from([facts.HOST, facts.HOST.upper(), *facts.OLD_HOSTS]),
        st.sampled_from(["", ":443"]),
        st.sampled_from(["", "#top", "#"]),
        st.sampled_from(["", " ", "\n"]),
    )
)
def test_every_form_of_an_address_is_the_one_it_is_filed_under(parts: tuple[str, ...]) -> None:
    scheme, www, host, port, fragment, blank = parts
    assert address(SITE, f"{blank}{scheme}{www}{host}{port}{urlsplit(PAGE).path}{fragment}{blank}") == PAGE


@given(st.text(), st.sampled_from(["", "http://", "//", "/", f"{facts.HOST}/", "https://[", "www."]))
def test_whatever_a_person_gives_is_read_or_refused_in_a_line(text: str, before: str) -> None:
    try:
        found = address(SITE, before + text)
    except NotInArchive as error:
        assert str(error)
        return
    if found is not None:
        SITE.about(found)
        SITE.kind(found)


def test_the_nearest_is_the_one_with_the_fewest_other_signs() -> None:
    known = [f"NW20220301229208{number}" for number in range(4500, 4600)]
    assert nearest("NW202203012292084539", ["NW202203012292084539", *known])[0] == "NW202203012292084539"
    assert nearest("NW202203012292084593", ["NW202203019999999999", "202203012292084593"])[0] == "202203012292084593"
    assert nearest("x", []) == []
