"""A deputy's step says on whose behalf it was taken; a posting may come down early, proposed and approved."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0003_editions_in_force_are_frozen"),
        ("disclosures", "0009_errands_and_archive_volumes"),
        ("organisations", "0003_deputies"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="step",
            name="step_back_gives_a_reason",
        ),
        migrations.AddField(
            model_name="confidentialityreview",
            name="on_behalf_of",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                help_text="Whom a deputy stood in for; set by the system.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="on behalf of",
            ),
        ),
        migrations.AddField(
            model_name="obligationdecision",
            name="on_behalf_of",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                help_text="Whom a deputy stood in for; set by the system.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="on behalf of",
            ),
        ),
        migrations.AddField(
            model_name="posting",
            name="ending_asked_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="early end of display proposed at"),
        ),
        migrations.AddField(
            model_name="posting",
            name="ending_asked_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="early end of display proposed by",
            ),
        ),
        migrations.AddField(
            model_name="posting",
            name="ending_reason",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                max_length=250,
                verbose_name="reason for the early end of display",
            ),
        ),
        migrations.AddField(
            model_name="step",
            name="on_behalf_of",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                help_text="Whom a deputy stood in for; set by the system.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="on behalf of",
            ),
        ),
        migrations.AlterField(
            model_name="step",
            name="kind",
            field=models.CharField(
                choices=[
                    ("drafted", "Drafted"),
                    ("proposed", "Proposed"),
                    ("taken_back", "Proposal taken back"),
                    ("reviewed", "Reviewed"),
                    ("approved", "Approved"),
                    ("published", "Published"),
                    ("returned", "Returned"),
                    ("scheduled", "Publication scheduled"),
                    ("published_urgently", "Published urgently, before approval"),
                    ("correction_begun", "Correction begun"),
                    ("withdrawn", "Withdrawn"),
                    ("ending_asked", "Early end of display proposed"),
                    ("ending_refused", "Early end of display not approved"),
                    ("ended", "Display ended"),
                    ("discarded", "Discarded"),
                    ("unscheduled", "Schedule cancelled"),
                    ("reader_added", "Reader named"),
                    ("reopened", "Obligation open again"),
                ],
                max_length=20,
                verbose_name="step",
            ),
        ),
        migrations.AddIndex(
            model_name="posting",
            index=models.Index(
                condition=models.Q(("ending_asked_at__isnull", False)),
                fields=["organisation"],
                name="posting_early_end_proposed",
            ),
        ),
        migrations.AddConstraint(
            model_name="posting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ending_asked_at", None), ("ending_asked_by", None), ("ending_reason", "")),
                    models.Q(
                        ("ending_asked_at__isnull", False),
                        ("ending_asked_by__isnull", False),
                        ("status", "published"),
                        models.Q(("ending_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="posting_early_end_proposed_while_up_with_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="step",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ("returned", "withdrawn", "ending_asked", "ending_refused")), _negated=True),
                    models.Q(("words", ""), _negated=True),
                    _connector="OR",
                ),
                name="step_back_gives_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="step",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("on_behalf_of", None),
                    models.Q(("by__isnull", False), models.Q(("on_behalf_of", models.F("by")), _negated=True)),
                    _connector="OR",
                ),
                name="step_on_behalf_of_somebody_else",
            ),
        ),
    ]
