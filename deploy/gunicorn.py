"""How gunicorn serves the portal, on a desk and in production. The environment says how much of it."""

from pathlib import Path
from typing import Any

from portal import environment
from portal.logging import MaskPersonalData

bind = f"{environment.text('HOST', '127.0.0.1')}:{environment.number('PORT', 8000)}"
worker_class = "gthread"
workers = environment.number("WEB_CONCURRENCY", 2)
threads = environment.number("WEB_THREADS", 4)
timeout = 30
graceful_timeout = 25
keepalive = 5
max_requests = 20_000
max_requests_jitter = 2_000
control_socket_disable = True
if Path("/dev/shm").is_dir():  # noqa: S108 - workers touch a file here as a sign of life; a busy disk must not kill them
    worker_tmp_dir = "/dev/shm"  # noqa: S108

# Paths without their query: what somebody searched for, or the number they track, stays out of the log.
accesslog = "-"
access_log_format = '%(h)s "%(m)s %(U)s" %(s)s %(B)s %(D)sus'


def on_starting(server: Any) -> None:
    """Mask what gunicorn itself logs, as the portal's own logs are masked."""
    for log in [server.log.error_log, server.log.access_log]:
        for handler in log.handlers:
            handler.addFilter(MaskPersonalData())
