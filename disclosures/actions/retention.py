"""Personal data goes when its time is over: rows stay, with what they count for, and lose who and in which words."""

from __future__ import annotations

import logging
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from ..models import Objection

log = logging.getLogger(__name__)

_NOTHING = {"words": "", "name": "", "contact": "", "code_hash": None}


@transaction.atomic
def purge_objections(on: date, at: datetime) -> int:
    """Empties the personal columns of objections whose notice was settled long enough ago; how many. Twice is once.

    Settled is what was closed, or withdrawn with the posting. With the query code's hash gone, the code is answered
    like any wrong one.
    """
    last = on - timedelta(days=settings.OBJECTION_DATA_DAYS)
    settled = Q(posting__closing__closed_on__lt=last) | Q(posting__withdrawn_at__date__lt=last)
    kept = Objection.objects.filter(settled, purged_at=None)
    purged = Objection.objects.filter(pk__in=kept.values("pk")).update(**_NOTHING, purged_at=at)
    if purged:
        log.info("personal data of %d objections was deleted", purged)
    return purged
