"""Our own calls by OCPP-J: one at a time, time-outs, reconnections, and answers that are of no use."""

from chargelet.base import heap
from chargelet.base.log import DEBUG
from chargelet.rpc import rpc as module
from fakes.clock import run
from fakes.rpc_case import Case


def test_one_call_at_a_time_and_theirs_are_answered_meanwhile():
    case = Case()
    message = case.call()
    assert message == [2, "own-1", "Heartbeat", {}]
    assert case.rpc.busy
    try:
        case.call()
    except RuntimeError:
        pass
    else:
        raise AssertionError("a second call went out")
    assert case.send([2, "a", "ClearCache", {}])[0] == 3
    case.send([3, "own-1", {"currentTime": "2026-11-20T12:00:00Z"}])
    assert case.answers == [({"currentTime": "2026-11-20T12:00:00Z"}, None)]
    case.send([3, "own-1", {"currentTime": "2026-11-20T12:00:00Z"}])
    assert len(case.answers) == 1, "a duplicate answer counted"
    assert not case.rpc.busy


def test_every_call_times_out_and_the_next_one_goes():
    case = Case()
    case.call()
    case.clock.advance(29999)
    case.rpc.step()
    assert case.answers == []
    case.clock.advance(1)
    case.rpc.step()
    assert case.answers == [(None, "timeout")]
    assert case.call()[1] == "own-2"
    case.send([3, "own-1", {"currentTime": "2026-11-20T12:00:00Z"}])
    assert case.rpc.busy, "a late answer to the first call answered the second"


def test_nothing_in_flight_survives_a_reconnection():
    case = Case()
    case.call()
    case.result = lambda: {"status": "Accepted"}
    case.send([2, "a", "ClearCache", {}])
    case.rpc.close()
    assert case.answers == [(None, "closed")]
    assert not case.rpc.busy
    assert case.rpc.step() is None


def test_an_answer_without_memory_counts_although_the_connection_goes():
    case, there = Case(), heap._there
    case.call()
    heap._there, less_than, heap.less_than = lambda size: False, heap.less_than, lambda count: True
    try:
        case.send([3, "own-1", {"currentTime": "2026-11-20T12:00:00Z"}])
        assert case.answers == [] and case.rpc.busy and case.rpc.next_due() <= 50
        case.rpc.step()
        case.rpc.close()
        assert case.answers == [] and case.rpc.busy, "nothing says yet that it was in vain"
    finally:
        heap._there, heap.less_than = there, less_than
    case.rpc.step()
    assert case.answers == [({"currentTime": "2026-11-20T12:00:00Z"}, None)] and not case.rpc.busy


def test_a_call_whose_answer_finds_no_memory_is_not_done_twice():
    def short(*given):
        raise MemoryError

    case, before = Case(), (module.encode, module.failed)
    module.encode = module.failed = short
    try:
        run(case.clock, case.rpc.take('[2, "a", "ClearCache", {}]'))
        raise AssertionError("an answer has been made")
    except OSError:
        pass  # the connection is made anew
    finally:
        module.encode, module.failed = before
    assert case.handled == [("ClearCache", {})]


def test_errors_and_useless_answers_are_failures():
    for message, failure in (
        ([4, "own-1", "InternalError", "oops", {}], "InternalError"),
        ([4, "own-1"], "GenericError"),
        ([4, "own-1", 5], "GenericError"),
        ([3, "own-1"], "OccurenceConstraintViolation"),
        ([3, "own-1", {}], "OccurenceConstraintViolation"),
        ([3, "own-1", []], "FormationViolation"),
        ([3, "own-1", {"currentTime": 5}], "TypeConstraintViolation"),
    ):
        case = Case()
        case.call()
        case.send(message)
        assert case.answers == [(None, failure)], (message, case.answers)


def test_what_a_central_system_adds_to_its_answers_does_no_harm():
    case = Case()
    case.call()
    case.send([3, "own-1", {"currentTime": "2026-11-20T12:00:00Z", "vendor": 1}])
    assert case.answers[0][1] is None


def test_what_a_central_system_writes_in_its_own_way_is_taken_and_logged_once():
    case = Case()
    for _ in range(3):
        unique = case.call()[1]
        case.send([3, unique, {"currentTime": "2026-11-20 12:00:00Z"}])
        assert case.answers.pop() == ({"currentTime": "2026-11-20 12:00:00Z"}, None)
        case.send([2, "a", "UnlockConnector", {"connectorId": 1.0}])
        assert case.handled[-1] == ("UnlockConnector", {"connectorId": 1})
        assert type(case.handled[-1][1]["connectorId"]) is int
        case.send([2, "b", "RemoteStartTransaction", {"idTag": "A", "connectorId": None}])
        assert case.handled[-1] == ("RemoteStartTransaction", {"idTag": "A"})
    assert [line for line, level in zip(case.lines, case.lines.levels) if level != DEBUG] == [
        "rpc: Heartbeat: currentTime: the time is not written as RFC 3339 has it",
        "rpc: UnlockConnector: connectorId: a whole number is written with a point",
        "rpc: RemoteStartTransaction: connectorId: null is taken as absent",
    ]
