"""Two secretaries take a matter further at the same moment: one wins, and the other is told."""

import pytest

from disclosures.actions.matters import Reached
from disclosures.actions.refusals import MovedOn, Refused
from disclosures.models import Matter, MatterStage, Obligation
from tests.disclosures.matters import village
from tests.disclosures.test_postings_races import at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def test_of_two_at_the_same_moment_one_reaches_the_stage():
    jinxing = village()
    matter = jinxing.opens()
    jinxing.reaches(matter, 1)
    seen = [Matter.objects.get(pk=matter.pk) for _ in range(2)]
    results = at_once(*(lambda one=one: jinxing.reaches(one, 2) for one in seen))
    assert sorted(type(result) for result in results if isinstance(result, MovedOn)) == [MovedOn]
    assert sum(isinstance(result, Reached) for result in results) == 1
    assert MatterStage.objects.count() == 2 and Obligation.objects.count() == 1


def test_matters_opened_at_the_same_moment_have_numbers_of_their_own():
    jinxing = village()
    results = at_once(*(lambda n=n: jinxing.opens(f"{n}号厂房招租") for n in range(3)))
    opened = [result for result in results if isinstance(result, Matter)]
    assert len({matter.number for matter in opened}) == len(opened)
    assert all(isinstance(result, Matter | Refused) for result in results)
