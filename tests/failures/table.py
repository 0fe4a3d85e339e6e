"""The table of exit codes in docs/operations.md."""

from __future__ import annotations

from tests.failures.commands import COMMANDS
from tests.failures.failures import FAILURES
from tests.replica.crawl import PROJECT

DOCUMENT = PROJECT / "docs" / "operations.md"


def head() -> str:
    """Its first two lines."""
    return f"| command | {' | '.join(FAILURES)} |\n| --- |{' --- |' * len(FAILURES)}"


def row(name: str, cells: dict[str, int]) -> str:
    """A line of it: the exit code in the face of each failure that can meet the command."""
    return f"| `{name}` | {' | '.join(str(cells.get(failure, '–')) for failure in FAILURES)} |"


def documented() -> dict[tuple[str, str], int]:
    """The exit code that the document tells, by command and failure."""
    lines = DOCUMENT.read_text("utf-8").splitlines()
    names = {f"`{called.name}`" for called in COMMANDS}
    found = {}
    for line in lines:
        cells = [cell.strip() for cell in line.strip("| ").split("|")]
        if cells[0] in names and len(cells) == len(FAILURES) + 1:
            for failure, cell in zip(FAILURES, cells[1:], strict=True):
                if cell != "–":
                    found[cells[0].strip("`"), failure] = int(cell)
    return found
