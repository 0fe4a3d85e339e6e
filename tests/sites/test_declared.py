from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import crawler.sites
from crawler.sites import declared
from tests.minima.declared import declare
from tests.replica.crawl import run_armed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

GOOD = """from crawler.sites.site import Site


class Shore(Site):
    name = "shore"
    home = "https://blog.example/"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder whose packages are sites."""
    import sys

    monkeypatch.setattr(crawler.sites, "__path__", [*crawler.sites.__path__, str(tmp_path)])
    declared.load_declared.cache_clear()
    yield tmp_path
    declared.load_declared.cache_clear()
    for name in [name for name in sys.modules if name.startswith("crawler.sites.shore")]:
        del sys.modules[name]


def test_no_module_of_the_room_itself_is_taken_for_a_site() -> None:
    """A new module beside the sites is named in ``declared``; else ``scrapy list`` says that this site cannot be loaded."""
    assert declared.declared_names() == ["finews"]
    assert declared.broken() == []


BROKEN = {
    "syntax": (GOOD.replace("class Shore(Site):", "class Shore(Site)"), "line 4: SyntaxError: expected ':'"),
    "import": (f"import nowhere\n{GOOD}", "line 1: ModuleNotFoundError: No module named 'nowhere'"),
    "body": (f"{GOOD}    zone = 1 / 0\n", "line 7: ZeroDivisionError: division by zero"),
    "permalink": (f'{GOOD}    permalink = "/:year/:slugg/"\n', "line 7: permalink '/:year/:slugg/' has the placeholder :slugg"),
    "no title": (f'{GOOD}    permalink = "/:year/"\n', "line 7: permalink '/:year/' names no :title"),
    "misspelt": (f'{GOOD}    permalinks = "pretty"\n', "line 7: a site has no permalinks; did you mean permalink?"),
    "unknown style": (f'{GOOD}    permalink = "prety"\n', "line 7: permalink 'prety' names no :title"),
    "no name": (GOOD.replace('    name = "shore"\n', ""), "line 4: the class has no name"),
    "no home": (GOOD.replace("    home =", "    house ="), "line 4: the class has no home"),
    "other name": (GOOD.replace('"shore"', '"sea"'), "line 5: the name is 'sea', but the folder of the site is 'shore'"),
    "no slash": (GOOD.replace("example/", "example"), "line 6: the home 'https://blog.example' has no slash at its end"),
    "no address": (GOOD.replace("https://", ""), "line 6: the home 'blog.example/' is no address"),
    "two classes": (f"{GOOD}\n\nclass Other(Site):\n    pass\n", "has 2 classes of Site (Shore, Other); it needs one"),
    "no class": ("x = 1\n", "has 0 classes of Site (none); it needs one"),
    "zone": (f'{GOOD}    zone = "Europe/Berlinn"\n', "line 7: there is no time zone 'Europe/Berlinn'"),
    "one text": (f'{GOOD}    feeds = ("feed.xml")\n', 'line 7: feeds is one text; write feeds = ("feed.xml",)'),
    "a number": (f"{GOOD}    pages = (1,)\n", "line 7: pages is no tuple of texts"),
    "selector": (f'{GOOD}    content = ("div > p",)\n', "line 7: content: selector 'div > p', character 5"),
    "expression": (f'{GOOD}    listings = "("\n', "line 7: listings is no regular expression"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_site_is_told_of_in_one_line(folder: Path, what: str) -> None:
    source, told = BROKEN[what]
    module = declare(folder, source)
    with pytest.raises(declared.BrokenSite) as error:
        declared.load("shore")
    line = str(error.value)
    assert line.startswith("the site shore cannot be loaded: ")
    assert str(module) in line
    assert told in line
    assert "\n" not in line
    assert [site.name for site in declared.sound()] == ["finews"]


def test_a_sample_without_front_matter(folder: Path) -> None:
    declare(folder, GOOD, sample="Just text.\n")
    with pytest.raises(declared.BrokenSite, match=r"line 4: sample\.md has no front matter"):
        declared.load("shore")


def test_a_sample_that_is_no_utf_8(folder: Path) -> None:
    (declare(folder, GOOD).parent / "sample.md").write_bytes(b"---\ntitle: \xff\n---\n")
    with pytest.raises(declared.BrokenSite, match=r"sample\.md is not UTF-8"):
        declared.load("shore")


def test_a_module_may_be_a_file(folder: Path) -> None:
    (folder / "shore.py").write_text(GOOD, "utf-8")
    assert declared.load("shore").home == "https://blog.example/"
    assert "shore" in declared.names()


@pytest.mark.parametrize("what", ["syntax", "body", "no slash"])
@pytest.mark.parametrize("command", ["crawl", "rebuild", "status", "verify", "list", "shell"])
def test_commands_say_it_and_other_sites_go_on(tmp_path: Path, command: str, what: str) -> None:
    declare(tmp_path / "sites", BROKEN[what][0])
    words = {"list": ["list"], "shell": ["shell", "--spider", "shore", "-c", "1"]}.get(command, [command, "shore"])
    arm = ("tests.minima.declared:add", str(tmp_path / "sites"))
    done = run_armed(arm, *words, settings={"ARCHIVE_ROOT": str(tmp_path / "output")})
    assert done.returncode == 2, done.stdout + done.stderr
    assert done.stderr.count("\n") == 1
    assert BROKEN[what][1] in done.stderr
    assert done.stdout == ("finews\njekyll\n" if command == "list" else "")


def test_an_unknown_site_is_none(tmp_path: Path) -> None:
    done = run_armed(("tests.minima.declared:add", str(tmp_path)), "crawl", "finew", settings={"ARCHIVE_ROOT": str(tmp_path)})
    assert (done.returncode, done.stderr.strip()) == (
        2,
        "scrapy crawl: there is no spider 'finew'; did you mean finews? scrapy crawl -h tells more",
    )
