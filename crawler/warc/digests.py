"""Labelled digests of WARC records, in any algorithm and spelling that tools write."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

_SEPARATORS = re.compile(r"[-_/ ]")
_SHA3 = re.compile(r"sha3(?=(?:224|256|384|512)\Z)")
_OURS = re.compile(r"sha1:[A-Z2-7]{32}\Z")
#: The digits of base32 as Python counts to 32, in a tenth of the time of the library's decoder, which is made for any length.
_DIGITS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789abcdefghijklmnopqrstuv")
_HEXADECIMAL = re.compile(r"[0-9a-fA-F]+\Z")
#: What a value without a label is taken for, by its number of bytes.
_BY_SIZE = {16: "md5", 20: "sha1", 32: "sha256", 48: "sha384", 64: "sha512"}
_SHORTEST = 4


def canonical_digest(labelled: str) -> str:
    """A digest in one spelling: sha1 in base32, as most tools have it, all others in hexadecimal. What is no digest stays.

    >>> canonical_digest("SHA-1:da39a3ee5e6b4b0d3255bfef95601890afd80709")
    'sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ'
    >>> canonical_digest("SHA-256:no")
    'SHA-256:no'
    """
    if _OURS.match(labelled):
        return labelled
    found = _read(labelled)
    if found is None:
        return labelled
    name, value = found
    if name == "sha1":
        return f"sha1:{base64.b32encode(value).decode()}"
    return f"{name}:{value.hex()}"


def same_algorithm(labelled: str, data: bytes) -> str:
    """The digest of ``data`` by the algorithm of another digest, in its one spelling; empty if nobody here can compute it."""
    found = _read(labelled)
    hashed = _hash(found[0], len(found[1]), data) if found else None
    return "" if found is None or hashed is None else canonical_digest(f"{found[0]}:{hashed.hex()}")


def contradicts(labelled: str, candidates: Iterable[bytes]) -> bool:
    """Whether a digest is that of none of the candidates; ``False`` if it is of a kind that nobody here can compute.

    >>> contradicts("md5:d41d8cd98f00b204e9800998ecf8427e", [b"x", b""]), contradicts("md9:00", [b"x"])
    (False, False)
    """
    found = _read(labelled)
    if found is None:
        return False
    name, value = found
    for data in candidates:
        hashed = _hash(name, len(value), data)
        if hashed is None or hashed == value:
            return False
    return True


def _read(labelled: str) -> tuple[str, bytes] | None:
    """The algorithm as :mod:`hashlib` names it, and the bytes of a digest."""
    if _OURS.match(labelled):
        return "sha1", int(labelled[5:].translate(_DIGITS), 32).to_bytes(20, "big")
    label, colon, text = labelled.strip().rpartition(":")
    text = text.strip()
    if not colon:
        value = _value(text, 0)
        name = _BY_SIZE.get(len(value or b""))
        return (name, value) if name and value else None
    name = _SEPARATORS.sub("", label.strip().lower())
    name = _SHA3.sub("sha3_", name)
    size = _size(name)
    value = _value(text, size)
    return None if value is None or (size and len(value) != size and not name.startswith("blake2")) else (name, value)


def _size(name: str) -> int:
    try:
        return hashlib.new(name, usedforsecurity=False).digest_size
    except (ValueError, TypeError):
        return 0


def _value(text: str, size: int) -> bytes | None:
    """The bytes of a hexadecimal, base32 or base64 text; of several readings the one of the algorithm's size."""
    bare = text.rstrip("=")
    found: list[bytes] = []
    if len(bare) % 2 == 0 and _HEXADECIMAL.match(bare):
        found.append(bytes.fromhex(bare))
    for alphabet in (base64.b32decode, base64.urlsafe_b64decode):
        step = 8 if alphabet is base64.b32decode else 4
        plain = bare.upper() if step == 8 else bare.replace("+", "-").replace("/", "_")  # noqa: PLR2004 - base32
        try:
            found.append(alphabet(plain + "=" * (-len(plain) % step)))
        except (binascii.Error, ValueError):
            continue
    fitting = [value for value in found if len(value) == size or (not size and len(value) in _BY_SIZE)]
    return next(iter(fitting or [value for value in found if len(value) >= _SHORTEST]), None)


class Hashing:
    """Computes a digest of data that comes in parts, by the algorithm of a stated one.

    What nobody here can compute contradicts nothing.
    """

    def __init__(self, labelled: str) -> None:
        found = _read(labelled)
        self._stated = found[1] if found else b""
        self._hash = _new(found[0], len(found[1])) if found else None

    def update(self, data: bytes) -> None:
        """Add data."""
        if self._hash is not None:
            self._hash.update(data)

    def copy(self) -> Hashing:
        """The same, to go on otherwise from here."""
        other = Hashing("")
        other._stated, other._hash = self._stated, self._hash.copy() if self._hash else None
        return other

    def contradicts(self) -> bool:
        """Whether the stated digest is another one."""
        return self._hash is not None and self._hash.digest() != self._stated


def _new(name: str, size: int) -> Any:
    """An object of :mod:`hashlib`; ``None`` if it has no such algorithm, or its digests are of no size."""
    most = {"blake2b": 64, "blake2s": 32}.get(name, 0)
    if most:
        make: Any = hashlib.blake2b if name == "blake2b" else hashlib.blake2s
        return make(digest_size=size, usedforsecurity=False) if 0 < size <= most else None
    try:
        found = hashlib.new(name, usedforsecurity=False)
    except (ValueError, TypeError):
        return None
    return found if found.digest_size else None


def _hash(name: str, size: int, data: bytes) -> bytes | None:
    found = _new(name, size)
    if found is None:
        return None
    found.update(data)
    return bytes(found.digest())
