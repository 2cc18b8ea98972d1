"""Messages that are one long list: judged and used without being there as a whole."""

import json

from chargelet.base.pieces import finish
from chargelet.messages.check import check
from chargelet.messages.errors import CallError
from chargelet.messages.long_list import LongList, finding
from chargelet.messages.tables import table
from fakes.bench import Bench
from fakes.rpc_case import decode
from uwebsockets import frames

ENTRIES = [
    {"idTag": 'A,]"\\%d' % at, "idTagInfo": {"status": "Accepted", "expiryDate": "2036-01-01T00:00:00Z"}}
    for at in range(14)
]


def message(entries, **more):
    return [2, "id", "SendLocalList", dict(more, listVersion=1, updateType="Full", localAuthorizationList=entries)]


def listed(decoded):
    return decoded[3]["localAuthorizationList"]


def test_a_long_list_is_made_element_by_element():
    text = json.dumps(message(ENTRIES))
    for form in (text, text.encode(), bytearray(text.encode()), memoryview(text.encode())):
        found = listed(decode(form))
        assert isinstance(found, LongList) and len(found) == 14
        assert list(found) == ENTRIES and list(found) == ENTRIES, "as often as one likes"
        assert check(table("SendLocalList", "req"), decode(form)[3]) is None
    short = json.dumps(message(ENTRIES[:2]))
    assert type(listed(decode(short))) is list


def test_what_lies_around_it_stays_what_it_is():
    for name in ("~", "~~", "\\", '"', "x"):
        made = message(ENTRIES, extra={"deep": [name, {}, []], name: name})
        decoded = decode(json.dumps(made))
        assert list(listed(decoded)) == ENTRIES and decoded[3]["extra"] == {"deep": [name, {}, []], name: name}
    spaced = json.dumps(message(ENTRIES), separators=(" ,\n", " : "))
    assert len(listed(decode(spaced))) == 14


def test_a_long_message_without_a_long_list_is_as_ever():
    transfer = [2, "i", "DataTransfer", {"vendorId": "v", "data": "[" * 3000}]
    for value in (["x" * 3000], transfer, {"a": ["b" * 99] * 20}):
        decoded = decode(json.dumps(value))
        if isinstance(value, dict):
            assert list(decoded) == list(value) and list(decoded["a"]) == value["a"]
        else:
            assert decoded == value


def test_what_is_no_json_in_it_makes_the_message_none():
    good = json.dumps(message(ENTRIES))
    for broken in (
        good.replace("true", "tru").replace('"Accepted"', "Accepted", 1),
        good[:-2],
        good[:1100],
        good + "]",
        good.replace("}, {", "}, , {", 1),
        good.replace("}, {", "} {", 1),
        good.replace('{"idTag"', '{{"idTag"', 1),
    ):
        try:
            decoded = decode(broken)
        except (ValueError, CallError):
            continue
        # MicroPython's parser takes some text that is none; what it makes of it must be judged all the same.
        assert check(table("SendLocalList", "req"), decoded[3]) is not None, broken[-60:]


def test_an_element_is_judged_where_it_is():
    wrong = [dict(entry) for entry in ENTRIES]
    wrong[9] = {"idTag": 7}
    code, text = check(table("SendLocalList", "req"), decode(json.dumps(message(wrong)))[3])
    assert code == "TypeConstraintViolation" and text.startswith("localAuthorizationList[9].idTag")
    assert finish(finding(b"[2,{")) is None and finish(finding(b"")) is None and finish(finding(b'["')) is None


def test_the_station_takes_it():
    bench = Bench()
    most = bench.station.config["SendLocalListMaxLength"]
    info = {"status": "Accepted", "expiryDate": "2036-01-01T00:00:00Z", "parentIdTag": "GROUP678901234567890"}
    entries = [{"idTag": "CARD%016d" % at, "idTagInfo": info} for at in range(most)]
    payload = {"listVersion": 1, "updateType": "Full", "localAuthorizationList": entries}
    assert len(json.dumps(payload)) > 1024
    assert bench.ask("SendLocalList", payload) == {"status": "Accepted"}
    assert bench.station.local_list.find("CARD%016d" % (most - 1))
    periods = [{"startPeriod": at * 60, "limit": 6.5 + at, "numberPhases": 3} for at in range(24)]
    schedule = {"chargingRateUnit": "A", "chargingSchedulePeriod": periods}
    profile = {
        "chargingProfileId": 1, "stackLevel": 0, "chargingProfilePurpose": "TxDefaultProfile",
        "chargingProfileKind": "Relative", "chargingSchedule": schedule,
    }  # fmt: skip
    request = {"connectorId": 1, "csChargingProfiles": profile}
    assert bench.ask("SetChargingProfile", request) == {"status": "Accepted"}
    made = bench.ask("GetCompositeSchedule", {"connectorId": 1, "duration": 1440})
    assert [p["limit"] for p in made["chargingSchedule"]["chargingSchedulePeriod"]] == [6.5 + at for at in range(24)]
    periods[20]["startPeriod"] = "x"
    assert bench.ask("SetChargingProfile", request) == "TypeConstraintViolation"
    names = ["Key%d" % at for at in range(100)]
    assert bench.ask("GetConfiguration", {"key": names})["unknownKey"] == names


# The room that messages lie in


def frame(payload, first=0x81):
    length = len(payload)
    assert 126 <= length < 65536
    return bytes((first, 126, length >> 8, length & 255)) + payload


def test_a_text_lies_in_the_room_that_is_kept_for_it():
    room = bytearray(1000)
    parser = frames.Parser(5000, room)
    for count in (600, 999):
        parser.feed(frame(b"a" * count))
        kind, text = parser.next()
        assert kind == frames.TEXT and bytes(text) == b"a" * count and room[0] == 97
        assert parser.next() is None
    parser.feed(frame(b"b" * 400))
    assert parser.next() == (frames.TEXT, "b" * 400)
    wide = ("é" * 300).encode()
    parser.feed(frame(wide))
    assert parser.next() == (frames.TEXT, "é" * 300)
    parser.feed(frame(b"c" * 2000))
    assert parser.next() == (frames.TEXT, "c" * 2000), "too long for the room: as without one"
    parser.feed(frame(b"d" * 600, 0x01) + frame(b"e" * 600, 0x80))
    assert parser.next() == (frames.TEXT, "d" * 600 + "e" * 600), "fragments are kept"


def test_a_message_that_memory_cannot_hold_is_passed_over():
    def short(size=0):
        if isinstance(size, int) and size > 1000:
            raise MemoryError
        return bytearray(size)

    frames.bytearray = short
    try:
        parser = frames.Parser(50000)
        parser.feed(frame(b"a" * 3000)[:1500])
        assert parser.next() is None
        parser.feed(frame(b"a" * 3000)[1500:] + frame(b"b" * 200))
        kind, lost = parser.next()
        assert kind == frames.TEXT and len(lost) == 3000 and lost.head[:100] == b"a" * 100 and len(lost.head) < 300
        assert parser.next() == (frames.TEXT, "b" * 200)
        for parts in ((b"a" * 200, b"b" * 3000), (b"a" * 3000, b"b" * 200)):
            parser.feed(frame(parts[0], 0x01) + frame(parts[1], 0x80) + frame(b"c" * 200))
            kind, lost = parser.next()
            assert len(lost) == 3200 and lost.head[:100] == b"a" * 100
            assert parser.next() == (frames.TEXT, "c" * 200)
    finally:
        del frames.bytearray


# What is answered when memory holds no more than the beginning


def test_a_call_that_memory_cannot_hold_is_answered():
    bench = Bench()
    head = b'[2,"their-id","SendLocalList",{"listVersion":1,"localAuthorizationList":[{"idTag":"\\"A'
    answer = json.loads(bench.endpoint.receive(frames.Lost(7000, head)))
    assert answer[:3] == [4, "their-id", "InternalError"] and "7000" in answer[3] and "SendLocalList" in answer[3]
    longer = json.loads(bench.endpoint.receive(frames.Lost(14000, head)))
    assert longer[2] == "PropertyConstraintViolation", "no list may be so long"
    transfer = json.loads(bench.endpoint.receive(frames.Lost(14000, b'[2,"x","DataTransfer",{"vendorId":"v"')))
    assert transfer[2] == "InternalError"
    for action, word in (
        ("CertificateSigned", "Rejected"), ("InstallCertificate", "Failed"), ("SignedUpdateFirmware", "Rejected"),
    ):  # fmt: skip
        lost = frames.Lost(4000, b'[2,"x","' + action.encode() + b'",{"certificateChain":"-----')
        assert json.loads(bench.endpoint.receive(lost)) == [3, "x", {"status": word}], action
    spaced = json.loads(bench.endpoint.receive(frames.Lost(9000, b' [ 2 , "x" , "Reset" , {')))
    assert spaced[1] == "x"
    for nothing in (b'[3,"id",{"a":"b"', b'[2,"a\\"b","Reset",{', b"\xff\xfe", b"", b'[2,"id"', b'[2,"' + b"x" * 90):
        assert bench.endpoint.receive(frames.Lost(9000, nothing)) is None, nothing
    bench.charging()


def test_a_call_that_runs_out_of_memory_has_its_own_word_for_that():
    from chargelet.base import loading

    def short(folder, name):
        raise MemoryError

    calls = (
        ("CertificateSigned", {"certificateChain": "x"}, {"status": "Rejected"}),
        (
            "InstallCertificate",
            {"certificateType": "ManufacturerRootCertificate", "certificate": "x"},
            {"status": "Failed"},
        ),
        ("GetLocalListVersion", {}, "InternalError"),
    )
    real = loading.named
    for action, payload, wanted in calls:
        bench = Bench()
        loading.named = short
        try:
            assert bench.ask(action, payload) == wanted
        finally:
            loading.named = real


def test_one_that_cannot_be_taken_apart_is_answered_too():
    from chargelet.rpc import rpc

    bench = Bench()

    def short(data):
        raise MemoryError

    real, rpc.decoding = rpc.decoding, short
    try:
        for form in (str, lambda text: bytearray(text.encode()), lambda text: memoryview(text.encode())):
            text = '[2,"their-id","GetConfiguration",{"key":["%s"]}]' % ("x" * 600)
            assert json.loads(bench.endpoint.receive(form(text)))[:3] == [4, "their-id", "InternalError"]
    finally:
        rpc.decoding = real
