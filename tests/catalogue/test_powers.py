"""Lists of powers: those that come with the portal, what the database refuses, and how a chart is laid out."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from catalogue.actions import POWER_LISTS, load_powers
from catalogue.actions.builtin import rows
from catalogue.choices import PowerDisclosure
from catalogue.flow_charts import WIDTH, FlowStep, flow_chart, wrapped
from catalogue.models import PowerLink, PowerStep
from organisations.choices import Role
from tests.factories.catalogue import PowerLinkFactory, PowerStepFactory
from tests.factories.organisations import AppointmentFactory, OrganisationFactory, UserFactory


def refused(name, change):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        change()


@pytest.mark.django_db
class TestBuiltIn:
    def test_minhangs_eleven_links_with_their_steps(self):
        loaded = load_powers("minhang_power_links", OrganisationFactory(code="MH"))
        assert [power.code for power in loaded] == [f"MH{n:02}" for n in range(1, 12)]
        assert [power.steps.count() for power in loaded] == [9, 6, 8, 6, 8, 8, 6, 7, 8, 9, 8]
        assert loaded[2].title == "重要干部任免" and loaded[2].steps.get(ordinal=6).title == "任职前公示"

    def test_a_villages_list_is_its_own_by_its_codes(self):
        villages = [OrganisationFactory(code=code) for code in ("JX", "YJ")]
        for village in villages:
            loaded = load_powers("village_power_links", village)
            assert [power.code for power in loaded] == [f"{village.code}-Q0{n}" for n in range(1, 5)]
        assert PowerLink.objects.count() == 8

    @pytest.mark.parametrize("name", POWER_LISTS)
    def test_loaded_twice_nothing_changes(self, name):
        organisation = OrganisationFactory(code="JX")
        load_powers(name, organisation)
        PowerLink.objects.update(title="改过的名称")
        before = PowerStep.objects.count()
        load_powers(name, organisation)
        assert PowerStep.objects.count() == before
        assert set(PowerLink.objects.values_list("title", flat=True)) == {"改过的名称"}

    @pytest.mark.parametrize("name", POWER_LISTS)
    def test_every_power_discloses_a_decision_or_a_result(self, name):
        for power in load_powers(name, OrganisationFactory(code="JX")):
            given_ = set(power.steps.filter(disclosed=True).values_list("gives", flat=True))
            assert given_ & {PowerDisclosure.DECISION, PowerDisclosure.RESULT}, power
            assert power.item_code and power.history.count() == 1

    def test_every_step_is_disclosed_under_an_entry_that_there_is(self):
        entries = {
            "minhang_power_links": {row["code"] for row in rows("minhang_district")},
            "village_power_links": {row["code"] for row in rows("grassroots_7_plus_x")},
        }
        for row in rows("power_disclosures"):
            assert {row["item_code"], row["step_item_code"] or row["item_code"]} <= entries[row["list"]]


@pytest.mark.django_db
class TestConstraints:
    @pytest.mark.parametrize(
        ("name", "change"),
        [
            ("power_has_a_title", {"title": ""}),
            ("power_has_a_basis", {"basis": ""}),
            ("power_has_a_time_limit", {"deadline_days": 0}),
        ],
    )
    def test_what_a_power_must_say(self, name, change):
        power = PowerLinkFactory()
        refused(name, lambda: PowerLink.objects.filter(pk=power.pk).update(**change))

    @pytest.mark.parametrize(
        ("name", "change"),
        [
            ("power_step_has_a_title", {"title": ""}),
            ("power_step_ordinals_begin_with_one", {"ordinal": 0}),
            ("power_step_disclosed_gives_something", {"disclosed": True, "gives": ""}),
        ],
    )
    def test_what_a_step_must_say(self, name, change):
        step = PowerStepFactory()
        refused(name, lambda: PowerStep.objects.filter(pk=step.pk).update(**change))

    def test_two_steps_have_no_place_in_common(self):
        step = PowerStepFactory()
        refused(
            "power_step_ordinal_once|powerstep.power_id",
            lambda: PowerStepFactory(power=step.power, ordinal=step.ordinal),
        )

    def test_codes_are_addresses_and_belong_to_one_power(self):
        refused("unique|UNIQUE", lambda: [PowerLinkFactory(code="Q01"), PowerLinkFactory(code="Q01")])


@pytest.mark.django_db
class TestBackOffice:
    def edit(self, client, power, **changes):
        steps = list(power.steps.all())
        data = {
            "position": power.position,
            "title": power.title,
            "basis": power.basis,
            "deadline_days": power.deadline_days,
            "day_type": power.day_type,
            "responsible_department": power.responsible_department,
            "published_result": power.published_result,
            "item_code": power.item_code,
            "steps-TOTAL_FORMS": len(steps),
            "steps-INITIAL_FORMS": len(steps),
        }
        for index, step in enumerate(steps):
            data |= {f"steps-{index}-id": step.pk, f"steps-{index}-power": power.pk}
            data |= {f"steps-{index}-ordinal": step.ordinal, f"steps-{index}-title": step.title}
        return client.post(reverse("admin:catalogue_powerlink_change", args=[power.pk]), data | changes)

    def signed_in(self, client, role, organisation):
        user = UserFactory(is_staff=True)
        AppointmentFactory(user=user, role=role, organisation=organisation)
        client.force_login(user)

    def test_its_administrator_changes_a_power_and_the_history_keeps_it(self, client):
        power = PowerStepFactory(title="提出动议").power
        self.signed_in(client, Role.ADMINISTRATOR, power.organisation)
        response = self.edit(client, power, title="集体商铺公开招租", **{"steps-0-title": "党总支动议"})
        assert response.status_code == 302
        power.refresh_from_db()
        assert power.title == "集体商铺公开招租" and power.steps.get().title == "党总支动议"
        assert power.history.count() == 2 and power.steps.get().history.count() == 2

    @pytest.mark.parametrize("role", [Role.SECRETARY, Role.APPROVER, Role.INSPECTOR])
    def test_others_in_office_only_read_it(self, client, role):
        power = PowerLinkFactory()
        self.signed_in(client, role, power.organisation)
        assert client.get(reverse("admin:catalogue_powerlink_change", args=[power.pk])).status_code == 200
        assert self.edit(client, power, title="别的名称").status_code == 403

    def test_another_organisations_administrator_does_not_change_it(self, client):
        power = PowerLinkFactory()
        self.signed_in(client, Role.ADMINISTRATOR, OrganisationFactory())
        assert self.edit(client, power, title="别的名称").status_code == 403


class TestCharts:
    def test_boxes_stand_under_each_other_with_arrows_between(self):
        chart = flow_chart([FlowStep("提出动议"), FlowStep("村民代表会议决议", ["条件：金额较大"]), FlowStep("公开")])
        for above, below in zip(chart.boxes, chart.boxes[1:], strict=False):
            assert above.bottom < above.arrow_foot < above.arrow == below.y
        assert chart.boxes[-1].arrow == 0 and chart.height >= chart.boxes[-1].bottom

    def test_a_power_without_steps_is_an_empty_chart(self):
        assert flow_chart([]).boxes == []

    @given(st.text(alphabet="公开招租（）、，abc 12", max_size=120))
    def test_no_word_is_lost_and_no_line_is_too_long(self, text):
        lines = wrapped(text, 30)
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")
        for line in lines:
            wide = sum(2 if ord(letter) > 0x2E7F else 1 for letter in line)
            longest = max((len(word) for word in line.split()), default=0)
            assert wide <= max(30, longest) + 2 * sum(letter in "，、）" for letter in line)

    @given(st.lists(st.text(min_size=1, max_size=40), max_size=8))
    def test_every_line_stands_inside_its_box(self, titles):
        chart = flow_chart([FlowStep(title) for title in titles])
        for box in chart.boxes:
            assert all(box.y < line.y < box.bottom for line in box.lines)
        assert chart.width == WIDTH
