"""Drafts are imported and edited, editions in force are frozen, X items are proposed and decided."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from catalogue import actions
from catalogue.actions.trees import CONTENTS
from catalogue.choices import CatalogueStatus, DueRule, ItemKind, Openness, ProposalState, TimeLimitClass
from catalogue.importing import ImportFailed
from catalogue.models import Catalogue, ImportWarning, Item, ItemProposal
from organisations import locks
from tests.catalogue.published import FOLDER, NAMES
from tests.factories.catalogue import CatalogueFactory, DraftFactory, ItemFactory, ItemProposalFactory
from tests.factories.organisations import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 21, 2, tzinfo=UTC)
TODAY = date(2026, 11, 21)


@pytest.fixture
def issuer():
    return OrganisationFactory(code="SH", name="上海市委")


@pytest.fixture
def built_in(issuer):
    """The three catalogues that come with the portal, as drafts."""
    return {name: actions.load_builtin(name, issuer) for name in actions.BUILTINS}


def csv(tmp_path, *rows, name="catalogue.csv"):
    path = tmp_path / name
    header = "code,parent_code,title,scope,time_limit_class,period,due_days,implements"
    path.write_text("\n".join([header, *rows]), encoding="utf-8")
    return path


def shape(catalogue):
    return list(Item.objects.filter(catalogue=catalogue).order_by("tree_id", "lft").values_list("code", "level"))


class TestImporting:
    def test_a_file_becomes_a_draft_with_its_tree(self, issuer, tmp_path):
        path = csv(
            tmp_path, "A,,组织,,,,,", "A1,A,党费,unit,periodic,monthly,5,", "B,,廉政,,,,,", "B1,B,述廉,unit,prompt,,5,"
        )
        result = actions.import_catalogue(path, code="trial", title="试行目录", issuer=issuer)
        draft = Catalogue.objects.get(code="trial")
        assert (draft.status, draft.edition, draft.title) == (CatalogueStatus.DRAFT, 1, "试行目录")
        assert shape(draft) == [("A", 0), ("A1", 1), ("B", 0), ("B1", 1)]
        assert result.planted.created == 4 and actions.check_items() == []

    def test_the_same_file_twice_changes_nothing(self, issuer, tmp_path):
        path = csv(tmp_path, "A,,组织,,,,,", "A1,A,党费,unit,periodic,monthly,5,")
        actions.import_catalogue(path, code="trial", title="试行目录", issuer=issuer)
        before = list(Item.objects.values())
        again = actions.import_catalogue(path, code="trial", title="试行目录", issuer=issuer)
        assert (again.planted.unchanged, again.planted.created, again.planted.updated) == (2, 0, 0)
        assert list(Item.objects.values()) == before and Catalogue.objects.count() == 1

    def test_a_corrected_file_brings_the_draft_in_line(self, issuer, tmp_path):
        first = ["A,,组织,,,,,", "A1,A,党费,unit,periodic,monthly,5,", "B,,旧组,,,,,", "B1,B,旧事项,unit,prompt,,5,"]
        then = ["C,,新组,,,,,", "A1,C,党费收支,unit,periodic,monthly,5,", "A,,组织,,,,,", "A2,A,名册,unit,permanent,,,"]
        actions.import_catalogue(csv(tmp_path, *first), code="trial", title="目录", issuer=issuer)
        kept = Item.objects.get(code="A1").pk
        result = actions.import_catalogue(csv(tmp_path, *then), code="trial", title="目录", issuer=issuer)
        assert shape(result.catalogue) == [("C", 0), ("A1", 1), ("A", 0), ("A2", 1)]
        assert Item.objects.get(code="A1").pk == kept and Item.objects.get(code="A1").title == "党费收支"
        assert result.planted.deleted == 2 and actions.check_items() == []

    def test_a_dry_run_says_the_same_and_writes_nothing(self, issuer, tmp_path):
        path = csv(tmp_path, "A,,组织,,,,,", "A1,A,党费,unit,periodic,monthly,5,")
        result = actions.import_catalogue(path, code="trial", title="目录", issuer=issuer, dry_run=True)
        assert result.planted.created == 2
        assert not Catalogue.objects.exists() and not Item.objects.exists()

    def test_one_bad_row_keeps_everything_out(self, issuer, tmp_path):
        path = csv(tmp_path, "A,,组织,,,,,", "A1,Z,党费,unit,periodic,monthly,5,")
        with pytest.raises(ImportFailed):
            actions.import_catalogue(path, code="trial", title="目录", issuer=issuer)
        assert not Catalogue.objects.exists()

    def test_a_failure_while_writing_leaves_nothing(self, issuer, tmp_path, monkeypatch):
        def full_disk(*args):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("catalogue.actions.imports._keep_warnings", full_disk)
        with pytest.raises(OSError, match="space"):
            actions.import_catalogue(csv(tmp_path, "A,,组织,,,,,"), code="trial", title="目录", issuer=issuer)
        assert not Catalogue.objects.exists() and not Item.objects.exists()

    @pytest.mark.parametrize(
        ("code", "title"),
        [("bad code", "目录"), ("目录", "目录"), ("", "目录"), ("x" * 41, "目录"), ("ok", "长" * 121), ("ok", "")],
    )
    def test_a_bad_code_or_title_is_told(self, issuer, tmp_path, code, title):
        with pytest.raises(ImportFailed) as failure:
            actions.import_catalogue(csv(tmp_path, "A,,组织,,,,,"), code=code, title=title, issuer=issuer)
        assert len(str(failure.value)) > 5

    def test_nobody_imports_over_the_catalogue_of_another_issuer(self, issuer, tmp_path):
        CatalogueFactory(code="trial")
        with pytest.raises(ImportFailed):
            actions.import_catalogue(csv(tmp_path, "A,,组织,,,,,"), code="trial", title="目录", issuer=issuer)

    def test_a_catalogue_in_force_gets_a_draft_of_the_next_edition(self, issuer, tmp_path):
        CatalogueFactory(code="trial", edition=3, issuer=issuer)
        draft = actions.import_catalogue(
            csv(tmp_path, "A,,组织,,,,,"), code="trial", title="目录", issuer=issuer
        ).catalogue
        assert (draft.edition, draft.status) == (4, CatalogueStatus.DRAFT)

    def test_warnings_are_kept_with_their_items_and_replaced_by_the_next_import(self, issuer):
        path = FOLDER / "yongan_dongpo_neighbourhood_affairs.csv"
        for _time in range(2):
            draft = actions.import_catalogue(path, code="yongan", title="", issuer=issuer).catalogue
        warnings = ImportWarning.objects.filter(catalogue=draft)
        assert draft.title == "东坡社区居务公开事项标准目录(暂行)"
        assert warnings.get(row=6).item.title == "班子成员及各委员会"
        assert warnings.count() == 7

    def test_an_item_on_which_another_catalogue_rests_cannot_vanish(self, issuer, tmp_path):
        actions.import_catalogue(
            csv(tmp_path, "A,,组织,,,,,", "A1,A,党费,unit,prompt,,5,"), code="up", title="上", issuer=issuer
        )
        down = csv(tmp_path, "B,,组织,unit,prompt,,5,up:A1")
        actions.import_catalogue(down, code="down", title="下", issuer=issuer)
        with pytest.raises(ImportFailed):
            actions.import_catalogue(csv(tmp_path, "A,,组织,unit,prompt,,5,"), code="up", title="上", issuer=issuer)
        assert Item.objects.get(code="A1").implemented_by.get().code == "B"

    def test_a_link_that_leads_nowhere_is_left_out_and_told(self, issuer, tmp_path):
        path = csv(tmp_path, "B,,组织,unit,prompt,,5,nowhere:A1")
        draft = actions.import_catalogue(path, code="down", title="下", issuer=issuer).catalogue
        assert draft.items.get().implements is None and draft.import_warnings.get().column == "implements"

    @pytest.mark.parametrize("name", NAMES)
    def test_every_real_table_becomes_a_draft_with_its_warnings(self, name, issuer):
        result = actions.import_catalogue(FOLDER / f"{name}.csv", code=name, title=name, issuer=issuer)
        assert result.catalogue.status == CatalogueStatus.DRAFT
        assert Item.objects.count() == len(result.parsed.items) > 0
        assert ImportWarning.objects.count() == len(result.parsed.guesses)
        assert actions.check_items() == []
        for item in Item.objects.all():
            item.full_clean()


class TestBuiltIns:
    def test_they_are_complete_and_can_be_put_in_force(self, built_in):
        for draft in built_in.values():
            assert actions.missing_in(draft) == []
            actions.put_in_force(draft, on=date(2026, 1, 1))

    def test_loading_them_twice_loads_nothing(self, built_in, issuer):
        assert {name: actions.load_builtin(name, issuer).pk for name in actions.BUILTINS} == {
            name: draft.pk for name, draft in built_in.items()
        }

    def test_the_32_links_upward_lead_to_xuhuis_items(self, built_in):
        links = Item.objects.filter(catalogue=built_in["grassroots_7_plus_x"], implements__isnull=False)
        assert links.count() == 32
        assert set(links.values_list("implements__catalogue__code", flat=True)) == {"xuhui_district"}
        assert links.filter(implements_as="equivalent").count() == 6
        assert links.get(code="M302").implements.code == "XH0302"

    def test_what_villages_owe_their_villagers_is_open_to_everybody_but_what_names_people_is_not(self, built_in):
        local = Item.objects.filter(
            catalogue=built_in["grassroots_7_plus_x"], disclosure_type__in=["village", "neighbourhood"]
        ).leaves()
        assert local.get(code="X11").scope == "society"
        assert {item.code for item in local if item.scope != "society"} == {"X14"}

    def test_the_budget_law_counts_calendar_days(self, built_in):
        days = Item.objects.filter(day_type="calendar").values_list("catalogue__code", "code")
        assert len(days) == 9 and ("xuhui_district", "XH0601") in days and ("qingpu_district", "QP060101") in days

    def test_village_matters_are_for_villages_and_so_on(self, built_in):
        items = Item.objects.filter(catalogue=built_in["grassroots_7_plus_x"])
        kinds = {code: items.get(code=code).applies_to for code in ("X04", "X17", "X20", "X23", "X05", "M101")}
        assert kinds == {
            "X04": ";village;", "X17": ";neighbourhood;", "X20": ";enterprise;", "X23": ";service_station;",
            "X05": "", "M101": "",
        }  # fmt: skip

    def test_notices_before_appointment_last_five_working_days(self, built_in):
        assert set(Item.objects.exclude(notice_days=None).values_list("code", "notice_days")) == {
            ("QP050102", 5), ("QP050202", 5), ("QP050302", 5), ("XH0502", 5), ("XH0504", 5), ("M502", 5),
            ("MHQ202", 5), ("MHQ302", 5), ("X09", 5),
        }  # fmt: skip


class TestEditingADraft:
    @pytest.fixture
    def draft(self):
        draft = DraftFactory()
        group = ItemFactory(catalogue=draft, code="A", group=True)
        ItemFactory(catalogue=draft, code="A1", parent=group)
        ItemFactory(catalogue=draft, code="B", group=True)
        return draft

    def test_items_are_added_moved_changed_and_deleted(self, draft):
        a, b = draft.items.get(code="A"), draft.items.get(code="B")
        added = actions.add_item(draft, parent=b, code="B1", title="新事项", scope="unit")
        actions.move_item(draft.items.get(code="A1"), target=added, position="left")
        assert shape(draft) == [("A", 0), ("B", 0), ("A1", 1), ("B1", 1)]
        actions.change_item(added, title="改名")
        actions.move_item(b, target=a, position="left")
        assert actions.delete_item(draft.items.get(code="A")) == 1
        assert shape(draft) == [("B", 0), ("A1", 1), ("B1", 1)]
        assert draft.items.get(code="B1").title == "改名" and actions.check_items() == []

    def test_a_branch_goes_as_a_whole(self, draft):
        assert actions.delete_item(draft.items.get(code="A")) == 2
        assert shape(draft) == [("B", 0)]

    @pytest.mark.parametrize("position", ["last-child", "left"])
    def test_an_item_goes_nowhere_inside_itself(self, draft, position):
        a, child = draft.items.get(code="A"), draft.items.get(code="A1")
        with pytest.raises(actions.CatalogueRefused):
            actions.move_item(a, target=child, position=position)

    def test_nor_into_another_edition_nor_by_an_unknown_kind_of_move(self, draft):
        elsewhere = ItemFactory(catalogue=DraftFactory())
        item = draft.items.get(code="A1")
        for target, position in ((elsewhere, "left"), (draft.items.get(code="B"), "sideways")):
            with pytest.raises(actions.CatalogueRefused):
                actions.move_item(item, target=target, position=position)
        with pytest.raises(actions.CatalogueRefused):
            actions.add_item(draft, parent=elsewhere, code="Z", title="错处")

    def test_an_item_another_catalogue_implements_is_not_deleted(self, draft):
        ItemFactory(catalogue=DraftFactory(), implements=draft.items.get(code="A1"), implements_as="equivalent")
        with pytest.raises(actions.CatalogueRefused):
            actions.delete_item(draft.items.get(code="A"))
        assert len(shape(draft)) == 3

    def test_bad_contents_and_codes_used_twice_are_refused(self, draft):
        for contents in ({"code": "A1", "title": "重码"}, {"code": "A2", "title": ""}, {"code": "a b", "title": "x"}):
            with pytest.raises(ValidationError):
                actions.add_item(draft, **contents)
        with pytest.raises(TypeError):
            actions.change_item(draft.items.get(code="A1"), lft=99)

    def test_an_item_somebody_deleted_meanwhile_is_told(self, draft):
        item = draft.items.get(code="A1")
        actions.delete_item(item)
        item.pk = item.pk or -1
        with pytest.raises(actions.CatalogueRefused):
            actions.move_item(item, target=draft.items.get(code="B"))

    def test_every_write_holds_the_lock(self, draft, monkeypatch):
        held = []
        monkeypatch.setattr("organisations.locks.hold", lambda lock: held.append(lock))
        item = actions.add_item(draft, code="C", title="新")
        actions.change_item(item, title="改")
        actions.move_item(item, target=draft.items.get(code="A"))
        actions.delete_item(item)
        actions.new_draft_from(CatalogueFactory())
        actions.discard_draft(draft)
        assert held == [locks.CATALOGUE_TREE] * 6


class TestPuttingInForce:
    @pytest.fixture
    def draft(self):
        draft = DraftFactory(code="trial")
        group = ItemFactory(catalogue=draft, code="A", group=True)
        ItemFactory(catalogue=draft, code="A1", parent=group)
        return draft

    def test_the_draft_is_in_force_from_the_day_and_the_edition_before_ends_the_day_before(self, draft):
        before = actions.put_in_force(draft, on=date(2026, 1, 1))
        after = actions.put_in_force(actions.new_draft_from(before), on=date(2026, 12, 1), by=UserFactory())
        before.refresh_from_db()
        assert (before.status, before.effective_to) == (CatalogueStatus.SUPERSEDED, date(2026, 11, 30))
        assert (after.status, after.effective_from, after.edition) == (CatalogueStatus.IN_FORCE, date(2026, 12, 1), 2)
        assert Catalogue.objects.in_force(on=date(2026, 11, 30)).get() == before
        assert Catalogue.objects.in_force(on=date(2026, 12, 1)).get() == after

    def test_who_did_it_is_in_the_history(self, draft):
        somebody = UserFactory()
        edition = actions.put_in_force(draft, on=TODAY, by=somebody)
        record = edition.history.first()
        assert (record.status, record.history_user) == (CatalogueStatus.IN_FORCE, somebody)

    @pytest.mark.parametrize("on", [date(2025, 12, 31), date(2026, 1, 1)])
    def test_it_must_begin_later_than_the_edition_before(self, draft, on):
        before = actions.put_in_force(draft, on=date(2026, 1, 1))
        with pytest.raises(actions.CatalogueRefused):
            actions.put_in_force(actions.new_draft_from(before), on=on)
        before.refresh_from_db()
        assert before.status == CatalogueStatus.IN_FORCE

    def test_only_a_draft_can_and_only_once(self, draft):
        actions.put_in_force(draft, on=TODAY)
        with pytest.raises(actions.CatalogueRefused):
            actions.put_in_force(draft, on=TODAY)

    @pytest.mark.parametrize(
        "lack",
        [
            {"scope": ""},
            {"time_limit_class": "", "period": "", "due_rule": "", "due_days": None},
            {"due_rule": ""},
            {"due_rule": DueRule.AFTER_PERIOD, "time_limit_class": TimeLimitClass.PROMPT, "period": ""},
            {"due_rule": DueRule.FIXED_DAY, "fixed_month": 4, "fixed_day": 1},
        ],
        ids=["scope", "limit", "rule", "period", "month"],
    )
    def test_a_leaf_that_lacks_something_is_named(self, draft, lack):
        Item.objects.filter(code="A1").update(**lack)
        with pytest.raises(actions.DraftIncomplete) as refusal:
            actions.put_in_force(draft, on=TODAY)
        assert [missing.code for missing in refusal.value.missing] == ["A1"]
        draft.refresh_from_db()
        assert draft.status == CatalogueStatus.DRAFT

    def test_groups_need_nothing_and_what_is_not_proactive_needs_no_limit(self, draft):
        Item.objects.filter(code="A1").update(
            openness=Openness.WITHHELD, exemption_reason="state_secret", time_limit_class="", period="", due_rule=""
        )
        assert actions.missing_in(draft) == []

    def test_a_draft_without_entries_is_refused(self):
        with pytest.raises(actions.DraftIncomplete):
            actions.put_in_force(DraftFactory(), on=TODAY)

    def test_warnings_go_and_their_number_stays_in_the_history(self, draft):
        ImportWarning.objects.create(catalogue=draft, row=1, message="猜测")
        edition = actions.put_in_force(draft, on=TODAY)
        assert not ImportWarning.objects.exists()
        assert "1" in edition.history.first().history_change_reason


class TestNewDrafts:
    def test_it_holds_everything_the_edition_holds(self, built_in):
        edition = actions.put_in_force(built_in["grassroots_7_plus_x"], on=date(2026, 1, 1))
        village = OrganisationFactory(code="JX")
        group = edition.items.get(code="X")
        ItemFactory(catalogue=edition, parent=group, code="X-JX-1", kind="extra", owner=village, owned_from=TODAY)
        draft = actions.new_draft_from(edition)
        columns = ["code", "parent__code", "lft", "rght", "level", *CONTENTS]
        assert list(draft.items.order_by("tree_id", "lft").values(*columns)) == list(
            edition.items.order_by("tree_id", "lft").values(*columns)
        )
        assert (draft.edition, draft.status, draft.title) == (2, CatalogueStatus.DRAFT, edition.title)
        assert actions.check_items() == []

    def test_links_follow_to_the_superiors_edition_in_force(self, built_in):
        xuhui = actions.put_in_force(built_in["xuhui_district"], on=date(2026, 1, 1))
        base = actions.put_in_force(built_in["grassroots_7_plus_x"], on=date(2026, 1, 1))
        newer = actions.put_in_force(actions.new_draft_from(xuhui), on=date(2026, 6, 1))
        draft = actions.new_draft_from(base)
        assert set(draft.items.exclude(implements=None).values_list("implements__catalogue", flat=True)) == {newer.pk}

    def test_there_is_one_draft_at_a_time(self):
        edition = CatalogueFactory()
        actions.new_draft_from(edition)
        with pytest.raises(actions.CatalogueRefused):
            actions.new_draft_from(edition)

    def test_a_draft_can_be_given_up_and_an_edition_in_force_cannot(self, built_in):
        actions.discard_draft(built_in["qingpu_district"])
        assert not Catalogue.objects.filter(code="qingpu_district").exists()
        with pytest.raises(actions.EditionFrozen):
            actions.discard_draft(CatalogueFactory())

    def test_a_draft_written_by_hand(self, issuer):
        draft = actions.start_draft("hand", title="手写目录", issuer=issuer, basis="区委常委会决定")
        actions.change_draft(draft, title="手写目录（试行）", basis="")
        draft.refresh_from_db()
        assert (draft.title, draft.basis) == ("手写目录（试行）", "")
        with pytest.raises(actions.CatalogueRefused):
            actions.start_draft("hand", title="又一份", issuer=OrganisationFactory())


class TestFrozenEditions:
    """Rule: an edition in force is never edited. Said to the database, on both of them."""

    @pytest.fixture(params=[CatalogueStatus.IN_FORCE, CatalogueStatus.SUPERSEDED])
    def edition(self, request):
        edition = CatalogueFactory(status=request.param, effective_to=date(2026, 12, 31))
        group = ItemFactory(catalogue=edition, code="A", group=True)
        ItemFactory(catalogue=edition, code="A1", parent=group)
        return edition

    @pytest.mark.parametrize("column", [*CONTENTS, "code", "parent_id", "catalogue_id"])
    def test_no_column_of_an_item_can_be_changed(self, edition, column):
        other = {
            "parent_id": None,
            "catalogue_id": DraftFactory().pk,
            "implements_id": ItemFactory(catalogue=DraftFactory()).pk,
            "owner_id": edition.issuer_id,
            "partial": True,
            "owned_from": TODAY,
            "due_days": 99, "fixed_month": 1, "fixed_day": 1, "display_days": 9, "notice_days": 9,
        }.get(column, "other")  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            Item.objects.filter(catalogue=edition, code="A1").update(**{column: other})

    def test_no_item_can_be_added_or_deleted(self, edition):
        with pytest.raises(IntegrityError), transaction.atomic():
            Item.objects.filter(code="A1").delete()
        with pytest.raises(IntegrityError), transaction.atomic():
            Item(catalogue=edition, code="Z", title="混入").save()
        with pytest.raises(IntegrityError), transaction.atomic():
            Item.objects.filter(pk=ItemFactory(catalogue=DraftFactory()).pk).update(catalogue=edition)

    def test_saving_an_item_unchanged_and_renumbering_the_tree_stay_possible(self, edition):
        Item.objects.get(code="A1").save()
        Item.objects.filter(catalogue=edition).update(tree_id=999)

    def test_an_organisations_own_x_item_may_join(self, edition):
        group = edition.items.get(code="A")
        Item(
            catalogue=edition, parent=group, code="X-1", title="点单", kind=ItemKind.EXTRA, owner=edition.issuer,
            owned_from=TODAY,
        ).save()  # fmt: skip
        assert actions.check_items() == []
        with pytest.raises(IntegrityError), transaction.atomic():
            Item.objects.filter(code="X-1").update(title="改名")

    def test_the_actions_say_so_before_the_database_must(self, edition):
        item = edition.items.get(code="A1")
        for attempt in (
            lambda: actions.add_item(edition, code="Z", title="混入"),
            lambda: actions.change_item(item, title="改名"),
            lambda: actions.move_item(item, target=edition.items.get(code="A")),
            lambda: actions.delete_item(item),
            lambda: actions.change_draft(edition, title="改名", basis=""),
        ):
            with pytest.raises(actions.EditionFrozen):
                attempt()

    def test_the_refusal_is_the_databases_own(self, edition):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE catalogue_item SET title = 'x' WHERE code = 'A1'")


class TestProposals:
    @pytest.fixture
    def edition(self):
        edition = CatalogueFactory(code="base")
        group = ItemFactory(catalogue=edition, code="X", group=True, kind=ItemKind.EXTRA)
        ItemFactory(catalogue=edition, code="X01", parent=group, kind=ItemKind.EXTRA)
        return edition

    @pytest.fixture
    def proposal(self, edition):
        return ItemProposalFactory(parent=edition.items.get(code="X"), organisation=OrganisationFactory(code="JX"))

    def propose(self, edition, code="X", **changes):
        contents = {
            "title": "招租底价", "reason": "村民提出", "time_limit_class": TimeLimitClass.PROMPT, "due_days": 5,
        }  # fmt: skip
        return actions.propose_item(
            OrganisationFactory(), parent=edition.items.get(code=code), by=UserFactory(), at=NOW, **contents | changes
        )

    def test_a_proposal_waits_for_a_decision(self, edition):
        proposal = self.propose(edition)
        assert (proposal.state, proposal.decided_by) == (ProposalState.PROPOSED, None)

    @pytest.mark.parametrize(
        "changes",
        [
            {"code": "X01"},
            {"time_limit_class": TimeLimitClass.PERIODIC, "period": ""},
        ],
        ids=["under an owed entry", "periodic without a period"],
    )
    def test_what_could_never_be_owed_is_refused(self, edition, changes):
        with pytest.raises(actions.CatalogueRefused):
            self.propose(edition, **changes)

    def test_an_empty_title_and_a_draft_are_refused(self, edition):
        with pytest.raises(ValidationError):
            self.propose(edition, title=" ")
        draft = DraftFactory()
        ItemFactory(catalogue=draft, code="X", group=True)
        with pytest.raises(actions.CatalogueRefused):
            self.propose(draft)

    def test_an_approved_proposal_becomes_the_organisations_own_item(self, edition, proposal):
        item = actions.approve_proposal(proposal, by=UserFactory(), at=NOW, on=TODAY, note="同意")
        assert (item.catalogue, item.parent.code, item.kind, item.owner, item.owned_from) == (
            edition, "X", ItemKind.EXTRA, proposal.organisation, TODAY,
        )  # fmt: skip
        assert (item.code, item.due_rule, item.due_days) == ("X-JX-1", DueRule.AFTER_PERIOD, 10)
        proposal.refresh_from_db()
        assert (proposal.state, proposal.item, proposal.decision_note) == (ProposalState.APPROVED, item, "同意")
        assert actions.check_items() == []

    def test_it_stands_in_the_edition_in_force_when_it_is_approved(self, edition, proposal):
        newer = actions.put_in_force(actions.new_draft_from(edition), on=date(2026, 12, 1))
        item = actions.approve_proposal(proposal, by=UserFactory(), at=NOW, on=TODAY)
        assert item.catalogue == newer

    def test_codes_go_on_counting_over_editions(self, edition, proposal):
        first = actions.approve_proposal(proposal, by=UserFactory(), at=NOW, on=TODAY)
        actions.put_in_force(actions.new_draft_from(edition), on=date(2026, 12, 1))
        again = ItemProposalFactory(parent=proposal.parent, organisation=proposal.organisation)
        assert (first.code, actions.approve_proposal(again, by=UserFactory(), at=NOW, on=TODAY).code) == (
            "X-JX-1",
            "X-JX-2",
        )

    def test_an_item_granted_while_a_draft_was_written_lives_on_in_it(self, edition, proposal):
        draft = actions.new_draft_from(edition)
        actions.approve_proposal(proposal, by=UserFactory(), at=NOW, on=TODAY)
        actions.put_in_force(draft, on=date(2026, 12, 1))
        assert draft.items.get(code="X-JX-1").parent.code == "X"
        assert actions.check_items() == []

    def test_it_moves_up_where_its_group_is_gone(self, edition, proposal):
        actions.approve_proposal(proposal, by=UserFactory(), at=NOW, on=TODAY)
        draft = DraftFactory(code="base", edition=2, issuer=edition.issuer)
        ItemFactory(catalogue=draft, code="M1")
        actions.put_in_force(draft, on=date(2026, 12, 1))
        assert draft.items.get(code="X-JX-1").parent is None

    def test_importing_into_a_draft_keeps_the_items_of_organisations(self, edition, proposal, tmp_path):
        actions.approve_proposal(proposal, by=UserFactory(), at=NOW, on=TODAY)
        actions.new_draft_from(edition)
        path = csv(tmp_path, "X,,其他,,,,,", "X02,X,新项,unit,prompt,,5,")
        draft = actions.import_catalogue(path, code="base", title="目录", issuer=edition.issuer).catalogue
        assert shape(draft) == [("X", 0), ("X02", 1), ("X-JX-1", 1)]

    def test_a_group_that_is_gone_is_told(self, edition, proposal):
        draft = DraftFactory(code="base", edition=2, issuer=edition.issuer)
        ItemFactory(catalogue=draft, code="M1")
        actions.put_in_force(draft, on=date(2026, 12, 1))
        with pytest.raises(actions.CatalogueRefused):
            actions.approve_proposal(proposal, by=UserFactory(), at=NOW, on=TODAY)
        proposal.refresh_from_db()
        assert proposal.state == ProposalState.PROPOSED

    def test_a_returned_proposal_has_a_reason(self, proposal):
        with pytest.raises(actions.CatalogueRefused):
            actions.return_proposal(proposal, by=UserFactory(), at=NOW, note=" ")
        actions.return_proposal(proposal, by=UserFactory(), at=NOW, note="已在目录中")
        assert (proposal.state, proposal.item) == (ProposalState.RETURNED, None)

    def test_who_proposed_does_not_decide(self, proposal):
        for decide in (
            lambda: actions.approve_proposal(proposal, by=proposal.proposed_by, at=NOW, on=TODAY),
            lambda: actions.return_proposal(proposal, by=proposal.proposed_by, at=NOW, note="x"),
        ):
            with pytest.raises(actions.CatalogueRefused):
                decide()
        with pytest.raises(IntegrityError), transaction.atomic():
            ItemProposal.objects.filter(pk=proposal.pk).update(
                state=ProposalState.RETURNED, decided_by=proposal.proposed_by, decided_at=NOW
            )

    def test_it_is_decided_once(self, proposal):
        actions.approve_proposal(proposal, by=UserFactory(), at=NOW, on=TODAY)
        stale = ItemProposal.objects.get(pk=proposal.pk)
        stale.state = ProposalState.PROPOSED
        with pytest.raises(actions.CatalogueRefused):
            actions.return_proposal(stale, by=UserFactory(), at=NOW, note="迟了")
        assert Item.objects.filter(owner=proposal.organisation).count() == 1
