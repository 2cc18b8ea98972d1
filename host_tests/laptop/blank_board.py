"""A board that starts on blank parts, for a moment: what it says and what it makes."""

import asyncio
import json
import shutil
import sys

import check_board
from fakes.parts import Modules

INSTALLATION = {
    "wifi": {"name": "garage", "password": "12345678"},
    "csms": {"url": "ws://127.0.0.1:1/ocpp", "identity": "CP1", "password": "0123456789abcdef"},
    "config": {"HeartbeatInterval": 77, "Nope": 1},
}


class Reset(Exception):
    pass


def starter(tmp_path, monkeypatch, capfd):
    """A board's main(), for a moment; gives (what the console said, all parts that were made)."""

    def run(board="esp32", table=None, installation=INSTALLATION, during=None, files=None, partitions=None):
        root = tmp_path / "device"
        shutil.rmtree(root, ignore_errors=True)
        root.mkdir()
        table = check_board.read(board) if table is None else table
        for name, content in (("board.json", table), ("installation.json", installation)):
            if content is not None:
                (root / name).write_text(json.dumps(content))
        for name, content in (files or {}).items():
            (root / name).write_text(content)
        with Modules() as modules:
            import chargelet.compose as compose
            import chargelet.device as device
            import machine

            monkeypatch.setattr("chargelet.base.log.console", True)
            monkeypatch.setattr(machine, "reset_cause", lambda: 1)
            monkeypatch.setattr(machine, "freq", lambda hz: modules.made.append(("freq", (hz,), {})), raising=False)
            monkeypatch.setattr(machine, "unique_id", lambda: b"\x01\xab", raising=False)
            resets = []

            def reset():
                resets.append(1)
                raise Reset

            monkeypatch.setattr(machine, "reset", reset)
            monkeypatch.setattr(device.Clock, "stall", lambda self, ms: None)
            ended = []

            whole = compose.Chargelet

            class Watched(whole):
                async def run(self, *others):
                    ended.append(self)
                    self.handed = others
                    if during:
                        for evse in self.evses:
                            evse.open_contactor = lambda: print("contactor off", file=sys.stderr)
                        raise during
                    task = asyncio.create_task(whole.run(self, *others))
                    await asyncio.sleep(0.3)
                    task.cancel()

            monkeypatch.setattr(compose, "Chargelet", Watched)
            try:
                device.main(machine, partitions, str(root))
            except Reset:
                pass
            monkeypatch.undo()
            sys.modules.pop("chargelet.device")
        return capfd.readouterr().err, modules.made, ended, resets

    return run
