"""Every record that warcio or FastWARC reads is read, with the same payload, whoever wrote it and however it is packed."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.warc.others import PACKINGS, PAGE, Made, arc, b32, by_fastwarc, by_warcio, chunked, ours

if TYPE_CHECKING:
    from pathlib import Path

PROFILE = "WARC-Profile: http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
KINDS: dict[str, Made] = {
    "plain": Made(),
    "WARC/1.1": Made(version="WARC/1.1", date="2022-03-03T10:00:00.123456Z"),
    "WARC/0.17": Made(version="WARC/0.17"),
    "WARC/0.18": Made(version="WARC/0.18"),
    "names in small letters": Made(names=str.lower),
    "Warc-": Made(names=str.title),
    "bare line feeds": Made(line="\n"),
    "bare line feeds in the answer": Made(http_line="\n"),
    **{f"{name} folded": Made(fold=name) for name in ("WARC-Type", "WARC-Target-URI", "WARC-Date", "Content-Length")},
    "no media type": Made(media=""),
    "address in angle brackets": Made(url="<http://site.test/1>"),
    "no reason": Made(status="HTTP/1.1 200"),
    "HTTP/2": Made(status="HTTP/2 200"),
    "small letters": Made(status="http/1.1 200 ok"),
    "two spaces": Made(status="HTTP/1.1  200 OK"),
    "ICY": Made(status="ICY 200 OK"),
    "chunks": chunked(Made()),
    "chunks without the last": chunked(Made(), last=False),
    "no chunks where they should be": Made(headers=("Transfer-Encoding: chunked",)),
    "digest without chunks": replace(chunked(Made()), digest=b32(PAGE)),
    "digest with chunks": replace(chunked(Made()), digest=b32(chunked(Made()).stored or b"")),
    **{
        f"digest {name}": Made(digest=f"{name}:{hashlib.new(name, PAGE).hexdigest()}")
        for name in ("md5", "sha1", "sha256", "sha512", "blake2b")
    },
    "digest of no known kind": Made(digest="xxh3:0123456789abcdef"),
    "one line end": Made(end=b"\r\n"),
    "three line ends": Made(end=b"\r\n" * 3),
    "line feeds": Made(end=b"\n\n"),
    "zero bytes": Made(end=b"\r\n\r\n" + bytes(700)),
    "revisit": Made(type="revisit", body=b"", digest=b32(PAGE), block_digest=b32(b""), more=(PROFILE,)),
    "encoding that is none": Made(headers=("Content-Encoding: gzip",)),
    "a day": Made(date="2022-03-03"),
    "a zone": Made(date="2022-03-03T11:00:00+01:00"),
}


def right(made: list[Made]) -> Counter[tuple[str, str]]:
    return Counter((one.url.strip("<>"), hashlib.sha1(one.body).hexdigest()) for one in made)


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_in_every_packing(tmp_path: Path, kind: str, packing: str) -> None:
    made = [replace(KINDS[kind], url=KINDS[kind].url.replace("/1", f"/{number}")) for number in range(4)]
    path = tmp_path / "x.warc"
    path.write_bytes(PACKINGS[packing]([one.content for one in made]))
    found, faults = ours(path)
    assert faults == []
    assert found == right(made)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(sorted(KINDS)), min_size=1, max_size=6), st.sampled_from(sorted(PACKINGS)))
def test_whatever_others_read_of_a_mixture(tmp_path: Path, kinds: list[str], packing: str) -> None:
    made = [replace(KINDS[kind], url=f"http://site.test/{number}") for number, kind in enumerate(kinds)]
    data = PACKINGS[packing]([one.content for one in made])
    (tmp_path / "x.warc").write_bytes(data)
    found, faults = ours(tmp_path / "x.warc")
    assert (found, faults) == (right(made), [])
    for others in (by_warcio(data), by_fastwarc(data)):
        assert {key: number for key, number in others.items() if key in right(made)}.items() <= found.items()


@pytest.mark.parametrize("packing", ["not", "gzip", "gzip, whole", "bzip2", "mixed"])
@pytest.mark.parametrize("version", [1, 2])
def test_arc_files(tmp_path: Path, version: int, packing: str) -> None:
    made = [Made(url=f"http://site.test/{number}", body=PAGE * (number + 1)) for number in range(4)]
    path = tmp_path / "x.arc.gz"
    path.write_bytes(PACKINGS[packing](arc(*made, version=version)))
    found, faults = ours(path)
    assert (found, faults) == (right(made), [])
