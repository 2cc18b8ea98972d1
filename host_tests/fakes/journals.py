"""A journal over a storage in memory, and what is left in one."""

from chargelet.journal.journal import Journal
from fakes.lines import Lines
from fakes.storage import FakeStorage


def make(storage=None):
    lines = Lines()
    storage = storage or FakeStorage()
    return Journal(storage, lines), storage, lines


def drain(journal):
    """The texts of all records, oldest first, which are removed."""
    texts = []
    while True:
        record = journal.oldest()
        if record is None:
            return texts
        texts.append(record[4])
        journal.remove(record[0])
