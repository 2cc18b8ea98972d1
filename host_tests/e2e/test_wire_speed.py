"""What `make speed` times on the wire happens at all; how quick it is depends on the machine."""

import asyncio

import speed_wire
from conftest import stage


def test_what_waits_goes_out():
    assert asyncio.run(speed_wire.drained_per_s(stage, 20)) > 0


def test_a_remote_start_and_a_card_are_answered():
    found = asyncio.run(speed_wire.quickness(stage, 2))
    assert set(found) == {"remote_start_ms", "card_to_start_ms"}
    assert all(0 < least <= middle <= most for least, middle, most in found.values())
