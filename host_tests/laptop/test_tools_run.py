"""host_tests/run.py: what fails in MicroPython is a failure here, and a file that dies is one too."""

import subprocess
import sys

import pytest

import interpreter
import rom

pytestmark = pytest.mark.skipif(not interpreter.there(), reason="no MicroPython here")


def run(*arguments, cwd):
    done = subprocess.run(
        [sys.executable, rom.ROOT / "host_tests" / "run.py", *arguments], capture_output=True, text=True, cwd=cwd
    )
    return done.returncode, done.stdout, done.stdout.strip().splitlines()[-1]


@pytest.fixture
def outcome(tmp_path):
    """outcome(text, ...) → (exit status, all output, last line) of files of these texts."""

    def of(*texts, options=()):
        paths = []
        for number, text in enumerate(texts):
            path = tmp_path / f"test_made_{number}.py"
            path.write_text(text)
            paths.append(path.name)
        return run(*paths, *options, cwd=tmp_path)

    return of


def test_passing_tests_plain_and_async(outcome):
    status, _, last = outcome(
        "import asyncio\n"
        "def test_plain():\n    assert True\n"
        "async def test_async():\n    await asyncio.sleep(0)\n"
        "def no_test():\n    assert False\n"
    )
    assert (status, last) == (0, "2 passed, 0 failed")


@pytest.mark.parametrize(
    "text, shown",
    [
        ("def test_a():\n    assert 1 == 2\n", "AssertionError"),
        ("async def test_a():\n    raise ValueError('deep inside')\n", "deep inside"),
        ("def test_a():\n    kept = []\n    while True:\n        kept.append(bytes(4000))\n", "MemoryError"),
    ],
    ids=["assert", "async", "memory"],
)
def test_a_failing_test_fails_the_run_with_its_traceback(outcome, text, shown):
    status, output, last = outcome("def test_good():\n    pass\n", text + "def test_b():\n    pass\n")
    assert (status, last) == (1, "2 passed, 1 failed")
    assert "FAILED test_made_1.test_a" in output and shown in output
    assert "line 2" in output or shown == "MemoryError"


@pytest.mark.parametrize(
    "text, shown",
    [
        ("import nothing_of_that_name\n", "nothing_of_that_name"),
        ("def test_a():\n    raise SystemExit(0)\ndef test_b():\n    pass\n", "status 0"),
        ("import os\ndef test_a():\n    print('3 0')\n    raise SystemExit(5)\n", "status 5"),
        ("def test_a():\n    import uctypes\n    uctypes.bytearray_at(8, 8)[0] = 1\n", "status -11"),
        ("x = 1\n", "holds no tests"),
    ],
    ids=["import", "exit", "exit-5", "crash", "empty"],
)
def test_a_file_that_dies_or_tests_nothing_is_a_failure(outcome, text, shown):
    status, output, last = outcome(text)
    assert (status, last) == (1, "0 passed, 1 failed")
    assert shown in output


def test_a_file_that_does_not_compile_is_named(outcome):
    status, output, last = outcome("def test_a(:\n    pass\n")
    assert (status, last) == (1, "0 passed, 1 failed")
    assert 'File "test_made_0.py", line 1' in output


def test_it_runs_a_choice_from_anywhere(tmp_path):
    status, output, last = run("-k", "base", cwd=tmp_path)
    assert status == 0
    assert "test_base: " in output and "test_rpc" not in output
    assert last.endswith(" passed, 0 failed")


def test_a_choice_of_nothing_is_a_failure(tmp_path):
    assert run("-k", "no such file", cwd=tmp_path)[::2] == (1, "0 passed, 0 failed")
