"""Lines that are left out of an index by a copy, and the texts by which a post's addresses are found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.archive.lines import copy_bytes, json_line, place_of
from crawler.sites.addresses import longest_run
from crawler.sites.declared import load
from crawler.sites.site import Site

if TYPE_CHECKING:
    from pathlib import Path


def test_a_line_is_found_by_its_time(tmp_path: Path) -> None:
    path = tmp_path / "index.jsonl"
    written = [json_line({"id": f"p{number}", "first_seen": f"2022-03-{1 + number // 3:02}"}) for number in range(60)]
    path.write_bytes(b"".join(written))
    for number, line in enumerate(written):
        assert place_of(path, line) == sum(map(len, written[:number]))
    assert place_of(path, json_line({"id": "p61", "first_seen": "2022-03-07"})) is None
    assert place_of(path, json_line({"id": "p1", "first_seen": "2023"})) is None
    assert place_of(tmp_path / "none", written[0]) is None


def test_bytes_are_copied_from_where_they_are(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(bytes(range(100)))
    with (tmp_path / "a").open("rb") as source, (tmp_path / "b").open("wb") as target:
        for start, number in ((0, 10), (50, 0), (90, 10)):
            copy_bytes(source, target, start, number)
    assert (tmp_path / "b").read_bytes() == bytes([*range(10), *range(90, 100)])


class Odd(Site):
    """A site that makes its IDs in its own way."""

    name, home, zone = "odd", "https://odd.example/", "UTC"

    def about(self, url: str) -> tuple[str, ...]:
        return (str(len(url)),)


class Plain(Site):
    name, home, zone = "plain", "https://plain.example/", "UTC"


def test_every_address_about_a_post_has_its_trace() -> None:
    finews, plain = load("finews"), Plain()
    addresses = {
        finews: [
            "https://finews.withounder.com/xinwanbao/2022/03/01/NW202203012292084539.html",
            "http://finews.zning.xyz/NewsData/GetNewsText.do?id=NW202203012292084539",
        ],
        plain: ["https://plain.example/travel/2024/05/11/market-day.html"],
    }
    for site, urls in addresses.items():
        for url in urls:
            assert site.about(url)
            for post_id in site.about(url):
                assert site.trace(post_id)
                assert site.trace(post_id) in url
    assert plain.trace("2024-05-11-2024") == "2024"
    assert plain.trace("2024-05-11-市场") == ""
    assert Odd().trace("2024-05-11-market-day") == ""
    assert longest_run("") == ""
