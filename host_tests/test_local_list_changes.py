"""Small changes of a large local authorization list: what they write, what they cannot do, power cuts and damage."""

from fakes.chance import Chance
from fakes.local_lists import CHANGES, LIST, again, card, content, gone, large, one_update, opened
from fakes.storage import FakeStorage, PowerCut


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
