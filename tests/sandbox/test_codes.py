"""Every error code that the box gives by itself is met by some test."""

import ast
from collections.abc import Iterable
from pathlib import Path

from bot.sandbox.errcodes import ERRMSG

BOX = Path("bot/sandbox")
TESTS = Path("tests/sandbox")
TABLES = {"errcodes.py", "faults.py"}


def numbers_in(files: Iterable[Path]) -> set[int]:
    """Whole numbers of five digits, as error codes are, that stand in the code of these files."""
    trees = [ast.walk(ast.parse(file.read_text())) for file in files]
    constants = [node.value for tree in trees for node in tree if isinstance(node, ast.Constant)]
    return {value for value in constants if isinstance(value, int) and value > 39_999}


def test_every_code_that_the_box_gives_is_met_by_a_test() -> None:
    given = numbers_in(file for file in BOX.glob("*.py") if file.name not in TABLES) & set(ERRMSG)
    met = numbers_in(file for file in TESTS.glob("test_*.py") if file.name != Path(__file__).name)

    assert len(given) > 70
    assert given - met == set()


def test_every_code_that_the_box_gives_has_its_words() -> None:
    refusals = [
        argument.value
        for file in BOX.glob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Refusal"
        for argument in node.args
        if isinstance(argument, ast.Constant)
    ]

    assert set(refusals) <= set(ERRMSG)
