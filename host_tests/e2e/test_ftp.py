"""Diagnostics and firmware over FTP: against a server that others have written, and against one that misbehaves."""

import asyncio
import contextlib
import logging
import threading

import pytest
from file_server import FAILED, INSTALLED, REAL_ONLY, soon, told
from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import DTPHandler, FTPHandler
from pyftpdlib.servers import FTPServer

logging.getLogger("pyftpdlib").setLevel(logging.ERROR)


class Server:
    """pyftpdlib over a folder, for one user and for anonymous ones; `commands` it has heard."""

    def __init__(self, folder, without=()):
        authorizer = DummyAuthorizer()
        authorizer.add_user("station", "p@ss word", str(folder), perm="elradfmwMT")
        authorizer.add_anonymous(str(folder))
        self.commands = commands = []
        self.cut_after = None
        server = self

        class Data(DTPHandler):
            ac_out_buffer_size = 4096

            def send(self, data):
                if server.cut_after is not None and self.tot_bytes_sent >= server.cut_after:
                    server.cut_after = None
                    self.cmd_channel.close()
                    return 0
                return super().send(data)

        class Handler(FTPHandler):
            proto_cmds = {name: value for name, value in FTPHandler.proto_cmds.items() if name not in without}
            dtp_handler = Data
            use_sendfile = False
            max_login_attempts = 99
            auth_failed_timeout = 0

            def pre_process_command(self, line, cmd, arg):
                commands.append((cmd, arg))
                super().pre_process_command(line, cmd, arg)

        Handler.authorizer = authorizer
        Handler.banner = "Several lines,\r\nof which one,\r\n 220, is not what it seems; " + "long. " * 10
        self._server = FTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.socket.getsockname()[1]
        self.url = f"ftp://station:p%40ss%20word@127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._stop = False

    def _serve(self):
        while not self._stop:
            self._server.ioloop.loop(timeout=0.05, blocking=False)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *exception):
        self._stop = True
        self._thread.join()
        self._server.close_all()

    def args(self, command):
        return [arg for cmd, arg in self.commands if cmd == command]


@pytest.mark.parametrize("without", [(), ("EPSV", "MDTM")], ids=["passive by port", "passive by address"])
def test_diagnostics_are_stored(play, tmp_path, without):
    async def scenario(scene):
        csms = scene.csms
        (tmp_path / "dir").mkdir()
        with Server(tmp_path, without) as server:
            answer = await csms.call("GetDiagnostics", {"location": f"{server.url}/dir/"})
            await csms.until(lambda: told(csms, "Diagnostics") == ["Uploading", "Uploaded"])
            text = (tmp_path / "dir" / answer["fileName"]).read_text()
            assert "MeterValueSampleInterval = 60" in text and text.rstrip().split("\n")[-1].startswith("20")
            assert "ss%20word" not in text and f"{server.port}" not in text
            assert bool(server.args("PASV")) == bool(without)

    play(scenario)


def test_a_folder_is_known_for_one_however_it_is_named(play, tmp_path):
    """The root, a folder with and without its slash; and what is no folder is the file's own name."""

    async def scenario(scene):
        csms = scene.csms
        (tmp_path / "diagnostics" / "deep er").mkdir(parents=True)
        (tmp_path / "old").write_text("old")
        with Server(tmp_path) as server:
            for location, where in (
                ("", "{}"),
                ("/", "{}"),
                ("/diagnostics", "diagnostics/{}"),
                ("/diagnostics/", "diagnostics/{}"),
                ("/diagnostics/deep%20er", "diagnostics/deep er/{}"),
                ("/diagnostics/new.txt", "diagnostics/new.txt"),
                ("/old", "old"),
            ):
                since = len(told(csms, "Diagnostics"))
                answer = await csms.call("GetDiagnostics", {"location": server.url + location, "retries": 0})
                await csms.until(lambda since=since: told(csms, "Diagnostics")[since:][-1:] in ENDS)
                assert told(csms, "Diagnostics")[-1] == "Uploaded", location
                path = tmp_path / where.format(answer["fileName"])
                assert "MeterValueSampleInterval" in path.read_text(), location
                path.unlink()

    play(scenario)


ENDS = ["Uploaded"], ["UploadFailed"]


def test_who_may_not_store_is_told_so(play, tmp_path):
    async def scenario(scene):
        csms = scene.csms
        with Server(tmp_path) as server:
            for location in (
                f"ftp://127.0.0.1:{server.port}/x",
                f"ftp://station:wrong@127.0.0.1:{server.port}/x",
                f"{server.url}/no/such/folder/",
                f"{server.url}/a%0d%0aDELE%20b",
                "ftp://127.0.0.1:1/x",
                "ftp://",
            ):
                since = len(told(csms, "Diagnostics"))
                await csms.call("GetDiagnostics", {"location": location, "retries": 0})
                await csms.until(lambda since=since: told(csms, "Diagnostics")[since:] == FAILED)
            assert list(tmp_path.iterdir()) == [] and server.args("DELE") == []
            await scene.charge()

    play(scenario)


@REAL_ONLY
def test_firmware_is_fetched_and_goes_on_where_it_was_cut_off(play, tmp_path, new_firmware):
    async def scenario(scene):
        csms = scene.csms
        (tmp_path / "fw.bin").write_bytes(new_firmware)
        with Server(tmp_path) as server:
            server.cut_after = 60000
            request = {"location": f"{server.url}/fw.bin", "retrieveDate": soon(), "retries": 3, "retryInterval": 1}
            await csms.call("UpdateFirmware", request)
            await csms.until(lambda: told(csms, "Firmware") == INSTALLED)
            assert csms.calls("BootNotification")[-1]["firmwareVersion"] == "9.9.9"
            assert len(server.args("RETR")) == 2 and int(server.args("REST")[0]) > 20000

    play(scenario)


@contextlib.asynccontextmanager
async def scripted(*replies):
    """A server that says these lines, one a command, and then nothing more."""

    async def serve(reader, writer):
        left = list(replies)
        with contextlib.suppress(OSError):
            while left:
                writer.write(left.pop(0))
                await writer.drain()
                if not await reader.readline():
                    break
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    yield f"ftp://127.0.0.1:{server.sockets[0].getsockname()[1]}/x"
    server.close()


LOGIN = (b"220 hello\r\n", b"331 who?\r\n", b"230 you\r\n", b"200 type\r\n")


def test_servers_that_talk_nonsense(play):
    async def scenario(scene):
        csms = scene.csms
        for replies in (
            (b"HTTP/1.1 400 Bad\r\n",),
            (b"220-and so on\r\n" * 200,),
            (b"220 " + b"x" * 100000,),
            (b"\xff\xfe\r\n",),
            (*LOGIN, b"229 (||||)\r\n"),
            (*LOGIN, b"229 nothing\r\n"),
            (*LOGIN, b"229 (|||99999|)\r\n"),
            (*LOGIN, b"500 no\r\n", b"227 (1,2,3)\r\n"),
            (*LOGIN, b"229 (|||1|)\r\n"),
        ):
            async with scripted(*replies) as location:
                since = len(told(csms, "Diagnostics"))
                await csms.call("GetDiagnostics", {"location": location, "retries": 0})
                await csms.until(lambda since=since: told(csms, "Diagnostics")[since:] == FAILED)
        await scene.charge()

    play(scenario)
