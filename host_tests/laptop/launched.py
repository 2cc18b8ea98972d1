"""tools/station with a board of a few lines, started and ended by a test."""

import os
import signal
import subprocess
import time

import pytest

import interpreter
import rom

STATION = rom.ROOT / "tools" / "station"
BOTH = ["python", pytest.param("micropython", marks=pytest.mark.skipif(not interpreter.there(), reason="none here"))]

# Hands over what it was handed.
TELL = """
import json, os, sys
handed = json.loads(os.getenv("CHARGELET"))
with open(handed["board"]) as file:
    board = json.load(file)
print(json.dumps({"handed": handed, "board": board, "argv": sys.argv, "on": sys.implementation.name}))
"""
# Resets twice, counting in the state folder, then ends with status 7.
RESET = """
import json, os, sys
path = json.loads(os.getenv("CHARGELET"))["state"] + "/starts"
try:
    with open(path) as file:
        starts = int(file.read())
except OSError:
    starts = 0
with open(path, "w") as file:
    file.write(str(starts + 1))
sys.exit(3 if starts < 2 else 7)
"""
# Says that it is there, and stays.
STAY = """
import time
print("here")
while True:  # a signal just before a long sleep is noticed after it only
    time.sleep(0.05)
"""


def starter(tmp_path):
    """started(main, *options) → a Popen of tools/station, ended whatever happens."""
    processes = []

    def start(main, *options):
        board = tmp_path / "board"
        board.mkdir(exist_ok=True)
        (board / "main.py").write_text(main)
        (board / "board.toml").write_text('model = "Dummy"\n[clock]\nbattery = true\n')
        command = [STATION, "--csms", "ws://127.0.0.1:9/ocpp", "--identity", "CP 1", "--state", tmp_path / "state"]
        process = subprocess.Popen(
            [*command, "--board", board, *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def children(process):
    with open(f"/proc/{process.pid}/task/{process.pid}/children") as file:
        return [int(pid) for pid in file.read().split()]


def gone(pid):
    """Whether a process has ended, some seconds granted; one that nobody has waited for yet counts as ended."""
    for _ in range(2000):
        try:
            with open(f"/proc/{pid}/stat") as file:
                if file.read().rsplit(")", 1)[1].split()[0] == "Z":
                    return True
        except OSError:
            return True
        time.sleep(0.02)
    return False
