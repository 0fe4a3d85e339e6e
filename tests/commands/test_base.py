"""Whatever goes wrong in a command: one line on stderr, an exit code, no traceback unless it is asked for."""

from __future__ import annotations

import errno
import logging
import os
import sqlite3
import subprocess
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from scrapy.settings import Settings

from crawler import invocation
from crawler.commands.offline import OfflineMixin
from crawler.commands.streams import print_stderr
from crawler.errors import ArchiveInUse, CannotRun
from tests.replica.crawl import PROJECT, run, scrapy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Fails(OfflineMixin, ScrapyCommand):
    """Raises what it is told to."""

    summary = "Fail"
    after_error = "; nothing was done"

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self._error = error

    def work(self, args: list[str], opts: Namespace) -> int:
        print("half a result")
        raise self._error


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    """Process-wide things that a command sets for the whole of its life."""
    hook, factory = sys.excepthook, logging.getLogRecordFactory()
    yield
    sys.excepthook = hook
    logging.setLogRecordFactory(factory)


def started(command: Fails, *words: str) -> tuple[ArgumentParser, Namespace, list[str]]:
    """As Scrapy's ``execute`` starts a command, up to the point where it runs."""
    command.settings = Settings({"LOG_LEVEL": "INFO"})
    parser = ArgumentParser()
    command.add_options(parser)
    opts, args = parser.parse_known_args(list(words))
    command.process_options(args, opts)
    return parser, opts, args


def surrogate() -> Exception:
    try:
        "\ud800".encode()
    except UnicodeEncodeError as error:
        return error
    raise AssertionError


def after_an_interrupt() -> Exception:
    try:
        try:
            raise KeyboardInterrupt
        finally:
            raise sqlite3.OperationalError("cannot commit - no transaction is active")
    except sqlite3.OperationalError as error:
        return error


ERRORS: list[tuple[BaseException, int, str]] = [
    (CannotRun("the thing is not there; make it"), 2, "the thing is not there; make it\n"),
    (ArchiveInUse("x is being written"), 3, "x is being written\n"),
    (
        OSError(errno.ENOSPC, "No space left on device", "/x"),
        2,
        "/x: No space left on device; make room there; nothing was done\n",
    ),
    (sqlite3.DatabaseError("file is not a database"), 2, "file is not a database; nothing was done\n"),
    (KeyboardInterrupt(), 130, "interrupted; nothing was done\n"),
    (after_an_interrupt(), 130, "interrupted; nothing was done\n"),
    (TypeError("x is None\nsecond line"), 70, "a defect of Backfile: TypeError: x is None; --loglevel DEBUG shows where"),
    (RecursionError("too deep"), 70, "a defect of Backfile: RecursionError"),
    (MemoryError(), 70, "a defect of Backfile: MemoryError"),
    (surrogate(), 70, "a defect of Backfile: UnicodeEncodeError"),
]


@pytest.mark.parametrize(("error", "code", "said"), ERRORS, ids=lambda value: type(value).__name__)
def test_whatever_is_raised_is_one_line(error: BaseException, code: int, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    command = Fails(error)
    _, opts, args = started(command)
    command.run(args, opts)
    out, err = capsys.readouterr()
    assert command.exitcode == code
    assert said in err
    assert err.count("\n") == 1
    assert out == "half a result\n"


def test_whatever_is_in_a_line_it_is_one_and_steers_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    print_stderr("a\nb\r\x1b[31mc\u2028\x00 \udcff 三" + "x" * 100_000 + "end")
    err = capsys.readouterr().err
    assert err.startswith(r"a\nb\r\x1b[31mc\u2028\x00 \udcff 三xxx")
    assert err.endswith("end\n")
    assert (len(err.splitlines()), len(err) < 2100) == (1, True)


def test_a_traceback_is_there_for_those_who_ask(capsys: pytest.CaptureFixture[str]) -> None:
    command = Fails(TypeError("x"))
    _, opts, args = started(command, "--loglevel", "debug")
    command.run(args, opts)
    assert "Traceback" in capsys.readouterr().err


def test_usage_is_left_to_the_parser(capsys: pytest.CaptureFixture[str]) -> None:
    command = Fails(UsageError("name one site"))
    parser, opts, args = started(command)
    with pytest.raises(UsageError):
        command.run(args, opts)
    with pytest.raises(SystemExit):
        parser.error("name one site")
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--outptu"], "there is no option --outptu"),
        (["--logfiel=x"], "there is no option --logfiel; did you mean --logfile?"),
        (["-x"], "there is no option -x"),
        (["--loglvel", "DEBUG"], "there is no option --loglvel; did you mean --loglevel?"),
    ],
)
def test_an_unknown_option_is_called_unknown(words: list[str], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        started(Fails(CannotRun("")), "site", *words)


@pytest.mark.parametrize("value", ["[1", "1", "[1]", "[[1, 2, 3]]"])
def test_a_setting_that_is_no_json_is_one_line(value: str) -> None:
    done = run("status", "finews", "-s", f"ITEM_PIPELINES={value}")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "a value given with -s cannot be read" in done.stderr


def test_what_stands_behind_two_dashes_is_no_option() -> None:
    started(Fails(CannotRun("")), "site", "--", "--no-option")


def test_an_option_that_has_another_name_now() -> None:
    done = run("rebuild", "finews", "--to", "x")
    assert (done.returncode, done.stdout) == (2, "")
    assert "there is no option --to; it is called --output" in done.stderr


@pytest.mark.parametrize("name", ["scrapy", "backfile"])
def test_messages_name_the_program_that_was_called(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = invocation.program()
    invocation.called(name)
    try:
        parser, _, _ = started(Fails(CannotRun("")))
        with pytest.raises(SystemExit):
            parser.error("x")
    finally:
        invocation.called(before)
    assert f"{name} test_base: x" in capsys.readouterr().err


def test_a_closed_pipe_ends_quietly(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    command = Fails(BrokenPipeError())
    _, opts, args = started(command)
    released: list[bool] = []
    monkeypatch.setattr("crawler.commands.base.discard_stdout", lambda: released.append(True))
    command.run(args, opts)
    assert (command.exitcode, capfd.readouterr().err, released) == (141, "", [True])


@pytest.mark.parametrize("hook", [sys.excepthook])
def test_what_scrapy_itself_raises_is_one_line_too(hook: Callable[..., None], capsys: pytest.CaptureFixture[str]) -> None:
    started(Fails(CannotRun("")))
    assert sys.excepthook is not hook
    sys.excepthook(ValueError, ValueError("first\nsecond"), None)
    assert capsys.readouterr().err == "scrapy: ValueError: first\n"


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_full_disk_below_standard_output_is_told_as_that(crawled: Path, unbuffered: str) -> None:
    """And not as an archive or an export that could not be written, for those may be."""
    words = ("export", "finews", "--format", "jekyll", "--output", str(crawled.parent / f"made{unbuffered}"))
    for called in (
        words,
        ("status", "finews"),
        ("rebuild", "finews", "--diff"),
        ("forget", "finews", "x", "--dry-run", "--unknown-too"),
    ):
        with Path("/dev/full").open("w") as full:
            done = subprocess.run(
                scrapy(*called, settings={"ARCHIVE_ROOT": str(crawled)}),
                cwd=PROJECT,
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
                env=os.environ | {"PYTHONUNBUFFERED": unbuffered},
                check=False,
            )
        assert (done.returncode, done.stderr) == (2, "standard output cannot be written: No space left on device\n"), called


@pytest.mark.parametrize("name", [None, "some/file"])
def test_an_error_of_the_system_is_told_in_words(name: str | None, capsys: pytest.CaptureFixture[str]) -> None:
    command = Fails(OSError(errno.EACCES, "Permission denied", name))
    _, opts, args = started(command)
    command.run(args, opts)
    said = capsys.readouterr().err
    assert said == f"{f'{name}: ' if name else ''}Permission denied; nothing was done\n"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("-o", "; did you mean --output?"), ("--ouput", "; did you mean --output?"), ("--jsno", ""), ("-x", "")],
)
def test_an_option_is_only_likened_to_what_is_like_it(typed: str, meant: str) -> None:
    done = run("report", "finews", typed)
    end = "" if meant else ";"
    assert done.stderr == f"scrapy report: there is no option {typed}{meant}{end} scrapy report -h tells more\n"


def test_a_site_that_there_is_not_is_told_with_the_nearest() -> None:
    assert run("status", "finew").stderr == "there is no site 'finew'; did you mean finews?\n"
    assert run("status", "zzz").stderr == "there is no site 'zzz'; there are: finews\n"


@pytest.mark.parametrize("command", ["schema", "import", "changes"])
def test_help_names_us_as_we_were_called_and_is_no_markup(command: str) -> None:
    called = subprocess.run(
        [sys.executable, "-m", "crawler", command, "-h"], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert "``" not in called.stdout
    assert "scrapy " not in called.stdout.replace("\n", " ")
