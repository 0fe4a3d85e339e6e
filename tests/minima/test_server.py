from __future__ import annotations

import http.client
import json
import subprocess
import sys
import urllib.request
from typing import TYPE_CHECKING

import pytest

from tests.minima.server import HOST, MinimaServer
from tests.replica.crawl import PROJECT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Build = Callable[..., Path]


def get(server: MinimaServer, path: str, **headers: str):
    connection = http.client.HTTPConnection("127.0.0.1", server.servers[HOST].server_port, timeout=300)
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def test_conditional_requests(minima: Build) -> None:
    with MinimaServer(minima()) as server:
        status, headers, body = get(server, "/feed.xml")
        assert (status, headers["Content-Type"], len(body)) == (200, "application/xml", int(headers["Content-Length"]))
        assert headers["Last-Modified"] == "Mon, 01 Jul 2024 10:00:00 GMT"
        assert get(server, "/feed.xml", **{"If-None-Match": headers["ETag"]})[0] == 304
        assert get(server, "/feed.xml", **{"If-Modified-Since": headers["Last-Modified"]})[0] == 304
        assert [asked.conditional for asked in server.log] == [False, True, True]


@pytest.mark.parametrize(
    ("path", "status", "place"),
    [
        ("/about/", 200, None),
        ("/about", 301, "/about/"),
        ("/about/index.html", 200, None),
        ("/2024/02/29/leap-day-notes.html", 200, None),
        ("/2024/02/29/leap-day-notes", 200, None),
        ("/north%20sea/2024/03/10/spring-tide.html", 200, None),
        ("/k%C3%BCste/2024/02/03/%C3%BCber-den-damm", 200, None),
        ("/north%20sea", 301, "/north%20sea/"),
        ("/north%20sea/", 404, None),
        ("/nowhere", 404, None),
        ("/%2e%2e/%2e%2e/site/_config.yml", 404, None),
    ],
)
def test_addresses_as_github_pages_has_them(minima: Build, path: str, status: int, place: str | None) -> None:
    with MinimaServer(minima()) as server:
        answer = get(server, path)
    assert (answer[0], answer[1]["Location"]) == (status, place)
    assert (b"The tide took this page." in answer[2]) == (status == 404)


def test_a_blog_below_a_path(minima: Build) -> None:
    with MinimaServer(minima(baseurl="/shore"), baseurl="/shore") as server:
        statuses = [get(server, path)[0] for path in ("/shore/", "/shore", "/shore/feed.xml", "/feed.xml", "/shores/", "/")]
    assert statuses == [200, 301, 200, 404, 404, 404]


def test_serve_prints_the_command_to_crawl_it_with(minima: Build) -> None:
    minima()  # or it is skipped, with what to install
    command = [sys.executable, "-m", "tests.minima", "serve", "--port", "0", "--permalink", "pretty", "--baseurl", "/shore"]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        home, how, crawl = (server.stdout.readline().strip() for _ in range(3))
        try:
            with urllib.request.urlopen(home, timeout=300) as answer:
                assert b'href="/shore/2024/02/29/leap-day-notes/"' in answer.read()
        finally:
            server.terminate()
            assert server.wait(300) == 0
    begin, _, origins = crawl.partition(" -s ORIGINS=")
    assert "home https://blog.example/shore/ " in how
    assert begin == "scrapy crawl NAME"
    assert json.loads(origins.strip("'")) == {"https://blog.example": home.removesuffix("/shore/")}
