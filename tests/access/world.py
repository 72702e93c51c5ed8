"""A village in which everything exists once, and one person for each role and place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import Model
from django.test import Client
from django.utils import timezone

from catalogue.choices import DayKind
from catalogue.models import CalendarDay, CalendarYear, ImportWarning
from disclosures.archive.work import VOLUME
from disclosures.choices import DecisionKind, DueChangeCause, PhrasePurpose
from disclosures.models import (
    ArchiveVolume,
    Attachment,
    CarrierEvidence,
    DueChange,
    Errand,
    GenerationRun,
    ObligationDecision,
    OverdueEntry,
    Phrase,
    ReleaseRequest,
    Reminder,
    ReminderRung,
)
from notices.choices import NoticeStatus
from notices.models import DeadLetter, JobRun
from organisations.choices import Role
from organisations.models import Organisation, User
from tests.disclosures.files import PDF
from tests.factories.catalogue import (
    CatalogueFactory,
    DraftFactory,
    ItemFactory,
    ItemProposalFactory,
    PowerLinkFactory,
)
from tests.factories.disclosures import (
    DutyFactory,
    EventFactory,
    MatterFactory,
    ObligationFactory,
    PostingFactory,
    PublishedPostingFactory,
    VersionFactory,
)
from tests.factories.notices import NoticeFactory
from tests.factories.organisations import AppointmentFactory, OrganisationFactory, UserFactory

MARK = "标记村党总支"
"""The name of the village: it stands on every page that shows anything of it."""
LONG_AGO = date(2020, 1, 1)


class Place(StrEnum):
    """Where somebody holds the role, as seen from the village."""

    HERE = "here"
    ABOVE = "above"
    ELSEWHERE = "elsewhere"
    ENDED = "ended"
    """Here, until the day before."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A role at a place."""

    role: Role
    place: Place

    def __str__(self) -> str:
        return f"{self.role.value} {self.place.value}"


SEATS = [Seat(role, place) for role in Role for place in Place]


class World:
    """Everything once; `people` by seat, all of whom may enter the back office."""

    clients: dict[Seat, Client]

    def __init__(self) -> None:
        self.city = OrganisationFactory(name="市委")
        self.town = OrganisationFactory(name="镇党委", parent=self.city)
        self.village = OrganisationFactory(name=MARK, code="MARK", parent=self.town)
        self.elsewhere = OrganisationFactory(name="邻村党总支", parent=self.town)
        self.people = {seat: self._appoint(seat) for seat in SEATS}
        self.objects = {type(found)._meta.label_lower: found for found in self._things()}
        self.objects["organisations.user"] = self.officer
        self.draft = self.objects["disclosures.version"]
        self._hand_in()

    def _appoint(self, seat: Seat) -> User:
        where: dict[Place, Organisation] = {
            Place.HERE: self.village,
            Place.ENDED: self.village,
            Place.ABOVE: self.town,
            Place.ELSEWHERE: self.elsewhere,
        }
        ends_on = timezone.localdate() - timedelta(days=1) if seat.place == Place.ENDED else None
        person = UserFactory(is_staff=True, username=str(seat).replace(" ", "-"))
        AppointmentFactory(user=person, role=seat.role, organisation=where[seat.place], ends_on=ends_on)
        return person

    def _hand_in(self) -> None:
        """What hangs on the village's things, and what is personal: the officer's."""
        village, officer, now = self.village, self.officer, timezone.now()
        path = default_storage.save("access/sheet.pdf", ContentFile(PDF))
        file = {"size": len(PDF), "sha256": "0" * 64}
        self.attachment = Attachment.objects.create(
            version=self.draft,
            file=path,
            name="sheet.pdf",
            content_type="application/pdf",
            added_by=officer,
            added_at=now,
            **file,
        )
        self.volume = ArchiveVolume.objects.create(
            organisation=village,
            year=2026,
            edition=1,
            title=MARK,
            pieces=0,
            decisions=0,
            files=0,
            path=path,
            content_sha256="0" * 64,
            made_by=officer,
            made_at=now,
            **file,
        )
        self.errand = Errand.objects.create(kind=VOLUME, asked_by=officer, organisation=village, asked_at=now)
        self.request = ReleaseRequest.objects.create(
            obligation=self.objects["disclosures.obligation"],
            kind=DecisionKind.WAIVER,
            reason="组织正在换届",
            addressed_to=self.town,
            asked_by=officer,
            asked_at=now,
        )
        self.evidence = CarrierEvidence.objects.create(
            posting=self.draft.posting,
            carrier="board",
            carried_on=LONG_AGO,
            file=path,
            name="board.pdf",
            content_type="application/pdf",
            given_by=officer,
            given_at=now,
            **file,
        )
        self.matter = MatterFactory(power=self.objects["catalogue.powerlink"])
        self.letter = NoticeFactory(recipient=officer, status=NoticeStatus.SENT)
        self.deputy = AppointmentFactory(
            organisation=village,
            role=Role.REVIEWER,
            deputises_for=self.objects["organisations.appointment"],
            ends_on=timezone.localdate() + timedelta(days=9),
        )

    def _things(self) -> list[Model]:
        """One row of every model that has a page, all of the village where they belong to any organisation."""
        village, now, today = self.village, timezone.now(), timezone.localdate()
        self.officer = UserFactory(full_name="标记人员")
        appointment = AppointmentFactory(user=self.officer, role=Role.REVIEWER, organisation=village)
        catalogue = CatalogueFactory(issuer=village)
        duty = DutyFactory(catalogue=catalogue, organisation=village)
        item = ItemFactory(catalogue=catalogue)
        obligation = ObligationFactory(organisation=village, item=item)
        version = VersionFactory(posting=PostingFactory(obligation=obligation))
        self.published = PublishedPostingFactory(
            notice_until=date(2100, 1, 1),
            obligation=ObligationFactory(organisation=village, item=item, period_key="2026Q2"),
        )
        rung = ReminderRung.objects.first()
        assert rung is not None
        about = {"obligation": obligation, "decided_by": self.officer}
        return [
            village,
            appointment,
            catalogue,
            duty,
            item,
            obligation,
            version.posting,
            version,
            EventFactory(organisation=village, item=ItemFactory(catalogue=catalogue, prompt=True)),
            ObligationDecision.objects.create(
                kind=DecisionKind.EXTENSION, reason="台风", decided_at=now, new_due_on=obligation.due_on, **about
            ),
            DueChange.objects.create(
                obligation=obligation,
                old_due_on=LONG_AGO,
                new_due_on=obligation.due_on,
                cause=DueChangeCause.CALENDAR,
                changed_at=now,
            ),
            OverdueEntry.objects.create(obligation=obligation, became_on=date(2026, 10, 24), logged_at=now),
            rung,
            Reminder.objects.create(obligation=obligation, rung=rung, recipient=self.officer, raised_on=today),
            Phrase.objects.create(organisation=village, purpose=PhrasePurpose.APPROVAL, text=MARK),
            GenerationRun.objects.create(on=today, finished_at=now),
            ItemProposalFactory(
                organisation=village, parent=ItemFactory(catalogue=catalogue, group=True, code="X", kind="extra")
            ),
            PowerLinkFactory(organisation=village),
            ImportWarning.objects.create(catalogue=DraftFactory(issuer=village), row=1, message="?"),
            CalendarYear.objects.first() or CalendarYear.objects.create(year=2026),
            CalendarDay.objects.first() or CalendarDay.objects.create(date=LONG_AGO, kind=DayKind.HOLIDAY, name="元旦"),
            DeadLetter.objects.get(
                pk=NoticeFactory(recipient=self.officer, status=NoticeStatus.DEAD).pk,
            ),
            JobRun.objects.create(name="sweep", started_at=now),
        ]
