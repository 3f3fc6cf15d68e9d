import datetime as dt
import uuid

import django.contrib.gis.db.models.fields
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import infra.migrating


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("infra", "0002_second_factor"),
    ]

    operations = [
        infra.migrating.CreateModels(
            models=[
                migrations.CreateModel(
                    name="Rule",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name_vi", models.CharField(max_length=255, verbose_name="Vietnamese name")),
                        ("name_en", models.CharField(blank=True, max_length=255, verbose_name="English name")),
                        ("valid_from", models.DateField(verbose_name="valid from")),
                        ("valid_to", models.DateField(blank=True, null=True, verbose_name="valid to")),
                        ("legal_basis", models.CharField(blank=True, max_length=255, verbose_name="legal basis")),
                        ("confidence", models.CharField(blank=True, max_length=8, verbose_name="confidence")),
                        ("verified", models.BooleanField(default=False, verbose_name="verified")),
                        ("code", models.CharField(max_length=48, verbose_name="code")),
                        (
                            "field",
                            models.CharField(
                                choices=[
                                    ("telecom", "Telecommunications"),
                                    ("internet", "Internet"),
                                    ("post", "Post"),
                                    ("radio", "Radio frequency"),
                                    ("it", "Information technology"),
                                    ("infosec", "Information security"),
                                    ("e_transactions", "Electronic transactions"),
                                    ("printing", "Publishing and printing"),
                                    ("press", "Press"),
                                ],
                                max_length=16,
                                verbose_name="field",
                            ),
                        ),
                        ("decree", models.CharField(max_length=32, verbose_name="decree")),
                        ("article", models.CharField(blank=True, max_length=8, verbose_name="article")),
                        ("clause", models.CharField(blank=True, max_length=8, verbose_name="clause")),
                        ("point", models.CharField(blank=True, max_length=8, verbose_name="point")),
                        ("min_vnd", models.BigIntegerField(blank=True, null=True, verbose_name="least (₫)")),
                        ("max_vnd", models.BigIntegerField(blank=True, null=True, verbose_name="most (₫)")),
                        ("warning", models.BooleanField(default=False, verbose_name="warning possible")),
                        (
                            "individual_amounts",
                            models.BooleanField(default=False, verbose_name="amounts are for individuals"),
                        ),
                        ("proposable", models.BooleanField(default=True, verbose_name="may be proposed")),
                        (
                            "licence_withdrawal_months",
                            models.JSONField(blank=True, null=True, verbose_name="licence withdrawn (months)"),
                        ),
                        (
                            "suspension_months",
                            models.JSONField(blank=True, null=True, verbose_name="suspended (months)"),
                        ),
                        (
                            "extra_sanctions",
                            models.JSONField(blank=True, default=list, verbose_name="additional sanctions"),
                        ),
                        ("remedies", models.JSONField(blank=True, default=list, verbose_name="remedial measures")),
                        ("triggers", models.JSONField(blank=True, default=list, verbose_name="proposed for")),
                        ("amended_by", models.CharField(blank=True, max_length=64, verbose_name="amended by")),
                        ("source", models.CharField(blank=True, max_length=64, verbose_name="source")),
                        ("note", models.CharField(blank=True, max_length=255, verbose_name="note")),
                    ],
                    options={
                        "ordering": ("code", "valid_from"),
                        "constraints": [
                            models.UniqueConstraint(fields=("code", "valid_from"), name="rule_once_per_date"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("min_vnd__isnull", True),
                                    ("max_vnd__isnull", True),
                                    ("max_vnd__gte", models.F("min_vnd")),
                                    _connector="OR",
                                ),
                                name="rule_frame_in_order",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FineAuthority",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name_vi", models.CharField(max_length=255, verbose_name="Vietnamese name")),
                        ("name_en", models.CharField(blank=True, max_length=255, verbose_name="English name")),
                        ("valid_from", models.DateField(verbose_name="valid from")),
                        ("valid_to", models.DateField(blank=True, null=True, verbose_name="valid to")),
                        ("legal_basis", models.CharField(blank=True, max_length=255, verbose_name="legal basis")),
                        ("confidence", models.CharField(blank=True, max_length=8, verbose_name="confidence")),
                        ("verified", models.BooleanField(default=False, verbose_name="verified")),
                        ("code", models.CharField(max_length=32, verbose_name="code")),
                        ("level", models.CharField(max_length=16, verbose_name="level")),
                        ("fields", models.JSONField(blank=True, default=list, verbose_name="fields")),
                        ("share", models.FloatField(blank=True, null=True, verbose_name="share of the field maximum")),
                        (
                            "max_vnd_organization",
                            models.BigIntegerField(blank=True, null=True, verbose_name="most for organizations (₫)"),
                        ),
                        ("powers", models.JSONField(blank=True, default=list, verbose_name="powers")),
                    ],
                    options={
                        "verbose_name_plural": "fine authorities",
                        "ordering": ("valid_from", "id"),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("share__isnull", True),
                                    models.Q(("share__gt", 0), ("share__lte", 1)),
                                    _connector="OR",
                                ),
                                name="share_up_to_one",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FieldMaximum",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name_vi", models.CharField(max_length=255, verbose_name="Vietnamese name")),
                        ("name_en", models.CharField(blank=True, max_length=255, verbose_name="English name")),
                        ("valid_from", models.DateField(verbose_name="valid from")),
                        ("valid_to", models.DateField(blank=True, null=True, verbose_name="valid to")),
                        ("legal_basis", models.CharField(blank=True, max_length=255, verbose_name="legal basis")),
                        ("confidence", models.CharField(blank=True, max_length=8, verbose_name="confidence")),
                        ("verified", models.BooleanField(default=False, verbose_name="verified")),
                        (
                            "field",
                            models.CharField(
                                choices=[
                                    ("telecom", "Telecommunications"),
                                    ("internet", "Internet"),
                                    ("post", "Post"),
                                    ("radio", "Radio frequency"),
                                    ("it", "Information technology"),
                                    ("infosec", "Information security"),
                                    ("e_transactions", "Electronic transactions"),
                                    ("printing", "Publishing and printing"),
                                    ("press", "Press"),
                                ],
                                max_length=16,
                                verbose_name="field",
                            ),
                        ),
                        (
                            "max_vnd_individual",
                            models.BigIntegerField(blank=True, null=True, verbose_name="most for individuals (₫)"),
                        ),
                        ("organization_factor", models.FloatField(default=2, verbose_name="factor for organizations")),
                        (
                            "individual_factor_of_rule",
                            models.FloatField(default=0.5, verbose_name="individuals' part of a rule's frame"),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "field maxima",
                        "ordering": ("field", "valid_from"),
                        "constraints": [
                            models.UniqueConstraint(fields=("field", "valid_from"), name="maximum_once_per_date")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Clock",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name_vi", models.CharField(max_length=255, verbose_name="Vietnamese name")),
                        ("name_en", models.CharField(blank=True, max_length=255, verbose_name="English name")),
                        ("valid_from", models.DateField(verbose_name="valid from")),
                        ("valid_to", models.DateField(blank=True, null=True, verbose_name="valid to")),
                        ("legal_basis", models.CharField(blank=True, max_length=255, verbose_name="legal basis")),
                        ("confidence", models.CharField(blank=True, max_length=8, verbose_name="confidence")),
                        ("verified", models.BooleanField(default=False, verbose_name="verified")),
                        ("clock", models.CharField(max_length=32, verbose_name="clock")),
                        ("condition", models.CharField(blank=True, max_length=24, verbose_name="condition")),
                        ("counted_from", models.CharField(blank=True, max_length=24, verbose_name="counted from")),
                        ("amount", models.FloatField(verbose_name="amount")),
                        ("unit", models.CharField(max_length=16, verbose_name="unit")),
                        (
                            "extension",
                            models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="extension at most"),
                        ),
                        ("fields", models.JSONField(blank=True, default=list, verbose_name="fields")),
                        ("note", models.CharField(blank=True, max_length=255, verbose_name="note")),
                    ],
                    options={
                        "ordering": ("clock", "condition", "valid_from", "id"),
                    },
                ),
                migrations.CreateModel(
                    name="Circumstance",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name_vi", models.CharField(max_length=255, verbose_name="Vietnamese name")),
                        ("name_en", models.CharField(blank=True, max_length=255, verbose_name="English name")),
                        ("valid_from", models.DateField(verbose_name="valid from")),
                        ("valid_to", models.DateField(blank=True, null=True, verbose_name="valid to")),
                        ("legal_basis", models.CharField(blank=True, max_length=255, verbose_name="legal basis")),
                        ("confidence", models.CharField(blank=True, max_length=8, verbose_name="confidence")),
                        ("verified", models.BooleanField(default=False, verbose_name="verified")),
                        ("code", models.CharField(max_length=24, verbose_name="code")),
                        (
                            "kind",
                            models.CharField(
                                choices=[("mitigating", "Mitigating"), ("aggravating", "Aggravating")],
                                max_length=12,
                                verbose_name="kind",
                            ),
                        ),
                        ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                    ],
                    options={
                        "verbose_name": "circumstance",
                        "verbose_name_plural": "circumstances",
                        "ordering": ("kind", "order", "code"),
                        "constraints": [
                            models.UniqueConstraint(fields=("code", "valid_from"), name="circumstance_once_per_date")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FormCode",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name_vi", models.CharField(max_length=255, verbose_name="Vietnamese name")),
                        ("name_en", models.CharField(blank=True, max_length=255, verbose_name="English name")),
                        ("valid_from", models.DateField(verbose_name="valid from")),
                        ("valid_to", models.DateField(blank=True, null=True, verbose_name="valid to")),
                        ("legal_basis", models.CharField(blank=True, max_length=255, verbose_name="legal basis")),
                        ("confidence", models.CharField(blank=True, max_length=8, verbose_name="confidence")),
                        ("verified", models.BooleanField(default=False, verbose_name="verified")),
                        ("code", models.CharField(max_length=16, verbose_name="code")),
                        ("printed_code", models.CharField(max_length=16, verbose_name="printed code")),
                        ("step", models.CharField(blank=True, max_length=24, verbose_name="step")),
                        ("series", models.CharField(blank=True, max_length=11, verbose_name="series of numbers")),
                    ],
                    options={
                        "ordering": ("code", "valid_from"),
                        "constraints": [
                            models.UniqueConstraint(fields=("code", "valid_from"), name="form_once_per_date")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CalendarDay",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("calendar", models.CharField(max_length=8, verbose_name="calendar")),
                        ("date", models.DateField(verbose_name="date")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("holiday", "Holiday"),
                                    ("day_off", "Day off in exchange"),
                                    ("working_day", "Working day in exchange"),
                                ],
                                max_length=12,
                                verbose_name="kind",
                            ),
                        ),
                        ("name_vi", models.CharField(max_length=120, verbose_name="Vietnamese name")),
                        ("name_en", models.CharField(blank=True, max_length=120, verbose_name="English name")),
                        ("instead_of", models.DateField(blank=True, null=True, verbose_name="instead of")),
                        ("confidence", models.CharField(blank=True, max_length=8, verbose_name="confidence")),
                        ("verified", models.BooleanField(default=False, verbose_name="verified")),
                    ],
                    options={
                        "ordering": ("calendar", "date"),
                        "constraints": [
                            models.UniqueConstraint(fields=("calendar", "date"), name="one_meaning_per_day")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CalendarYear",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("calendar", models.CharField(max_length=8, verbose_name="calendar")),
                        ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                    ],
                    options={
                        "ordering": ("calendar", "year"),
                        "constraints": [models.UniqueConstraint(fields=("calendar", "year"), name="one_list_per_year")],
                    },
                ),
                migrations.CreateModel(
                    name="ChecklistTemplate",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.CharField(max_length=48, verbose_name="code")),
                        ("version", models.PositiveSmallIntegerField(verbose_name="version")),
                        ("name_vi", models.CharField(max_length=255, verbose_name="Vietnamese name")),
                        ("name_en", models.CharField(blank=True, max_length=255, verbose_name="English name")),
                        (
                            "field",
                            models.CharField(
                                choices=[
                                    ("telecom", "Telecommunications"),
                                    ("internet", "Internet"),
                                    ("post", "Post"),
                                    ("radio", "Radio frequency"),
                                    ("it", "Information technology"),
                                    ("infosec", "Information security"),
                                    ("e_transactions", "Electronic transactions"),
                                    ("printing", "Publishing and printing"),
                                    ("press", "Press"),
                                ],
                                default="telecom",
                                max_length=16,
                                verbose_name="field",
                            ),
                        ),
                        ("subjects", models.JSONField(blank=True, default=list, verbose_name="subjects")),
                        ("conclusion", models.JSONField(blank=True, default=dict, verbose_name="conclusion")),
                        (
                            "status",
                            models.CharField(
                                choices=[("draft", "Draft"), ("published", "Published"), ("superseded", "Superseded")],
                                default="draft",
                                max_length=10,
                                verbose_name="status",
                            ),
                        ),
                        ("valid_from", models.DateField(verbose_name="valid from")),
                        ("valid_to", models.DateField(blank=True, null=True, verbose_name="valid to")),
                    ],
                    options={
                        "ordering": ("code", "-version"),
                        "constraints": [
                            models.UniqueConstraint(fields=("code", "version"), name="checklist_version_once"),
                            models.UniqueConstraint(
                                condition=models.Q(("status", "published")),
                                fields=("code",),
                                name="one_published_checklist",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ChecklistGroup",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "template",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="groups",
                                to="inspections.checklisttemplate",
                            ),
                        ),
                        ("code", models.CharField(max_length=48, verbose_name="code")),
                        ("name_vi", models.CharField(max_length=255, verbose_name="Vietnamese name")),
                        ("name_en", models.CharField(blank=True, max_length=255, verbose_name="English name")),
                        ("order", models.PositiveSmallIntegerField(default=0)),
                    ],
                    options={
                        "ordering": ("order", "id"),
                        "constraints": [
                            models.UniqueConstraint(fields=("template", "code"), name="group_once_per_checklist")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ChecklistItem",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "template",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="items",
                                to="inspections.checklisttemplate",
                            ),
                        ),
                        (
                            "group",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="items",
                                to="inspections.checklistgroup",
                            ),
                        ),
                        ("number", models.CharField(blank=True, max_length=8, verbose_name="number")),
                        ("code", models.CharField(max_length=48, verbose_name="code")),
                        ("order", models.PositiveSmallIntegerField(default=0)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("pass_fail", "Pass or fail"),
                                    ("number", "Number"),
                                    ("choice", "Choice"),
                                    ("text", "Text"),
                                    ("date", "Date"),
                                    ("photo", "Photo"),
                                ],
                                max_length=12,
                                verbose_name="kind",
                            ),
                        ),
                        ("text_vi", models.CharField(max_length=500, verbose_name="Vietnamese text")),
                        ("text_en", models.CharField(blank=True, max_length=500, verbose_name="English text")),
                        ("hint_vi", models.CharField(blank=True, max_length=500, verbose_name="Vietnamese hint")),
                        ("hint_en", models.CharField(blank=True, max_length=500, verbose_name="English hint")),
                        ("choices", models.JSONField(blank=True, default=list, verbose_name="choices")),
                        ("unit", models.CharField(blank=True, max_length=16, verbose_name="unit")),
                        ("limit_code", models.CharField(blank=True, max_length=64, verbose_name="limit")),
                        ("limit_value", models.FloatField(blank=True, null=True, verbose_name="limit (value)")),
                        ("comparison", models.CharField(blank=True, max_length=4, verbose_name="comparison")),
                        ("legal_basis", models.CharField(blank=True, max_length=255, verbose_name="legal basis")),
                        (
                            "severity",
                            models.CharField(
                                choices=[("minor", "Minor"), ("major", "Major"), ("critical", "Critical")],
                                default="minor",
                                max_length=10,
                                verbose_name="severity",
                            ),
                        ),
                        (
                            "rule_code",
                            models.CharField(blank=True, max_length=48, verbose_name="rule that a failure may break"),
                        ),
                        ("other_rules", models.JSONField(blank=True, default=list, verbose_name="other rules")),
                        ("remedy_vi", models.CharField(blank=True, max_length=400, verbose_name="remedy (Vietnamese)")),
                        ("remedy_en", models.CharField(blank=True, max_length=400, verbose_name="remedy (English)")),
                        (
                            "remedy_days",
                            models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="days to remedy"),
                        ),
                        ("may_be_na", models.BooleanField(default=True, verbose_name="may be not applicable")),
                        ("instrument", models.BooleanField(default=False, verbose_name="names an instrument")),
                        (
                            "photo",
                            models.CharField(
                                choices=[
                                    ("optional", "Optional"),
                                    ("on_fail", "When failed"),
                                    ("required", "Required"),
                                ],
                                default="optional",
                                max_length=10,
                                verbose_name="photo",
                            ),
                        ),
                        ("is_safety", models.BooleanField(default=False, verbose_name="decides on safety")),
                        ("confidence", models.CharField(blank=True, max_length=8, verbose_name="confidence")),
                        ("verified", models.BooleanField(default=False, verbose_name="verified")),
                    ],
                    options={
                        "ordering": ("order", "id"),
                        "constraints": [
                            models.UniqueConstraint(fields=("template", "code"), name="item_once_per_checklist")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Campaign",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "authority",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="campaigns",
                                to="infra.authority",
                            ),
                        ),
                        ("number", models.PositiveIntegerField(verbose_name="number")),
                        ("title", models.CharField(max_length=200, verbose_name="title")),
                        ("decision_number", models.CharField(blank=True, max_length=64, verbose_name="decision")),
                        ("decision_date", models.DateField(blank=True, null=True, verbose_name="date of the decision")),
                        ("starts_on", models.DateField(verbose_name="starts on")),
                        ("ends_on", models.DateField(verbose_name="ends on")),
                        (
                            "field",
                            models.CharField(
                                choices=[
                                    ("telecom", "Telecommunications"),
                                    ("internet", "Internet"),
                                    ("post", "Post"),
                                    ("radio", "Radio frequency"),
                                    ("it", "Information technology"),
                                    ("infosec", "Information security"),
                                    ("e_transactions", "Electronic transactions"),
                                    ("printing", "Publishing and printing"),
                                    ("press", "Press"),
                                ],
                                default="telecom",
                                max_length=16,
                                verbose_name="field",
                            ),
                        ),
                        (
                            "checklist",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="campaigns",
                                to="inspections.checklisttemplate",
                            ),
                        ),
                        (
                            "area",
                            django.contrib.gis.db.models.fields.PolygonField(
                                blank=True, null=True, spatial_index=False, srid=4326, verbose_name="area"
                            ),
                        ),
                        (
                            "per_day",
                            models.PositiveSmallIntegerField(
                                default=6,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(40),
                                ],
                                verbose_name="visits a day",
                            ),
                        ),
                        ("purpose", models.TextField(blank=True, verbose_name="purpose")),
                        (
                            "status",
                            models.CharField(
                                choices=[("planned", "Planned"), ("running", "Running"), ("closed", "Closed")],
                                default="planned",
                                max_length=8,
                                verbose_name="status",
                            ),
                        ),
                        ("units", models.ManyToManyField(blank=True, related_name="+", to="infra.administrativeunit")),
                        ("team", models.ManyToManyField(blank=True, related_name="+", to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        "ordering": ("-id",),
                        "constraints": [
                            models.UniqueConstraint(fields=("authority", "number"), name="campaign_number_once"),
                            models.CheckConstraint(
                                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                                name="campaign_ends_after_start",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CampaignTask",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "campaign",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="tasks",
                                to="inspections.campaign",
                            ),
                        ),
                        (
                            "installation",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.installation",
                            ),
                        ),
                        (
                            "site",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.site",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.administrativeunit",
                            ),
                        ),
                        (
                            "assignee",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="inspection_tasks",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("planned_on", models.DateField(blank=True, null=True, verbose_name="planned on")),
                        ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order of the day")),
                        ("priority", models.PositiveSmallIntegerField(default=0, verbose_name="priority")),
                        ("reasons", models.JSONField(blank=True, default=list, verbose_name="reasons")),
                        ("note", models.CharField(blank=True, max_length=400, verbose_name="note")),
                        (
                            "status",
                            models.CharField(
                                choices=[("open", "Open"), ("done", "Done"), ("dropped", "Dropped")],
                                default="open",
                                max_length=8,
                                verbose_name="status",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("planned_on", "order", "id"),
                        "indexes": [
                            models.Index(fields=["assignee", "status", "planned_on"], name="task_of_the_day"),
                            models.Index(fields=["installation", "status"], name="task_of_installation"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("installation__isnull", False)),
                                fields=("campaign", "installation"),
                                name="target_once_per_campaign",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("installation__isnull", False), ("site__isnull", False), _connector="OR"
                                ),
                                name="task_has_target",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FieldDevice",
                    fields=[
                        ("uuid", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "authority",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="infra.authority"
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="field_devices",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("name", models.CharField(blank=True, max_length=120, verbose_name="name")),
                        ("public_key", models.CharField(max_length=96, verbose_name="key")),
                        ("registered_at", models.DateTimeField(verbose_name="registered")),
                        ("last_seen_at", models.DateTimeField(verbose_name="last seen")),
                        ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="revoked")),
                        (
                            "revoked_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("revoke_reason", models.CharField(blank=True, max_length=400, verbose_name="reason")),
                        ("tokens", models.ManyToManyField(blank=True, related_name="+", to=settings.KNOX_TOKEN_MODEL)),
                    ],
                    options={
                        "verbose_name": "phone",
                        "verbose_name_plural": "phones",
                        "ordering": ("-last_seen_at", "uuid"),
                    },
                ),
                migrations.CreateModel(
                    name="Instrument",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "authority",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="instruments",
                                to="infra.authority",
                            ),
                        ),
                        ("name", models.CharField(max_length=120, verbose_name="make and type")),
                        ("serial", models.CharField(max_length=64, verbose_name="serial number")),
                        ("units", models.JSONField(blank=True, default=list, verbose_name="measures")),
                        ("calibrated_on", models.DateField(blank=True, null=True, verbose_name="calibrated on")),
                        (
                            "valid_until",
                            models.DateField(blank=True, null=True, verbose_name="calibration valid until"),
                        ),
                        (
                            "certificate",
                            models.CharField(blank=True, max_length=64, verbose_name="calibration certificate"),
                        ),
                        ("laboratory", models.CharField(blank=True, max_length=160, verbose_name="laboratory")),
                        ("in_use", models.BooleanField(default=True, verbose_name="in use")),
                    ],
                    options={
                        "verbose_name": "instrument",
                        "verbose_name_plural": "instruments",
                        "ordering": ("name", "serial"),
                        "constraints": [
                            models.UniqueConstraint(fields=("authority", "serial"), name="instrument_once_per_serial"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_until__isnull", True),
                                    ("calibrated_on__isnull", True),
                                    ("valid_until__gte", models.F("calibrated_on")),
                                    _connector="OR",
                                ),
                                name="calibration_ends_after_start",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="InstrumentVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("noun_id", models.BigIntegerField()),
                        ("valid_from", models.DateTimeField()),
                        ("valid_to", models.DateTimeField(blank=True, null=True)),
                        (
                            "act",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.changerecord",
                            ),
                        ),
                        (
                            "closed_act",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.changerecord",
                            ),
                        ),
                        ("digest", models.CharField(max_length=64)),
                        ("salt", models.CharField(blank=True, default="", max_length=32)),
                        ("personal_digests", models.JSONField(blank=True, default=dict)),
                        (
                            "authority",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="infra.authority",
                                verbose_name="authority",
                            ),
                        ),
                        ("name", models.CharField(max_length=120, verbose_name="make and type")),
                        ("serial", models.CharField(max_length=64, verbose_name="serial number")),
                        ("units", models.JSONField(blank=True, default=list, verbose_name="measures")),
                        ("calibrated_on", models.DateField(blank=True, null=True, verbose_name="calibrated on")),
                        (
                            "valid_until",
                            models.DateField(blank=True, null=True, verbose_name="calibration valid until"),
                        ),
                        (
                            "certificate",
                            models.CharField(blank=True, max_length=64, verbose_name="calibration certificate"),
                        ),
                        ("laboratory", models.CharField(blank=True, max_length=160, verbose_name="laboratory")),
                        ("in_use", models.BooleanField(default=True, verbose_name="in use")),
                    ],
                    options={
                        "ordering": ("noun_id", "valid_from"),
                        "indexes": [
                            models.Index(fields=["noun_id", "valid_from"], name="instrumentversion_noun"),
                            models.Index(
                                condition=models.Q(("closed_act__isnull", False)),
                                fields=["closed_act"],
                                name="instrumentversion_ended",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("valid_to__isnull", True)),
                                fields=("noun_id",),
                                name="one_open_instrumentversion",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to__isnull", True),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="span_instrumentversion",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Inspection",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        (
                            "authority",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="inspections",
                                to="infra.authority",
                            ),
                        ),
                        ("number", models.CharField(blank=True, max_length=32, verbose_name="number")),
                        (
                            "subject_type",
                            models.CharField(
                                choices=[
                                    ("installation", "Installation"),
                                    ("site", "Site"),
                                    ("mast", "Mast"),
                                    ("cable_route", "Cable route"),
                                    ("organization", "Organization"),
                                    ("place", "Place"),
                                ],
                                max_length=12,
                                verbose_name="subject",
                            ),
                        ),
                        (
                            "subject_ref",
                            models.CharField(blank=True, max_length=64, verbose_name="registry number or code"),
                        ),
                        (
                            "subject_name",
                            models.CharField(blank=True, max_length=200, verbose_name="name of the subject"),
                        ),
                        (
                            "subject_position",
                            django.contrib.gis.db.models.fields.PointField(blank=True, null=True, srid=4326),
                        ),
                        (
                            "installation",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="inspections",
                                to="infra.installation",
                            ),
                        ),
                        (
                            "mast",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="inspections",
                                to="infra.mast",
                            ),
                        ),
                        (
                            "site",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="inspections",
                                to="infra.site",
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="inspections",
                                to="infra.organization",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.administrativeunit",
                            ),
                        ),
                        (
                            "field",
                            models.CharField(
                                choices=[
                                    ("telecom", "Telecommunications"),
                                    ("internet", "Internet"),
                                    ("post", "Post"),
                                    ("radio", "Radio frequency"),
                                    ("it", "Information technology"),
                                    ("infosec", "Information security"),
                                    ("e_transactions", "Electronic transactions"),
                                    ("printing", "Publishing and printing"),
                                    ("press", "Press"),
                                ],
                                default="telecom",
                                max_length=16,
                                verbose_name="field",
                            ),
                        ),
                        (
                            "checklist",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="inspections",
                                to="inspections.checklisttemplate",
                            ),
                        ),
                        (
                            "campaign",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="inspections",
                                to="inspections.campaign",
                            ),
                        ),
                        (
                            "task",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="inspections",
                                to="inspections.campaigntask",
                            ),
                        ),
                        (
                            "device",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="inspections",
                                to="inspections.fielddevice",
                            ),
                        ),
                        (
                            "inspector",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="inspections",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("revision", models.PositiveIntegerField(default=0, verbose_name="revision")),
                        (
                            "status",
                            models.CharField(
                                choices=[("draft", "Draft"), ("submitted", "Submitted")],
                                default="draft",
                                max_length=10,
                                verbose_name="status",
                            ),
                        ),
                        ("started_at", models.DateTimeField(blank=True, null=True, verbose_name="started")),
                        ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="finished")),
                        ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="sent (phone)")),
                        ("received_at", models.DateTimeField(verbose_name="received")),
                        ("visited_on", models.DateField(verbose_name="day of the visit")),
                        (
                            "position",
                            django.contrib.gis.db.models.fields.PointField(
                                blank=True, null=True, srid=4326, verbose_name="position of the inspector"
                            ),
                        ),
                        ("accuracy_m", models.FloatField(blank=True, null=True, verbose_name="accuracy (m)")),
                        (
                            "distance_m",
                            models.FloatField(
                                blank=True, null=True, verbose_name="distance to the registered position (m)"
                            ),
                        ),
                        (
                            "clock_skew_s",
                            models.FloatField(blank=True, null=True, verbose_name="clock of the phone ahead (s)"),
                        ),
                        (
                            "result",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("pass", "Pass"),
                                    ("pass_with_remarks", "Pass with remarks"),
                                    ("fail", "Fail"),
                                ],
                                max_length=18,
                                verbose_name="result",
                            ),
                        ),
                        ("notes", models.TextField(blank=True, verbose_name="notes")),
                        ("content_digest", models.CharField(max_length=64)),
                        (
                            "review",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("pending", "Waiting for approval"),
                                    ("approved", "Approved"),
                                    ("returned", "Returned to the inspector"),
                                    ("set_aside", "Set aside"),
                                ],
                                max_length=10,
                                verbose_name="review",
                            ),
                        ),
                        (
                            "reviewed_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="reviewed by",
                            ),
                        ),
                        ("reviewed_at", models.DateTimeField(blank=True, null=True, verbose_name="reviewed")),
                        (
                            "review_note",
                            models.CharField(blank=True, max_length=1000, verbose_name="reason of the review"),
                        ),
                        ("search_text", models.CharField(blank=True, default="", editable=False, max_length=400)),
                    ],
                    options={
                        "ordering": ("-id",),
                        "indexes": [
                            models.Index(
                                fields=["installation", "status", "visited_on"], name="inspection_of_installation"
                            ),
                            models.Index(fields=["authority", "status", "visited_on"], name="inspection_by_day"),
                            models.Index(fields=["inspector", "status"], name="inspection_by_inspector"),
                            models.Index(fields=["review", "authority"], name="inspection_by_review"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("number", ""), _negated=True),
                                fields=("authority", "number"),
                                name="inspection_number_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("accuracy_m__isnull", True), ("accuracy_m__gte", 0), _connector="OR"
                                ),
                                name="inspection_accuracy_positive",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="InspectionCopy",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "inspection",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="copies",
                                to="inspections.inspection",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("replaced", "Replaced after it was returned"),
                                    ("refused", "Arrived after submission and was refused"),
                                ],
                                max_length=8,
                                verbose_name="kind",
                            ),
                        ),
                        ("revision", models.PositiveIntegerField(verbose_name="revision")),
                        ("digest", models.CharField(max_length=64)),
                        ("content", models.JSONField(default=dict)),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="received")),
                    ],
                    options={
                        "ordering": ("id",),
                        "constraints": [
                            models.UniqueConstraint(fields=("inspection", "digest"), name="one_copy_per_content")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Answer",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "inspection",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="answers",
                                to="inspections.inspection",
                            ),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="inspections.checklistitem",
                            ),
                        ),
                        (
                            "outcome",
                            models.CharField(
                                blank=True,
                                choices=[("pass", "Pass"), ("fail", "Fail"), ("na", "Not applicable")],
                                max_length=4,
                                verbose_name="outcome",
                            ),
                        ),
                        ("value", models.CharField(blank=True, max_length=500, verbose_name="value")),
                        ("number", models.FloatField(blank=True, null=True, verbose_name="value as a number")),
                        ("unit", models.CharField(blank=True, max_length=16, verbose_name="unit")),
                        ("limit_value", models.FloatField(blank=True, null=True, verbose_name="limit")),
                        ("comparison", models.CharField(blank=True, max_length=4, verbose_name="comparison")),
                        ("limit_basis", models.CharField(blank=True, max_length=255, verbose_name="limit by")),
                        ("instrument_name", models.CharField(blank=True, max_length=120, verbose_name="instrument")),
                        (
                            "instrument_serial",
                            models.CharField(blank=True, max_length=64, verbose_name="instrument (serial number)"),
                        ),
                        (
                            "instrument_calibrated_on",
                            models.DateField(blank=True, null=True, verbose_name="calibrated on"),
                        ),
                        (
                            "calibration",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("valid", "Calibrated"),
                                    ("expired", "Calibration expired"),
                                    ("unknown", "Calibration not known"),
                                ],
                                max_length=8,
                                verbose_name="calibration",
                            ),
                        ),
                        ("note", models.TextField(blank=True, verbose_name="note")),
                    ],
                    options={
                        "ordering": ("item__order", "id"),
                        "constraints": [
                            models.UniqueConstraint(fields=("inspection", "item"), name="one_answer_per_item")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Photo",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("inspection_uuid", models.UUIDField(db_index=True)),
                        ("sha256", models.CharField(max_length=64)),
                        ("item_code", models.CharField(blank=True, max_length=48)),
                        ("announced", models.BooleanField(default=False)),
                        ("is_signature", models.BooleanField(default=False)),
                        ("taken_at", models.DateTimeField(blank=True, null=True, verbose_name="taken at")),
                        (
                            "position",
                            django.contrib.gis.db.models.fields.PointField(
                                blank=True, null=True, spatial_index=False, srid=4326
                            ),
                        ),
                        ("accuracy_m", models.FloatField(blank=True, null=True)),
                        (
                            "distance_m",
                            models.FloatField(blank=True, null=True, verbose_name="distance to the subject (m)"),
                        ),
                        (
                            "original",
                            models.JSONField(blank=True, default=dict, verbose_name="original, as the phone read it"),
                        ),
                        ("exif", models.JSONField(blank=True, default=dict, verbose_name="what the camera wrote")),
                        ("width", models.PositiveIntegerField(blank=True, null=True, verbose_name="width (px)")),
                        ("height", models.PositiveIntegerField(blank=True, null=True, verbose_name="height (px)")),
                        ("size", models.PositiveBigIntegerField(default=0)),
                        ("content_type", models.CharField(blank=True, max_length=32)),
                        ("received_at", models.DateTimeField(blank=True, null=True, verbose_name="received")),
                        (
                            "uploaded_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("id",),
                        "indexes": [models.Index(fields=["sha256"], name="photo_digest")],
                        "constraints": [
                            models.UniqueConstraint(fields=("inspection_uuid", "sha256"), name="one_photo_per_digest")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Signature",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "inspection",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="signatures",
                                to="inspections.inspection",
                            ),
                        ),
                        (
                            "role",
                            models.CharField(
                                choices=[
                                    ("inspector", "Inspector"),
                                    ("party", "Party inspected"),
                                    ("witness", "Witness"),
                                ],
                                default="party",
                                max_length=10,
                                verbose_name="role",
                            ),
                        ),
                        ("name", models.CharField(max_length=160, verbose_name="name")),
                        ("title", models.CharField(blank=True, max_length=160, verbose_name="title")),
                        ("image_sha256", models.CharField(blank=True, max_length=64)),
                        ("refused", models.BooleanField(default=False, verbose_name="refused to sign")),
                        ("reason", models.CharField(blank=True, max_length=400, verbose_name="why it was refused")),
                    ],
                    options={
                        "ordering": ("id",),
                    },
                ),
                migrations.CreateModel(
                    name="Finding",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "authority",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="findings",
                                to="infra.authority",
                            ),
                        ),
                        (
                            "inspection",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="findings",
                                to="inspections.inspection",
                            ),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="inspections.checklistitem",
                            ),
                        ),
                        (
                            "installation",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="findings",
                                to="infra.installation",
                            ),
                        ),
                        (
                            "mast",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="findings",
                                to="infra.mast",
                            ),
                        ),
                        (
                            "site",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="findings",
                                to="infra.site",
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="findings",
                                to="infra.organization",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.administrativeunit",
                            ),
                        ),
                        (
                            "field",
                            models.CharField(
                                choices=[
                                    ("telecom", "Telecommunications"),
                                    ("internet", "Internet"),
                                    ("post", "Post"),
                                    ("radio", "Radio frequency"),
                                    ("it", "Information technology"),
                                    ("infosec", "Information security"),
                                    ("e_transactions", "Electronic transactions"),
                                    ("printing", "Publishing and printing"),
                                    ("press", "Press"),
                                ],
                                default="telecom",
                                max_length=16,
                                verbose_name="field",
                            ),
                        ),
                        ("rule_code", models.CharField(blank=True, max_length=48, verbose_name="rule")),
                        (
                            "severity",
                            models.CharField(
                                choices=[("minor", "Minor"), ("major", "Major"), ("critical", "Critical")],
                                max_length=10,
                                verbose_name="severity",
                            ),
                        ),
                        ("is_safety", models.BooleanField(default=False, verbose_name="decides on safety")),
                        ("text_vi", models.CharField(max_length=600, verbose_name="Vietnamese text")),
                        ("text_en", models.CharField(blank=True, max_length=600, verbose_name="English text")),
                        (
                            "order_vi",
                            models.CharField(
                                blank=True, max_length=400, verbose_name="what is to be done (Vietnamese)"
                            ),
                        ),
                        (
                            "order_en",
                            models.CharField(blank=True, max_length=400, verbose_name="what is to be done (English)"),
                        ),
                        ("found_on", models.DateField(verbose_name="found on")),
                        ("due_on", models.DateField(blank=True, null=True, verbose_name="to be remedied by")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "Open"),
                                    ("answered", "Answered"),
                                    ("remedied", "Remedied"),
                                    ("dismissed", "Dismissed"),
                                ],
                                default="open",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("remedied_on", models.DateField(blank=True, null=True, verbose_name="remedied on")),
                        ("remedy_note", models.CharField(blank=True, max_length=400, verbose_name="remedy")),
                    ],
                    options={
                        "ordering": ("-id",),
                        "indexes": [
                            models.Index(fields=["installation", "state"], name="finding_of_installation"),
                            models.Index(fields=["mast", "state"], name="finding_of_mast"),
                            models.Index(fields=["site", "state"], name="finding_of_site"),
                            models.Index(fields=["state", "due_on"], name="finding_by_due"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "remedied"), _negated=True),
                                    ("remedied_on__isnull", False),
                                    _connector="OR",
                                ),
                                name="remedied_finding_has_date",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FindingVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("noun_id", models.BigIntegerField()),
                        ("valid_from", models.DateTimeField()),
                        ("valid_to", models.DateTimeField(blank=True, null=True)),
                        (
                            "act",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.changerecord",
                            ),
                        ),
                        (
                            "closed_act",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.changerecord",
                            ),
                        ),
                        ("digest", models.CharField(max_length=64)),
                        ("salt", models.CharField(blank=True, default="", max_length=32)),
                        ("personal_digests", models.JSONField(blank=True, default=dict)),
                        (
                            "authority",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="infra.authority",
                                verbose_name="authority",
                            ),
                        ),
                        (
                            "inspection",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="inspections.inspection",
                                verbose_name="inspection",
                            ),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="inspections.checklistitem",
                                verbose_name="item",
                            ),
                        ),
                        (
                            "installation",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="infra.installation",
                                verbose_name="installation",
                            ),
                        ),
                        (
                            "mast",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="infra.mast",
                                verbose_name="mast",
                            ),
                        ),
                        (
                            "site",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="infra.site",
                                verbose_name="site",
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="infra.organization",
                                verbose_name="organization",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="infra.administrativeunit",
                                verbose_name="unit",
                            ),
                        ),
                        (
                            "field",
                            models.CharField(
                                choices=[
                                    ("telecom", "Telecommunications"),
                                    ("internet", "Internet"),
                                    ("post", "Post"),
                                    ("radio", "Radio frequency"),
                                    ("it", "Information technology"),
                                    ("infosec", "Information security"),
                                    ("e_transactions", "Electronic transactions"),
                                    ("printing", "Publishing and printing"),
                                    ("press", "Press"),
                                ],
                                default="telecom",
                                max_length=16,
                                verbose_name="field",
                            ),
                        ),
                        ("rule_code", models.CharField(blank=True, max_length=48, verbose_name="rule")),
                        (
                            "severity",
                            models.CharField(
                                choices=[("minor", "Minor"), ("major", "Major"), ("critical", "Critical")],
                                max_length=10,
                                verbose_name="severity",
                            ),
                        ),
                        ("is_safety", models.BooleanField(default=False, verbose_name="decides on safety")),
                        ("text_vi", models.CharField(max_length=600, verbose_name="Vietnamese text")),
                        ("text_en", models.CharField(blank=True, max_length=600, verbose_name="English text")),
                        (
                            "order_vi",
                            models.CharField(
                                blank=True, max_length=400, verbose_name="what is to be done (Vietnamese)"
                            ),
                        ),
                        (
                            "order_en",
                            models.CharField(blank=True, max_length=400, verbose_name="what is to be done (English)"),
                        ),
                        ("found_on", models.DateField(verbose_name="found on")),
                        ("due_on", models.DateField(blank=True, null=True, verbose_name="to be remedied by")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "Open"),
                                    ("answered", "Answered"),
                                    ("remedied", "Remedied"),
                                    ("dismissed", "Dismissed"),
                                ],
                                default="open",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("remedied_on", models.DateField(blank=True, null=True, verbose_name="remedied on")),
                        ("remedy_note", models.CharField(blank=True, max_length=400, verbose_name="remedy")),
                    ],
                    options={
                        "ordering": ("noun_id", "valid_from"),
                        "indexes": [
                            models.Index(fields=["noun_id", "valid_from"], name="findingversion_noun"),
                            models.Index(
                                condition=models.Q(("closed_act__isnull", False)),
                                fields=["closed_act"],
                                name="findingversion_ended",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("valid_to__isnull", True)),
                                fields=("noun_id",),
                                name="one_open_findingversion",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to__isnull", True),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="span_findingversion",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FindingAnswer",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "finding",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="answers",
                                to="inspections.finding",
                            ),
                        ),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="answered")),
                        ("remedied_on", models.DateField(blank=True, null=True, verbose_name="put right on")),
                        ("text", models.TextField(verbose_name="what was done")),
                        (
                            "verdict",
                            models.CharField(
                                choices=[
                                    ("waiting", "Waiting"),
                                    ("accepted", "Accepted: remedied"),
                                    ("refused", "Not accepted"),
                                ],
                                default="waiting",
                                max_length=8,
                                verbose_name="verdict",
                            ),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided")),
                        ("reason", models.CharField(blank=True, max_length=1000, verbose_name="reason")),
                        ("files", models.ManyToManyField(blank=True, related_name="+", to="infra.attachment")),
                    ],
                    options={
                        "ordering": ("id",),
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("verdict", "waiting")),
                                fields=("finding",),
                                name="one_waiting_answer_per_finding",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Storm",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "authority",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="storms",
                                to="infra.authority",
                                verbose_name="authority",
                            ),
                        ),
                        ("number", models.CharField(max_length=32, verbose_name="number")),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        (
                            "phase",
                            models.CharField(
                                choices=[
                                    ("before", "Before the storm"),
                                    ("during", "During the storm"),
                                    ("after", "After the storm"),
                                    ("closed", "Closed"),
                                ],
                                default="before",
                                max_length=8,
                                verbose_name="phase",
                            ),
                        ),
                        ("expected_at", models.DateTimeField(blank=True, null=True, verbose_name="landfall expected")),
                        ("wind_ms", models.FloatField(blank=True, null=True, verbose_name="forecast wind (m/s)")),
                        (
                            "report_every_h",
                            models.PositiveSmallIntegerField(default=3, verbose_name="operators report every (hours)"),
                        ),
                        ("text", models.TextField(blank=True, verbose_name="instructions")),
                        ("opened_at", models.DateTimeField(verbose_name="opened")),
                        ("began_at", models.DateTimeField(blank=True, null=True, verbose_name="began")),
                        ("passed_at", models.DateTimeField(blank=True, null=True, verbose_name="passed")),
                        ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed")),
                        (
                            "units",
                            models.ManyToManyField(
                                blank=True,
                                related_name="+",
                                to="infra.administrativeunit",
                                verbose_name="administrative units",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "storm",
                        "verbose_name_plural": "storms",
                        "ordering": ("-id",),
                        "constraints": [
                            models.UniqueConstraint(fields=("authority", "number"), name="storm_number_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("wind_ms__isnull", True),
                                    models.Q(("wind_ms__gte", 0), ("wind_ms__lte", 120)),
                                    _connector="OR",
                                ),
                                name="storm_wind_sound",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("report_every_h__gte", 1), ("report_every_h__lte", 72)),
                                name="storm_reports_within_days",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Incident",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "authority",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="incidents",
                                to="infra.authority",
                            ),
                        ),
                        ("number", models.CharField(max_length=32, verbose_name="number")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("outage", "Outage"),
                                    ("theft", "Theft"),
                                    ("sabotage", "Sabotage"),
                                    ("fire", "Fire"),
                                    ("storm", "Storm damage"),
                                    ("cyber", "Cyber attack"),
                                ],
                                max_length=10,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="incidents",
                                to="infra.organization",
                            ),
                        ),
                        (
                            "storm",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="incidents",
                                to="inspections.storm",
                            ),
                        ),
                        (
                            "cause",
                            models.CharField(
                                choices=[
                                    ("power", "Mains power lost"),
                                    ("transmission", "Transmission cut"),
                                    ("structure", "Mast or house damaged"),
                                    ("flood", "Flooded"),
                                    ("equipment", "Equipment failed"),
                                    ("other", "Another cause"),
                                    ("unknown", "Not known yet"),
                                ],
                                default="unknown",
                                max_length=14,
                                verbose_name="cause",
                            ),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[("form", "Form"), ("api", "API"), ("file", "File")],
                                default="form",
                                max_length=4,
                                verbose_name="reported by",
                            ),
                        ),
                        ("ref", models.CharField(blank=True, max_length=64, verbose_name="the operator's number")),
                        (
                            "unit",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.administrativeunit",
                            ),
                        ),
                        ("position", django.contrib.gis.db.models.fields.PointField(blank=True, null=True, srid=4326)),
                        ("started_at", models.DateTimeField(verbose_name="started")),
                        ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
                        ("expected_back_at", models.DateTimeField(blank=True, null=True, verbose_name="expected back")),
                        (
                            "people_affected",
                            models.PositiveIntegerField(blank=True, null=True, verbose_name="people affected"),
                        ),
                        ("text", models.TextField(blank=True, verbose_name="what happened")),
                        ("reported_at", models.DateTimeField(blank=True, null=True, verbose_name="reported")),
                        (
                            "reported_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="by",
                            ),
                        ),
                        (
                            "installations",
                            models.ManyToManyField(
                                blank=True,
                                related_name="incidents",
                                through="inspections.IncidentObject",
                                to="infra.installation",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("-id",),
                        "indexes": [models.Index(fields=["storm", "organization", "unit"], name="incident_of_storm")],
                        "constraints": [
                            models.UniqueConstraint(fields=("authority", "number"), name="incident_number_once"),
                            models.UniqueConstraint(
                                condition=models.Q(("ref", ""), _negated=True),
                                fields=("organization", "ref"),
                                name="incident_ref_once_per_organization",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ended_at__isnull", True),
                                    ("ended_at__gte", models.F("started_at")),
                                    _connector="OR",
                                ),
                                name="incident_ends_after_start",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="IncidentObject",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="rows",
                                to="inspections.incident",
                            ),
                        ),
                        (
                            "installation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="incident_rows",
                                to="infra.installation",
                            ),
                        ),
                        ("out_since", models.DateTimeField(blank=True, null=True, verbose_name="out since")),
                        ("back_at", models.DateTimeField(blank=True, null=True, verbose_name="back")),
                        (
                            "cause",
                            models.CharField(
                                choices=[
                                    ("power", "Mains power lost"),
                                    ("transmission", "Transmission cut"),
                                    ("structure", "Mast or house damaged"),
                                    ("flood", "Flooded"),
                                    ("equipment", "Equipment failed"),
                                    ("other", "Another cause"),
                                    ("unknown", "Not known yet"),
                                ],
                                default="unknown",
                                max_length=14,
                                verbose_name="cause",
                            ),
                        ),
                        ("expected_back_at", models.DateTimeField(blank=True, null=True, verbose_name="expected back")),
                        (
                            "damage",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("none", "No damage"),
                                    ("minor", "Minor damage"),
                                    ("major", "Major damage"),
                                    ("destroyed", "Destroyed"),
                                ],
                                max_length=10,
                                verbose_name="damage",
                            ),
                        ),
                        ("note", models.CharField(blank=True, max_length=400, verbose_name="note")),
                    ],
                    options={
                        "ordering": ("id",),
                        "indexes": [models.Index(fields=["incident", "back_at"], name="object_of_incident")],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("back_at__isnull", True), ("out_since__isnull", False)),
                                fields=("installation",),
                                name="installation_out_once_at_a_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("back_at__isnull", True), ("back_at__gte", models.F("out_since")), _connector="OR"
                                ),
                                name="installation_back_after_out",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OutageReport",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "authority",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="outage_reports",
                                to="infra.authority",
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="outage_reports",
                                to="infra.organization",
                            ),
                        ),
                        (
                            "storm",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reports",
                                to="inspections.storm",
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="as of")),
                        ("received_at", models.DateTimeField(verbose_name="received")),
                        (
                            "reported_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="by",
                            ),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[("form", "Form"), ("api", "API"), ("file", "File")],
                                max_length=4,
                                verbose_name="reported by",
                            ),
                        ),
                        ("is_whole", models.BooleanField(default=False, verbose_name="everything that was out")),
                        (
                            "file",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.attachment",
                            ),
                        ),
                        ("counts", models.JSONField(default=dict, verbose_name="what it changed")),
                        ("out_after", models.PositiveIntegerField(default=0, verbose_name="out after it")),
                    ],
                    options={
                        "ordering": ("-id",),
                        "indexes": [models.Index(fields=["storm", "organization", "-at"], name="report_of_storm")],
                    },
                ),
                migrations.CreateModel(
                    name="PersonParty",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "authority",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="person_parties",
                                to="infra.authority",
                            ),
                        ),
                        ("name", models.CharField(blank=True, max_length=160, verbose_name="name")),
                        ("id_number", models.CharField(blank=True, max_length=32, verbose_name="identity number")),
                        (
                            "id_issued",
                            models.CharField(blank=True, max_length=160, verbose_name="identity paper issued on, by"),
                        ),
                        ("birth_year", models.CharField(blank=True, max_length=4, verbose_name="year of birth")),
                        ("occupation", models.CharField(blank=True, max_length=120, verbose_name="occupation")),
                        ("nationality", models.CharField(blank=True, max_length=60, verbose_name="nationality")),
                        ("address", models.CharField(blank=True, max_length=255, verbose_name="address")),
                        ("phone", models.CharField(blank=True, max_length=32, verbose_name="telephone")),
                        ("email", models.CharField(blank=True, max_length=120, verbose_name="e-mail")),
                        (
                            "merged_into",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="merged_from",
                                to="inspections.personparty",
                            ),
                        ),
                        ("erased_on", models.DateField(blank=True, null=True, verbose_name="erased on")),
                        ("search_text", models.CharField(blank=True, default="", editable=False, max_length=400)),
                    ],
                    options={
                        "verbose_name": "person charged",
                        "verbose_name_plural": "persons charged",
                        "ordering": ("-id",),
                        "indexes": [models.Index(fields=["authority", "id_number"], name="person_by_identity")],
                    },
                ),
                migrations.CreateModel(
                    name="PersonPartyVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("noun_id", models.BigIntegerField()),
                        ("valid_from", models.DateTimeField()),
                        ("valid_to", models.DateTimeField(blank=True, null=True)),
                        (
                            "act",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.changerecord",
                            ),
                        ),
                        (
                            "closed_act",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.changerecord",
                            ),
                        ),
                        ("digest", models.CharField(max_length=64)),
                        ("salt", models.CharField(blank=True, default="", max_length=32)),
                        ("personal_digests", models.JSONField(blank=True, default=dict)),
                        (
                            "authority",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="infra.authority",
                                verbose_name="authority",
                            ),
                        ),
                        ("name", models.CharField(blank=True, max_length=160, verbose_name="name")),
                        ("id_number", models.CharField(blank=True, max_length=32, verbose_name="identity number")),
                        (
                            "id_issued",
                            models.CharField(blank=True, max_length=160, verbose_name="identity paper issued on, by"),
                        ),
                        ("birth_year", models.CharField(blank=True, max_length=4, verbose_name="year of birth")),
                        ("occupation", models.CharField(blank=True, max_length=120, verbose_name="occupation")),
                        ("nationality", models.CharField(blank=True, max_length=60, verbose_name="nationality")),
                        ("address", models.CharField(blank=True, max_length=255, verbose_name="address")),
                        ("phone", models.CharField(blank=True, max_length=32, verbose_name="telephone")),
                        ("email", models.CharField(blank=True, max_length=120, verbose_name="e-mail")),
                        (
                            "merged_into",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="inspections.personparty",
                                verbose_name="merged into",
                            ),
                        ),
                        ("erased_on", models.DateField(blank=True, null=True, verbose_name="erased on")),
                        ("search_text", models.CharField(blank=True, default="", editable=False, max_length=400)),
                    ],
                    options={
                        "ordering": ("noun_id", "valid_from"),
                        "indexes": [
                            models.Index(fields=["noun_id", "valid_from"], name="personpartyversion_noun"),
                            models.Index(
                                condition=models.Q(("closed_act__isnull", False)),
                                fields=["closed_act"],
                                name="personpartyversion_ended",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("valid_to__isnull", True)),
                                fields=("noun_id",),
                                name="one_open_personpartyversion",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to__isnull", True),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="span_personpartyversion",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ViolationCase",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "authority",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="cases", to="infra.authority"
                            ),
                        ),
                        ("number", models.CharField(max_length=32, verbose_name="number")),
                        ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                        (
                            "party",
                            models.CharField(
                                choices=[("organization", "Organization"), ("person", "Person")],
                                max_length=12,
                                verbose_name="party",
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="cases",
                                to="infra.organization",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="cases",
                                to="inspections.personparty",
                            ),
                        ),
                        (
                            "field",
                            models.CharField(
                                choices=[
                                    ("telecom", "Telecommunications"),
                                    ("internet", "Internet"),
                                    ("post", "Post"),
                                    ("radio", "Radio frequency"),
                                    ("it", "Information technology"),
                                    ("infosec", "Information security"),
                                    ("e_transactions", "Electronic transactions"),
                                    ("printing", "Publishing and printing"),
                                    ("press", "Press"),
                                ],
                                max_length=16,
                                verbose_name="field",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.administrativeunit",
                            ),
                        ),
                        ("place", models.CharField(blank=True, max_length=255, verbose_name="place")),
                        (
                            "position",
                            django.contrib.gis.db.models.fields.PointField(
                                blank=True, null=True, srid=4326, verbose_name="position"
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("detected", "Detected"),
                                    ("recorded", "Recorded"),
                                    ("explaining", "Explanation under way"),
                                    ("decided", "Decided"),
                                    ("no_penalty", "No penalty"),
                                    ("served", "Decision served"),
                                    ("executing", "Being executed"),
                                    ("enforcing", "Being enforced"),
                                    ("transferred", "Transferred"),
                                    ("closed", "Closed"),
                                    ("time_barred", "Time-barred"),
                                ],
                                default="detected",
                                max_length=12,
                                verbose_name="state",
                            ),
                        ),
                        ("detected_on", models.DateField(verbose_name="detected on")),
                        ("violation_on", models.DateField(blank=True, null=True, verbose_name="the act ended on")),
                        (
                            "is_complex",
                            models.BooleanField(default=False, verbose_name="especially serious or complex"),
                        ),
                        ("complex_reason", models.CharField(blank=True, max_length=400, verbose_name="why complex")),
                        (
                            "explanation_extension",
                            models.PositiveSmallIntegerField(default=0, verbose_name="more days to explain"),
                        ),
                        (
                            "origin",
                            models.CharField(
                                choices=[
                                    ("finding", "Finding of an inspection"),
                                    ("permit", "Expired permit"),
                                    ("incident", "Incident"),
                                    ("report", "Complaint of a citizen"),
                                    ("transfer", "Transferred by another authority"),
                                    ("hand", "By hand"),
                                ],
                                default="hand",
                                max_length=10,
                                verbose_name="opened from",
                            ),
                        ),
                        (
                            "inspection",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="cases",
                                to="inspections.inspection",
                            ),
                        ),
                        (
                            "permit",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="cases",
                                to="infra.permit",
                            ),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="cases",
                                to="inspections.incident",
                            ),
                        ),
                        (
                            "report",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="cases",
                                to="infra.publicreport",
                            ),
                        ),
                        (
                            "continues",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="continued_by",
                                to="inspections.violationcase",
                            ),
                        ),
                        (
                            "officer",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="cases",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="officer",
                            ),
                        ),
                        ("summary", models.TextField(blank=True, verbose_name="what happened")),
                        ("evidence", models.JSONField(blank=True, default=dict, verbose_name="evidence")),
                        ("fine_vnd", models.BigIntegerField(blank=True, null=True, verbose_name="fine decided (₫)")),
                        ("opened_at", models.DateTimeField(verbose_name="opened")),
                        ("closed_on", models.DateField(blank=True, null=True, verbose_name="closed on")),
                        ("search_text", models.CharField(blank=True, default="", editable=False, max_length=400)),
                    ],
                    options={
                        "verbose_name": "violation case",
                        "verbose_name_plural": "violation cases",
                        "ordering": ("-id",),
                        "indexes": [
                            models.Index(fields=["authority", "state", "id"], name="case_by_state"),
                            models.Index(fields=["officer", "state"], name="case_by_officer"),
                            models.Index(fields=["organization", "id"], name="case_by_organization"),
                            models.Index(fields=["person", "id"], name="case_by_person"),
                            models.Index(fields=["detected_on"], name="case_by_detection"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("authority", "number"), name="case_number_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("organization__isnull", False),
                                        ("party", "organization"),
                                        ("person__isnull", True),
                                    ),
                                    models.Q(("party", "person"), ("person__isnull", False)),
                                    _connector="OR",
                                ),
                                name="case_has_its_party",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("fine_vnd__isnull", True), ("fine_vnd__gte", 0), _connector="OR"),
                                name="fine_not_negative",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ViolationCaseVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("noun_id", models.BigIntegerField()),
                        ("valid_from", models.DateTimeField()),
                        ("valid_to", models.DateTimeField(blank=True, null=True)),
                        (
                            "act",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.changerecord",
                            ),
                        ),
                        (
                            "closed_act",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.changerecord",
                            ),
                        ),
                        ("digest", models.CharField(max_length=64)),
                        ("salt", models.CharField(blank=True, default="", max_length=32)),
                        ("personal_digests", models.JSONField(blank=True, default=dict)),
                        (
                            "authority",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="infra.authority",
                                verbose_name="authority",
                            ),
                        ),
                        ("number", models.CharField(max_length=32, verbose_name="number")),
                        ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                        (
                            "party",
                            models.CharField(
                                choices=[("organization", "Organization"), ("person", "Person")],
                                max_length=12,
                                verbose_name="party",
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="infra.organization",
                                verbose_name="organization",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="inspections.personparty",
                                verbose_name="person",
                            ),
                        ),
                        (
                            "field",
                            models.CharField(
                                choices=[
                                    ("telecom", "Telecommunications"),
                                    ("internet", "Internet"),
                                    ("post", "Post"),
                                    ("radio", "Radio frequency"),
                                    ("it", "Information technology"),
                                    ("infosec", "Information security"),
                                    ("e_transactions", "Electronic transactions"),
                                    ("printing", "Publishing and printing"),
                                    ("press", "Press"),
                                ],
                                max_length=16,
                                verbose_name="field",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="infra.administrativeunit",
                                verbose_name="unit",
                            ),
                        ),
                        ("place", models.CharField(blank=True, max_length=255, verbose_name="place")),
                        (
                            "position",
                            django.contrib.gis.db.models.fields.PointField(
                                blank=True, null=True, spatial_index=False, srid=4326, verbose_name="position"
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("detected", "Detected"),
                                    ("recorded", "Recorded"),
                                    ("explaining", "Explanation under way"),
                                    ("decided", "Decided"),
                                    ("no_penalty", "No penalty"),
                                    ("served", "Decision served"),
                                    ("executing", "Being executed"),
                                    ("enforcing", "Being enforced"),
                                    ("transferred", "Transferred"),
                                    ("closed", "Closed"),
                                    ("time_barred", "Time-barred"),
                                ],
                                default="detected",
                                max_length=12,
                                verbose_name="state",
                            ),
                        ),
                        ("detected_on", models.DateField(verbose_name="detected on")),
                        ("violation_on", models.DateField(blank=True, null=True, verbose_name="the act ended on")),
                        (
                            "is_complex",
                            models.BooleanField(default=False, verbose_name="especially serious or complex"),
                        ),
                        ("complex_reason", models.CharField(blank=True, max_length=400, verbose_name="why complex")),
                        (
                            "explanation_extension",
                            models.PositiveSmallIntegerField(default=0, verbose_name="more days to explain"),
                        ),
                        (
                            "origin",
                            models.CharField(
                                choices=[
                                    ("finding", "Finding of an inspection"),
                                    ("permit", "Expired permit"),
                                    ("incident", "Incident"),
                                    ("report", "Complaint of a citizen"),
                                    ("transfer", "Transferred by another authority"),
                                    ("hand", "By hand"),
                                ],
                                default="hand",
                                max_length=10,
                                verbose_name="opened from",
                            ),
                        ),
                        (
                            "inspection",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="inspections.inspection",
                                verbose_name="inspection",
                            ),
                        ),
                        (
                            "permit",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="infra.permit",
                                verbose_name="permit",
                            ),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="inspections.incident",
                                verbose_name="incident",
                            ),
                        ),
                        (
                            "report",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="infra.publicreport",
                                verbose_name="report",
                            ),
                        ),
                        (
                            "continues",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="inspections.violationcase",
                                verbose_name="continues",
                            ),
                        ),
                        (
                            "officer",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="officer",
                            ),
                        ),
                        ("summary", models.TextField(blank=True, verbose_name="what happened")),
                        ("evidence", models.JSONField(blank=True, default=dict, verbose_name="evidence")),
                        ("fine_vnd", models.BigIntegerField(blank=True, null=True, verbose_name="fine decided (₫)")),
                        ("opened_at", models.DateTimeField(verbose_name="opened")),
                        ("closed_on", models.DateField(blank=True, null=True, verbose_name="closed on")),
                        ("search_text", models.CharField(blank=True, default="", editable=False, max_length=400)),
                    ],
                    options={
                        "ordering": ("noun_id", "valid_from"),
                        "indexes": [
                            models.Index(fields=["noun_id", "valid_from"], name="violationcaseversion_noun"),
                            models.Index(
                                condition=models.Q(("closed_act__isnull", False)),
                                fields=["closed_act"],
                                name="violationcaseversion_ended",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("valid_to__isnull", True)),
                                fields=("noun_id",),
                                name="one_open_violationcaseversion",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to__isnull", True),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="span_violationcaseversion",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CaseObject",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="objects_concerned",
                                to="inspections.violationcase",
                            ),
                        ),
                        (
                            "installation",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="case_objects",
                                to="infra.installation",
                            ),
                        ),
                        (
                            "mast",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="case_objects",
                                to="infra.mast",
                            ),
                        ),
                        (
                            "site",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="case_objects",
                                to="infra.site",
                            ),
                        ),
                        ("text", models.CharField(blank=True, max_length=255, verbose_name="description")),
                        (
                            "position",
                            django.contrib.gis.db.models.fields.PointField(
                                blank=True, null=True, spatial_index=False, srid=4326, verbose_name="position"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "object of a case",
                        "verbose_name_plural": "objects of cases",
                        "ordering": ("id",),
                    },
                ),
                migrations.CreateModel(
                    name="Charge",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="charges",
                                to="inspections.violationcase",
                            ),
                        ),
                        (
                            "rule",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="charges",
                                to="inspections.rule",
                            ),
                        ),
                        ("rule_code", models.CharField(max_length=48, verbose_name="rule")),
                        ("text_vi", models.CharField(max_length=500, verbose_name="Vietnamese text")),
                        ("text_en", models.CharField(blank=True, max_length=500, verbose_name="English text")),
                        ("legal_basis", models.CharField(blank=True, max_length=255, verbose_name="legal basis")),
                        ("min_vnd", models.BigIntegerField(blank=True, null=True, verbose_name="least (₫)")),
                        ("max_vnd", models.BigIntegerField(blank=True, null=True, verbose_name="most (₫)")),
                        ("proposed_vnd", models.BigIntegerField(blank=True, null=True, verbose_name="proposed (₫)")),
                        ("decided_vnd", models.BigIntegerField(blank=True, null=True, verbose_name="decided (₫)")),
                        (
                            "mitigating",
                            models.JSONField(blank=True, default=list, verbose_name="mitigating circumstances"),
                        ),
                        (
                            "aggravating",
                            models.JSONField(blank=True, default=list, verbose_name="aggravating circumstances"),
                        ),
                        (
                            "takes_licence",
                            models.BooleanField(
                                default=False, verbose_name="licence withdrawal or suspension provided"
                            ),
                        ),
                        (
                            "extra_sanctions",
                            models.JSONField(blank=True, default=list, verbose_name="additional sanctions"),
                        ),
                        ("remedies", models.JSONField(blank=True, default=list, verbose_name="remedial measures")),
                        (
                            "finding",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="charges",
                                to="inspections.finding",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "charge",
                        "verbose_name_plural": "charges",
                        "ordering": ("id",),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("case", "rule_code", "finding"), name="one_charge_per_finding"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("proposed_vnd__isnull", True), ("proposed_vnd__gte", 0), _connector="OR"
                                ),
                                name="proposed_not_negative",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ChargeVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("noun_id", models.BigIntegerField()),
                        ("valid_from", models.DateTimeField()),
                        ("valid_to", models.DateTimeField(blank=True, null=True)),
                        (
                            "act",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.changerecord",
                            ),
                        ),
                        (
                            "closed_act",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.changerecord",
                            ),
                        ),
                        ("digest", models.CharField(max_length=64)),
                        ("salt", models.CharField(blank=True, default="", max_length=32)),
                        ("personal_digests", models.JSONField(blank=True, default=dict)),
                        (
                            "case",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="inspections.violationcase",
                                verbose_name="case",
                            ),
                        ),
                        (
                            "rule",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="inspections.rule",
                                verbose_name="rule",
                            ),
                        ),
                        ("rule_code", models.CharField(max_length=48, verbose_name="rule")),
                        ("text_vi", models.CharField(max_length=500, verbose_name="Vietnamese text")),
                        ("text_en", models.CharField(blank=True, max_length=500, verbose_name="English text")),
                        ("legal_basis", models.CharField(blank=True, max_length=255, verbose_name="legal basis")),
                        ("min_vnd", models.BigIntegerField(blank=True, null=True, verbose_name="least (₫)")),
                        ("max_vnd", models.BigIntegerField(blank=True, null=True, verbose_name="most (₫)")),
                        ("proposed_vnd", models.BigIntegerField(blank=True, null=True, verbose_name="proposed (₫)")),
                        ("decided_vnd", models.BigIntegerField(blank=True, null=True, verbose_name="decided (₫)")),
                        (
                            "mitigating",
                            models.JSONField(blank=True, default=list, verbose_name="mitigating circumstances"),
                        ),
                        (
                            "aggravating",
                            models.JSONField(blank=True, default=list, verbose_name="aggravating circumstances"),
                        ),
                        (
                            "takes_licence",
                            models.BooleanField(
                                default=False, verbose_name="licence withdrawal or suspension provided"
                            ),
                        ),
                        (
                            "extra_sanctions",
                            models.JSONField(blank=True, default=list, verbose_name="additional sanctions"),
                        ),
                        ("remedies", models.JSONField(blank=True, default=list, verbose_name="remedial measures")),
                        (
                            "finding",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="inspections.finding",
                                verbose_name="finding",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("noun_id", "valid_from"),
                        "indexes": [
                            models.Index(fields=["noun_id", "valid_from"], name="chargeversion_noun"),
                            models.Index(
                                condition=models.Q(("closed_act__isnull", False)),
                                fields=["closed_act"],
                                name="chargeversion_ended",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("valid_to__isnull", True)),
                                fields=("noun_id",),
                                name="one_open_chargeversion",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to__isnull", True),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="span_chargeversion",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Step",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="steps",
                                to="inspections.violationcase",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("record", "Record of the violation"),
                                    ("explanation_request", "Request to explain"),
                                    ("explanation", "Written explanation"),
                                    ("hearing", "Oral hearing"),
                                    ("verification", "Verification of facts"),
                                    ("transfer", "Transfer to another authority"),
                                    ("decision", "Penalty decision"),
                                    ("no_penalty", "Decision not to penalize"),
                                    ("serve", "Service of the decision"),
                                    ("payment", "Payment"),
                                    ("instalments", "Payment by instalments"),
                                    ("postpone", "Postponement"),
                                    ("reduce", "Reduction"),
                                    ("remedy", "Remedial measure carried out"),
                                    ("enforce", "Enforcement"),
                                    ("complaint", "Complaint"),
                                    ("lawsuit", "Lawsuit"),
                                    ("close", "Closing"),
                                    ("annul", "Annulment of a step"),
                                ],
                                max_length=20,
                                verbose_name="step",
                            ),
                        ),
                        ("on", models.DateField(verbose_name="date")),
                        (
                            "actor",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="entered by",
                            ),
                        ),
                        ("entered_at", models.DateTimeField(verbose_name="entered at")),
                        ("fine_authority", models.CharField(blank=True, max_length=32, verbose_name="decided by")),
                        ("amount_vnd", models.BigIntegerField(blank=True, null=True, verbose_name="amount (₫)")),
                        ("document", models.CharField(blank=True, max_length=64, verbose_name="document")),
                        ("form", models.CharField(blank=True, max_length=16, verbose_name="form")),
                        ("details", models.JSONField(blank=True, default=dict, verbose_name="details")),
                        ("note", models.TextField(blank=True, verbose_name="note")),
                        ("annulled_at", models.DateTimeField(blank=True, null=True, verbose_name="annulled")),
                        (
                            "annulled_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "annulled_reason",
                            models.CharField(blank=True, max_length=400, verbose_name="annulled because"),
                        ),
                    ],
                    options={
                        "verbose_name": "step of a case",
                        "verbose_name_plural": "steps of cases",
                        "ordering": ("on", "id"),
                        "indexes": [models.Index(fields=["case", "on"], name="step_of_case")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("amount_vnd__isnull", True), ("amount_vnd__gte", 0), _connector="OR"
                                ),
                                name="amount_not_negative",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StepVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("noun_id", models.BigIntegerField()),
                        ("valid_from", models.DateTimeField()),
                        ("valid_to", models.DateTimeField(blank=True, null=True)),
                        (
                            "act",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.changerecord",
                            ),
                        ),
                        (
                            "closed_act",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.changerecord",
                            ),
                        ),
                        ("digest", models.CharField(max_length=64)),
                        ("salt", models.CharField(blank=True, default="", max_length=32)),
                        ("personal_digests", models.JSONField(blank=True, default=dict)),
                        (
                            "case",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="inspections.violationcase",
                                verbose_name="case",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("record", "Record of the violation"),
                                    ("explanation_request", "Request to explain"),
                                    ("explanation", "Written explanation"),
                                    ("hearing", "Oral hearing"),
                                    ("verification", "Verification of facts"),
                                    ("transfer", "Transfer to another authority"),
                                    ("decision", "Penalty decision"),
                                    ("no_penalty", "Decision not to penalize"),
                                    ("serve", "Service of the decision"),
                                    ("payment", "Payment"),
                                    ("instalments", "Payment by instalments"),
                                    ("postpone", "Postponement"),
                                    ("reduce", "Reduction"),
                                    ("remedy", "Remedial measure carried out"),
                                    ("enforce", "Enforcement"),
                                    ("complaint", "Complaint"),
                                    ("lawsuit", "Lawsuit"),
                                    ("close", "Closing"),
                                    ("annul", "Annulment of a step"),
                                ],
                                max_length=20,
                                verbose_name="step",
                            ),
                        ),
                        ("on", models.DateField(verbose_name="date")),
                        (
                            "actor",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="entered by",
                            ),
                        ),
                        ("entered_at", models.DateTimeField(verbose_name="entered at")),
                        ("fine_authority", models.CharField(blank=True, max_length=32, verbose_name="decided by")),
                        ("amount_vnd", models.BigIntegerField(blank=True, null=True, verbose_name="amount (₫)")),
                        ("document", models.CharField(blank=True, max_length=64, verbose_name="document")),
                        ("form", models.CharField(blank=True, max_length=16, verbose_name="form")),
                        ("details", models.JSONField(blank=True, default=dict, verbose_name="details")),
                        ("note", models.TextField(blank=True, verbose_name="note")),
                        ("annulled_at", models.DateTimeField(blank=True, null=True, verbose_name="annulled")),
                        (
                            "annulled_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="annulled by",
                            ),
                        ),
                        (
                            "annulled_reason",
                            models.CharField(blank=True, max_length=400, verbose_name="annulled because"),
                        ),
                    ],
                    options={
                        "ordering": ("noun_id", "valid_from"),
                        "indexes": [
                            models.Index(fields=["noun_id", "valid_from"], name="stepversion_noun"),
                            models.Index(
                                condition=models.Q(("closed_act__isnull", False)),
                                fields=["closed_act"],
                                name="stepversion_ended",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("valid_to__isnull", True)),
                                fields=("noun_id",),
                                name="one_open_stepversion",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to__isnull", True),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="span_stepversion",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Remedy",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="remedies",
                                to="inspections.violationcase",
                            ),
                        ),
                        (
                            "step",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="remedies_ordered",
                                to="inspections.step",
                            ),
                        ),
                        ("text", models.CharField(max_length=400, verbose_name="measure")),
                        ("due_on", models.DateField(blank=True, null=True, verbose_name="due on")),
                        ("done_on", models.DateField(blank=True, null=True, verbose_name="done on")),
                        (
                            "done_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="remedies_done",
                                to="inspections.step",
                            ),
                        ),
                        ("note", models.CharField(blank=True, max_length=400, verbose_name="note")),
                    ],
                    options={
                        "verbose_name": "remedial measure",
                        "verbose_name_plural": "remedial measures",
                        "ordering": ("id",),
                    },
                ),
                migrations.CreateModel(
                    name="RemedyVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("noun_id", models.BigIntegerField()),
                        ("valid_from", models.DateTimeField()),
                        ("valid_to", models.DateTimeField(blank=True, null=True)),
                        (
                            "act",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.changerecord",
                            ),
                        ),
                        (
                            "closed_act",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.changerecord",
                            ),
                        ),
                        ("digest", models.CharField(max_length=64)),
                        ("salt", models.CharField(blank=True, default="", max_length=32)),
                        ("personal_digests", models.JSONField(blank=True, default=dict)),
                        (
                            "case",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="inspections.violationcase",
                                verbose_name="case",
                            ),
                        ),
                        (
                            "step",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="inspections.step",
                                verbose_name="step",
                            ),
                        ),
                        ("text", models.CharField(max_length=400, verbose_name="measure")),
                        ("due_on", models.DateField(blank=True, null=True, verbose_name="due on")),
                        ("done_on", models.DateField(blank=True, null=True, verbose_name="done on")),
                        (
                            "done_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="inspections.step",
                                verbose_name="done by",
                            ),
                        ),
                        ("note", models.CharField(blank=True, max_length=400, verbose_name="note")),
                    ],
                    options={
                        "ordering": ("noun_id", "valid_from"),
                        "indexes": [
                            models.Index(fields=["noun_id", "valid_from"], name="remedyversion_noun"),
                            models.Index(
                                condition=models.Q(("closed_act__isnull", False)),
                                fields=["closed_act"],
                                name="remedyversion_ended",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("valid_to__isnull", True)),
                                fields=("noun_id",),
                                name="one_open_remedyversion",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to__isnull", True),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="span_remedyversion",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Payment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="payments",
                                to="inspections.violationcase",
                            ),
                        ),
                        (
                            "step",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="payments",
                                to="inspections.step",
                            ),
                        ),
                        ("on", models.DateField(verbose_name="paid on")),
                        ("amount_vnd", models.BigIntegerField(verbose_name="amount (₫)")),
                        ("receipt", models.CharField(blank=True, max_length=64, verbose_name="receipt")),
                        ("reconciled_on", models.DateField(blank=True, null=True, verbose_name="reconciled on")),
                    ],
                    options={
                        "verbose_name": "payment",
                        "verbose_name_plural": "payments",
                        "ordering": ("on", "id"),
                        "constraints": [
                            models.CheckConstraint(condition=models.Q(("amount_vnd__gt", 0)), name="payment_positive")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PaymentVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("noun_id", models.BigIntegerField()),
                        ("valid_from", models.DateTimeField()),
                        ("valid_to", models.DateTimeField(blank=True, null=True)),
                        (
                            "act",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.changerecord",
                            ),
                        ),
                        (
                            "closed_act",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.changerecord",
                            ),
                        ),
                        ("digest", models.CharField(max_length=64)),
                        ("salt", models.CharField(blank=True, default="", max_length=32)),
                        ("personal_digests", models.JSONField(blank=True, default=dict)),
                        (
                            "case",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="inspections.violationcase",
                                verbose_name="case",
                            ),
                        ),
                        (
                            "step",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="inspections.step",
                                verbose_name="step",
                            ),
                        ),
                        ("on", models.DateField(verbose_name="paid on")),
                        ("amount_vnd", models.BigIntegerField(verbose_name="amount (₫)")),
                        ("receipt", models.CharField(blank=True, max_length=64, verbose_name="receipt")),
                        ("reconciled_on", models.DateField(blank=True, null=True, verbose_name="reconciled on")),
                    ],
                    options={
                        "ordering": ("noun_id", "valid_from"),
                        "indexes": [
                            models.Index(fields=["noun_id", "valid_from"], name="paymentversion_noun"),
                            models.Index(
                                condition=models.Q(("closed_act__isnull", False)),
                                fields=["closed_act"],
                                name="paymentversion_ended",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("valid_to__isnull", True)),
                                fields=("noun_id",),
                                name="one_open_paymentversion",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to__isnull", True),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="span_paymentversion",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CaseAnswer",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="answers",
                                to="inspections.violationcase",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("explanation", "Explanation"),
                                    ("hearing", "Request for an oral hearing"),
                                    ("extension", "Request for more time to explain"),
                                    ("instalments", "Request to pay by instalments"),
                                    ("postponement", "Request for postponement"),
                                    ("reduction", "Request for reduction"),
                                    ("remedy", "Evidence of a remedial measure"),
                                    ("payment", "Evidence of payment"),
                                    ("complaint", "Complaint"),
                                    ("other", "Something else"),
                                ],
                                default="explanation",
                                max_length=12,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="received")),
                        ("text", models.TextField(verbose_name="text")),
                        ("until", models.DateField(blank=True, null=True, verbose_name="until")),
                        ("amount_vnd", models.BigIntegerField(blank=True, null=True, verbose_name="amount (₫)")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "Waiting for the authority"),
                                    ("accepted", "Accepted"),
                                    ("refused", "Refused"),
                                ],
                                default="open",
                                max_length=8,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "step",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="answers",
                                to="inspections.step",
                            ),
                        ),
                        ("reply", models.TextField(blank=True, verbose_name="reply")),
                        (
                            "granted_days",
                            models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="days granted"),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided")),
                        (
                            "files",
                            models.ManyToManyField(blank=True, related_name="case_answers", to="infra.attachment"),
                        ),
                    ],
                    options={
                        "verbose_name": "answer of the party",
                        "verbose_name_plural": "answers of the parties",
                        "ordering": ("id",),
                    },
                ),
                migrations.CreateModel(
                    name="Correction",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "inspection",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="corrections",
                                to="inspections.inspection",
                            ),
                        ),
                        ("order", models.PositiveSmallIntegerField(default=0)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("position", "Another position"),
                                    ("new_mast", "A mast that is not registered"),
                                    ("attribute", "Another value"),
                                ],
                                max_length=10,
                                verbose_name="kind",
                            ),
                        ),
                        ("content", models.JSONField(default=dict, verbose_name="content")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("proposed", "Waiting for review"),
                                    ("accepted", "Accepted"),
                                    ("refused", "Refused"),
                                ],
                                default="proposed",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "submission",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.submission",
                            ),
                        ),
                        (
                            "act",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.changerecord",
                            ),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided")),
                        ("reason", models.CharField(blank=True, max_length=1000, verbose_name="reason")),
                    ],
                    options={
                        "ordering": ("inspection", "order", "id"),
                        "indexes": [models.Index(fields=["state", "inspection"], name="correction_by_state")],
                    },
                ),
                migrations.CreateModel(
                    name="CaseDeadline",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="deadlines",
                                to="inspections.violationcase",
                            ),
                        ),
                        ("name", models.CharField(max_length=24, verbose_name="deadline")),
                        ("due_on", models.DateField(verbose_name="due on")),
                        ("starts_on", models.DateField(verbose_name="counted from")),
                        ("rule", models.CharField(blank=True, max_length=255, verbose_name="rule")),
                        (
                            "working_days",
                            models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="working days"),
                        ),
                        ("skipped", models.JSONField(blank=True, default=list, verbose_name="days skipped")),
                        ("basis", models.JSONField(blank=True, default=dict, verbose_name="reasoning")),
                        ("is_open", models.BooleanField(default=True)),
                        ("is_next", models.BooleanField(default=False)),
                    ],
                    options={
                        "verbose_name": "deadline",
                        "verbose_name_plural": "deadlines",
                        "ordering": ("due_on", "id"),
                        "indexes": [
                            models.Index(fields=["is_next", "due_on"], name="deadline_agenda"),
                            models.Index(fields=["is_open", "due_on"], name="deadline_open"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("case", "name"), name="one_deadline_per_name"),
                            models.UniqueConstraint(
                                condition=models.Q(("is_next", True)), fields=("case",), name="one_next_deadline"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CaseStanding",
                    fields=[
                        (
                            "authority",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.authority",
                            ),
                        ),
                        (
                            "case",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="standing",
                                serialize=False,
                                to="inspections.violationcase",
                            ),
                        ),
                        ("due_on", models.DateField(default=dt.date(9999, 12, 31), verbose_name="next deadline")),
                        ("due_name", models.CharField(blank=True, max_length=24, verbose_name="deadline")),
                        ("paid_vnd", models.BigIntegerField(default=0, verbose_name="paid (₫)")),
                    ],
                    options={
                        "verbose_name": "standing of a case",
                        "verbose_name_plural": "standings of cases",
                        "indexes": [
                            models.Index(fields=["due_on", "case"], name="standing_by_due"),
                            models.Index(fields=["authority", "due_on", "case"], name="standing_of_authority"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Reminder",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="reminders",
                                to="inspections.violationcase",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="case_reminders",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("name", models.CharField(max_length=24, verbose_name="deadline")),
                        ("due_on", models.DateField(verbose_name="due on")),
                        (
                            "kind",
                            models.CharField(
                                choices=[("before", "soon"), ("due", "today"), ("overdue", "overdue")],
                                max_length=8,
                                verbose_name="kind",
                            ),
                        ),
                        ("created_at", models.DateTimeField(verbose_name="told at")),
                        ("read_at", models.DateTimeField(blank=True, null=True, verbose_name="read at")),
                        ("mailed_at", models.DateTimeField(blank=True, null=True, verbose_name="mailed at")),
                    ],
                    options={
                        "verbose_name": "reminder",
                        "verbose_name_plural": "reminders",
                        "ordering": ("-id",),
                        "indexes": [models.Index(fields=["person", "read_at"], name="reminder_of_person")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("case", "person", "name", "due_on", "kind"), name="one_reminder_per_date"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CalendarKey",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "person",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="calendar_key",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("digest", models.CharField(max_length=64, unique=True)),
                        ("created_at", models.DateTimeField(verbose_name="created")),
                    ],
                    options={
                        "verbose_name": "key of a calendar",
                        "verbose_name_plural": "keys of calendars",
                    },
                ),
                migrations.CreateModel(
                    name="SavedView",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="saved_views",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("place", models.CharField(max_length=24, verbose_name="list")),
                        ("name", models.CharField(max_length=60, verbose_name="name")),
                        ("query", models.CharField(blank=True, max_length=1000, verbose_name="filters")),
                    ],
                    options={
                        "verbose_name": "saved view",
                        "verbose_name_plural": "saved views",
                        "ordering": ("name", "id"),
                        "constraints": [
                            models.UniqueConstraint(fields=("person", "place", "name"), name="one_view_per_name")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CaseDocument",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "authority",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="case_documents",
                                to="infra.authority",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="documents",
                                to="inspections.violationcase",
                            ),
                        ),
                        (
                            "step",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="documents",
                                to="inspections.step",
                            ),
                        ),
                        ("form", models.CharField(max_length=16, verbose_name="form")),
                        ("series", models.CharField(blank=True, max_length=11, verbose_name="series")),
                        ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                        ("sequence", models.PositiveIntegerField(blank=True, null=True, verbose_name="sequence")),
                        ("number", models.CharField(max_length=64, verbose_name="number")),
                        ("dated", models.DateField(verbose_name="dated")),
                        (
                            "state",
                            models.CharField(
                                choices=[("numbered", "Numbered"), ("issued", "Issued"), ("void", "Void")],
                                default="numbered",
                                max_length=8,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "original",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="case_documents",
                                to="infra.attachment",
                            ),
                        ),
                        ("sha256", models.CharField(blank=True, max_length=64, verbose_name="digest")),
                        ("issued_at", models.DateTimeField(blank=True, null=True, verbose_name="issued")),
                        ("void_reason", models.CharField(blank=True, max_length=400, verbose_name="void because")),
                    ],
                    options={
                        "verbose_name": "document of a case",
                        "verbose_name_plural": "documents of cases",
                        "ordering": ("id",),
                        "indexes": [
                            models.Index(fields=["authority", "series", "year", "number"], name="document_by_number")
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("sequence__isnull", False)),
                                fields=("authority", "series", "year", "sequence"),
                                name="document_number_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "issued"), _negated=True),
                                    ("original__isnull", False),
                                    _connector="OR",
                                ),
                                name="issued_has_original",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CaseDocumentVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("noun_id", models.BigIntegerField()),
                        ("valid_from", models.DateTimeField()),
                        ("valid_to", models.DateTimeField(blank=True, null=True)),
                        (
                            "act",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.changerecord",
                            ),
                        ),
                        (
                            "closed_act",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.changerecord",
                            ),
                        ),
                        ("digest", models.CharField(max_length=64)),
                        ("salt", models.CharField(blank=True, default="", max_length=32)),
                        ("personal_digests", models.JSONField(blank=True, default=dict)),
                        (
                            "authority",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="infra.authority",
                                verbose_name="authority",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="inspections.violationcase",
                                verbose_name="case",
                            ),
                        ),
                        (
                            "step",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="inspections.step",
                                verbose_name="step",
                            ),
                        ),
                        ("form", models.CharField(max_length=16, verbose_name="form")),
                        ("series", models.CharField(blank=True, max_length=11, verbose_name="series")),
                        ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                        ("sequence", models.PositiveIntegerField(blank=True, null=True, verbose_name="sequence")),
                        ("number", models.CharField(max_length=64, verbose_name="number")),
                        ("dated", models.DateField(verbose_name="dated")),
                        (
                            "state",
                            models.CharField(
                                choices=[("numbered", "Numbered"), ("issued", "Issued"), ("void", "Void")],
                                default="numbered",
                                max_length=8,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "original",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="infra.attachment",
                                verbose_name="original",
                            ),
                        ),
                        ("sha256", models.CharField(blank=True, max_length=64, verbose_name="digest")),
                        ("issued_at", models.DateTimeField(blank=True, null=True, verbose_name="issued")),
                        ("void_reason", models.CharField(blank=True, max_length=400, verbose_name="void because")),
                    ],
                    options={
                        "ordering": ("noun_id", "valid_from"),
                        "indexes": [
                            models.Index(fields=["noun_id", "valid_from"], name="casedocumentversion_noun"),
                            models.Index(
                                condition=models.Q(("closed_act__isnull", False)),
                                fields=["closed_act"],
                                name="casedocumentversion_ended",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("valid_to__isnull", True)),
                                fields=("noun_id",),
                                name="one_open_casedocumentversion",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to__isnull", True),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="span_casedocumentversion",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FormTemplate",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "authority",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="form_templates",
                                to="infra.authority",
                            ),
                        ),
                        ("form", models.CharField(max_length=16, verbose_name="form")),
                        (
                            "file",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="form_templates",
                                to="infra.attachment",
                            ),
                        ),
                        (
                            "added_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("added_at", models.DateTimeField(verbose_name="added")),
                        ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="withdrawn")),
                    ],
                    options={
                        "verbose_name": "template of a form",
                        "verbose_name_plural": "templates of forms",
                        "ordering": ("-id",),
                    },
                ),
                migrations.CreateModel(
                    name="SafetyState",
                    fields=[
                        (
                            "installation",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="safety_state",
                                serialize=False,
                                to="infra.installation",
                                verbose_name="installation",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("compliant", "Compliant"),
                                    ("unknown", "Not known yet"),
                                    ("due", "Due soon"),
                                    ("overdue", "Overdue"),
                                    ("unsafe", "Unsafe"),
                                ],
                                max_length=10,
                                verbose_name="safety state",
                            ),
                        ),
                        ("rank", models.PositiveSmallIntegerField(verbose_name="rank")),
                        ("since", models.DateField(blank=True, null=True, verbose_name="since")),
                        ("reasons", models.JSONField(default=list, verbose_name="reasons")),
                        ("changes_on", models.DateField(blank=True, null=True, verbose_name="may change on")),
                    ],
                    options={
                        "verbose_name": "safety state",
                        "verbose_name_plural": "safety states",
                        "indexes": [
                            models.Index(fields=["state", "installation"], name="safety_by_state"),
                            models.Index(fields=["changes_on"], name="safety_by_change"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="InspectionPriority",
                    fields=[
                        (
                            "installation",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="inspection_priority",
                                serialize=False,
                                to="infra.installation",
                                verbose_name="installation",
                            ),
                        ),
                        ("score", models.PositiveSmallIntegerField(verbose_name="priority")),
                        ("causes", models.JSONField(default=list, verbose_name="reasons")),
                        ("changes_on", models.DateField(blank=True, null=True, verbose_name="may change on")),
                        ("is_stale", models.BooleanField(default=False, verbose_name="to be computed anew")),
                    ],
                    options={
                        "verbose_name": "inspection priority",
                        "verbose_name_plural": "inspection priorities",
                        "indexes": [
                            models.Index(fields=["-score", "installation"], name="priority_by_score"),
                            models.Index(fields=["changes_on"], name="priority_by_change"),
                            models.Index(
                                condition=models.Q(("is_stale", True)), fields=["installation"], name="priority_stale"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="KeptRound",
                    fields=[
                        (
                            "name",
                            models.CharField(max_length=32, primary_key=True, serialize=False, verbose_name="table"),
                        ),
                        ("day", models.DateField(verbose_name="of the day")),
                        ("rule", models.CharField(blank=True, max_length=120, verbose_name="rule")),
                        ("is_stale", models.BooleanField(default=False, verbose_name="to be computed anew")),
                        ("rows", models.PositiveIntegerField(default=0, verbose_name="rows")),
                        ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="finished")),
                    ],
                    options={
                        "verbose_name": "round over a kept table",
                        "verbose_name_plural": "rounds over kept tables",
                    },
                ),
                migrations.CreateModel(
                    name="SecurityRating",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "authority",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="ratings",
                                to="infra.authority",
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="ratings",
                                to="infra.organization",
                            ),
                        ),
                        ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                        ("registered_on", models.DateField(blank=True, null=True, verbose_name="registered on")),
                        (
                            "self_assessment",
                            models.CharField(
                                blank=True,
                                choices=[("met", "Met"), ("not_met", "Not met")],
                                max_length=8,
                                verbose_name="self-assessment",
                            ),
                        ),
                        (
                            "result",
                            models.CharField(
                                blank=True,
                                choices=[("met", "Met"), ("not_met", "Not met")],
                                max_length=8,
                                verbose_name="result",
                            ),
                        ),
                        ("decision_number", models.CharField(blank=True, max_length=64, verbose_name="decision")),
                        ("decision_date", models.DateField(blank=True, null=True, verbose_name="date of the decision")),
                        ("recognized_by", models.CharField(blank=True, max_length=160, verbose_name="recognized by")),
                        ("certificate_number", models.CharField(blank=True, max_length=64, verbose_name="certificate")),
                        ("notes", models.TextField(blank=True, verbose_name="notes")),
                    ],
                    options={
                        "ordering": ("-id",),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("authority", "organization", "year"), name="one_rating_per_year"
                            )
                        ],
                    },
                ),
            ],
        ),
    ]
