"""A sleep that another task can cut short."""

import asyncio

from chargelet.base import leftovers
from chargelet.base.alarm import Alarm
from chargelet.base.clock import Clock
from fakes.scripted_server import play


def waits(scenario):
    """Run an async function of (alarm, clock) within a bounded time."""

    async def run():
        clock = Clock()
        await asyncio.wait_for(scenario(Alarm(clock), clock), 120)

    asyncio.run(run())


def test_it_sleeps_as_long_as_it_is_told():
    async def scenario(alarm, clock):
        before = clock.uptime()
        await alarm.wait(30)
        assert clock.uptime() - before >= 29

    waits(scenario)


def test_a_ring_ends_the_sleep_and_none_is_missed():
    async def scenario(alarm, clock):
        rounds = []

        async def sleeper():
            for _ in range(5):
                await alarm.wait(60000)
                rounds.append(clock.uptime())

        task = asyncio.create_task(sleeper())
        for number in range(1, 5):
            alarm.ring()
            alarm.ring()  # twice is once
            while len(rounds) < number:
                await asyncio.sleep(0)
        assert len(rounds) == 4
        alarm.ring()
        await task

    waits(scenario)


def test_a_ring_between_two_waits_counts():
    async def scenario(alarm, clock):
        alarm.ring()
        await alarm.wait(60000)
        before = clock.uptime()
        await alarm.wait(20)
        assert clock.uptime() - before >= 19, "one ring ends one sleep"

    waits(scenario)


def test_a_task_that_is_cancelled_while_it_rings_is_cancelled():
    async def scenario(alarm, clock):
        for order in ((1, 0), (0, 1), (1,), (1, 0, 0)):
            ended = []

            async def sleeper(ended=ended):
                try:
                    await alarm.wait(60000)
                    await clock.sleep(60000)  # a ring that came first ends the sleep only
                finally:
                    ended.append(1)

            task = asyncio.create_task(sleeper())
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            for cancel in order:
                if cancel:
                    task.cancel()
                else:
                    alarm.ring()
            try:
                await task
            except asyncio.CancelledError:
                ended.append("cancelled")
            assert ended == [1, "cancelled"], order
            await alarm.wait(0)

    waits(scenario)


def test_who_waits_for_a_socket_is_woken_when_asyncio_has_forgotten_what_is_over():
    async def echo(server, reader, writer):
        writer.write(await reader.readline())
        await writer.drain()

    async def scenario(url):
        for said in (b"one\n", b"two\n"):
            reader, writer = await asyncio.open_connection("127.0.0.1", int(url[15:-2]))
            waiting = asyncio.create_task(reader.readline())
            await asyncio.sleep(0)
            await leftovers.forget()
            writer.write(said)
            await writer.drain()
            assert await waiting == said
            writer.close()
            await writer.wait_closed()

    play(echo, scenario, shake=False)
