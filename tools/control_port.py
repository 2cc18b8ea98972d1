"""Keeps a station's control port open while the station resets. Knows no commands: lines go in, lines come out.

The board listens on a port of its own; whoever is connected to this one notices a reset only by a slower answer.
"""

import json
import socket
import socketserver
import threading
import time

# A station is back from a reset well within this.
_PATIENCE_S = 20
_ANSWER_S = 90


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def serve(port: int) -> int:
    """Listen on 127.0.0.1:port from now on; returns the port that the board is to listen on. Raises OSError."""
    inner = _free_port()

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
