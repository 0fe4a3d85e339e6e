"""A program of ours in a process that was forked does what it does in one that was started, and its end is told the same."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest

from crawler.reconstruct.ruby import converter
from crawler.reconstruct.ruby.kept_ruby import end_kept
from tests.replica.ruby_forks import RubyForks, _Forked

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.usefixtures("jekyll")
TEXT = 'A *b* "c" ö\n\n```ruby\nputs 1\n```\n'


@pytest.fixture
def started() -> list[str | None]:
    """What a process gives that was started."""
    end_kept()
    with converter.Converter({}) as other:
        assert not isinstance(other._process, _Forked)
        rendered = other.convert([TEXT])
    end_kept()
    return rendered


@pytest.fixture
def forks(started: list[str | None], monkeypatch: pytest.MonkeyPatch) -> Iterator[RubyForks]:
    rubies = RubyForks()
    monkeypatch.setattr(converter, "start_ruby", rubies._start)
    yield rubies
    end_kept()
    rubies._process.communicate()


def test_the_same_is_rendered(forks: RubyForks, started: list[str | None]) -> None:
    with converter.Converter({}) as forked:
        assert isinstance(forked._process, _Forked)
        assert forked.convert([TEXT]) == started != [None]


def test_the_end_is_told(forks: RubyForks) -> None:
    with converter.Converter({}) as forked:
        process = forked._process
        assert isinstance(process, _Forked)
        process.kill()
        assert process.wait() == -signal.SIGKILL
        assert forked.convert([TEXT]) == [None]
        assert forked.crashes == 1


@pytest.mark.parametrize("name", ["RUBYOPT", "GEM_HOME"])
def test_what_tells_ruby_otherwise_starts_a_process(forks: RubyForks, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "/nowhere" if name == "GEM_HOME" else "-W0")
    with converter.Converter({}) as other:
        assert not isinstance(other._process, _Forked)
