"""Paths compare byte by byte, so that a subtree is a range under every locale.

SQLite compares text so by default; PostgreSQL uses the database's locale unless told.
"""

from django.db import migrations


def _collate(collation: str):
    def run(apps, schema_editor) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(
                f"ALTER TABLE organisations_organisation ALTER COLUMN path TYPE varchar(255) COLLATE {collation}"
            )
            schema_editor.execute("DROP INDEX IF EXISTS organisations_organisation_path_39a9061b_like")

    return run


class Migration(migrations.Migration):
    dependencies = [("organisations", "0001_organisations_users_appointments")]
    operations = [migrations.RunPython(_collate('"C"'), _collate('"default"'))]
