"""Large local lists on a real littlefs, and a file whose block has rotted. MicroPython only."""

import gc
import os

from chargelet.base.storage import Storage
from chargelet.station.local_list import LocalList
from fakes.lines import Lines
from fakes.littlefs import BLOCKS, VfsLfs2, mounted, new_flash, quiet, umount
from fakes.storage import PowerCut

if VfsLfs2:

    def test_a_block_that_has_rotted_costs_its_file_only():
        """Littlefs finds the blocks of a long file by one another: what is no place is no file."""
        flash = new_flash()
        storage = Storage("/flash/journal")
        entries = [("CARD%016d" % at, "Accepted", None, None) for at in range(300)]
        LocalList(storage, quiet).update(7, entries, True, 1000)
        storage.write("config", b'{"A": "' + b"x" * 9000 + b'"}')
        storage.write("small", b"all is well")
        umount("/flash")
        rotten = 0
        for block in range(BLOCKS):
            at = block * 4096
            content = bytes(memoryview(flash._data)[at : at + 4096])
            if b"card0000000000000" in content.lower() or b"xxxxxxxx" in content:
                flash._data[at : at + 4] = b"\xff\xff\xff\xff"
                rotten += 1
        assert rotten > 4
        storage = mounted(flash)
        assert storage.read("config") == b"\x00" and storage.read("small") == b"all is well"
        lines = []
        found = LocalList(storage, lambda text, level=0: lines.append(text))
        assert (found.version, found.count, found.find("CARD%016d" % 5)) == (0, 0, None) and "damaged" in lines[0]
        found.update(8, entries[:200], True, 1000)
        storage.write("config", b"{}")
        assert storage.read("config") == b"{}"
        again = LocalList(storage, quiet)
        assert (again.version, again.count, again.find("CARD%016d" % 5)) == (8, 200, ("Accepted", None, None))

    def test_a_local_list_of_a_thousand_cards():
        flash = new_flash()
        storage = Storage("/flash")
        made = LocalList(storage, quiet)
        for part in range(0, 1000, 20):
            numbers = range(part, part + 20)
            cards = [("CARD%016d" % number, "Accepted", 848491200, "GROUP%d" % number) for number in numbers]
            made.update(part + 1, cards, part == 0, 1000)
        made = LocalList(mounted(flash) and storage, quiet)
        assert made.count == 1000 and made.version == 981
        for number in (0, 1, 499, 998, 999):
            assert made.find("card%016d" % number) == ("Accepted", 848491200, "GROUP%d" % number)
        assert made.find("CARD%016d" % 1000) is None
        reads = flash.read
        made.find("CARD0000000000000333")
        print("a card among 1000 is found with %d reads of the flash" % (flash.read - reads))
        flash.cut(0)
        try:
            made.update(1001, [("CARD%016d" % 5, None, None, None)], False, 1000)
        except (PowerCut, OSError):
            pass
        flash = flash.reborn()
        mounted(flash)
        again = LocalList(Storage("/flash"), quiet)
        assert again.count == 1000 and again.find("CARD%016d" % 5)

    def _card(number, status="Accepted"):
        return ("CARD%016d" % number, status, 848491200, "GROUP%d" % number)

    def test_one_entry_of_a_list_of_a_thousand_writes_little():
        flash = new_flash()
        storage = Storage("/flash")
        made = LocalList(storage, quiet)
        made.update(1, [_card(2 * number) for number in range(999)], True, 1000)
        costs = []  # (erases, bytes programmed, whether the list was written anew)
        for turn in range(250):
            entries = ([_card(1999)], [_card(2 * turn, "Blocked")], [("CARD%016d" % 1999, None, None, None)])[turn % 3]
            erased, programmed = flash.erased, flash.programmed
            made.update(turn + 2, entries if turn < 9 else [_card(2 * turn, "Blocked")], False, 1000)
            anew = "locallist-changes" not in os.listdir("/flash")
            costs.append((flash.erased - erased, flash.programmed - programmed, anew))
            if turn == 60:
                reads = flash.read
                made.find("CARD%016d" % 334)
                print("a card among 1000, with 60 changes, is found with %d reads" % (flash.read - reads))
        small = [cost for cost in costs if not cost[2]]
        most = max([cost[0] for cost in small]), max([cost[1] for cost in small])
        both = [sum([cost[at] for cost in costs]) for at in range(2)]
        told = most[0], most[1], len(costs) - len(small), both[0] * 100 // 250, both[1] // 250
        print("one entry of 1000: %d erases, %d bytes at most; with %d of 250 anew, a hundred cost %d, %d each" % told)
        assert most[0] <= 2 and most[1] <= 8192, most
        assert len(costs) - len(small) <= 4 and both[1] // 250 < 5000, told
        mounted(flash)
        again = LocalList(Storage("/flash"), quiet)
        assert again.version == 251 and again.count == 999 and not again.find("CARD%016d" % 1999)
        for number in range(1000):
            status = "Blocked" if number < 250 and (number > 8 or number % 3 == 1) else "Accepted"
            assert (again.find("CARD%016d" % (2 * number)) or "-")[0] == (status if number < 999 else "-"), number

    def test_the_power_is_cut_at_every_operation_of_changes_of_a_list():
        from fakes.flash import Flash, Recorder

        gc.collect()
        chip = Recorder(20)
        VfsLfs2.mkfs(chip, progsize=32, readsize=32, lookahead=32)
        made = LocalList(mounted(chip), quiet)
        made.update(1, [_card(number) for number in range(110)], True, 200)
        start = bytearray(chip.content)
        done = [1]
        chip.record(lambda: done[0])
        # A first change, some more, so many that they are merged, a change of the new list, and another list.
        for entries, full, beside in (
            ([("CARD%016d" % 5, None, None, None)], False, True),
            ([_card(6, "Blocked"), _card(150)], False, True),
            ([_card(number, "Blocked") for number in range(7, 17)], False, True),
            ([_card(number) for number in range(120, 199)], False, False),
            ([_card(5)], False, True),
            ([_card(number) for number in range(5)], True, False),
            ([_card(5)], False, False),
        ):
            made.update(done[0] + 1, entries, full, 200)
            done[0] += 1
            assert ("locallist-changes" in os.listdir("/flash/journal")) == beside, done
        chip.record(None)
        known = {}  # by version, whether some cards are in the list
        expected = {
            1: "AA-A-A", 2: "-A-A-A", 3: "-BAA-A", 4: "-BAB-A", 5: "-BABAA", 6: "ABABAA", 7: "------", 8: "A-----"
        }  # fmt: skip
        for cut in range(len(chip.operations)):
            torn = chip.torn(start, cut)
            lines = Lines()
            after = LocalList(mounted(Flash(20, torn)), lines)
            version = chip.operations[cut][0]
            assert lines == [] and after.version in (version, version + 1), (cut, version, after.version, lines)
            found = [after.find("CARD%016d" % number) for number in (5, 6, 150, 16, 198, 109)]
            found = "".join([said[0][0] if said else "-" for said in found])
            assert found == expected[after.version], (cut, after.version, found)
            known[after.version] = known.get(after.version, 0) + 1
        print("a local list: %d cuts" % len(chip.operations))
        assert sorted(known)[:7] == list(range(1, 8)), known
