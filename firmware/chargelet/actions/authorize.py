"""Authorize (OCPP 1.6 §4.1, §6.1). What the answer permits is in station/authorization.py."""

from ..base import loading
from ..base.log import masked
from ..base.timestamp import from_text

loading.seldom(__name__)


def learn(station, id_tag: "str | None", info: "dict | None"):
    """Take in the idTagInfo of a response; returns (status, parentIdTag)."""
    if not info:
        return None, None
    expiry = from_text(info["expiryDate"]) if "expiryDate" in info else None
    station.authorization.learn(id_tag, info["status"], expiry, info.get("parentIdTag"))
    return info["status"], info.get("parentIdTag")


def next_call(station):
    """The call for the card that waits at the reader."""
    question = station.authorization.next()
    if question is None:
        return None

    def answered(result, failure):
        if failure:
            station.log("authorize: no answer for %s: %s" % (masked(question.id_tag), failure))
            station.authorization.unanswered(question)
        else:
            status, parent_id_tag = learn(station, question.id_tag, result["idTagInfo"])
            station.authorization.answered(question, status, parent_id_tag)

    return "Authorize", {"idTag": question.id_tag}, answered
