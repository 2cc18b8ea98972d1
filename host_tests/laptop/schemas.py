"""The JSON schemas of the `ocpp` package, with what is wrong or missing in them put right."""

import json
import re
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import ocpp
from hypothesis import strategies as st
from jsonschema import FormatChecker

from chargelet.messages import core, profiles
from chargelet.messages.tables import fields, table


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
    (re.compile(r"^(.{16})(?=[Zz+-]|$)"), r"\1:00", "no seconds, as in the example of OCPP 1.6 §3.13.7"),
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


# Dates: timestamp.py against RFC 3339, with one character changed.

zones = st.sampled_from(("Z", "z", "+00:00", "-00:00", "+05:30", "-11:45", "+23:59"))

lax_zones = st.sampled_from(("", "+0000", "+02", "-0330", "+2360", "+24", "+1", "+12:3"))
