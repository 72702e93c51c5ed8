"""Rules the database itself keeps by trigger, for migrations: rows that are frozen, tables that only grow.

They outlive later migrations of the table: on SQLite, which rebuilds tables, `organisations.sqlite3` sees to it.
A rule that speaks of a column is lifted (LiftForbidChange) before the column goes, and laid down anew after.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation

EVENTS = ("INSERT", "UPDATE", "DELETE")


class ForbidChange(Operation):
    """Refuses INSERT, UPDATE or DELETE of rows, on SQLite and PostgreSQL; the refusal is an IntegrityError.

    `table`    the table's name in the database.
    `name`     a name unique in the database, like a constraint's; the triggers are called `<name>_<event>`.
    `events`   which of INSERT, UPDATE, DELETE. UPDATE and DELETE make a table append-only.
    `columns`  for UPDATE: refuse only if one of these really changes; empty: refuse every update.
    `when`     an SQL condition on OLD (not for INSERT) and NEW (not for DELETE), subqueries allowed, that both
               databases understand; empty: always.
    `message`  what the error says. English, for the log: doors check first and speak the reader's language.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(
        self,
        *,
        table: str,
        name: str,
        events: Sequence[str] = ("UPDATE", "DELETE"),
        columns: Iterable[str] = (),
        when: str = "",
        message: str,
    ) -> None:
        if not events or not set(events) <= set(EVENTS):
            raise ValueError(f"events must be some of {EVENTS}: {events}")
        self.table, self.name, self.message, self.when = table, name, message, when
        self.events, self.columns = tuple(events), tuple(columns)

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        return (
            self.__class__.__qualname__,
            [],
            {
                "table": self.table,
                "name": self.name,
                "events": self.events,
                "columns": self.columns,
                "when": self.when,
                "message": self.message,
            },
        )

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Triggers are no part of the models."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: Any,
        to_state: Any,
    ) -> None:
        self._create(schema_editor)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: Any,
        to_state: Any,
    ) -> None:
        self._drop(schema_editor)

    def describe(self) -> str:
        return f"Forbid {', '.join(self.events)} on {self.table} ({self.name})"

    @property
    def migration_name_fragment(self) -> str:
        return self.name

    def trigger_names(self) -> list[str]:
        """What the triggers are called in the database."""
        return [f"{self.name}_{event.lower()}" for event in self.events]

    def _create(self, schema_editor: BaseDatabaseSchemaEditor) -> None:
        for statement in self._statements(schema_editor.connection.vendor):
            schema_editor.execute(statement, params=None)

    def _drop(self, schema_editor: BaseDatabaseSchemaEditor) -> None:
        for trigger in self.trigger_names():
            if schema_editor.connection.vendor == "postgresql":
                schema_editor.execute(f'DROP TRIGGER IF EXISTS "{trigger}" ON "{self.table}"', params=None)
                schema_editor.execute(f'DROP FUNCTION IF EXISTS "{trigger}"()', params=None)
            else:
                schema_editor.execute(f'DROP TRIGGER IF EXISTS "{trigger}"', params=None)

    def _condition(self, event: str, different: str) -> str:
        parts = [f"({self.when})"] if self.when else []
        if event == "UPDATE" and self.columns:
            changes = " OR ".join(f'OLD."{column}" {different} NEW."{column}"' for column in self.columns)
            parts.append(f"({changes})")
        return " AND ".join(parts)

    def _statements(self, vendor: str) -> Iterable[str]:
        message = self.message.replace("'", "''")
        for event, trigger in zip(self.events, self.trigger_names(), strict=True):
            if vendor == "postgresql":
                condition = self._condition(event, "IS DISTINCT FROM") or "TRUE"
                yield (
                    f'CREATE FUNCTION "{trigger}"() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN '
                    f"IF {condition} THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = '{message}', "
                    f"CONSTRAINT = '{self.name}'; END IF; RETURN {'OLD' if event == 'DELETE' else 'NEW'}; END $body$"
                )
                yield (
                    f'CREATE TRIGGER "{trigger}" BEFORE {event} ON "{self.table}" '
                    f'FOR EACH ROW EXECUTE FUNCTION "{trigger}"()'
                )
            else:
                condition = self._condition(event, "IS NOT")
                yield (
                    f'CREATE TRIGGER "{trigger}" BEFORE {event} ON "{self.table}" FOR EACH ROW '
                    f"{f'WHEN {condition} ' if condition else ''}"
                    f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
                )


class LiftForbidChange(ForbidChange):
    """The reverse of a ForbidChange with the same arguments: takes the rule away, and lays it down again backwards."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: Any,
        to_state: Any,
    ) -> None:
        self._drop(schema_editor)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: Any,
        to_state: Any,
    ) -> None:
        self._create(schema_editor)

    def describe(self) -> str:
        return f"Lift the rule {self.name} on {self.table}"
