"""The one place that decides who may do what: `can(actor, action, obj)` and `visible(actor, queryset)`.

Deny by default. Rules for a model are registered by the app that owns the model (in its `rules.py`,
loaded when the app is ready), and are asked here and nowhere else, by every door: views, admin, exports,
feeds, files and tasks.

Rights come from `Appointment`s in office on the day asked about, read from the database at each request.
The last four roles reach down the subtree (`choices.REACHING_DOWN`); the others stop at the organisation.
A superuser runs the machine and has no more rights here than the appointments give.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from .choices import REACHING_DOWN, Role
from .models import Appointment, Organisation, User
from .querysets import within

Actor = User | AnonymousUser
_M = TypeVar("_M", bound=Model)


@dataclass(frozen=True, slots=True)
class Post:
    """One appointment, boiled down to what rules need."""

    role: Role
    organisation_id: int
    path: str
    stands_in_for: int | None = None
    """The user whose work a deputy does by this appointment; None for an appointment of one's own."""

    def covers(self, organisation: Organisation) -> bool:
        """Whether the rights of this appointment extend to the organisation."""
        if self.organisation_id == organisation.pk:
            return True
        return self.role in REACHING_DOWN and organisation.path.startswith(self.path)


def posts(actor: Actor, on: date | None = None) -> tuple[Post, ...]:
    """The actor's appointments in office today, read once per actor object (that is, per request)."""
    if not actor.is_authenticated or not actor.is_active:
        return ()
    on = on or timezone.localdate()
    kept: dict[date, tuple[Post, ...]] = actor.__dict__.setdefault("_posts", {})
    if on not in kept:
        rows = Appointment.objects.filter(user=actor).in_office(on=on).order_by("pk")
        values = rows.values_list("role", "organisation_id", "organisation__path", "deputises_for__user")
        kept[on] = tuple(Post(Role(role), pk, path, stead) for role, pk, path, stead in values)
    return kept[on]


def holds(actor: Actor, organisation: Organisation, *roles: Role) -> bool:
    """Whether the actor holds one of the roles with effect for the organisation."""
    return any(post.role in roles and post.covers(organisation) for post in posts(actor))


def reach(actor: Actor, *roles: Role, prefix: str = "organisation__") -> Q:
    """The organisations for which the actor holds one of the roles, as a condition; none if there are none.

    `prefix` leads from the model asked about to the organisation ("" for organisations themselves).
    """
    condition = Q(pk__in=[])
    for post in posts(actor):
        if post.role in roles:
            if post.role in REACHING_DOWN:
                condition |= within(post.path, prefix)
            else:
                condition |= Q(**{f"{prefix}pk": post.organisation_id})
    return condition


Rule = Callable[[Any, Any], bool]
Sight = Callable[[Any], Q]

_rules: dict[tuple[type[Model], str], Rule] = {}
_sights: dict[type[Model], Sight] = {}


def rule(model: type[Model], *actions: str) -> Callable[[Rule], Rule]:
    """Registers who may do the actions to an object of the model: `rule(actor, obj) -> bool`."""

    def register(function: Rule) -> Rule:
        for action in actions:
            if (model, action) in _rules:
                raise ValueError(f"{model.__name__}.{action} has a rule already.")
            _rules[model, action] = function
        return function

    return register


def sight(model: type[Model]) -> Callable[[Sight], Sight]:
    """Registers which rows of the model an actor may know of: `sight(actor) -> Q`."""

    def register(function: Sight) -> Sight:
        if model in _sights:
            raise ValueError(f"{model.__name__} has a sight already.")
        _sights[model] = function
        return function

    return register


def can(actor: Actor, action: str, obj: Model) -> bool:
    """Whether the actor may do the action to the object. No rule, no right."""
    found = _rules.get((type(obj), action))
    return found is not None and found(actor, obj)


def visible(actor: Actor, queryset: QuerySet[_M]) -> QuerySet[_M]:
    """The rows the actor may know of. No sight, no rows."""
    found = _sights.get(queryset.model)
    return queryset.filter(found(actor)) if found is not None else queryset.none()


def declared() -> Iterable[tuple[type[Model], str]]:
    """Every model and action with a rule, for the tests that sweep over them."""
    return _rules.keys()
