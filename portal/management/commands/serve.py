"""Web, worker and beat under one command."""

import contextlib
import hashlib
import os
import shlex
import signal
import socket
import sys
from types import FrameType
from typing import Any

import honcho.compat
import honcho.manager
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, connections
from django.utils import translation

from portal import environment

KILL_WAIT = 30
"""Seconds a process has to finish what it is doing before it is killed."""

ASKED_TO_STOP = {128 + signal.SIGINT, 128 + signal.SIGTERM}

START_WAIT = 1
"""Seconds after which a stop is asked for again that came while processes were still starting."""


class Leaders(honcho.compat.ProcessManager):
    """Stops a process by telling it alone: gunicorn and Celery then let their children finish what they do."""

    def terminate(self, pid: int) -> None:
        """Send TERM to the leader of the group; `kill` still takes the whole group."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)


class Supervisor(honcho.manager.Manager):
    """Starts processes, passes on their output, and ends all of them when one ends or a stop is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self._procmgr = Leaders()

    def terminate(self) -> None:
        """Ask every process to stop; one that is still starting is waited for, so that none is left behind."""
        if self._all_started():
            super().terminate()
        else:
            signal.alarm(START_WAIT)

    def loop(self) -> None:
        """Run until every process has ended."""

        def stop(number: int, frame: FrameType | None) -> None:
            self.terminate()

        signal.signal(signal.SIGALRM, stop)
        signal.signal(signal.SIGHUP, lambda number, frame: os.kill(os.getpid(), signal.SIGTERM))
        super().loop()


def commands() -> dict[str, str]:
    """The processes of the portal by name, each as a shell command."""
    python = shlex.quote(sys.executable)
    pool = f"--concurrency={environment.number('WORKER_CONCURRENCY', 2)}" if settings.REDIS_URL else "--pool=solo"
    return {
        "web": f"exec {python} -m gunicorn --config deploy/gunicorn.py portal.wsgi",
        "worker": f"exec {python} -m celery --quiet --app portal worker {pool} --without-gossip --without-mingle",
        "beat": f"exec {python} -m celery --quiet --app portal beat --pidfile=",
    }


def collect_static() -> None:
    """Collect and compress the static files, unless that was done for just these files already."""
    found = hashlib.sha256()
    for finder in get_finders():
        for path, storage in sorted(finder.list([]), key=lambda each: each[0]):
            modified = storage.get_modified_time(path)
            found.update(f"{path} {storage.size(path)} {modified.timestamp()}\n".encode())
    stamp = settings.VAR_DIR / "static-collected"
    manifest = settings.STATIC_ROOT / "staticfiles.json"
    if manifest.exists() and stamp.exists() and stamp.read_text() == found.hexdigest():
        return
    stamp.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(found.hexdigest())


def refuse_a_taken_port(host: str, port: int) -> None:
    """Raises CommandError if something listens there already, or the place is none of this machine's."""
    try:
        family, kind, _protocol, _name, address = socket.getaddrinfo(
            host.strip("[]"), port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise CommandError(
            f"{host}:{port} 无法使用（可能已有程序在运行），请换一个端口：PORT={port + 1} make run\n"
            f"Cannot listen on {host}:{port} ({error.strerror}); choose another port: PORT={port + 1} make run"
        ) from None


def is_private(host: str) -> bool:
    """Whether nobody but this machine reaches a portal that listens there, under the names it answers to."""
    return settings.LOOPBACK.issuperset({host, *settings.ALLOWED_HOSTS})


class Command(BaseCommand):
    help = (
        "Serve the portal: web (gunicorn), Celery worker and beat, until Ctrl-C or TERM ends all three. "
        "HOST and PORT say where (127.0.0.1:8000); without REDIS_URL the worker is fed through files."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--prepare", action="store_true", help="First migrate and collect the static files.")
        parser.add_argument("--sample", action="store_true", help="First load the sample district, if it is not there.")

    def handle(self, *args: Any, prepare: bool, sample: bool, **options: Any) -> None:
        host, port = environment.text("HOST", "127.0.0.1"), environment.number("PORT", 8000)
        refuse_a_taken_port(host, port)
        try:
            if prepare:
                self.prepare()
            if sample:
                self.load_sample(host)
        except KeyboardInterrupt:
            sys.exit(128 + signal.SIGINT)
        self.announce(f"http://{host}:{port}")
        connections.close_all()
        self.stdout.flush()
        self.supervise()

    def prepare(self) -> None:
        """Bring the database and the static files up to the code. Raises CommandError if there is no database."""
        self.stdout.write("正在准备数据库和静态文件…  Preparing the database and static files ...")
        self.stdout.flush()
        try:
            call_command("migrate", interactive=False, verbosity=0)
        except OperationalError as error:
            raise CommandError(
                f"无法使用数据库，请检查 DATABASE_URL。\nCannot use the database; check DATABASE_URL. {error}"
            ) from None
        collect_static()

    def load_sample(self, host: str) -> None:
        """Load the sample district, unless its published passwords would let strangers in or real data is there."""
        if not is_private(host):
            self.stdout.write(
                "  本站可从其他机器访问，而示例账号的密码是公开的，因此未载入示例数据。\n"
                "  Others can reach this portal, and the sample's passwords are public: the sample is not loaded.\n"
                "  manage.py load_sample"
            )
            return
        try:
            with translation.override(settings.LANGUAGE_CODE):
                call_command("load_sample", stdout=self.stdout)
        except CommandError as refusal:
            self.stdout.write(f"  {refusal}")

    def announce(self, address: str) -> None:
        """Say where the portal is, in Chinese and English."""
        database = settings.DATABASES["default"]["ENGINE"].rsplit(".", 1)[-1]
        broker = "Redis" if settings.REDIS_URL else "var/queue"
        self.stdout.write(
            f"\n  公开网站 Public site    {address}/\n"
            f"  公开栏   Boards         {address}/boards/\n"
            f"  登录     Sign in        {address}/accounts/login/\n"
            f"  管理后台 Back office    {address}/admin/\n"
            f"  数据库   Database       {database}\n"
            f"  消息队列 Broker         {broker}\n"
            f"  停止     Stop           Ctrl-C\n\n"
        )

    def supervise(self) -> None:
        """Run the processes, then exit as they did; a stop that was asked for is a success."""
        honcho.manager.KILL_WAIT = KILL_WAIT
        supervisor = Supervisor()
        for name, command in commands().items():
            env = {"PYTHONUNBUFFERED": "1"} | os.environ
            if name == "web":
                env["DATABASE_STATEMENT_TIMEOUT"] = environment.text("DATABASE_STATEMENT_TIMEOUT", "15s")
            supervisor.add_process(name, command, env=env, cwd=str(environment.BASE_DIR))
        supervisor.loop()
        sys.exit(0 if supervisor.returncode in ASKED_TO_STOP else supervisor.returncode)
