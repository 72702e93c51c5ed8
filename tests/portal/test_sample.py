"""The sample district as it stands in the database: like a real one, only marked as invented."""

import re
import time
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import F, Max, Q
from django.utils import timezone

from catalogue.choices import LinkRelation
from catalogue.models import Catalogue, Item, PowerLink
from disclosures.actions import corrections, postings
from disclosures.choices import (
    MatterState,
    ObligationState,
    Outcome,
    PostingStatus,
    StageKind,
    StepKind,
    VersionState,
    WithdrawalReason,
)
from disclosures.models import (
    BoardVersion,
    ConfidentialityReview,
    Matter,
    MatterStage,
    NoticeClosing,
    Objection,
    Obligation,
    ObligationDecision,
    OverdueEntry,
    Posting,
    PostingCounter,
    Step,
    Version,
)
from disclosures.richtext import clean
from organisations import actions
from organisations.access import can
from organisations.choices import OrganisationStatus
from organisations.models import Appointment, Organisation, Succession, User
from organisations.querysets import within
from portal.sample import PASSWORD, accounts
from portal.sample.loading import load
from tests.portal.sample_desk import (
    CORRECTION,
    PLAIN,
    RETURNED,
    WITHDRAWN,
    Desk,
    made_by_the_loader,
    person,
    steps_of,
    traits,
    village,
)

NOW = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
"""Half past three in the afternoon of a Saturday in Shanghai."""
TODAY = date(2026, 11, 21)
MOST_CPU_SECONDS = 60


@pytest.fixture(scope="module")
def sample(django_db_setup, django_db_blocker):
    """The sample for all tests here, in a transaction that is rolled back; and the CPU time it took."""
    with django_db_blocker.unblock(), transaction.atomic():
        began = time.process_time()
        result = load(now=NOW)
        seconds = time.process_time() - began
        connection.check_constraints()  # once, or else the end of every test would check the whole load
        yield result, seconds
        transaction.set_rollback(True)


def below(code):
    return within(Organisation.objects.get(code=code).path, "organisation__")


@pytest.mark.usefixtures("sample", "db")
class TestOrganisations:
    def test_one_city_with_three_districts(self):
        assert set(Organisation.objects.filter(parent__code="SH").values_list("code", flat=True)) == {"MH", "QP", "XH"}
        counted = Counter(
            code[:4]
            for code in Organisation.objects.subtree(Organisation.objects.get(code="MH")).values_list("path", flat=True)
        )
        assert 60 <= sum(counted.values()) <= 95
        assert not Organisation.objects.filter(is_sample=False).exists()
        assert actions.problems() == []

    @pytest.mark.parametrize(
        ("town", "place"),
        [("马桥镇", "金星村"), ("浦江镇", "友建村"), ("梅陇镇", "陇西村"), ("七宝镇", "九星市场")],
    )
    def test_the_places_people_speak_of_are_there(self, town, place):
        found = Organisation.objects.get(short_name__contains=place, parent__parent__code="MH")
        assert town in found.parent.name

    def test_every_organisation_would_pass_the_form(self):
        for organisation in Organisation.objects.all():
            organisation.full_clean(exclude=["path"])
            assert organisation.history.count() >= 1

    def test_one_was_merged_and_owes_nothing_since(self):
        merged = Organisation.objects.get(status=OrganisationStatus.MERGED)
        assert Succession.objects.get(predecessor=merged).successor.code == "JC-DJ"
        assert not merged.obligations.exists()
        assert not Appointment.objects.in_office(on=TODAY).filter(organisation=merged).exists()

    def test_the_accounts_can_sign_in_and_nobody_else_can(self):
        shown = {account.username for account in accounts()}
        able = {user.username for user in User.objects.all() if user.has_usable_password()}
        assert able == shown
        assert person("jinxing_secretary").check_password(PASSWORD)
        assert len(set(User.objects.filter(username__in=shown).values_list("password", flat=True))) == 1
        assert [user.username for user in User.objects.filter(is_superuser=True)] == ["admin"]
        assert not person("jinxing_member").is_staff


@pytest.mark.usefixtures("sample", "db")
class TestCatalogues:
    @pytest.mark.parametrize(
        ("code", "levels"),
        [
            ("qingpu_district", [9, 37, 147]),
            ("xuhui_district", [8, 45]),
            ("minhang_district", [4, 13]),
            ("grassroots_7_plus_x", [8, 61]),
        ],
    )
    def test_all_are_in_force_with_their_counts(self, code, levels):
        catalogue = Catalogue.objects.in_force(on=TODAY).get(code=code)
        counted = Counter(catalogue.items.values_list("level", flat=True))
        assert [counted[level] for level in sorted(counted)] == levels

    def test_a_units_entries_carry_out_the_districts(self):
        linked = Item.objects.filter(
            catalogue__code="grassroots_7_plus_x", implements__catalogue__code="xuhui_district"
        )
        assert linked.filter(implements_as=LinkRelation.EQUIVALENT).exists()
        assert Posting.objects.filter(below("XH"), item__in=linked).exists()

    def test_the_districts_themselves_owe_their_own_catalogue_only(self):
        owed = Obligation.objects.filter(organisation__code__in=["SH", "MH", "QP", "XH"])
        found = set(owed.values_list("organisation__code", "item__catalogue__code"))
        assert found == {("MH", "minhang_district"), ("QP", "qingpu_district"), ("XH", "xuhui_district")}

    def test_every_leaf_is_owed_by_somebody_and_almost_every_one_was_disclosed(self):
        leaves = set(Item.objects.leaves().values_list("code", flat=True))
        assert set(Obligation.objects.values_list("item__code", flat=True)) == leaves
        assert len(leaves - set(Posting.objects.out().values_list("item__code", flat=True))) <= 3


@pytest.mark.usefixtures("sample", "db")
class TestHistory:
    def test_a_year_lies_behind_and_nothing_ahead(self):
        out = Posting.objects.out()
        assert out.count() > 8000
        assert out.order_by("published_at").first().published_at < NOW - timedelta(days=365)
        assert not out.filter(published_at__gt=NOW).exists()
        assert not Step.objects.filter(at__gt=NOW).exists()
        months = {timezone.localtime(at).strftime("%Y-%m") for at in out.values_list("published_at", flat=True)}
        assert len(months) >= 13

    def test_every_way_to_stand_is_there_and_most_stand_well(self):
        counted = Counter(Obligation.objects.with_state(on=TODAY).values_list("state", flat=True))
        assert set(counted) == set(ObligationState.values)
        fallen_due = sum(counted[state] for state in ("met", "late", "nil", "waived", "overdue"))
        assert counted["met"] / fallen_due > 0.8
        assert 0.02 < counted["late"] / fallen_due < 0.12
        assert 20 < counted["overdue"] < fallen_due * 0.03

    def test_every_organisation_that_owes_has_disclosed(self):
        owing = Organisation.objects.filter(obligations__due_on__lt=TODAY).distinct()
        assert owing.count() >= 95
        assert not owing.exclude(postings__status=PostingStatus.PUBLISHED).exists()

    def test_numbers_follow_the_order_of_publication_without_gaps(self):
        given = defaultdict(list)
        for number, code in (
            Posting.objects.out().order_by("published_at", "pk").values_list("number", "organisation__code")
        ):
            found = re.fullmatch(rf"{code}-(\d{{4}})-(\d{{6}})", number)
            given[code, int(found[1])].append(int(found[2]))
        for numbers in given.values():
            assert numbers == list(range(1, len(numbers) + 1))
        counters = PostingCounter.objects.values_list("organisation__code", "year", "last")
        assert {(code, year): last for code, year, last in counters} == {key: len(n) for key, n in given.items()}

    def test_an_obligation_is_met_on_the_day_of_its_posting(self):
        live = Posting.objects.filter(obligation__isnull=False, status=PostingStatus.PUBLISHED)
        met = {obligation: timezone.localdate(at) for obligation, at in live.values_list("obligation", "published_at")}
        stored = dict(Obligation.objects.filter(outcome=Outcome.POSTED).values_list("pk", "fulfilled_on"))
        assert met == stored

    def test_nobody_passes_their_own_words(self):
        out = Version.objects.filter(state=VersionState.PUBLISHED)
        assert not out.filter(Q(author=F("reviewed_by")) | Q(author=F("approved_by"))).exists()
        assert not out.filter(approved_by=None, urgent=False).exists()
        assert ConfidentialityReview.objects.exclude(reviewer=F("version__reviewed_by")).count() == 0

    def test_those_who_acted_had_the_right_to(self):
        """One version of each organisation, asked as the doors ask."""
        for pk in (
            Version.objects.order_by()
            .values("posting__organisation")
            .annotate(one=Max("pk"))
            .values_list("one", flat=True)
        ):
            version = Version.objects.select_related("posting__organisation__parent").get(pk=pk)
            assert can(version.author, "propose", version)
            if version.reviewed_by:
                assert can(version.reviewed_by, "review", version)
            if version.approved_by:
                assert can(version.approved_by, "approve", version)

    def test_steps_come_one_after_the_other(self):
        last = {}
        for version, at in Step.objects.order_by("pk").values_list("version", "at"):
            assert last.get(version, at) <= at
            last[version] = at

    def test_some_were_corrected_and_all_versions_stay(self):
        corrected = Posting.objects.filter(versions__ordinal=2, versions__state=VersionState.PUBLISHED)
        assert corrected.count() > 50
        for posting in corrected.prefetch_related("versions")[:50]:
            first, second = posting.versions.all()
            assert posting.current_id == second.pk and first.state == VersionState.PUBLISHED
            assert second.note and second.body.startswith(first.body) and second.body != first.body
            assert posting.published_at == first.published_at < second.published_at

    def test_some_were_withdrawn_and_their_tombstones_say_why(self):
        withdrawn = Posting.objects.filter(status=PostingStatus.WITHDRAWN)
        assert withdrawn.count() > 10
        assert {WithdrawalReason.DUPLICATE, WithdrawalReason.CONTENT_WRONG} <= set(
            withdrawn.values_list("withdrawal_reason", flat=True)
        )
        assert not withdrawn.filter(withdrawal_note="").exists()

    def test_what_was_late_stands_in_the_overdue_log(self):
        late = Obligation.objects.filter(outcome=Outcome.POSTED, fulfilled_on__gt=F("due_on"))
        open_still = Obligation.objects.overdue(on=TODAY)
        logged = set(OverdueEntry.objects.values_list("obligation", flat=True))
        assert set(late.values_list("pk", flat=True)) <= logged
        assert set(open_still.values_list("pk", flat=True)) <= logged
        for became_on, due_on in OverdueEntry.objects.values_list("became_on", "obligation__due_on")[:500]:
            assert became_on == due_on + timedelta(days=1)

    def test_boards_know_that_they_changed(self):
        assert BoardVersion.objects.count() >= Posting.objects.out().values("organisation").distinct().count()

    def test_specific_matters_name_their_readers(self):
        specific = Posting.objects.filter(scope="specific")
        assert specific.exists()
        assert not specific.filter(readers=None).exists()

    def test_texts_are_clean_and_mention_nobody(self):
        leftover, personal = re.compile(r"[{}~]|None"), re.compile(r"\d{11}|\d{17}[\dXx]|021-")
        for title, body in Version.objects.values_list("title", "body").iterator():
            assert not leftover.search(title + body), title
            assert not personal.search(body), title
        for body in Version.objects.order_by("-pk").values_list("body", flat=True)[:500]:
            assert clean(body) == body


@pytest.mark.usefixtures("sample", "db")
class TestPowers:
    def test_the_districts_eleven_links_and_the_villages_list_are_published(self):
        counted = Counter(PowerLink.objects.values_list("organisation__code", flat=True))
        assert counted == {"MH": 11, "JX": 4, "YJ": 4}

    def test_matters_stand_at_different_stages_and_have_ended_in_every_way(self):
        assert set(Matter.objects.values_list("state", flat=True)) == set(MatterState)
        running = Matter.objects.filter(state=MatterState.RUNNING)
        assert len(set(running.annotate(last=Max("stages__step__ordinal")).values_list("last", flat=True))) >= 4
        assert {"JX", "MH"} <= set(running.values_list("power__organisation__code", flat=True))

    def test_a_stage_is_skipped_with_its_reason_and_one_is_plainly_overdue(self):
        assert MatterStage.objects.filter(kind=StageKind.SKIPPED).exists()
        of_stages = Obligation.objects.filter(event__stage_of_matter__isnull=False)
        states = Counter(of_stages.with_state(on=TODAY).values_list("state", flat=True))
        assert states[ObligationState.OVERDUE] == 1 and states[ObligationState.LATE] >= 2

    def test_what_is_published_of_a_stage_comes_after_it(self):
        for posting in Posting.objects.exclude(obligation__event__stage_of_matter=None).select_related("obligation"):
            assert timezone.localdate(posting.published_at) > posting.obligation.anchor_on

    def test_two_notices_take_objections_today(self):
        taking = Posting.objects.published().filter(notice_until__gte=TODAY)
        assert {"JX", "MH"} <= set(taking.values_list("organisation__code", flat=True))
        assert Objection.objects.filter(outcome="", posting__in=taking).count() == 2

    def test_past_notices_were_closed_and_some_had_been_objected_to(self):
        over = Posting.objects.published().filter(notice_until__lt=TODAY - timedelta(days=4))
        assert over.exists() and not over.filter(closing=None).exists()
        assert NoticeClosing.objects.filter(objections=1).exists()


@pytest.mark.usefixtures("sample", "db")
class TestWhatIsUnderWay:
    def test_the_village_is_overdue_with_something_that_is_easy_to_post(self):
        late = Obligation.objects.overdue(on=TODAY).filter(organisation=village())
        assert set(late.values_list("item__code", flat=True)) >= {"M605", "X11", "M306"}
        untouched = late.get(item__code="M605")
        assert untouched.item.scope == "society"
        assert not untouched.postings.exists()
        assert can(person("jinxing_secretary"), "disclose", village())

    def test_one_is_returned_with_a_reason(self):
        version = Version.objects.get(posting__organisation=village(), state=VersionState.RETURNED)
        assert version.posting.obligation.item.code == "M306"
        assert version.steps.filter(kind=StepKind.RETURNED).get().words

    def test_one_is_published_urgently_and_waits_for_approval(self):
        version = Version.objects.get(urgent=True)
        assert version.approved_by is None and version.state == VersionState.PUBLISHED
        assert version.posting.organisation == village()
        assert can(person("jinxing_approver"), "approve", version)

    def test_one_is_scheduled(self):
        version = Version.objects.get(publish_at__isnull=False)
        assert version.state == VersionState.APPROVED
        assert timezone.localtime(version.publish_at) == timezone.localtime(datetime(2026, 11, 23, 1, tzinfo=UTC)), (
            "nine o'clock on Monday"
        )

    def test_somebody_has_something_to_do_at_every_step(self):
        at_work = Version.objects.filter(posting__status=PostingStatus.DRAFT)
        counted = Counter(at_work.values_list("state", flat=True))
        assert set(counted) == {"draft", "proposed", "reviewed", "approved", "returned"}
        for username, action, state in (
            ("jinxing_reviewer", "review", VersionState.PROPOSED),
            ("jinxing_approver", "approve", VersionState.REVIEWED),
            ("maqiao_approver", "approve", VersionState.REVIEWED),
        ):
            assert any(can(person(username), action, version) for version in at_work.filter(state=state))

    def test_one_is_waived_and_one_extended_from_above(self):
        waiver = ObligationDecision.objects.get(kind="waiver")
        extension = ObligationDecision.objects.get(kind="extension")
        for decision in (waiver, extension):
            assert decision.decided_by == person("maqiao_approver")
            assert can(decision.decided_by, "release_from_duty", decision.obligation.organisation)
        assert extension.obligation.due_on == extension.new_due_on > TODAY
        assert extension.obligation.due_changes.count() == 1


@pytest.mark.usefixtures("sample", "db")
class TestTheLoaderWritesWhatTheActionsWrite:
    def test_a_plain_posting(self):
        found = made_by_the_loader(PLAIN)
        desk = Desk(found.posting.item, NOW)
        made = desk.published(desk.proposed(desk.drafted()))
        assert traits(found) == traits(made)

    def test_a_posting_that_was_returned_once(self):
        found = made_by_the_loader(RETURNED)
        desk = Desk(found.posting.item, NOW)
        version = desk.proposed(desk.drafted())
        postings.send_back(version, reason="请核对数据。", by=desk.reviewer, at=desk.later())
        made = desk.published(desk.proposed(desk.save(version)))
        assert traits(found) == traits(made)

    def test_a_correction(self):
        found = made_by_the_loader(CORRECTION, ordinal=2)
        desk = Desk(found.posting.item, NOW)
        first = desk.published(desk.proposed(desk.drafted()))
        version = corrections.begin_correction(first.posting, note="更正日期。", by=desk.author, at=desk.later())
        made = desk.published(desk.proposed(desk.save(version)))
        assert traits(found) == traits(made)
        before = found.posting.versions.get(ordinal=1)
        assert traits(before) == traits(Version.objects.get(pk=first.pk))

    def test_a_withdrawal(self):
        withdrawn = Version.objects.filter(
            posting__status=PostingStatus.WITHDRAWN, posting__obligation__isnull=False, posting__organisation=village()
        )
        found = next(version for version in withdrawn.order_by("pk") if steps_of(version) == WITHDRAWN)
        desk = Desk(found.posting.item, NOW)
        first = desk.published(desk.proposed(desk.drafted()))
        reason = WithdrawalReason(found.posting.withdrawal_reason)
        corrections.withdraw(
            first.posting, reason=reason, note=found.posting.withdrawal_note, by=desk.approver, at=desk.later()
        )
        made = Version.objects.select_related("posting__obligation").get(pk=first.pk)
        alike, other = traits(found), traits(made)
        del alike["obligation"], other["obligation"]  # the sample's was met again by another posting
        assert alike == other
        words = Step.objects.filter(kind=StepKind.WITHDRAWN)
        assert words.get(version=found).words == words.get(version=made).words


def rows():
    models = [
        model
        for app in ("organisations", "catalogue", "disclosures")
        for model in apps.get_app_config(app).get_models()
    ]
    return {model.__name__: model.objects.count() for model in models}


@pytest.mark.usefixtures("db")
class TestLoading:
    def test_it_does_not_take_long(self, sample):
        result, seconds = sample
        assert result.is_new and result.organisations > 90 and result.postings > 8000
        assert seconds < MOST_CPU_SECONDS

    def test_a_second_load_changes_nothing_and_is_quick(self, sample):
        before, began = rows(), time.process_time()
        again = load(now=NOW + timedelta(minutes=5))
        assert time.process_time() - began < 5
        assert not again.is_new
        assert rows() == before

    def test_a_day_later_only_the_day_is_made(self, sample):
        before = rows()
        load(now=NOW + timedelta(days=1))
        after = rows()
        changed = {name for name in before if before[name] != after[name]}
        assert changed <= {"Obligation", "GenerationRun", "Demand", "OverdueEntry"}

    def test_the_command_prints_who_can_sign_in(self, sample):
        out = StringIO()
        call_command("load_sample", stdout=out)
        printed = out.getvalue()
        assert "已在库中" in printed and PASSWORD in printed
        for account in accounts():
            assert account.username in printed and account.organisation in printed
