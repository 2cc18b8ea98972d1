"""`make sim` as a person meets it: the session, and every word of the prompt."""

import re
import subprocess
import sys

from conftest import REAL, ROOT

import sim_prompt

SCRIPT = """
list A B
reserve A 2
wait 2
swipe B 2
cancel 2
plug 1
swipe A 1
wait 4
limit 10 1
limit 20
schedule 1
limit off
trigger Heartbeat
trigger MeterValues 1
set MeterValueSampleInterval 3
get MeterValueSampleInterval
draw 1 20
pause
resume
jam
unjam
stall 50
unavailable 2
available 2
offline
wait 1
online
wait 4
diagnostics
wait 5
state
log
help
nonsense
limit
draw 1 x
stop 2
wait 1
unplug
wait 1
start B 2
cut
back
wait 4
reset hard
wait 3
fault 2 OtherError
wait 2
clear 2
unlock 1
{update}
profile 1
wait 4
profile 2
wait 5
profile 3
wait 6
certificates
securitylog
wait 2
"""
BUILDING = "building the firmware into MicroPython, some seconds"
# Before the profiles: from 1 on UpdateFirmware is NotSupported (L01.FR.20), and SignedUpdateFirmware takes its place.
UPDATE = "update 1.2.3\nwait 12"


def run(script, *options):
    command = [sys.executable, ROOT / "tools" / "sim.py", *options]
    return subprocess.run(command, input=script, capture_output=True, text=True, timeout=300)


def test_the_session_alone():
    done = run("", "--once")
    assert done.returncode == 0 and "Billed: " in done.stdout and "Now it is yours" not in done.stdout
    assert "every message checked against the OCPP 1.6 schemas" in done.stdout


def test_all_that_may_be_typed():
    done = run(SCRIPT.format(update=UPDATE * REAL))
    output = done.stdout
    assert done.returncode == 0 and set(done.stderr.splitlines()) <= {BUILDING}, done.stderr
    for wanted in (
        "connector 2 is Reserved", "SetChargingProfile   answer: status Accepted", '"limit": 10', "still here",
        "MeterValueSampleInterval = 3", "diagnostics-", "DiagnosticsStatusNotification status Uploaded",
        "nonsense is not known here; type help", "a number of amperes is missing", "x is not a number",
        "2 ends at", "The power is gone", "Reset                answer: status Accepted", "connector 2 is Faulted",
        "CentralSystemRootCertificate", "security-", "LogStatusNotification",
        '"registration": "Accepted"', "SendLocalList        answer: status Accepted",
    ):  # fmt: skip
        assert wanted in output, f"{wanted}\n{output}"
    assert output.count("is not known here") == 1
    if REAL:
        assert "FirmwareStatusNotification status Installed" in output and "Simulator, 1.2.3" in output


def test_each_word_is_in_the_help():
    for line in SCRIPT.format(update=UPDATE).strip().splitlines():
        word = line.split()[0] if line else "help"
        assert re.search(rf"\b{word}\b", sim_prompt.HELP) or word == "nonsense", word


def test_the_prompt_ends():
    done = run("exit\nnonsense\n")
    assert done.returncode == 0 and "not known" not in done.stdout


def test_a_fleet_loses_nothing_and_says_what_it_costs():
    command = [sys.executable, ROOT / "tools" / "fleet.py", "2", "--seconds", "8", "--pace", "2", "--seed", "5"]
    done = subprocess.run([*command, "--trouble"], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    sums = re.search(r"sessions: (\d+) ended, 0 under way", done.stdout)
    assert sums and int(sums[1]) > 0 and "lost: 0" in done.stdout and "broken rules of OCPP: 0" in done.stdout
    assert re.search(r"a station costs: \d+\.\d MB of memory and \d+\.\d % of a processor", done.stdout)


def test_a_fleet_says_what_is_wrong_with_an_address():
    command = [sys.executable, ROOT / "tools" / "fleet.py", "1", "--seconds", "1", "--csms", "http://127.0.0.1:1"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 2 and "begins with ws:// or wss://" in done.stderr
