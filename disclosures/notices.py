"""Notices as the public and those who handle them see them: until when, how many objections, and the result."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from organisations.access import Actor, posts
from organisations.choices import Role
from organisations.keyset import Keyset, Number
from organisations.querysets import within

from .choices import ObjectionOutcome, PostingStatus
from .listings import Row
from .models import NoticeClosing, Objection, Posting

NEWEST = Keyset({"id": Number()}, descending=True)


@dataclass(frozen=True, slots=True)
class Notice:
    """How a notice stands. Answers are public once it is closed, without the objections themselves."""

    until: date
    is_open: bool
    objections: int
    closing: NoticeClosing | None
    answers: list[Row]


def notice_of(posting: Posting, *, on: date) -> Notice | None:
    """The notice that a posting is; None if it is none. Two queries."""
    if posting.notice_until is None or posting.status == PostingStatus.WITHDRAWN:
        return None
    closing = NoticeClosing.objects.filter(posting=posting).first()
    rows = list(Objection.objects.filter(posting=posting).order_by("number").values("number", "outcome", "answer"))
    answers = [
        {
            "number": row["number"],
            "outcome": ObjectionOutcome(row["outcome"]).label,
            "answer": row["answer"],
        }
        for row in rows
        if closing is not None
    ]
    is_open = closing is None and on <= posting.notice_until and posting.status == PostingStatus.PUBLISHED
    return Notice(posting.notice_until, is_open, len(rows), closing, answers)


def handled_by(actor: Actor) -> Q:
    """Postings whose objections the actor may read, as a condition. A test holds it and the rule together."""
    condition = Q(pk__in=[])
    for post in posts(actor):
        if post.role == Role.SECRETARY:
            condition |= Q(organisation=post.organisation_id)
        elif post.role == Role.APPROVER:
            condition |= Q(organisation=post.organisation_id, organisation__superior_approves=False)
            condition |= Q(organisation__parent=post.organisation_id, organisation__superior_approves=True)
        elif post.role == Role.INSPECTOR:
            condition |= within(post.path, "organisation__")
    return condition


def to_handle(actor: Actor) -> QuerySet[Posting, Any]:
    """Notices that are not closed, with how many objections they have and how many are open."""
    notices = Posting.objects.published().filter(handled_by(actor), notice_until__isnull=False, closing=None)
    return (
        notices.annotate(all=Count("objections"), waiting=Count("objections", filter=Q(objections__outcome="")))
        .select_related("organisation", "current")
        .order_by("notice_until", "pk")
    )
