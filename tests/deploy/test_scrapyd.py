"""A real Scrapyd: the project is deployed to it by its own client, and a run scheduled over its API."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import textwrap
import time
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

from benchmarks import scrapyd_jobs
from benchmarks.nginx import free_port
from tests.archives import index, report
from tests.conftest import missing
from tests.plain import beside
from tests.replica.crawl import PROJECT, settings_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.replica.server import ReplicaServer


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Scrapyd and its client, in an environment as docs/schedules.md has it set up."""
    text = (PROJECT / "docs" / "schedules.md").read_text("utf-8")
    (packages,) = re.findall(r"^    pip install (scrapyd .*?)\s*#", text, re.MULTILINE)
    return beside(tmp_path_factory.mktemp("scrapyd") / "v", *shlex.split(packages))


@pytest.fixture
def scrapyd(programs: Path, tmp_path: Path) -> Iterator[str]:
    """Its address."""
    folder, port = tmp_path / "scrapyd", free_port()
    folder.mkdir()
    config = (PROJECT / "deploy" / "scrapyd" / "scrapyd.conf").read_text("utf-8")
    assert "http_port    = 6800" in config
    (folder / "scrapyd.conf").write_text(config.replace("= 6800", f"= {port}"), "utf-8")
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([programs / "scrapyd"], cwd=folder, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(3000):
            with suppress(OSError):
                urlopen(f"{address}/daemonstatus.json").close()
                break
            time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(60)


def ask(address: str, **query: str) -> dict[str, Any]:
    with urlopen(f"{address}?{urlencode(query)}") as answer:
        found: dict[str, Any] = json.load(answer)
    assert found["status"] == "ok", found
    return found


def test_the_project_is_deployed_and_a_run_scheduled(
    scrapyd: str, programs: Path, replica: ReplicaServer, tmp_path: Path
) -> None:
    project = tmp_path / "project"
    shutil.copytree(PROJECT / "crawler", project / "crawler", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy2(PROJECT / name, project / name)
    config = (PROJECT / "scrapy.cfg").read_text("utf-8")
    (project / "scrapy.cfg").write_text(config.replace("[deploy]\n", f"[deploy]\nurl = {scrapyd}\n"), "utf-8")
    done = subprocess.run([programs / "scrapyd-deploy"], cwd=project, capture_output=True, text=True, timeout=300, check=False)
    assert '"status": "ok"' in done.stdout, done.stdout + done.stderr
    assert ask(f"{scrapyd}/listspiders.json", project="backfile")["spiders"] == ["finews", "jekyll"]

    settings = settings_for(replica.origins, tmp_path / "root")
    order = [("project", "backfile"), ("spider", "finews"), ("limit", "5")]
    order += [("setting", f"{name}={value}") for name, value in settings.items()]
    with urlopen(f"{scrapyd}/schedule.json", urlencode(order).encode()) as answer:
        job = json.load(answer)["jobid"]
    for _ in range(3000):
        finished = ask(f"{scrapyd}/listjobs.json", project="backfile")["finished"]
        if finished:
            break
        time.sleep(0.1)
    assert [run["id"] for run in finished] == [job]
    assert len(index(tmp_path / "root" / "finews")) == 5
    assert report(tmp_path / "root")["exit_code"] == 0
    with urlopen(scrapyd + finished[0]["log_url"]) as log:
        text = log.read().decode()
    assert "5 new, 0 changed" in text
    assert "Traceback" not in text


def test_many_archives_as_jobs_of_a_scrapyd_that_has_the_project(replica: ReplicaServer, tmp_path: Path) -> None:
    """As docs/schedules.md has it: nothing is deployed, and so many run at once as there are cores."""
    if not scrapyd_jobs.is_installed():
        missing("scrapyd", "pip install scrapyd")
    text = (PROJECT / "docs" / "schedules.md").read_text("utf-8")
    assert textwrap.indent(scrapyd_jobs.PROJECT_FILE, "    ") in text
    roots = [tmp_path / str(number) for number in range(3)]
    used = scrapyd_jobs.jobs(tmp_path / "scrapyd", [settings_for(replica.origins, root) for root in roots], cores=2)
    assert used.peak > 0
    assert [report(root)["exit_code"] for root in roots] == [0, 0, 0]
    assert {len(index(root / "finews")) for root in roots} == {75}
    begun = [datetime.fromisoformat(report(root)["started"]) for root in roots]
    ended = sorted(datetime.fromisoformat(report(root)["finished"]) for root in roots)
    assert sorted(begun)[2] > ended[0], "the third waits until one of two has ended"
