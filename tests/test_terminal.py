"""The tests' terminal is a real one: held against small commands whose screen everybody knows."""

from __future__ import annotations

import sys

import pytest

from tests.terminal import CTRL_C, CTRL_D, Terminal, TookTooLong, shown


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_all_three_are_the_terminal_and_have_its_size() -> None:
    code = "import os, sys; print([os.isatty(n) for n in range(3)], *os.get_terminal_size(), os.environ.get('COLUMNS'))"
    done = shown(python(code), columns=97, rows=31)
    assert (done.code, done.lines) == (0, ["[True, True, True] 97 31 None"])


def test_the_screen_is_what_a_person_sees() -> None:
    done = shown(python(r"print('progress 1\rprogress 2\r\x1b[K\x1b[1mend\x1b[0m 股')"), columns=40)
    assert done.lines == ["end 股"]
    assert b"progress 1" in done.raw


def test_a_long_line_wraps() -> None:
    done = shown(python("print('x' * 50)"), columns=40, rows=5)
    assert done.lines == ["x" * 40, "x" * 10]


def test_what_scrolled_away_is_kept() -> None:
    assert shown(python("print(*range(50), sep='\\n')"), rows=5).lines == [str(number) for number in range(50)]


def test_ctrl_c_is_a_signal_and_ctrl_d_an_end() -> None:
    code = "try:\n    print('? ', flush=True)\n    while True: pass\nexcept KeyboardInterrupt:\n    input('again? ')"
    with Terminal(python(code)) as terminal:
        terminal.wait_for("? ")
        terminal.type(CTRL_C)
        terminal.wait_for("again? ")
        terminal.type(CTRL_D)
        done = terminal.end()
    assert done.code == 1
    assert "EOFError" in done.text


def test_lines_are_typed() -> None:
    done = shown(python("print(int(input()) + 1)"), keys="41\r")
    assert done.lines == ["41", "42"]


def test_another_size_is_told() -> None:
    code = "import os, signal; print('ready', flush=True); signal.sigwait({signal.SIGWINCH}); print(*os.get_terminal_size())"
    code = "import signal; signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGWINCH}); " + code
    with Terminal(python(code)) as terminal:
        terminal.wait_for("ready")
        terminal.resize(50, 20)
        assert terminal.end().lines == ["ready", "50 20"]


def test_there_is_a_limit() -> None:
    with pytest.raises(TookTooLong, match="ready"):
        shown(python("print('ready', flush=True); import signal; signal.pause()"), timeout=1)
