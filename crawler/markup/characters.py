"""The characters of a page: its encoding, and its references (``&amp;``, ``&#39;``), in attributes and in text."""

from __future__ import annotations

import re
from html import escape, unescape
from html.entities import html5

from w3lib.encoding import html_body_declared_encoding, read_bom, resolve_encoding

#: Those of the Encoding Standard that Python has; others (UTF-7, Punycode) no browser reads.
_ENCODINGS = re.compile(r"gb|big5|euc|iso8859|iso2022_jp$|shift_jis|cp\d|koi8|mac|tis")
#: UTF-16 without a mark, told by its first "<?".
_WIDE = {b"<\0?\0": "utf-16-le", b"\0<\0?": "utf-16-be"}
_DECLARED = re.compile(rb"\s*+<\?xml\s[^>]*?encoding\s*+=\s*+[\"']([\w.:-]++)", re.ASCII)
_DECLARATION = re.compile(r"\A\s*+(?:<\?xml\s[^>]*+>)?\s*+")
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
#: A name in XML, but for those in CDATA and comments, which are text.
_HTML_NAME = re.compile(r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|&([a-zA-Z][a-zA-Z0-9]*+;)", re.DOTALL)
_XML_NAMES = ("&amp;", "&lt;", "&gt;", "&quot;", "&apos;")

_NUMBER = r"#(?:[xX]([0-9a-fA-F]+)|([0-9]+));?"
_IN_ATTRIBUTE = re.compile(rf"&(?:{_NUMBER}|([a-zA-Z][a-zA-Z0-9]*+);?(=?+))")
_IN_TEXT = re.compile(rf"&(?:{_NUMBER}|[a-zA-Z][a-zA-Z0-9]{{1,31}};?)")
_LONG_NUMBER = re.compile(r"&#([0-9]{1000,})")
_LAST, _DIGITS = 0x10FFFF, 8
_C1 = range(0x80, 0xA0)


def as_utf8(body: bytes, errors: str = "replace") -> bytes:
    """A page in UTF-8: as it is if it is valid, else out of the encoding that its first bytes or its head name.

    :param errors: what to do with bytes that this encoding does not have, as for :meth:`bytes.decode`.
    :raises UnicodeDecodeError: for such bytes, if that is ``strict``.

    >>> as_utf8('<meta charset="gbk">\u65b0'.encode("gbk")).decode()
    '<meta charset="gbk">\u65b0'
    """
    encoding, mark = read_bom(body)
    if encoding and mark:
        inside = body[len(mark) :]
        return inside if encoding == "utf-8" else inside.decode(encoding, errors).encode("utf-8", "replace")
    try:
        body.decode()
    except UnicodeDecodeError:
        declared = html_body_declared_encoding(body)
        known = declared is not None and _ENCODINGS.match(declared)
        return body.decode(declared, errors).encode("utf-8", "replace") if declared and known else body
    return body


def whole_utf8(body: bytes) -> bytes:
    """As :func:`as_utf8`; a page that is not wholly in the encoding that it names stays as it is."""
    try:
        return as_utf8(body, "strict")
    except UnicodeDecodeError:
        return body


def shown(raw: bytes) -> str:
    r"""Bytes of a page as characters: one line end, and a sign for what is none.

    >>> shown(b"a\r\nb\xff")
    'a\nb\ufffd'
    """
    text = raw.decode("utf-8", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def in_attribute(value: str) -> str:
    """The value of an attribute; a name without ``;`` counts only where nothing follows that goes on with it.

    >>> in_attribute("/?a=1&copy=2&amp;b=3&lt")
    '/?a=1&copy=2&b=3<'
    """
    return _IN_ATTRIBUTE.sub(_attribute, value) if "&" in value else value


def in_text(text: str) -> str:
    """The characters of a text.

    >>> in_text("A&amp;B &notit; &#x4e00;&#0;")
    'A&B \u00acit; \u4e00\ufffd'
    """
    return _IN_TEXT.sub(_text, text) if "&" in text else text


def unescaped(text: str) -> str:
    r"""What :func:`html.unescape` makes of a text, which it does not if a number has thousands of digits.

    >>> unescaped("&lt;&#" + "9" * 5000 + ";"), unescaped("&#" + "0" * 5000 + "65")
    ('<\ufffd', 'A')
    """
    if "&" not in text:
        return text
    return unescape(_LONG_NUMBER.sub(lambda found: f"&#{found[1].lstrip('0')[:_DIGITS] or '0'}", text))


def _attribute(found: re.Match[str]) -> str:
    if found[3] is None:
        return _numbered(found)
    closed = found[0].startswith(f"&{found[3]};")
    if not closed and found[4]:
        return found[0]
    value = html5.get(found[3] + ";" if closed else found[3])
    return found[0] if value is None else value + found[4]


def _text(found: re.Match[str]) -> str:
    return unescape(found[0]) if found[1] is None and found[2] is None else _numbered(found)


def _numbered(found: re.Match[str]) -> str:
    digits, base = (found[1], 16) if found[1] else (found[2], 10)
    digits = digits.lstrip("0")
    number = int(digits or "0", base) if len(digits) <= _DIGITS else _LAST + 1
    if number == 0 or number > _LAST or 0xD800 <= number <= 0xDFFF:  # noqa: PLR2004 - surrogates
        return "\ufffd"
    if number in _C1:
        return bytes((number,)).decode("cp1252", "replace").replace("\ufffd", chr(number))
    return chr(number)


def xml_text(body: bytes, errors: str = "strict") -> str:
    r"""XML as characters, without its declaration and without what XML forbids and many feeds have.

    That is: blanks before the declaration, control characters, and names of HTML such as ``&nbsp;``.

    :raises ValueError: if it is not in the encoding that it says, or in UTF-8 where it says none that is known.

    >>> xml_text('<?xml version="1.0" encoding="gbk"?><a>\u4e2d&nbsp;\x08</a>'.encode("gbk"))
    '<a>\u4e2d\xa0</a>'
    """
    encoding, mark = read_bom(body)
    if mark:
        body = body[len(mark) :]
    elif body[:4] in _WIDE:
        encoding = _WIDE[body[:4]]
    if encoding is None:
        declared = _DECLARED.match(body)
        encoding = resolve_encoding(declared[1].decode()) if declared else None
        encoding = encoding if encoding and _ENCODINGS.match(encoding) else "utf-8"
    text = _DECLARATION.sub("", body.decode(encoding, errors), count=1)
    return _HTML_NAME.sub(_html_name, _FORBIDDEN.sub("", text))


def _html_name(found: re.Match[str]) -> str:
    value = None if found[1] is None or found[0] in _XML_NAMES else html5.get(found[1])
    return found[0] if value is None else escape(value)
