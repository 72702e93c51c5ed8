"""Disclosing by workbook: what each row comes to, all or nothing, and nothing twice."""

import io
from datetime import date, timedelta

import openpyxl
import pytest
import time_machine

from catalogue.choices import Scope
from disclosures.actions import bulk
from disclosures.actions import obligations as obligation_actions
from disclosures.actions.drafts import save_draft, start_draft
from disclosures.actions.postings import approve, publish, review, send_back
from disclosures.actions.refusals import MovedOn, ObligationClosed
from disclosures.bulk import plan, work
from disclosures.choices import ErrandState, Outcome, PostingStatus, ReviewConclusion, StepKind, VersionState
from disclosures.models import BoardVersion, Obligation, ObligationDecision, Posting, Step, Version
from organisations.choices import Role
from tests.disclosures.bulk import brought_in, done, filled, handed_in, rows_of, template
from tests.disclosures.people import NOW, village
from tests.factories.catalogue import ItemFactory
from tests.factories.disclosures import ObligationFactory
from tests.factories.organisations import AppointmentFactory, OrganisationFactory

pytestmark = pytest.mark.django_db

WORDS = "【收缴金额】\n共收缴党费 3,640 元。\n结余 120 元。"


@pytest.fixture
def place(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return village(item__code="FEE", item__content_elements="收缴标准；收缴金额")


def more(place, code, **changes):
    return ObligationFactory(organisation=place.organisation, item=ItemFactory(code=code, **changes))


def propose(**changes):
    return {"decision": "公开", "body": WORDS} | changes


def test_the_template_has_a_row_for_each_open_obligation_with_everything_known_filled_in(place):
    more(place, "DONE")
    Obligation.objects.filter(item__code="DONE").update(outcome=Outcome.NIL, fulfilled_on=NOW.date())
    ObligationFactory()
    [row] = rows_of(template([place.organisation], NOW))
    assert row["item"].startswith("FEE ")
    assert row["period"] == "2026年第三季度"
    assert row["stated_on"] == "2026-09-30"
    assert row["body"] == "【收缴标准】\n\n【收缴金额】"
    assert row["decision"] == ""


def test_what_must_not_be_changed_is_locked_and_what_is_chosen_has_a_list(place):
    sheet = openpyxl.load_workbook(io.BytesIO(template([place.organisation], NOW))).worksheets[0]
    assert sheet.protection.sheet
    locked = {cell.value: sheet.cell(4, cell.column).protection.locked for cell in sheet[3]}
    assert [header for header, is_locked in locked.items() if not is_locked] == [
        "办理方式", "标题", "事项日期", "公开范围", "公开载体", "公开正文", "本期无公开事项的理由",
    ]  # fmt: skip
    lists = [rule.formula1 for rule in sheet.data_validations.dataValidation]
    assert lists[0] == '"公开,本期无,存草稿"'
    assert all(len(choices) <= 255 for choices in lists), "Excel refuses a longer list"


def test_a_title_that_begins_like_a_formula_stays_text(place):
    place.draft(title="=1+1")
    sheet = openpyxl.load_workbook(io.BytesIO(template([place.organisation], NOW))).worksheets[0]
    [cell] = [cell for cell in sheet[4] if cell.value == "=1+1"]
    assert cell.data_type == "s"


def test_a_row_to_disclose_becomes_a_proposal_as_if_it_had_been_written_in_the_system(place):
    data = filled(template([place.organisation], NOW), FEE=propose())
    errand = brought_in(data, place.secretary, NOW)
    assert errand.message == "已导入 1 行。"
    version = Version.objects.get(posting__obligation=place.obligation)
    assert version.state == VersionState.PROPOSED
    assert version.body == "<h3>收缴金额</h3><p>共收缴党费 3,640 元。</p><p>结余 120 元。</p>"
    assert version.posting.status == PostingStatus.DRAFT
    assert list(version.steps.values_list("kind", "by")) == [
        (StepKind.DRAFTED, place.secretary.pk),
        (StepKind.PROPOSED, place.secretary.pk),
    ]


def test_nothing_is_published_by_a_workbook(place):
    brought_in(filled(template([place.organisation], NOW), FEE=propose()), place.secretary, NOW)
    assert not Posting.objects.out().exists()
    assert Obligation.objects.get(pk=place.obligation.pk).fulfilled_on is None


def test_a_nil_row_is_the_nil_return_of_the_single_action(place):
    row = {"decision": "本期无", "reason": "本季度没有收缴"}
    brought_in(filled(template([place.organisation], NOW), FEE=row), place.secretary, NOW)
    place.obligation.refresh_from_db()
    assert (place.obligation.outcome, str(place.obligation.fulfilled_on)) == (Outcome.NIL, "2026-11-21")
    decision = ObligationDecision.objects.get()
    assert (decision.reason, decision.decided_by, decision.kind) == ("本季度没有收缴", place.secretary, "nil_return")
    assert BoardVersion.objects.filter(organisation=place.organisation).exists()


def test_a_deputy_s_table_says_on_whose_behalf(place):
    stands_in = {"deputises_for": place.secretary.appointments.get(), "starts_on": NOW.date(), "ends_on": NOW.date()}
    deputy = AppointmentFactory(organisation=place.organisation, role=Role.SECRETARY, **stands_in).user
    more(place, "NIL")
    rows = {"FEE": propose(), "NIL": {"decision": "本期无", "reason": "没有"}}
    with time_machine.travel(NOW, tick=False):
        brought_in(filled(template([place.organisation], NOW), **rows), deputy, NOW)
    assert set(Step.objects.values_list("by", "on_behalf_of")) == {(deputy.pk, place.secretary.pk)}
    assert ObligationDecision.objects.get().on_behalf_of == place.secretary


def test_the_same_file_again_does_nothing_and_says_so(place):
    more(place, "NIL")
    more(place, "LATER")
    rows = {"FEE": propose(), "NIL": {"decision": "本期无", "reason": "没有"}, "LATER": {"decision": "存草稿"}}
    data = filled(template([place.organisation], NOW), **rows)
    brought_in(data, place.secretary, NOW)
    before = (Posting.objects.count(), Step.objects.count(), ObligationDecision.objects.count())
    checked = handed_in(data, place.secretary, NOW)
    assert checked.outcome["counts"] == {"unchanged": 3}
    assert "以前都已导入" in checked.message
    assert "没有做任何改动" in brought_in(data, place.secretary, NOW).message
    assert (Posting.objects.count(), Step.objects.count(), ObligationDecision.objects.count()) == before


def test_one_wrong_row_keeps_the_whole_table_out_and_is_named_with_sheet_row_and_column(place):
    more(place, "BAD")
    data = filled(template([place.organisation], NOW), FEE=propose(), BAD=propose(stated_on="去年底"))
    checked = handed_in(data, place.secretary, NOW)
    [sentence] = checked.outcome["told"]
    assert sentence.startswith("工作表“填报”第 5 行“事项日期”列：“去年底”不是有效日期")
    assert not checked.outcome["in_order"]
    with pytest.raises(work.ErrandFailed):
        work.confirm(checked, by=place.secretary, at=NOW)
    assert not Posting.objects.exists()


def test_the_table_comes_back_with_remarks_and_can_be_handed_in_again(place):
    data = filled(template([place.organisation], NOW), FEE=propose(scope="随便"))
    checked = handed_in(data, place.secretary, NOW)
    returned = checked.result_path.read_bytes()
    [row] = rows_of(returned)
    assert "公开范围" in row["problem"]
    assert row["body"] == WORDS, "what was typed is not lost"
    brought_in(filled(returned, FEE={"scope": "向社会公开"}), place.secretary, NOW)
    assert Posting.objects.get().scope == Scope.SOCIETY


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ({"decision": "发布"}, "decision"),
        ({"body": WORDS}, "decision"),
        ({"reason": "没有"}, "decision"),
        ({"decision": "公开"}, "body"),
        (propose(title=""), "title"),
        (propose(title="长" * 201), "title"),
        (propose(stated_on="1900-01-01"), "stated_on"),
        (propose(scope=""), "scope"),
        (propose(scope="向特定党员、群众公开"), "scope"),
        (propose(carriers="大喇叭"), "carriers"),
        ({"decision": "本期无"}, "reason"),
        (propose(key="1.0.abcdef"), "key"),
        (propose(key="随便写的"), "key"),
    ],
)
def test_each_cell_is_checked(place, row, column):
    row = {name: place_key(place, value) if name == "key" else value for name, value in row.items()}
    checked = handed_in(filled(template([place.organisation], NOW), FEE=row), place.secretary, NOW)
    [sentence] = checked.outcome["told"]
    header = plan.columns.BY_NAME[column].header
    assert f"“{header}”列" in sentence, sentence


def place_key(place, value):
    """A key of the obligation with a wrong check."""
    return value.replace("1.0.", f"{place.obligation.pk}.0.")


def test_the_same_row_twice_is_wrong(place):
    book = openpyxl.load_workbook(io.BytesIO(filled(template([place.organisation], NOW), FEE=propose())))
    sheet = book.worksheets[0]
    sheet.append([cell.value for cell in sheet[4]])
    out = io.BytesIO()
    book.save(out)
    [sentence] = handed_in(out.getvalue(), place.secretary, NOW).outcome["told"]
    assert "与第 4 行是同一事项" in sentence


def test_rows_of_an_organisation_in_which_one_is_no_secretary_are_refused(place):
    other = village()
    data = filled(template([other.organisation], NOW), every=propose())
    [sentence] = handed_in(data, place.secretary, NOW).outcome["told"]
    assert "您不是该组织的公开经办人" in sentence


def test_what_was_settled_meanwhile_is_told_and_keeps_nothing_else_out(place):
    other = more(place, "OTHER")
    data = filled(template([place.organisation], NOW), every=propose())
    obligation_actions.nil_return(other, reason="没有", by=place.secretary, at=NOW)
    checked = handed_in(data, place.secretary, NOW)
    assert checked.outcome["counts"] == {"propose": 1, "passed": 1}
    [sentence] = checked.outcome["told"]
    assert "已于 2026-11-21 办结" in sentence
    errand = brought_in(data, place.secretary, NOW)
    assert errand.outcome["to_do"] == 1
    assert any(row["body"] == WORDS and row["problem"] for row in rows_of(errand.result_path.read_bytes())), "not lost"


def test_what_is_settled_between_the_check_and_the_confirmation_is_told_too(place):
    more(place, "OTHER")
    checked = handed_in(filled(template([place.organisation], NOW), every=propose()), place.secretary, NOW)
    asked = work.confirm(checked, by=place.secretary, at=NOW)
    obligation_actions.nil_return(place.obligation, reason="没有", by=place.secretary, at=NOW)
    assert done(asked, NOW).outcome["counts"] == {"propose": 1, "passed": 1}


def test_a_draft_that_somebody_saved_since_the_template_is_not_written_over(place):
    version = start_draft(obligation=place.obligation, by=place.secretary, at=NOW)
    data = filled(template([place.organisation], NOW), FEE=propose())
    save_draft(
        version, expected_revision=1, title="另一个标题", body="<p>别人的话</p>", stated_on=version.stated_on,
        by=place.secretary, at=NOW,
    )  # fmt: skip
    [sentence] = handed_in(data, place.secretary, NOW).outcome["told"]
    assert "已在系统中修改过这份草稿" in sentence


def test_a_draft_keeps_its_text_where_the_cell_is_left_empty(place):
    place.draft(body="<table><tr><td>表格</td></tr></table>")
    [row] = rows_of(template([place.organisation], NOW))
    assert row["body"] == ""
    brought_in(filled(template([place.organisation], NOW), FEE={"decision": "公开"}), place.secretary, NOW)
    version = Version.objects.get()
    assert version.state == VersionState.PROPOSED
    assert "表格" in version.body
    assert "<table>" in version.body


def test_a_table_amended_and_handed_in_again_changes_its_own_drafts(place):
    data = filled(template([place.organisation], NOW), FEE=propose(decision="存草稿"))
    brought_in(data, place.secretary, NOW)
    brought_in(filled(data, FEE=propose(title="新标题")), place.secretary, NOW)
    version = Version.objects.get()
    assert (version.title, version.state, version.revision) == ("新标题", VersionState.PROPOSED, 2)


def test_a_text_that_was_returned_is_not_put_forward_again_as_it_was(place):
    data = filled(template([place.organisation], NOW), FEE=propose())
    brought_in(data, place.secretary, NOW)
    send_back(Version.objects.get(), reason="数字不对", by=place.reviewer, at=NOW)
    checked = handed_in(data, place.secretary, NOW)
    assert checked.outcome["counts"] == {"passed": 1}
    assert "已被退回修改" in checked.outcome["told"][0]


def test_rows_left_alone_are_left_alone(place):
    checked = handed_in(template([place.organisation], NOW), place.secretary, NOW)
    assert checked.outcome["counts"] == {"empty": 1}


def test_the_text_of_the_last_period_is_not_put_forward_word_for_word(place):
    data = filled(template([place.organisation], NOW), FEE=propose())
    brought_in(data, place.secretary, NOW)
    version = Version.objects.get()
    review(version, conclusion=ReviewConclusion.MAY_BE_DISCLOSED, grounds="不涉密", by=place.reviewer, at=NOW)
    approve(version, opinion="同意", by=place.approver, at=NOW)
    publish(version, by=place.secretary, at=NOW)
    days = {"period_start": date(2026, 10, 1), "period_end": date(2026, 10, 31), "due_on": date(2026, 11, 30)}
    ObligationFactory(
        organisation=place.organisation,
        item=place.obligation.item,
        period_key="2026-10",
        anchor_on=date(2026, 10, 31),
        **days,
    )
    [sentence] = handed_in(filled(template([place.organisation], NOW), FEE=propose()), place.secretary, NOW).outcome[
        "told"
    ]
    assert "与上期完全相同" in sentence


def test_script_in_a_cell_is_text(place):
    data = filled(template([place.organisation], NOW), FEE=propose(body="<script>alert(1)</script>好"))
    brought_in(data, place.secretary, NOW)
    assert "<script" not in Version.objects.get().body


def test_a_file_that_is_no_template_is_told_so(place):
    book = openpyxl.Workbook()
    book.active.append(["随便", "写的"])
    out = io.BytesIO()
    book.save(out)
    for data in (out.getvalue(), b"PK\x03\x04 broken", b""):
        failed = handed_in(data, place.secretary, NOW)
        assert failed.state == ErrandState.FAILED
        assert failed.message


def test_a_town_secretary_fills_in_for_all_their_villages_in_one_table(place):
    other = OrganisationFactory()
    AppointmentFactory(user=place.secretary, role=Role.SECRETARY, organisation=other)
    ObligationFactory(organisation=other)
    data = filled(template([place.organisation, other], NOW), every=propose())
    assert brought_in(data, place.secretary, NOW).outcome["counts"] == {"propose": 2}


def test_queries_do_not_grow_with_the_rows(place, django_assert_max_num_queries):
    for n in range(40):
        more(place, f"N{n}")
    data = filled(template([place.organisation], NOW), every=propose())
    checked = handed_in(data, place.secretary, NOW)
    asked = work.confirm(checked, by=place.secretary, at=NOW)
    with django_assert_max_num_queries(60):
        assert done(asked, NOW + timedelta(seconds=1)).outcome["to_do"] == 41


def test_if_one_row_cannot_be_carried_out_none_is(place):
    other = more(place, "OTHER")
    entries = [plan.Entry(obligation, plan.BulkDecision.NIL, reason="没有") for obligation in (place.obligation, other)]
    Obligation.objects.filter(pk=other.pk).update(outcome=Outcome.WAIVED, fulfilled_on=NOW.date())
    with pytest.raises((ObligationClosed, MovedOn)):
        bulk.carry_out(entries, by=place.secretary, at=NOW)
    assert Obligation.objects.get(pk=place.obligation.pk).outcome == ""
    assert not ObligationDecision.objects.exists()
