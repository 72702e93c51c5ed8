"""Several processes that do the same short transaction for some seconds, all at once.

    python -m benchmarks.clients publish 5        run by `together`, once for each client

A client reads what it is to work on from its standard input, says that it is ready, waits for a line, works until
its time or its work is over, and says how many transactions it finished, how many failed, and why.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

WAIT = 60
"""Seconds a client may take beyond its time before it is given up."""


@dataclass(slots=True)
class Done:
    """What the clients did together."""

    finished: int = 0
    seconds: float = 0.0
    failures: Counter[str] = field(default_factory=Counter)

    @property
    def rate(self) -> float:
        """Transactions a second."""
        return self.finished / self.seconds if self.seconds else 0.0

    @property
    def failed(self) -> int:
        """Transactions that did not succeed."""
        return self.failures.total()


def together(kind: str, work: Sequence[Sequence[object]], env: dict[str, str], *, seconds: float) -> Done:
    """Let as many clients as there are shares of work do transactions of a kind at once."""
    command = [sys.executable, "-m", "benchmarks.clients", kind, str(seconds)]
    clients = [
        subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _each in work
    ]
    try:
        for client, share in zip(clients, work, strict=True):
            assert client.stdin and client.stdout
            client.stdin.write(json.dumps(list(share)) + "\n")
            client.stdin.flush()
        for client in clients:
            assert client.stdout
            if client.stdout.readline() != "ready\n":
                raise RuntimeError(f"A client of {kind} did not start.")
        done = Done()
        for client in clients:
            assert client.stdin
            client.stdin.write("go\n")
            client.stdin.flush()
        for client in clients:
            answer = json.loads(client.communicate(timeout=seconds + WAIT)[0])
            done.finished += answer["finished"]
            done.seconds = max(done.seconds, answer["seconds"])
            done.failures.update(answer["failures"])
        return done
    finally:
        for client in clients:
            if client.poll() is None:
                client.kill()
                client.wait()


def _actions() -> dict[str, Callable[[list[int]], object]]:
    """Each takes one piece of work."""
    from django.db import connection, transaction
    from django.utils import timezone

    from disclosures.actions import obligations, postings
    from disclosures.models import Obligation, Posting, Version
    from organisations.models import User

    def publish(ids: list[int]) -> None:
        postings.publish(Version.objects.get(pk=ids[0]), by=None, at=timezone.now())

    def nil(ids: list[int]) -> None:
        obligation, person = Obligation.objects.get(pk=ids[0]), User.objects.get(pk=ids[1])
        obligations.nil_return(obligation, reason="本期无此类事项", by=person, at=timezone.now())

    def mixed(ids: list[int]) -> None:
        publish(ids[:1])
        nil(ids[1:])

    def bare(ids: list[int]) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                """INSERT INTO disclosures_posting
                    (organisation_id, item_id, scope, carriers, status, withdrawal_reason, withdrawal_note, created_at)
                VALUES (%s, %s, 'society', '', 'draft', '', '', %s)""",
                [*ids, timezone.now()],
            )

    def created(ids: list[int]) -> None:
        with transaction.atomic():
            Posting.objects.create(organisation_id=ids[0], item_id=ids[1], scope="society", created_at=timezone.now())

    return {"publish": publish, "nil": nil, "mixed": mixed, "bare": bare, "created": created}


def main(kind: str, seconds: float) -> None:
    """One client."""
    import django
    from django.db import connection

    django.setup()
    act = _actions()[kind]
    work = json.loads(sys.stdin.readline())
    connection.ensure_connection()
    print("ready", flush=True)
    sys.stdin.readline()
    finished, failures, began = 0, Counter[str](), time.monotonic()
    for each in work:
        if time.monotonic() - began > seconds:
            break
        try:
            act(each)
            finished += 1
        except Exception as error:
            failures[f"{type(error).__name__}: {error}"[:200]] += 1
    print(json.dumps({"finished": finished, "seconds": time.monotonic() - began, "failures": failures}))


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
