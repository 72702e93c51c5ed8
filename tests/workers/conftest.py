"""Real processes: Celery workers and beats on the test's own database and broker, none of which outlives its test."""

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from celery import Celery
from django.conf import settings

from portal.environment import BASE_DIR

PATIENCE = 90
"""Seconds; far more than anything takes, even on a machine that is busy with other tests."""


def wait_for(what: str, come: Callable[[], object]) -> None:
    """Returns as soon as it has come; fails the test if it does not."""
    deadline = time.monotonic() + PATIENCE
    while not come():
        if time.monotonic() > deadline:
            pytest.fail(f"Waited {PATIENCE} s in vain: {what}")
        time.sleep(0.1)


class Fleet:
    """The processes a test has started, and the broker between them and the test."""

    def __init__(self, env: dict[str, str], folder: Path) -> None:
        self.folder = folder
        self.env = env | {
            "DJANGO_SETTINGS_MODULE": "tests.workers.settings",
            "VAR_DIR": str(folder),
            "REDIS_KEY_PREFIX": f"{settings.REDIS_KEY_PREFIX}{uuid.uuid4().hex[:8]}:",
            "PYTHONUNBUFFERED": "1",
        }
        self.processes: list[subprocess.Popen[bytes]] = []
        self.broker = self._broker()

    def _broker(self) -> Celery:
        """A client that puts messages where the workers look for them."""
        app = Celery("tests", broker=settings.CELERY_BROKER_URL, set_as_current=False)
        options = dict(settings.CELERY_BROKER_TRANSPORT_OPTIONS)
        if settings.REDIS_URL:
            options["global_keyprefix"] = f"{self.env['REDIS_KEY_PREFIX']}broker:"
        else:
            queue = self.folder / "queue"
            (queue / "control").mkdir(parents=True)
            options |= {"data_folder_in": str(queue), "data_folder_out": str(queue)}
            options["control_folder"] = str(queue / "control")
        app.conf.update(broker_transport_options=options, task_ignore_result=True)
        return app

    def ask(self, times: int = 1) -> None:
        """Sends the task that beat sends once a minute."""
        for _n in range(times):
            self.broker.send_task("portal.tasks.run_due")

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        with (self.folder / f"process-{len(self.processes)}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=BASE_DIR,
                env=self.env,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    def worker(self) -> subprocess.Popen[bytes]:
        """One that takes one task at a time, as the embedded one does."""
        name = f"{uuid.uuid4().hex[:8]}@tests"
        return self.start(
            "celery", "-A", "portal", "worker", f"-n{name}", "-Psolo", "--without-gossip", "--without-mingle"
        )

    def beat(self) -> subprocess.Popen[bytes]:
        return self.start("celery", "-A", "portal", "beat", f"-s{self.folder / uuid.uuid4().hex}", "--pidfile=")

    def cron(self) -> subprocess.Popen[bytes]:
        return self.start("django", "run_due")

    def said(self, process: subprocess.Popen[bytes]) -> str:
        """What the process has written so far."""
        log = self.folder / f"process-{self.processes.index(process)}.log"
        return log.read_text(errors="replace")

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """As the power cut does it: no farewell, neither its own nor its children's."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def end(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                self.kill(process)
        self.broker.close()

    # The mail server

    def slow_down(self) -> None:
        """Each delivery takes some tenths of a second from now on."""
        (self.folder / "slow").touch()

    def stall(self, moment: str) -> None:
        """The next one to come just before, or just after, a delivery stays there."""
        (self.folder / f"stall-{moment}").touch()

    def wait_until_stalled(self, moment: str) -> None:
        wait_for(f"somebody to come to the moment {moment} a delivery", (self.folder / f"stalled-{moment}").exists)

    def go_on(self, moment: str) -> None:
        (self.folder / f"stalled-{moment}").unlink()

    def letters(self) -> list[str]:
        """The names of the letters delivered: each file is a letter, whoever wrote it, however often."""
        return sorted(path.name for path in (self.folder / "mail").glob("[!.]*.eml"))

    def deliveries(self) -> list[tuple[str, str]]:
        """Every attempt, as process and Message-ID."""
        log = self.folder / "deliveries"
        lines = log.read_text().splitlines() if log.exists() else []
        return [(line.split()[0], line.split()[1]) for line in lines]


@pytest.fixture
def fleet(process_env: dict[str, str], tmp_path: Path) -> Iterator[Fleet]:
    """Ends every process before the database is emptied; a failed test shows what they said."""
    fleet = Fleet(process_env, tmp_path)
    yield fleet
    fleet.end()
    for path in sorted(tmp_path.glob("*.log")):
        print(f"==== {path.name} ====\n{path.read_text(errors='replace')[-4000:]}")
