"""firmware/MEMORY.md says what takes RAM, in figures that are measured here again."""

import re

import pytest

import interpreter
import rom
import size_modules

PAGE = rom.FIRMWARE / "MEMORY.md"
# What a table may be off by before somebody has to look: a small change need not touch the page.
OFF = 6
OFF_BYTES = 300


def table(heading: str) -> dict:
    """{part: bytes} of the table under a heading."""
    section = PAGE.read_text().split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| `?([\w/ ]+?)`? \| ([\d,]+) \|", section, re.MULTILINE)
    return {part: int(number.replace(",", "")) for part, number in rows}


@pytest.mark.skipif(interpreter.form() != "frozen", reason="counted in the form that ships")
def test_the_page_says_what_is_measured():
    stay, others = map(size_modules.by_layer, size_modules.measured())
    for heading, measured in (("What stays", stay), ("What comes and goes", others)):
        said = table(heading)
        assert set(said) - {"in all"} == set(measured), heading
        wrong = {
            part: (said[part], ram)
            for part, ram in measured.items()
            if abs(said[part] - ram) > max(said[part] // OFF, OFF_BYTES)
        }
        assert not wrong, f"{heading}: (the page, measured): {wrong}; make size says more"


def test_a_figure_that_is_not_there_is_missed():
    assert table("What stays")["interpreter"] > 1000
    assert len(table("What comes and goes")) > 5
