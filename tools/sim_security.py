"""The words of `make sim` for the security whitepaper: profiles, certificates, the security log, signed firmware."""

import asyncio
import ssl
import warnings
from datetime import UTC, datetime
from pathlib import Path

from certificate_authority import CertificateAuthority, sign_file
from rich.markup import escape

HELP = """
[bold]Security[/]            profile N (with what it needs)   renew (the station's certificate)   certificates
                    tamper / untamper (the housing is opened, and closed)
                    securitylog   signed \\[VERSION] \\[broken] (firmware by SignedUpdateFirmware)
                    revoke \\[old] (its certificate, or those before it) / unrevoke
                    break KIND (the central system's TLS: expired, name, stranger, suite, version) / unbreak"""

_KEY = "a-password-of-16-characters"
_TIMEOUT = 60
_WORDS_S = 20
_manufacturer = []


async def _set(csms, key, value) -> bool:
    return (await csms.call("ChangeConfiguration", {"key": key, "value": value}, _TIMEOUT))["status"] == "Accepted"


def _opened(csms):
    return len([event for event in csms.log if event["kind"] == "open"])


async def _profile(sim, number):
    """Give the station what a profile needs, then the profile, and wait until it is back with it or without."""
    csms = sim.csms
    await _set(csms, "AuthorizationKey", _KEY)
    if number > 1:
        await _install(csms, "CentralSystemRootCertificate", csms.authority)
    if number == 3:
        await _renew(csms)
    before = _opened(csms)
    if await _set(csms, "SecurityProfile", str(number)):
        await csms.until(lambda: _opened(csms) > before and csms.connection, _TIMEOUT)
        sim.console.print(f"The station is back, with profile {csms.profiles[-1]}.")


async def _secure_with(sim, context):
    """Change the central system's TLS, and show what the station makes of it."""
    csms = sim.csms
    heard, before = sim.log_size(), _opened(csms)
    await csms.secure_with(context)
    await sim.do("offline")  # with a network that is there again it tries at once, and not after a pause
    await sim.do("online")
    for _ in range(_WORDS_S * 10):
        await asyncio.sleep(0.1)
        words = [line for line in sim.log_since(heard) if "csms: " in line and ("Error" in line or "(-" in line)]
        if words or _opened(csms) > before:
            break
    if _opened(csms) == before:
        sim.console.print(f"[dim]The station:[/] {escape(words[-1] if words else 'it does not try')}")


async def _revoke(sim, command, old):
    authority = sim.csms.authority
    if command == "revoke":
        if len(authority.signed) < 1 + old:
            raise ValueError("there is no such certificate; type renew")
        authority.revoked += authority.signed[:-1] if old else authority.signed[-1:]
    else:
        authority.revoked.clear()
    await _secure_with(sim, authority.server())


def _broken(authority, kind) -> ssl.SSLContext:
    """What a server needs that the station must not speak to."""
    if kind == "expired":
        return authority.server(days=-0.5)
    if kind == "name":
        return authority.server("elsewhere.invalid")
    if kind == "stranger":
        return CertificateAuthority("Stranger").server()
    context = authority.server()
    if kind == "suite":
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers("ECDHE-ECDSA-AES128-SHA256:@SECLEVEL=0")
    elif kind == "version":
        context.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    else:
        raise ValueError("expired, name, stranger, suite or version is missing; type help")
    return context


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
        await _profile(sim, int(words[1]))
    elif command in ("revoke", "unrevoke"):
        if words[1:] not in ([], ["old"]) or (words[1:] and command == "unrevoke"):
            raise ValueError(f"{words[1]} is not known here: old is all that may be behind revoke")
        await _revoke(sim, command, words[1:] == ["old"])
    elif command == "break":
        await _secure_with(sim, _broken(csms.authority, " ".join(words[1:])))
    elif command == "unbreak":
        await _secure_with(sim, csms.authority.server())
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
