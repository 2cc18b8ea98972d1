"""GetLog: what is sent, what is told of it, and which request it belongs to (security whitepaper N01)."""

from fakes.transfers import Scene


def get_log(scene, kind="SecurityLog", request=7, location="http://x/", times=None, **more):
    wanted = dict(times or {}, remoteLocation=location)
    return scene.bench.ask("GetLog", dict(more, logType=kind, requestId=request, log=wanted))


def logged(scene):
    return [(p["status"], p.get("requestId")) for p in scene.bench.central.all("LogStatusNotification")]


def test_a_security_log_is_sent_and_told_with_its_request():
    scene = Scene()
    scene.bench.station.security.note("TamperDetectionActivated")
    scene.network.fails = 1
    answer = get_log(scene, retries=1, retryInterval=1)
    assert answer["status"] == "Accepted" and answer["filename"].startswith("security-"), answer
    scene.work()
    scene.bench.run(1000)
    scene.work()
    assert scene.network.sent == [b"2026-11-20T12:00:01Z TamperDetectionActivated\n"]
    assert scene.network.asked == ["http://x/" + answer["filename"]] * 2
    assert logged(scene) == [("Uploading", 7), ("Uploaded", 7)] and scene.told("Diagnostics") == []


def test_a_diagnostics_log_is_the_diagnostics_and_both_have_their_times():
    scene = Scene()
    get_log(scene, "DiagnosticsLog")
    scene.work()
    assert b"# Configuration" in scene.network.sent[0] and b"a line" in scene.network.sent[0]
    scene.bench.station.security.note("TamperDetectionActivated")
    get_log(scene, times={"oldestTimestamp": "2026-11-20T13:00:00Z"})
    scene.work()
    assert scene.network.sent[1] == b""


def test_a_new_log_takes_the_place_of_one_that_is_on_its_way():
    scene = Scene()
    scene.network.fails = 1
    assert get_log(scene, request=1)["status"] == "Accepted"
    scene.work()
    assert get_log(scene, "DiagnosticsLog", 2, "http://y/")["status"] == "AcceptedCanceled"
    scene.work()
    assert scene.network.asked[1].startswith("http://y/diagnostics-") and logged(scene)[-1] == ("Uploaded", 2)
    scene.diagnose("http://z/")
    assert get_log(scene, request=3)["status"] == "AcceptedCanceled"
    scene.work()
    assert logged(scene)[-1] == ("Uploaded", 3) and scene.told("Diagnostics") == []


class Refusal(ValueError):
    pass


def test_why_a_log_cannot_be_sent_is_said():
    for name, number, status in (
        ("status", 403, "PermissionDenied"),
        ("status", 405, "NotSupportedOperation"),
        ("status", 400, "BadMessage"),
        ("status", 500, "UploadFailure"),
        ("code", 553, "PermissionDenied"),
        ("code", 502, "NotSupportedOperation"),
        ("code", 501, "BadMessage"),
        ("code", 426, "UploadFailure"),
        ("other", 1, "UploadFailure"),
    ):
        scene = Scene()

        async def put(*_, name=name, number=number):
            error = Refusal(number)
            setattr(error, name, number)
            raise error

        scene.network.put = put
        get_log(scene, retries=0)
        scene.work()
        assert logged(scene) == [("Uploading", 7), (status, 7)], (name, number, logged(scene))


def test_a_trigger_tells_of_the_kind_of_job_that_it_asks_about():
    scene = Scene()

    def asked(action, name):
        assert scene.bench.ask(action, {"requestedMessage": name}) == {"status": "Accepted"}
        scene.bench.run(500)
        return scene.bench.central.sent[-1]

    extended = "ExtendedTriggerMessage", "LogStatusNotification"
    assert asked(*extended) == ("LogStatusNotification", {"status": "Idle"})
    assert asked("ExtendedTriggerMessage", "FirmwareStatusNotification") == (
        "SignedFirmwareStatusNotification",
        {"status": "Idle"},
    )
    scene.network.fails = 9
    get_log(scene, retries=3)
    scene.work()
    assert asked(*extended) == ("LogStatusNotification", {"status": "Uploading", "requestId": 7})
    assert asked("TriggerMessage", "DiagnosticsStatusNotification")[1] == {"status": "Idle"}
    for name in ("BootNotification", "Heartbeat", "StatusNotification", "MeterValues"):
        count = len(scene.bench.central.sent)
        asked("ExtendedTriggerMessage", name)
        assert scene.bench.central.sent[count][0] == name
    for name in ("DiagnosticsStatusNotification", "NoSuchMessage"):
        assert scene.bench.ask("ExtendedTriggerMessage", {"requestedMessage": name}) == {"status": "NotImplemented"}
    assert get_log(scene, location="no url") == "PropertyConstraintViolation"
