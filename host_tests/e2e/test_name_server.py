"""A name server that is silent holds nothing up."""

import asyncio
import time

import pytest
from conftest import REAL


class NameServer(asyncio.DatagramProtocol):
    """Says 127.0.0.1 of every name, until it is `silent`."""

    def __init__(self):
        self.silent = False
        self.asked = 0

    def connection_made(self, transport):
        self._transport = transport

    def datagram_received(self, data, address):
        self.asked += 1
        if not self.silent:
            record = b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\x7f\0\0\1"
            self._transport.sendto(data[:2] + b"\x81\x80\0\1\0\1\0\0\0\0" + data[12:] + record, address)


@pytest.mark.skipif(not REAL, reason="CPython asks its system for names, in a thread")
def test_while_a_name_server_is_silent_the_station_goes_on(play):
    async def scenario(scene):
        csms, station = scene.csms, scene.station
        loop = asyncio.get_running_loop()
        transport, names = await loop.create_datagram_endpoint(NameServer, ("127.0.0.1", 0))
        try:
            station._command[2] = f"ws://csms.example:{csms.port}/ocpp"
            station._command += ["--dns", "127.0.0.1:%d" % transport.get_extra_info("sockname")[1]]
            station.start()
            await scene.ready()
            await scene.charge()
            names.silent = True
            before = names.asked
            await csms.stop()
            for _ in range(2400):
                if names.asked > before:
                    break
                await asyncio.sleep(0.05)
            assert names.asked > before
            # Now it waits for an answer, gives up and asks again. A plug that comes out is noticed all the same.
            slowest, before = 0, names.asked
            while names.asked < before + 2:
                asked = time.monotonic()
                await station.do("state")
                slowest = max(slowest, time.monotonic() - asked)
                await asyncio.sleep(0.05)
            await station.do("plug_out", connector=1)
            opened = time.monotonic()
            while (await station.state(1))["contactor"]:
                assert time.monotonic() - opened < 5, "the contactor stays closed while a name is asked for"
            assert slowest < 5, "the program stands still"
            # The last good address serves.
            await csms.listen()
            await scene.calls("StopTransaction")
            assert names.silent
        finally:
            transport.close()

    play(scenario, start=False)
