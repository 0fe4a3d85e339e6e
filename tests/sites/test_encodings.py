"""Pages in other encodings that say so are read as a browser reads them; those that do not are named."""

from __future__ import annotations

import pytest

from crawler.derive.in_memory import derive_in_memory
from crawler.items import Exchange
from crawler.sites.finews import Finews
from tests.derive.mutated import _BLOG_PAGE, _BLOG_URL, POSTS, Blog

URL, PAGE, _ = next(one for one in POSTS if b"CST) " in one[1] and one[1].decode().encode("gb18030", "ignore"))
BLOG = _BLOG_PAGE.replace(b"<head>", b'<head><meta charset="UTF-8">').replace(b"Spring", "潮水".encode())
UTF_8, GBK = 'charset="UTF-8"', 'charset="gb18030"'
FORMS = {
    "utf-8 with a mark": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "utf-16 with a mark": lambda text: text.encode("utf-16"),
    "utf-16-be with a mark": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "gb18030 that is declared": lambda text: text.replace(UTF_8, GBK).encode("gb18030"),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("site", "url", "page"), [(Finews(), URL, PAGE), (Blog(), _BLOG_URL, BLOG)], ids=["finews", "stock"])
def test_a_page_in_the_encoding_that_it_names_is_read(site: Finews | Blog, url: str, page: bytes, form: str) -> None:
    text = page.decode()
    assert UTF_8 in text
    plain = derive_in_memory(site, Exchange(url, 200, page))
    other = derive_in_memory(site, Exchange(url, 200, FORMS[form](text)))
    assert plain.post is not None
    assert other.post is not None, other.rejected
    assert other.content == plain.content


@pytest.mark.parametrize(
    "body", [PAGE.decode().encode("gb18030"), PAGE.decode().replace(UTF_8, GBK).encode("gb18030") + b"\xff\xff"]
)
def test_a_page_that_is_not_in_the_encoding_that_it_names_is_rejected(body: bytes) -> None:
    rejected = derive_in_memory(Finews(), Exchange(URL, 200, body)).rejected
    assert rejected is not None
    assert rejected.code in ("encoding", "layout")
