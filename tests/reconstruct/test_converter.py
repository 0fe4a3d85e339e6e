"""Jekyll's own converter in a process of its own: what it renders, and what it survives."""

from __future__ import annotations

import os
import signal

from crawler.reconstruct import Converter


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


def test_a_text_that_takes_too_long_costs_itself_alone(converter):
    slow = "> " * 6000 + "a"
    with Converter({}, cpu_seconds=1) as one:
        assert one.convert(["a", slow, "b"]) == ["<p>a</p>\n", None, "<p>b</p>\n"]


def test_the_language_of_the_machine_makes_no_difference(converter, monkeypatch):
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setenv("LANG", "C")
    with Converter({}) as one:
        assert one.convert(["“中文” é"]) == ["<p>“中文” é</p>\n"]


def test_settings_of_the_site_are_used(converter):
    with Converter({"hard_wrap": True, "auto_ids": False}) as one:
        assert one.convert(["a\nb", "# c"]) == ["<p>a<br />\nb</p>\n", "<h1>c</h1>\n"]
