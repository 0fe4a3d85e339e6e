"""The manifests, against Kubernetes' own schemas; and what they say, against what the image and the commands take."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import kubernetes_validate
import pytest
import yaml

from tests.replica.crawl import PROJECT, run

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = PROJECT / "deploy" / "kubernetes"
#: The oldest and the newest version of Kubernetes of which the schemas are held against the manifests.
VERSIONS = ("1.28", "1.36")


def manifests() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted(FOLDER.glob("*.yaml")):
        for document in yaml.safe_load_all(path.read_text("utf-8")):
            yield f"{path.name}: {document['kind']}", document


ALL = dict(manifests())


def pods() -> Iterator[dict[str, Any]]:
    for document in ALL.values():
        spec = document.get("spec", {})
        job = spec.get("jobTemplate", {}).get("spec", spec)
        if "template" in job:
            yield job["template"]["spec"]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", ALL)
def test_it_is_what_kubernetes_takes(name: str, version: str) -> None:
    kubernetes_validate.validate(ALL[name], version, strict=True)


def test_a_mistake_is_seen() -> None:
    document = ALL["cronjob.yaml: CronJob"]
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(document | {"spec": document["spec"] | {"shedule": "x"}}, VERSIONS[-1], strict=True)


def test_every_pod_has_no_privileges() -> None:
    found = list(pods())
    assert len(found) == 3
    for pod in found:
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["automountServiceAccountToken"] is False
        for container in pod["containers"]:
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }
            assert "memory" in container["resources"]["limits"]


def test_the_user_is_the_one_of_the_image() -> None:
    (uid,) = re.findall(r"--uid (\d+)", (FOLDER.parent / "container" / "Containerfile").read_text("utf-8"))
    users = [pod["securityContext"]["runAsUser"] for pod in pods() if "redis" not in str(pod["containers"])[:40]]
    assert users == [int(uid), int(uid)]


def test_settings_and_sites_are_known() -> None:
    arguments = [word for pod in pods() for one in pod["containers"] if one["name"] == "backfile" for word in one["args"]]
    for name in {word.partition("=")[0] for word in arguments if "=" in word}:
        assert run("settings", "--get", name).returncode == 0
    assert {"crawl", "finews"} <= set(arguments)


def test_one_file_does_for_any_site() -> None:
    text = (FOLDER / "cronjob.yaml").read_text("utf-8")
    other = yaml.safe_load(text.replace("finews", "blog"))
    assert other["metadata"]["name"] == "backfile-blog"
    assert other["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]["args"] == ["crawl", "blog"]


def test_what_the_workers_image_copies_is_sent_to_whoever_builds() -> None:
    recipe = (FOLDER.parent / "container" / "Containerfile.cluster").read_text("utf-8")
    sent = (FOLDER.parent / "container" / "Containerfile.cluster.dockerignore").read_text("utf-8").split()
    copied = re.findall(r"^COPY (\S+) ", recipe, re.MULTILINE)
    assert sent == ["*", *(f"!{name}" for name in copied)]
    assert all((PROJECT / name).is_file() for name in copied)
