"""The table of security events (firmware/chargelet/station/security.md) says what the firmware does."""

import re

import rom
from chargelet.station import security_events

TABLE = rom.FIRMWARE / "chargelet/station/security.md"
# Whitepaper §8: critical ones, and those that one of its use cases has told.
CRITICAL = (
    "FirmwareUpdated SettingSystemTime StartupOfTheDevice ResetOrReboot SecurityLogWasCleared MemoryExhaustion "
    "TamperDetectionActivated"
)
OTHERS = (
    "FailedToAuthenticationAtCentralSystem CentralSystemFailedToAuthentication ReconfigurationOfSecurityParameters "
    "InvalidMessages AttemptedReplayAttacks InvalidFirmwareSignature InvalidFirmwareSigningCertificate "
    "InvalidCentralSystemCertificate InvalidChargePointCertificate InvalidTLSVersion InvalidTLSCipherSuite"
)


def rows() -> dict:
    """event → (whether it is told, when it is noted)"""
    found = re.findall(r"^\| (\w+) \| *(.*?) *\| (.+) \|$", TABLE.read_text(), re.M)
    return {name: (told.startswith("yes"), when) for name, told, when in found if name != "event"}


def noted() -> set:
    """The names of events that stand in the source as one that is noted."""
    found = set()
    for path in rom.FIRMWARE.rglob("*.py"):
        text = path.read_text()
        if "note(" in text or "security" in text or path.name == "tls_failures.py":
            found |= set(re.findall(r"\b(?:%s)\b" % (CRITICAL + " " + OTHERS).replace(" ", "|"), _code(text)))
    return found


def _code(text):
    """Without comments, docstrings and the list of what is told."""
    text = re.sub(r'"""[\s\S]*?"""|#.*|TOLD = \([\s\S]*?\n\)|_EACH = .*', "", text)
    return " ".join(re.findall(r'"([^"\n]*)"', text))


def test_every_event_of_the_whitepaper_has_its_row_and_is_told_as_the_row_says():
    table = rows()
    assert set(table) == set((CRITICAL + " " + OTHERS).split())
    assert {name for name in table if table[name][0]} == set(security_events.TOLD)
    assert set(CRITICAL.split()) <= set(security_events.TOLD)


def test_what_is_noted_has_a_row_and_what_has_one_is_noted():
    never = {name for name, (_, when) in rows().items() if when.startswith("never")}
    assert never == {"CentralSystemFailedToAuthentication", "AttemptedReplayAttacks"}
    assert noted() == set(rows()) - never
