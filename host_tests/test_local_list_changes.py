"""Small changes of a large local authorization list: what they write, what they cannot do, power cuts and damage."""

from chargelet.station.local_list import LocalList
from fakes.lines import Lines
from fakes.storage import FakeStorage, PowerCut

LIST, CHANGES = "locallist", "locallist-changes"


class Chance:
    """Random numbers that are the same on both interpreters."""

    def __init__(self, seed):
        self._state = seed * 7919 + 17

    def below(self, most):
        self._state = (self._state * 16807) % 2147483647
        return self._state % most


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


def test_a_small_change_leaves_the_large_list_as_it_is():
    made, storage = large()
    whole = storage.values[LIST]
    expected = content(made)[1]
    for version, changes in enumerate(
        (
            [card(1)],
            [card(2, "Blocked"), gone(4), gone(5), card(199)],
            [card(4, "Expired"), gone(1)],
            [gone(2), gone(0), gone(198)],
            [card(2), gone(2000)],
            [],
        ),
        2,
    ):
        made.update(version, changes, False, 1000)
        for tag, status, expiry, parent in changes:
            expected.pop(int(tag[4:]), None)
            if status:
                expected[int(tag[4:])] = (status, expiry, parent)
        assert storage.values[LIST] == whole and len(storage.values[CHANGES]) < 600
        assert content(made) == (version, expected)
        after, lines = opened(storage)
        assert content(after) == (version, expected) and lines == []
    assert expected[4][0] == "Expired" and 0 not in expected and 1 not in expected


def test_a_small_list_is_one_file():
    storage = FakeStorage()
    made = opened(storage)[0]
    for number in range(90):
        made.update(number + 1, [card(number)], False, 1000)
        assert CHANGES not in storage.values or len(storage.values[LIST]) > 3900
    assert content(made, 100)[1] == {at: card(at)[1:] for at in range(90)}
    assert CHANGES in storage.values, "it has grown"


def test_changes_that_outgrow_a_block_go_into_the_list():
    made, storage = large()
    lists = 0
    expected = content(made)[1]
    for number in range(200):
        before = storage.values[LIST]
        new, old = 2 * number % 200 + 1, (2 * number + 20) % 200 + 1
        made.update(number + 2, [card(new), gone(old)], False, 1000)
        expected[new] = card(new)[1:]
        expected.pop(old, None)
        assert len(storage.values.get(CHANGES, b"")) <= 4096
        if storage.values[LIST] != before:
            lists += 1
            assert CHANGES not in storage.values
            assert content(opened(storage)[0]) == (number + 2, expected)
    assert 2 <= lists <= 9, lists
    # More changes at once than a block takes.
    made, storage = large()
    made.update(2, [card(number) for number in range(1, 200, 2)], False, 1000)
    assert CHANGES not in storage.values and len(content(made)[1]) == 200


def test_the_most_entries_are_kept_exactly():
    made, storage = large(100)
    for version, (changes, taken) in enumerate(
        (
            ([card(1)], False),
            ([card(0, "Blocked")], True),
            ([card(1), gone(3)], False),
            ([card(1), gone(0)], True),
            ([card(0)], False),
            ([gone(0)], True),
            ([card(0)], False),
            ([gone(2), gone(4), card(0), card(3)], True),
            ([card(5)], False),
            ([card(number, "Blocked") for number in range(6, 200, 2)] + [card(5)], False),
            ([card(number, "Blocked") for number in range(6, 200, 2)], True),
        ),
        2,
    ):
        before = content(made)
        try:
            made.update(version, changes, False, 100)
            assert taken, changes
        except ValueError as error:
            assert not taken and "100 entries" in str(error), changes
            assert content(made) == before == content(opened(storage)[0])
        assert content(made)[0] == (version if taken else before[0])


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


def test_random_updates_and_power_cuts_against_a_dictionary():
    cuts = merges = 0
    for seed in range(3):
        chance = Chance(seed)
        made, storage = large()
        known = content(made)[1]
        version = 1
        for _ in range(60):
            entries, full, after = one_update(chance, version + 1, known)
            if chance.below(3) == 0:
                storage.cut(chance.below(3))
            had = CHANGES in storage.values
            try:
                made.update(version + 1, entries, full, 1000)
                done = True
            except PowerCut:
                cuts += 1
                done = False
            storage = again(storage)  # what was to be cut later is not
            made, lines = opened(storage)
            assert lines == []
            assert done or made.version in (version, version + 1)
            if done or made.version == version + 1:
                known = after
                version += 1
                merges += had and CHANGES not in storage.values
            assert content(made, 200) == (version, known)
    assert cuts > 10 and merges > 5, (cuts, merges)


def prepared(kind):
    """A storage to change, as `kind` says."""
    made, storage = large()
    if kind != "list":
        made.update(2, [gone(2), card(4, "Blocked"), card(7)], False, 1000)
    if kind == "full changes":
        made.update(3, [card(number) for number in range(9, 100, 2)], False, 1000)
    return again(storage)


def test_a_power_cut_at_every_change_leaves_the_old_state_or_the_new_one():
    whole = [card(2 * number) for number in range(100)]
    for kind in ("list", "changes", "full changes"):
        for version, changes, full in (
            (9, [card(1), gone(0)], False),
            (9, [card(number) for number in range(11, 100)], False),
            (9, [card(1)], True),
            (9, [], True),
            (1, whole, True),  # byte by byte the list that the changes are for
        ):
            cut, seen = 0, None
            while True:
                storage = prepared(kind)
                made = opened(storage)[0]
                before = content(made)
                storage.cut(cut)
                try:
                    made.update(version, changes, full, 1000)
                    done = True
                except PowerCut:
                    done = False
                left = again(storage)
                after, lines = opened(left)
                assert lines == [] and (content(after) == before or content(after)[0] == version), (kind, cut)
                if done:
                    new = content(after)
                    assert new == content(made) and new[0] == version
                    break
                if content(after) != before:
                    seen = content(after)
                # The same update once more, and what follows, stand on nothing that the cut has left over.
                after.update(version, changes, full, 1000)
                after.update(1, whole, True, 1000)
                assert content(opened(left)[0]) == content(large()[0]), (kind, cut)
                cut += 1
            assert seen in (None, new), (kind, cut)  # None: with its last change it is there


def damages(whole):
    for at in range(0, len(whole), 1 + len(whole) // 150):
        yield whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
    yield from (b"", b"rubbish", whole[:-1], whole + b"x", whole[: len(whole) // 2])


def test_damaged_changes_let_nobody_in():
    storage = prepared("changes")
    for name in (CHANGES, LIST):
        whole = storage.values[name]
        for damage in damages(whole):
            left = again(storage)
            left.values[name] = damage
            made, lines = opened(left)
            assert (made.version, made.count, made.find(card(0)[0]), made.find(card(7)[0])) == (0, 0, None, None)
            assert len(lines) == 1 and "file %s is damaged" % name in lines[0], lines


def test_a_damaged_list_is_replaced_and_no_power_cut_brings_a_removed_card_back():
    for name in (CHANGES, LIST):
        for full in (False, True):
            cut = 0
            while True:
                storage = prepared("changes")
                storage.values[name] = storage.values[name][:-9] + b"8" + storage.values[name][-8:]
                made = opened(storage)[0]
                storage.cut(cut)
                try:
                    made.update(3, [card(8)], full, 1000)
                    done = True
                except PowerCut:
                    done = False
                after = opened(again(storage))[0]
                assert after.find(card(2)[0]) is None and content(after)[0] in (0, 3), cut
                if done:
                    assert content(after) == content(made) == (3, {8: card(8)[1:]})
                    break
                cut += 1
            assert cut >= 3


class _Stubborn(FakeStorage):
    """Removes nothing while it is `stuck`."""

    stuck = False

    def remove(self, name):
        if self.stuck and name in self.values:
            raise OSError(5)
        super().remove(name)


def test_changes_that_cannot_be_removed_say_nothing_of_another_list():
    whole = [card(2 * number) for number in range(100)]
    storage = _Stubborn()
    storage.values.update(prepared("changes").values)
    made = opened(storage)[0]
    before = content(made)
    storage.stuck = True
    try:
        made.update(1, whole, True, 1000)  # the list that the changes are for
        raise AssertionError("the changes are still there, and belong to it")
    except OSError:
        assert content(made) == before == content(opened(storage)[0])
    made.update(5, [card(1)], True, 1000)
    assert content(made) == content(opened(storage)[0]) == (5, {1: card(1)[1:]})
    try:
        made.update(1, whole, True, 1000)
        raise AssertionError("the changes are still there, and would belong to it again")
    except OSError:
        assert content(made) == content(opened(storage)[0]) == (5, {1: card(1)[1:]})
    storage.stuck = False
    made.update(1, whole, True, 1000)
    assert content(made) == content(opened(storage)[0]) == content(large()[0])


def test_what_is_wrong_or_finds_no_room_or_is_broken_off_changes_nothing():
    storage = prepared("changes")
    made = opened(storage)[0]
    before, values = content(made), dict(storage.values)
    for wrong in ([card(1), card(1)], [("A\tB", "Accepted", None, None)]):
        try:
            made.update(3, wrong, False, 1000)
            raise AssertionError(wrong)
        except ValueError:
            assert content(made) == before and storage.values == values
    storage.full = True
    for changes, full in (([card(1)], False), ([card(1)], True), ([card(at) for at in range(99)], False)):
        try:
            made.update(3, changes, full, 1000)
            raise AssertionError(changes)
        except OSError:
            assert content(made) == before and storage.values == values
    storage.full = False
    for changes in ([card(1), gone(0)], [card(at) for at in range(99)]):
        pieces = len(list(opened(again(storage))[0].updating(3, changes, False, 1000)))
        assert pieces > 2 * len(changes)
        for stop in range(0, pieces, 7):
            work = made.updating(3, changes, False, 1000)
            for _ in range(stop):
                next(work)
            work.close()  # the connection has gone
            assert made.version == 2 and made.find(card(0)[0]) and not made.find(card(1)[0])
            assert storage.values == values
    assert content(made) == before
