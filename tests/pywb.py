"""pywb, which knows nothing of us, serving WARC files as the Wayback Machine does."""

from __future__ import annotations

import socket
import subprocess
import time
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.conftest import missing
from tests.replica.crawl import PROJECT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

_BIN = PROJECT / ".venv-replay" / "bin"
_TRIES = 3


@contextmanager
def served(
    folder: Path, files: Iterable[Path], collection: str = "web", configure: Callable[[Path], str] = lambda _: ""
) -> Iterator[str]:
    """The address of a pywb collection that holds these files (WARC or WACZ); of one that is there, if there are none.

    :param configure: gives more of pywb's configuration, for the folder of the collection.
    """
    if not (_BIN / "wayback").exists():
        missing("pywb", "make .venv-replay/stamp")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.yaml").write_text("framed_replay: false\n")
    given = list(map(str, files))
    add = ["add", *(["--unpack-wacz"] if any(name.endswith(".wacz") for name in given) else []), collection, *given]
    for command in [["init", collection], add] if given else []:
        subprocess.run([_BIN / "wb-manager", *command], cwd=folder, check=True, capture_output=True)
    with (folder / "config.yaml").open("a") as file:
        file.write(configure(folder / "collections" / collection))
    server, address = _start(folder)
    try:
        yield f"{address}/{collection}"
    finally:
        server.terminate()
        server.wait(60)


def _start(folder: Path) -> tuple[subprocess.Popen[bytes], str]:
    # wayback takes no socket and no port 0: another program may take the port that was free a moment ago.
    for _ in range(_TRIES):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        server = subprocess.Popen(
            [_BIN / "wayback", "--bind", "127.0.0.1", "--port", str(port)],
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        if _answers(f"http://127.0.0.1:{port}/", server):
            return server, f"http://127.0.0.1:{port}"
        server.kill()
        server.wait(60)
    raise RuntimeError("pywb could not be started")


def _answers(address: str, server: subprocess.Popen[bytes]) -> bool:
    deadline = time.monotonic() + 300
    while server.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return b"pywb" in answer.read().lower()
        except OSError:
            time.sleep(0.1)
    return False
