"""Our field tables against the JSON schemas of the `ocpp` package, and our dates against RFC 3339."""

import re
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from schemas import FIELDS, MESSAGES, SCHEMAS, WORDS, is_date_time, lax_zones, lines, schema, zones

from chargelet.base.timestamp import from_text
from chargelet.messages import core, profiles
from chargelet.messages.check import check
from chargelet.messages.tables import fields, table, words

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


@given(st.datetimes(), st.sampled_from(("", ".1", ".123456", ",5")), zones | lax_zones, st.data())
@settings(max_examples=400, deadline=None)
def test_dates_are_those_of_rfc_3339(moment, fraction, zone, data):
    text = moment.isoformat(timespec=data.draw(st.sampled_from(("seconds", "seconds", "minutes")))) + fraction
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
