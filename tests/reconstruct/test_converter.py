"""Jekyll's own converter in a process of its own: what it renders, and what it survives."""

from __future__ import annotations

import os
import signal

import pytest

from crawler.reconstruct import Converter, NoConverter
from crawler.reconstruct.ruby import converter as converter_module


def test_it_renders_as_jekyll_does(converter):
    assert converter.convert(["# A\n", "b -- *c*", ""]) == ['<h1 id="a">A</h1>\n', "<p>b – <em>c</em></p>\n", "\n"]


def test_what_is_too_long_is_not_rendered(converter):
    assert converter.convert(["a" * 400_001, "b"]) == [None, "<p>b</p>\n"]


def test_it_is_started_again_when_it_ends(converter):
    with Converter({}) as one:
        assert one._process is not None
        os.kill(one._process.pid, signal.SIGKILL)
        assert one.convert(["a", "b"]) == ["<p>a</p>\n", "<p>b</p>\n"]
        assert one.crashes == 1


def test_the_next_one_goes_on_with_its_process(converter):
    with Converter({"auto_ids": False}) as one:
        assert one.convert(["# a"]) == ["<h1>a</h1>\n"]
        process = one._process
    with Converter({}) as other, Converter({}) as third:
        assert other._process is process
        assert third._process is not process
        assert other.convert(["# a"]) == third.convert(["# a"]) == ['<h1 id="a">a</h1>\n']


@pytest.mark.parametrize("other", [{"cpu_seconds": 1}, {"memory": 1 << 30}])
def test_one_of_another_kind_has_a_process_of_its_own(converter, other):
    with Converter({}) as one:
        process = one._process
    with Converter({}, **other) as another:
        assert another._process is not process
        assert process.poll() is not None, "the one that was kept has ended"


def test_other_surroundings_have_a_process_of_their_own(converter, monkeypatch):
    with Converter({}) as one:
        process = one._process
    monkeypatch.setenv("LANG", "C")
    with Converter({}) as another:
        assert another._process is not process


def test_a_process_that_owes_an_answer_is_not_gone_on_with(converter, monkeypatch):
    before, waiting = signal.signal(signal.SIGALRM, signal.default_int_handler), converter_module._line

    def interrupted(*how):
        signal.raise_signal(signal.SIGALRM)
        return waiting(*how)

    try:
        with Converter({}) as one:
            process = one._process
            monkeypatch.setattr(converter_module, "_line", interrupted)
            with pytest.raises(KeyboardInterrupt):
                one.convert(["> " * 6000 + "a"])
            monkeypatch.undo()
    finally:
        signal.signal(signal.SIGALRM, before)
    with Converter({}) as other:
        assert other._process is not process
        assert other.convert(["new"]) == ["<p>new</p>\n"]


def test_a_process_that_ended_meanwhile_is_not_gone_on_with(converter):
    with Converter({}) as one:
        process = one._process
    os.kill(process.pid, signal.SIGKILL)
    with Converter({}) as other:
        assert other._process is not process
        assert other.convert(["a"]) == ["<p>a</p>\n"]


def test_a_process_that_was_forked_does_not_ask_its_parents(converter):
    with Converter({}) as one:
        process = one._process
    child = os.fork()
    if not child:
        status = 1
        try:
            with Converter({}) as own:
                status = int(own._process.pid == process.pid or own.convert(["a"]) != ["<p>a</p>\n"])
        finally:
            os._exit(status)
    assert os.waitpid(child, 0)[1] == 0
    with Converter({}) as other:
        assert other._process is process


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
def test_what_stops_the_command_changes_nothing_that_it_renders(converter, signum):
    code = "~~~ ruby\nputs 1\n~~~\n"
    with Converter({}) as one:
        assert one._process is not None
        os.kill(one._process.pid, signum)
        assert one.convert([code]) == converter.convert([code])
        assert one.crashes == 0


def test_this_process_is_stopped_as_before(converter):
    with Converter({}):
        assert not signal.pthread_sigmask(signal.SIG_BLOCK, ()) & {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}


def test_a_text_that_takes_too_long_costs_itself_alone(converter):
    slow = "> " * 6000 + "a"
    with Converter({}, cpu_seconds=1) as one:
        assert one.convert(["a", slow, "b"]) == ["<p>a</p>\n", None, "<p>b</p>\n"]


def test_a_process_that_hangs_is_started_again(converter):
    with Converter({}, batch_seconds=1) as one:
        assert one._process is not None
        os.kill(one._process.pid, signal.SIGSTOP)
        assert one.convert(["a"]) == [None]
        one._batch_seconds = 300
        assert (one.convert(["a"]), one.crashes) == (["<p>a</p>\n"], 1)


def test_a_process_that_cannot_be_started_again_costs_no_run(converter, monkeypatch):
    with Converter({}) as one:
        assert one._process is not None
        os.kill(one._process.pid, signal.SIGKILL)
        with monkeypatch.context() as changed:
            changed.setenv("PATH", "/nowhere")
            assert one.convert(["a", "b"]) == [None, None]
        assert one.convert(["a"]) == ["<p>a</p>\n"]


def test_without_ruby_it_says_what_to_install(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(NoConverter, match="install ruby and jekyll"):
        Converter({}).__enter__()


def test_gems_and_plugins_of_strangers_are_not_loaded(converter, monkeypatch, tmp_path):
    (tmp_path / "Gemfile").write_text("abort 'a stranger'\n")
    (tmp_path / "_plugins").mkdir()
    (tmp_path / "_plugins" / "bad.rb").write_text("abort 'a stranger'\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BUNDLE_GEMFILE", str(tmp_path / "Gemfile"))
    monkeypatch.setenv("RUBYOPT", f"-r{tmp_path}/_plugins/bad.rb")
    with Converter({}) as one:
        assert one.convert(["a"]) == ["<p>a</p>\n"]


def test_settings_change_while_it_runs(converter):
    with Converter({}) as one:
        one.configure({"auto_ids": False})
        assert one.convert(["# a"]) == ["<h1>a</h1>\n"]


def test_the_language_of_the_machine_makes_no_difference(converter, monkeypatch):
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setenv("LANG", "C")
    with Converter({}) as one:
        assert one.convert(["“中文” é"]) == ["<p>“中文” é</p>\n"]


def test_settings_of_the_site_are_used(converter):
    with Converter({"hard_wrap": True, "auto_ids": False}) as one:
        assert one.convert(["a\nb", "# c"]) == ["<p>a<br />\nb</p>\n", "<h1>c</h1>\n"]
