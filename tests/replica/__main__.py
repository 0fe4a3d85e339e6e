"""``python -m tests.replica build|check|make|serve|demo``."""

from __future__ import annotations

import argparse
import filecmp
import json
import sys
import tempfile
from pathlib import Path

from tests.replica.build import BUILT, BUILT_SEED, BUILT_SIZE, JekyllMissing, build
from tests.replica.demo import demo
from tests.replica.server import ReplicaServer
from tests.serving import heeding_signals, wait_for_signal


def main() -> int:
    """Run one of the commands; gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.replica", description="A small finews built by the real Jekyll.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("build", help="make the committed copy anew (needs jekyll)")
    commands.add_parser("check", help="fail if the committed copy is stale (needs jekyll)")
    make = commands.add_parser("make", help="make a replica of any size (needs jekyll)")
    make.add_argument("folder", type=Path)
    make.add_argument("--posts", type=int, default=3000)
    make.add_argument("--seed", type=int, default=2)
    serve = commands.add_parser("serve", help="serve a replica on loopback until interrupted")
    serve.add_argument("folder", type=Path, nargs="?", default=BUILT)
    serve.add_argument(
        "--port", type=int, default=8080, help="port of finews; the share hosts get the next three; 0: any that are free"
    )
    commands.add_parser("demo", help="crawl the committed copy and show what came out")
    given = parser.parse_args()
    run = {"build": _build, "check": _check, "make": _make, "serve": _serve, "demo": lambda _: demo()}
    try:
        return run[given.command](given)
    except JekyllMissing as error:
        print(error, file=sys.stderr)
        return 2


def _build(_: argparse.Namespace) -> int:
    replica = build(BUILT, BUILT_SEED, BUILT_SIZE)
    print(f"{len(replica.posts)} source posts built into {BUILT}")
    return 0


def _make(given: argparse.Namespace) -> int:
    replica = build(given.folder, given.seed, given.posts)
    print(f"{len(replica.posts)} source posts built into {given.folder}")
    return 0


def differences(one: Path, other: Path) -> list[str]:
    """Files that are not the same in two folders, or in one of them only."""
    names = {str(path.relative_to(root)) for root in (one, other) for path in root.rglob("*") if path.is_file()}
    return sorted(
        name
        for name in names
        if not (one / name).is_file()
        or not (other / name).is_file()
        or not filecmp.cmp(one / name, other / name, shallow=False)
    )


def _check(_: argparse.Namespace) -> int:
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder) / "built", BUILT_SEED, BUILT_SIZE)
        stale = differences(BUILT, Path(folder) / "built")
    for name in stale:
        print(f"stale: {name}")
    if stale:
        print("the committed replica is stale; make it anew with: python -m tests.replica build", file=sys.stderr)
    return 1 if stale else 0


def _serve(given: argparse.Namespace) -> int:
    ports = tuple(range(given.port, given.port + 4)) if given.port else ()
    try:
        replica = ReplicaServer(given.folder, ports=ports)
    except OSError as error:
        print(f"cannot listen on ports {given.port} to {given.port + 3}: {error.strerror}; use --port 0", file=sys.stderr)
        return 1
    with heeding_signals(), replica as server:
        print(f"-s ORIGINS='{json.dumps(server.origins)}'", flush=True)
        wait_for_signal()
    return 0


if __name__ == "__main__":
    sys.exit(main())
