"""The database wrapper that settings name as ENGINE "organisations.sqlite3".

Most changes of a column or a constraint rebuild the table on SQLite, and a rebuild drops its triggers, or stops at
a trigger of another table that reads this one. So all triggers stand aside while a table is rebuilt.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.sqlite3 import base, schema


class DatabaseSchemaEditor(schema.DatabaseSchemaEditor):
    def _remake_table(self, *args: Any, **kwargs: Any) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = dict(cursor.fetchall())
            for name in triggers:
                cursor.execute(f'DROP TRIGGER "{name}"')
            super()._remake_table(*args, **kwargs)  # type: ignore[misc]
            for statement in triggers.values():
                cursor.execute(statement)


class DatabaseWrapper(base.DatabaseWrapper):
    SchemaEditorClass = DatabaseSchemaEditor
