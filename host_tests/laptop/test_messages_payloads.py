"""Our checker against the `jsonschema` package: payloads out of the schemas, right ones and broken ones."""

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from payload_cases import CODES, at, judged, places, values
from schemas import MESSAGES, bounded

from chargelet.messages.check import ANSWER, CALL, check
from chargelet.messages.tables import table


@pytest.mark.parametrize(("action", "kind"), MESSAGES)
def test_valid_payloads_are_valid(action, kind):
    @given(values(bounded(action, kind)))
    @settings(max_examples=40, deadline=None)
    def run(payload):
        assert judged(action, kind, payload) == set(), payload
        assert check(table(action, kind), payload) is None

    run()


# No floats of all kinds: whether those are decimals is exact here and cannot be on the device.
plain = st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.sampled_from((2.5, 5.0, -0.0)) | st.text()
anything = st.recursive(
    plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
)


def break_it(draw, payload, whole):
    """Break a payload in one way; returns False when there was nothing to break."""
    path, node = draw(st.sampled_from(list(places(whole))))
    parent = at(payload, path[:-1]) if path else None
    way = draw(st.sampled_from(("type", "missing", "extra", "long", "word", "moment", "decimal", "empty")))
    if way == "extra":
        target = at(payload, path)
        if not isinstance(target, dict):
            return False
        target["surplus"] = 1
        return True
    if parent is None or at(payload, path) is None:
        return False
    key = path[-1]
    if way == "missing" and isinstance(parent, dict):
        del parent[key]
    elif way == "type":
        parent[key] = draw(anything)
    elif way == "long" and node.get("maxLength"):
        parent[key] = "x" * (node["maxLength"] + 1)
    elif way == "word" and "enum" in node:
        parent[key] = draw(st.sampled_from((node["enum"][0].lower(), "", node["enum"][0] + " ", "Nonsense")))
    elif way == "moment" and node.get("format") == "date-time":
        parent[key] = draw(st.sampled_from(("", "yesterday", "2026-13-01T00:00:00Z", "2026-01-01")))
    elif way == "decimal" and node["type"] == "number":
        parent[key] = draw(st.sampled_from((8.15, 0.05, -31.99, 11040.25)))
    elif way == "empty" and node["type"] == "array":
        parent[key] = []
    else:
        return False
    return True


@pytest.mark.parametrize(("action", "kind"), MESSAGES)
def test_broken_payloads_are_refused_with_the_right_code(action, kind):
    whole = bounded(action, kind)

    @given(st.data())
    @settings(max_examples=60, deadline=None)
    def run(data):
        payload = data.draw(values(whole))
        if not break_it(data.draw, payload, whole):
            return
        broken = judged(action, kind, payload)
        verdict = check(table(action, kind), payload)
        assert (verdict is None) == (not broken), (payload, verdict, broken)
        if verdict:
            assert verdict[0] in {CODES[keyword] for keyword in broken}, (payload, verdict, broken)
            assert len(verdict[1]) <= 255 and verdict[1].isascii()

    run()


# The same in full: each way to break each field of each message, once, with the code and the place it must have.


def sample(node):
    """A valid value with every field there is."""
    if node["type"] == "object":
        return {name: sample(sub) for name, sub in node.get("properties", {}).items()}
    if node["type"] == "array":
        return [sample(node["items"])]
    if "enum" in node:
        return node["enum"][-1]
    if node["type"] == "string":
        return "2026-11-20T12:00:00Z" if node.get("format") else "x" * node.get("maxLength", 5)
    return {"integer": 3, "number": 16.1, "boolean": False}[node["type"]]


def breakages(node):
    """(new value, keyword of the schema) of each way to break this node by another value."""
    own = {"object": dict, "array": list, "string": str, "integer": int, "number": (int, float), "boolean": bool}
    for value in (None, True, 3, 2.0, "text", [], {}):
        if not isinstance(value, own[node["type"]]) or (value is True and node["type"] != "boolean"):
            yield value, "type"
    if node.get("minItems"):
        yield [], "minItems"
    if "maxItems" in node:
        yield [sample(node["items"])] * (node["maxItems"] + 1), "maxItems"
    if "minimum" in node:
        yield node["minimum"] - 1, "minimum"
        yield node["maximum"] + 1, "maximum"
        yield 10**18, "maximum"
    if "pattern" in node:
        yield "ftp://a/b\r\nc", "pattern"
    if "maxLength" in node:
        yield "x" * (node["maxLength"] + 1), "maxLength"
    if "enum" in node:
        for word in node["enum"]:
            yield word.lower() if word != word.lower() else word.upper(), "enum"
            yield word + " ", "enum"
        yield " ".join(node["enum"][:2]), "enum"
        yield "", "enum"
    if node.get("format") == "date-time":
        for text in ("", "yesterday", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z", "2026-01-01", "2026-01-01T00"):
            yield text, "format"
    if node.get("multipleOf"):
        yield 8.15, "multipleOf"


def place(path):
    return "".join(f"[{step}]" if step == 0 else f".{step}" for step in path).lstrip(".")


def is_optional(node, path):
    """Whether the value at the path is a field that may be absent."""
    for step in path[:-1]:
        node = node["items"] if step == 0 else node["properties"][step]
    return path[-1] != 0 and path[-1] not in node.get("required", [])


def is_within_optional(node, path):
    """Whether the value at the path is such a field, or in one."""
    return any(is_optional(node, path[: length + 1]) for length in range(len(path)))


@pytest.mark.parametrize(("action", "kind"), MESSAGES)
def test_each_single_breakage_has_its_code_and_place(action, kind):
    whole, text = bounded(action, kind), table(action, kind)
    assert check(text, sample(whole)) is None and judged(action, kind, sample(whole)) == set()
    tried = 0

    def try_out(payload, keyword, where, optional=False, within=False):
        # What is no text is no word either: schemas say both.
        broken = judged(action, kind, payload)
        assert keyword in broken and broken <= {keyword, "enum"}, (payload, keyword, broken)
        code, said = check(text, payload)
        assert code == CODES[keyword] and said.startswith(where + ": "), (where, keyword, code, said)
        # Answers are taken with surplus fields and without wrong optional ones; all with whole numbers written 2.0, and
        # with optional null.
        assert check(text, payload) == (code, said), "judging has changed it"
        mendable = keyword == "type" and ("2.0 is not a whole number" in said or (optional and "null" in said))
        spared = within or keyword == "additionalProperties"
        assert (check(text, copy.deepcopy(payload), ANSWER) is None) == (mendable or spared)
        assert (check(text, payload, CALL) is None) == mendable

    for path, node in places(whole):
        if node["type"] == "object":
            payload = sample(whole)
            at(payload, path)["surplus"] = 1
            try_out(payload, "additionalProperties", place((*path, '"surplus"')))
            for name in node.get("properties", {}):
                payload = sample(whole)
                del at(payload, path)[name]
                if name in node.get("required", []):
                    try_out(payload, "required", place((*path, name)), within=is_within_optional(whole, path))
                else:
                    assert check(text, payload) is None and judged(action, kind, payload) == set()
            tried += 1
        for value, keyword in breakages(node) if path else ():
            payload = sample(whole)
            at(payload, path[:-1])[path[-1]] = value
            try_out(payload, keyword, place(path), is_optional(whole, path), is_within_optional(whole, path))
            tried += 1
    assert tried > len(list(places(whole))) // 2
    for value in (None, True, 3, 2.5, "text", []):
        assert check(text, value)[0] == "FormationViolation"


@given(anything | st.floats())
@settings(max_examples=200, deadline=None)
def test_nothing_makes_the_checker_raise(payload):
    for action in ("StopTransaction", "RemoteStartTransaction", "GetConfiguration"):
        verdict = check(table(action, "req"), payload)
        valid = not judged(action, "req", payload)
        assert (verdict is None) == valid
