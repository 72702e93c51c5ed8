"""Pages as visitors get them: processor time of application and database, and requests a second, against hello (H)."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Any

from organisations.choices import OrganisationKind

from .. import cost
from ..server import Page, Server, serving
from .reading import spread

Figures = dict[str, Any]
BOARDS = 20
REQUESTS = 300
ROUNDS = 3
SECONDS = 2.0
HELLO = [Page("/hello/")]


def measure() -> Figures:
    """Targets 1 (processor), 2 and 3."""
    paths = [f"/boards/{village.code}/" for village in spread(OrganisationKind.VILLAGE, BOARDS)]
    boards = [Page(path) for path in paths]
    with serving(cached=False) as server:
        figures = {"hello.cpu_ms": _processor(server, HELLO), "board.cold.cpu_ms": _processor(server, boards)}
        figures["board.cold.rate_ratio"] = _rate_ratio(server, boards)
    with serving(cached=True) as server:
        unchanged = [Page(path, server.etag(path)) for path in paths]
        figures["hello.cached.cpu_ms"] = _processor(server, HELLO)
        figures["board.warm.cpu_ms"] = _processor(server, boards)
        figures["board.unchanged.cpu_ms"] = _processor(server, unchanged, 304)
        figures["board.warm.rate_ratio"] = _rate_ratio(server, boards)
        figures["board.unchanged.rate_ratio"] = _rate_ratio(server, unchanged)
        figures["hello.rate"] = server.rate(HELLO, seconds=SECONDS)
    return figures


def _processor(server: Server, pages: Sequence[Page], status: int = 200) -> float:
    """Milliseconds of processor time a request: server and database; the median of three rounds."""
    if not cost.backends():
        raise RuntimeError("The database does not run on this machine: its processor time cannot be read.")
    server.visit(pages, max(40, 2 * len(pages)), status)
    found = []
    for _round in range(ROUNDS):
        before = _used(server)
        server.visit(pages, REQUESTS, status)
        found.append((_used(server) - before) * 1000 / REQUESTS)
    return median(found)


def _used(server: Server) -> float:
    return cost.processor_seconds([*server.processes(), *cost.backends(others=True)])


def _rate_ratio(server: Server, pages: Sequence[Page]) -> float:
    """Requests a second as a share of hello's, measured before and after: the median of the rounds."""
    ratios = []
    for _round in range(ROUNDS):
        before = server.rate(HELLO, seconds=SECONDS)
        subject = server.rate(pages, seconds=SECONDS)
        after = server.rate(HELLO, seconds=SECONDS)
        ratios.append(2 * subject / (before + after))
    return median(ratios)
