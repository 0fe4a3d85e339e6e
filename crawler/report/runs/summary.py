"""What status and report show of a run: read out of its report, of whatever version that is, without trusting it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from crawler.report.runs.passed import Passed

#: Scrapyd's ID of a job, which says nothing of what a run was after.
_JOB = "_job"
_MOST = 1 << 53


class OddReport(ValueError):
    """Which part of a run report is not as it should be."""


@dataclass(frozen=True, slots=True)
class Summary:
    """One run. ``None`` is what its report does not tell; times are in UTC, ``lateness`` is in seconds."""

    started: datetime
    finished: datetime | None
    exit_code: int
    sweep: bool = False
    answers: int | None = None
    by_status: dict[int, int] = field(default_factory=dict)
    unchanged_share: float | None = None
    new: int | None = None
    changed: int | None = None
    gone: int | None = None
    losses: int = 0
    lateness: float | None = None
    #: Runs in a row that were not good, this one among them.
    not_good: int = 0
    #: What it was called with, if the report tells; a value is ``None`` where it may be a secret.
    arguments: dict[str, str | None] = field(default_factory=dict)
    settings: dict[str, str | None] = field(default_factory=dict)

    @property
    def seconds(self) -> float | None:
        """How long it took."""
        return None if self.finished is None else (self.finished - self.started).total_seconds()

    @property
    def limits(self) -> str:
        """What it was called with, as a person typed it; empty for a run without arguments."""
        shown = {name: "..." if value is None else value for name, value in self.arguments.items() if name != _JOB}
        return " ".join(f"{name}={value}" for name, value in shown.items())

    @classmethod
    def of(cls, report: Mapping[str, Any]) -> Summary:
        """The summary of a report.

        :raises OddReport: if something in it is not what it should be; what is not there is unknown.
        """
        requests, posts = _object(report, "requests"), _object(report, "posts")
        lateness, alarm = _object(report, "lateness"), _object(report, "alarm")
        failures = report.get("failures", [])
        if not isinstance(failures, list):
            raise OddReport("'failures' is odd")
        started = _time(report, "started")
        code = _count(report, "exit_code")
        if started is None or code is None:
            raise OddReport("'started' or 'exit_code' is missing")
        losses = _count(report, "losses")
        return cls(
            started=started,
            finished=_time(report, "finished"),
            exit_code=code,
            sweep=report.get("sweep") is True,
            answers=_count(requests, "total"),
            by_status=_statuses(_object(requests, "by_status")),
            unchanged_share=_number(requests, "unchanged_share"),
            new=_count(posts, "new"),
            changed=_count(posts, "changed"),
            gone=_count(posts, "gone"),
            losses=len(failures) if losses is None else losses,
            lateness=_number(lateness, "median"),
            not_good=_count(alarm, "runs") or 0,
            arguments=_texts(_object(report, "arguments")),
            settings=_texts(_object(report, "settings")),
        )


def summaries(reports: Iterable[Mapping[str, Any]], passed: Passed) -> Iterator[tuple[Summary, Mapping[str, Any]]]:
    """The summary of each report, beside it; one that is odd is noted in ``passed``."""
    for report in reports:
        try:
            yield Summary.of(report), report
        except OddReport as error:
            passed.note("run reports", str(error), str(report.get("started", "")))


def _object(report: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = report.get(name, {})
    if not isinstance(value, dict):
        raise OddReport(f"'{name}' is odd")
    return value


def _time(report: Mapping[str, Any], name: str) -> datetime | None:
    value = report.get(name)
    if value is None:
        return None
    try:
        if not isinstance(value, str):
            raise TypeError
        time = datetime.fromisoformat(value)
        return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError):
        raise OddReport(f"'{name}' is odd") from None


def _count(report: Mapping[str, Any], name: str) -> int | None:
    value = report.get(name)
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST):
        return value
    raise OddReport(f"'{name}' is odd")


def _number(report: Mapping[str, Any], name: str) -> float | None:
    value = report.get(name)
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= _MOST):
        return value
    raise OddReport(f"'{name}' is odd")


def _texts(found: Mapping[str, Any]) -> dict[str, str | None]:
    return {name: value if value is None else str(value) for name, value in found.items()}


def _statuses(found: Mapping[str, Any]) -> dict[int, int]:
    try:
        return {int(status): _count(found, status) or 0 for status in found}
    except ValueError:
        raise OddReport("'by_status' is odd") from None
