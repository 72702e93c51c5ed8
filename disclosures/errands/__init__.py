"""Work in the background with progress: a person asks, a worker does it, a page tells how far it is.

    errands.register("bulk-check", label=…, run=check, allows=may_check)          # in AppConfig.ready
    errands.ask("bulk-check", by=user, parameters={…}, at=now)                    # at a door

The row in the database is the truth. It is claimed by a conditional update with a lease; a worker that is killed is
relieved when its lease has run out, so what an errand does must do no harm when it is begun again: it ends by
`Progress.finish`, in the transaction of what it changes.
"""

from .kinds import ErrandFailed, Finished, Kind, kind_of, register
from .progress import Progress, TakenAway
from .queue import FOLDER, ask, run_waiting, tidy

__all__ = [
    "FOLDER",
    "ErrandFailed",
    "Finished",
    "Kind",
    "Progress",
    "TakenAway",
    "ask",
    "kind_of",
    "register",
    "run_waiting",
    "tidy",
]
