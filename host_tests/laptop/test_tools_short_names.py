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
    namespace = {}
    exec(made["base.py"], namespace)
    exec(made["child.py"].replace("from base import Base", ""), namespace)
    child = namespace["Child"]()
    assert child.go() == (True, [7], "_own", 1) and len(child.__dict__) == 3


def test_files_that_have_nothing_to_do_with_each_other_share_the_short_names():
    made = short_names.shorten({"a.py": "_one = 1\n", "b.py": "_two = 2\n"})
    assert made == {"a.py": "_a = 1\n", "b.py": "_a = 2\n"}


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
