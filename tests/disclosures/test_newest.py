"""The newest of a subtree: both ways must say what the plain question says."""

from datetime import UTC, datetime, timedelta

import pytest

from disclosures import newest
from disclosures.choices import PostingStatus
from disclosures.models import Posting
from organisations.querysets import within
from tests.factories.catalogue import ItemFactory
from tests.factories.disclosures import PostingFactory, VersionFactory
from tests.factories.organisations import OrganisationFactory

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 2, 4, tzinfo=UTC)


def publish(organisation, item, at):
    posting = PostingFactory(organisation=organisation, item=item)
    Posting.objects.filter(pk=posting.pk).update(
        status=PostingStatus.PUBLISHED,
        number=f"{organisation.code}-2026-{posting.pk:06}",
        published_at=at,
        current=VersionFactory(posting=posting, published=True),
    )


@pytest.fixture
def town():
    """A town with three villages, and a village elsewhere; postings turn by turn, some at the same moment."""
    town = OrganisationFactory(kind="town_committee")
    villages = OrganisationFactory.create_batch(3, parent=town)
    elsewhere = OrganisationFactory()
    items = ItemFactory.create_batch(2)
    for number in range(24):
        publish([*villages, elsewhere][number % 4], items[number % 2], NOON + timedelta(hours=number // 3))
    PostingFactory(organisation=villages[0], item=items[0])
    return town


def plain(path, size, items=(), since=None):
    found = Posting.objects.out().newest_first().filter(within(path, "organisation__"))
    if items:
        found = found.filter(item__in=items)
    if since:
        found = found.filter(published_at__gte=since)
    return list(found.values_list("pk", flat=True)[:size])


@pytest.mark.parametrize("few", [0, 2, 1000])
def test_both_ways_say_what_the_plain_question_says(town, monkeypatch, few):
    monkeypatch.setattr(newest, "FEW", few)
    for size in (1, 7, 100):
        for since in (None, NOON + timedelta(hours=4), NOON + timedelta(hours=100)):
            assert newest.newest_under(town.path, size=size, since=since) == plain(town.path, size, since=since)


def test_items_narrow_the_answer(town):
    item = Posting.objects.filter(organisation__parent=town).first().item
    assert newest.newest_under(town.path, size=30, items=[item.pk]) == plain(town.path, 30, items=[item.pk])
    assert newest.newest_under(town.path, size=30, items=[ItemFactory().pk]) == []


def test_many_organisations_are_asked_in_batches(town, monkeypatch):
    monkeypatch.setattr(newest, "_BATCH", 2)
    assert newest.newest_under(town.path, size=9) == plain(town.path, 9)
