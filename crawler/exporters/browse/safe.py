"""A stranger's HTML, so that it can be shown: nothing in it runs, and nothing of it is fetched.

By nh3, the Rust library Ammonia (https://docs.rs/ammonia): what is not on its list of harmless elements and attributes goes.
"""

from __future__ import annotations

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files

import nh3

_TAGS = nh3.ALLOWED_TAGS - {"img", "map", "area"}
_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)


@cache
def policies() -> tuple[str, str]:
    """What our pages may do, whatever stands in them, and what Datasette's own may (https://www.w3.org/TR/CSP3/).

    Ours have no scripts. Of Datasette's, those in files may run, and those in its templates, each known by its hash.
    """
    texts = ["DATASETTE_ALLOW_FACET = true;", "DATASETTE_ALLOW_FACET = false;"]
    for template in files("datasette").joinpath("templates").iterdir():
        texts += [text for text in _INLINE.findall(template.read_text("utf-8")) if "{" + "{" not in text]
    hashes = sorted({f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in texts})
    own, rest = " ".join(hashes), "base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
    ours = f"default-src 'none'; style-src 'self'; img-src 'self'; {rest}"
    return ours, f"script-src 'self' {own}; object-src 'none'; {rest}"


def harmless(html: str) -> str:
    """The HTML without whatever could run or fetch; links open without telling where they were followed from.

    >>> harmless('<p onclick="x()">a<script>b</script><img src="http://x/y"><a href="javascript:z">c</a></p>')
    '<p>a<a rel="noopener noreferrer">c</a></p>'
    """
    return nh3.clean(html, tags=_TAGS, link_rel="noopener noreferrer", url_schemes={"http", "https"})


def web(url: str | None) -> str:
    """An address that a link may lead to; empty for any that is not of the web.

    >>> web("javascript:alert(1)"), web("https://example.org/")
    ('', 'https://example.org/')
    """
    return url if url and url.lower().startswith(("http://", "https://")) else ""
