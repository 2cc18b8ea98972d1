"""The cards that were presented last, and what became of each: for whoever gives them names on the page.

They are in RAM, in one short text, and only where a page is served: a line `stamp outcome idTag` each, newest first.
The outcome is a word of OCPP's AuthorizationStatus, or one of these: Offline (nobody could be asked, and it is not
known here), Reserved (all is reserved for others), NoConnector (accepted, and no connector was free).
"""

from ..base import loading
from .claim import same

loading.seldom(__name__)

MAX = 6


def noted(seen: str, stamp: int, outcome: str, id_tag: str) -> str:
    """The same with one more card; one that was there already moves up."""
    rest = ["%d %s %s" % (at, word, tag) for tag, at, word in each(seen) if not same(tag, id_tag)]
    return "\n".join(["%d %s %s" % (stamp, outcome, id_tag)] + rest[: MAX - 1])


def each(seen: str):
    """(idTag, stamp, outcome) of each, newest first."""
    for line in seen.split("\n"):
        if line:
            stamp, outcome, id_tag = line.split(" ", 2)
            yield id_tag, int(stamp), outcome
