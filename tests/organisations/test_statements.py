"""A query kept as SQL answers as the queryset does, for whatever stands in its slots."""

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from organisations.choices import OrganisationKind
from organisations.models import Organisation
from organisations.querysets import within
from organisations.statements import Statement
from tests.factories.organisations import OrganisationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def by_code():
    return Statement(lambda code: Organisation.objects.filter(code=code).values_list("id", "established_on"))


def test_it_answers_as_the_queryset_does_for_every_value(by_code):
    for organisation in [OrganisationFactory(established_on=f"200{n}-01-0{n + 1}") for n in range(3)]:
        expected = list(Organisation.objects.filter(code=organisation.code).values_list("id", "established_on"))
        assert by_code.rows(code=organisation.code) == expected


def test_values_are_never_part_of_the_sql(by_code):
    OrganisationFactory(code="A")
    assert by_code.rows(code="' OR 1=1 --") == []
    assert by_code.rows(code="A'--") == []


def test_the_sql_is_built_once(by_code, monkeypatch):
    by_code.rows(code="A")
    monkeypatch.setattr(by_code, "build", None)
    assert by_code.rows(code="B") == []


def test_a_tuple_may_have_any_length():
    organisations = [OrganisationFactory() for _ in range(3)]
    paths = Statement(lambda paths: Organisation.objects.filter(path__in=paths).order_by("path").values_list("path"))
    for number in (0, 1, 3):
        wanted = tuple(organisation.path for organisation in organisations[:number])
        found = [path for (path,) in paths.rows(paths=wanted)] if wanted else []
        assert found == sorted(wanted)


def test_fixed_arguments_have_sql_of_their_own():
    village, branch = OrganisationFactory(), OrganisationFactory(kind=OrganisationKind.BRANCH)
    by_kind = Statement(
        lambda kind, most: Organisation.objects.filter(kind=kind).values_list("id")[:most], fixed=("kind", "most")
    )
    assert by_kind.rows(kind=OrganisationKind.VILLAGE, most=9) == [(village.pk,)]
    assert by_kind.rows(kind=OrganisationKind.BRANCH, most=9) == [(branch.pk,)]


def test_a_value_that_stands_in_several_places_is_put_into_each():
    parent = OrganisationFactory()
    child = OrganisationFactory(parent=parent)
    family = Statement(
        lambda pk: Organisation.objects.filter(Q(pk=pk) | Q(parent=pk)).order_by("path").values_list("id")
    )
    assert family.rows(pk=parent.pk) == [(parent.pk,), (child.pk,)]
    assert family.rows(pk=child.pk) == [(child.pk,)]


def test_a_slot_that_is_changed_on_its_way_is_refused_at_once():
    changed = Statement(lambda path: Organisation.objects.filter(within(path)).values_list("id"))
    with pytest.raises(ValueError, match="slot"):
        changed.rows(path="0001")


def test_one_query_a_call(by_code):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        by_code.rows(code="A")
    assert len(queries) == 1
