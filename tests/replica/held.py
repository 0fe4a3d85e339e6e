"""The bundled replica, which can hold its answers back so that a test acts in the middle of a crawl, however fast or slow that is."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from tests.replica.build import BUILT
from tests.replica.server import ReplicaServer

if TYPE_CHECKING:
    from tests.serving import Reply


class HeldReplica(ReplicaServer):
    """The bundled replica. From the request with number ``hold_at`` on, answers wait until that is raised."""

    def __init__(self) -> None:
        super().__init__(BUILT)
        self.hold_at = 0
        self.asked = 0
        #: When each request to a host came in; how many were being answered at once, and the most of that.
        self.times: dict[str, list[float]] = {}
        self.at_once: dict[str, int] = {}
        self.most_at_once: dict[str, int] = {}
        #: Seconds that each answer takes.
        self.slow = 0.0
        self._counting = threading.Lock()

    def answer(self, host: str, path: str) -> Reply:
        with self._counting:
            self.asked += 1
            number = self.asked
            self.times.setdefault(host, []).append(time.monotonic())
            self.at_once[host] = self.at_once.get(host, 0) + 1
            self.most_at_once[host] = max(self.most_at_once.get(host, 0), self.at_once[host])
        while number > self.hold_at:
            time.sleep(0.005)
        time.sleep(self.slow)
        reply = super().answer(host, path)
        with self._counting:
            self.at_once[host] -= 1
        return reply

    def let_go(self) -> None:
        self.hold_at = 1 << 30

    def __exit__(self, *how: object) -> None:
        self.let_go()
        super().__exit__(*how)
