"""Knows the values that wait for their StopTransaction, by their contexts: each context is a series of its own."""

import json


def of(journal, connector: int, number: int) -> list:
    """[(name, context)] of a transaction's, in order; the context of one that can't be read is None."""
    found = []
    for name in journal.kept(connector, number):
        text = journal.read_kept(name)
        try:
            found.append((name, json.loads(text)[1] if text else None))
        except (ValueError, TypeError, IndexError):
            found.append((name, None))
    return found


def thin(journal, connector: int, number: int, context: "str | None") -> int:
    """Remove the first, third, fifth … of one context, or of each (errata 3.91); how many are left."""
    drop = {}
    left = 0
    for name, series in of(journal, connector, number):
        if context is None or series == context:
            drop[series] = not drop.get(series)
            if drop[series]:
                journal.drop_kept(name)
            else:
                left += 1
    return left
