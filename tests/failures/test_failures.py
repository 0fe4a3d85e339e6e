"""Every command against every failure: no traceback, a line that helps, the documented exit code, nothing spoilt."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from crawler.exit_codes import CLOSED_PIPE, COULD_NOT_RUN, DEFECT, GOOD, INTERRUPTED, LOCKED, LOSSES
from tests.failures.commands import COMMANDS, Called
from tests.failures.failures import FAILURES, applies, ground
from tests.failures.table import DOCUMENT, documented, head

if TYPE_CHECKING:
    from pathlib import Path

    from tests.replica.server import ReplicaServer

CELLS = [(called, failure) for called in COMMANDS for failure in FAILURES if applies(called, failure)]
#: In which an offline command has nothing to say but why it could not run.
ONE_LINE = (COULD_NOT_RUN, LOCKED, INTERRUPTED)


@pytest.mark.parametrize(("called", "failure"), CELLS, ids=lambda value: value.name if isinstance(value, Called) else value)
def test_it_is_said_in_a_line_and_spoils_nothing(
    called: Called, failure: str, crawled: Path, shore_root: Path, tmp_path: Path, replica: ReplicaServer
) -> None:
    made = ground(crawled if called.site == "finews" else shore_root, tmp_path, replica, called.site)
    with FAILURES[failure](made, called):
        before = evidence(made.root)
        done = made.call(called)
        after = evidence(made.root)
    said = done.stdout + done.stderr
    assert "Traceback" not in said
    assert "Exception ignored" not in said
    assert done.returncode != DEFECT, said
    assert done.returncode == documented()[called.name, failure], said
    if done.returncode not in (GOOD, CLOSED_PIPE):
        assert done.stderr.strip() or (done.returncode == LOSSES and done.stdout.strip())
    if done.returncode in ONE_LINE and called.words[0] != "crawl":
        assert done.stderr.count("\n") == 1, done.stderr
    if failure == "closed pipe" and not called.serves:
        assert done.returncode == CLOSED_PIPE
        assert not done.stderr
    if not called.writes or done.returncode in ONE_LINE:
        assert after == before, "a capture or a source post is not what it was"


def evidence(root: Path) -> dict[str, str]:
    """What must outlast everything: captures and source posts."""
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in ("captures", "_posts")
        for path in root.glob(f"*/{folder}/**/*")
        if path.is_file()
    }


def test_the_document_has_the_whole_table() -> None:
    assert head() in DOCUMENT.read_text("utf-8")
    assert set(documented()) == {(called.name, failure) for called, failure in CELLS}
