"""Short private names: what becomes short, what stays, and that the program still does the same."""

import pytest

import rom
import short_names

BASE = """
_MOST = 3

class Base:
    def __init__(self):
        self._storage = []
        self.public = 1
    def _grow(self, _by):
        self._storage.append(_by)
        return len(self._storage) < _MOST
"""
CHILD = """
from base import Base

class Child(Base):
    def __init__(self):
        super().__init__()
        self._own = 7
    def go(self):
        return self._grow(self._own), self._storage, "_own", self.public  # _own
"""


def run(sources):
    base, child = {}, {}
    exec(sources["base.py"], base)
    exec(sources["child.py"].replace("from base import Base", ""), child | {"Base": base["Base"]}, child)
    return child["Child"]


def test_private_names_become_short_and_the_program_stays_the_same():
    made = short_names.shorten({"base.py": BASE, "child.py": CHILD})
    text = made["base.py"] + made["child.py"]
    for gone in ("self._storage", "self._own", "_grow", "_MOST", "_by"):
        assert gone not in text
    assert '"_own", self.public  # _own' in text and "__init__" in text
    assert [line.count("\n") for line in made.values()] == [BASE.count("\n"), CHILD.count("\n")]
    namespace = {"const": lambda value: value}
    exec(made["base.py"], namespace)
    exec(made["child.py"].replace("from base import Base", ""), namespace)
    child = namespace["Child"]()
    assert child.go() == (True, [7], "_own", 1) and len(child.__dict__) == 3


def test_files_that_have_nothing_to_do_with_each_other_share_the_short_names():
    made = short_names.shorten({"a.py": "_one = []\n", "b.py": "_two = 2.5\n"})
    assert made == {"a.py": "_a = []\n", "b.py": "_a = 2.5\n"}


def shortened(text, **others):
    return short_names.shorten({"a.py": text, **{f"{name}.py": other for name, other in others.items()}})["a.py"]


def test_numbers_and_words_become_constants():
    assert shortened("_one = 1  # why\n_two = -2\n_word = 'abc'\nprint(_one, _two, _word)\n") == (
        "_0 = const(1)  # why\n_1 = const(-2)\n_2 = const('abc')\nprint(_0, _1, _2)\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        "def f():\n    return _one\n_one = 1\n",  # looked up before it is known
        "_one = 1\n_one = 2\n",
        "_one = 1\n_one += 1\n",
        "_one = 1\ndef f():\n    global _one\n    _one = 2\n",
        "_one = 1\ndef f():\n    _one = 2\n    return _one\n",
        "_one = 1\ndef f(_one):\n    return _one\n",
        "_one = 1\nfor _one in (2, 3):\n    pass\n",
        "_one = True\n",
        "_one = 'no word'\n",
        "_one = b'x'\n",
        "_one = (1\n+ 0)\n",
        "if True:\n    _one = 1\n",
        "class A:\n    _one = 1\n",
        "_one = _two = 1\n",
    ],
)
def test_what_is_no_constant_stays_a_variable(text):
    assert "const" not in shortened(text)


def test_a_class_that_uses_nothing_of_its_base_does_not_take_its_names():
    base = "class Base:\n    def __init__(self):\n        self._one = 1\n    def one(self):\n        return self._one\n"
    child = (
        "from base import Base\nclass Child(Base):\n    def __init__(self):\n"
        "        Base.__init__(self)\n        self._two = 2\n"
    )
    made = short_names.shorten({"base.py": base, "child.py": child})
    namespace = {}
    exec(made["base.py"] + made["child.py"].replace("from base import Base\n", ""), namespace)
    assert namespace["Child"]().one() == 1


def test_constants_of_a_class_and_its_base_do_not_meet():
    base = "_MOST = 3\nclass Base:\n    def f(self):\n        self._a = self._b = _MOST\n"
    child = "from base import Base\n_LEAST = 1\nclass Child(Base):\n    def g(self):\n        return self._a + _LEAST\n"
    made = short_names.shorten({"base.py": base, "child.py": child})
    namespace = {"const": lambda value: value}
    exec(made["base.py"] + made["child.py"].replace("from base import Base\n", ""), namespace)
    one = namespace["Child"]()
    one.f()
    assert one.g() == 4 and "const(1)" in made["child.py"] and "const(3)" in made["base.py"]


def test_names_of_the_interpreter_are_left_alone():
    text = "import asyncio\n_x = asyncio.core._io_queue\n_y = asyncio.core._a\n"
    assert short_names.shorten({"a.py": text})["a.py"] == (
        "import asyncio\n_b = asyncio.core._io_queue\n_c = asyncio.core._a\n"
    )


def test_a_private_name_of_another_file_is_an_error():
    with pytest.raises(ValueError, match="b.py: uses _one of another file"):
        short_names.shorten({"a.py": "_one = 1\n", "b.py": "import a\nprint(a._one)\n"})


def test_names_that_tests_look_at_are_spared():
    made = short_names.shorten({"a.py": "_one = _two = 1\n"}, {"test_a.py": "import a\nassert a._one\n"})
    assert made == {"a.py": "_one = _a = 1\n"}


def test_the_image_has_fewer_names():
    sources = {name: path.read_text() for name, path in rom.station_files("simulator").items() if name.endswith(".py")}
    made = short_names.shorten(sources)

    def names(texts):
        words = set()
        for text in texts.values():
            words |= {word for word in __import__("re").findall(r"\b_[a-zA-Z]\w*", text) if not word.startswith("__")}
        return len(words)

    assert names(sources) > 300 and names(made) < 120
