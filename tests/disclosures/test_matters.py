"""A power as it is used: step by step, nothing skipped in silence, what is reached is owed."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from disclosures.actions.matters import abandon, finish, open_matter, reach, take_back
from disclosures.actions.obligations import waive
from disclosures.actions.refusals import Incomplete, MovedOn, Refused
from disclosures.choices import DecisionKind, MatterState, Outcome, StageKind
from disclosures.models import BoardVersion, Matter, MatterStage, Obligation, ObligationDecision
from tests.disclosures.matters import BEGAN, NOW, TODAY, village
from tests.factories.catalogue import PowerStepFactory
from tests.factories.disclosures import EventFactory, MatterFactory
from tests.factories.organisations import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def jinxing():
    return village()


def refused(name, change):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        change()


# Opening


def test_matters_of_a_power_are_numbered_from_one(jinxing):
    assert [jinxing.opens(title).number for title in ("东区厂房招租", "西区厂房招租")] == [1, 2]


def test_a_matter_is_opened_on_the_day_it_begins_at_the_earliest(jinxing):
    assert jinxing.opens(began_on=TODAY).began_on == TODAY
    with pytest.raises(Refused):
        jinxing.opens("西区厂房招租", began_on=TODAY + timedelta(days=1))


def test_two_matters_of_one_title_could_not_be_told_apart(jinxing):
    jinxing.opens("东区厂房招租")
    with pytest.raises(Refused, match="名称"):
        jinxing.opens(" 东区厂房招租 ")
    with pytest.raises(Incomplete):
        jinxing.opens("  ")


# From step to step


def test_a_stage_that_must_be_disclosed_is_owed_by_a_day_of_its_own(jinxing):
    matter = jinxing.opens()
    assert jinxing.reaches(matter, 1, date(2026, 11, 10)).obligation is None
    owed = jinxing.reaches(matter, 2, date(2026, 11, 12)).obligation
    assert (owed.item, owed.event.title, owed.event.stage) == (jinxing.item, matter.title, "决议公开")
    assert owed.due_on == date(2026, 11, 19)  # five working days
    jinxing.reaches(matter, 3, date(2026, 11, 16))
    assert jinxing.reaches(matter, 4, date(2026, 11, 18)).obligation.due_on == date(2026, 11, 25)


def test_what_is_published_for_the_stage_fulfils_it(jinxing):
    matter = jinxing.opens()
    jinxing.reaches(matter, 1)
    owed = jinxing.reaches(matter, 2).obligation
    jinxing.publishes(owed)
    owed.refresh_from_db()
    assert owed.outcome == Outcome.POSTED
    assert matter.stages.get(event=owed.event).event.obligation.postings.count() == 1


def test_a_step_may_be_disclosed_under_an_item_of_its_own(jinxing):
    from tests.factories.catalogue import ItemFactory

    notice = ItemFactory(code="X09", catalogue=jinxing.item.catalogue, prompt=True)
    type(jinxing.steps[1]).objects.filter(pk=jinxing.steps[1].pk).update(item_code="X09")
    jinxing.steps[1].refresh_from_db()
    matter = jinxing.opens()
    jinxing.reaches(matter, 1)
    assert jinxing.reaches(matter, 2).obligation.item == notice


def test_a_stage_cannot_be_owed_under_an_item_that_the_organisation_does_not_owe(jinxing):
    type(jinxing.power).objects.update(item_code="NONE")
    jinxing.steps[1].power.refresh_from_db()
    matter = jinxing.opens()
    jinxing.reaches(matter, 1)
    with pytest.raises(Refused, match="NONE"):
        jinxing.reaches(matter, 2)
    assert matter.stages.count() == 1 and not Obligation.objects.exists()


def test_steps_are_skipped_with_a_reason_or_not_at_all(jinxing):
    matter = jinxing.opens()
    with pytest.raises(Incomplete, match="提出动议"):
        jinxing.reaches(matter, 2)
    jinxing.reaches(Matter.objects.get(), 2, skipped_because="上一次会议已经提出")
    skipped, reached = matter.stages.order_by("step__ordinal")
    assert (skipped.kind, skipped.reason) == (StageKind.SKIPPED, "上一次会议已经提出")
    assert (reached.kind, reached.reason) == (StageKind.REACHED, "")


def test_a_matter_does_not_go_back_to_a_step_it_has_passed(jinxing):
    matter = jinxing.opens()
    jinxing.reaches(matter, 1)
    jinxing.reaches(matter, 3, skipped_because="无需决议")
    for step in (1, 2, 3):
        with pytest.raises(Refused):
            jinxing.reaches(Matter.objects.get(), step)
    with pytest.raises(Refused):
        reach(Matter.objects.get(), PowerStepFactory(), on=TODAY, seen=matter.revision, by=jinxing.secretary, at=NOW)


def test_a_stage_comes_between_the_one_before_and_today(jinxing):
    matter = jinxing.opens()
    with pytest.raises(Refused):
        jinxing.reaches(matter, 1, BEGAN - timedelta(days=1))
    jinxing.reaches(Matter.objects.get(), 1, date(2026, 11, 11))
    for day in (date(2026, 11, 10), TODAY + timedelta(days=1)):
        with pytest.raises(Refused):
            jinxing.reaches(Matter.objects.get(), 2, day)
    assert jinxing.reaches(Matter.objects.get(), 2, date(2026, 11, 11)).obligation


def test_of_two_who_take_it_further_one_wins(jinxing):
    matter = jinxing.opens()
    also = Matter.objects.get(pk=matter.pk)
    jinxing.reaches(matter, 1)
    with pytest.raises(MovedOn):
        jinxing.reaches(also, 1)
    assert MatterStage.objects.count() == 1


def test_a_change_to_a_matter_makes_the_boards_pages_new(jinxing):
    before = BoardVersion.objects.filter(organisation=jinxing.organisation).count()
    matter = jinxing.opens()
    first = BoardVersion.objects.get(organisation=jinxing.organisation).version
    jinxing.reaches(matter, 1)
    assert before == 0 and BoardVersion.objects.get(organisation=jinxing.organisation).version > first


# Taking back


def back(village, matter, reason="记错了日期"):
    return take_back(matter, seen=matter.revision, reason=reason, by=village.secretary, at=NOW)


def test_a_mistaken_stage_is_taken_back_and_can_be_reached_again(jinxing):
    matter = jinxing.opens()
    jinxing.reaches(matter, 1)
    owed = jinxing.reaches(matter, 2).obligation
    taken = back(jinxing, matter)
    owed.refresh_from_db()
    assert (owed.outcome, taken.taken_back_because) == (Outcome.WAIVED, "记错了日期")
    assert ObligationDecision.objects.get().kind == DecisionKind.WAIVER
    again = jinxing.reaches(matter, 2).obligation
    assert again.pk != owed.pk and again.fulfilled_on is None


def test_a_stage_is_taken_back_for_a_reason_only(jinxing):
    matter = jinxing.opens()
    jinxing.reaches(matter, 1)
    with pytest.raises(Incomplete):
        back(jinxing, matter, reason=" ")


def test_nothing_is_taken_back_of_a_matter_that_has_only_begun(jinxing):
    with pytest.raises(Refused):
        back(jinxing, jinxing.opens())


def test_a_stage_that_was_published_stays(jinxing):
    matter = jinxing.opens()
    jinxing.reaches(matter, 1)
    reached = jinxing.reaches(matter, 2)
    jinxing.publishes(reached.obligation)
    with pytest.raises(Refused):
        back(jinxing, matter)
    stage = MatterStage.objects.filter(pk=reached.stage.pk)
    refused(
        "published",
        lambda: stage.update(taken_back_at=NOW, taken_back_by=jinxing.secretary, taken_back_because="撤回"),
    )


def test_a_stage_whose_posting_is_being_written_stays(jinxing):
    from disclosures.actions.drafts import start_draft

    matter = jinxing.opens()
    jinxing.reaches(matter, 1)
    start_draft(obligation=jinxing.reaches(matter, 2).obligation, by=jinxing.secretary, at=NOW)
    with pytest.raises(Refused, match="草稿"):
        back(jinxing, matter)


def test_nobody_gets_rid_of_a_debt_by_taking_the_stage_back(jinxing):
    matter = jinxing.opens(began_on=date(2026, 11, 2))
    jinxing.reaches(matter, 1, date(2026, 11, 2))
    owed = jinxing.reaches(matter, 2, date(2026, 11, 3)).obligation
    assert owed.due_on < TODAY
    with pytest.raises(Refused):
        back(jinxing, matter)
    matter.refresh_from_db()
    waive(owed, reason="确属误登", by=UserFactory(), at=NOW)
    assert back(jinxing, matter).taken_back_at == NOW


# Ending


def test_a_matter_is_finished_after_its_last_step(jinxing):
    matter = jinxing.opens()
    with pytest.raises(Refused, match="提出动议"):
        finish(matter, seen=matter.revision, by=jinxing.secretary, at=NOW)
    matter.refresh_from_db()
    jinxing.reaches(matter, 4, skipped_because="简易程序")
    finish(matter, seen=matter.revision, by=jinxing.secretary, at=NOW)
    assert (matter.state, matter.ended_on) == (MatterState.FINISHED, TODAY)


def test_a_matter_is_abandoned_for_a_reason_and_stays_so(jinxing):
    matter = jinxing.opens()
    with pytest.raises(Incomplete):
        abandon(matter, seen=matter.revision, reason="", by=jinxing.secretary, at=NOW)
    abandon(matter, seen=matter.revision, reason="标的收回自用", by=jinxing.secretary, at=NOW)
    with pytest.raises(MovedOn):
        jinxing.reaches(matter, 1)
    refused("ended", lambda: Matter.objects.filter(pk=matter.pk).update(state=MatterState.RUNNING))


# What the database refuses


def stage(matter, step, **values):
    values = {"kind": StageKind.REACHED, "on": TODAY, "recorded_by": UserFactory(), "recorded_at": NOW} | values
    return MatterStage.objects.create(matter=matter, step=step, **values)


def test_the_database_passes_over_no_step(jinxing):
    matter = jinxing.opens()
    refused("earlier step", lambda: stage(matter, jinxing.steps[1]))
    stage(matter, jinxing.steps[0])
    stage(matter, jinxing.steps[1])


def test_a_matter_that_ended_gets_no_stages(jinxing):
    matter = jinxing.opens()
    abandon(matter, seen=matter.revision, reason="标的收回自用", by=jinxing.secretary, at=NOW)
    refused("ended", lambda: stage(matter, jinxing.steps[0]))


def test_a_stage_is_never_changed_or_deleted(jinxing):
    one = stage(jinxing.opens(), jinxing.steps[0])
    refused("taken back, never changed", lambda: MatterStage.objects.filter(pk=one.pk).update(on=BEGAN))
    refused("never deleted", lambda: MatterStage.objects.filter(pk=one.pk).delete())


def test_a_step_has_one_stage_that_counts(jinxing):
    matter = jinxing.opens()
    stage(matter, jinxing.steps[0])
    refused("matter_stage_once_per_step|matterstage.matter_id", lambda: stage(matter, jinxing.steps[0]))


@pytest.mark.parametrize(
    "values",
    [
        {"kind": StageKind.SKIPPED},
        {"kind": StageKind.REACHED, "reason": "无需"},
    ],
)
def test_skipping_and_reasons_belong_together(jinxing, values):
    refused("matter_stage_skipped_exactly_with_a_reason", lambda: stage(jinxing.opens(), jinxing.steps[0], **values))


def test_a_skipped_step_is_no_event(jinxing):
    values = {"kind": StageKind.SKIPPED, "reason": "无需", "event": EventFactory()}
    refused("matter_stage_skipped_exactly_with_a_reason", lambda: stage(jinxing.opens(), jinxing.steps[0], **values))


def test_taking_back_says_who_and_why(jinxing):
    one = stage(jinxing.opens(), jinxing.steps[0])
    rows = MatterStage.objects.filter(pk=one.pk)
    name = "matter_stage_taken_back_says_who_and_why"
    refused(name, lambda: rows.update(taken_back_at=NOW))
    refused(name, lambda: rows.update(taken_back_because="记错"))


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("matter_has_a_title", {"title": ""}),
        ("matter_ended_says_when_and_who", {"state": MatterState.FINISHED}),
        ("matter_ended_says_when_and_who", {"ended_on": TODAY}),
    ],
)
def test_what_a_matter_must_say(name, change):
    matter = MatterFactory()
    refused(name, lambda: Matter.objects.filter(pk=matter.pk).update(**change))


def test_an_end_says_why_and_comes_after_the_beginning():
    matter, by = MatterFactory(), UserFactory()
    rows = Matter.objects.filter(pk=matter.pk)
    ended = {"state": MatterState.ABANDONED, "ended_on": TODAY, "ended_by": by}
    refused("matter_abandoned_says_why", lambda: rows.update(**ended))
    too_early = ended | {"ended_because": "收回", "ended_on": date(2026, 11, 1)}
    refused("matter_ends_after_it_begins", lambda: rows.update(**too_early))


def test_number_and_title_are_a_powers_own(jinxing):
    matter = jinxing.opens()
    refused(
        "matter_number_once_per_power|matter.power_id, disclosures_matter.number",
        lambda: MatterFactory(power=matter.power, number=matter.number),
    )
    refused(
        "matter_title_once_per_power|matter.power_id, disclosures_matter.title",
        lambda: MatterFactory(power=matter.power, number=99, title=matter.title),
    )


def test_a_matter_opened_on_another_clock_day_counts_by_the_portals_calendar(jinxing):
    late_evening = NOW.replace(hour=17)  # past midnight in Shanghai
    tomorrow = timezone.localdate(late_evening)
    assert open_matter(
        jinxing.power, title="夜间开标", began_on=tomorrow, by=jinxing.secretary, at=late_evening
    ).began_on == TODAY + timedelta(days=1)
