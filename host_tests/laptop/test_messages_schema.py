"""Our field tables and our checker against the JSON schemas of the `ocpp` package and the `jsonschema` package."""

import json
import re
from decimal import Decimal
from pathlib import Path

import ocpp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft4Validator, FormatChecker

from chargelet.ground.timestamp import from_text
from chargelet.messages.check import check
from chargelet.messages.core import FIELDS
from chargelet.messages.tables import fields, is_standard, table, words

SCHEMAS = Path(ocpp.__file__).parent / "v16" / "schemas"
MESSAGES = re.findall(r"^(\w+)\.(req|conf)\b", FIELDS, re.MULTILINE)

# What this package's schemas allow and OCPP 1.6 does not: a unit for Frequency (errata 3.86: there is none).
NOT_IN_1_6 = "Hertz"

formats = FormatChecker(formats=())


@formats.checks("date-time", raises=ValueError)
def _date_time(value):
    return not isinstance(value, str) or from_text(value) is not None


def schema(action, kind):
    # Decimals: in binary, 13.7 is no multiple of 0.1.
    text = (SCHEMAS / (action + ("" if kind == "req" else "Response") + ".json")).read_text()
    return json.loads(re.sub(rf',\s*"{NOT_IN_1_6}"', "", text), parse_float=Decimal)


# A table as a structure, and a schema as the same structure.


def parse_fields(text):
    """{name: (required, type)} of a table's fields."""
    found = {}
    for field in text.split():
        name, mark, kind = re.fullmatch(r"(\w+)([!?])(\S+)", field).groups()
        found[name] = (mark == "!", parse_type(kind))
    return found


def parse_type(kind):
    if kind[0] == "@":
        return ("object", parse_fields(fields(kind[1:])))
    if kind[0] == "[":
        inner = kind[1:-1]
        return ("array", int(inner[0] == "1"), parse_type(inner.removeprefix("1")))
    if kind[0] == ":":
        return ("enum", frozenset(words(kind[1:])))
    if kind[0] == "s":
        return ("string", int(kind[1:]) if kind[1:] else None)
    return {"i": "integer", "b": "boolean", "t": "date-time", "d": "decimal"}[kind]


def of_schema(node):
    if node["type"] == "object":
        required = node.get("required", [])
        properties = node.get("properties", {})
        return ("object", {name: (name in required, of_schema(sub)) for name, sub in properties.items()})
    if node["type"] == "array":
        return ("array", node.get("minItems", 0), of_schema(node["items"]))
    if "enum" in node:
        return ("enum", frozenset(node["enum"]))
    if node["type"] == "string":
        return "date-time" if node.get("format") == "date-time" else ("string", node.get("maxLength"))
    if node["type"] == "number":
        return "decimal" if node.get("multipleOf") == Decimal("0.1") else "number"
    return node["type"]


@pytest.mark.parametrize(("action", "kind"), MESSAGES)
def test_tables_are_the_schemas(action, kind):
    assert parse_fields(table(action, kind)) == of_schema(schema(action, kind))[1]


def test_there_are_sixteen_core_messages():
    assert len(MESSAGES) == 32 and len({action for action, _ in MESSAGES}) == 16


def test_every_action_of_the_schemas_is_known_and_no_other():
    security = (
        "CertificateSigned DeleteCertificate ExtendedTriggerMessage GetInstalledCertificateIds GetLog "
        "InstallCertificate LogStatusNotification SecurityEventNotification SignCertificate "
        "SignedFirmwareStatusNotification SignedUpdateFirmware"
    ).split()
    actions = {path.stem for path in SCHEMAS.glob("*.json") if not path.stem.endswith("Response")}
    assert {action for action in actions if is_standard(action)} == actions - set(security)
    assert not is_standard("") and not is_standard("authorize") and not is_standard("Authorize Reset")


# Payloads out of the schemas.

stamps = st.datetimes().map(lambda moment: moment.replace(year=2000 + moment.year % 100).isoformat() + "Z")


def values(node):
    if node["type"] == "object":
        required = node.get("required", [])
        properties = {name: values(sub) for name, sub in node.get("properties", {}).items()}
        return st.fixed_dictionaries(
            {name: value for name, value in properties.items() if name in required},
            optional={name: value for name, value in properties.items() if name not in required},
        )
    if node["type"] == "array":
        return st.lists(values(node["items"]), min_size=node.get("minItems", 0), max_size=3)
    if "enum" in node:
        return st.sampled_from(node["enum"])
    if node["type"] == "string":
        return stamps if node.get("format") == "date-time" else st.text(max_size=node.get("maxLength", 40))
    if node["type"] == "number":
        return st.integers(-5000, 5000).map(lambda tenths: tenths / 10)
    return {"integer": st.integers(), "boolean": st.booleans()}[node["type"]]


def places(node, path=()):
    """Every (path, node) of a schema that a payload may have a value at."""
    yield path, node
    for name, sub in node.get("properties", {}).items():
        yield from places(sub, (*path, name))
    if node["type"] == "array":
        yield from places(node["items"], (*path, 0))


def at(payload, path):
    for step in path:
        if isinstance(payload, list) and not payload:
            return None
        if isinstance(payload, dict) and step not in payload:
            return None
        payload = payload[step]
    return payload


def decimals(value):
    """The value with decimal numbers for binary ones."""
    if isinstance(value, dict):
        return {name: decimals(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [decimals(inner) for inner in value]
    return Decimal(repr(value)) if isinstance(value, float) else value


def judged(action, kind, payload):
    """What `jsonschema` thinks: None, or the set of the keywords that are broken."""
    payload = decimals(payload)
    errors = list(Draft4Validator(schema(action, kind), format_checker=formats).iter_errors(payload))
    return {error.validator for error in errors}


CODES = {
    "required": "OccurenceConstraintViolation",
    "minItems": "OccurenceConstraintViolation",
    "type": "TypeConstraintViolation",
    "maxLength": "PropertyConstraintViolation",
    "enum": "PropertyConstraintViolation",
    "format": "PropertyConstraintViolation",
    "multipleOf": "PropertyConstraintViolation",
    "additionalProperties": "FormationViolation",
}


@pytest.mark.parametrize(("action", "kind"), MESSAGES)
def test_valid_payloads_are_valid(action, kind):
    @given(values(schema(action, kind)))
    @settings(max_examples=40, deadline=None)
    def run(payload):
        assert judged(action, kind, payload) == set(), payload
        assert check(table(action, kind), payload) is None

    run()


def break_it(draw, payload, whole):
    """Break a payload in one way; returns False when there was nothing to break."""
    path, node = draw(st.sampled_from(list(places(whole))))
    parent = at(payload, path[:-1]) if path else None
    way = draw(st.sampled_from(("type", "missing", "extra", "long", "word", "moment", "decimal")))
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
        wrong = [None, True, 3, 2.5, "text", [], {}]
        parent[key] = draw(st.sampled_from(wrong))
    elif way == "long" and node.get("maxLength"):
        parent[key] = "x" * (node["maxLength"] + 1)
    elif way == "word" and "enum" in node:
        parent[key] = draw(st.sampled_from((node["enum"][0].lower(), "", node["enum"][0] + " ", "Nonsense")))
    elif way == "moment" and node.get("format") == "date-time":
        parent[key] = draw(st.sampled_from(("", "yesterday", "2026-13-01T00:00:00Z", "2026-01-01")))
    elif way == "decimal" and node["type"] == "number":
        parent[key] = 8.15
    else:
        return False
    return True


@pytest.mark.parametrize(("action", "kind"), MESSAGES)
def test_broken_payloads_are_refused_with_the_right_code(action, kind):
    whole = schema(action, kind)

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
            assert len(verdict[1]) <= 600 and verdict[1].isascii()

    run()


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))  # fmt: skip  # noqa: E501
@settings(max_examples=200, deadline=None)
def test_nothing_makes_the_checker_raise(payload):
    for action in ("StopTransaction", "RemoteStartTransaction", "GetConfiguration"):
        verdict = check(table(action, "req"), payload)
        valid = not judged(action, "req", payload)
        assert (verdict is None) == valid
