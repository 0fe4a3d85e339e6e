"""A worker that dies, as by ``kill -9``, in its last steps: when a function is called after it has got the archive for itself."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from crawler.cluster.lifecycle import WorkerLifecycle
from tests.crash.steps import die


def die_at(step: str) -> None:
    """Arm the function once captures are brought together."""
    bring_together = WorkerLifecycle._bring_together

    def armed(self: WorkerLifecycle, spider: Any) -> None:
        module, _, name = step.partition(":")
        owner: Any = import_module(module)
        *path, last = name.split(".")
        for part in path:
            owner = getattr(owner, part)
        setattr(owner, last, lambda *_, **__: die())
        bring_together(self, spider)

    WorkerLifecycle._bring_together = armed
