"""Addresses that several archives may have: of one host, of one site, and more archives than are kept in memory."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.archives import a_post
from tests.replica.crawl import run

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

_PAGE = "<!DOCTYPE html><html><head><title>{0}</title></head><body><p>{0}</p></body></html>"


def _look(root: Path, command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run(command, "-s", "ARCHIVE_ONLY=1", *arguments, settings={"ARCHIVE_ROOT": str(root)})


def _import(root: Path, name: str, home: str, text: str) -> None:
    folder = root.parent / f"built-{name}"
    folder.mkdir()
    (folder / "index.html").write_text(_PAGE.format(text), "utf-8")
    done = run("import", str(folder), "--name", name, "--url", home, settings={"ARCHIVE_ROOT": str(root)})
    assert done.returncode == 0, done.stdout + done.stderr


def _copy(root: Path, name: str, other: str) -> None:
    shutil.copytree(root / name, root / other)
    file = root / other / "site.toml"
    file.write_text(file.read_text("utf-8").replace(f'name = "{name}"', f'name = "{other}"'), "utf-8")


def test_a_declared_site_is_taken_before_another_archive_of_its_host_and_that_is_said(crawled: Path, tmp_path: Path) -> None:
    root = tmp_path / "root"
    shutil.copytree(crawled / "finews", root / "finews")
    _import(root, "again", "https://finews.withounder.com/", "Another archive of it")
    url = a_post(crawled)["url"]
    said = f"{url} is of the sites finews, again: finews is taken; --spider names another\n"
    fetched, parsed = _look(root, "fetch", url), _look(root, "parse", url)
    assert (fetched.returncode, fetched.stderr, parsed.returncode, parsed.stderr) == (0, said, 0, said)
    assert a_post(crawled)["id"] in parsed.stdout
    shell = _look(root, "shell", url, "-c", "(spider.name, len(history(response.url)), post.id)")
    assert (shell.returncode, shell.stderr) == (0, said)
    assert shell.stdout.startswith("('finews', 1, ")
    named = _look(root, "shell", "--spider", "again", "https://finews.withounder.com/", "-c", "(spider.name, response.text)")
    assert (named.returncode, named.stderr) == (0, "")
    assert "Another archive of it" in named.stdout


@pytest.mark.parametrize("command", ["fetch", "shell"])
def test_of_two_sites_on_one_host_the_one_is_taken_that_has_the_address_below_its_home(tmp_path: Path, command: str) -> None:
    root = tmp_path / "root"
    for name in ("whole", "deep", "elsewhere"):
        path = {"whole": "", "deep": "deep/", "elsewhere": "elsewhere/"}[name]
        _import(root, name, f"https://blog.example/{path}", f"Home of {name}")
    for path, name in {"": "whole", "deep/": "deep", "elsewhere/": "elsewhere"}.items():
        code = ["-c", "response.text"] if command == "shell" else []
        done = _look(root, command, f"https://blog.example/{path}", *code)
        assert (done.returncode, done.stderr) == (0, "")
        assert f"Home of {name}" in done.stdout


def test_each_of_many_archives_is_found(tmp_path: Path) -> None:
    root = tmp_path / "root"
    _import(root, "a00", "https://blog.example/", "One of many")
    for number in range(1, 20):
        _copy(root, "a00", f"a{number:02}")
    done = _look(root, "shell", "https://blog.example/", "-c", "(spider.name, 'One of many' in response.text)")
    assert (done.returncode, done.stdout) == (0, "('a00', True)\n")
    assert done.stderr.count("\n") == 1


def test_what_is_no_address_is_told_in_a_line_in_the_shell(tmp_path: Path) -> None:
    done = _look(tmp_path, "shell", "-c", "[fetch('nope'), fetch('http://['), response]")
    assert (done.returncode, done.stdout) == (0, "[None, None, None]\n")
    assert "nope cannot be had: " in done.stderr
    assert "Traceback" not in done.stderr
