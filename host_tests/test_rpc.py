"""OCPP-J framing: whatever arrives, the right answer or none, and never an exception."""

import json

from chargelet.actions.delivery import TOO_LARGE
from chargelet.base.log import DEBUG
from chargelet.messages.errors import CallError
from chargelet.rpc.wire import encode
from fakes.rpc_case import Case, decode


def test_a_call_is_answered():
    case = Case()
    assert case.send([2, "a", "Reset", {"type": "Soft"}]) == [3, "a", {"status": "Accepted"}]
    assert case.handled == [("Reset", {"type": "Soft"})]


def test_hostile_frames_are_survived_and_answered_where_possible():
    case = Case()
    for text in (
        "",
        "null",
        "[]",
        "{}",
        "[2]",
        "17",
        '"x"',
        "[[],1,2]",
        "[" * 5000,
        '[2,"a","Reset",{"type":',
        '[9,"d","Reset",{}]',
        '[2,5,"Reset",{}]',
        '[true,"a",{}]',
        '[3,"ghost",{}]',
        '[4,"ghost","GenericError","",{}]',
        '[3,"ghost"]',
        '{"a":[{}]}',
        '[2,"%s","Reset",{}]' % ("x" * 300),
        b"\x00\xff",
    ):
        assert case.send(text) is None, text[:40]
    assert case.handled == []
    for message, code in (
        ([2, "a"], "FormationViolation"),
        ([2, "a", "Reset"], "FormationViolation"),
        ([2, "a", 7, {}], "FormationViolation"),
        ([2, "a", "Reset", {"type": "Soft"}, 1], "FormationViolation"),
        ([2, "x" * 37, "Reset", {"type": "Soft"}], "FormationViolation"),
        ([2, "a", "NoSuchAction", {}], "NotImplemented"),
        ([2, "a", "reset", {"type": "Soft"}], "NotImplemented"),
        ([2, "a", "SendLocalList", {}], "OccurenceConstraintViolation"),
        ([2, "a", "Reset", []], "FormationViolation"),
        ([2, "a", "Reset", "Soft"], "FormationViolation"),
        ([2, "a", "Reset", {}], "OccurenceConstraintViolation"),
        ([2, "a", "Reset", None], "OccurenceConstraintViolation"),
        ([2, "a", "Reset", {"type": 1}], "TypeConstraintViolation"),
        ([2, "a", "Reset", {"type": "Warm"}], "PropertyConstraintViolation"),
        ([2, "a", "Reset", {"type": "Soft", "when": 1}], "FormationViolation"),
        ([2, "a", "UnlockConnector", {"connectorId": "1"}], "TypeConstraintViolation"),
        ([2, "a", "RemoteStartTransaction", {"idTag": "x" * 21}], "PropertyConstraintViolation"),
    ):
        reply = case.send(message)
        assert reply[:3] == [4, message[1], code], (message, reply)
        assert isinstance(reply[3], str) and len(reply[3]) <= 255 and reply[4] == {}
    assert case.handled == []


def test_no_payload_may_be_written_null():
    case = Case()
    assert case.send([2, "a", "ClearCache", None])[0] == 3
    assert case.handled == [("ClearCache", {})]


def test_text_beyond_ascii_comes_back_as_it_came():
    case = Case()
    for text in ('[2,"\\ud800","Nope",{}]', '[2,"\\ud83d\\ude00","Nope",{}]', '[2,"\u00e9\u20ac","Nope",{}]'):
        reply = case.rpc.receive(text)
        assert len(reply.encode()) == len(reply), reply  # plain ASCII, so valid UTF-8
        assert decode(reply)[1] == decode(text)[1]
    assert decode(encode([{"a": "\u00e4\u20ac"}])) == [{"a": "\u00e4\u20ac"}]


def test_a_list_may_be_made_while_it_is_written():
    for count in (0, 1, 3):
        payload = {"before": 1, "found": lambda count=count: iter([{"n": n, "t": "\u00e4"} for n in range(count)])}
        text = encode([3, "id", dict(payload, after="\u20ac")])
        assert sum([len(piece) for piece in text.pieces()]) == text.size
        assert decode(b"".join(text.pieces()).decode()) == [
            3,
            "id",
            {"before": 1, "found": [{"n": n, "t": "\u00e4"} for n in range(count)], "after": "\u20ac"},
        ]


def test_refusals_and_accidents_become_callerrors():
    case = Case()
    case.result = CallError("NotSupported", "no")
    assert case.send([2, "a", "ClearCache", {}]) == [4, "a", "NotSupported", "no", {}]
    case.result = OSError(28)
    assert case.send([2, "b", "ClearCache", {}])[2] == "InternalError"
    case.result = MemoryError()
    assert case.send([2, "c", "ClearCache", {}])[2] == "InternalError"


def test_an_answer_may_come_later_and_one_too_many_is_refused():
    case = Case()
    ready = []
    case.result = lambda: {"status": "Accepted"} if ready else None
    for unique in "abcd":
        assert case.send([2, unique, "ClearCache", {}]) is None
    assert case.send([2, "e", "ClearCache", {}])[2] == "GenericError"
    assert case.rpc.step() is None
    ready.append(1)
    assert [json.loads(case.rpc.step())[1] for _ in "abcd"] == ["a", "b", "c", "d"]
    assert case.rpc.step() is None


def test_while_not_listening_nothing_is_answered():
    case = Case()
    case.listening = False
    assert case.send([2, "a", "ClearCache", {}]) is None
    assert case.handled == []


def test_what_would_take_the_parser_long_is_refused_before_it():
    """With the right id and code, and in pieces of which none is long."""
    case = Case()
    for start, part, count, end, code in (
        ('{"connectorId":', "1", 7000, "}", "PropertyConstraintViolation"),
        ('{"connectorId": -', "1", 2000, ".5e9 }", "PropertyConstraintViolation"),
        ('{"key":[2', ",%s" % ("1" * 41), 60, "]}", "PropertyConstraintViolation"),
        ('{"connectorId":', "[", 3000, "1]}", "FormationViolation"),
        ('{"connectorId":', '{"a":', 1000, "1}}", "FormationViolation"),
        ('{"a":1', ',"field":1', 300, "}", "FormationViolation"),
        ('{"key":["k"', ',"k"', 1500, "]}", "OccurenceConstraintViolation"),
        ('{"key":[["', "x", 6000, '"]]}', "PropertyConstraintViolation"),
        ('{"key":["a"],"connectorId":[{}', ",{}", 900, "]}", "OccurenceConstraintViolation"),
    ):
        reply = case.send('[2,"their-id","GetConfiguration",' + start + part * count + end + "]")
        assert reply[:3] == [4, "their-id", code] and "GetConfiguration" in reply[3], (start, reply)
        assert case.send('[3,"ghost",' + start + part * count + end + "]") is None
        assert case.send(start + part * count + end) is None
    assert case.handled == []
    # Wide, deep and long as they may be.
    keys = ["k%d%s" % (at, "x" * 40) for at in range(100)]
    text = json.dumps([2, "a", "GetConfiguration", {"key": keys}]).replace(", ", ",%s" % (" " * 60))
    reply = case.send(text)
    assert reply[0] == 3, reply
    assert list(case.handled[0][1]["key"]) == keys
    assert case.send([2, "b", "DataTransfer", {"vendorId": "v", "data": "[{1," * 1000}])[0] == 3


def test_a_long_message_gives_way_between_its_pieces():
    case = Case()
    entries = [{"idTag": "CARD%d" % at, "idTagInfo": {"status": "Accepted", "expiryDate": None}} for at in range(60)]
    payload = {"listVersion": 1, "updateType": "Full", "localAuthorizationList": entries}
    waits = []

    async def sleep(ms):
        waits.append(ms)

    case.clock.sleep = sleep
    given = []
    case.result = {"status": "Accepted"}

    def handle(action, payload):
        given.extend(payload["localAuthorizationList"])
        return case.result

    case.rpc._handle = handle
    text = json.dumps([2, "a", "SendLocalList", payload])
    for taken in (case.rpc.take(text), case.rpc.take("[2]")):
        try:
            taken.send(None)
        except StopIteration as end:
            reply = end.value
            if reply:
                assert json.loads(reply) == [3, "a", {"status": "Accepted"}]
    assert len(waits) > 60 + len(text) // 1000 and set(waits) == {0}
    # As often as it is iterated, what had to be mended is.
    assert given == [{"idTag": "CARD%d" % at, "idTagInfo": {"status": "Accepted"}} for at in range(60)]
    entries[55]["idTag"] = 7
    reply = case.send([2, "b", "SendLocalList", payload])
    assert reply[2] == "TypeConstraintViolation" and reply[3].startswith("localAuthorizationList[55].idTag: 7 is")
    broken = text.replace('"CARD55"', '"CARD55" 5')
    assert json.loads(case.rpc.receive(broken))[2] == "FormationViolation"


def test_an_answer_may_be_worked_out_in_pieces():
    case = Case()

    def work():
        yield None
        yield None
        if case.handled[-1][0] == "ClearCache":
            raise CallError("GenericError", "half way")
        return {"status": "Accepted"}

    def handle(action, payload):
        case.handled.append((action, payload))
        return work()

    case.rpc._handle = handle
    assert case.send([2, "a", "Reset", {"type": "Soft"}]) == [3, "a", {"status": "Accepted"}]
    assert case.send([2, "b", "ClearCache", {}])[2] == "GenericError"


def test_each_message_has_a_line_for_who_wants_it_and_no_secret_in_it():
    case = Case()
    sent = case.call()
    case.rpc.receive(json.dumps([3, sent[1], {"currentTime": "2026-11-20T12:00:00Z"}]))
    secret = {"key": "AuthorizationKey", "value": "secret-secret-secret"}
    case.rpc.receive(json.dumps([2, "theirs", "ChangeConfiguration", secret]))
    found = [line for line, level in zip(case.lines, case.lines.levels) if level == DEBUG]
    assert found == [
        "rpc: Heartbeat goes out as %s" % sent[1],
        "rpc: Heartbeat is answered",
        "rpc: ChangeConfiguration comes in as theirs",
    ]
    assert "secret" not in str(case.lines)


def test_a_callerror_says_no_more_than_a_code():
    """Not that the connection has closed, nor what has no bound: what is told of a failure is judged by it."""
    for sent, code in (
        ([], "GenericError"), (["NotSupported"], "NotSupported"), (["", "x"], "GenericError"), ([7], "GenericError"),
        (["closed", "x"], "GenericError"), (["timeout"], "GenericError"), ([TOO_LARGE], "GenericError"),
        (["X" * 4000], "GenericError"), (["Not\nSupported"], "GenericError"), (["InternalError", {}], "InternalError"),
        (["GenericError", "x" * 4000, {}], "GenericError"), (["GenericError", "a\r\nb", {}], "GenericError"),
    ):  # fmt: skip
        case = Case()
        unique = case.call()[1]
        assert case.send([4, unique] + sent) is None
        assert case.answers == [(None, code)], sent
        assert max([len(line) for line in case.lines]) < 160 and "\n" not in "".join(case.lines), sent
