"""A unit's version keeps the unit's own validity beside the version's."""

from datetime import UTC, date, datetime

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("infra", "0002_submission_rows")]

    operations = [
        migrations.AddField(
            "administrativeunitversion",
            "noun_valid_from",
            models.DateField(default=date(1900, 1, 1), verbose_name="valid from"),
            preserve_default=False,
        ),
        migrations.AddField(
            "administrativeunitversion",
            "noun_valid_to",
            models.DateField(blank=True, null=True, verbose_name="valid to"),
        ),
        migrations.AlterField(
            "administrativeunitversion",
            "valid_from",
            models.DateTimeField(default=datetime(1900, 1, 1, tzinfo=UTC)),
            preserve_default=False,
        ),
        migrations.AlterField(
            "administrativeunitversion",
            "valid_to",
            models.DateTimeField(blank=True, null=True),
        ),
    ]
