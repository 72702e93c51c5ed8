"""The portal's own settings, for real processes that a test may see the end of: an office that never closes, short
leases, a beat a second, and a mail server that can be made to stall."""

from datetime import time, timedelta

from portal.settings import *  # noqa: F403

EMAIL_BACKEND = "tests.workers.mail.StallingBackend"
NOTICES = {
    "office_opens": time.min,
    "office_closes": time.max,
    "lease": timedelta(seconds=5),
    "batch": 4,
}
REMINDERS_FROM = time.min
CELERY_BEAT_SCHEDULE = {"every-second": {"task": "portal.tasks.run_due", "schedule": 1.0, "options": {"expires": 55}}}
