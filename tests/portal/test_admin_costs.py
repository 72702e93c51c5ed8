"""The back office costs as many queries for thirty rows as for three, and never more than twenty."""

from datetime import date

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from disclosures.choices import DecisionKind, DueChangeCause
from disclosures.models import DueChange, ObligationDecision, OverdueEntry, Reminder, ReminderRung
from notices.choices import NoticeStatus
from organisations.choices import Role
from tests.factories.catalogue import CatalogueFactory, ItemFactory, ItemProposalFactory, PowerLinkFactory
from tests.factories.disclosures import (
    DutyFactory,
    EventFactory,
    ObligationFactory,
    PostingFactory,
    PublishedPostingFactory,
    VersionFactory,
)
from tests.factories.notices import NoticeFactory
from tests.factories.organisations import AppointmentFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db

MOST = 20


def fill(district, rows):
    """So many rows of everything that grows, each of an organisation of its own."""
    now, person = timezone.now(), UserFactory()
    for _each in range(rows):
        village = OrganisationFactory(parent=district)
        officer = AppointmentFactory(organisation=village).user
        item = ItemFactory(catalogue=CatalogueFactory(issuer=village))
        obligation = ObligationFactory(organisation=village, item=item)
        VersionFactory(posting=PostingFactory(obligation=obligation))
        PublishedPostingFactory(obligation=ObligationFactory(organisation=village, item=item, period_key="2026Q2"))
        DutyFactory(organisation=village, catalogue=item.catalogue)
        EventFactory(organisation=village)
        PowerLinkFactory(organisation=village)
        ItemProposalFactory(organisation=village, parent=item)
        NoticeFactory(recipient=officer, status=NoticeStatus.DEAD)
        day = obligation.due_on
        ObligationDecision.objects.create(
            obligation=obligation,
            kind=DecisionKind.EXTENSION,
            reason="台风",
            decided_by=person,
            decided_at=now,
            new_due_on=day,
        )
        DueChange.objects.create(
            obligation=obligation,
            old_due_on=date(2026, 1, 5),
            new_due_on=day,
            cause=DueChangeCause.CALENDAR,
            changed_at=now,
        )
        OverdueEntry.objects.create(obligation=obligation, became_on=date(2026, 10, 24), logged_at=now)
        rung = ReminderRung.objects.first()
        Reminder.objects.create(obligation=obligation, rung=rung, recipient=officer, raised_on=day)


def costs(client):
    """How many queries each list, and the page of its first row, takes."""
    found = {}
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        rows = []
        for page in ("changelist", "change"):
            try:
                url = reverse(f"{name}_{page}", args=[rows[0].pk] if page == "change" and rows else [])
            except NoReverseMatch:
                continue
            with CaptureQueriesContext(connection) as queries:
                response = client.get(url)
            found[url if page == "changelist" else f"{name}_change"] = len(queries)
            rows = list(response.context["cl"].result_list) if response.context and "cl" in response.context else []
    return found


def test_no_page_of_the_back_office_costs_more_for_many_rows():
    from django.test import Client

    district = OrganisationFactory(name="区委")
    person = UserFactory(is_staff=True, is_superuser=True)
    for role in Role:
        AppointmentFactory(user=person, organisation=district, role=role)
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    fill(district, 3)
    costs(client)  # what is kept for a process is read once
    few = costs(client)
    fill(district, 27)
    many = costs(client)
    assert {page: (few[page], n) for page, n in many.items() if n > few[page] or n > MOST} == {}
    assert len(many) > 30
