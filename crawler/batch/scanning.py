"""The first pass: each input is scanned into a database of its own, or each part of it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.archive.catalog.intermediate import scanned_part, write_scan
from crawler.warc.parts import are_whole, ordinary_pieces, parts_of
from crawler.warc.scan import LeftOut, Problem, ScannedCapture, scan, scanned

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from crawler.batch.input import Input
    from crawler.batch.job import Job
    from crawler.sites.site import Site
    from crawler.warc.parts import Part


def scan_input(job: Job, number: int) -> int:
    """Scan one input, in any process, and return its size."""
    one, target = job.inputs[number], job.scanned(number)
    if target.exists():
        return one.size
    site = job.about
    write_scan(target, _items(one, canonicalizer(site, job.origins), site))
    return one.size


def has_parts(one: Input) -> bool:
    """Whether an input is so large that several processes scan it, each a part of it."""
    return not one.faults and not one.is_bad and len(parts_of(one.size)) > 1


def scan_part(job: Job, number: int, part: Part | None) -> int:
    """Scan a part of an input, or all of it, in any process, and return its size; see :func:`in_parts`."""
    if part is None:
        return scan_input(job, number)
    one, target = job.inputs[number], job.scanned_part(number, part)
    if not target.exists() and not job.scanned(number).exists():
        site = job.about
        address = canonicalizer(site, job.origins)
        write_scan(target, _ordinary(Path(one.path), part, address, site), part)
    return part.end - part.begin


def _ordinary(
    path: Path, part: Part, address: Callable[[str], str], site: Site
) -> Iterator[tuple[ScannedCapture, str | None] | Problem]:
    """The captures of a part; it is not noted as read up to its end if anything else is in it that has to be told."""
    with suppress(OSError):
        for item in scanned(ordinary_pieces(path, part)):
            if not isinstance(item, ScannedCapture):
                return
            yield _canonical(item, address, site)


def in_parts(job: Job, number: int) -> bool:
    """Whether the parts of an input have all that is in it; else it has to be scanned whole."""
    parts = parts_of(job.inputs[number].size)
    return are_whole([scanned_part(job.scanned_part(number, part)) for part in parts], job.inputs[number].size)


def _items(one: Input, address: Callable[[str], str], site: Site) -> Iterator[tuple[ScannedCapture, str | None] | Problem]:
    for fault in one.faults:
        yield Problem(*fault)
    if one.is_bad:
        return
    left_out: list[LeftOut] = []
    try:
        for item in scan(Path(one.path)):
            if isinstance(item, Problem):
                yield item
            elif isinstance(item, LeftOut):
                left_out += [item] if host_of(address(item.url)) in site.hosts else []
            else:
                yield _canonical(item, address, site)
    except OSError as error:
        yield Problem(0, str(error))
    yield from named(left_out)


def _canonical(item: ScannedCapture, address: Callable[[str], str], site: Site) -> tuple[ScannedCapture, str | None]:
    """A capture with its canonical addresses, and the ID of the post at its own."""
    url, (refers_url, refers_time) = address(item.url), item.refers_to
    if url != item.url:
        item = item._replace(url=url)
    if refers_url:
        item = item._replace(refers_to=(address(refers_url), refers_time))
    return item, site.post_id(url)


def named(left_out: Sequence[LeftOut]) -> Iterator[Problem]:
    """One problem for all conversions that are left out of one input."""
    if left_out:
        many = "a conversion" if len(left_out) == 1 else f"{len(left_out)} conversions, the first"
        yield Problem(left_out[0].offset, f"{many} of {left_out[0].url}, which no server sent; left out")


def host_of(url: str) -> str:
    """The host of an address of HTTP; empty for any other."""
    return url.split("/", 3)[2] if url[:4].lower() == "http" and url.count("/") > 1 else ""


def canonicalizer(site: Site, origins: Mapping[str, str]) -> Callable[[str], str]:
    """A function that gives the canonical URL of a capture, whichever origin was asked for it.

    ``origins`` maps origins that were asked to canonical ones.
    """
    pairs = sorted(origins.items(), reverse=True)

    def address(url: str) -> str:
        for asked, origin in pairs:
            if url.startswith(asked) and url[len(asked) : len(asked) + 1] in ("", "/", "?"):
                return site.canonical(origin + url[len(asked) :])
        return site.canonical(url)

    return address
