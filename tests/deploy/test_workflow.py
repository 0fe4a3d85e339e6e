"""The GitHub workflow: GitHub's schema takes it, and its steps, run one after the other, keep an archive in a branch."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from tests.archives import index
from tests.replica.crawl import FAST, PROJECT
from tests.replica.server import SITE_HOST, ReplicaServer, Reply

WORKFLOW = PROJECT / "deploy" / "github" / "archive.yml"
FROM_BEFORE = re.compile(r"\$\{\{ steps\.(\w+)\.outputs\.(\w+) \}\}")


def test_github_takes_it() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", str(WORKFLOW)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def git(*arguments: str | Path, cwd: Path) -> str:
    return subprocess.run(["git", *arguments], cwd=cwd, capture_output=True, text=True, check=True).stdout


class Runner:
    """As much of GitHub's as runs the steps of a job that have a script, each in a checkout of its own."""

    def __init__(self, folder: Path, origins: dict[str, str]) -> None:
        self.remote, self._folder, self._runs = folder / "remote.git", folder, 0
        self._installed, self._path = folder / "installed", folder / "bin"
        self._path.mkdir()
        (self._path / "python").symlink_to(Path(sys.base_prefix) / "bin" / "python3")  # as actions/setup-python has it
        given = FAST | {"ORIGINS": json.dumps(origins)}
        self._given = " ".join(f"-s {name}={shlex.quote(value)}" for name, value in given.items())
        git("init", "--quiet", "--bare", self.remote, cwd=folder)
        self._push_project()

    def _push_project(self) -> None:
        project = self._folder / "project"
        git("clone", "--quiet", self.remote, project, cwd=self._folder)
        for name in ("scrapy.cfg", "pyproject.toml", "requirements.lock"):
            (project / name).write_bytes((PROJECT / name).read_bytes())
        (project / "output").mkdir()
        (project / "output" / ".gitignore").write_text("*\n!.gitignore\n")
        (project / "crawler").symlink_to(PROJECT / "crawler")
        git("add", "--all", cwd=project)
        git("-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "--quiet", "-m", "project", cwd=project)
        git("push", "--quiet", "origin", "HEAD:refs/heads/main", cwd=project)
        git("symbolic-ref", "HEAD", "refs/heads/main", cwd=self.remote)

    def run(self) -> dict[str, int]:
        """The exit code of each step that ran."""
        self._runs += 1
        checkout = self._folder / f"run{self._runs}"
        git("clone", "--quiet", "--depth", "1", f"file://{self.remote}", checkout, cwd=self._folder)
        if self._installed.exists():  # the first run installs; what it installed is cached
            (checkout / ".venv").symlink_to(self._installed)
        job: dict[str, Any] = yaml.safe_load(WORKFLOW.read_text("utf-8"))["jobs"]["crawl"]
        outputs: dict[str, dict[str, str]] = {}
        codes: dict[str, int] = {}
        for step in job["steps"]:
            if "run" not in step or (step["name"] == "install" and self._installed.exists()):
                continue
            script = FROM_BEFORE.sub(lambda found: outputs[found[1]][found[2]], step["run"])
            said = checkout / ".output"
            said.write_text("")
            codes[step["name"]] = subprocess.run(
                ["bash", "-e", "-c", script.replace("scrapy crawl", f"scrapy crawl {self._given}")],
                cwd=checkout,
                env=os.environ
                | job["env"]
                | {"GITHUB_OUTPUT": str(said), "PIP_NO_COMPILE": "1", "PATH": f"{self._path}:{os.environ['PATH']}"},
                capture_output=True,
                check=False,
            ).returncode
            if step["name"] == "install":
                (checkout / ".venv").rename(self._installed)
                (checkout / ".venv").symlink_to(self._installed)
            outputs[step.get("id", "")] = dict(line.split("=", 1) for line in said.read_text().splitlines())
            if codes[step["name"]]:
                break
        return codes

    def kept(self) -> Path:
        """The branch, checked out."""
        folder = self._folder / f"kept{self._runs}"
        git("clone", "--quiet", "--branch", "archive", self.remote, folder, cwd=self._folder)
        return folder


def test_its_steps_keep_an_archive_in_a_branch(replica: ReplicaServer, tmp_path: Path) -> None:
    runner = Runner(tmp_path, replica.origins)
    steps = {"take the archive as it is": 0, "crawl": 0, "keep it": 0, "say how it ended": 0}
    assert runner.run() == {"install": 0} | steps
    first = runner.kept()
    entries = index(first / "finews")
    assert entries
    assert not (first / "finews" / "catalog.sqlite").exists()
    assert not list(first.rglob(".lock"))
    replica.replies[SITE_HOST, "/feed.xml"] = [Reply(404, b"", {})]
    assert runner.run() == steps | {"say how it ended": 1}
    second = runner.kept()
    assert index(second / "finews") == entries
    assert len(list((second / "finews" / "runs").iterdir())) == 2
    assert git("log", "--format=%s", cwd=second).count("Run of ") == 2
