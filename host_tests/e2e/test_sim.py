"""`make sim` as a person meets it: the session, and every word of the prompt."""

import re
import subprocess
import sys

from conftest import REAL, ROOT

import sim_prompt

SCRIPT = """
list A B
reserve A 2
until connector 2 is Reserved
swipe B 2
cancel 2
until connector 2 is Available
plug 1
swipe A 1
until connector 1 is Charging
until MeterValues
limit 10 1
limit 20
schedule 1
limit off
trigger Heartbeat
until still here
trigger MeterValues 1
set MeterValueSampleInterval 3
get MeterValueSampleInterval NoSuchKey
draw 1 20
pause
until connector 1 is SuspendedEV
sleep
resume
unsleep
until connector 1 is Charging
plug 2
diode 2
swipe B 2
until EVCommunicationError
undiode 2
until connector 2 is Charging
short 2
until connector 2 is Suspended
unshort 2
unplug 2
until connector 2 is Available
stall 50
unavailable 2
until connector 2 is Unavailable
available 2
until connector 2 is Available
offline
until the connection is gone
online
until connected as
diagnostics
until DiagnosticsStatusNotification status Uploaded
state
log
help
nonsense
limit
until
draw 1 x
stop 2
until 2 ends at
unplug
until connector 1 is Available
start B 2
jam 2
plug 2
until ConnectorLockFailure
unjam 2
plug
swipe A
until connector 1 is Charging
weld
swipe A 1
until PowerSwitchFailure
unweld
cut
back
until connector 2 is
unplug 2
reset hard
until I am a Chargelet Simulator
until connector 2 is
fault 2 OtherError
until connector 2 is Faulted
clear 2
until connector 2 is
unlock 1
until UnlockConnector answer
{update}
"""
# Before a profile: from 1 on UpdateFirmware is NotSupported (L01.FR.20), and SignedUpdateFirmware takes its place.
UPDATE = "update 1.2.3\nuntil status Installed"
SECURITY = """
profile 1
tamper
until type TamperDetectionActivated
untamper
profile 2
profile 3
{signed}
renew
until connected as
certificates
revoke old
unrevoke
break expired
unbreak
break name
break stranger
break suite
break version
unbreak
revoke
unrevoke
break nothing
revoke young
securitylog
until LogStatusNotification requestId 1, status Uploaded
"""
SIGNED = "signed 9.9.9 broken\nuntil InvalidFirmwareSignature\nsigned 9.9.9\nuntil FirmwareUpdated"
BUILDING = "building the firmware into MicroPython, some seconds"


def run(script, *options):
    command = [sys.executable, ROOT / "tools" / "sim.py", *options]
    return subprocess.run(command, input=script, capture_output=True, text=True, timeout=300)


def test_the_session_alone():
    done = run("", "--once")
    assert done.returncode == 0 and "Billed: " in done.stdout and "Now it is yours" not in done.stdout
    assert "every message checked against the OCPP 1.6 schemas" in done.stdout


def typed(script):
    """What is shown when all of this is typed; whatever is waited for comes, and nothing goes wrong."""
    done = run(script)
    assert done.returncode == 0 and set(done.stderr.splitlines()) <= {BUILDING}, done.stdout + done.stderr
    assert "not within" not in done.stdout and "Traceback" not in done.stdout, done.stdout
    return done.stdout


def test_all_that_may_be_typed():
    output = typed(SCRIPT.format(update=UPDATE * REAL))
    for wanted in (
        "connector 2 is Reserved", "SetChargingProfile   answer: status Accepted", '"limit": 10', "still here",
        "MeterValueSampleInterval = 3", "NoSuchKey: no such key", "diagnostics-",
        "DiagnosticsStatusNotification status Uploaded",
        "nonsense is not known here; type help", "a number of amperes is missing", "x is not a number",
        "the text that is waited for is missing", "2 ends at", "The power is gone",
        "Reset                answer: status Accepted", "connector 2 is Faulted", '"registration": "Accepted"',
        "SendLocalList        answer: status Accepted",
    ):  # fmt: skip
        assert wanted in output, f"{wanted}\n{output}"
    assert output.count("is not known here") == 1
    if REAL:
        assert "FirmwareStatusNotification status Installed" in output and "Simulator, 1.2.3" in output


def test_what_may_be_typed_for_security():
    """The words of one command come after those of the one before."""
    output = typed(SECURITY.format(signed=SIGNED * REAL))
    refused = "The station: .*csms: .*"
    back = "connected as"
    signed = (
        "status Downloaded", "status InvalidSignature", "Event.* type InvalidFirmwareSignature",
        "SignedUpdateFirmware answer: status Accepted", "status SignatureVerified", "status Installing",
        "status InstallRebooting", "Simulator, 9.9.9", "status Installed", "type FirmwareUpdated",
    )  # fmt: skip
    asked = "SignCertificate +csr", "CertificateSigned certificateChain", "CertificateSigned +answer: status Accepted"
    at = 0
    for wanted in (
        "with profile 1", "Event.* type TamperDetectionActivated",
        "SecurityProfile, value 2", "The station is back, with profile 2", *asked,
        "The station is back, with profile 3", *signed * REAL, *asked, back,
        "  CentralSystemRootCertificate [0-9A-F]+\n",
        back, back,  # revoke old, unrevoke: the one in use is none of them
        refused + "(expired|EXPIRED)", back,
        refused + "(does not match|mismatch)", refused + "(not correctly signed|verify failed)", refused, refused, back,
        refused, back, "expired, name, stranger, suite or version is missing", "old is all that may be behind revoke",
        "GetLog +answer: .*status Accepted", "status Uploaded",
    ):  # fmt: skip
        found = re.compile(wanted).search(output, at)
        assert found, f"{wanted} is not behind\n{output[:at]}\n---\n{output[at:]}"
        at = found.end()
    assert re.search(r"The station's diagnostics:.*/security-\d+", output), output  # wherever it comes
    assert len(re.findall(refused, output)) == 6 and "it does not try" not in output, output


def test_each_word_is_in_the_help():
    lines = (SCRIPT.format(update=UPDATE) + SECURITY.format(signed=SIGNED)).split("\n")
    for word in {line.split()[0] for line in lines if line}:
        known = rf"\b({word}|{word.removeprefix('un')})\b"
        assert re.search(known, sim_prompt.HELP) or word == "nonsense", word
    # And each word of the help is typed here; what belongs to one stands a single blank behind it.
    plain = re.sub(r"\s/\s|\[bold\].*?\[/\]|\(.*?\)", "  ", sim_prompt.HELP)
    words = {part.split()[0].strip(",") for part in re.split(r"\s{2,}| / ", plain) if part.strip()}
    assert len(words) > 40 and words - {line.split()[0] for line in lines if line} <= {"quit", "wait"}, words


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
