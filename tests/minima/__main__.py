"""``python -m tests.minima serve``."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.minima.build import TAGS_IN_POSTS, TAGS_PAGE, build
from tests.minima.server import MinimaServer
from tests.replica.build import JekyllMissing
from tests.serving import heeding_signals, wait_for_signal


def main() -> int:
    """Run the command; gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.minima", description="A stock minima blog built by the real Jekyll.")
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="build the blog and serve it on loopback until interrupted")
    serve.add_argument("--port", type=int, default=8090, help="0: any that is free")
    serve.add_argument("--permalink", help="date, pretty, ordinal, weekdate, none, or a template such as /:year/:title/")
    serve.add_argument("--baseurl", help="such as /shore")
    serve.add_argument("--paginate", type=int, metavar="POSTS", help="that many posts on a page of the list")
    serve.add_argument("--overlay", action="append", default=[], choices=[TAGS_IN_POSTS, TAGS_PAGE], help="where tags show")
    given = parser.parse_args()
    config = {name: getattr(given, name) for name in ("permalink", "baseurl", "paginate") if getattr(given, name) is not None}
    try:
        with tempfile.TemporaryDirectory() as folder:
            return _serve(build(Path(folder), *given.overlay, **config), given.port, config)
    except JekyllMissing as error:
        print(error, file=sys.stderr)
        return 2


def _serve(folder: Path, port: int, config: dict[str, Any]) -> int:
    try:
        blog = MinimaServer(folder, baseurl=config.get("baseurl", ""), port=port)
    except OSError as error:
        print(f"cannot listen on port {port}: {error.strerror}; use --port 0", file=sys.stderr)
        return 1
    with heeding_signals(), blog as server:
        origins = server.origins
        print(f"{next(iter(origins.values()))}{server.baseurl}/")
        print(f"Declare a site with home {server.home} (docs/add-a-site.md), then:")
        print(f"scrapy crawl NAME -s ORIGINS='{json.dumps(origins)}'", flush=True)
        wait_for_signal()
    return 0


if __name__ == "__main__":
    sys.exit(main())
