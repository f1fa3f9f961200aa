"""Which error codes the tests of the box meet: those that an assertion compares with an answer's errcode."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ANSWERED = "errcode"
ORDERED = "errcode:"  # a fault that the test ordered itself: the box does not give that code by itself


def met_in(file: Path) -> set[int]:
    """The codes that this module's tests meet."""
    functions = [node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.FunctionDef)]
    readers = _reaching(functions)
    tests = [function for function in functions if function.name.startswith("test_")]
    return {code for test in tests if not _orders(test) for code in _met(test, readers)}


def numbers_in(tree: ast.AST) -> set[int]:
    """Whole numbers of five digits, as error codes are."""
    constants = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return {value for value in constants if isinstance(value, int) and value > 39_999}


def _orders(test: ast.FunctionDef) -> bool:
    return any(isinstance(node, ast.Constant) and str(node.value).startswith(ORDERED) for node in ast.walk(test))


def _reaching(functions: list[ast.FunctionDef]) -> set[str]:
    """The functions that give an answer's code, by themselves or by another that does."""
    found: set[str] = set()
    while new := {each.name for each in functions if each.name not in found and _speaks(each, found)}:
        found |= new
    return {name for name in found if not name.startswith("test_")}


def _speaks(tree: ast.AST, names: set[str]) -> bool:
    """True when an answer's code, or one of the names that hold or give one, stands in this code."""
    return any(
        (isinstance(node, ast.Constant) and node.value == ANSWERED) or (isinstance(node, ast.Name) and node.id in names)
        for node in ast.walk(tree)
    )


def _met(test: ast.FunctionDef, readers: set[str]) -> Iterator[int]:
    names = readers | _holding(test, readers)
    cases = dict(_cases(test))
    for node in ast.walk(test):
        if isinstance(node, ast.Assert) and _speaks(node, names):
            yield from numbers_in(node)
            for name in ast.walk(node):
                if isinstance(name, ast.Name) and name.id in cases:
                    yield from cases[name.id]


def _holding(test: ast.FunctionDef, readers: set[str]) -> set[str]:
    """The variables of a test that hold an answer's code."""
    held = set(readers)
    for node in ast.walk(test):
        if isinstance(node, ast.Assign | ast.AugAssign) and _speaks(node.value, held):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            held |= {name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)}
    return held - readers


def _cases(test: ast.FunctionDef) -> Iterator[tuple[str, set[int]]]:
    """Each argument of a parametrised test with the codes in its column."""
    for mark in test.decorator_list:
        if isinstance(mark, ast.Call) and isinstance(mark.func, ast.Attribute) and mark.func.attr == "parametrize":
            named, rows = ast.literal_eval(mark.args[0]), getattr(mark.args[1], "elts", [])
            if isinstance(named, str):
                yield named, {code for row in rows for code in numbers_in(row)}
                continue
            for column, name in enumerate(named):
                cells = [row.elts[column] for row in rows if isinstance(row, ast.Tuple)]
                yield name, {code for cell in cells for code in numbers_in(cell)}
