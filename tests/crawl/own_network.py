"""Run inside ``unshare -r -m -n``: a machine of its own, whose /etc/hosts sends finews to a replica on ports 80 and 443."""

from __future__ import annotations

import fcntl
import socket
import struct
import subprocess
import sys
from pathlib import Path

from tests.replica.build import BUILT
from tests.replica.crawl import FAST, run
from tests.replica.server import SHARE_HOSTS, SITE_HOST, ReplicaServer

_GET_FLAGS, _SET_FLAGS, _UP = 0x8913, 0x8914, 1


def loopback_up() -> None:
    """A new network namespace has a loopback that is down (netdevice(7))."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        _, flags = struct.unpack("16sh", fcntl.ioctl(control, _GET_FLAGS, struct.pack("16sh", b"lo", 0)))
        fcntl.ioctl(control, _SET_FLAGS, struct.pack("16sh", b"lo", flags | _UP))


def main(folder: Path, *more: str) -> int:
    """Crawl the replica under its canonical names; gives the exit code of the crawl."""
    loopback_up()
    hosts = folder / "hosts"
    hosts.write_text(f"127.0.0.1 localhost {SITE_HOST} {' '.join(SHARE_HOSTS)}\n")
    subprocess.run(["mount", "--bind", hosts, "/etc/hosts"], check=True)
    settings = FAST | {"ARCHIVE_ROOT": str(folder), "LOG_LEVEL": "WARNING"} | dict(word.split("=", 1) for word in more)
    with ReplicaServer(BUILT, ports=(443,), certificate=folder / "both"), ReplicaServer(BUILT, ports=(80,)):
        done = run("crawl", "finews", settings=settings)
    sys.stderr.write(done.stderr)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), *sys.argv[2:]))
