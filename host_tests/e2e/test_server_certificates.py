"""Servers of OpenSSL with certificates that are right, or wrong in each way there is: whom MicroPython speaks to.

What is wrong is not spoken to: not a byte of the request leaves.
"""

import socket
import ssl
import subprocess
import threading

import pytest
from cryptography.hazmat.primitives import serialization
from server_certificates import HOSTS, cases, key

import interpreter
import rom

PEM, DER = serialization.Encoding.PEM, serialization.Encoding.DER

CLIENT = '''
"""Says hello to servers, one port after the other, each with the roots that it shall trust."""

import asyncio
import sys

from uwebsockets import dial, sockets


async def hello(port, host, roots):
    sockets.trust(*roots)
    try:
        reader, writer = await dial.open_stream(host, port, dial.default_tls(True))
        try:
            await sockets.send_all(writer, b"hello", 5, 3000)
            return (await asyncio.wait_for(reader.read(100), 10)).decode()
        finally:
            await sockets.close_stream(writer)
    except (OSError, ValueError) as error:
        return repr(error)


async def main():
    sockets.name_servers([], [(name, "127.0.0.1") for name in sys.argv[-2].split(",")])
    for line in open(sys.argv[-1]):
        port, host, *roots = line.split()
        print(await hello(int(port), host, roots))


asyncio.run(main())
'''


class Server:
    """Takes connections; `heard` is what came through TLS."""

    def __init__(self, folder, chain, own):
        private = key(own).private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        path = folder / f"{id(self)}.pem"
        path.write_bytes(b"".join([one.public_bytes(PEM) for one in chain]) + private)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.set_ciphers("ALL:@SECLEVEL=0")
        self._context.load_cert_chain(path)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.heard = b""
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        try:
            plain, _ = self._socket.accept()
            plain.settimeout(60)
            with self._context.wrap_socket(plain, server_side=True) as client:
                self.heard += client.recv(100)
                client.sendall(b"welcome")
        except OSError:
            pass

    def close(self):
        self._socket.close()


@pytest.mark.skipif(not interpreter.there(), reason="there is no MicroPython here")
def test_servers_with_every_kind_of_certificate(tmp_path):
    listed = list(cases())
    servers, lines = [], []
    for at, (_, chain, own, roots, host, _) in enumerate(listed):
        servers.append(Server(tmp_path, chain, own))
        paths = []
        for number, root in enumerate(roots):
            path = tmp_path / f"root-{at}-{number}.der"
            path.write_bytes(root.public_bytes(DER) if root else b"spoilt")
            paths.append(str(path))
        lines.append(" ".join([str(servers[-1].port), host, *paths]))
    (tmp_path / "servers").write_text("\n".join(lines) + "\n")
    source = tmp_path / "tls_client.py"
    source.write_text(CLIENT)
    command = interpreter.beside(
        rom.station_files("simulator"), {source.name: source}, "tls_client", ",".join(HOSTS), str(tmp_path / "servers")
    )
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    said = done.stdout.splitlines()
    assert len(said) == len(listed)
    wrong = []
    for (what, *_, good), server, line in zip(listed, servers, said):
        if (line == "welcome") != good or (server.heard == b"hello") != good:
            wrong.append((what, line, server.heard))
        server.close()
    assert wrong == []
    print(f"{len(listed)} servers, {sum(good for *_, good in listed)} of them right")
