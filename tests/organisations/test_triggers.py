"""Rules kept by trigger: they refuse what they should, nothing else, and none gets lost."""

from collections.abc import Iterator

import pytest
from django.db import IntegrityError, connection, migrations, models, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from organisations.triggers import ForbidChange, LiftForbidChange

RULE = {
    "table": "trigger_trial",
    "name": "trial_is_frozen",
    "events": ("INSERT", "UPDATE", "DELETE"),
    "columns": ("words",),
    "when": "",
    "message": "It's frozen.",
}


def apply(operation: ForbidChange, *, backwards: bool = False) -> None:
    state = ProjectState()
    with connection.schema_editor() as editor:
        step = operation.database_backwards if backwards else operation.database_forwards
        step("organisations", editor, state, state)


def run(sql: str, *values: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def words() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT words FROM trigger_trial ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


@pytest.fixture
def table(transactional_db: None) -> Iterator[None]:
    """A table with one frozen row (id 1) and one that is not."""
    run("CREATE TABLE trigger_trial (id integer PRIMARY KEY, words varchar(20), place integer, frozen integer)")
    run("INSERT INTO trigger_trial VALUES (1, 'kept', 1, 1), (2, 'loose', 2, 0)")
    yield
    run("DROP TABLE trigger_trial")


def test_an_append_only_table_takes_rows_and_neither_changes_nor_loses_them(table: None) -> None:
    rule = ForbidChange(table="trigger_trial", name="trial_only_grows", message="It's full.")
    apply(rule)
    run("INSERT INTO trigger_trial VALUES (3, 'new', 3, 0)")
    with pytest.raises(IntegrityError, match="It's full"):
        run("UPDATE trigger_trial SET place = 9 WHERE id = 2")
    with pytest.raises(IntegrityError, match="It's full"):
        run("DELETE FROM trigger_trial WHERE id = 2")
    assert words() == ["kept", "loose", "new"]
    apply(rule, backwards=True)
    run("DELETE FROM trigger_trial WHERE id = 2")


def test_a_condition_and_columns_narrow_the_rule(table: None) -> None:
    rule = ForbidChange(**RULE | {"events": ("UPDATE",), "when": "OLD.frozen = 1"})
    apply(rule)
    run("UPDATE trigger_trial SET words = 'changed' WHERE id = 2")
    run("UPDATE trigger_trial SET place = 7, words = 'kept' WHERE id = 1")
    for change in ("'changed'", "NULL"):
        with pytest.raises(IntegrityError):
            run(f"UPDATE trigger_trial SET words = {change} WHERE id = 1")
    assert words() == ["kept", "changed"]
    apply(rule, backwards=True)


def test_a_condition_may_ask_other_rows(table: None) -> None:
    rule = ForbidChange(
        **RULE
        | {
            "events": ("INSERT",),
            "when": "EXISTS (SELECT 1 FROM trigger_trial t WHERE t.frozen = 1 AND NEW.place = t.place)",
        }
    )
    apply(rule)
    run("INSERT INTO trigger_trial VALUES (3, 'elsewhere', 3, 0)")
    with pytest.raises(IntegrityError):
        run("INSERT INTO trigger_trial VALUES (4, 'here', 1, 0)")
    apply(rule, backwards=True)


def test_a_rule_lifted_lets_everything_pass_until_it_is_laid_down_again(table: None) -> None:
    apply(ForbidChange(**RULE))
    apply(LiftForbidChange(**RULE))
    run("UPDATE trigger_trial SET words = 'changed'")
    apply(LiftForbidChange(**RULE), backwards=True)
    with pytest.raises(IntegrityError):
        run("UPDATE trigger_trial SET words = 'again'")
    apply(ForbidChange(**RULE), backwards=True)


class Trial(models.Model):
    """The trial table as a model, so that a migration can alter it."""

    words = models.CharField(max_length=20, null=True)  # noqa: DJ001
    place = models.IntegerField(null=True)
    frozen = models.IntegerField(null=True)

    class Meta:
        app_label = "trial"
        db_table = "trigger_trial"
        managed = False

    def __str__(self) -> str:
        return str(self.words)


@pytest.mark.parametrize("reads_itself", [False, True])
def test_a_rule_outlives_a_change_of_a_column(table: None, reads_itself: bool) -> None:
    """On SQLite the table is built anew, also one that a rule of another table reads."""
    reads = "EXISTS (SELECT 1 FROM trigger_trial t WHERE t.id = OLD.id)" if reads_itself else ""
    rule = ForbidChange(**RULE | {"events": ("UPDATE",), "when": reads})
    apply(rule)
    longer = models.CharField(max_length=40, null=True)
    longer.set_attributes_from_name("words")
    with connection.schema_editor() as editor:
        editor.alter_field(Trial, Trial._meta.get_field("words"), longer)
        editor.add_constraint(Trial, models.CheckConstraint(condition=models.Q(place__lt=99), name="trial_place"))
    with pytest.raises(IntegrityError, match="frozen"):
        run("UPDATE trigger_trial SET words = 'changed' WHERE id = 1")
    apply(rule, backwards=True)


def test_a_rule_survives_being_written_into_a_migration() -> None:
    name, args, kwargs = ForbidChange(**RULE).deconstruct()
    assert (name, list(args)) == ("ForbidChange", [])
    assert ForbidChange(**kwargs).deconstruct()[2] == ForbidChange(**RULE).deconstruct()[2]


def test_an_unknown_event_is_a_slip_of_the_pen() -> None:
    with pytest.raises(ValueError, match="TRUNCATE"):
        ForbidChange(table="t", name="n", events=("TRUNCATE",), message="")


@pytest.mark.django_db
def test_every_rule_laid_down_in_a_migration_is_in_the_database() -> None:
    """None got lost on the way, as they do on SQLite when a later migration rebuilds a table and nobody takes care."""
    expected = declared_triggers()
    assert expected, "no rule was found at all"
    assert expected <= present_triggers()


def declared_triggers() -> set[str]:
    """Triggers of all migrations in their order, those lifted for good taken out."""
    loader = MigrationLoader(None)
    names: set[str] = set()
    plan = [key for leaf in loader.graph.leaf_nodes() for key in loader.graph.forwards_plan(leaf)]
    for key in dict.fromkeys(plan):
        migration: migrations.Migration = loader.graph.nodes[key]
        for operation in migration.operations:
            if isinstance(operation, LiftForbidChange):
                names -= set(operation.trigger_names())
            elif isinstance(operation, ForbidChange):
                names |= set(operation.trigger_names())
    return names


def present_triggers() -> set[str]:
    query = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {row[0] for row in cursor.fetchall()}
