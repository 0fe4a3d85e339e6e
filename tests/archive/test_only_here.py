"""What only the archive may say: the names of its files, and SQL about the tables of its catalog."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from crawler.archive import paths
from crawler.archive.catalog.schema import TABLES
from tests.replica.crawl import PROJECT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: Names that are nothing else; ``captures`` and ``runs`` are words of other things, too, and are looked for in paths alone.
NAMES = {*paths.FILES, paths.POSTS, paths.ALERT_SENT, paths.STAGE}
FOLDERS = {paths.CAPTURES, paths.RUNS}
_SQL = re.compile(rf"\b(?:FROM|INTO|JOIN|UPDATE|TABLE|IN)\s+(?:\w+\.)?({'|'.join(TABLES)})\b")
#: Exports that are databases have a table ``posts`` of their own.
OWN = (
    "crawler/exporters/sqlite.py",
    "crawler/exporters/sqlite_tables.py",
    "crawler/exporters/manifest.py",
    "crawler/exporters/browse/listing.py",
)
Found = list[tuple[int, str]]


def strings(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """All texts of a module, and their lines, but for its docstrings."""
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.lineno, node.value


def spelt(tree: ast.AST) -> Found:
    """Where a file of the archive is named."""
    joined = [node.right for node in ast.walk(tree) if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)]
    folders = [(node.lineno, str(node.value)) for node in joined if isinstance(node, ast.Constant) and node.value in FOLDERS]
    return folders + [(line, text) for line, text in strings(tree) if NAMES & set(text.split("/"))]


def asked(tree: ast.AST) -> Found:
    """Where a table of the catalog is named in SQL."""
    return [(line, match[1]) for line, text in strings(tree) for match in _SQL.finditer(text)]


def everywhere(look: Callable[[ast.AST], Found], *but: str) -> dict[str, Found]:
    """What is found in the modules, but for those whose paths begin like this."""
    modules = {one.relative_to(PROJECT).as_posix(): one for one in (PROJECT / "crawler").rglob("*.py")}
    found = {name: look(ast.parse(one.read_text("utf-8"))) for name, one in modules.items() if not name.startswith(but)}
    return {name: places for name, places in found.items() if places}


def test_one_list_of_file_names() -> None:
    assert everywhere(spelt, "crawler/archive/paths.py") == {}


def test_sql_of_the_catalog_is_the_archives() -> None:
    assert everywhere(asked, "crawler/archive/", *OWN) == {}


def test_what_is_looked_for_is_found() -> None:
    code = '''"""In index.jsonl, FROM posts."""
folder / "captures"; folder / "index.jsonl"; f"{folder}/catalog.sqlite"; entry["captures"]
db.execute("SELECT 1 FROM posts"); db.execute(f"INSERT INTO one.captures VALUES {x}"); say("taken from files")
'''
    tree = ast.parse(code)
    assert sorted(spelt(tree)) == [(2, "/catalog.sqlite"), (2, "captures"), (2, "index.jsonl")]
    assert sorted(asked(tree)) == [(3, "captures"), (3, "posts")]
    assert "crawler/archive/catalog/catalog.py" in everywhere(asked)
