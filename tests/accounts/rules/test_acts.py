import ast
import re
from pathlib import Path

from accounts.rules import acts

ROOT = Path(__file__).parents[3]
KEY = re.compile(r"[a-z]+\.[a-z_]+")


def recorded(path):
    """The keys that a module records: constants given to `record` and to what calls it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in ("record", "_move"):
                yield from (a.value for a in node.args if isinstance(a, ast.Constant) and a.value)


def test_every_act_that_is_recorded_has_a_name():
    packages = ("accounts", "questions", "contest")
    modules = [path for package in packages for path in (ROOT / package).rglob("*.py")]

    keys = {key for path in modules for key in recorded(path) if KEY.fullmatch(str(key))}

    assert len(keys) > 60
    assert sorted(keys - set(acts.NAMES)) == []


def test_act_without_a_name_stands_for_itself():
    assert acts.name_of("thing.done") == "thing.done"
