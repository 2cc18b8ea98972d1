"""Keeps a station's control port open while the station resets: lines go in, lines come out.

The board listens on a port of its own; a client of this one notices a reset only by a slower answer.
"""

import json
import random
import socket
import socketserver
import threading
import time

# A station is back from a reset well within this.
_PATIENCE_S = 20
_ANSWER_S = 90


def free_port() -> int:
    """A port that nobody listens on, below those that the system gives to outgoing connections."""
    while True:
        port = random.randrange(12000, 32000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


def listens(port: int) -> bool:
    """Whether anybody listens there."""
    try:
        socket.create_connection(("127.0.0.1", port), 5).close()
        return True
    except OSError:
        return False


def serve(port: int) -> int:
    """Listen on 127.0.0.1:port from now on; returns the port that the board is to listen on. Raises OSError."""
    inner = free_port()

    class Client(socketserver.StreamRequestHandler):
        def handle(self):
            link = None
            try:
                for line in self.rfile:
                    if link is None:
                        link = _link(inner)
                    answer = _exchange(link, line) if link else None
                    if answer is None and link:
                        # The board has reset since the last command: this one is for the new one.
                        link.close()
                        link = _link(inner)
                        answer = _exchange(link, line) if link else None
                    if answer is None:
                        link = None
                        answer = json.dumps({"ok": False, "error": "the station does not answer"}).encode() + b"\n"
                    self.wfile.write(answer)
            except OSError:
                pass  # whoever asked has gone
            finally:
                if link:
                    link.close()

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True

    server = Server(("127.0.0.1", port), Client)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return inner


def _link(port: int):
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until:
        try:
            link = socket.create_connection(("127.0.0.1", port), _ANSWER_S)
            return link.makefile("rwb")
        except OSError:
            time.sleep(0.02)
    return None


def _exchange(link, line: bytes):
    try:
        link.write(line if line.endswith(b"\n") else line + b"\n")
        link.flush()
        return link.readline() or None
    except OSError:
        return None
