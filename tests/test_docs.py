"""The documents cannot go stale: every command in them is run, and every setting and argument is in them."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crawler import settings
from crawler.exporters.schemas import NAMES, filled
from crawler.items import FIDELITIES
from crawler.spiders.arguments import ARGUMENTS
from tests.dictionary import DICTIONARY
from tests.replica.build import BUILT
from tests.replica.crawl import FAST, PROJECT, crawl
from tests.replica.demo import tips
from tests.replica.server import ReplicaServer

if TYPE_CHECKING:
    from collections.abc import Iterator

#: These are followed by tests/minima and tests/jekyll_sites, whose sites they are of.
APART = ("add-a-site.md", "any-jekyll.md")
DOCUMENTS = [PROJECT / "README.md", *(path for path in sorted((PROJECT / "docs").glob("*.md")) if path.name not in APART)]
#: Run by CI itself, before or as these tests; by which of its parts.
ELSEWHERE = {
    "make test": "make test",
    "make lint": "make lint",
    "python3 -m venv ~/backfile": ".ci/stranger",
    "~/backfile/bin/pip install .": ".ci/stranger",
    "~/backfile/bin/backfile crawl finews": ".ci/stranger",
}
#: What each command that measures everything is made, and is run once for all of them.
BENCH = 'make bench ARGS="--rounds 1 --posts 20 --sizes 20,60"'
#: What takes no extra, wherever it stands.
PLAIN = re.compile(r"\.venv/bin/scrapy (changes|schema|shell|parse|fetch|check)\b")


def commands() -> list[tuple[str, str]]:
    """Each command, and what it needs: ``plain``, what is installed before a document says ``make extras``, or ``all``."""
    found: dict[str, str] = {}
    for document in DOCUMENTS:
        text = document.read_text("utf-8")
        extras = text.find("make extras") % (len(text) + 1)  # -1: never
        for block in re.finditer(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
            for command in filter(None, map(str.strip, block[1].splitlines())):
                before = (
                    block.start() < extras and "make extras" not in block[1] and not re.search(r"pytest|tests\.warc", command)
                )
                if before or PLAIN.match(command):
                    found[command] = "plain"
                found.setdefault(command, "all")
    return list(found.items())


@pytest.fixture(scope="module")
def clones(plain: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dict[str, Path], dict[str, str]]]:
    """The project as a user has it, with what it needs and with all, an archive in ``output/finews/``, and a replica in the site's place."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    folders = {}
    with ReplicaServer(BUILT) as server:
        for kind, environment in (("plain", plain), ("all", PROJECT / ".venv")):
            folders[kind] = folder = tmp_path_factory.mktemp(kind)
            for name in filter(None, listed.split("\0")):
                if (PROJECT / name).exists():
                    (folder / name).parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy2(PROJECT / name, folder / name)
            (folder / ".venv").symlink_to(environment)
            (folder / ".venv-replay").symlink_to(PROJECT / ".venv-replay")
            (folder / ".venv-peers").mkdir()
            (folder / ".venv-peers" / "stamp").touch()  # those that the benchmark measures beside us are not fetched for this
            done = crawl(server.origins, folder / "output")
            assert done.returncode == 0, done.stderr
        yield folders, server.origins


@pytest.mark.parametrize(("command", "needs"), commands())
def test_every_documented_command_runs(
    clones: tuple[dict[str, Path], dict[str, str]], tmp_path: Path, command: str, needs: str
) -> None:
    folder, origins = clones[0][needs], clones[1]
    if command in ELSEWHERE:
        assert ELSEWHERE[command] in (PROJECT / ".ci" / "run").read_text("utf-8")
        return
    needed = {
        "make bench": "nginx",
        "tests.replica": "jekyll",
        "test_jekyll.py": "jekyll",
        "--render": "jekyll",
        "rsync": "rsync",
    }
    for part, program in needed.items():
        if part in command and shutil.which(program) is None:
            from tests.conftest import missing

            missing(program, f"apt-get install {program}")
    given = " ".join(f"-s {name}={shlex.quote(value)}" for name, value in (FAST | {"ORIGINS": json.dumps(origins)}).items())
    words = command.split()
    if command == "make crawl":
        command = f"make crawl ARGS={shlex.quote(given)}"
    elif command == "make bench" or command.startswith('make bench ARGS="--'):  # what everything does, on a small site
        command, folder = BENCH, clones[0]["plain"]  # with all that can be installed, tests/test_benchmarks.py runs it
        if (folder / "benched").exists():
            return
        (folder / "benched").touch()
    elif words[0].endswith("/scrapy") and words[1] in ("crawl", "shell", "parse", "check"):
        command = f"{words[0]} {words[1]} {given} {' '.join(words[2:])}"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "MAKE", "MFLAGS"))}
    environment["HOME"] = str(tmp_path)
    done = subprocess.run(
        command,
        shell=True,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_there_are_commands() -> None:
    found = dict(commands())
    assert {"make demo", "make test", "make crawl"} <= found.keys()
    assert found["make extras"] == "all"
    assert list(found.values()).count("plain") > 30


def test_the_demos_tips_are_typed_as_they_stand() -> None:
    """A category's name may be anything that a folder's can; .ci/stranger types all of them."""
    url = "https://finews.withounder.com/anxin(hong kong)/2022/03/01/x.html"
    (line,) = [line for line in tips(url, Path("output/demo/finews")).splitlines() if "shell" in line]
    said = subprocess.run(
        ["/bin/sh", "-c", line.replace(".venv/bin/scrapy", "echo")], capture_output=True, text=True, check=True
    )
    assert f" {url} -c source(post)" in said.stdout


def ours() -> list[str]:
    from scrapy.settings import default_settings

    return [name for name in vars(settings) if name.isupper() and not hasattr(default_settings, name)]


@pytest.mark.parametrize("name", ours())
def test_every_setting_of_ours_is_documented_with_an_example(name: str) -> None:
    text = (PROJECT / "docs" / "settings.md").read_text("utf-8")
    assert re.search(rf"^\| `{name}` \|.*`-s {name}=", text, re.MULTILINE)


@pytest.mark.parametrize("name", [argument.name for argument in ARGUMENTS])
def test_every_argument_is_documented_with_an_example(name: str) -> None:
    assert f"-a {name}=" in (PROJECT / "docs" / "settings.md").read_text("utf-8")
    assert f"`{name}" in (PROJECT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("path", sorted((PROJECT / "crawler" / "commands").glob("*.py")), ids=lambda path: path.stem)
def test_every_command_is_in_the_readme(path: Path) -> None:
    """But for those of Scrapy's that are the same here."""
    text = path.read_text("utf-8")
    if "class Command(" in text and '"""Scrapy\'s own command."""' not in text:
        assert f"scrapy {path.stem} " in (PROJECT / "README.md").read_text("utf-8").replace("`", " ").replace("\n", " ")


def test_the_data_dictionary_is_made_of_the_schemas() -> None:
    text = DICTIONARY.read_text("utf-8")
    assert all(f"<!-- {name} -->\n" in text for name in NAMES)
    assert filled(text) == text, "make dictionary"


def test_a_fidelity_means_the_same_wherever_it_is_explained() -> None:
    readme = (PROJECT / "README.md").read_text("utf-8")
    for name, meaning in FIDELITIES.items():
        assert f"| `{name}` | {meaning} |" in readme
    _, footer, text = re.split(", so |; ", FIDELITIES["partial"])
    for name in ("exactness.md", "explain.md"):
        document = " ".join((PROJECT / "docs" / name).read_text("utf-8").split())
        assert footer in document
        assert text in document


def examples() -> list[tuple[str, str]]:
    """Each Python example of the documents, with the command in the block before it."""
    found = []
    for document in DOCUMENTS:
        before = ""
        for kind, block in re.findall(r"^```(sh|python)\n(.*?)^```", document.read_text("utf-8"), re.MULTILINE | re.DOTALL):
            if kind == "sh":
                before = block.strip().splitlines()[0]
            else:
                found.append((before, block))
    return found


@pytest.mark.parametrize(("before", "code"), examples(), ids=lambda text: text[:40])
def test_every_python_example_runs(clones: tuple[dict[str, Path], dict[str, str]], before: str, code: str) -> None:
    folder = clones[0]["all"]
    environment = os.environ | {"HF_HOME": str(folder / "home"), "HF_HUB_OFFLINE": "1"}
    for command in ([*shlex.split(before)], [folder / ".venv" / "bin" / "python", "-c", code]):
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    assert len(re.findall(r"\w+", done.stdout)) > 3, "an example prints something, and no empty list"


def test_links_between_documents_lead_somewhere() -> None:
    for document in DOCUMENTS:
        shown = re.sub(r"`[^`\n]*`", "", document.read_text("utf-8"))  # what is in code is no link
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", shown):
            assert (document.parent / target).exists(), f"{document.name} -> {target}"
