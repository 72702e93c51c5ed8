"""Lists of powers and the matters under them, as their pages show them: whole-process disclosure.

A fixed number of questions for each page, plain rows with ready words; every function takes its day. A posting is
named here by its title only for whoever may read its content; others are told that it was disclosed, when and to whom.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from catalogue.choices import PowerDisclosure
from catalogue.deadlines import WorkingCalendar
from catalogue.flow_charts import FlowStep, Mark
from catalogue.models import PowerLink, PowerStep
from organisations.access import Actor
from organisations.keyset import Code, Keyset, Number
from organisations.models import Organisation
from organisations.querysets import within

from .choices import MatterState, ObligationState, StageKind
from .listings import COLUMNS, Row, prefix, published, rows
from .matter_words import flow_words, late_words, time_limit_words
from .models import Matter, MatterStage, Obligation

BY_ORGANISATION = Keyset({"organisation__path": Code(), "position": Number(), "id": Number()})
NEWEST_MATTERS = Keyset({"number": Number()}, descending=True)

_STANDING = (PowerDisclosure.POWER, PowerDisclosure.BASIS, PowerDisclosure.PROCEDURE)
"""What the published list itself discloses of every matter."""

_LATE = (ObligationState.OVERDUE, ObligationState.LATE)


# Lists ------------------------------------------------------------------------------------------------


def lists(*, under: Organisation | None, kind: str, words: str) -> QuerySet[PowerLink, Any]:
    """Powers in the order of the tree of organisations, with how many matters they have."""
    running = Count("matters", filter=Q(matters__state=MatterState.RUNNING))
    found = PowerLink.objects.all()
    if under is not None:
        found = found.filter(within(under.path, "organisation__"))
    if kind:
        found = found.filter(organisation__kind=kind)
    if words:
        found = found.filter(Q(title__icontains=words) | Q(organisation__name__icontains=words))
    return found.annotate(running=running, all=Count("matters")).values(
        "id",
        "code",
        "position",
        "title",
        "responsible_department",
        "organisation__path",
        "organisation__code",
        "organisation__name",
        "running",
        "all",
    )


def by_organisation(powers: Iterable[dict[str, Any]]) -> list[Row]:
    """Rows of `lists`, gathered under their organisations."""
    gathered: dict[str, Row] = {}
    base, boards = prefix("powers:power"), prefix("boards:board")
    for power in powers:
        code = power["organisation__code"]
        of_one = gathered.setdefault(
            code, {"name": power["organisation__name"], "url": f"{boards}{code}/", "powers": []}
        )
        of_one["powers"].append(
            {
                "url": f"{base}{power['code']}/",
                "title": power["title"],
                "code": power["code"],
                "department": power["responsible_department"],
                "running": power["running"],
                "ended": power["all"] - power["running"],
            }
        )
    return list(gathered.values())


@dataclass(frozen=True, slots=True)
class Head:
    """A power with the versions of what its pages show."""

    power: PowerLink
    versions: tuple[int, ...]


def find(code: str) -> Head | None:
    """The power of a code, and the numbers that grow with each change to it, its steps and its organisation's board."""
    of_power = PowerLink.history.model.objects.filter(id=OuterRef("pk")).order_by().values("id")
    of_steps = PowerStep.history.model.objects.filter(power_id=OuterRef("pk")).order_by().values("power_id")
    found = (
        PowerLink.objects.select_related("organisation__board_version")
        .annotate(
            version=Subquery(of_power.annotate(latest=Max("history_id")).values("latest")),
            steps_version=Subquery(of_steps.annotate(latest=Max("history_id")).values("latest")),
        )
        .filter(code=code)
        .first()
    )
    if found is None:
        return None
    board = getattr(found.organisation, "board_version", None)
    return Head(found, (found.version or 0, found.steps_version or 0, board.version if board else 0))


# One power --------------------------------------------------------------------------------------------


def facts(power: PowerLink) -> list[Row]:
    """Basis, department, time limit and result, for components/facts.html."""
    return [
        {"label": _("Organisation"), "value": power.organisation.name, "url": power.organisation.get_absolute_url()},
        {"label": _("Basis of the power"), "value": power.basis.replace(";", "\n")},
        {"label": _("Responsible department"), "value": power.responsible_department},
        {"label": _("Time to complete it"), "value": time_limit_words(power)},
        {"label": _("Published in the end"), "value": power.published_result},
    ]


def steps_of(power: PowerLink) -> list[PowerStep]:
    return list(power.steps.order_by("ordinal"))


def flow(steps: Iterable[PowerStep]) -> list[FlowStep]:
    """The steps as they are drawn when no matter is looked at."""
    return [FlowStep(step.title, flow_words(step)) for step in steps]


# Matters ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of the power as one matter stands with it."""

    step: PowerStep
    stage: MatterStage | None
    mark: Mark
    obligation: dict[str, Any] | None
    postings: list[Row]

    @property
    def is_late(self) -> bool:
        return self.obligation is not None and self.obligation["state"] in _LATE

    @property
    def standing(self) -> str:
        """What became of the step, in words."""
        if self.stage is None:
            return _("still to come")
        day = {"day": self.stage.on.isoformat()}
        if self.stage.kind == StageKind.SKIPPED:
            return _("skipped (%(day)s)") % day
        return _("stands here since %(day)s") % day if self.mark == Mark.CURRENT else _("reached on %(day)s") % day

    @property
    def disclosure(self) -> Row | None:
        """How the disclosure of the stage stands: label, tone, due day; None where none is owed."""
        if self.obligation is None:
            return None
        state = ObligationState(self.obligation["state"])
        return {"label": state.label, "tone": state.tone, "due": self.obligation["due_on"]}


@dataclass(frozen=True, slots=True)
class Process:
    """One matter with all its steps, and the six disclosures."""

    matter: Matter
    stages: list[Stage]
    taken_back: list[MatterStage]
    six: list[Row]
    late: list[str]

    @property
    def reached(self) -> Stage | None:
        """The last step it went through or passed over."""
        return next((one for one in reversed(self.stages) if one.stage is not None), None)

    @property
    def state(self) -> Row:
        state = MatterState(self.matter.state)
        return {"label": state.label, "tone": state.tone}

    @property
    def flow(self) -> list[FlowStep]:
        return [FlowStep(one.step.title, flow_words(one.step), one.mark, one.standing) for one in self.stages]


def processes(
    matters: Sequence[Matter], steps: Sequence[PowerStep], actor: Actor, *, on: date, calendar: WorkingCalendar
) -> list[Process]:
    """The matters of one power with their stages, what is owed and what was published. Three queries for all."""
    keys = [matter.pk for matter in matters]
    stages: dict[int, list[MatterStage]] = defaultdict(list)
    for stage in MatterStage.objects.filter(matter__in=keys).order_by("pk"):
        stages[stage.matter_id].append(stage)
    events = [stage.event_id for each in stages.values() for stage in each if stage.event_id]
    owed = {
        row["event"]: row
        for row in Obligation.objects.filter(event__in=events)
        .with_state(on=on)
        .values("id", "event", "due_on", "fulfilled_on", "state")  # type: ignore[misc]
    }
    shown = _postings([row["id"] for row in owed.values()], actor)
    return [_process(matter, steps, stages[matter.pk], owed, shown, on=on, calendar=calendar) for matter in matters]


def _postings(obligations: list[int], actor: Actor) -> dict[int, list[Row]]:
    """What was published for each obligation: rows for lists, withdrawn ones left out."""
    found = published(actor).filter(obligation__in=obligations).values("obligation", *COLUMNS)
    by_obligation: dict[int, list[Row]] = defaultdict(list)
    kept = list(found)
    for posting, row in zip(kept, rows(kept), strict=True):
        if not row["withdrawn"]:
            by_obligation[posting["obligation"]].append(row | {"readable": posting["readable"]})
    return by_obligation


def _process(
    matter: Matter,
    steps: Sequence[PowerStep],
    stages: Sequence[MatterStage],
    owed: dict[int, dict[str, Any]],
    shown: dict[int, list[Row]],
    *,
    on: date,
    calendar: WorkingCalendar,
) -> Process:
    by_step = {stage.step_id: stage for stage in stages if stage.taken_back_at is None}
    last = max((step.ordinal for step in steps if step.pk in by_step), default=0)
    seen = []
    for step in steps:
        stage = by_step.get(step.pk)
        obligation = owed.get(stage.event_id) if stage is not None and stage.event_id else None
        postings = shown.get(obligation["id"], []) if obligation else []
        is_last = step.ordinal == last and matter.state == MatterState.RUNNING
        seen.append(Stage(step, stage, _mark(stage, is_last=is_last), obligation, postings))
    return Process(
        matter,
        seen,
        taken_back=[stage for stage in stages if stage.taken_back_at is not None],
        six=_six(matter, seen),
        late=late_words(matter, seen, on=on, calendar=calendar),
    )


def _mark(stage: MatterStage | None, *, is_last: bool) -> Mark:
    if stage is None:
        return Mark.PLAIN
    if stage.kind == StageKind.SKIPPED:
        return Mark.SKIPPED
    return Mark.CURRENT if is_last else Mark.DONE


def _six(matter: Matter, stages: Sequence[Stage]) -> list[Row]:
    """The six disclosures of one matter: label, words, tone, and where to read it."""
    base = f"{prefix('powers:power')}{matter.power.code}/"
    found = []
    for one in PowerDisclosure:
        giving = [stage for stage in stages if stage.step.disclosed and stage.step.gives == one]
        links = [posting for stage in giving for posting in stage.postings]
        if one in _STANDING:
            links = [{"url": f"{base}#{one}", "title": _("the list of powers")}, *links]
        words, tone = _ticked(giving, bool(links))
        found.append({"label": one.label, "words": words, "tone": tone, "links": links})
    return found


def _ticked(giving: Sequence[Stage], is_given: bool) -> tuple[str, str]:
    """How one of the six stands, as words and tone."""
    if any(stage.obligation and stage.obligation["state"] == ObligationState.OVERDUE for stage in giving):
        return (_("disclosed in part, the rest overdue") if is_given else _("overdue, not disclosed")), "alarm"
    if is_given:
        return _("disclosed"), "good"
    if not giving:
        return _("no step of its own"), "neutral"
    if all(stage.stage is not None and stage.stage.kind == StageKind.SKIPPED for stage in giving):
        return _("its steps were skipped"), "neutral"
    if any(stage.obligation for stage in giving):
        return _("not disclosed yet"), "notice"
    return _("its step is still to come"), "neutral"
