"""Letters: what they say, written when they are sent."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from notices.choices import Channel
from notices.models import Notice
from notices.outbox import Letter
from organisations.choices import Role
from organisations.models import Appointment

from .debts import about
from .digests import Digest, digests
from .models import Obligation, Posting

MOST_POSTS_NAMED = 3
_TEMPLATE = "emails/disclosures/reminder_digest"
_TOLD_AS = (Role.SECRETARY, Role.APPROVER, Role.INSPECTOR)


def reminder_digests(notices: Sequence[Notice], now: datetime) -> dict[int, Letter]:
    """The digests that still have something to say, by the notice's primary key."""
    on = timezone.localdate(now)
    with translation.override(settings.LANGUAGE_CODE):
        found = digests(notices, on=on)
        why = reasons({notice.recipient_id for notice in notices}, on=on)
        return {
            notice.pk: _letter(notice, found[notice.pk], why.get(notice.recipient_id, ""), on)
            for notice in notices
            if found[notice.pk]
        }


def reasons(recipients: Collection[int], *, on: date) -> dict[int, str]:
    """Why each of these people is told about disclosures: what they are appointed to on the day. One query."""
    held: dict[int, list[str]] = {}
    rows = Appointment.objects.in_office(on=on).filter(user__in=recipients, role__in=_TOLD_AS)
    for appointment in rows.select_related("organisation").order_by("pk"):
        organisation = appointment.organisation.short_name or appointment.organisation.name
        held.setdefault(appointment.user_id, []).append(f"{organisation}{appointment.get_role_display()}")
    return {
        user: _("You are told this because you are: %(posts)s.") % {"posts": _some(of)} for user, of in held.items()
    }


def _some(posts: Sequence[str]) -> str:
    """Up to three posts by name."""
    named = pgettext("joins nouns", ", ").join(posts[:MOST_POSTS_NAMED])
    return named if len(posts) <= MOST_POSTS_NAMED else _("%(posts)s and others") % {"posts": named}


def unanswered_objections(notices: Sequence[Notice], now: datetime) -> dict[int, Letter]:
    """Letters about objections still open after the notice period, by the notice's primary key.

    They say how many there are and where, never what was objected or by whom.
    """
    on = timezone.localdate(now)
    about_posting = {notice.pk: int(notice.key.split(":")[1]) for notice in notices}
    postings = Posting.objects.published().filter(pk__in=about_posting.values(), objections__outcome="")
    waiting = postings.annotate(waiting=Count("objections", filter=Q(objections__outcome="")))
    found = {posting.pk: posting for posting in waiting.select_related("organisation", "current")}
    with translation.override(settings.LANGUAGE_CODE):
        why = reasons({notice.recipient_id for notice in notices}, on=on)
        return {
            notice.pk: _of_objections(found[about_posting[notice.pk]], why.get(notice.recipient_id, ""))
            for notice in notices
            if about_posting[notice.pk] in found and notice.recipient_id in why
        }


def _of_objections(posting: Any, why: str) -> Letter:
    words = {
        "number": posting.number,
        "title": posting.current.title,
        "organisation": posting.organisation.name,
        "day": posting.notice_until,
        "n": posting.waiting,
    }
    return Letter(
        subject=_("Objections not answered after the notice period: %(number)s") % words,
        text=_(
            "The notice period of “%(title)s” (%(organisation)s, %(number)s) ended on %(day)s, and objections are not"
            " answered yet: %(n)d. Until each is answered the notice cannot be closed and no result is published."
            " Answer them on the desk, under “Notices and objections”."
        )
        % words,
        url=reverse("desk:notice", args=[posting.pk]),
        why=why,
    )


def _letter(notice: Notice, digest: Digest, why: str, on: date) -> Letter:
    """One person's digest: what is due, when, since when late, and where to put it right."""
    context = {
        "why": why,
        "name": notice.recipient.get_full_name(),
        "owed": digest.owed,
        "owed_rows": [_owed_row(obligation, on) for obligation in digest.owed.rows],
        "below": [part for part in _below(digest, on) if part["count"]],
        "full_list": absolute(_page(digest)),
        "inbox": absolute("/inbox/"),
        "site": settings.SITE["name"],
    }
    return Letter(
        subject=_subject(digest, on),
        text=render_to_string(f"{_TEMPLATE}.txt", context).strip() + "\n",
        html=render_to_string(f"{_TEMPLATE}.html", context) if notice.channel == Channel.EMAIL else "",
        url=_page(digest),
        why=why,
    )


def _subject(digest: Digest, on: date) -> str:
    """The day and the numbers, so that the subject alone tells what is at stake."""
    owed, below = digest.owed, digest.superior.count + digest.commission.count
    parts = []
    if owed.overdue:
        parts.append(ngettext("%(n)d matter overdue", "%(n)d matters overdue", owed.overdue) % {"n": owed.overdue})
    if owed.upcoming:
        parts.append(ngettext("%(n)d matter due soon", "%(n)d matters due soon", owed.upcoming) % {"n": owed.upcoming})
    if below:
        parts.append(ngettext("%(n)d matter overdue below", "%(n)d matters overdue below", below) % {"n": below})
    what = pgettext("joins clauses", ", ").join(parts)
    return _("Reminder of disclosures (%(day)s): %(what)s") % {"day": on.isoformat(), "what": what}


def _owed_row(obligation: Obligation, on: date) -> dict[str, Any]:
    return {
        "item": obligation.item.title,
        "about": about(obligation),
        "organisation": obligation.organisation.name,
        "due_on": obligation.due_on.isoformat(),
        "standing": _standing(obligation.due_on, on),
        "is_late": obligation.due_on < on,
        "url": absolute(reverse("desk:obligation", args=[obligation.pk])),
    }


def _standing(due_on: date, on: date) -> str:
    """How far the due day is away."""
    days = (due_on - on).days
    if days > 0:
        return ngettext("%(n)d day left", "%(n)d days left", days) % {"n": days}
    if days == 0:
        return _("due today")
    since = due_on + timedelta(days=1)
    return ngettext("overdue since %(since)s, %(n)d day", "overdue since %(since)s, %(n)d days", -days) % {
        "since": since.isoformat(),
        "n": -days,
    }


def _below(digest: Digest, on: date) -> list[dict[str, Any]]:
    """The parts about organisations below: why the reader is told, and who is late with how much since when."""
    review = absolute(reverse("oversight:review"))
    return [
        {
            "title": title,
            "count": part.count,
            "organisations": part.organisations,
            "unlisted": part.unlisted,
            "full_list": full_list,
            "rows": [
                {
                    "name": row["name"],
                    "count": row["count"],
                    "standing": _standing(row["since"], on),
                    "url": absolute(reverse("boards:overdue", args=[row["code"]])),
                }
                for row in part.rows
            ],
        }
        for title, part, full_list in [
            (_("Overdue at organisations below (copied to the superior)"), digest.superior, ""),
            (_("Overdue at organisations below (to the discipline commission)"), digest.commission, review),
        ]
    ]


def _page(digest: Digest) -> str:
    """The page where the reader finds everything the letter is about: a secretary's is the desk."""
    if digest.owed.count:
        return reverse("desk:home")
    if digest.commission.count:
        return reverse("oversight:review")
    return reverse("boards:overdue", args=[digest.superior.rows[0]["code"]])


def absolute(path: str) -> str:
    """A page's address as it stands in letters."""
    return f"{settings.SITE_URL}{path}"
