"""A note for each transaction, from its start until its end is delivered, through power cuts."""

import json

from ..base.log import ERROR


class Notes:
    """The notes in the journal, and those that a full flash has not taken yet."""

    def __init__(self, journal, log):
        self._journal = journal
        self._log = log
        self._unsaved = {}  # (connector, number) → text
        self._ids = {}  # connector → (number, id) of the transaction that was asked about last

    def id_of(self, connector: int, number: int) -> "int | None":
        """The central system's id of a transaction; None as long as its start is not answered, or when it was lost."""
        known, transaction_id = self._ids.get(connector, (None, None))
        if known != number:
            text = self._text(connector, number)
            try:
                transaction_id = None if text is None else int(text[1 : text.find(",")])  # `[id,[...],...`
            except ValueError:
                transaction_id = None
            self._ids[connector] = (number, transaction_id)
        return transaction_id

    def _text(self, connector, number):
        return self._unsaved.get((connector, number)) or self._journal.sidecar.noted(connector, number)

    def note_of(self, connector: int, number: int) -> "dict | None":
        """What is known of a transaction that has not been delivered to its end, or None when its start was lost."""
        text = self._text(connector, number)
        try:
            if text is not None:
                transaction_id, start, accepted = json.loads(text)
            else:
                text = self._journal.start_of(connector, number)
                if text is None:
                    return None
                transaction_id, start, accepted = None, json.loads(text), True
            stamp, id_tag, meter_start, _reservation, parent, samples = start
        except (ValueError, TypeError):
            return None
        return {
            "id": transaction_id,
            "accepted": accepted,
            "stamp": stamp,
            "tag": id_tag,
            "parent": parent,
            "meter": meter_start,
            "begin": samples,
        }

    def add(self, connector: int, number: int, transaction_id: int, start: list, accepted: bool) -> bool:
        """A start is answered: keep its id and what it said. Whether that is durable now."""
        self._unsaved[connector, number] = json.dumps([transaction_id, start, accepted])
        self._ids[connector] = (number, transaction_id)
        return self.save()

    def save(self) -> bool:
        """Whether all notes are durable. On a full flash they are known until the next boot at least."""
        for connector, number in list(self._unsaved):
            try:
                self._journal.sidecar.note(connector, number, self._unsaved[connector, number])
            except OSError as error:
                self._log("journal: the id of a transaction is not durable yet: flash says %s" % error, ERROR)
                return False
            del self._unsaved[connector, number]
        return True

    def forget(self, connector: int, number: int):
        """The transaction is delivered to its end."""
        self._unsaved.pop((connector, number), None)
