"""The words of `make sim` for the security whitepaper: profiles, certificates, the security log, signed firmware."""

from datetime import UTC, datetime
from pathlib import Path

from certificate_authority import CertificateAuthority, sign_file
from rich.markup import escape

HELP = """
[bold]Security[/]           profile N (with what it needs)   renew (the station's certificate)   certificates
                    securitylog   signed \\[VERSION] \\[broken] (firmware by SignedUpdateFirmware)"""

_KEY = "a-password-of-16-characters"
_TIMEOUT = 60
_manufacturer = []


async def _set(csms, key, value):
    await csms.call("ChangeConfiguration", {"key": key, "value": value}, _TIMEOUT)


async def _install(csms, kind, authority):
    await csms.call("InstallCertificate", {"certificateType": kind, "certificate": authority.pem}, _TIMEOUT)


async def _renew(csms):
    """Have the station ask for a certificate, and wait until it has it."""
    count = len(csms.log)
    await _set(csms, "CpoName", csms.authority.organization)
    await csms.call("ExtendedTriggerMessage", {"requestedMessage": "SignChargePointCertificate"})
    done = lambda: [e for e in csms.log[count:] if e.get("action") == "CertificateSigned" and e["kind"] == "result"]  # noqa: E731
    await csms.until(done, _TIMEOUT)


async def _signed(sim, version, broken):
    csms = sim.csms
    if not _manufacturer:
        _manufacturer.append(CertificateAuthority("Test manufacturer", "Test manufacturer"))
    certificate, key = _manufacturer[0].pair("Firmware", "firmware", "rsa")
    await _install(csms, "ManufacturerRootCertificate", _manufacturer[0])
    location = await sim.new_firmware(version)
    content = (Path(sim.files_folder) / "firmware.pkg").read_bytes()
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    firmware = {"location": location, "retrieveDateTime": now, "signingCertificate": certificate}
    firmware["signature"] = sign_file(key, content + b"!" * broken)
    await csms.call("SignedUpdateFirmware", {"requestId": 1, "firmware": firmware}, _TIMEOUT)


async def obey(sim, command, words) -> bool:
    """Whether it was one of these words."""
    csms = sim.csms
    if command == "profile":
        if words[1:] not in (["1"], ["2"], ["3"]):
            raise ValueError("a profile from 1 to 3 is missing; type help")
        await _set(csms, "AuthorizationKey", _KEY)
        if words[1] > "1":
            await _install(csms, "CentralSystemRootCertificate", csms.authority)
        if words[1] == "3":
            await _renew(csms)
        await _set(csms, "SecurityProfile", words[1])
    elif command == "renew":
        await _renew(csms)
    elif command == "certificates":
        for kind in ("CentralSystemRootCertificate", "ManufacturerRootCertificate"):
            answer = await csms.call("GetInstalledCertificateIds", {"certificateType": kind}, _TIMEOUT)
            for one in answer.get("certificateHashData", []):
                sim.console.print(f"  {kind} {escape(one['serialNumber'])}")
    elif command == "securitylog":
        log = {"remoteLocation": sim.files().url + "/"}
        await csms.call("GetLog", {"logType": "SecurityLog", "requestId": 1, "log": log})
    elif command == "signed":
        rest = [one for one in words[1:] if one != "broken"]
        await _signed(sim, rest[0] if rest else "9.9.9", "broken" in words)
    else:
        return False
    return True
