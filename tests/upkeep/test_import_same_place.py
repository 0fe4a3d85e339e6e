"""Captures of one site at several addresses (``http``, ``https``, ``www.``) give one archive, and each post once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.spiders.stranger import Stranger
from tests.upkeep.test_import_strangers import built, index, sound, take

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tests.serving import Reply

PLAIN, SECURE, WWW = "http://blog.example", "https://blog.example", "https://www.blog.example"
OLD, NEW = "2023-01-01T00:00:00Z", "2025-01-01T00:00:00Z"


def record(url: str, time: str, status: int, body: bytes, **headers: str) -> bytes:
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    block = f"HTTP/1.1 {status} X\r\n{lines}Content-Length: {len(body)}\r\n\r\n".encode() + body
    head = (
        f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: {time}\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def moved(pages: dict[str, Reply], start: str, to: str) -> Iterable[bytes]:
    """Redirects to another origin, in the second in which the pages were captured there."""
    return (record(f"{start}{path}", NEW, 301, b"", Location=f"{to}{path}") for path in pages)


def captured(pages: dict[str, Reply], start: str, time: str, *, named: str = SECURE) -> Iterable[bytes]:
    for path, page in pages.items():
        body = page.body.replace(SECURE.encode(), named.encode())
        yield record(f"{start}{path}", time, 200, body, Content_Type=page.headers["Content-Type"])


@pytest.mark.parametrize("typed", [PLAIN, SECURE, "http://www.blog.example:80"])
def test_years_of_a_site_that_moved_to_https_and_www(tmp_path: Path, typed: str) -> None:
    with Stranger() as site:
        old = dict(site.pages)
        site.posts[2] = site.posts[2].replace("</p>", " It was edited.</p>", 1)
        site.build()
        edited, new = site.path(2), dict(site.pages)
    redirects = [*moved(new, PLAIN, SECURE), *moved(new, SECURE, WWW)]
    file = tmp_path / "years.warc"
    file.write_bytes(b"".join([*captured(old, f"{PLAIN}:80", OLD), *redirects, *captured(new, WWW, NEW, named=WWW)]))
    done = take(tmp_path, str(file), "--url", f"{typed}/", "--name", "shore")
    assert done.returncode == 0, done.stderr
    entries = index(tmp_path / "shore")
    assert len(entries) == 8
    assert {url.partition("/2024")[0] for url in entries} == {WWW}, "its own address is the one to which it leads"
    assert entries[f"{WWW}{edited}"]["version"] == 2
    text = (tmp_path / "shore" / str(entries[f"{WWW}{edited}"]["path"])).read_text("utf-8")
    assert "It was edited." in text
    sound(tmp_path)
    again = take(tmp_path, str(file), "--url", f"{SECURE}/", "--name", "shore")
    assert (again.returncode, "0 captures taken" in again.stdout) == (0, True), again.stdout + again.stderr


def test_an_archive_keeps_its_address(tmp_path: Path) -> None:
    with Stranger() as site:
        pages = dict(site.pages)
    first, second = tmp_path / "first.warc", tmp_path / "second.warc"
    first.write_bytes(b"".join(captured(pages, PLAIN, OLD, named=PLAIN)))
    second.write_bytes(b"".join([*moved(pages, PLAIN, WWW), *captured(pages, WWW, NEW, named=WWW)]))
    assert take(tmp_path, str(first), "--url", f"{PLAIN}/", "--name", "shore").returncode == 0
    before, described = index(tmp_path / "shore"), (tmp_path / "shore" / "site.toml").read_bytes()
    done = take(tmp_path, str(second), "--url", f"{WWW}/", "--name", "shore")
    assert (done.returncode, "0 new, 0 changed" in done.stdout) == (0, True), done.stdout + done.stderr
    assert index(tmp_path / "shore").keys() == before.keys()
    assert (tmp_path / "shore" / "site.toml").read_bytes() == described
    sound(tmp_path)


@pytest.mark.parametrize(("typed", "home"), [(PLAIN, SECURE), (WWW, SECURE), (SECURE, SECURE)])
def test_a_folder_is_of_the_address_that_its_pages_name(tmp_path: Path, typed: str, home: str) -> None:
    with Stranger() as site:
        folder = built(tmp_path / "_site", site)
    done = take(tmp_path, str(folder), "--url", f"{typed}/", "--name", "shore")
    assert done.returncode == 0, done.stderr
    assert all(url.startswith(f"{home}/") for url in index(tmp_path / "shore"))
    assert len(index(tmp_path / "shore")) == 8


def test_pages_that_name_http_do_not_lead_back_to_it(tmp_path: Path) -> None:
    with Stranger() as site:
        file = tmp_path / "new.warc"
        circle = [record(f"{one}/", OLD, 302, b"", Location=f"{two}/") for one, two in ((SECURE, WWW), (WWW, SECURE))]
        file.write_bytes(b"".join([*circle, *captured(dict(site.pages), SECURE, NEW, named=PLAIN)]))
    assert take(tmp_path, str(file), "--url", f"{SECURE}/", "--name", "shore").returncode == 0
    assert all(url.startswith(f"{SECURE}/") for url in index(tmp_path / "shore"))
