"""Catalogues, their trees and proposals in the back office, as its users meet them."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from catalogue import actions
from catalogue.choices import CatalogueStatus, ItemKind, ProposalState
from catalogue.models import Catalogue, ImportWarning, Item, ItemProposal
from organisations.choices import Role
from tests.catalogue.published import FOLDER
from tests.factories.catalogue import CatalogueFactory, DraftFactory, ItemFactory, ItemProposalFactory
from tests.factories.organisations import AppointmentFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db

LIST = reverse("admin:catalogue_catalogue_changelist")
IMPORT = reverse("admin:catalogue_catalogue_import")
ITEMS = reverse("admin:catalogue_item_changelist")
WARNINGS = reverse("admin:catalogue_importwarning_changelist")
TABLE = FOLDER / "yongan_dongpo_neighbourhood_affairs.csv"


@pytest.fixture
def district():
    return OrganisationFactory(code="MH", name="闵行区委")


@pytest.fixture
def sign_in(client):
    def sign_in(role, organisation):
        user = UserFactory(is_staff=True)
        AppointmentFactory(user=user, organisation=organisation, role=role)
        client.force_login(user)
        return user

    return sign_in


@pytest.fixture
def keeper(sign_in, district):
    return sign_in(Role.ADMINISTRATOR, district)


@pytest.fixture
def draft(district):
    draft = DraftFactory(code="trial", issuer=district)
    group = ItemFactory(catalogue=draft, code="A", title="组织建设", group=True)
    ItemFactory(
        catalogue=draft, code="A1", title="党费收缴", parent=group, carriers="board;website", applies_to=";village;"
    )
    ItemFactory(catalogue=draft, code="B", title="廉政建设", group=True)
    return draft


@pytest.fixture
def edition(district):
    edition = CatalogueFactory(code="settled", issuer=district)
    ItemFactory(catalogue=edition, code="M1", title="述责述廉", carriers="meeting", applies_to="")
    return edition


def change(obj):
    return reverse(f"admin:catalogue_{obj._meta.model_name}_change", args=[obj.pk])


def tree(catalogue):
    return f"{ITEMS}?catalogue__id__exact={catalogue.pk}"


def drop(client, item, target, position="last-child"):
    return client.post(
        tree(item.catalogue),
        {"cmd": "move_node", "cut_item": item.pk, "pasted_on": target.pk, "position": position},
    )


def item_fields(**changes):
    return {
        "code": "A1", "title": "党费收缴", "kind": "mandatory", "disclosure_type": "party", "content_elements": "应缴",
        "scope": "unit", "time_limit_class": "periodic", "period": "quarterly", "due_rule": "after_period",
        "due_days": "10", "day_type": "working", "openness": "proactive", "carriers": ["board", "meeting"],
        "applies_to": ["village", "branch"], **changes,
    }  # fmt: skip


def table(name="catalogue.csv", content=None):
    return SimpleUploadedFile(name, TABLE.read_bytes() if content is None else content)


class TestWhoSeesWhat:
    @pytest.mark.parametrize("role", [role for role in Role if role != Role.MEMBER])
    def test_everybody_in_office_sees_editions_in_force(self, client, sign_in, role, edition):
        sign_in(role, OrganisationFactory())
        assert edition.title in client.get(LIST).content.decode()
        assert "述责述廉" in client.get(tree(edition)).content.decode()
        assert client.get(change(edition)).status_code == 200

    def test_a_member_sees_none_of_it(self, client, sign_in, district):
        sign_in(Role.MEMBER, district)
        assert client.get(LIST).status_code == 403

    def test_drafts_are_seen_by_those_who_keep_them_alone(self, client, sign_in, draft):
        sign_in(Role.ADMINISTRATOR, OrganisationFactory())
        assert draft.title not in client.get(LIST).content.decode()
        assert client.get(change(draft)).status_code == 302
        assert client.get(tree(draft)).status_code == 302
        assert client.get(change(draft.items.get(code="A1"))).status_code == 302

    def test_others_can_neither_move_nor_change_nor_put_in_force(self, client, sign_in, draft, edition):
        sign_in(Role.SECRETARY, draft.issuer)
        item = draft.items.get(code="A1")
        drop(client, item, draft.items.get(code="B"))
        client.post(change(item), item_fields(title="改名"))
        assert client.post(reverse("admin:catalogue_catalogue_put_in_force", args=[draft.pk])).status_code == 403
        assert client.post(reverse("admin:catalogue_catalogue_new_draft", args=[edition.pk])).status_code == 403
        assert client.post(IMPORT, {"file": table(), "code": "x", "issuer": draft.issuer_id}).status_code == 403
        item.refresh_from_db()
        assert (item.title, item.parent.code) == ("党费收缴", "A")

    def test_whoever_runs_the_machine_keeps_every_catalogue(self, admin_client, draft):
        assert "党费收缴" in admin_client.get(tree(draft)).content.decode()


class TestTheTree:
    def test_it_shows_one_edition_in_the_order_of_the_tree(self, client, keeper, draft, edition):
        page = client.get(tree(draft)).content.decode()
        assert page.index("组织建设") < page.index("党费收缴") < page.index("廉政建设")
        assert "述责述廉" not in page and 'class="drag-handle"' in page

    def test_without_an_edition_it_sends_to_the_list_of_editions(self, client, keeper):
        for address in (ITEMS, f"{ITEMS}?catalogue__id__exact=x", f"{ITEMS}?catalogue__id__exact={'9' * 30}"):
            assert client.get(address).url == LIST

    def test_an_entry_dropped_on_another_moves_below_it(self, client, keeper, draft):
        assert drop(client, draft.items.get(code="A1"), draft.items.get(code="B")).status_code == 200
        assert draft.items.get(code="A1").parent.code == "B"
        assert actions.check_items() == [] and LogEntry.objects.filter(user=keeper).count() == 1

    @pytest.mark.parametrize(("position", "order"), [("left", ["B", "A", "A1"]), ("right", ["A", "A1", "B"])])
    def test_or_beside_it(self, client, keeper, draft, position, order):
        drop(client, draft.items.get(code="B"), draft.items.get(code="A"), position)
        assert list(draft.items.order_by("tree_id", "lft").values_list("code", flat=True)) == order

    def test_a_move_that_cannot_be_is_told(self, client, keeper, draft, edition):
        a, child = draft.items.get(code="A"), draft.items.get(code="A1")
        assert drop(client, a, child).status_code == 409
        assert drop(client, a, edition.items.get()).status_code == 409
        assert drop(client, a, child, "sideways").status_code == 409
        for nonsense in ("x", "", "9" * 40, "-1"):
            posted = {"cmd": "move_node", "cut_item": nonsense, "pasted_on": a.pk, "position": "left"}
            assert client.post(tree(draft), posted).status_code == 409
        assert actions.check_items() == []

    def test_an_edition_in_force_has_no_handles_and_refuses_to_be_moved(self, client, keeper, edition):
        page = client.get(tree(edition)).content.decode()
        assert 'class="drag-handle"' not in page and reverse("admin:catalogue_item_add") not in page
        item = edition.items.get()
        assert drop(client, item, item).status_code == 403

    def test_a_tree_of_two_hundred_entries_takes_no_more_queries_than_one_of_three(
        self, client, keeper, draft, django_assert_max_num_queries
    ):
        actions.load_builtin("qingpu_district", draft.issuer)
        qingpu = Catalogue.objects.get(code="qingpu_district")
        client.get(tree(draft))
        with django_assert_max_num_queries(20):
            client.get(tree(draft))
        with django_assert_max_num_queries(20):
            assert "区党代表大会会议公报" in client.get(tree(qingpu)).content.decode()


class TestOneEntry:
    def test_it_is_changed_with_carriers_and_kinds_ticked(self, client, keeper, draft):
        item = draft.items.get(code="A1")
        page = client.get(change(item)).content.decode()
        assert page.count('type="checkbox"') >= 5 and "checked" in page
        response = client.post(change(item), item_fields(title="党费收支结存"))
        assert response.url == tree(draft)
        item.refresh_from_db()
        assert (item.title, item.carriers, item.applies_to) == ("党费收支结存", "meeting;board", ";village;branch;")

    def test_it_is_added_under_a_parent(self, client, keeper, draft):
        add = f"{reverse('admin:catalogue_item_add')}?catalogue__id__exact={draft.pk}"
        assert "组织建设" in client.get(add).content.decode()
        parent = draft.items.get(code="B")
        assert client.post(add, item_fields(code="B1", parent=parent.pk)).url == tree(draft)
        assert draft.items.get(code="B1").parent == parent and actions.check_items() == []

    def test_it_is_deleted_with_all_below_it(self, client, keeper, draft):
        delete = reverse("admin:catalogue_item_delete", args=[draft.items.get(code="A").pk])
        assert "党费收缴" in client.get(delete).content.decode()
        assert client.post(delete, {"post": "yes"}).url == tree(draft)
        assert [item.code for item in draft.items.all()] == ["B"] and actions.check_items() == []

    def test_something_that_hangs_on_it_is_told(self, client, keeper, draft):
        ItemFactory(catalogue=DraftFactory(), implements=draft.items.get(code="A1"), implements_as="narrower")
        client.post(reverse("admin:catalogue_item_delete", args=[draft.items.get(code="A").pk]), {"post": "yes"})
        assert draft.items.count() == 3

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"code": "B"}, "code"),
            ({"code": "a b"}, "code"),
            ({"title": ""}, "title"),
            ({"period": ""}, "period"),
            ({"due_days": ""}, "due_days"),
            ({"due_days": "2000"}, "due_days"),
            ({"due_rule": "fixed_day"}, "fixed_day"),
            ({"due_rule": "fixed_day", "fixed_month": "4", "fixed_day": "1"}, "fixed_month"),
            ({"openness": "withheld"}, "exemption_reason"),
            ({"carriers": ["pigeon"]}, "carriers"),
            ({"applies_to": ["kingdom"]}, "applies_to"),
        ],
    )
    def test_a_mistake_is_told_at_its_field(self, client, keeper, draft, changes, field):
        response = client.post(change(draft.items.get(code="A1")), item_fields(**changes))
        assert response.status_code == 200
        assert list(response.context["adminform"].form.errors) == [field]

    def test_in_an_edition_in_force_it_is_read_in_words(self, client, keeper, edition):
        page = client.get(change(edition.items.get())).content.decode()
        assert "会议" in page and 'name="title"' not in page
        assert client.post(change(edition.items.get()), item_fields()).status_code == 403

    def test_an_edition_put_in_force_meanwhile_is_told(self, client, keeper, draft, monkeypatch):
        def too_late(*args, **kwargs):
            raise actions.EditionFrozen

        monkeypatch.setattr(actions, "change_item", too_late)
        assert client.post(change(draft.items.get(code="A1")), item_fields()).url == LIST


class TestImporting:
    def test_checking_shows_every_warning_and_writes_nothing(self, client, keeper, district):
        posted = {"file": table(), "code": "dongpo", "title": "", "issuer": district.pk, "check": "1"}
        page = client.post(IMPORT, posted).content.decode()
        assert "居委会" in page and "东坡社区居务公开事项标准目录" in page
        assert not Catalogue.objects.exists()

    def test_importing_leads_to_the_draft_with_its_warnings(self, client, keeper, district):
        posted = {"file": table(), "code": "dongpo", "title": "", "issuer": district.pk, "import": "1"}
        draft_page = client.post(IMPORT, posted, follow=True)
        draft = Catalogue.objects.get(code="dongpo")
        assert draft_page.redirect_chain[-1][0] == change(draft)
        assert f"{WARNINGS}?catalogue__id__exact={draft.pk}" in draft_page.content.decode()
        assert LogEntry.objects.filter(user=keeper).exists()

    @pytest.mark.parametrize(
        ("name", "content"),
        [("a.csv", b""), ("a.xlsx", b"x"), ("a.csv", b"code,parent_code,title\nA,Z,x\n"), ("a.exe", b"MZ")],
    )
    def test_a_bad_file_is_told_on_the_form(self, client, keeper, district, name, content):
        response = client.post(IMPORT, {"file": table(name, content), "code": "x", "title": "x", "issuer": district.pk})
        assert response.status_code == 200 and response.context["form"].errors["file"]
        assert not Catalogue.objects.exists()

    def test_only_in_the_name_of_an_organisation_one_administers(self, client, keeper):
        stranger = OrganisationFactory()
        response = client.post(IMPORT, {"file": table(), "code": "x", "title": "x", "issuer": stranger.pk})
        assert response.context["form"].errors["issuer"]

    def test_warnings_dealt_with_are_taken_off_the_list(self, client, keeper, draft):
        warning = ImportWarning.objects.create(catalogue=draft, item=draft.items.first(), row=4, message="天数为推测值")
        assert "天数为推测值" in client.get(WARNINGS).content.decode()
        client.post(WARNINGS, {"action": "dealt_with", "_selected_action": [warning.pk], "confirmed": "1"})
        assert not ImportWarning.objects.exists()

    def test_warnings_of_others_are_not_seen(self, client, keeper):
        ImportWarning.objects.create(catalogue=DraftFactory(), row=4, message="别家的推测")
        assert "别家的推测" not in client.get(WARNINGS).content.decode()


class TestEditions:
    def test_a_draft_is_put_in_force(self, client, keeper, draft):
        draft.items.filter(code="B").delete()
        page = reverse("admin:catalogue_catalogue_put_in_force", args=[draft.pk])
        assert client.get(page).status_code == 200
        client.post(page, {"on": "2026-12-01"})
        draft.refresh_from_db()
        assert (draft.status, draft.effective_from) == (CatalogueStatus.IN_FORCE, date(2026, 12, 1))
        assert draft.history.first().history_user == keeper

    def test_what_is_missing_is_listed_instead(self, client, keeper, draft):
        page = reverse("admin:catalogue_catalogue_put_in_force", args=[draft.pk])
        assert "廉政建设" in client.get(page).content.decode()
        client.post(page, {"on": "2026-12-01"})
        draft.refresh_from_db()
        assert draft.status == CatalogueStatus.DRAFT

    def test_a_new_draft_is_made_from_an_edition_after_asking(self, client, keeper, edition):
        page = reverse("admin:catalogue_catalogue_new_draft", args=[edition.pk])
        assert client.get(page).status_code == 200 and Catalogue.objects.count() == 1
        client.post(page)
        assert Catalogue.objects.get(code="settled", status=CatalogueStatus.DRAFT).items.count() == 1
        assert client.post(page).status_code == 302 and Catalogue.objects.count() == 2

    def test_an_edition_in_force_is_read_only(self, client, keeper, edition):
        page = client.get(change(edition)).content.decode()
        assert 'name="title"' not in page and reverse("admin:catalogue_catalogue_new_draft", args=[edition.pk]) in page
        assert client.post(change(edition), {"title": "改名", "basis": ""}).status_code == 403
        assert (
            client.post(reverse("admin:catalogue_catalogue_delete", args=[edition.pk]), {"post": "yes"}).status_code
            == 403
        )

    def test_a_draft_is_written_by_hand_retitled_and_deleted(self, client, keeper, district):
        add = reverse("admin:catalogue_catalogue_add")
        client.post(add, {"code": "hand", "title": "手写目录", "issuer": district.pk, "basis": ""})
        draft = Catalogue.objects.get(code="hand")
        client.post(change(draft), {"title": "手写目录（试行）", "basis": "会议决定"})
        draft.refresh_from_db()
        assert (draft.title, draft.basis) == ("手写目录（试行）", "会议决定")
        ItemFactory(catalogue=draft)
        client.post(reverse("admin:catalogue_catalogue_delete", args=[draft.pk]), {"post": "yes"})
        assert not Catalogue.objects.exists()

    def test_a_second_draft_or_anothers_code_is_told(self, client, keeper, draft, district):
        add = reverse("admin:catalogue_catalogue_add")
        CatalogueFactory(code="theirs")
        for code in ("trial", "theirs"):
            response = client.post(add, {"code": code, "title": "目录", "issuer": district.pk, "basis": ""})
            assert list(response.context["adminform"].form.errors) == ["code"]


class TestProposals:
    ADD = reverse("admin:catalogue_itemproposal_add")

    @pytest.fixture
    def group(self, edition):
        return ItemFactory(catalogue=edition, code="X", title="其他应当公开的事项", group=True, kind=ItemKind.EXTRA)

    @pytest.fixture
    def village(self, district):
        return OrganisationFactory(code="JX", name="金星村党总支", parent=district)

    def test_a_secretary_proposes_for_the_own_organisation(self, client, sign_in, village, group):
        secretary = sign_in(Role.SECRETARY, village)
        fields = {
            "organisation": village.pk, "parent": group.pk, "title": "厂房招租底价", "scope": "unit",
            "time_limit_class": "prompt", "due_days": "5", "reason": "村民代表提出",
        }  # fmt: skip
        assert "述责述廉" not in client.get(self.ADD).content.decode(), "an entry that is owed is no group"
        client.post(self.ADD, fields)
        proposal = ItemProposal.objects.get()
        assert (proposal.organisation, proposal.proposed_by, proposal.state) == (
            village,
            secretary,
            ProposalState.PROPOSED,
        )
        stranger = client.post(self.ADD, fields | {"organisation": OrganisationFactory().pk})
        assert list(stranger.context["adminform"].form.errors) == ["organisation"]

    def test_the_superiors_approver_grants_it(self, client, sign_in, village, group):
        proposal = ItemProposalFactory(organisation=village, parent=group)
        approver = sign_in(Role.APPROVER, village.parent)
        decide = reverse("admin:catalogue_itemproposal_decide", args=[proposal.pk])
        assert decide in client.get(change(proposal)).content.decode()
        with time_machine.travel(datetime(2026, 11, 21, 2, tzinfo=UTC), tick=False):
            client.post(decide, {"decision": "approve", "on": "2026-12-01", "note": "同意"})
        proposal.refresh_from_db()
        assert (proposal.state, proposal.decided_by) == (ProposalState.APPROVED, approver)
        assert Item.objects.get(owner=village).owned_from == date(2026, 12, 1)
        assert client.post(decide, {"decision": "return", "note": "迟了"}).status_code == 403

    def test_or_returns_it_with_a_reason(self, client, sign_in, village, group):
        proposal = ItemProposalFactory(organisation=village, parent=group)
        sign_in(Role.APPROVER, village.parent)
        decide = reverse("admin:catalogue_itemproposal_decide", args=[proposal.pk])
        assert client.post(decide, {"decision": "return", "note": ""}).context["form"].errors["note"]
        client.post(decide, {"decision": "return", "note": "目录中已有"})
        proposal.refresh_from_db()
        assert (proposal.state, proposal.decision_note) == (ProposalState.RETURNED, "目录中已有")

    @pytest.mark.parametrize("role", [Role.SECRETARY, Role.APPROVER])
    def test_nobody_in_the_organisation_itself_decides(self, client, sign_in, village, group, role):
        proposal = ItemProposalFactory(organisation=village, parent=group)
        sign_in(role, village)
        decide = reverse("admin:catalogue_itemproposal_decide", args=[proposal.pk])
        assert client.post(decide, {"decision": "return", "note": "x"}).status_code == 403

    def test_proposals_elsewhere_are_not_seen(self, client, sign_in, village):
        sign_in(Role.SECRETARY, village)
        ItemProposalFactory(title="别处的点单")
        page = reverse("admin:catalogue_itemproposal_changelist")
        assert "别处的点单" not in client.get(page).content.decode()
