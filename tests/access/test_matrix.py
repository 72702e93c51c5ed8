"""Every address, for every role at every place: who passes is what the table of doors says, and nobody else."""

import pytest
from django.contrib import admin
from django.db import transaction
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import NoReverseMatch, reverse

from organisations.choices import REACHING_DOWN, Role
from portal.doors import DOORS, MORE_PAGES, PAGES, Door, Who
from tests.access.addresses import admin_arguments, arguments
from tests.access.conftest import BACKEND
from tests.access.world import MARK, SEATS, Place, Seat, World

pytestmark = [pytest.mark.django_db, pytest.mark.once]

OF_THE_ADMIN_ITSELF = {"index", "login", "logout", "password_change", "password_change_done", "autocomplete", "jsi18n"}
LABELS = sorted(model._meta.label_lower for model in admin.site._registry)


def outcome(client: Client, url: str, *, send: bool = False) -> HttpResponse:
    """The answer; what the request did is taken back."""
    with transaction.atomic():
        response = client.post(url) if send else client.get(url)
        transaction.set_rollback(True)
    assert response.status_code < 500, url
    return response


def passed(response: HttpResponse) -> bool:
    """Not sent away: to nowhere, to the sign-in, or to the first page of the back office; 410 is a script's nowhere."""
    if response.status_code == 302:
        return response.url != "/admin/" and not response.url.startswith("/accounts/login/")
    return response.status_code not in {403, 404, 410}


def reaches(seat: Seat, roles: frozenset[Role]) -> bool:
    """Whether a right of the roles extends from the seat to the village."""
    if seat.role not in roles:
        return False
    return seat.place == Place.HERE or (seat.place == Place.ABOVE and seat.role in REACHING_DOWN)


def may_pass(seat: Seat, door: Door) -> bool:
    if door.personal:
        return False
    if door.roles is None:
        return True
    if door.anywhere:
        return in_office(seat, door.roles)
    excluded = (door.superiors and seat.place == Place.HERE) or (
        seat.role in door.here_only and seat.place != Place.HERE
    )
    return reaches(seat, door.roles) and not excluded


def in_office(seat: Seat, roles: frozenset[Role]) -> bool:
    return seat.role in roles and seat.place != Place.ENDED


def differences(found: dict[Seat, bool], wanted: dict[Seat, bool]) -> list[str]:
    return [f"{seat}: passed {found[seat]}, should {wanted[seat]}" for seat in SEATS if found[seat] != wanted[seat]]


@pytest.mark.parametrize("name", [name for name, door in DOORS.items() if door.who == Who.SIGNED_IN])
def test_a_door_opens_to_the_roles_of_its_row_as_far_as_they_reach(world, name):
    door = DOORS[name]
    url = reverse(name, args=arguments(world).get(name, []))
    send = "GET" not in door.methods
    found = {seat: passed(outcome(client, url, send=send)) for seat, client in world.clients.items()}
    assert differences(found, {seat: may_pass(seat, door) for seat in SEATS}) == []


@pytest.mark.parametrize("name", ["desk:errand", "inbox-read"])
def test_what_is_personal_opens_to_the_person(world, name):
    """The other personal doors need work that is done; their own tests open them."""
    client = Client()
    client.force_login(world.officer, backend=BACKEND)
    url = reverse(name, args=arguments(world)[name])
    assert passed(outcome(client, url, send="GET" not in DOORS[name].methods))


def test_every_model_of_the_back_office_is_classified():
    assert set(PAGES) == set(LABELS)


def test_every_other_address_of_the_back_office_is_classified():
    usual = {f"{label.replace('.', '_')}_{page}" for label in LABELS for page in _FIVE}
    named = {
        pattern.name
        for entry in admin.site.urls[0]
        for pattern in [entry, *getattr(entry, "url_patterns", [])]
        if getattr(pattern, "name", None)
    }
    usual |= {f"{label.replace('.', '_')}_export" for label in LABELS}
    assert named - usual - OF_THE_ADMIN_ITSELF - {"view_on_site", "app_list"} == set(MORE_PAGES)


_FIVE = ("changelist", "add", "change", "history", "delete")


def of_model(world: World, label: str, page: str) -> str | None:
    """The address of one of a model's pages, None where the model has no such page or there is nothing to show."""
    args = [world.objects[label].pk] if page in {"change", "history", "delete"} and label in world.objects else []
    try:
        return reverse(f"admin:{label.replace('.', '_')}_{page}", args=args)
    except NoReverseMatch:
        return None


@pytest.mark.parametrize("label", LABELS)
def test_a_list_is_shown_to_the_roles_of_its_row_and_holds_what_they_reach(world, label):
    page = PAGES[label]
    if page.redirects:
        return
    answers = {seat: outcome(client, of_model(world, label, "changelist")) for seat, client in world.clients.items()}
    found = {seat: passed(answer) for seat, answer in answers.items()}
    assert differences(found, {seat: in_office(seat, page.lists) for seat in SEATS}) == []
    if not page.public:
        shown = [seat for seat, answer in answers.items() if MARK in answer.content.decode()]
        assert all(reaches(seat, page.lists) for seat in shown), [str(seat) for seat in shown]


@pytest.mark.parametrize("label", LABELS)
def test_a_list_is_exported_by_those_who_see_it_and_holds_no_more(world, label):
    url = of_model(world, label, "export")
    page = PAGES[label]
    if url is None or page.redirects:
        return
    for seat, client in world.clients.items():
        response = outcome(client, url, send=True)
        assert passed(response) == in_office(seat, page.lists), str(seat)
        if response.streaming and not page.public and not reaches(seat, page.lists):
            assert MARK not in b"".join(response.streaming_content).decode(), str(seat)


@pytest.mark.parametrize("page_name", ["change", "history"])
@pytest.mark.parametrize("label", LABELS)
def test_a_row_and_its_history_open_to_the_roles_of_its_row_as_far_as_they_reach(world, label, page_name):
    page = PAGES[label]
    url = of_model(world, label, page_name)
    if page.redirects or url is None:
        return
    roles = page.lists if page.opens is None else page.opens
    found = {seat: passed(outcome(client, url)) for seat, client in world.clients.items()}
    may = in_office if page.public else reaches
    assert differences(found, {seat: may(seat, roles) for seat in SEATS}) == []


@pytest.mark.parametrize("label", LABELS)
def test_the_form_for_a_new_one_is_for_the_roles_of_its_row(world, label):
    url = of_model(world, label, "add")
    if url is None:
        return
    found = {seat: passed(outcome(client, url)) for seat, client in world.clients.items()}
    assert differences(found, {seat: in_office(seat, PAGES[label].adds) for seat in SEATS}) == []


@pytest.mark.parametrize("label", LABELS)
def test_nobody_deletes_anything_in_the_back_office(world, label):
    url = of_model(world, label, "delete")
    assert url is None or not any(passed(outcome(client, url)) for client in world.clients.values())


@pytest.mark.parametrize("name", MORE_PAGES)
def test_another_address_of_the_back_office_opens_to_the_roles_of_its_row(world, name):
    url = reverse(f"admin:{name}", args=admin_arguments(world)[name])
    found = {seat: passed(outcome(client, url)) for seat, client in world.clients.items()}
    wanted = {seat: may_pass(seat, MORE_PAGES[name]) for seat in SEATS}
    assert differences(found, wanted) == []


@pytest.mark.parametrize("label", LABELS)
def test_actions_on_many_rows_are_those_declared(world, label):
    """Bulk actions change many rows at once: each is named here, with the roles that are offered it."""
    model_admin = next(found for model, found in admin.site._registry.items() if model._meta.label_lower == label)
    for seat in (seat for seat in SEATS if in_office(seat, PAGES[label].lists)):
        request = RequestFactory().get("/admin/")
        request.user = world.people[seat]
        offered = set(model_admin.get_actions(request))
        allowed = {name for name, roles in PAGES[label].actions.items() if in_office(seat, roles)}
        assert offered <= allowed, f"{seat}: {offered - allowed}"
