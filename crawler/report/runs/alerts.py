"""Alerts: when a person is told that runs go wrong, or go well again, and the ways in which that is done.

A single lost page sends no alert, because the next run requests it again. Several runs in a row with losses send one;
a changed layout sends one at once. What fails is requested again at growing intervals: a run to which such a loss is not due
yet ends well, and is neither counted nor the end of the row.
"""

from __future__ import annotations

import shlex
import smtplib
import subprocess
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.request import Request, urlopen

import orjson

from crawler import clock
from crawler.exit_codes import COULD_NOT_RUN, GOOD, LAYOUT_CHANGED
from crawler.items import SITE_DEFECTS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from crawler.archive.settings import Settings

#: A larger number of runs in a report is invalid.
_MOST = 1 << 53
#: Seconds after which sending an alert is given up, for each way.
_TIMEOUT = 20
#: The number of losses that an alert names, and of those that a run keeps for the next one.
_SHOWN, _KEPT = 10, 100


@dataclass(frozen=True, slots=True)
class Rules:
    """An alert is sent after ``after`` runs in a row with losses, and again while that lasts, each ``repeat``."""

    after: int = 3
    repeat: timedelta = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Alarm:
    """What a run report keeps for the next run: the number of ``runs`` in a row that were not good, and the last alert."""

    runs: int = 0
    #: When the last alert was sent; ``None`` if it was that runs are good again, or there was none.
    last: datetime | None = None
    #: Whether an alert is to be sent now.
    due: bool = False
    #: The addresses that were lost and not had since.
    lost: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, value: object, now: datetime) -> Alarm:
        """Read what :meth:`as_json` gave from an untrusted report; invalid parts count as missing."""
        found = value if isinstance(value, dict) else {}
        runs, text, last = found.get("runs"), found.get("last"), None
        with suppress(ValueError):
            last = datetime.fromisoformat(text) if isinstance(text, str) else None
        if last is not None and (last.tzinfo is None) is not (now.tzinfo is None):
            last = None
        lost = found.get("lost")
        urls = tuple(one for one in lost if isinstance(one, str)) if isinstance(lost, list) else ()
        return cls(runs if isinstance(runs, int) and 0 <= runs < _MOST else 0, last, lost=urls)

    def sent(self, now: datetime, code: int) -> Alarm:
        """The state after an alert was sent about a run with this exit code."""
        return replace(self, last=None if code == GOOD else now, due=False)

    def as_json(self) -> dict[str, Any]:
        """The state as the run report has it."""
        return {"runs": self.runs, "last": self.last.isoformat() if self.last else None, "lost": list(self.lost)}


class Outcome(NamedTuple):
    """How a run ended: its exit code, the addresses that it lost, and of those lost before it what is to be requested again."""

    code: int
    lost: Collection[str] = ()
    still_lost: Collection[str] = ()


def decide(run: Outcome, before: Mapping[str, Any] | None, now: datetime, rules: Rules) -> Alarm:
    """Decide whether a run needs an alert, given the report of the run ``before`` it.

    >>> decide(Outcome(1), None, datetime(2022, 3, 3), Rules(after=2)).due
    False
    >>> decide(Outcome(1), {"exit_code": 1, "alarm": {"runs": 1, "last": None}}, datetime(2022, 3, 3), Rules(after=2)).due
    True
    """
    code = run.code
    earlier = Alarm.from_json((before or {}).get("alarm"), now)
    last = earlier.last
    if code == GOOD:
        return Alarm(earlier.runs, last, lost=tuple(run.still_lost)) if run.still_lost else Alarm(0, last, due=last is not None)
    runs = earlier.runs + 1
    is_new_layout = code == LAYOUT_CHANGED and (before is None or before["exit_code"] != LAYOUT_CHANGED)
    may_repeat = last is None or not timedelta() <= now - last < rules.repeat
    is_due = is_new_layout or (may_repeat and (runs >= rules.after or code == LAYOUT_CHANGED))
    return Alarm(runs, last, is_due, tuple(dict.fromkeys([*sorted(run.lost), *run.still_lost]))[:_KEPT])


def lost_before(before: Mapping[str, Any] | None) -> tuple[str, ...]:
    """The addresses that were lost by the report of the last run, and not had since."""
    return Alarm.from_json((before or {}).get("alarm"), clock.now()).lost


def subject(report: Mapping[str, Any]) -> str:
    """The subject of an alert: the site, and what is wrong."""
    site = report["site"]
    if report["exit_code"] == GOOD:
        return f"backfile: {site}: runs are good again"
    if report["exit_code"] == LAYOUT_CHANGED:
        return f"backfile: {site}: the site's layout seems to have changed"
    if report["exit_code"] == COULD_NOT_RUN:
        return f"backfile: {site}: a run could not start"
    if report["alarm"]["runs"] <= 1:
        return f"backfile: {site}: a run lost something"
    return f"backfile: {site}: {report['alarm']['runs']} runs in a row lost something"


def text(report: Mapping[str, Any]) -> str:
    """The text of an alert: the subject, the signs of a changed layout and the first losses, a line each."""
    lines = [subject(report), "", f"run of {report['started']}, exit code {report['exit_code']}", *report["layout"]]
    lost = [f"{failure['url']}: {failure['reason']}" for failure in report["failures"]]
    lost += [f"{found['url']}: {found['reason']}" for found in report["rejections"] if found["code"] not in SITE_DEFECTS]
    lines += lost[:_SHOWN] + ([f"and {len(lost) - _SHOWN} more; see the run report"] if len(lost) > _SHOWN else [])
    return "\n".join(lines) + "\n"


def send(report: Mapping[str, Any], settings: Settings) -> tuple[int, list[str]]:
    """Send an alert about a run in every way that the settings name.

    :returns: the number of ways that worked, and a line for each that did not.
    """
    worked, problems = 0, []
    for name, way in _ways(settings):
        try:
            way(report)
        except (OSError, ValueError, smtplib.SMTPException, subprocess.SubprocessError) as error:
            reason = (str(error) or type(error).__name__).splitlines()[0]
            problems.append(f"no alert was sent by {name}: {reason}; check this setting")
        else:
            worked += 1
    return worked, problems


def _ways(settings: Settings) -> Iterator[tuple[str, Callable[[Mapping[str, Any]], None]]]:
    if settings.get("ALERT_COMMAND"):
        yield "ALERT_COMMAND", lambda report: _command(settings["ALERT_COMMAND"], report)
    if settings.get("ALERT_WEBHOOK"):
        yield "ALERT_WEBHOOK", lambda report: _webhook(settings["ALERT_WEBHOOK"], report)
    if settings.get("ALERT_MAIL"):
        yield "ALERT_MAIL", lambda report: _mail(settings, report)


def _command(command: str, report: Mapping[str, Any]) -> None:
    """Run the command, with the text as its last argument and the whole report on its standard input."""
    words = [*shlex.split(command), text(report)]
    done = subprocess.run(words, input=orjson.dumps(report), capture_output=True, timeout=_TIMEOUT, check=False)  # noqa: S603
    if done.returncode:
        raise ValueError(f"{words[0]} ended with {done.returncode}")


def _webhook(url: str, report: Mapping[str, Any]) -> None:
    """Post JSON; chat services show its ``text``."""
    if not url.startswith(("https://", "http://")):
        raise ValueError(f"{url} is no http or https address")
    body = orjson.dumps({"text": text(report), "site": report["site"], "exit_code": report["exit_code"], "report": report})
    request = Request(url, body, {"Content-Type": "application/json"})  # noqa: S310 - its scheme was checked above
    with urlopen(request, timeout=_TIMEOUT):  # noqa: S310
        pass


def _mail(settings: Settings, report: Mapping[str, Any]) -> None:
    """Send a mail by Scrapy's own ``MAIL_…`` settings."""
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject(report), settings["MAIL_FROM"], settings["ALERT_MAIL"]
    message.set_content(text(report))
    kind = smtplib.SMTP_SSL if settings.getbool("MAIL_SSL") else smtplib.SMTP
    with kind(settings["MAIL_HOST"], settings.getint("MAIL_PORT"), timeout=_TIMEOUT) as server:
        if settings.getbool("MAIL_TLS"):
            server.starttls()
        if settings.get("MAIL_USER"):
            server.login(settings["MAIL_USER"], settings["MAIL_PASS"])
        server.send_message(message)
