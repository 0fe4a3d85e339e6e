"""The texts by which a post's addresses are found."""

from __future__ import annotations

from crawler.sites.addresses.spellings import longest_run
from crawler.sites.declared import load
from crawler.sites.site import Site


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
