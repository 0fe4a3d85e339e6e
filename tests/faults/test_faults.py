"""Whatever a server does: no exception escapes, nothing partial is taken for a post, and once it is well all of it is there."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from tests.faults.faults import HARMLESS, LASTING, PASSING
from tests.faults.ground import Run, Tired, tired

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tired]:
    """Served for all tests here."""
    with tired(tmp_path_factory.mktemp("ground")) as ground:
        yield ground


def is_quiet(run: Run) -> bool:
    return not any(word in run.said for word in ("Traceback", "Unhandled", "defect in the crawler", "Warning"))


@pytest.mark.parametrize("fault", [*PASSING, *LASTING])
def test_a_fault_that_lasts_for_a_run(ground: Tired, tmp_path: Path, fault: str) -> None:
    ground.set((PASSING | LASTING)[fault])
    first = ground.run(tmp_path / "root", RETRY_AFTER_MAX="2")
    assert first.code in (1, 4), first.said
    assert is_quiet(first), first.said
    assert first.honest, first.compared
    assert first.report["failures"] or first.report["rejections"]
    ground.set(None)
    second = ground.run(tmp_path / "root", timedelta(minutes=5))
    assert second.code == 0, second.said
    assert second.compared.good, second.compared


@pytest.mark.parametrize("fault", PASSING)
def test_a_fault_that_passes_costs_nothing(ground: Tired, tmp_path: Path, fault: str) -> None:
    ground.set(PASSING[fault], times=1)
    run = ground.run(tmp_path / "root", RETRY_TIMES="9")
    assert len(ground.server.spoilt) > 10
    assert run.code == 0, run.said
    assert is_quiet(run), run.said
    assert run.compared.good, run.compared


@pytest.mark.parametrize("fault", HARMLESS)
def test_what_does_not_matter(ground: Tired, tmp_path: Path, fault: str) -> None:
    ground.set(HARMLESS[fault])
    for minutes in (0, 5):
        run = ground.run(tmp_path / "root", timedelta(minutes=minutes))
        assert run.code == 0, run.said
        assert is_quiet(run), run.said
        assert run.compared.good, run.compared


def test_what_fails_again_and_again_is_asked_for_ever_more_rarely(ground: Tired, tmp_path: Path) -> None:
    ground.set(LASTING["200 with an error page"])
    asked: dict[str, list[int]] = {}
    for minute in range(0, 62, 2):
        before = dict(ground.server.spoilt)
        ground.run(tmp_path / "root", timedelta(minutes=minute))
        for (host, path), count in ground.server.spoilt.items():
            if "/2022/" in path and count > before.get((host, path), 0):
                asked.setdefault(path, []).append(minute)
    assert len(asked) > 10
    for minutes in asked.values():
        gaps = [later - sooner for sooner, later in pairwise(minutes)]
        assert len(minutes) <= 7
        assert gaps == sorted(gaps), minutes
