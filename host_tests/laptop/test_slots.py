"""New firmware as a folder of compiled files: unpacked, tried, kept or given up; the power fails at every change."""

import asyncio
import os

import pytest
from esp_images import part, whole

import check_board
import deploy
import package as package_tool
import rom
import slots
from chargelet.base.storage import Storage
from chargelet.update.slot_installer import SlotInstaller
from chargelet.update.terms import Terms
from fakes.clock import FakeClock
from fakes.packages import MODULUS, make

FILES = {
    "chargelet/compose.mpy": b"compose" * 500,
    "chargelet/base/clock.mpy": b"",
    "uwebsockets/x.mpy": b"\x00\xff" * 9,
}
NEWER = {**FILES, "chargelet/new.mpy": b"new" * 700}


def package(files=FILES, version="2", **changes):
    image = b"".join(b"%s %d\n" % (name.encode(), len(content)) + content for name, content in files.items())
    return make(image, **dict({"board": "files", "chip": "esp32", "version": version}, **changes))


def terms(modulus=MODULUS, chip="esp32", running="2"):
    return Terms(modulus, "files", chip, running)


async def fetched(made, content, piece):
    made.begin(made.received)
    for at in range(made.received, len(content), piece):
        await made.write(content[at : at + piece])
    await made.whole()


class Board:
    """A file system, and what is started from it."""

    def __init__(self, root):
        self.root = str(root)
        os.makedirs(self.root + "/state", exist_ok=True)
        self.starts()

    def starts(self):
        """The board starts: which folder it takes the firmware from, without the root."""
        self.storage = Storage(self.root + slots.FOLDER)
        chosen = slots.choose(self.root)
        assert chosen.startswith(self.root + "/")
        self.installer = SlotInstaller(self.storage, terms(), FakeClock(), self.root)
        return chosen[len(self.root) + 1 :]

    def install(self, content, piece=1000):
        made = self.installer
        asyncio.run(fetched(made, content, piece))
        asyncio.run(made.check())
        made.activate()

    def content(self, slot):
        found = {}
        for folder, _, names in os.walk(f"{self.root}/{slot}"):
            for name in names:
                path = os.path.join(folder, name)
                with open(path, "rb") as file:
                    found[os.path.relpath(path, f"{self.root}/{slot}")] = file.read()
        return found


@pytest.fixture
def board(tmp_path):
    return Board(tmp_path)


def test_one_slot_after_the_other(board):
    assert board.starts() == "" and board.installer.version is None and board.installer.outcome() is None
    board.install(package())
    assert board.starts() == "slot-a" and board.content("slot-a") == FILES
    assert board.installer.outcome() == "Installed" and board.installer.version == "2"
    board.installer.confirm()
    assert board.starts() == "slot-a" and board.installer.outcome() is None
    newer = {**FILES, "chargelet/new.mpy": b"new"}
    board.install(package(newer, "3"))
    assert board.starts() == "slot-b" and board.content("slot-b") == newer and board.installer.version == "3"
    assert board.content("slot-a") == FILES, "the one before stays"
    board.installer.confirm()
    board.install(package(version="4"))
    assert board.starts() == "slot-a" and board.content("slot-a") == FILES and board.installer.version == "4"


def test_three_starts_without_a_confirmation_are_enough(board):
    board.install(package())
    assert [board.starts() for _ in range(5)] == ["slot-a", "slot-a", "slot-a", "", ""]
    assert board.installer.outcome() == "InstallationFailed", "until it has been told"
    board.installer.confirm()
    assert board.installer.outcome() is None and board.starts() == ""


def test_what_is_not_right_is_not_started(board):
    good = package()
    for content, named in (
        (good + b"x", "more of it"),
        (good[:-1] + b"x", "damaged"),
        (package({"../boot.py": b"x"}), "make no sense"),
        (package({"/boot.py": b"x"}), "make no sense"),
        (make(b"no files at all", board="files", chip="esp32"), "make no sense"),
        (make(b"a.mpy 100\nshort", board="files", chip="esp32"), "make no sense"),
        (make(b"x", board="esp32", chip="esp32"), "for board esp32"),
        (package(chip="esp32s3"), "for chip esp32s3"),
        (package(version="1.9"), "older"),
    ):
        with pytest.raises(ValueError, match=named):
            board.install(content)
        assert board.installer.received == 0 and board.starts() == ""
    assert not os.path.exists(f"{board.root}/boot.py")
    board.install(good)
    assert board.starts() == "slot-a"


class Cut(BaseException):
    """The power fails; no handler of the program's runs."""


def test_the_power_fails_at_every_change(tmp_path, monkeypatch):
    """Each call that changes the file system may be the last; the board starts something whole each time."""
    first, second = package(), package(NEWER, "3")
    names = ("remove", "rename", "mkdir", "rmdir")
    real = {name: getattr(os, name) for name in names}
    real_open = open
    left = [None]

    def counted():
        if left[0] is not None:
            left[0] -= 1
            if left[0] < 0:
                raise Cut

    def patched(name):
        def call(*arguments):
            counted()
            return real[name](*arguments)

        return call

    def patched_open(path, mode="r", *more):
        if "w" in mode or "a" in mode:
            counted()
        return real_open(path, mode, *more)

    for name in names:
        monkeypatch.setattr(os, name, patched(name))
    monkeypatch.setattr("builtins.open", patched_open)
    cuts = 0
    for at in range(500):
        left[0] = None
        board = Board(tmp_path / str(at))
        board.install(first)
        board.starts()
        board.installer.confirm()
        left[0] = at
        try:
            board.install(second, 4000)
            board.starts()
            board.installer.confirm()
            break
        except Cut:
            cuts += 1
        left[0] = None
        started = board.starts()
        assert board.content(started) == (FILES if started == "slot-a" else NEWER)
        if started == "slot-a":
            board.install(second)
            assert board.starts() == "slot-b"
        board.installer.confirm()
        assert board.starts() == "slot-b" and board.installer.version == "3"
    assert cuts > 20
    print(f"new firmware in a folder: {cuts} cuts")


def test_files_that_are_nonsense_start_what_was_deployed(tmp_path):
    for name in ("next", "active", "trials"):
        for content in (b"\xff\xfe", b"", b"../../etc", b"slot-c", b"-1"):
            root = tmp_path / f"{name}{len(list(tmp_path.iterdir()))}"
            os.makedirs(f"{root}/state/firmware")
            (root / "state/firmware" / name).write_bytes(content)
            assert slots.choose(str(root)) == f"{root}/"
            made = SlotInstaller(Storage(f"{root}/state/firmware"), terms(1), FakeClock(), str(root))
            assert made.version is None
            assert made.outcome() is None
            made.confirm()
            assert slots.choose(str(root)) == f"{root}/"
    assert slots.choose(str(tmp_path / "nothing")) == f"{tmp_path}/nothing/"


def test_a_version_that_is_nonsense_is_none(board):
    board.install(package())
    board.storage.write("version-slot-a", b"\xff")
    assert board.installer.version is None and board.installer.outcome() == "Installed"


def test_what_the_tool_packs_is_what_a_board_unpacks(board):
    key = package_tool.load_key(rom.ROOT / "boards/simulator/signing-key.pem")
    modulus = int(check_board.read("simulator")["update"]["key"], 16)
    board.installer = SlotInstaller(board.storage, terms(modulus), FakeClock(), board.root)
    board.install(package_tool.build("esp32", "9.9", key))
    assert board.starts() == "slot-a" and board.installer.version == "9.9"
    wanted = {name[1:]: content for name, content in deploy.firmware_files().items()}
    assert board.content("slot-a") == wanted and "chargelet/device.mpy" in wanted


def test_images_are_packed_for_their_chip(tmp_path):
    image = tmp_path / "a.bin"
    key = package_tool.load_key(rom.ROOT / "boards/simulator/signing-key.pem")
    good = part("esp32s3")
    image.write_bytes(good)
    made = package_tool.build("esp32s3", "9.9", key, image)
    assert b'"board": "esp32s3", "chip": "esp32s3"' in made and made.endswith(b"\n" + good)
    for content, board, named in (
        (b"image", "esp32s3", "a.bin: this is no program"),
        (good[:-40], "esp32s3", "a.bin: the program is damaged"),
        (part("esp32"), "esp32s3", "for esp32, and the board has esp32s3"),
        (whole("esp32s3"), "esp32s3", "boot loader; micropython.bin"),
        (good, "simulator", "this board has simulator"),
    ):
        image.write_bytes(content)
        with pytest.raises(ValueError, match=named):
            package_tool.build(board, "9.9", key, image)


def test_a_key_that_is_none(tmp_path):
    (tmp_path / "a.pem").write_text("no key")
    with pytest.raises(ValueError, match="a.pem: no private key in PEM"):
        package_tool.load_key(tmp_path / "a.pem")
