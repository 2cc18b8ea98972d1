"""Changes of a local authorization list that are cut off, damaged or stay: nobody gets in who was taken out."""

from fakes.local_lists import CHANGES, LIST, again, card, content, gone, large, opened, prepared
from fakes.storage import FakeStorage, PowerCut


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


def test_what_flash_spoils_while_the_list_is_in_use_ends_no_look_up():
    """It is whole at the start, and later a file cannot be read, is shorter, or says something else."""
    tried = 0
    for name in (LIST, CHANGES):
        storage = prepared("changes")
        whole = storage.values[name]
        for at, content_now in enumerate(damages(whole)):
            if at % 6 and at < 150:
                continue
            left = again(storage)
            made, lines = opened(left)
            left.values[name] = content_now
            for number in (0, 1, 50, 98, 198, 199, 999):
                found = made.find("CARD%016d" % number)
                assert found is None or len(found) == 3
            assert made.version or "has to send the list again" in lines[-1]
            try:
                made.update(made.version + 1, [card(3), gone(4)], False, 1000)
            except ValueError as error:
                assert "damaged" in str(error), error
            made.update(7, [card(5)], True, 1000)
            assert content(opened(left)[0])[0] == 7 and made.find("CARD%016d" % 5), "a new list is whole"
            tried += 1
        made, lines = opened(again(storage))

        def unreadable(name):
            raise OSError(5)

        made._list._storage.stream = unreadable
        assert made.find("CARD%016d" % 50) is None and "damaged" in lines[-1] or "left out" in lines[-1]
    assert tried > 40, tried
