"""Our field tables against the JSON schemas of the `ocpp` package, and our dates against RFC 3339."""

import json
import re
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import ocpp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import FormatChecker

from chargelet.base.timestamp import from_text
from chargelet.messages import core, profiles
from chargelet.messages.check import check
from chargelet.messages.tables import fields, table, words


def lines(rows):
    """A table as a text with a line for each row."""
    return "".join(f"{name} {text}\n" for name, text in zip(rows[::2], rows[1::2]))


FIELDS = lines(core.FIELDS + profiles.FIELDS)
WORDS = lines(core.WORDS + profiles.WORDS)
SCHEMAS = Path(ocpp.__file__).parent / "v16" / "schemas"
MESSAGES = re.findall(r"^(\w+)\.(req|conf)\b", FIELDS, re.MULTILINE)

# Where our tables differ from this package's schemas on purpose: (message, path of a schema's list, word, why).
DEVIATIONS = (
    (
        ("MeterValues", "req"),
        ("meterValue", "sampledValue", "unit"),
        "Hertz",
        "OCPP 1.6 has no unit for Frequency (errata 3.86): other central systems' schemas refuse the word",
    ),
)

DEVIATIONS += (
    (
        ("TriggerMessage", "req"),
        ("requestedMessage",),
        None,
        "another text, up to 50, is answered with the status NotImplemented (OCPP 1.6 §5.17), not with a CALLERROR",
    ),
)

DEVIATIONS += (
    (
        ("ExtendedTriggerMessage", "req"),
        ("requestedMessage",),
        None,
        "another text, up to 50, is answered with the status NotImplemented (security whitepaper §6.17)",
    ),
)

# Where our dates are laxer than RFC 3339 on purpose: what central systems send, rewritten as it is meant.
LAX_DATES = (
    (re.compile(r"^(.{10}) (.*)$"), r"\1T\2", "a space for the T, which RFC 3339 §5.6 leaves to the receiver"),
    (re.compile(r"^(.{19}),"), r"\1.", "a comma before the fraction, as ISO 8601 prefers it"),
    (re.compile(r"^([^T]*[Tt][\d:.]*)$"), r"\1Z", "no zone: UTC, the only one OCPP 1.6 §3.14 recommends"),
    (re.compile(r"^(.{19}[\d.]*[+-]\d\d)(\d\d)$"), r"\1:\2", "a zone without its colon, as ISO 8601 has it"),
    (re.compile(r"^(.{19}[\d.]*[+-]\d\d)$"), r"\1:00", "a zone of hours alone, as ISO 8601 has it"),
)
RFC_3339 = re.compile(r"(\d{4})(-\d\d-\d\d)[Tt](\d\d:\d\d:)(\d\d)(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)", re.ASCII)

formats = FormatChecker(formats=())


@formats.checks("date-time")
def is_date_time(value):
    """RFC 3339 without our timestamp.py, and what is lax on purpose."""
    if not isinstance(value, str):
        return True
    for pattern, meant, _ in LAX_DATES:
        value = pattern.sub(meant, value)
    match = RFC_3339.fullmatch(value)
    if not match:
        return False
    # The year 0 is none of datetime's, and is a leap year like 2000; neither is second 60, which may be one.
    year = "2000" if match[1] == "0000" else match[1]
    second = "59" if match[4] == "60" else match[4]
    try:
        datetime.fromisoformat(f"{year}{match[2]}T{match[3]}{second}")
    except ValueError:
        return False
    return True


# What OCPP leaves without bounds, and our tables do not.


def bound(node, kind):
    """Write the bounds of a table's field into its schema, where OCPP gives none."""
    if kind[0] == "@":
        for field in fields(kind[1:]).split():
            name, _mark, inner = re.fullmatch(r"(\w+)([!?])(\S+)", field).groups()
            bound(node["properties"][name], inner)
    elif kind[0] == "[":
        bounds, _, inner = kind[1:-1].rpartition("*")
        most = bounds.partition("..")[2]
        if most:
            node["maxItems"] = int(most)
        bound(node["items"], inner)
    elif kind[0] in "iun":
        most = int(kind[1:]) if kind[1:] else {"n": 2**53 - 1}.get(kind[0], 2**31 - 1)
        node["minimum"], node["maximum"] = {"i": -(2**31), "u": 0, "n": -most}[kind[0]], most
    elif kind[0] == "d":
        node["minimum"], node["maximum"] = 0, 99999999
    elif kind[0] in "sl" and kind[1:]:
        node.setdefault("maxLength", int(kind[1:]))
        if kind[0] == "l":
            node["pattern"] = r"^[^\x00-\x1f\x7f]*$(?!\n)"


def bounded(action, kind):
    """The schema, and the bounds of our own."""
    whole = schema(action, kind)
    for field in table(action, kind).split():
        name, _mark, inner = re.fullmatch(r"(\w+)([!?])(\S+)", field).groups()
        bound(whole["properties"][name], inner)
    return whole


def schema(action, kind):
    # Decimals: in binary, 13.7 is no multiple of 0.1.
    text = (SCHEMAS / (action + ("" if kind == "req" else "Response") + ".json")).read_text()
    whole = json.loads(text, parse_float=Decimal)
    whole = resolved(whole, whole.pop("definitions", {}))
    for message, path, word, _ in DEVIATIONS:
        if message == (action, kind):
            node = whole
            for name in path:
                node = node["properties"][name]
                node = node.get("items", node)
            if word is None:
                del node["enum"]
                node["maxLength"] = 50
            else:
                node["enum"].remove(word)  # fails where there is no deviation any more
    return whole


# Said for whoever makes code of the schemas of the security whitepaper.
NOTES = ("javaType", "description", "comment", "$id")


def resolved(node, definitions):
    """A schema with what it defines in place of references, and without notes."""
    if isinstance(node, list):
        return [resolved(one, definitions) for one in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return resolved(definitions[node["$ref"].rpartition("/")[2]], definitions)
    made = {name: resolved(one, definitions) for name, one in node.items() if name not in NOTES}
    if made.get("type") in ("string", "array"):
        # They say of a text that it has no additional properties, and of a list with one kind of items none besides.
        made.pop("additionalProperties", None)
        made.pop("additionalItems", None)
    return made


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
        bounds, _, inner = kind[1:-1].rpartition("*")
        return ("array", int(bounds.partition("..")[0] or 0), parse_type(inner))
    if kind[0] == ":":
        return ("enum", frozenset(words(kind[1:])))
    if kind[0] in "slg":
        most = OWN_LENGTHS.get(kind, kind[1:])
        return ("string", int(most) if most else None)
    return {"i": "integer", "u": "integer", "n": "integer", "b": "boolean", "t": "date-time", "d": "decimal"}[kind[0]]


# Bounds of our own: OCPP has none for a location.
OWN_LENGTHS = {"l1000": ""}

KEYWORDS = set("$schema id title type properties required additionalProperties items minItems".split())
KEYWORDS |= set("enum maxLength format multipleOf".split())


def of_schema(node):
    assert node.keys() <= KEYWORDS, "a constraint that this comparison does not know"
    if node["type"] == "object":
        assert node["additionalProperties"] is False, "the checker refuses unknown fields everywhere"
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


def test_words_are_written_once_each():
    for text in re.sub(r"\n +", " ", WORDS).strip().split("\n"):
        listed = text.split()[1:]
        assert len(set(listed)) == len(listed) and words(text.split()[0]) == listed
    names = re.findall(r"^([\w.]+)", FIELDS, re.MULTILINE)
    assert len(set(names)) == len(names)
    used = set(re.findall(r":(\w+)", FIELDS)), set(re.findall(r"@(\w+)", FIELDS))
    assert used[0] == set(re.findall(r"^(\w+)", WORDS, re.MULTILINE))
    assert used[1] == {name for name in names if "." not in name}


def test_there_are_39_messages_16_of_them_core():
    assert len(MESSAGES) == 78 and len({action for action, _ in MESSAGES}) == 39
    assert len(re.findall(r"^\w+\.req\b", lines(core.FIELDS), re.MULTILINE)) == 16


def test_every_action_of_the_schemas_is_known_and_no_other():
    actions = {path.stem for path in SCHEMAS.glob("*.json") if not path.stem.endswith("Response")}
    assert {action for action in actions if table(action, "req") is not None} == actions
    assert len(actions) == 39
    assert table("", "req") is None and table("authorize", "req") is None and table("Authorize Reset", "req") is None


# Dates: timestamp.py against RFC 3339, with one character changed.

zones = st.sampled_from(("Z", "z", "+00:00", "-00:00", "+05:30", "-11:45", "+23:59"))


lax_zones = st.sampled_from(("", "+0000", "+02", "-0330", "+2360", "+24", "+1", "+12:3"))


@given(st.datetimes(), st.sampled_from(("", ".1", ".123456", ",5")), zones | lax_zones, st.data())
@settings(max_examples=400, deadline=None)
def test_dates_are_those_of_rfc_3339(moment, fraction, zone, data):
    text = moment.isoformat(timespec="seconds") + fraction
    if data.draw(st.booleans()):
        where = data.draw(st.integers(0, len(text) - 1))
        text = text[:where] + data.draw(st.sampled_from(" 0123456789-:.TZtz+x")) + text[where + 1 :]
    text += zone
    assert (check("a!t", {"a": text}) is None) == is_date_time(text), text


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)), st.integers(-23 * 60, 23 * 60))
def test_zones_are_counted(moment, minutes):
    moment = moment.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))
    origin = datetime(2000, 1, 1, tzinfo=UTC)
    seconds = (moment - origin).total_seconds()
    assert from_text(moment.isoformat()) == seconds
    assert from_text(moment.strftime("%Y-%m-%dT%H:%M:%S%z")) == seconds
    if minutes % 60 == 0:
        assert from_text(moment.strftime("%Y-%m-%dT%H:%M:%S%z")[:-2]) == seconds


def test_tables_are_sorted_for_whoever_halves_his_way_through_them():
    for rows in (core.FIELDS, core.WORDS, profiles.FIELDS, profiles.WORDS):
        assert list(rows[::2]) == sorted(set(rows[::2]))
        for name in rows[::2]:
            assert (fields if rows in (core.FIELDS, profiles.FIELDS) else words)(name) is not None, name
