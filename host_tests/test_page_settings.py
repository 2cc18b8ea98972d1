"""The page: configuration keys, the board file, and that it can be switched off."""

import json

from chargelet.station import security_events
from fakes.visitor import SECRET, Visitor, Writer, visitor


def configured(page):
    """{key: (whether it is read-only, its text)} as the page says."""
    return {name: (fixed, text) for name, fixed, text in json.loads(page.get("/config")[2])[:-1]}


def test_configuration_keys_are_those_of_the_central_system():
    page = visitor()
    asked = page.bench.ask("GetConfiguration", {})["configurationKey"]
    found = configured(page)
    assert found.pop("ShowPage") == (True, "true")  # nobody at the page could switch it on again
    told = {row["key"]: (row["readonly"], row["value"]) for row in asked if row["key"] != "ShowPage"}
    assert told == found and len(found) > 40


def test_a_key_is_changed_with_the_checks_and_answers_of_changeconfiguration():
    page = visitor()
    for key, value, wanted in (
        ("HeartbeatInterval", "77", "Accepted"),
        ("heartbeatinterval", "78", "Accepted"),
        ("HeartbeatInterval", "0", "Rejected"),
        ("HeartbeatInterval", "", "Rejected"),
        ("NumberOfConnectors", "2", "Rejected"),
        ("NoSuchKey", "2", "NotSupported"),
        ("FreeVend", "yes", "Rejected"),
        ("CpoName", "x" * 500, "Rejected"),
        ("MeterValuesSampledData", "Nothing.That.Is", "Rejected"),
    ):
        status, _head, body = page.post("/config", {"key": key, "value": value})
        asked = page.bench.ask("ChangeConfiguration", {"key": key, "value": value})
        assert status == 200 and json.loads(body) == {"status": wanted} == asked, (key, body, asked)
    assert configured(page)["HeartbeatInterval"] == (False, "78")
    after = Visitor(page.bench.cut())
    assert after.log_in() == 200 and configured(after)["HeartbeatInterval"] == (False, "78")
    page.bench.storage.full = True
    assert json.loads(page.post("/config", {"key": "FreeVend", "value": "true"})[2]) == {"status": "Rejected"}
    assert configured(page)["FreeVend"] == (False, "false")


def test_the_authorization_key_is_written_and_never_shown():
    page = visitor()
    secret = "a-new-secret-of-the-station"
    assert json.loads(page.post("/config", {"key": "AuthorizationKey", "value": "short"})[2])["status"] == "Rejected"
    assert json.loads(page.post("/config", {"key": "AuthorizationKey", "value": secret})[2])["status"] == "Accepted"
    assert page.bench.station.config["AuthorizationKey"] == secret
    shown = page.get("/config")[2] + page.get("/diagnostics.txt")[2] + "".join(page.bench.lines)
    assert "AuthorizationKey" not in configured(page) and secret not in shown and "short" not in shown
    noted = b"".join(security_events.lines(page.bench.storage))
    assert b"ReconfigurationOfSecurityParameters" in noted and secret.encode() not in noted


def test_the_page_does_not_lower_the_security_profile():
    page = visitor()
    page.bench.station.config["SecurityProfile"] = 2
    for value in ("0", "1", "2", "3", "4", "-1"):  # for 3 it has no certificate
        assert json.loads(page.post("/config", {"key": "securityprofile", "value": value})[2])["status"] == "Rejected"
    assert page.bench.station.config["SecurityProfile"] == 2


def test_settings_have_bounds():
    page = visitor()
    for fields in (
        {}, {"key": "FreeVend"}, {"value": "true"}, {"key": "", "value": ""}, {"key": "x" * 51, "value": ""},
        {"key": "FreeVend", "value": "x" * 501}, {"key": "FreeVend", "value": True}, {"key": 7, "value": "7"},
        {"key": "CpoName", "value": "a\nb"}, {"key": "FreeVend", "value": "true", "more": 1}, {"key": [], "value": {}},
    ):  # fmt: skip
        assert page.post("/config", fields)[0] == 400, fields
    assert page.post("/config", b"x" * 1201)[0] == 413
    stranger = Visitor(page.bench)
    assert stranger.post("/config", b"x" * 513)[0] == 401 and stranger.post("/config", {})[0] == 401
    answers = [page.post("/config", {"key": "FreeVend", "value": "false"})[0] for _ in range(40)]
    assert answers == [200] * 30 + [429] * 10
    assert page.post("/config", {"key": "FreeVend", "value": "true"}, origin="http://evil.example")[0] == 403


def test_the_board_file_is_shown_as_it_lies_on_flash():
    page = visitor()
    for path in (None, "no-such-file-anywhere"):
        page.page.given["board"] = path
        assert page.get("/board.json")[0] == 404, path


def test_the_central_system_can_switch_it_off_and_on():
    page = visitor()
    said = {"key": "ShowPage", "value": "false"}
    assert json.loads(page.post("/config", said)[2]) == {"status": "Rejected"}
    assert page.bench.ask("ChangeConfiguration", said) == {"status": "Accepted"}
    for path in ("/", "/cards", "/events"):
        assert page.get(path) == (None, "", ""), path
    assert page.post("/login", {"password": SECRET})[0] is None
    assert page.bench.ask("ChangeConfiguration", dict(said, value="true")) == {"status": "Accepted"}
    assert page.get("/cards")[0] == 200 and page.log_in() == 200


def test_whoever_looks_sees_nothing_more_once_it_is_off():
    page = visitor()
    told = []

    def each(writer):
        told.append(1)
        page.bench.station.config["ShowPage"] = False
        page.bench.evse.meter.w += 100

    page.raw(page.request("GET", "/events"), Writer(50, each))
    assert len(told) <= 3
