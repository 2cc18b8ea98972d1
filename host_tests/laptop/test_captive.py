"""Every name leads to the board that is being set up, and no question breaks it."""

import asyncio
import socket

from chargelet.base.clock import Clock
from chargelet.page import captive
from control_port import free_port


def question(name, kind=1):
    labels = b"".join(bytes([len(part)]) + part.encode() for part in name.split(".")) + b"\x00"
    return b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00" + labels + bytes([0, kind, 0, 1])


def test_names_lead_to_the_board_and_nothing_breaks_it():
    asked = question("captive.apple.com")
    answer = captive.reply(asked, "192.168.4.1")
    assert answer[:2] == asked[:2] and answer[12 : len(asked)] == asked[12:] and answer[-4:] == bytes([192, 168, 4, 1])
    assert captive.reply(question("captive.apple.com", 28), "192.168.4.1")[6:8] == b"\x00\x00"
    for cut in range(len(asked)):
        assert captive.reply(asked[:cut], "192.168.4.1") is None
    for at in range(len(asked)):
        for value in (0, 0x3F, 0x40, 0xC0, 0xFF):
            captive.reply(asked[:at] + bytes([value]) + asked[at + 1 :], "192.168.4.1")
    assert captive.reply(asked + b"x" * 300, "192.168.4.1") is None
    assert captive.reply(answer, "192.168.4.1") is None, "an answer is no question"


def test_it_answers_for_names_over_udp():
    async def play():
        port = free_port()
        server = asyncio.create_task(captive.serve("127.0.0.1", Clock(), port))
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
            asker.settimeout(5)
            await asyncio.sleep(0.05)
            for data in (b"", b"x" * 250, question("a.b")):
                asker.sendto(data, ("127.0.0.1", port))
            answer = await asyncio.to_thread(asker.recv, 300)
        server.cancel()
        return answer

    assert asyncio.run(play())[-4:] == bytes([127, 0, 0, 1])
