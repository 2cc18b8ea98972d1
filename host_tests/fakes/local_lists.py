"""Local authorization lists as tests make them, change them and compare them."""

from chargelet.station.local_list import LocalList
from fakes.lines import Lines
from fakes.storage import FakeStorage

LIST, CHANGES = "locallist", "locallist-changes"


def card(number, status="Accepted", parent=None):
    return ("CARD%016d" % number, status, 848491200, parent or "GROUP%015d" % number)


def gone(number):
    return ("CARD%016d" % number, None, None, None)


def opened(storage):
    lines = Lines()
    return LocalList(storage, lines), lines


def large(count=100):
    """(list of more than a block of flash, its storage): version 1, the cards 0, 2, 4 and so on."""
    storage = FakeStorage()
    made = opened(storage)[0]
    made.update(1, [card(2 * number) for number in range(count)], True, 1000)
    assert len(storage.values[LIST]) > 4096
    return made, storage


def again(storage):
    """A storage as it is after a power cut."""
    made = FakeStorage()
    made.values.update(storage.values)
    return made


def content(made, most=220):
    """{number: what the list says of it}, with the version and the count, which has to be right."""
    found = {}
    for number in range(most):
        said = made.find("card%016d" % number)
        if said:
            found[number] = said
    assert made.count == len(found), (made.count, len(found))
    return made.version, found


def one_update(chance, version, known):
    """(entries, full, what is known then)."""
    full = chance.below(12) == 0
    amount = (0, 1, 1, 1, 3, 10, 60)[chance.below(7)] if not full else (0, 5, 110, 150)[chance.below(4)]
    numbers = {chance.below(200) for _ in range(amount)}
    after = {} if full else dict(known)
    entries = []
    for number in numbers:
        if not full and chance.below(3) == 0:
            entries.append(gone(number))
            after.pop(number, None)
        else:
            entry = card(number, ("Accepted", "Blocked")[chance.below(2)], "V%d" % version)
            entries.append(entry)
            after[number] = entry[1:]
    return entries, full, after


def prepared(kind):
    """A storage to change, as `kind` says."""
    made, storage = large()
    if kind != "list":
        made.update(2, [gone(2), card(4, "Blocked"), card(7)], False, 1000)
    if kind == "full changes":
        made.update(3, [card(number) for number in range(9, 100, 2)], False, 1000)
    return again(storage)
