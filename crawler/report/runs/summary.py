"""Reads from an untrusted run report, of any version, what ``scrapy status`` and ``scrapy report`` show of the run."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from crawler.report.runs.skipped import Skipped

#: Scrapyd's ID of a job, an argument that nobody typed.
_JOB = "_job"
_MOST = 1 << 53


class InvalidReport(ValueError):
    """The text names the invalid part of a run report."""


@dataclass(frozen=True, slots=True)
class Summary:
    """One run. Fields that its report does not have are ``None``; times are in UTC, ``lateness`` is in seconds."""

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
    #: The number of runs in a row that were not good, including this one.
    not_good: int = 0
    #: The arguments and settings of its command line; a value that may be a secret is ``None``.
    arguments: dict[str, str | None] = field(default_factory=dict)
    settings: dict[str, str | None] = field(default_factory=dict)

    @property
    def seconds(self) -> float | None:
        """The duration of the run."""
        return None if self.finished is None else (self.finished - self.started).total_seconds()

    @property
    def command_line(self) -> str:
        """Its arguments as a person typed them; empty for a run without arguments."""
        shown = {name: "..." if value is None else value for name, value in self.arguments.items() if name != _JOB}
        return " ".join(f"{name}={value}" for name, value in shown.items())

    @classmethod
    def of(cls, report: Mapping[str, Any]) -> Summary:
        """Read the summary of a report.

        :raises InvalidReport: if a field has a wrong type; a missing one is ``None``.
        """
        requests, posts = _object(report, "requests"), _object(report, "posts")
        lateness, alarm = _object(report, "lateness"), _object(report, "alarm")
        failures = report.get("failures", [])
        if not isinstance(failures, list):
            raise InvalidReport("'failures' is invalid")
        started = _time(report, "started")
        code = _count(report, "exit_code")
        if started is None or code is None:
            raise InvalidReport("'started' or 'exit_code' is missing")
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


def summaries(reports: Iterable[Mapping[str, Any]], skipped: Skipped) -> Iterator[tuple[Summary, Mapping[str, Any]]]:
    """Each report with its summary; an invalid report is counted in ``skipped``."""
    for report in reports:
        try:
            yield Summary.of(report), report
        except InvalidReport as error:
            skipped.count("run reports", str(error), str(report.get("started", "")))


def _object(report: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = report.get(name, {})
    if not isinstance(value, dict):
        raise InvalidReport(f"'{name}' is invalid")
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
        raise InvalidReport(f"'{name}' is invalid") from None


def _count(report: Mapping[str, Any], name: str) -> int | None:
    value = report.get(name)
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST):
        return value
    raise InvalidReport(f"'{name}' is invalid")


def _number(report: Mapping[str, Any], name: str) -> float | None:
    value = report.get(name)
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= _MOST):
        return value
    raise InvalidReport(f"'{name}' is invalid")


def _texts(found: Mapping[str, Any]) -> dict[str, str | None]:
    return {name: value if value is None else str(value) for name, value in found.items()}


def _statuses(found: Mapping[str, Any]) -> dict[int, int]:
    try:
        return {int(status): _count(found, status) or 0 for status in found}
    except ValueError:
        raise InvalidReport("'by_status' is invalid") from None
