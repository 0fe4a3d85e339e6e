"""Makes a stranger's HTML safe to show: nothing in it runs, and nothing of it is fetched.

nh3, the Rust library Ammonia (https://docs.rs/ammonia), removes all elements and attributes that are not on its list.
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
    """The content security policies (https://www.w3.org/TR/CSP3/) of our pages and of Datasette's own.

    Our pages may run no scripts. Datasette's pages may run scripts from files, and those in its templates by their hashes.
    """
    texts = ["DATASETTE_ALLOW_FACET = true;", "DATASETTE_ALLOW_FACET = false;"]
    for template in files("datasette").joinpath("templates").iterdir():
        texts += [text for text in _INLINE.findall(template.read_text("utf-8")) if "{" + "{" not in text]
    hashes = sorted({f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in texts})
    own, rest = " ".join(hashes), "base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
    ours = f"default-src 'none'; style-src 'self'; img-src 'self'; {rest}"
    return ours, f"script-src 'self' {own}; object-src 'none'; {rest}"


def sanitized(html: str) -> str:
    """The HTML without anything that runs or fetches. Its links do not tell the target where they were followed from.

    >>> sanitized('<p onclick="x()">a<script>b</script><img src="http://x/y"><a href="javascript:z">c</a></p>')
    '<p>a<a rel="noopener noreferrer">c</a></p>'
    """
    return nh3.clean(html, tags=_TAGS, link_rel="noopener noreferrer", url_schemes={"http", "https"})


def web_address(url: str | None) -> str:
    """An address that a link may lead to; empty if it does not begin with http or https.

    >>> web_address("javascript:alert(1)"), web_address("https://example.org/")
    ('', 'https://example.org/')
    """
    return url if url and url.lower().startswith(("http://", "https://")) else ""
