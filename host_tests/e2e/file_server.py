"""A server of files that misbehaves when told to, and what a station says while it fetches from one."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from conftest import REAL


class Files:
    """An HTTP server of one connection a request: `files` it gives, `received` it took."""

    def __init__(self):
        self.files = {}
        self.received = {}
        self.requests = []
        self.refuse = {}  # method → status
        self.tags = {}  # path → ETag
        self.moved = {}  # path → Location
        self.cut_after = None  # bytes of a body, once
        self.when_cut = None  # called then

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *exception):
        self._server.close()

    async def _serve(self, reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        method, path, _ = head[0].split(" ")
        headers = {line.split(":")[0].lower(): line.split(":", 1)[1].strip() for line in head[1:] if ":" in line}
        self.requests.append((method, path, headers))
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        if method in self.refuse:
            writer.write(f"HTTP/1.1 {self.refuse[method]} no\r\ncontent-length: 0\r\n\r\n".encode())
        elif path in self.moved:
            writer.write(f"HTTP/1.1 302 Found\r\nLocation: {self.moved[path]}\r\n\r\n".encode())
        elif method == "GET" and path in self.files:
            content = self.files[path]
            tag = self.tags.get(path, "")
            going_on = headers.get("if-range", tag) == tag
            start = int(headers["range"][6:-1]) if "range" in headers and going_on else 0
            status = "206 Partial" if start else "200 OK"
            content = content[start:]
            said = f"\r\nETag: {tag}" if tag else ""
            writer.write(f"HTTP/1.1 {status}\r\nContent-Length: {len(content)}{said}\r\n\r\n".encode())
            cut, self.cut_after = self.cut_after, None
            writer.write(content[:cut])
            if cut is not None and self.when_cut:
                self.when_cut()
        elif method in ("PUT", "POST"):
            self.received[path] = body
            writer.write(b"HTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n")
        else:
            writer.write(b"HTTP/1.1 404 Not here\r\ncontent-length: 0\r\n\r\n")
        await writer.drain()
        writer.close()


FAILED = ["Uploading", "UploadFailed"]


def told(csms, action):
    return [payload["status"] for payload in csms.calls(f"{action}StatusNotification")]


def soon(seconds=0):
    return (datetime.now(UTC) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def versions(csms):
    return [payload["firmwareVersion"] for payload in csms.calls("BootNotification")]


INSTALLED = ["Downloading", "Downloaded", "Installing", "Installed"]
REAL_ONLY = pytest.mark.skipif(not REAL, reason="images are for MicroPython: tools/setup --retry looks for one")
