"""One command starts web, worker and beat, and leaves nothing behind."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError
from django.db import OperationalError

from portal.management.commands.serve import ASKED_TO_STOP, Command, collect_static, refuse_a_taken_port

PATIENCE = 60

SUPERVISOR = """
from portal.management.commands.serve import Supervisor

supervisor = Supervisor()
for name in ["one", "other"]:
    supervisor.add_process(name, "echo ready; exec sleep 300")
supervisor.loop()
raise SystemExit(supervisor.returncode)
"""


class Started:
    """A running supervisor and what it printed."""

    def __init__(self, log: Path, *command: str, env: dict[str, str] | None = None) -> None:
        self.log = log
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, *command],
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

    def wait_for(self, *patterns: str) -> None:
        """Until all of it was printed."""
        deadline = time.monotonic() + PATIENCE
        while not all(re.search(pattern, self.log.read_text()) for pattern in patterns):
            assert self.process.poll() is None and time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.05)

    def left_over(self) -> list[int]:
        return [pid for pid in self.children.values() if Path(f"/proc/{pid}").exists()]

    def end(self) -> None:
        for pid in [self.process.pid, *self.children.values()]:
            try:
                os.killpg(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.wait()


@pytest.fixture
def portal(process_env, free_port, tmp_path) -> Iterator[Started]:
    env = process_env | {"PORT": str(free_port), "WEB_CONCURRENCY": "1"}
    started = Started(tmp_path / "log", "manage.py", "serve", env=env)
    yield started
    started.end()


@pytest.fixture
def supervisor(tmp_path) -> Iterator[Started]:
    started = Started(tmp_path / "log", "-c", SUPERVISOR)
    yield started
    started.end()


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_ctrl_c_ends_web_worker_and_beat(portal, free_port):
    portal.wait_for(r"Booting worker", r"ready\.", r"beat: Starting")
    with urllib.request.urlopen(f"http://127.0.0.1:{free_port}/healthz", timeout=PATIENCE) as answer:
        assert answer.status == 200
    assert sorted(portal.children) == ["beat", "web", "worker"]
    os.killpg(portal.process.pid, signal.SIGINT)
    assert portal.process.wait(PATIENCE) == 0
    assert portal.left_over() == []


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_any_way_to_stop_ends_every_process(supervisor, stop):
    supervisor.wait_for(r"one +\| ready", r"other +\| ready")
    os.killpg(supervisor.process.pid, stop)
    assert supervisor.process.wait(PATIENCE) in ASKED_TO_STOP
    assert len(supervisor.children) == 2 and supervisor.left_over() == []


def test_a_stop_while_processes_are_starting_ends_them_all(supervisor):
    supervisor.wait_for(r"started \(pid")
    os.kill(supervisor.process.pid, signal.SIGINT)
    assert supervisor.process.wait(PATIENCE) in ASKED_TO_STOP
    assert supervisor.left_over() == []


def test_when_one_process_fails_the_others_end_and_the_failure_is_reported(supervisor):
    supervisor.wait_for(r"one +\| ready", r"other +\| ready")
    os.kill(supervisor.children["one"], signal.SIGKILL)
    assert supervisor.process.wait(PATIENCE) not in {0, *ASKED_TO_STOP}
    assert supervisor.left_over() == []


GROUP = """
import signal, subprocess, sys, time

child = "import time; print('child at work', flush=True); time.sleep(3); print('child done', flush=True)"
started = subprocess.Popen([sys.executable, "-c", child])
signal.signal(signal.SIGTERM, lambda *_: sys.exit(started.wait()))
time.sleep(300)
"""


def test_a_stop_lets_the_children_of_a_process_finish(tmp_path):
    """Celery's pool processes are ended by TERM in the middle of a task; only their parent may be told."""
    (tmp_path / "group.py").write_text(GROUP)
    command = f"exec {sys.executable} {tmp_path / 'group.py'}"
    started = Started(tmp_path / "log", "-c", SUPERVISOR.replace("echo ready; exec sleep 300", command))
    started.wait_for(r"one +\| child at work", r"other +\| child at work")
    os.kill(started.process.pid, signal.SIGINT)
    assert started.process.wait(PATIENCE) in ASKED_TO_STOP
    assert started.log.read_text().count("child done") == 2


def test_a_taken_port_is_refused_with_a_way_out(free_port):
    with socket.socket() as other:
        other.bind(("127.0.0.1", free_port))
        other.listen()
        with pytest.raises(CommandError, match=f"PORT={free_port + 1} make run"):
            refuse_a_taken_port("127.0.0.1", free_port)
    refuse_a_taken_port("127.0.0.1", free_port)


def test_a_place_that_is_none_of_this_machines_is_refused():
    with pytest.raises(CommandError, match="Cannot listen on 192.0.2.1:8000"):
        refuse_a_taken_port("192.0.2.1", 8000)


@pytest.mark.parametrize(
    ("host", "allowed", "private"),
    [
        ("127.0.0.1", ["127.0.0.1", "localhost", "[::1]"], True),
        ("0.0.0.0", ["127.0.0.1"], False),
        ("127.0.0.1", ["localhost", "disclosure.example.cn"], False),
    ],
)
def test_accounts_whose_passwords_are_public_stay_on_this_machine(settings, monkeypatch, host, allowed, private):
    settings.ALLOWED_HOSTS = allowed
    loaded = []
    monkeypatch.setattr("portal.management.commands.serve.call_command", lambda name, **kwargs: loaded.append(name))
    output = StringIO()
    Command(stdout=output).load_sample(host)
    assert (loaded == ["load_sample"]) is private
    assert ("未载入示例数据" in output.getvalue()) is not private


def test_a_portal_with_data_of_its_own_is_served_without_the_sample(settings, monkeypatch):
    settings.ALLOWED_HOSTS = ["127.0.0.1"]

    def refuse(name: str, **kwargs: object) -> None:
        raise CommandError("the database is in use")

    monkeypatch.setattr("portal.management.commands.serve.call_command", refuse)
    output = StringIO()
    Command(stdout=output).load_sample("127.0.0.1")
    assert "the database is in use" in output.getvalue()


def test_a_database_that_is_away_is_told_in_a_sentence(monkeypatch):
    def fail(name: str, **kwargs: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr("portal.management.commands.serve.call_command", fail)
    with pytest.raises(CommandError, match="check DATABASE_URL"):
        Command(stdout=StringIO()).prepare()


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
