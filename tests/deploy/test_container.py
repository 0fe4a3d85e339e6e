"""The Containerfile: its steps are run one by one, in a root of their own made of this machine's Debian, and then what it starts."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.archives import index, report
from tests.conftest import missing
from tests.replica.crawl import FAST, PROJECT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.replica.server import ReplicaServer

RECIPE = PROJECT / "deploy" / "container" / "Containerfile"
#: In a mount namespace: programs and devices of this machine, everything else of the root's own.
ENTER = """
mount --bind $0 $0
for name in usr bin sbin lib lib32 lib64 libx32; do
  if [ -L /$name ]; then [ -L $0/$name ] || cp -P /$name $0/$name
  elif [ -d /$name ]; then mkdir -p $0/$name && mount --bind -o ro /$name $0/$name
  fi
done
mount --rbind /dev $0/dev && mount --rbind /proc $0/proc
[ -z "$READ_ONLY" ] || { mount --bind $0/archive $0/archive && mount -o remount,ro,bind $0; }
exec /usr/sbin/chroot --userspec="$1" $0 /bin/sh -c 'cd "$0" && exec "$@"' "$2" "${@:3}"
"""


class Image:
    """What the steps make of the root, and the surroundings that they ask for."""

    def __init__(self, root: Path) -> None:
        self.root, self.folder, self.user = root, "/", "root"
        self.environment = {"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"}
        self.entry: list[str] = []
        self.arguments: list[str] = []
        for name in ("dev", "proc", "opt", "tmp", "var/tmp", "root", "home"):
            (root / name).mkdir(parents=True)
        root.chmod(0o755)
        (root / "tmp").chmod(0o1777)
        shutil.copytree("/etc", root / "etc", symlinks=True)
        for name in [
            name for name in os.environ if name.startswith("PIP_") or name.lower().endswith(("_proxy", "ssl_cert_file"))
        ]:
            self.environment[name] = os.environ[name]

    def run(self, *command: str, read_only: bool = False) -> subprocess.CompletedProcess[str]:
        words = ["unshare", "--mount", "bash", "-euc", ENTER, str(self.root), self.user, self.folder, *command]
        environment = self.environment | {"READ_ONLY": "yes" if read_only else ""}
        return subprocess.run(words, env=environment, capture_output=True, text=True, check=False)

    def step(self, kind: str, rest: str) -> None:
        if kind == "RUN":
            done = self.run("/bin/sh", "-c", rest)
            assert done.returncode == 0, done.stdout + done.stderr
        elif kind == "COPY":
            *sources, target = rest.split()
            for source in sources:
                self._copy(PROJECT / source, self.root / target.lstrip("/"), target.endswith("/"))
        elif kind == "ENV":
            self.environment |= dict(word.split("=", 1) for word in shlex.split(rest))
        elif kind in ("WORKDIR", "USER"):
            setattr(self, {"WORKDIR": "folder", "USER": "user"}[kind], rest)
        elif kind in ("ENTRYPOINT", "CMD"):
            setattr(self, {"ENTRYPOINT": "entry", "CMD": "arguments"}[kind], json.loads(rest))
        else:
            assert kind in ("ARG", "FROM", "VOLUME", "STOPSIGNAL"), f"{kind} is new here"

    @staticmethod
    def _copy(source: Path, target: Path, into: bool) -> None:
        ignored = RECIPE.with_name("Containerfile.dockerignore").read_text("utf-8").splitlines()
        assert f"!{source.name}" in ignored, f"{source.name} is not sent to whoever builds"
        target = target / source.name if into else target
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, target)


def steps() -> list[tuple[str, str]]:
    text = re.sub(r"^#.*\n", "", RECIPE.read_text("utf-8"), flags=re.MULTILINE).replace("\\\n", " ")
    return [(kind, rest.strip()) for kind, _, rest in (line.partition(" ") for line in text.splitlines() if line.strip())]


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    unshare = shutil.which("unshare") or missing("unshare", "apt-get install util-linux")
    if subprocess.run([unshare, "--mount", "true"], capture_output=True, check=False).returncode:
        missing("a root of one's own", "run as root, who may mount")
    made = Image(tmp_path_factory.mktemp("root"))
    for kind, rest in steps():
        made.step(kind, rest)
    return made


def test_it_archives_the_site_as_a_user_without_rights_on_a_read_only_system(image: Image, replica: ReplicaServer) -> None:
    given = [f"-s{name}={value}" for name, value in (FAST | {"ORIGINS": json.dumps(replica.origins)}).items()]
    command, *rest = image.arguments
    done = image.run(*image.entry, command, *given, *rest, read_only=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert index(image.root / "archive" / "finews")
    assert report(image.root / "archive")["exit_code"] == 0
    assert (image.root / "archive" / "finews" / "index.jsonl").stat().st_uid == 10001


def test_another_command_finds_the_archive(image: Image, replica: ReplicaServer) -> None:
    """As docs/schedules.md has it."""
    text = (PROJECT / "docs" / "schedules.md").read_text("utf-8")
    (arguments,) = re.findall(r"^    podman run --rm -v backfile:/archive backfile (.+)$", text, re.MULTILINE)
    given = [f"-s{name}={value}" for name, value in (FAST | {"ORIGINS": json.dumps(replica.origins)}).items()]
    assert image.run(*image.entry, "crawl", *given, "finews").returncode == 0
    done = image.run(*image.entry, *arguments.split(), read_only=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "posts" in done.stdout
