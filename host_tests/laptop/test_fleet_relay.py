"""The ledger of many stations counts what was confirmed, and what is missing."""

import json

from fleet_relay import Ledger


def told(ledger, action, payload, answer, unique="1"):
    ledger.said(json.dumps([2, unique, action, payload]), True)
    if answer is not None:
        ledger.said(json.dumps([3, unique, answer] if isinstance(answer, dict) else [4, unique, answer, "", {}]), False)


START = {"connectorId": 1, "idTag": "A", "meterStart": 100, "timestamp": "2026-11-20T12:00:00Z"}
STOP = {"transactionId": 7, "meterStop": 350, "timestamp": "2026-11-20T12:10:00Z"}


def test_a_session_counts_once_both_ends_are_confirmed():
    ledger = Ledger()
    told(ledger, "StartTransaction", START, {"transactionId": 7, "idTagInfo": {"status": "Accepted"}})
    assert ledger.open == 1 and ledger.stops == {}
    told(ledger, "StopTransaction", STOP, None)
    assert ledger.open == 1
    told(ledger, "StopTransaction", STOP, "InternalError")
    assert ledger.open == 1 and ledger.errors == 1
    ledger.closed()
    ledger.said(json.dumps([3, "1", {}]), False)  # the answer to what nobody waits for any more
    assert ledger.open == 1
    told(ledger, "StopTransaction", STOP, {})
    assert ledger.open == 0 and ledger.stops == {7: 250}


def test_a_start_that_comes_twice_is_one_transaction():
    ledger = Ledger()
    for number in (7, 8):
        told(ledger, "StartTransaction", START, {"transactionId": number, "idTagInfo": {"status": "Accepted"}})
    assert ledger.open == 1


def test_what_is_no_message_is_an_error_and_passes():
    ledger = Ledger()
    for text in ("", "[]", "{", "[2]", '{"a":1}', '[2,"x","Heartbeat"]', '[3,"x"]'):
        ledger.said(text, True)
        ledger.said(text, False)
    assert ledger.errors == 14 and ledger.messages == 14
