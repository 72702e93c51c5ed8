"""Beginning from what was disclosed for the last period, and telling what differs from it."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from disclosures import differences, previous, richtext
from disclosures.actions import corrections, drafts, postings
from disclosures.actions.refusals import Incomplete
from disclosures.choices import StepKind, WithdrawalReason
from disclosures.models import Obligation, Version
from tests.disclosures.files import PDF, upload
from tests.disclosures.office import filled, office_of_jinxing, page, paper, signed_in, step
from tests.disclosures.people import NOW, Village, later
from tests.factories.disclosures import ObligationFactory

pytestmark = pytest.mark.django_db

LAST = "<h3>收缴金额</h3><table><tbody><tr><td>合计</td><td>3,640 元</td></tr></tbody></table><p>已核对。</p>"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def jinxing(settings, tmp_path) -> Village:
    settings.MEDIA_ROOT = tmp_path
    return office_of_jinxing()


def following(jinxing: Village, **changes: object) -> Obligation:
    """The fourth quarter of the same item."""
    return ObligationFactory(
        organisation=jinxing.organisation,
        item=jinxing.obligation.item,
        period_key="2026Q4",
        period_start=date(2026, 10, 1),
        period_end=date(2026, 12, 31),
        due_on=date(2027, 1, 20),
        **changes,
    )


@pytest.fixture
def last(jinxing):
    return jinxing.published(jinxing.draft(body=LAST, carriers="board;meeting"))


def begun(jinxing: Village, **how: object) -> Version:
    return drafts.start_draft(obligation=following(jinxing), by=jinxing.secretary, at=later(9), **how)


def test_a_draft_begins_from_the_last_periods_text_under_its_own_title(jinxing, last):
    version = begun(jinxing)
    assert version.body == LAST
    assert "第四季度" in version.title
    assert version.posting.carriers == "board;meeting"
    html = page(signed_in(jinxing.secretary), paper(version))
    assert "以下是上期（2026年第三季度）的内容" in html
    assert "一字未改" in html


def test_without_an_earlier_one_it_begins_from_the_outline(jinxing):
    assert begun(jinxing).body == richtext.skeleton("收缴标准；收缴金额")


def test_for_a_photo_it_begins_from_a_sentence_that_says_so(jinxing):
    client = signed_in(jinxing.secretary)
    response = client.post(reverse("desk:start", args=[jinxing.obligation.pk]), {"photo": "1"})
    version = Version.objects.get()
    assert response["Location"] == f"{paper(version)}#photo"
    assert version.body == "<p>本期公开内容见所附公开栏照片。</p>"
    postings.propose(version, by=jinxing.secretary, at=later(1))


def test_what_was_withdrawn_is_not_begun_from(jinxing, last):
    corrections.withdraw(last, reason=WithdrawalReason.CONTENT_WRONG, by=jinxing.approver, at=later(6))
    assert begun(jinxing).body != LAST


def test_a_later_period_or_another_item_is_not_the_last_one(jinxing, last):
    earlier = ObligationFactory(
        organisation=jinxing.organisation,
        item=jinxing.obligation.item,
        period_key="2026Q2",
        period_start=date(2026, 4, 1),
        period_end=date(2026, 6, 30),
        due_on=date(2026, 7, 20),
    )
    assert previous.last_disclosed(jinxing.organisation, earlier.item, earlier) is None
    fourth = {"period_key": "2026Q4", "period_start": date(2026, 10, 1), "period_end": date(2026, 12, 31)}
    fourth |= {"due_on": date(2027, 1, 20)}
    other = ObligationFactory(organisation=jinxing.organisation, **fourth)
    assert previous.last_disclosed(jinxing.organisation, other.item, other) is None
    elsewhere = ObligationFactory(item=jinxing.obligation.item, **fourth)
    assert previous.last_disclosed(elsewhere.organisation, elsewhere.item, elsewhere) is None


def test_the_outline_is_one_button_away(jinxing, last):
    version = begun(jinxing)
    signed_in(jinxing.secretary).post(paper(version), filled(version, body=LAST, outline="1"))
    version.refresh_from_db()
    assert version.body == richtext.skeleton("收缴标准；收缴金额")


def test_the_same_words_are_put_forward_only_with_a_confirmation_that_is_recorded(jinxing, last):
    version = begun(jinxing)
    with pytest.raises(Incomplete, match="一字不差"):
        postings.propose(version, by=jinxing.secretary, at=later(10))
    client = signed_in(jinxing.secretary)
    seen = {"revision": version.revision}
    assert "field__error" in client.post(step(version, "propose"), seen).content.decode()
    client.post(step(version, "propose"), seen | {"repeated": "on"})
    recorded = version.steps.get(kind=StepKind.PROPOSED)
    assert "与上期完全相同" in recorded.words
    assert "与上期完全相同" in page(signed_in(jinxing.reviewer), paper(version))


def test_a_word_changed_or_a_new_photo_needs_no_confirmation(jinxing, last):
    version = begun(jinxing)
    assert previous.repeats(version)
    drafts.attach(version, upload("本期.pdf", PDF), by=jinxing.secretary, at=later(10))
    assert not previous.repeats(version)
    html = page(signed_in(jinxing.secretary), step(version, "propose"))
    assert 'name="repeated"' not in html


def test_the_reviewer_sees_what_differs(jinxing, last):
    version = begun(jinxing)
    jinxing.save(version, body=LAST.replace("3,640", "3,720") + "<p>新增一段。</p>")
    postings.propose(version, by=jinxing.secretary, at=later(10))
    html = page(signed_in(jinxing.reviewer), step(version, "review"))
    assert "相同 2 段，修改 1 段，新增 1 段，删去 0 段" in html
    assert "<b>72</b>" in html


def test_a_correction_is_compared_with_what_it_corrects(jinxing, last):
    new = corrections.begin_correction(last, note="金额", by=jinxing.secretary, at=later(9))
    assert "与被更正的版本相比" in page(signed_in(jinxing.secretary), paper(new))
    postings.propose(new, by=jinxing.secretary, at=later(10))


# The comparison itself


def kinds(before: str, now: str) -> list[str]:
    return [str(line.kind) for line in differences.compare(before, now).lines]


def test_a_row_of_a_table_is_one_line_however_its_cells_are_written():
    plain = "<table><tr><td>合计</td><td>3,640 元</td></tr></table>"
    edited = "<table><tbody><tr><td><p>合计</p></td><td><p>3,640 元</p></td></tr></tbody></table>"
    assert richtext.lines(plain) == richtext.lines(edited) == ["合计｜3,640 元"]
    assert differences.compare(plain, edited).is_same


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        ("<p>甲</p>", "<p>甲</p>", ["same"]),
        ("<p>甲</p>", "<p>甲</p><p>乙</p>", ["same", "added"]),
        ("<p>甲</p><p>乙</p>", "<p>乙</p>", ["gone", "same"]),
        ("<p>共 3 人</p>", "<p>共 4 人</p>", ["changed"]),
        ("", "<p>甲</p>", ["added"]),
        ("", "", []),
    ],
)
def test_lines_are_the_same_changed_new_or_gone(before, now, expected):
    assert kinds(before, now) == expected


def test_the_words_that_differ_are_marked():
    [line] = differences.compare("<p>共收缴 3,640 元</p>", "<p>共收缴 3,720 元</p>").lines
    assert [text for text, differs in line.now if differs] == ["72"]
    assert "".join(text for text, _differs in line.before) == "共收缴 3,640 元"


def test_texts_beyond_all_measure_are_not_compared():
    long = "<p>甲</p>" * (differences.MOST_LINES + 1)
    assert differences.compare(long, long).is_too_long
    assert not differences.compare(long, long).is_same
