"""No reader needs more processor time than a linear one needs, whatever text is repeated.

What is counted is processor time, by the kernel, since the work of a regular expression can be counted in no other way here; and
it is a limit, not a comparison: a linear reader is through with such a text in a fraction of it, a quadratic one would need many
times as much. ``python -m tests.linear`` shows how times grow when texts are doubled.
"""

from __future__ import annotations

import gc
import os
import resource
import signal
import time
from math import ceil
from mmap import mmap
from typing import TYPE_CHECKING

import pytest

from crawler.markup.source.strangers_yaml import load
from tests.linear.readers import READERS, read
from tests.linear.seeds import SEEDS, hostile

if TYPE_CHECKING:
    from collections.abc import Callable

#: So many bytes, and the seconds of processor time that reading them may take.
SIZE, LIMIT = 20_000, 2


def within_limits(reading: Callable[[str], object], seeds: tuple[str, ...], size: int, limit: int = LIMIT) -> str:
    """Read each text in a process of its own that the kernel ends at the limit; return the seed of which it was ended.

    :param limit: seconds of processor time for one text; a busy machine takes three times as many as a quiet one.
    """
    number = mmap(-1, 2)
    process = os.fork()
    if not process:
        status = 1
        gc.freeze()  # looking at all that other tests of this process left would take its time, too
        try:
            for at, seed in enumerate(seeds):
                number[:2] = at.to_bytes(2, "little")
                used = ceil(time.process_time())
                resource.setrlimit(resource.RLIMIT_CPU, (used + limit, resource.RLIM_INFINITY))
                reading(hostile(seed, size))
            status = 0
        finally:
            os._exit(status)
    _, status = os.waitpid(process, 0)
    return seeds[int.from_bytes(number[:2], "little")] if status else ""


@pytest.mark.parametrize("name", READERS)
def test_time_grows_with_the_text_and_not_with_its_square(name: str) -> None:
    read(name, "x")  # what is imported on first use
    assert not within_limits(lambda text: read(name, text), SEEDS, SIZE)


def test_a_quadratic_reader_is_found() -> None:
    def quadratic(text: str) -> None:
        for start in range(len(text)):
            text.find("\0never", start)
            text[start:].count("a")

    assert within_limits(quadratic, ("a",), 20 * SIZE) == "a"


def test_what_ends_the_process_is_found() -> None:
    assert within_limits(lambda _: os.kill(os.getpid(), signal.SIGKILL), ("a", "b"), 1) == "a"


@pytest.mark.parametrize("text", ["[" * 10**5, "{a: " * 10**5, "- " * 10**5, "? " * 10**5, "- " * 2000])
def test_yaml_that_is_nested_too_deeply_is_refused(text: str) -> None:
    import yaml

    with pytest.raises(yaml.YAMLError):
        load(text, yaml.CBaseLoader)
