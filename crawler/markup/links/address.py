"""The one place that parses addresses of strangers: nothing here raises for what is no address.

:func:`absolute` gives the URL that a browser would ask for. A test sees to it that no other module calls the libraries itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from w3lib.url import safe_url_string

#: Longer ones no server takes; a short page could write thousands of long ones by a long ``<base>``.
LONGEST = 4_096
#: What the URL standard strips from both ends, and what it takes out anywhere.
_ENDS = "".join(map(chr, range(0x21)))
_INSIDE = re.compile(r"[\t\n\r]")
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*+):")
_WEB = ("http", "https")
_USUAL = {"http": 80, "https": 443}
_BEHIND_PATH = re.compile(r"[?#]")
_AUTHORITY = re.compile(r"((?:https?:)?)/{2,}", re.IGNORECASE)
_NO_HOST = re.compile(r"[\0-\x20\"#%/<>?@\[\\\]^`{|}\x7f]")
_DOTS = re.compile(r"/(?:\.|%2e){1,2}(?:/|\Z)", re.IGNORECASE)
_DOT = re.compile(r"%2e", re.IGNORECASE)
#: A path, and a whole URL, that nothing has to be done to.
_PIECE = r"(?:[\w()~-]|%(?!2[eE])[0-9a-fA-F]{2})++"
_PATH = rf"/(?:{_PIECE}(?:\.{_PIECE})*+/?+)*+(?:\?[\w.&=-]++)?+"
_PLAIN_PATH = re.compile(_PATH, re.ASCII)
#: Not directly behind a bare ``%``, or one with a digit: ``%%61%61`` would become ``%aa``, another address.
_ENCODED = re.compile(r"(?<!%)(?<!%[0-9a-fA-F])%([0-9a-fA-F]{2})")
_UNRESERVED = re.compile(r"[\w.~-]", re.ASCII)
#: Gets each address, as it is written, that no browser can follow.
LeftOut = Callable[[str], object]
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
#: Stands for a semicolon where the library would see the end of a path in it: no text has half of a character.
_SEMICOLON = "\udc3b"
_NO_ADDRESS = SplitResult("", "", "", "", "")
#: The characters that :func:`safe` leaves as they are in what is no address.
_KEPT = "!#$%&'()*+,/:;=?@[]~"
_PLAIN_URL = re.compile(rf"(https?://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::(?!(?:80|443)\b)[1-9]\d{{0,3}})?){_PATH}", re.ASCII)


def absolute(base: str, href: str) -> str | None:
    r"""The URL that ``href`` on a page at ``base`` leads to; ``None`` if no browser can follow it.

    >>> absolute("https://a.b/c/d.html", "  ../x y\n.html ")
    'https://a.b/x%20y.html'
    >>> absolute("https://a.b/", "http://[x")
    """
    href = href.strip(_ENDS)
    if len(href) > LONGEST or len(base) > LONGEST:
        return None
    if href.startswith("/"):
        origin, scheme = _origin(base)
        if origin and _PLAIN_PATH.fullmatch(href):
            return _whole(origin + href)
        if _PLAIN_URL.fullmatch(scheme + href):
            return _whole(scheme + href)
    elif _PLAIN_URL.fullmatch(href):
        return _whole(href)
    try:
        return _whole(_joined(base, _INSIDE.sub("", href)))
    except ValueError:  # of urllib, of the port, of characters that are none
        return None


def is_plain(url: str) -> bool:
    """Whether nothing has to be done to a URL before it is asked for, as for most of :func:`absolute`.

    >>> is_plain("https://a.b/c?d=e"), is_plain("https://a.b/ü")
    (True, False)
    """
    return _PLAIN_URL.fullmatch(url) is not None


def from_header(raw: bytes) -> str:
    r"""An address that a header has: in UTF-8, or with bytes that are none, which browsers ask for as they are.

    >>> from_header("/ü".encode()), from_header(b"/caf\xe9")
    ('/ü', '/caf%E9')
    """
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return _NOT_ASCII.sub(lambda found: b"%%%02X" % found[0][0], raw).decode("ascii")


def passed_over(href: str) -> None:
    """A :data:`LeftOut` that notes nothing."""


def split(url: str) -> SplitResult:
    """The parts of an address; all of them are empty for what is none.

    >>> split("https://a.b/c?d").path, split("http://[x").path
    ('/c', '')
    """
    try:
        return urlsplit(url)
    except ValueError:
        return _NO_ADDRESS


def _by_rfc(base: str, href: str) -> str:
    """An address relative to another; a semicolon is a character like others, which the library drops at the end of a path.

    :raises ValueError: if it is no address.
    """
    if ";" not in base + href:
        return urljoin(base, href)
    return urljoin(base.replace(";", _SEMICOLON), href.replace(";", _SEMICOLON)).replace(_SEMICOLON, ";")


def joined(base: str, href: str) -> str:
    """An address relative to another by :rfc:`3986`, with all its characters as they are; empty for what is none.

    >>> joined("https://a.b/c", "d e"), joined("https://a.b/c", "d;"), joined("https://a.b/c", "//[x")
    ('https://a.b/d e', 'https://a.b/d;', '')
    """
    try:
        return _by_rfc(base, href)
    except ValueError:
        return ""


def safe(url: str) -> str:
    """An address with the characters that a request may have; what is no address keeps its place and has no others either.

    >>> safe("https://a.b/x y"), safe("http://[x y"), safe("http://a.b:x/")
    ('https://a.b/x%20y', 'http://[x%20y', 'http://a.b:x/')
    """
    try:
        found = safe_url_string(url)
    except ValueError:
        return quote(url, _KEPT, errors="replace")
    # The library leaves a host as it is that no domain name can have, such as one with a mark of direction.
    return found if found.isascii() else quote(found, _KEPT, errors="replace")


def normal(url: str) -> str | None:
    """The one form of all spellings of a web address that are the same by :rfc:`3986`, 6.2; ``None`` for anything else.

    Host in lower case without the usual port and without a user; no dot segments, nothing encoded without need, no fragment.

    >>> normal("HTTP://A.b:80/%7Ec/./%e4%61?d#e")
    'http://a.b/~c/%E4a?d'
    """
    found = absolute("", url)
    parts = _NO_ADDRESS if found is None else split(found)
    if parts.scheme not in _WEB:
        return None
    host = parts.netloc.rpartition("@")[2].lower()
    name, _, port = host.rpartition(":")
    if port in ("80", "443", "") and name:
        host = name
    path, query = (_ENCODED.sub(_decoded, part) for part in (parts.path or "/", parts.query))
    return f"{parts.scheme}://{host}{path}{f'?{query}' if query else ''}"


def _decoded(found: re.Match[str]) -> str:
    character = chr(int(found[1], 16))
    return character if _UNRESERVED.fullmatch(character) else found[0].upper()


@lru_cache(maxsize=8)
def _origin(base: str) -> tuple[str, str]:
    """Scheme and host of a page's address, and the scheme alone; empty if they are not plain."""
    found = _PLAIN_URL.match(base)
    if found is None or base[found.end(1) : found.end(1) + 1] != "/":
        return "", ""
    return found[1], found[1].partition("/")[0]


def _whole(url: str) -> str | None:
    return url if len(url) <= LONGEST else None


def _joined(base: str, href: str) -> str:
    """By the rules of :rfc:`3986`, and what browsers do beyond them.

    :raises ValueError: if it is no address.
    """
    scheme = _SCHEME.match(href)
    if (scheme[1].lower() if scheme else urlsplit(base).scheme) not in _WEB:
        return _printable(safe_url_string(href if scheme else _by_rfc(base, href)))
    end = next((found.start() for found in _BEHIND_PATH.finditer(href)), len(href))
    path = href[:end].replace("\\", "/")
    if authority := _AUTHORITY.match(path):
        path = f"{authority[1]}//{path[authority.end() :]}"
        if authority.end() == end:
            raise ValueError("no host")
    url = _by_rfc(base, path + href[end:])
    parts = urlsplit(url)
    host = parts.hostname or ""
    if not host or parts.port == 0 or (_NO_HOST.search(host) and not parts.netloc.rpartition("@")[2].startswith("[")):
        raise ValueError(f"no host: {host}")
    if _DOTS.search(parts.path):
        dotted = _DOT.sub(".", parts.path)
        parts = parts._replace(path=urlsplit(_by_rfc(f"{parts.scheme}://{parts.netloc}/", f"/.{dotted}")).path)
    parts = parts._replace(netloc=parts.netloc.removesuffix(f":{_USUAL[parts.scheme]}"))
    return _printable(safe_url_string(parts.geturl()))


def _printable(url: str) -> str:
    if not url.isascii() or not url.isprintable():
        raise ValueError("characters that no address has")
    return url
