"""Organisations and the people appointed to them, as tests need them: no shared world, each test makes its own."""

from datetime import date

import factory
from factory.django import DjangoModelFactory, Password

from organisations.choices import OrganisationKind, Role
from organisations.models import Appointment, Organisation, User
from organisations.tree import segment

PASSWORD = "jinxing-village-2026"
"""The password of users made with `can_sign_in=True`; the others have none, for hashing takes its time."""


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    class Params:
        can_sign_in = factory.Trait(password=Password(PASSWORD))

    username = factory.Sequence(lambda n: f"person{n}")
    full_name = factory.Sequence(lambda n: f"张{n}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.org")
    password = "!"


class OrganisationFactory(DjangoModelFactory):
    """A village under nobody; `parent=` puts it into a tree. The path follows from the parent's."""

    class Meta:
        model = Organisation

    code = factory.Sequence(lambda n: f"ORG-{n}")
    name = factory.Sequence(lambda n: f"第{n}村党总支")
    kind = OrganisationKind.VILLAGE
    parent = None
    path = factory.LazyAttributeSequence(lambda org, n: (org.parent.path if org.parent else "") + segment(n + 1))


class AppointmentFactory(DjangoModelFactory):
    """In office since long ago and until further notice."""

    class Meta:
        model = Appointment

    user = factory.SubFactory(UserFactory)
    role = Role.SECRETARY
    organisation = factory.SubFactory(OrganisationFactory)
    starts_on = date(2020, 1, 1)
