"""Which private names become constants of MicroPython's compiler: those that are one value for the whole file."""

import ast

import pytest

import constants
import rom


def names(text: str) -> set:
    return constants.of(ast.parse(text))


@pytest.mark.parametrize(
    "text, marked",
    [
        ("_A = 1\n", "_A = const(1)\n"),
        ("_A = -1  # below\n", "_A = const(-1)  # below\n"),
        ("_A = (1 << 30) - 1\n", "_A = const((1 << 30) - 1)\n"),
        ("_A = 'two words, ä'\n_B = b'\\x00'\n", "_A = const('two words, ä')\n_B = const(b'\\x00')\n"),
        ("_A = 1, 2\n", "_A = const((1, 2))\n"),
        ("_A = (1, 2), (3, None)\n", "_A = const(((1, 2), (3, None)))\n"),
        ("_A = (\n    'one',\n    'two',\n)\n", "_A = const((\n    'one',\n    'two',\n))\n"),
        ("_A = '''\none\n'''\n", "_A = const('''\none\n''')\n"),
        ("_A, _B = 1, (2, 3)\n", "_A = const(1); _B = const((2, 3))\n"),
        ("_A, _B = range(2)\n", "_A = const(0); _B = const(1)\n"),
        ("_A, B = 1, 2\n", "_A = const(1); B = 2\n"),
    ],
)
def test_a_private_name_for_a_number_a_text_or_a_tuple_is_a_constant(text, marked):
    assert constants.in_text(text) == marked


@pytest.mark.parametrize(
    "text",
    [
        "A = 1\n",
        "_A = 1.5\n",
        "_A = [1]\n",
        "_A = ()\n",
        "_A = ('in brackets')\n",
        "_A = len('x')\n",
        "_A = 2 ** 4\n",
        "_A, _B = range(3)[1:]\n",
        "_A, _B = range(1)\n",
        "_A = _B = 1\n",
        "_A = 1\n_A = 2\n",
        "_A = 1\ndef f():\n    global _A\n    _A = 2\n",
        "_A = 1\ndef f(_A):\n    pass\n",
        "_A = 1\nx._A = 2\n",
        "def f():\n    return _A\n_A = 1\n",
    ],
)
def test_what_is_no_constant_stays_as_it_is(text):
    assert constants.in_text(text) == text and names(text) == set()


def test_what_tests_look_at_keeps_its_name():
    assert constants.in_text("_A, _B = 1, 2\n_C = 3\n", {"_B", "_C"}) == "_A = const(1); _B = 2\n_C = 3\n"


def test_a_marked_file_says_the_same_on_the_same_lines():
    sources = [path for path in sorted(rom.FIRMWARE.rglob("*.py")) if "const" in constants.in_text(path.read_text())]
    assert len(sources) > 100
    for path in sources:
        text = path.read_text()
        marked = constants.in_text(text)
        assert marked.count("\n") == text.count("\n"), path
        given = {}
        for line in ast.parse(marked).body:
            value = line.value if isinstance(line, ast.Assign) else None
            if isinstance(value, ast.Call) and getattr(value.func, "id", "") == "const":
                given[line.targets[0].id] = eval(ast.unparse(value.args[0]))
        assert set(given) == names(text), path
        for node in ast.parse(text).body:
            for name, value in constants._pairs(node):
                assert name not in given or given[name] == eval(ast.unparse(value)), (path, name)
