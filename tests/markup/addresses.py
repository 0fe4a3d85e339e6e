"""Addresses as strangers write them: some that no browser can follow, and pieces to make others of."""

from __future__ import annotations

from hypothesis import strategies as st

#: No browser can follow these, wherever they stand.
BROKEN = (
    "http://[x", "//[::1", "http://[IP-Adresse]/2022/03/01/x.html", "http://a]b/", "http://h:99999/", "https://h:x/", "//h:-1/2022/03/01/x.html",
    "http://", "https:///", "http://:80/", "http://@/", "http://a b/", "http://a<b>/", "//h:65536", "http://[v1.x]:y/", "https://" + "x" * 5000,
    "http://h/" + "x" * 5000, "http://\u2100.example/", "http://\x00/", "http://a\x7fb/",
)  # fmt: skip
#: Pieces of addresses, each of which some parser stumbles over.
_PIECES = (
    "http:", "https:", "HTTP:", "javascript:", "mailto:", "data:", "file:", "x-y+z.1:", ":", "/", "//", "\\", "\\\\", "?", "#", "@", "[", "]", "[::1]",
    "[::1", "[v1.a]", "%", "%zz", "%00", "%61", "%e4", "%FF", "%2f", "%2e", ".", "..", "a", "Z9", "~", "xn--", "xn--a", "a..b", "\u4e2d", "\u2100", "\ufb01",
    "\ud800", "\udfff", "\x00", "\t", "\n", "\r", " ", "\x7f", "\xa0", "\u202e", "\ufeff", ":80", ":443", ":0", ":99999", ":x", ":\u0661", "example.org",
    "2022/03/01/", "NW1.html", "&", "&amp;", ";", "=", "'", '"', "<", ">", "\U0001f600",
)  # fmt: skip
ANY = st.lists(st.sampled_from(_PIECES), max_size=9).map("".join) | st.text(max_size=40) | st.sampled_from(BROKEN)
