"""Who has opened what to decide it, and words ready to be chosen."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("disclosures", "0016_requests_keep_what_was_asked"),
        ("organisations", "0004_rate_counters"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Opening",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("revision", models.PositiveIntegerField(verbose_name="revision")),
                ("opened_at", models.DateTimeField(verbose_name="opened at")),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="openings",
                        to="disclosures.version",
                        verbose_name="version",
                    ),
                ),
            ],
            options={
                "verbose_name": "opening",
                "verbose_name_plural": "openings",
                "constraints": [
                    models.UniqueConstraint(fields=("version", "person", "revision"), name="opening_once_per_revision")
                ],
            },
        ),
        migrations.CreateModel(
            name="Phrase",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("review", "Grounds of a review"),
                            ("approval", "Approval opinion"),
                            ("return", "Reason for returning"),
                            ("nil", "Reason of a nil return"),
                        ],
                        max_length=12,
                        verbose_name="used for",
                    ),
                ),
                ("text", models.CharField(max_length=300, verbose_name="wording")),
                ("place", models.PositiveSmallIntegerField(default=10, verbose_name="place")),
                ("active", models.BooleanField(default=True, verbose_name="in use")),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: for everybody.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="organisations.organisation",
                        verbose_name="organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "ready-made phrase",
                "verbose_name_plural": "ready-made phrases",
                "ordering": ["purpose", "place", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="phrase_says_something"
                    ),
                    models.UniqueConstraint(
                        fields=("organisation", "purpose", "text"), name="phrase_once_per_organisation"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("organisation", None)),
                        fields=("purpose", "text"),
                        name="phrase_once_for_everybody",
                    ),
                ],
            },
        ),
    ]
