"""The three errands of the bulk upload: a large template, the check of a workbook, and bringing it in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, BinaryIO

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from organisations.access import Actor, can
from organisations.choices import Role
from organisations.models import Organisation, User

from .. import attachments, errands
from ..actions import bulk
from ..actions.refusals import MovedOn, ObligationClosed, PersonalData
from ..choices import ErrandState
from ..errands import ErrandFailed, Finished, Progress
from ..listings import period_label
from ..models import Errand
from ..worklist import units
from . import owed, plan, reading, workbook
from .plan import WORKED, Fate, Plan

TEMPLATE, CHECK, IMPORT = "bulk-template", "bulk-check", "bulk-import"

AT_ONCE_ROWS = 300
"""A template of so many rows is made while the person waits."""

_TOLD_ON_THE_PAGE = 100
_TRIES = 3
_ENDING = "xlsx"


def allows(actor: Actor, errand: Errand) -> bool:
    """Workbooks are for those who are secretaries still, of what they were secretaries of."""
    return bool(units(actor, Role.SECRETARY)) and (
        errand.organisation is None or can(actor, "disclose", errand.organisation)
    )


def template_name(organisations: Iterable[Organisation], period: str, on: date) -> str:
    """A file name that says what it is for."""
    names = [each.short_name or each.name for each in organisations]
    whose = names[0] if len(names) == 1 else _("%(n)d organisations") % {"n": len(names)}
    when = _("Matters that happened") if period == owed.EVENTS else period_label(period) if period else ""
    parts = [_("Bulk disclosure"), whose, when, date_format(on, "Ymd")]
    return attachments.safe_name(f"{'-'.join(filter(None, parts))}.{_ENDING}", _ENDING)


def write_template(
    file: BinaryIO, organisations: list[Organisation], period: str, on: date, *, report: Any = lambda done, total: None
) -> int:
    """Writes the template for the organisations and the period; how many rows it has. At most `reading.MOST_ROWS`."""
    found = owed.owed([each.pk for each in organisations], period=period, on=on)
    count = min(found.count(), reading.MOST_ROWS)
    rows = (cells for cells, _n in zip(owed.rows(found, on=on), range(count), strict=False))
    title = _("Bulk disclosure: %(name)s") % {
        "name": template_name(organisations, period, on).removesuffix(f".{_ENDING}")
    }
    workbook.write(file, rows, count=count, title=title, report=report)
    return count


def make_template(errand: Errand, progress: Progress) -> Finished:
    """For `parameters` organisations (primary keys), period, on."""
    wanted, period = errand.parameters["organisations"], errand.parameters["period"]
    allowed = owed.organisations(errand.asked_by).filter(pk__in=wanted)
    on, organisations = timezone.localdate(progress.moment()), list(allowed)
    if not organisations:
        raise ErrandFailed(_("You are no secretary of these organisations any more."))
    progress(0, 0, _("Writing the template"))
    rows = 0

    def write(file: BinaryIO) -> None:
        nonlocal rows
        rows = write_template(file, organisations, period, on, report=progress)

    made = attachments.store_made(write, folder=errands.FOLDER, at=progress.moment())
    message = ngettext(
        "The template has %(n)d row. Download it, fill it in and hand it in.",
        "The template has %(n)d rows. Download it, fill it in and hand it in.",
        rows,
    ) % {"n": rows}
    return Finished(message, made, template_name(organisations, period, on), {"rows": rows})


def check(errand: Errand, progress: Progress) -> Finished:
    """Says what the workbook would do, and what is wrong where; does nothing."""
    found = _plan(errand, progress)
    counts, told = found.counts(), found.told()
    outcome: dict[str, Any] = {
        "counts": counts,
        "rows": len(found.rows),
        "in_order": found.is_in_order,
        "to_do": sum(counts.get(fate.value, 0) for fate in WORKED),
        "told": [found.place(judged, problem) for judged in told[:_TOLD_ON_THE_PAGE] for problem in judged.problems],
        "told_in_all": len(told),
    }
    made = _told_workbook(errand, found, progress) if told else None
    return Finished(_verdict(outcome), made, _told_name(errand) if made else "", outcome)


def _verdict(outcome: dict[str, Any]) -> str:
    if not outcome["in_order"]:
        n = outcome["counts"][Fate.WRONG.value]
        return ngettext(
            "%(n)d row has something wrong; nothing was brought in. Correct it and hand the file in again.",
            "%(n)d rows have something wrong; nothing was brought in. Correct them and hand the file in again.",
            n,
        ) % {"n": n}
    if not outcome["to_do"]:
        return _("There is nothing to do: everything in this file was brought in before, or nothing is filled in.")
    return _("All is in order. Look at what would be done, then confirm.")


def _plan(errand: Errand, progress: Progress) -> Plan:
    progress(0, 0, _("Reading the file"))
    if not errand.source or not errand.source_path.exists():
        raise ErrandFailed(_("The file is not kept any more. Hand it in again."))
    filled = reading.read(errand.source_path, name=errand.source_name)
    progress(0, len(filled.rows), _("Checking the rows"))
    return plan.make(filled, by=errand.asked_by, at=progress.moment(), report=progress)


def _told_workbook(errand: Errand, found: Plan, progress: Progress) -> attachments.MadeFile:
    """The workbook as it was handed in, with a column that says what is wrong, or was settled meanwhile."""
    progress(0, len(found.rows), _("Writing down what was found"))
    rows = (
        judged.row.cells | {"problem": "\n".join(f"{each.header}: {each.words}" for each in judged.problems)}
        for judged in found.rows
    )
    return attachments.store_made(
        lambda file: workbook.write(
            file,
            rows,
            count=len(found.rows),
            title=_told_name(errand).removesuffix(f".{_ENDING}"),
            with_problems=True,
            report=progress,
        ),
        folder=errands.FOLDER,
        at=progress.moment(),
    )


def _told_name(errand: Errand) -> str:
    stem = errand.source_name.rpartition(".")[0]
    return attachments.safe_name(_("%(name)s (with remarks).xlsx") % {"name": stem}, _ENDING)


def bring_in(errand: Errand, progress: Progress) -> Finished:
    """Does what the check found, all or nothing, in the transaction that marks the errand done.

    It is judged anew: what was settled since the check is told, and if anything became wrong nothing is done.
    """
    for _try in range(_TRIES):
        found = _plan(errand, progress)
        if not found.is_in_order:
            raise ErrandFailed(
                _("Things changed since the file was checked; nothing was brought in. Hand it in again.")
            )
        made = _told_workbook(errand, found, progress) if found.told() else None
        finished = _brought_in(errand, found, made)
        progress(len(found.rows), len(found.rows), _("Writing it down"))
        try:
            _carry_out(found, finished, by=errand.asked_by, at=progress.moment(), progress=progress)
        except (MovedOn, ObligationClosed):
            if made:
                attachments.remove(made.path)
        except PersonalData as refusal:
            if made:
                attachments.remove(made.path)
            raise ErrandFailed(str(refusal)) from refusal
        else:
            return finished
    raise ErrandFailed(_("Others kept changing the same matters; nothing was brought in. Hand the file in again."))


@transaction.atomic
def _carry_out(found: Plan, finished: Finished, *, by: User, at: datetime, progress: Progress) -> None:
    bulk.carry_out(found.entries, by=by, at=at)
    progress.finish(finished)


def _brought_in(errand: Errand, found: Plan, made: attachments.MadeFile | None) -> Finished:
    counts = found.counts()
    to_do = len(found.entries)
    if to_do:
        message = ngettext("%(n)d row was brought in.", "%(n)d rows were brought in.", to_do) % {"n": to_do}
    else:
        message = _("Everything in this file was brought in before; nothing was done.")
    outcome = {"counts": counts, "rows": len(found.rows), "to_do": to_do, "told_in_all": len(found.told())}
    outcome["told"] = [
        found.place(each, problem) for each in found.told()[:_TOLD_ON_THE_PAGE] for problem in each.problems
    ]
    return Finished(message, made, _told_name(errand) if made else "", outcome)


def confirm(checked: Errand, *, by: User, at: datetime) -> Errand:
    """Asks for what was checked to be brought in. Raises ErrandFailed if the check found something wrong."""
    if checked.kind != CHECK or checked.state != ErrandState.DONE or not checked.outcome.get("in_order"):
        raise ErrandFailed(_("It cannot be brought in as it stands. Correct the file and hand it in again."))
    if not checked.source:
        raise ErrandFailed(_("The file is not kept any more. Hand it in again."))
    asked = Errand.objects.filter(kind=IMPORT, parameters={"check": checked.token}).exclude(state=ErrandState.FAILED)
    if (before := asked.first()) is not None:
        return before
    source = attachments.MadeFile(checked.source, 0, "")
    return errands.ask(
        IMPORT, by=by, at=at, parameters={"check": checked.token}, source=source, source_name=checked.source_name
    )


def after_check(errand: Errand) -> str:
    """Where to go on: the page with what was found and the button to confirm."""
    return reverse("desk:bulk-checked", args=[errand.token])
