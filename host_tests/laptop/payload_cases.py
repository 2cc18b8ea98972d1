"""Payloads out of the schemas, and what our checker and the package jsonschema say of them."""

from decimal import Decimal

from hypothesis import strategies as st
from jsonschema import Draft4Validator
from schemas import bounded, formats, zones

stamps = st.builds(lambda moment, zone: moment.isoformat() + zone, st.datetimes(), zones)


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
        lines = {"blacklist_characters": "\x7f", "min_codepoint": 32} if "pattern" in node else {}
        texts = st.text(st.characters(blacklist_categories=("Cs",), **lines), max_size=node.get("maxLength", 40))
        return stamps if node.get("format") == "date-time" else texts
    if node["type"] == "number":
        return st.integers(0, 5000).map(lambda tenths: tenths / 10)
    if node["type"] == "integer":
        return st.integers(node["minimum"], node["maximum"])
    return st.booleans()


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
    """What `jsonschema` thinks: the set of the keywords that are broken."""
    payload = decimals(payload)
    errors = list(Draft4Validator(bounded(action, kind), format_checker=formats).iter_errors(payload))
    return {error.validator for error in errors}


CODES = {
    "required": "OccurenceConstraintViolation",
    "minItems": "OccurenceConstraintViolation",
    "maxItems": "OccurenceConstraintViolation",
    "minimum": "PropertyConstraintViolation",
    "maximum": "PropertyConstraintViolation",
    "pattern": "PropertyConstraintViolation",
    "type": "TypeConstraintViolation",
    "maxLength": "PropertyConstraintViolation",
    "enum": "PropertyConstraintViolation",
    "format": "PropertyConstraintViolation",
    "multipleOf": "PropertyConstraintViolation",
    "additionalProperties": "FormationViolation",
}
