"""``scrapy verify`` of an archive that holds, with Jekyll and without, and of what it cannot run with."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest

from tests.archives import a_post, index
from tests.upkeep.verify.verifying import change_line, deface, verify

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("arguments", [(), ("--jobs", "1"), ("--sample", "10")])
def test_a_crawls_archive_holds(crawled: Path, arguments: tuple[str, ...]) -> None:
    done = verify(crawled, *arguments)
    assert done.returncode == 0, done.stdout
    assert done.stdout.endswith("everything holds\n")


@pytest.mark.usefixtures("jekyll")
def test_a_crawls_archive_renders_what_was_captured(crawled: Path) -> None:
    done = verify(crawled, "--render")
    assert done.returncode == 0, done.stdout
    assert f"{len(index(crawled / 'finews'))} rendered with Jekyll: everything holds" in done.stdout


@pytest.mark.usefixtures("jekyll")
@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("</p>", "！</p>", "Jekyll renders another content than the captured page"),
        ('title: "', 'title: "新', "Jekyll renders another title than the captured page"),
        ("---\n", "---\n{% no_such_tag %}", "Jekyll cannot build it: Liquid Exception: Liquid synt"),
        ("date: 20", "date: 19", "Jekyll does not publish it at"),
    ],
)
def test_a_file_that_renders_something_else_is_found_out(archive_root: Path, old: str, new: str, said: str) -> None:
    """Even where file, index and catalog agree."""
    archive = archive_root / "finews"
    post = next(
        entry for entry in index(archive)
        if entry["body_from"] == "share" and (archive / entry["path"]).read_text("utf-8").count("</p>")
    )  # fmt: skip
    source = (archive / post["path"]).read_text("utf-8")
    head, tail = source.rsplit(old, 1) if old in ("</p>", "---\n") else source.split(old, 1)
    changed = (head + new + tail).encode() if old != "---\n" else (head + old + new + tail).encode()
    (archive / post["path"]).write_bytes(changed)
    change_line(archive, post["id"], lambda entry: entry.update(sha256=hashlib.sha256(changed).hexdigest(), bytes=len(changed)))
    assert verify(archive_root).returncode == 0
    done = verify(archive_root, "--render")
    assert done.returncode == 1
    (line,) = [line for line in done.stdout.splitlines() if line.startswith(post["path"])]
    assert said in line
    lines = verify(archive_root, "--diff").stdout.splitlines()
    shown = lines[lines.index(line) + 1 : -1]
    assert [text for text in shown if not text.startswith("    ")] == []
    assert bool(shown) == ("another" in said)
    if shown:
        assert (shown[0][:7], {text[4] for text in shown[1:]} >= {"-", "+"}) == ("    @@ ", True)
    (found,) = json.loads(verify(archive_root, "--diff", "--json").stdout)["findings"]
    assert found["diff"].splitlines() == [text[4:] for text in shown]
    repaired = verify(archive_root, "--render", "--repair")
    assert repaired.returncode == 0, repaired.stdout
    assert (archive / post["path"]).read_bytes() == source.encode()


def test_what_cannot_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = verify(tmp_path)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "there is no archive in" in done.stderr
    (tmp_path / "finews").mkdir()
    monkeypatch.setenv("PATH", "/nowhere")
    done = verify(tmp_path, "--render")
    assert (done.returncode, done.stderr) == (2, "--render needs Jekyll; on Debian: apt-get install jekyll\n")


def test_the_document_says_what_the_lines_say(archive_root: Path) -> None:
    post = a_post(archive_root)
    expected = deface(archive_root / "finews", post)
    lines = verify(archive_root)
    assert "scrapy verify finews --repair makes again what captures give" in lines.stderr
    done = verify(archive_root, "--json")
    document = json.loads(done.stdout)
    assert (done.returncode, document["exit_code"], document["posts"]) == (1, 1, len(index(archive_root / "finews")))
    (finding,) = document["findings"]
    assert (finding["where"], finding["post"]) == (post["path"], post["id"])
    assert f"{finding['where']}: {finding['what']}" == expected
    repaired = json.loads(verify(archive_root, "--json", "--repair").stdout)
    assert (repaired["findings"], repaired["repaired"], repaired["exit_code"]) == ([], [finding], 0)


@pytest.mark.parametrize("arguments", [("--sample", "0"), ("--sample", "x"), ("--jobs", "0"), ("--jobs", "-1")])
def test_a_number_without_a_meaning_is_refused(crawled: Path, arguments: tuple[str, str]) -> None:
    done = verify(crawled, *arguments)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
