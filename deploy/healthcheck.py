"""Exit 0 when this container's web server answers, by the name the portal is known under."""

import sys
from http.client import HTTPConnection, HTTPException

from portal import environment


def healthy() -> bool:
    """Whether /healthz answers 200 within five seconds."""
    connection = HTTPConnection("127.0.0.1", environment.number("PORT", 8000), timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": environment.items("ALLOWED_HOSTS", "127.0.0.1")[0]})
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False


if __name__ == "__main__":
    sys.exit(0 if healthy() else 1)
