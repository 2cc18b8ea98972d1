"""The checker: what is wrong with a payload, with which code, and in words."""

import json

from chargelet.messages.check import ANSWER, CALL, check
from chargelet.messages.tables import is_word, table, words
from fakes.payloads import profile, verdict


def test_good_payloads():
    for action, payload in (
        ("Heartbeat", {}),
        ("Reset", {"type": "Soft"}),
        ("GetConfiguration", {"key": []}),
        ("GetConfiguration", {"key": ["a", "b"]}),
        ("Authorize", {"idTag": "x" * 20}),
        ("StopTransaction", {"transactionId": -1, "meterStop": 0, "timestamp": "2026-11-20T12:00:00Z"}),
        ("DataTransfer", {"vendorId": "v", "data": "x" * 5000}),
    ):
        assert verdict(action, payload) is None, (action, payload)


def test_each_violation_has_its_code_and_names_the_place():
    for action, payload, code, part in (
        ("Reset", {}, "OccurenceConstraintViolation", "type: is required"),
        ("Reset", {"type": None}, "TypeConstraintViolation", "type: null is not a text"),
        ("Reset", {"type": "Warm"}, "PropertyConstraintViolation", 'type: "Warm" is not one of Hard, Soft'),
        ("Reset", {"type": "soft"}, "PropertyConstraintViolation", "type"),
        ("Reset", {"type": "Soft", "a": 1}, "FormationViolation", '"a": is not a field here'),
        ("Reset", ["Soft"], "FormationViolation", "payload: a list is not an object"),
        ("UnlockConnector", {"connectorId": True}, "TypeConstraintViolation", "true is not a whole number"),
        ("UnlockConnector", {"connectorId": "1"}, "TypeConstraintViolation", "connectorId"),
        ("UnlockConnector", {"connectorId": 1.5}, "TypeConstraintViolation", "1.5"),
        ("UnlockConnector", {"connectorId": 5.0}, "TypeConstraintViolation", "connectorId: 5.0 is not a whole number"),
        ("UnlockConnector", {"connectorId": [1]}, "TypeConstraintViolation", "a list is not a whole number"),
        ("Authorize", {"idTag": "x" * 21}, "PropertyConstraintViolation", "idTag: has 21 characters, at most 20"),
        ("GetConfiguration", {"key": "a"}, "TypeConstraintViolation", "key: "),
        ("GetConfiguration", {"key": ["a", 5]}, "TypeConstraintViolation", "key[1]: 5 is not a text"),
    ):
        found = verdict(action, payload)
        assert found[0] == code and part in found[1], (payload, found)


def test_nested_fields_are_named_by_their_path():
    payload = {
        "connectorId": 1,
        "meterValue": [
            {"timestamp": "2026-11-20T12:00:00Z", "sampledValue": [{"value": "1"}]},
            {"timestamp": "2026-11-20T12:00:00Z", "sampledValue": [{"value": "1"}, {"value": 2}]},
        ],
    }
    assert verdict("MeterValues", payload)[1] == "meterValue[1].sampledValue[1].value: 2 is not a text"
    payload["meterValue"][1]["timestamp"] = "then"
    assert verdict("MeterValues", payload)[1].startswith('meterValue[1].timestamp: "then" is not a date')


def test_numbers_texts_and_lists_have_bounds():
    for action, payload, code, text in (
        ("UnlockConnector", {"connectorId": -1}, "PropertyConstraintViolation", "connectorId: -1 is not from 0 to"),
        ("UnlockConnector", {"connectorId": 1 << 31}, "PropertyConstraintViolation", "is not from 0 to 2147483647"),
        ("RemoteStopTransaction", {"transactionId": 10**18}, "PropertyConstraintViolation", "transactionId: "),
        ("RemoteStopTransaction", {"transactionId": 10**70}, "PropertyConstraintViolation", "a huge number is not"),
        ("GetConfiguration", {"key": ["k"] * 101}, "OccurenceConstraintViolation", "key: has 101 elements"),
        ("GetDiagnostics", {"location": "f" * 1001}, "PropertyConstraintViolation", "has 1001 characters"),
        ("GetDiagnostics", {"location": "ftp://h/\r\nx"}, "PropertyConstraintViolation", "has a control character"),
        ("GetDiagnostics", {"location": "l", "retries": 101}, "PropertyConstraintViolation", "retries: 101 is not"),
        ("Authorize", {"idTag": "\ud800"}, "PropertyConstraintViolation", "half a pair of surrogates"),
    ):
        found = verdict(action, payload, "req", CALL)
        assert found[0] == code and text in found[1], (payload, found)
    for action, payload in (
        ("RemoteStopTransaction", {"transactionId": 2**53 - 1}),  # some take the time in milliseconds
        ("RemoteStopTransaction", {"transactionId": -1}),
        ("UnlockConnector", {"connectorId": 2147483647}),
        ("GetConfiguration", {"key": ["k"] * 100}),
        ("GetDiagnostics", {"location": "f" * 1000, "retries": 100, "retryInterval": 86400}),
    ):
        assert verdict(action, payload) is None, payload


def test_the_first_thing_wrong_is_told():
    both = {"surplus": 1, "connectorId": "1", "errorCode": "No"}
    assert verdict("StatusNotification", both)[1] == 'connectorId: "1" is not a whole number'
    both["connectorId"] = 1
    assert verdict("StatusNotification", both)[1].startswith('errorCode: "No" is not one of ConnectorLockFailure, ')
    both["errorCode"] = "NoError"
    assert verdict("StatusNotification", both)[1] == "status: is required"
    both["status"] = "Available"
    assert verdict("StatusNotification", both) == ("FormationViolation", '"surplus": is not a field here')


def test_inner_objects_are_judged_like_the_whole():
    def sampled(value):
        return {"connectorId": 1, "meterValue": [{"timestamp": "2026-11-20T12:00:00Z", "sampledValue": value}]}

    place = "meterValue[0].sampledValue"
    for value, code, text in (
        ({}, "TypeConstraintViolation", place + ": an object is not a list"),
        ([], "OccurenceConstraintViolation", place + ": has no elements"),
        ([5], "TypeConstraintViolation", place + "[0]: 5 is not an object"),
        ([{}], "OccurenceConstraintViolation", place + "[0].value: is required"),
        ([{"value": "1"}, {"value": "1", "x": 1}], "FormationViolation", place + '[1]."x": is not a field here'),
    ):
        assert verdict("MeterValues", sampled(value)) == (code, text), value
    assert verdict("MeterValues", sampled([{"value": "1", "x": 1}]), how=ANSWER) is None
    assert verdict("MeterValues", {"connectorId": 1, "meterValue": []})[0] == "OccurenceConstraintViolation"


def test_words_are_whole_words():
    for value in ("Hard Soft", "Hard\n", " Hard", "Har", "ard", "", " ", "\n", "hard", "ResetType"):
        assert not is_word("ResetType", value), value
    for value in ("Energy", "Energy.Active", "Power.Active.Import.", "Register", "RPM\nPhase", "L1"):
        assert not is_word("Measurand", value), value
    for name in ("ResetType", "Measurand", "ChargePointErrorCode", "ValueFormat"):
        for value in words(name):
            assert is_word(name, value)
    assert not is_word("ChargePointErrorCode", "InternalError\n")  # the last one of its line in the table
    # The same beginning, and a continued line.
    assert is_word("Phase", "L1") and is_word("Phase", "L1-N") and is_word("ChargePointErrorCode", "WeakSignal")


def test_no_name_of_a_field_gets_past_the_table():
    for name in ("connectorId!i", "connectorId!i idTag", "idTag!s20", "", " ", "!", "?", "idtag"):
        payload = {"connectorId": 1, "idTag": "A", "meterStart": 0, "timestamp": "2026-11-20T12:00:00Z", name: 1}
        assert verdict("StartTransaction", payload)[0] == "FormationViolation", name


def test_lengths_count_characters():
    assert verdict("Authorize", {"idTag": "\u00e4" * 20}) is None
    assert "has 21 characters" in verdict("Authorize", {"idTag": "\u00e4" * 21})[1]
    # One character as two escapes: MicroPython makes two of it, CPython one.
    for count, good in ((20, True), (21, False)):
        tag = json.loads('"' + "\\ud83d\\ude00" * count + '"')
        found = verdict("Authorize", {"idTag": tag})
        assert found is None if good else "has 21 characters" in found[1], found
    for alone in ("\\ud83d", "\\ude00"):
        found = verdict("Authorize", {"idTag": json.loads('"' + alone * 21 + '"')})
        assert found and "has 21 characters" in found[1], found
        assert "half a pair" in verdict("Authorize", {"idTag": json.loads('"' + alone + '"')})[1]


def test_texts_stay_short_and_plain_whatever_comes():
    for value in ("\u00e4\ud800" * 1000, 10**300, -(10**40), 1e300, [[[]]], {"a": {}}, "\x00\r\n\x7f" * 20):
        found = verdict("Reset", {"type": value})
        assert len(found[1]) < 200 and len(found[1].encode()) == len(found[1]), found
        assert "\n" not in found[1] and "\x00" not in found[1]
        for surplus in (verdict("ClearCache", {"\u00e4\ud800" * 1000: value}), verdict("ClearCache", value)):
            if surplus:
                assert len(surplus[1]) < 200 and len(surplus[1].encode()) == len(surplus[1]), surplus
    sample = {"value": "1", "measurand": "Energy"}
    payload = {"connectorId": 1, "meterValue": [{"timestamp": "2026-11-20T12:00:00Z", "sampledValue": [sample]}]}
    text = verdict("MeterValues", payload)[1]
    assert text.startswith('meterValue[0].sampledValue[0].measurand: "Energy" is not one of Energy.Active.Export.Reg')
    assert len(text) == 255 and text.endswith("...")
    assert verdict("Reset", {"type": "x" * 31})[1] == 'type: "%s"... is not one of Hard, Soft' % ("x" * 30)


def hostile_values():
    lists, objects = [], {}
    for _ in range(200):
        lists, objects = [lists], {"type": objects}
    numbers = [float("nan"), float("inf"), 1e300, -0.0, 2.5, 10**300, -(10**300)]
    keys = [{1: 2}, {None: 1}, {True: 1}, {2.5: 1}, {"": None}]  # MicroPython's json makes such keys
    return numbers + keys + [lists, objects, None, True, False, "", "\ud800", [], {}, [None], [[[]]]]


def test_nothing_makes_the_checker_raise():
    values = hostile_values()
    for action in (
        "Authorize BootNotification ChangeConfiguration ClearCache DataTransfer GetConfiguration MeterValues "
        "RemoteStartTransaction StartTransaction StatusNotification StopTransaction UnlockConnector"
    ).split():
        for kind in ("req", "conf"):
            text = table(action, kind)
            names = [field.replace("?", "!").split("!")[0] for field in text.split()]
            for value in values:
                found = check(text, value)
                assert found is None or len(found) == 2
                for name in names:
                    found = check(text, {name: value}, ANSWER)
                    assert found is None or (len(found[1]) <= 255 and len(found[1].encode()) == len(found[1])), found
    for value in values:
        found = verdict("RemoteStartTransaction", profile(value))
        assert (found is None) == (type(value) in (int, float) and 0 <= value <= 99999999), value


def test_a_long_transaction_is_checked_to_its_last_value():
    sample = {"value": "12345", "context": "Sample.Periodic", "measurand": "Energy.Active.Import.Register"}
    sample["unit"] = "Wh"
    values = [{"timestamp": "2026-11-20T12:00:00.123+01:00", "sampledValue": [sample]} for _ in range(60)]
    payload = {"transactionId": 1, "meterStop": 5, "timestamp": "2026-11-20T12:00:00Z", "transactionData": values}
    assert verdict("StopTransaction", payload) is None
    values[59]["timestamp"] = "2026-11-31T12:00:00Z"
    found = verdict("StopTransaction", payload)
    assert found[0] == "PropertyConstraintViolation"
    assert found[1].startswith('transactionData[59].timestamp: "2026-11-31T12:00:00Z" is not a date and time like ')


def test_which_actions_there_are():
    assert table("SetChargingProfile", "req") and table("ClearCache", "req") == ""
    assert table("reset", "req") is None and table("", "req") is None and table("AuthorizationData", "req") is None
