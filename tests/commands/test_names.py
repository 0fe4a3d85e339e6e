"""How commands are named in what people read: as they called us, ``scrapy`` or ``backfile``."""

from __future__ import annotations

import ast
import re

from tests.replica.crawl import PROJECT

_COMMANDS = "|".join(sorted(path.stem for path in (PROJECT / "crawler" / "commands").glob("*.py")))
_NAMED = re.compile(rf"\bscrapy ({_COMMANDS})\b")
_DOCUMENTED = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def test_no_message_names_a_command_by_a_name_of_its_own() -> None:
    """``crawler.invocation.command`` does; docstrings are for who reads the code, and where they are help they pass through it."""
    found = []
    for path in (PROJECT / "crawler").rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        nodes = list(ast.walk(tree))
        documents = {id(node.body[0].value) for node in nodes if isinstance(node, _DOCUMENTED) and _is_text(node.body[:1])}
        documents |= {id(node.value) for node in nodes if isinstance(node, ast.Expr)}  # of attributes
        found += [
            f"{path.name}:{node.lineno}: {node.value}"
            for node in nodes
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in documents
            and _NAMED.search(node.value)
        ]
    assert found == []


def _is_text(first: list[ast.stmt]) -> bool:
    return bool(first) and isinstance(first[0], ast.Expr) and isinstance(first[0].value, ast.Constant)
