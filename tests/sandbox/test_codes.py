"""Every error code that the box gives by itself is met by some test as an answer's errcode."""

import ast
import re
from pathlib import Path

from bot.sandbox.errcodes import ERRMSG
from tests.sandbox.codes_met import met_in, numbers_in

BOX = Path("bot/sandbox")
TESTS = Path("tests/sandbox")
DECISION = Path("docs/decisions/0010-wechat-in-a-box.md")
TABLES = {"errcodes.py", "faults.py"}

ODD_NUMBERS = """
import pytest

SPELT = 40001

def code_with(box, token):
    return int(box.get("draft/count").get("errcode", 0))

def twice(box):
    return [code_with(box, ""), code_with(box, "")]

def test_a_number_in_passing(box):
    box.upload(b"x" * 45001)
    assert box.number("rows") < 45002

def test_a_code_that_the_test_ordered(box):
    order(box, "errcode:45009")
    assert box.get("draft/count")["errcode"] == 45009

@pytest.mark.parametrize(("seconds", "code"), [(50001, 41001), (50002, 41002)])
def test_an_answer(box, seconds, code):
    assert box.post("draft/add")["errcode"] == code

def test_what_others_read(box):
    spent = box.post("draft/add")["errcode"]
    assert (spent, twice(box)) == (42001, [40014, 40014])
"""


def given_by_itself() -> set[int]:
    files = [file for file in BOX.glob("*.py") if file.name not in TABLES]
    return {code for file in files for code in numbers_in(ast.parse(file.read_text()))} & set(ERRMSG)


def test_every_code_that_the_box_gives_is_met_by_a_test() -> None:
    given = given_by_itself()
    met = {code for file in TESTS.glob("test_*.py") for code in met_in(file)}

    assert len(given) > 70
    assert given - met == set()


def test_the_decision_names_the_codes_that_come_only_on_order() -> None:
    (paragraph,) = [one for one in DECISION.read_text().split("\n\n") if one.startswith("**Only on order.**")]
    named = {int(number) for number in re.findall(r"-1|[0-9]{5}", paragraph)}

    assert named == set(ERRMSG) - given_by_itself() - {0}


def test_only_what_an_answer_is_compared_with_is_met(tmp_path: Path) -> None:
    (tmp_path / "test_odd.py").write_text(ODD_NUMBERS)

    assert met_in(tmp_path / "test_odd.py") == {40014, 41001, 41002, 42001}


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
