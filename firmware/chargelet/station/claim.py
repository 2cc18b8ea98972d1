"""A claim: who wants to charge on a connector, and which idTags it admits."""

from ..base.cistring import folded


class Claim:
    """An authorized idTag that is to start a transaction; or, after one, whose cable the bolt holds.

    `since` is the uptime in ms of its presentation, `anywhere` whether the cable may go into any connector, `profile` a
    charging profile for its transaction (RemoteStartTransaction, OCPP 1.6 §5.11).
    """

    def __init__(self, id_tag: str, parent_id_tag: "str | None" = None, since: int = 0, anywhere=False, profile=None):
        self.id_tag = id_tag
        self.parent_id_tag = parent_id_tag or None
        self.since = since
        self.anywhere = anywhere
        self.profile = profile
        self.reservation_id = None  # of the reservation that it has used
        self.unheard = False  # whether the log has said that the meter is waited for


def same(id_tag: "str | None", other: "str | None") -> bool:
    """Whether two idTags are the same: ASCII letters in either case are (OCPP 1.6 §7.28, errata 3.74).

    An empty text is nobody and no group: central systems send "" where they mean nothing.
    """
    return bool(id_tag and other) and folded(id_tag) == folded(other)


def admits(holder, id_tag: str, parent_id_tag: "str | None" = None) -> bool:
    """Whether a claim, a reservation or a transaction is this idTag's, or its group's (OCPP 1.6 §3.10)."""
    return same(holder.id_tag, id_tag) or same(holder.parent_id_tag, parent_id_tag)
