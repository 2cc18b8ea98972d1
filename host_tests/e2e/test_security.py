"""The security whitepaper in the process: profiles rise over real TLS, certificates are made, signed and changed."""

import asyncio
from datetime import UTC, datetime

from certificate_authority import CertificateAuthority, private_pem
from conftest import Scene, StationProcess, built

from csms import CentralSystem

PASSWORD = "a-password-of-16-characters"


def played(tmp_path, scenario, *options, profile=None, files=None):
    """Run `scenario(scene)` with a station that knows both addresses of a central system."""
    built("")
    root = CertificateAuthority()

    async def run():
        async with CentralSystem(authority=root, password=PASSWORD) as csms:
            for name, content in (files(root) if files else {}).items():
                (tmp_path / name).write_text(content)
            given = ["--password", PASSWORD, "--secure-csms", csms.secure_url, *options]
            if profile is not None:
                given += ["--profile", str(profile)]
            station = StationProcess(csms.url, str(tmp_path / "state"), *given)
            (tmp_path / "state").mkdir()
            station.start()
            try:
                scene = Scene(csms, station)
                await scene.ready()
                await scenario(scene)
                assert csms.violations == []
            except BaseException:
                print(station.log.read_text()[-5000:])
                raise
            finally:
                station.cut()

    asyncio.run(asyncio.wait_for(run(), 600))


async def change(csms, key, value, wanted="Accepted"):
    answer = await csms.call("ChangeConfiguration", {"key": key, "value": value})
    assert answer == {"status": wanted}, (key, value, answer)


async def connected(csms, profile, since):
    """Wait for a connection of a profile, after so many."""
    await csms.until(lambda: len(csms.profiles) > since and csms.profiles[-1] == profile and csms.connection)
    await csms.until(lambda: csms.log and [one for one in csms.log if one["kind"] == "open"])


def opened(csms):
    return len([one for one in csms.log if one["kind"] == "open"])


async def raised(scene, profile):
    """Raise the profile and wait until the station is there with it."""
    csms = scene.csms
    before = opened(csms)
    await change(csms, "SecurityProfile", str(profile))
    await csms.until(lambda: opened(csms) > before)
    assert csms.profiles[-1] == profile, csms.profiles
    csms.profile = profile


async def certified(scene):
    """The station asks for a certificate, the authority makes it, the station takes it."""
    csms = scene.csms
    await change(csms, "CpoName", csms.authority.organization)
    request = {"requestedMessage": "SignChargePointCertificate"}
    assert await csms.call("ExtendedTriggerMessage", request) == {"status": "Accepted"}
    found = lambda: [one for one in csms.log if one.get("action") == "CertificateSigned" and one["kind"] == "result"]  # noqa: E731
    count = len(found())
    await csms.until(lambda: len(found()) > count)
    assert found()[-1]["payload"] == {"status": "Accepted"}


def test_from_profile_0_to_3_with_a_key_that_the_station_has_made(tmp_path):
    async def scenario(scene):
        csms = scene.csms
        assert csms.profiles[-1] == 1
        await raised(scene, 1)
        root = {"certificateType": "CentralSystemRootCertificate", "certificate": csms.authority.pem}
        await change(csms, "SecurityProfile", "2", "Rejected")
        assert await csms.call("InstallCertificate", root) == {"status": "Accepted"}
        await raised(scene, 2)
        await change(csms, "SecurityProfile", "3", "Rejected")
        await certified(scene)
        await raised(scene, 3)
        await scene.charge()
        # Another pair takes its place while somebody charges.
        before = opened(csms)
        await certified(scene)
        await csms.until(lambda: opened(csms) > before)
        listed = await csms.call("GetInstalledCertificateIds", {"certificateType": root["certificateType"]})
        (one,) = listed["certificateHashData"]
        assert await csms.call("DeleteCertificate", {"certificateHashData": one}) == {"status": "Failed"}
        # After a power cut it comes back with what it has: TLS, its own certificate, no password.
        scene.station.cut()
        count = len(csms.profiles)
        scene.station.start()
        await csms.until(lambda: len(csms.profiles) > count)
        assert csms.profiles[-1] == 3

    played(tmp_path, scenario)


def test_a_certificate_of_an_authority_whose_clock_is_ahead(tmp_path):
    """A02.FR.08: it is kept, and used as soon as it is valid."""

    async def scenario(scene):
        csms = scene.csms
        shown = lambda: int(csms.connection.transport.get_extra_info("peercert")["serialNumber"], 16)  # noqa: E731
        root = {"certificateType": "CentralSystemRootCertificate", "certificate": csms.authority.pem}
        assert await csms.call("InstallCertificate", root) == {"status": "Accepted"}
        await certified(scene)
        await raised(scene, 3)
        first, before = shown(), opened(csms)
        assert first == csms.authority.signed[-1].serial_number
        csms.authority.ahead_s = 5
        await certified(scene)
        second = csms.authority.signed[-1]
        early = opened(csms) > before
        assert not early or datetime.now(UTC) >= second.not_valid_before_utc
        await csms.until(lambda: opened(csms) > before and csms.connection)
        assert datetime.now(UTC) >= second.not_valid_before_utc and shown() == second.serial_number
        told = [payload["type"] for payload in csms.calls("SecurityEventNotification")]
        assert "InvalidChargePointCertificate" not in told

    played(tmp_path, scenario, profile=1)


def test_a_profile_that_the_central_system_has_not_is_left_again(tmp_path):
    async def scenario(scene):
        csms = scene.csms
        stranger = CertificateAuthority("Stranger")
        root = {"certificateType": "CentralSystemRootCertificate", "certificate": stranger.pem}
        assert await csms.call("InstallCertificate", root) == {"status": "Accepted"}
        before = opened(csms)
        await change(csms, "SecurityProfile", "2")
        await csms.until(lambda: opened(csms) > before)
        answer = await csms.call("GetConfiguration", {"key": ["SecurityProfile"]})
        assert answer["configurationKey"][0]["value"] == "1" and 2 not in csms.profiles
        told = await scene.calls("SecurityEventNotification", 2)
        assert "InvalidCentralSystemCertificate" in [one["type"] for one in told], told

    played(tmp_path, scenario, profile=1)


def test_a_station_is_provisioned_with_profile_3(tmp_path):
    def files(root):
        chain, key = root.pair("SIM-0001")
        return {"ca.pem": root.pem, "own.pem": chain, "own.key": private_pem(key).decode()}

    async def scenario(scene):
        assert scene.csms.profiles == [3]
        assert [one["type"] for one in await scene.calls("SecurityEventNotification", 1)] == ["StartupOfTheDevice"]

    options = "--ca", str(tmp_path / "ca.pem"), "--certificate", str(tmp_path / "own.pem"), "--key"
    played(tmp_path, scenario, *options, str(tmp_path / "own.key"), profile=3, files=files)


def test_a_root_that_replaces_the_old_one_has_a_fallback_until_it_has_worked(tmp_path):
    """AdditionalRootCertificateCheck (M05.FR.08 to 13): the server shows both, one after the other."""

    async def scenario(scene):
        csms = scene.csms
        kind = "CentralSystemRootCertificate"
        install = lambda one: csms.call("InstallCertificate", {"certificateType": kind, "certificate": one.pem})  # noqa: E731

        async def listed():
            answer = await csms.call("GetInstalledCertificateIds", {"certificateType": kind})
            return {int(one["serialNumber"], 16) for one in answer["certificateHashData"]}

        old, stranger = csms.authority, CertificateAuthority("Stranger")
        new = CertificateAuthority("New root", by=old)
        serials = [one.certificate.serial_number for one in (old, new)]
        assert csms.profiles == [2]
        for wrong in (stranger, CertificateAuthority("New root", by=stranger)):
            assert await install(wrong) == {"status": "Rejected"}  # M05.FR.10
        assert await install(new) == {"status": "Accepted"} and await listed() == set(serials)
        assert await install(CertificateAuthority("Newer", by=new)) == {"status": "Rejected"}, "one and its fallback"
        for _ in range(2):  # the server still has a certificate of the old one: M05.FR.13
            before = opened(csms)
            await csms.secure_with(old.server())
            await csms.until(lambda before=before: opened(csms) > before)
        scene.station.cut()
        before = opened(csms)
        scene.station.start()
        await csms.until(lambda: opened(csms) > before)
        assert await listed() == set(serials), "the fallback stays while it is needed"
        await csms.secure_with(new.server())
        await csms.until(lambda: opened(csms) > before + 1)
        assert await listed() == {serials[1]}, "M05.FR.12"
        # What only the old one vouches for is not spoken to any more.
        before = opened(csms)
        await csms.secure_with(old.server())
        await asyncio.sleep(8)
        assert opened(csms) == before
        await csms.secure_with(new.server())
        await csms.until(lambda: opened(csms) > before)
        assert csms.profiles[-1] == 2
        told = lambda: [one["type"] for one in csms.calls("SecurityEventNotification")]  # noqa: E731
        await csms.until(lambda: "InvalidCentralSystemCertificate" in told())

    def files(root):
        return {"ca.pem": root.pem}

    checks = "--config", '{"AdditionalRootCertificateCheck": true}'
    played(tmp_path, scenario, "--ca", str(tmp_path / "ca.pem"), *checks, profile=2, files=files)
