"""The peer in the comparison: a bare Scrapy spider with stock settings that follows the same links and stores nothing."""

from __future__ import annotations

import json
import sys
from urllib.parse import parse_qs, urlsplit

import scrapy
from scrapy.crawler import AsyncCrawlerProcess


class BareSpider(scrapy.Spider):
    """Requests home page, category pages, feed, posts and share answers, and discards the responses."""

    name = "bare"
    handle_httpstatus_list = [404]

    def __init__(self, site: str, share: str) -> None:
        super().__init__()
        self.site, self.share = site, share

    async def start(self):
        for path in ("/", "/feed.xml", "/emnews/"):
            yield scrapy.Request(self.site + path)

    def parse(self, response):
        links = response.css("a::attr(href)").getall()
        for href in links:
            parts = urlsplit(href)
            if parts.path.endswith(".html") and (not parts.netloc or "withounder" in parts.netloc):
                yield response.follow(self.site + parts.path)
            elif parts.path.endswith("NewsShare.html"):
                code = parse_qs(parts.query)["infoCode"][0]
                yield scrapy.Request(f"{self.share}/NewsData/GetNewsText.do?id={code}", callback=self.answer)
            elif parts.hostname == "finance.eastmoney.com":
                code = "NW" + parts.path.rpartition(",")[2].removesuffix(".html")
                yield scrapy.Request(f"{self.share}/NewsData/GetNewsText.do?id={code}", callback=self.answer)

    def answer(self, response):
        return


if __name__ == "__main__":
    process = AsyncCrawlerProcess(json.loads(sys.argv[3]) | {"LOG_LEVEL": "WARNING"})
    crawler = process.create_crawler(BareSpider)
    process.crawl(crawler, site=sys.argv[1], share=sys.argv[2])
    process.start()
    print(crawler.stats.get_value("downloader/response_count"))
