"""How a rebuild differs from the archive that was there: which posts are new, changed or unchanged, and which stay."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import orjson

from crawler.archive.entry import entry_of
from crawler.archive.files import PostFiles
from crawler.archive.forgotten import forgotten
from crawler.archive.lines import lines
from crawler.archive.paths import CAPTURES, INDEX
from crawler.archive.publish import REMOVE
from crawler.derive.made_of import but_taken_out, lost_evidence
from crawler.items import LESS_EVIDENCE, SITE_DEFECTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crawler.archive.catalog.new_catalog import NewCatalog
    from crawler.batch.job import Job
    from crawler.sites.site import Site

_STAY = "its line and file stay"
_NO_CAPTURE = f"in the index, and no capture here makes it; {_STAY}"
#: Fields of a line that differ whenever the source post does, which has a diff of its own.
_OF_CONTENT = ("sha256", "bytes", "captures")
Line = dict[str, Any]
#: The URL of a page that gave no post, a code, and the reason.
Failed = tuple[str, str, str]


@dataclass(slots=True)
class Outcome:
    """How a rebuild differs from the old index, and how many pages failed; :func:`failures` gives them."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    failures: int = 0
    #: The number of invalid lines in the old index.
    malformed: int = 0
    #: The files that were made of less than those of the old archive, which stay: their paths in the new tree.
    worse: list[str] = field(default_factory=list)


def changed_lines(job: Job) -> Path:
    """The file with a line for each index line that a rebuild with ``diff`` would change."""
    return Path(job.stage) / "changed-lines.txt"


class Comparison:
    """Compares a new catalog with the index of the archive that it replaces.

    :param failed: gets a line for each page that gave no post, and for each post that stays.
    :param unmade: the pages that gave no post.
    :param damaged: whether some of the inputs could not be read whole.
    """

    def __init__(self, catalog: NewCatalog, job: Job, failed: IO[bytes], unmade: Sequence[Failed], *, damaged: bool) -> None:
        self._catalog = catalog
        self._job = job
        self._failed = failed
        self._unmade = dict(_by_post(job.about, unmade))
        self._damaged = damaged
        self._outcome = Outcome()
        self._kept: list[tuple[Line, str]] = []
        self._remove: list[str] = []
        self._known = 0

    def run(self) -> Outcome:
        """Compare every line. Lines without captures here, or with fewer, are kept and reported."""
        total = self._catalog.number_of_posts()
        with changed_lines(self._job).open("w", encoding="utf-8") as changed:
            for old, text in self._old_lines():
                new = self._new_line(old, text)
                if new is None:
                    continue
                self._known += 1
                if new[1] == text:
                    self._outcome.unchanged += 1
                else:
                    self._outcome.changed += 1
                    if self._job.diff:
                        changed.write(f"{_difference(old, new[0])}\n")
                if new[0]["path"] != old["path"]:
                    self._remove.append(old["path"])
        for one in self._unmade.values():
            self._fail(one)
        self._outcome.new = total - self._known
        self._catalog.keep_posts(self._kept)
        for path in self._outcome.worse:
            (self._job.tree / path).unlink(missing_ok=True)
        (Path(self._job.stage) / REMOVE).write_text("".join(f"{path}\n" for path in self._remove), "utf-8")
        return self._outcome

    def _new_line(self, old: Line, text: str) -> tuple[Line, str] | None:
        """The line that replaces an old one; ``None`` if the old one stays."""
        found = self._catalog.post_line(old["id"])
        if found is None and not self._has_another_id(old):
            self._keep(old, text, "no-capture", _NO_CAPTURE)
        if found is None:
            return None
        new: Line = orjson.loads(found)
        reason = self._made_of_less(old, new) if found != text else ""
        if reason:
            self._known += 1
            self._outcome.worse += [new["path"]] if new["sha256"] != old["sha256"] else []
            self._keep(old, text, LESS_EVIDENCE, f"{reason}; {_STAY}")
            return None
        return new, found

    def _has_another_id(self, old: Line) -> bool:
        """Whether the post of an old line is there under another ID, as after a person has edited a ``site.toml``."""
        found = next(map(self._catalog.post_line, self._catalog.ids_at(old["url"])), None)
        if found is None:
            return False
        self._known += 1
        self._outcome.changed += 1
        if orjson.loads(found)["path"] != old["path"]:
            self._remove.append(old["path"])
        return True

    def _keep(self, old: Line, text: str, code: str, reason: str) -> None:
        self._kept.append((old, text))
        unmade = self._unmade.pop(old["id"], None)
        if unmade is not None:
            self._fail((*unmade[:2], f"{unmade[2]}; {_STAY}"))
        elif self._job.period.takes(old["date"]):
            self._fail((old["url"], code, reason))

    def _fail(self, one: Failed) -> None:
        self._outcome.failures += 1
        self._failed.write(orjson.dumps(one) + b"\n")

    def _made_of_less(self, old: Line, new: Line) -> str:
        """Why a post is made of less than the old one; empty if it is not, or if the old source post is not there."""
        rows = self._catalog.captures

        def holds(url: str, payload_digest: str) -> bool:
            return bool(rows.with_content(url, payload_digest))

        def was_seen(time: str) -> bool:
            return any(rows.has_capture(url, time) for url in self._catalog.post_urls(old["id"]))

        if not lost_evidence(old, new, holds, was_seen, damaged=self._damaged) or not self._job.old:
            return ""
        archive = Path(self._job.old)
        known = but_taken_out(old, archive / CAPTURES)
        return lost_evidence(known, new, holds, was_seen, damaged=self._damaged) if PostFiles(archive, "").has(old) else ""

    def _old_lines(self) -> Iterator[tuple[Line, str]]:
        old = self._job.old
        out = forgotten(Path(old)) if old else frozenset()
        for line in () if old is None else lines(Path(old) / INDEX):
            entry = entry_of(line)
            if entry is None:
                self._outcome.malformed += 1  # it cannot be compared, and its path may not be removed
            elif entry["id"] in out:
                self._remove.append(entry["path"])
            else:
                yield entry, line.decode().strip(" \n")


def _by_post(site: Site, unmade: Sequence[Failed]) -> Iterator[tuple[str, Failed]]:
    """The pages that gave no post by the posts' IDs; what the site itself broke by its URL, for that is no loss."""
    for one in unmade:
        yield (one[0] if one[1] in SITE_DEFECTS else site.post_id(one[0]) or one[0]), one


def _difference(old: Line, new: Line) -> str:
    """One line: which fields of a post's index line change, and how."""
    names = [name for name in {**old, **new} if old.get(name) != new.get(name) and name not in _OF_CONTENT]
    parts = [f"{name} {_json(old.get(name))} -> {_json(new.get(name))}" for name in names]
    otherwise = "written in another form" if old == new else "made of other captures"
    return f"{INDEX}: {old['id']}: {'; '.join(parts) or otherwise}"


def _json(value: object) -> str:
    return orjson.dumps(value).decode()
