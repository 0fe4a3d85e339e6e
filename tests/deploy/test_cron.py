"""The cron line: what it starts runs, in the surroundings that cron gives."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from typing import TYPE_CHECKING

from tests.replica.crawl import FAST, PROJECT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.replica.server import ReplicaServer

LINE = re.compile(r"^(\*/5 \* \* \* \*) (\w+) (.+)$", re.MULTILINE)


def test_the_line_archives_the_site_and_speaks_to_the_journal(replica: ReplicaServer, opt: Path, tmp_path: Path) -> None:
    text = (PROJECT / "deploy" / "cron" / "backfile").read_text("utf-8")
    (found,) = LINE.findall(text)
    assert found[1] == "backfile"
    command = found[2].replace("/opt/backfile", str(opt)).replace("/var/lib/backfile", str(tmp_path / "root"))
    assert "%" not in command, "cron takes it for a newline"
    given = " ".join(
        f"-s {name}={shlex.quote(value)}" for name, value in (FAST | {"ORIGINS": json.dumps(replica.origins)}).items()
    )
    logger = tmp_path / "logger"
    logger.write_text(f"#!/bin/sh\ncat > {tmp_path}/said\n")
    logger.chmod(0o755)
    done = subprocess.run(
        ["/bin/sh", "-c", command.replace("scrapy crawl", f"scrapy crawl {given}")],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin", "HOME": "/", "SHELL": "/bin/sh"},
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (done.stdout, done.stderr, (tmp_path / "said").read_text()) == ("", "", ""), "a good run has nothing to say"
    assert (tmp_path / "root" / "finews" / "index.jsonl").exists()
