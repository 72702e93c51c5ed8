"""gunicorn as it is shipped, with one worker, on the loopback address; and a visitor who keeps the connection."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle

from .cost import family
from .stores import ROOT

START_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Page:
    """What is asked for: a path, with an ETag the visitor has already or none."""

    path: str
    etag: str = ""


class Visitor:
    """One connection, kept open; opened again when the server closes it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._open()

    def _open(self) -> None:
        self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=20)
        self._file = self._socket.makefile("rb")

    def get(self, page: Page) -> tuple[int, Mapping[str, str]]:
        """Status and headers; the body is read and thrown away."""
        condition = f"If-None-Match: {page.etag}\r\n" if page.etag else ""
        self._socket.sendall(f"GET {page.path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{condition}\r\n".encode())
        line = self._file.readline()
        if not line:
            self.close()
            self._open()
            return self.get(page)
        headers = {}
        while (header := self._file.readline().strip()) != b"":
            name, _colon, value = header.partition(b":")
            headers[name.decode().lower()] = value.strip().decode()
        self._file.read(int(headers.get("content-length", 0)))
        if headers.get("connection") == "close":
            self.close()
            self._open()
        return int(line.split()[1]), headers

    def close(self) -> None:
        """Give the connection up."""
        self._file.close()
        self._socket.close()


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    pid: int
    port: int

    def processes(self) -> list[int]:
        """The master and its worker."""
        return family(self.pid)

    def visit(self, pages: Sequence[Page], number: int, status: int = 200) -> None:
        """So many requests one after another. Raises AssertionError on any other status."""
        visitor, turn = Visitor(self.port), cycle(pages)
        try:
            for _each in range(number):
                page = next(turn)
                answered = visitor.get(page)[0]
                assert answered == status, f"{page.path}: {answered}"
        finally:
            visitor.close()

    def etag(self, path: str) -> str:
        """The ETag of a page."""
        visitor = Visitor(self.port)
        try:
            return visitor.get(Page(path))[1]["etag"]
        finally:
            visitor.close()

    def rate(self, pages: Sequence[Page], *, seconds: float, visitors: int = 2) -> float:
        """Requests a second that some visitors at once get answered."""
        until, counts = time.monotonic() + seconds, [0] * visitors

        def visit(number: int) -> None:
            visitor, turn = Visitor(self.port), cycle(pages)
            while time.monotonic() < until:
                visitor.get(next(turn))
                counts[number] += 1
            visitor.close()

        threads = [threading.Thread(target=visit, args=[number]) for number in range(visitors)]
        began = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sum(counts) / (time.monotonic() - began)


@contextmanager
def serving(*, cached: bool) -> Iterator[Server]:
    """The portal on this process's database, until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = os.environ | {
        "PORT": str(port),
        "HOST": "127.0.0.1",
        "WEB_CONCURRENCY": "1",
        "BENCH_CACHE": "" if cached else "off",
    }
    command = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.py", "portal.wsgi"]
    process = subprocess.Popen(command, env=env, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        server = Server(process.pid, port)
        _wait_for(server, process)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(server: Server, process: subprocess.Popen[bytes]) -> None:
    for _attempt in range(START_SECONDS * 10):
        time.sleep(0.1)
        if process.poll() is not None:
            break
        try:
            server.visit([Page("/hello/")], 1)
        except OSError:
            continue
        return
    raise RuntimeError("The server did not start.")
