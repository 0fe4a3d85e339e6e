"""Writes the last run's figures for the textfile collector of Prometheus' node exporter.

https://github.com/prometheus/node_exporter#textfile-collector
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from crawler.atomic import atomic

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def write_metrics(report: Mapping[str, Any], path: Path) -> None:
    """Write the file atomically. All metrics are gauges, because the figures of a finished run do not grow.

    :raises OSError: if the file cannot be written.
    """
    from prometheus_client import CollectorRegistry, Gauge, generate_latest  # noqa: PLC0415 - few runs need it

    registry, site = CollectorRegistry(), report["site"]
    for name, (meaning, value) in _single(report).items():
        Gauge(f"backfile_{name}", meaning, ["site"], registry=registry).labels(site).set(value)
    for name, meaning, label, found in (
        ("run_answers", "Answers of the network, by status.", "status", report["requests"]["by_status"]),
        ("run_posts", "Posts of the last run, by what happened to them.", "what", report["posts"]),
        ("run_fidelity", "Posts written, by how exact they are.", "fidelity", report["fidelity"]),
    ):
        gauge = Gauge(f"backfile_{name}", meaning, ["site", label], registry=registry)
        for key, value in found.items():
            gauge.labels(site, key).set(value)
    with atomic(path, shared=True) as file:
        file.write(generate_latest(registry))


def _single(report: Mapping[str, Any]) -> dict[str, tuple[str, float]]:
    started, finished = (datetime.fromisoformat(report[name]).timestamp() for name in ("started", "finished"))
    lateness = report["lateness"]["median"]
    return {
        "run_start_seconds": ("When the last run began, in seconds since 1970.", started),
        "run_duration_seconds": ("How long it took.", finished - started),
        "run_exit_code": ("0 good, 1 losses, 4 the site's layout has changed.", report["exit_code"]),
        "run_received_bytes": ("Bytes of answers.", report["requests"]["bytes"]),
        "run_losses": ("URLs and pages of which the archive lacks something that it should have.", report["losses"]),
        "run_broken_by_site": ("Pages that the site itself published broken.", report["broken_by_site"]),
        "run_missed_by_shortcut": ("Posts that only the sweep found.", len(report["missed_by_shortcut"])),
        "run_lateness_seconds": (
            "Median from publication to capture of new posts.",
            float("nan") if lateness is None else lateness,
        ),
        "runs_not_good": ("Runs in a row that were not good.", report["alarm"]["runs"]),
    }
