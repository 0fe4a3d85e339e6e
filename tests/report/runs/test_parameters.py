"""What a run was called with is in its report, and no secret is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import __version__
from crawler.report.runs.parameters import spider_arguments, without_secret
from tests.archives import report
from tests.replica.crawl import crawl, run

if TYPE_CHECKING:
    from pathlib import Path

    from tests.replica.server import ReplicaServer

SECRETS = [
    ("FTP_PASSWORD", "hunter2"),
    ("MAIL_PASS", "hunter2"),
    ("MAIL_USER", "me"),
    ("AWS_SECRET_ACCESS_KEY", "hunter2"),
    ("MY_API_TOKEN", "hunter2"),
    ("ALERT_WEBHOOK", "https://chat.example.org/hunter2"),
    ("ALERT_COMMAND", "tell --to hunter2"),
    ("HTTPPROXY", "http://127.0.0.1:3128"),
    ("FEED_URI", "ftp://me:hunter2@example.org/x"),
    ("ANYTHING", "https://example.org/?api_key=hunter2"),
    ("ANYTHING", '{"Authorization": "x hunter2"}'),
    ("ANYTHING", "Bearer hunter2"),
    ("DEFAULT_REQUEST_HEADERS", "{'Cookie': 'token: hunter2'}"),
]


@pytest.mark.parametrize(("name", "value"), SECRETS)
def test_a_secret_is_left_out(name: str, value: str) -> None:
    assert without_secret(name, value) is None
    assert without_secret(name.lower(), value) is None


@given(st.text("abc", max_size=9), st.text(max_size=40))
def test_a_password_in_an_address_is_left_out_wherever_it_stands(name: str, before: str) -> None:
    assert without_secret("ORIGINS", f"{before} https://{name}:x@host/") is None


@pytest.mark.parametrize(
    "name", ["LOG_LEVEL", "USER_AGENT", "ORIGINS", "CAPTURE_FILE_SIZE", "RETRY_TIMES", "AUTOTHROTTLE_ENABLED"]
)
def test_what_is_none_is_told(name: str) -> None:
    assert without_secret(name, '{"https://finews.withounder.com": "http://127.0.0.1:8080"}') is not None


def test_a_long_value_is_cut_and_never_slow() -> None:
    assert len(without_secret("LOG_FORMAT", "pass" * 1_000_000) or "") <= 1000
    assert spider_arguments({"limit": 10}) == {"limit": "10"}


def test_a_report_tells_what_the_run_was_called_with(replica: ReplicaServer, tmp_path: Path) -> None:
    done = crawl(replica.origins, tmp_path, "-a", "limit=3", "-a", "category=emnews", MAIL_PASS="hunter2", RETRY_TIMES="1")
    assert done.returncode == 0, done.stderr
    found = report(tmp_path)
    assert found["arguments"] == {"category": "emnews", "limit": "3"}
    assert found["settings"]["RETRY_TIMES"] == "1"
    assert found["settings"]["MAIL_PASS"] is None
    assert "hunter2" not in json.dumps(found)
    assert found["versions"]["backfile"] == __version__
    assert "SWEEP_INTERVAL" not in found["settings"], "as it is set in the project"
    done = run("status", "finews", settings={"ARCHIVE_ROOT": str(tmp_path)})
    assert "category=emnews limit=3" in done.stdout
