"""Sentences about powers and matters: what a step discloses, what time there is, and what is late."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalogue.choices import DayType, PowerDisclosure
from catalogue.deadlines import WorkingCalendar
from catalogue.models import PowerLink, PowerStep

from .choices import MatterState, ObligationState
from .models import Matter

if TYPE_CHECKING:
    from .powers import Stage


def flow_words(step: PowerStep) -> list[str]:
    """What stands in the box besides the title: the condition, and what is disclosed."""
    words = [_("If: %(condition)s") % {"condition": step.condition}] if step.condition else []
    if step.disclosed:
        words.append(_("Disclosed: %(what)s") % {"what": PowerDisclosure(step.gives).label})
    return words


def time_limit_words(power: PowerLink) -> str:
    """How long a matter may take from its beginning to the last step."""
    days = power.deadline_days
    if power.day_type == DayType.WORKING:
        return ngettext("%(n)d working day", "%(n)d working days", days) % {"n": days}
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}


def due_on(matter: Matter, calendar: WorkingCalendar) -> date:
    """The last day for the last step."""
    days = matter.power.deadline_days
    if matter.power.day_type == DayType.WORKING:
        return calendar.add_working_days(matter.began_on, days)
    return matter.began_on + timedelta(days=days)


def late_words(matter: Matter, stages: Sequence[Stage], *, on: date, calendar: WorkingCalendar) -> list[str]:
    """What is late, said plainly: the matter as a whole, and each stage whose disclosure is or was late."""
    sentences = []
    last = due_on(matter, calendar)
    if matter.state == MatterState.RUNNING and on > last:
        sentences.append(
            _("It was to be finished by %(day)s and is %(n)d days late.") % {"day": last, "n": (on - last).days}
        )
    for stage in stages:
        if stage.obligation is None:
            continue
        words = {"step": stage.step.title, "due": stage.obligation["due_on"]}
        if stage.obligation["state"] == ObligationState.OVERDUE:
            days = (on - stage.obligation["due_on"]).days
            sentences.append(
                _("“%(step)s” was to be disclosed by %(due)s and is %(n)d days overdue.") % (words | {"n": days})
            )
        elif stage.obligation["state"] == ObligationState.LATE:
            done = stage.obligation["fulfilled_on"]
            sentences.append(
                _("“%(step)s” was to be disclosed by %(due)s and was disclosed late, on %(done)s.")
                % (words | {"done": done})
            )
    return sentences
