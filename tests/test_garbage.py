"""What a test leaves unclosed fails that test, or none."""

from __future__ import annotations

import gc
import socket
import sys
from typing import Any

import pytest


class Leaves:
    """Has a socket open; with ``cycle``, until the collector finds it."""

    def __init__(self, *, cycle: bool) -> None:
        self.file = socket.socket()
        self.own = self if cycle else None


@pytest.mark.parametrize("cycle", [True, False])
def test_what_only_the_collector_finds_fails_no_test(monkeypatch: pytest.MonkeyPatch, *, cycle: bool) -> None:
    told: list[Any] = []
    hook = sys.unraisablehook
    cells = dict(zip(hook.__code__.co_freevars, hook.__closure__ or (), strict=True))
    monkeypatch.setattr(cells["tell"], "cell_contents", told.append)
    Leaves(cycle=cycle)
    gc.collect()
    assert len(told) == (0 if cycle else 1)
