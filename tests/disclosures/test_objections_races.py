"""An objection and the closing never pass each other; the limit holds however many send at once."""

from datetime import UTC, datetime, timedelta

import pytest

from disclosures.actions.objections import close_notice, object_online
from disclosures.actions.refusals import Refused
from disclosures.models import NoticeClosing, Objection
from organisations.throttle import spend
from tests.disclosures.notices import AFTER, NOW, notice
from tests.disclosures.test_postings_races import at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def test_objections_at_the_same_moment_have_numbers_of_their_own():
    here = notice()
    at_once(*(lambda: object_online(here.posting, words="程序不合规定", at=NOW) for _ in range(4)))
    assert sorted(Objection.objects.values_list("number", flat=True)) == [1, 2, 3, 4]


def test_a_notice_is_closed_once_by_two_at_the_same_moment():
    here = notice()
    results = at_once(*(lambda: close_notice(here.posting, by=here.approver, at=AFTER) for _ in range(2)))
    assert sum(isinstance(result, Refused) for result in results) == 1 and NoticeClosing.objects.count() == 1


def test_a_limit_counts_everybody_who_comes_at_once():
    at = datetime(2026, 11, 20, 2, tzinfo=UTC)
    results = at_once(*(lambda: spend("objection", limit=3, within=timedelta(hours=1), at=at) for _ in range(6)))
    assert sorted(results) == [False] * 3 + [True] * 3
