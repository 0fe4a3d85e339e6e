"""A replica behind TLS with a certificate of its own making: on the mapped port, and as /etc/hosts would have it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.conftest import missing
from tests.replica.build import BUILT
from tests.replica.crawl import PROJECT, crawl
from tests.replica.server import ReplicaServer
from tests.replica.truth import compare

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    openssl = shutil.which("openssl") or missing("openssl", "apt-get install openssl")
    folder = tmp_path_factory.mktemp("tls")
    command = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=finews.withounder.com"]
    subprocess.run([*command, "-keyout", folder / "key", "-out", folder / "crt"], check=True, capture_output=True)
    (folder / "both").write_bytes((folder / "key").read_bytes() + (folder / "crt").read_bytes())
    return folder / "both"


def test_a_bad_certificate_ends_in_one_line_that_says_what_to_set(certificate: Path, tmp_path: Path) -> None:
    with ReplicaServer(BUILT, certificate=certificate) as server:
        done = crawl(server.origins, tmp_path, LOG_LEVEL="ERROR")
        host = server.origins["https://finews.withounder.com"].removeprefix("https://")
    assert done.returncode == 1
    told = [line for line in done.stderr.splitlines() if "cannot be trusted" in line]
    assert len(told) == 1
    assert f"the certificate of {host}" in told[0]
    assert "DOWNLOAD_VERIFY_CERTIFICATES=0" in told[0]
    assert "Traceback" not in done.stderr
    report = json.loads(next((tmp_path / "finews" / "runs").iterdir()).read_text("utf-8"))
    assert "cannot be trusted" in report["failures"][0]["reason"]


@pytest.mark.parametrize("handler", ["reqwest_handler.ReqwestHandler", "aiohttp_handler.AiohttpHandler"])
def test_who_knows_why_may_go_on(certificate: Path, tmp_path: Path, handler: str) -> None:
    handlers = json.dumps(dict.fromkeys(("http", "https"), f"crawler.crawl.download.{handler}"))
    with ReplicaServer(BUILT, certificate=certificate) as server:
        done = crawl(server.origins, tmp_path, DOWNLOAD_VERIFY_CERTIFICATES="0", DOWNLOAD_HANDLERS=handlers)
    assert done.returncode == 0, done.stderr
    assert compare(BUILT, tmp_path / "finews").good


def under_its_own_names(folder: Path, *settings: str) -> subprocess.CompletedProcess[str]:
    """A crawl without ``ORIGINS`` in a network of its own, where /etc/hosts leads to the replica."""
    unshare = shutil.which("unshare") or missing("unshare", "apt-get install util-linux")
    command = [unshare, "--map-root-user", "--mount", "--net"]
    if subprocess.run([*command, "true"], capture_output=True, check=False).returncode:
        missing("a kernel that lets users make namespaces", "sysctl kernel.unprivileged_userns_clone=1")
    command += [sys.executable, "-m", "tests.crawl.own_network", str(folder), *settings]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False, timeout=300)


def test_without_a_mapping_the_hosts_file_serves_as_well(certificate: Path, tmp_path: Path) -> None:
    shutil.copy(certificate, tmp_path / "both")
    done = under_its_own_names(tmp_path, "DOWNLOAD_VERIFY_CERTIFICATES=0")
    assert (done.returncode, done.stderr) == (0, "")
    assert compare(BUILT, tmp_path / "finews").good


def test_under_its_own_name_a_bad_certificate_is_named_too(certificate: Path, tmp_path: Path) -> None:
    shutil.copy(certificate, tmp_path / "both")
    done = under_its_own_names(tmp_path)
    assert done.returncode == 1
    assert "the certificate of finews.withounder.com cannot be trusted" in done.stderr
