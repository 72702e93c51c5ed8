"""Deputies: somebody does the work of a person who is away, from a day to a day.

A deputy holds an appointment of their own, which says for whom. So every rule about roles holds for deputies as it
is, and all they do stands on record under their own name.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from .choices import Role
from .models import Appointment, User
from .tree import ancestor_paths

ROLES = (Role.SECRETARY, Role.REVIEWER, Role.APPROVER, Role.HANDLER, Role.INSPECTOR)
"""What can be done by a deputy. Keeping accounts cannot, and membership is nobody else's."""

LONGEST = timedelta(days=183)
"""Who is away for longer is replaced, by an appointment."""


class DeputyRefused(ValueError):
    """The person cannot deputise so. The message says why and what to do, for people."""


def own(user: User, *, on: date) -> QuerySet[Appointment]:
    """The appointments for which the person may name a deputy: own ones, in office on the day or later."""
    held = Appointment.objects.filter(user=user, deputises_for=None, role__in=ROLES)
    return held.filter(Q(ends_on=None) | Q(ends_on__gte=on)).select_related("organisation").order_by("pk")


def candidates(appointment: Appointment, *, on: date) -> QuerySet[User]:
    """Who can be asked: people in office in the organisation itself or in its superior, by name."""
    superiors = ancestor_paths(appointment.organisation.path)[-1:]
    near = Q(organisation=appointment.organisation_id) | Q(organisation__path__in=superiors)
    there = Appointment.objects.in_office(on=on).filter(near, deputises_for=None).exclude(role=Role.MEMBER)
    people = User.objects.filter(is_active=True, pk__in=there.values("user"))
    return people.exclude(pk=appointment.user_id).order_by("full_name", "pk")


@transaction.atomic
def name(appointment: Appointment, *, deputy: User, starts_on: date, ends_on: date, today: date) -> Appointment:
    """Lets the deputy do the work of the appointment on every day from `starts_on` to `ends_on`, both included.

    Raises DeputyRefused: not for the past, not for longer than `LONGEST` or than the appointment itself, not by
    somebody who is no candidate, nor by somebody who holds the same role there already on one of the days.
    """
    appointment = (
        Appointment.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=appointment.pk)
    )
    _check_days(appointment, starts_on, ends_on, today)
    if appointment.deputises_for_id or appointment.role not in ROLES:
        raise DeputyRefused(_("A deputy cannot name another, and this role cannot be done by a deputy."))
    if not candidates(appointment, on=today).filter(pk=deputy.pk).exists():
        raise DeputyRefused(_("Choose somebody in office in the same organisation or in its superior."))
    same = Appointment.objects.filter(user=deputy, role=appointment.role, organisation=appointment.organisation_id)
    if same.filter(starts_on__lte=ends_on).filter(Q(ends_on=None) | Q(ends_on__gte=starts_on)).exists():
        raise DeputyRefused(
            _("%(person)s holds this role there already on some of these days.") % {"person": deputy.get_full_name()}
        )
    return Appointment.objects.create(
        user=deputy,
        role=appointment.role,
        organisation=appointment.organisation,
        starts_on=starts_on,
        ends_on=ends_on,
        deputises_for=appointment,
    )


def _check_days(appointment: Appointment, starts_on: date, ends_on: date, today: date) -> None:
    if starts_on < today:
        raise DeputyRefused(_("Choose today or a later day as the first."))
    if ends_on < starts_on:
        raise DeputyRefused(_("The last day lies before the first. Put the days right."))
    if ends_on - starts_on > LONGEST:
        raise DeputyRefused(
            _("At most %(days)s days. Who is away for longer is replaced by an appointment.") % {"days": LONGEST.days}
        )
    if starts_on < appointment.starts_on or (appointment.ends_on is not None and ends_on > appointment.ends_on):
        raise DeputyRefused(_("On some of these days the appointment itself does not hold. Choose other days."))


@transaction.atomic
def end(appointment: Appointment, *, today: date) -> bool:
    """Ends a deputy's time with yesterday; one that has not begun is taken back. False if it was over already."""
    mine = Appointment.objects.filter(pk=appointment.pk, deputises_for__isnull=False, ends_on__gte=today)
    current = mine.select_for_update().first()
    if current is None:
        return False
    if current.starts_on >= today:
        current.delete()
    else:
        current.ends_on = today - timedelta(days=1)
        current.save(update_fields=["ends_on"])
    return True


@transaction.atomic
def follow(appointment: Appointment) -> None:
    """Ends deputies no later than the appointment they stand in for, after its end was set."""
    if appointment.ends_on is None:
        return
    for deputy in appointment.deputies.filter(ends_on__gt=appointment.ends_on):
        if deputy.starts_on > appointment.ends_on:
            deputy.delete()
        else:
            deputy.ends_on = appointment.ends_on
            deputy.save(update_fields=["ends_on"])
