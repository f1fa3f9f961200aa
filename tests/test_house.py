"""The house style, as far as a machine can hold it: sizes and names."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILES = [*(ROOT / "bot").rglob("*.py"), *(ROOT / "tools").rglob("*.py"), ROOT / "scheduler.py"]
LONGEST_MODULE, LONGEST_FUNCTION = 400, 50
NOBODYS_ROOM = {"util", "utils", "helper", "helpers", "manager", "managers", "common", "misc"}


def functions(file: Path) -> Iterator[tuple[str, int]]:
    """Each function of a file, with its lines."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def test_no_module_is_too_long():
    lines = {file.name: len(file.read_text(encoding="utf-8").splitlines()) for file in FILES}

    assert {name: count for name, count in lines.items() if count > LONGEST_MODULE} == {}


def test_no_function_is_too_long():
    """A migration lists tables, and is never changed later."""
    written = [(file, *found) for file in FILES if file.parent.name != "versions" for found in functions(file)]

    assert len(written) > 1_000
    assert [(file.name, name, count) for file, name, count in written if count > LONGEST_FUNCTION] == []


def test_every_module_is_named_for_a_thing_or_a_step():
    assert [file.name for file in FILES if file.stem in NOBODYS_ROOM] == []
