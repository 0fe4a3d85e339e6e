"""Telling a person: over a webhook, by mail, with a command of their own."""

from __future__ import annotations

import shlex
import smtplib
import subprocess
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any
from urllib.request import Request, urlopen

import orjson

from crawler.exit_codes import COULD_NOT_RUN, GOOD, LAYOUT_CHANGED
from crawler.items import SITE_DEFECTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from crawler.archive.settings import Settings

#: Seconds that each way may take.
_PATIENCE = 20
_SHOWN = 10


def subject(report: Mapping[str, Any]) -> str:
    """One line: which site, and what is the matter."""
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
    """What a mail says: the signs and the first losses, a line each."""
    lines = [subject(report), "", f"run of {report['started']}, exit code {report['exit_code']}", *report["layout"]]
    lost = [f"{failure['url']}: {failure['reason']}" for failure in report["failures"]]
    lost += [f"{found['url']}: {found['reason']}" for found in report["rejections"] if found["code"] not in SITE_DEFECTS]
    lines += lost[:_SHOWN] + ([f"and {len(lost) - _SHOWN} more; see the run report"] if len(lost) > _SHOWN else [])
    return "\n".join(lines) + "\n"


def send(report: Mapping[str, Any], settings: Settings) -> tuple[int, list[str]]:
    """Tell of a run by every way that is set; gives how many worked, and a line for each that did not."""
    worked, problems = 0, []
    for name, way in _ways(settings):
        try:
            way(report)
        except (OSError, ValueError, smtplib.SMTPException, subprocess.SubprocessError) as error:
            problems.append(
                f"nobody was told by {name}: {(str(error) or type(error).__name__).splitlines()[0]}; see this setting"
            )
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
    """The command gets the text as its last argument and the whole report on its standard input."""
    words = [*shlex.split(command), text(report)]
    done = subprocess.run(words, input=orjson.dumps(report), capture_output=True, timeout=_PATIENCE, check=False)  # noqa: S603
    if done.returncode:
        raise ValueError(f"{words[0]} ended with {done.returncode}")


def _webhook(url: str, report: Mapping[str, Any]) -> None:
    """``text`` is what chat services show."""
    if not url.startswith(("https://", "http://")):
        raise ValueError(f"{url} is no http or https address")
    body = orjson.dumps({"text": text(report), "site": report["site"], "exit_code": report["exit_code"], "report": report})
    request = Request(url, body, {"Content-Type": "application/json"})  # noqa: S310 - looked at above
    with urlopen(request, timeout=_PATIENCE):  # noqa: S310
        pass


def _mail(settings: Settings, report: Mapping[str, Any]) -> None:
    """Over Scrapy's own ``MAIL_…`` settings."""
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject(report), settings["MAIL_FROM"], settings["ALERT_MAIL"]
    message.set_content(text(report))
    kind = smtplib.SMTP_SSL if settings.getbool("MAIL_SSL") else smtplib.SMTP
    with kind(settings["MAIL_HOST"], settings.getint("MAIL_PORT"), timeout=_PATIENCE) as server:
        if settings.getbool("MAIL_TLS"):
            server.starttls()
        if settings.get("MAIL_USER"):
            server.login(settings["MAIL_USER"], settings["MAIL_PASS"])
        server.send_message(message)
