"""One command starts web, worker and beat, and leaves nothing behind."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError

from portal.management.commands.serve import collect_static, refuse_a_taken_port

PATIENCE = 60


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Served:
    """A running `manage.py serve` and what it printed."""

    def __init__(self, env: dict[str, str], log: Path) -> None:
        self.log = log
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "serve"],
                cwd=settings.BASE_DIR,
                env=env,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def children(self) -> dict[str, int]:
        """The processes it said it started: their process ids by name."""
        return {name: int(pid) for name, pid in re.findall(r"(\w+) started \(pid=(\d+)\)", self.log.read_text())}

    def wait_for(self, pattern: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not re.search(pattern, self.log.read_text()):
            assert self.process.poll() is None and time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.05)

    def left_over(self) -> list[int]:
        return [pid for pid in self.children.values() if Path(f"/proc/{pid}").exists()]


@pytest.fixture
def served(process_env, free_port, tmp_path) -> Iterator[Served]:
    served = Served(process_env | {"PORT": str(free_port), "WEB_CONCURRENCY": "1"}, tmp_path / "log")
    yield served
    for pid in [served.process.pid, *served.children.values()]:
        try:
            os.killpg(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    served.process.wait()


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_stop_ends_every_process(served, free_port, stop):
    served.wait_for(r"Booting worker")
    served.wait_for(r"ready\.")
    served.wait_for(r"beat: Starting")
    with urllib.request.urlopen(f"http://127.0.0.1:{free_port}/healthz", timeout=PATIENCE) as answer:
        assert answer.status == 200
    assert sorted(served.children) == ["beat", "web", "worker"]
    os.killpg(served.process.pid, stop)
    assert served.process.wait(PATIENCE) == 0
    assert served.left_over() == []


def test_a_stop_while_it_is_starting_ends_every_process(served):
    served.wait_for(r"started \(pid")
    os.kill(served.process.pid, signal.SIGINT)
    served.process.wait(PATIENCE)
    assert served.left_over() == []


def test_when_one_process_fails_the_others_end_and_the_failure_is_reported(served):
    served.wait_for(r"Booting worker")
    served.wait_for(r"beat: Starting")
    os.kill(served.children["beat"], signal.SIGKILL)
    assert served.process.wait(PATIENCE) not in {0, None}
    assert served.left_over() == []


def test_a_taken_port_is_refused_with_a_way_out(free_port):
    with socket.socket() as other:
        other.bind(("127.0.0.1", free_port))
        other.listen()
        with pytest.raises(CommandError, match=f"PORT={free_port + 1} make run"):
            refuse_a_taken_port("127.0.0.1", free_port)
    refuse_a_taken_port("127.0.0.1", free_port)


def test_static_files_are_collected_again_only_when_they_changed(settings, tmp_path, monkeypatch):
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "a.css").write_text("a{}")
    settings.STATICFILES_DIRS = [tmp_path / "source"]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT, settings.VAR_DIR = tmp_path / "static", tmp_path
    collected = []

    def collect(*args: object, **kwargs: object) -> None:
        collected.append(args)
        settings.STATIC_ROOT.mkdir(exist_ok=True)
        (settings.STATIC_ROOT / "staticfiles.json").touch()

    monkeypatch.setattr("portal.management.commands.serve.call_command", collect)
    collect_static()
    collect_static()
    assert len(collected) == 1
    (tmp_path / "source" / "a.css").write_text("a{color:red}")
    collect_static()
    assert len(collected) == 2
    (settings.STATIC_ROOT / "staticfiles.json").unlink()
    collect_static()
    assert len(collected) == 3
