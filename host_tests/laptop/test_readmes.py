"""What the READMEs promise is there: tests named for scenarios, and links."""

import re

import pytest

import rom

TESTS = rom.ROOT / "host_tests"
NAMED = re.findall(r"`((?:e2e/|laptop/)?test_\w+)\.(test_\w+)`", (TESTS / "README.md").read_text())
FILES = re.findall(r"`((?:e2e/|laptop/)?test_\w+)(?=`|\.test_)", (TESTS / "README.md").read_text())
READMES = sorted(path for path in rom.ROOT.rglob("*.md") if "/." not in str(path.relative_to(rom.ROOT.parent)))


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_a_scenario_has_its_test(file, name):
    assert f"def {name}(" in (TESTS / f"{file}.py").read_text()


def test_there_are_scenarios():
    assert len(NAMED) > 50 and len(READMES) > 5 and len(FILES) > len(NAMED)


@pytest.mark.parametrize("file", sorted(set(FILES)))
def test_a_file_that_is_named_has_tests(file):
    assert "def test_" in (TESTS / f"{file}.py").read_text()


def test_every_line_of_the_two_lists_has_its_row():
    rows = re.findall(r"^\| ([PS]\d+) \|.*`\w*/?test_\w+", (TESTS / "README.md").read_text(), re.M)
    assert rows == [f"P{at}" for at in range(1, 44)] + [f"S{at}" for at in range(1, 12)]


@pytest.mark.parametrize("path", READMES, ids=lambda path: str(path.relative_to(rom.ROOT)))
def test_links_lead_somewhere(path):
    for target in re.findall(r"\]\(([^)#]+)\)", path.read_text()):
        assert (path.parent / target).exists(), target
