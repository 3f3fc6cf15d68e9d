from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inspections", "0003_priority_order")]

    operations = [
        migrations.RemoveIndex(model_name="violationcase", name="case_filters"),
        migrations.RemoveIndex(model_name="violationcase", name="case_by_officer"),
        migrations.RemoveIndex(model_name="violationcase", name="case_by_state"),
        migrations.AddIndex(
            model_name="violationcase",
            index=models.Index(
                fields=[
                    "authority",
                    "state",
                    "detected_on",
                    "officer",
                    "field",
                    "party",
                    "origin",
                    "organization",
                    "person",
                    "search_text",
                    "id",
                ],
                name="case_filters",
            ),
        ),
        migrations.AddIndex(
            model_name="violationcase",
            index=models.Index(fields=["authority", "state", "officer", "id"], name="case_by_state"),
        ),
        migrations.AddIndex(
            model_name="violationcase",
            index=models.Index(fields=["officer", "state", "authority", "id"], name="case_by_officer"),
        ),
    ]
