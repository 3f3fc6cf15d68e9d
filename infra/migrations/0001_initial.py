import django.contrib.auth.validators
import django.contrib.gis.db.models.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import infra.migrating
import infra.models.accounts
import infra.models.reports


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        infra.migrating.CreateModels(
            models=[
                migrations.CreateModel(
                    name="User",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("password", models.CharField(max_length=128, verbose_name="password")),
                        ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                        (
                            "is_superuser",
                            models.BooleanField(
                                default=False,
                                help_text="Designates that this user has all permissions without explicitly assigning them.",
                                verbose_name="superuser status",
                            ),
                        ),
                        (
                            "username",
                            models.CharField(
                                error_messages={"unique": "A user with that username already exists."},
                                help_text="Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.",
                                max_length=150,
                                unique=True,
                                validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                                verbose_name="username",
                            ),
                        ),
                        ("first_name", models.CharField(blank=True, max_length=150, verbose_name="first name")),
                        ("last_name", models.CharField(blank=True, max_length=150, verbose_name="last name")),
                        ("email", models.EmailField(blank=True, max_length=254, verbose_name="email address")),
                        (
                            "is_staff",
                            models.BooleanField(
                                default=False,
                                help_text="Designates whether the user can log into this admin site.",
                                verbose_name="staff status",
                            ),
                        ),
                        (
                            "is_active",
                            models.BooleanField(
                                default=True,
                                help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                                verbose_name="active",
                            ),
                        ),
                        (
                            "date_joined",
                            models.DateTimeField(default=django.utils.timezone.now, verbose_name="date joined"),
                        ),
                        ("display_name", models.CharField(blank=True, max_length=150, verbose_name="name shown")),
                        ("language", models.CharField(default="vi", max_length=8, verbose_name="language")),
                        (
                            "authority",
                            models.ForeignKey(
                                blank=True,
                                help_text="The authority whose administrators may set a new password.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="people",
                                to="infra.authority",
                                verbose_name="account kept by",
                            ),
                        ),
                        (
                            "one_time_until",
                            models.DateTimeField(blank=True, null=True, verbose_name="one-time password holds until"),
                        ),
                        (
                            "search_text",
                            models.CharField(
                                blank=True, default="", editable=False, max_length=512, verbose_name="search text"
                            ),
                        ),
                        ("gets_mail", models.BooleanField(default=True, verbose_name="notices by e-mail too")),
                        (
                            "groups",
                            models.ManyToManyField(
                                blank=True,
                                help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                                related_name="user_set",
                                related_query_name="user",
                                to="auth.group",
                                verbose_name="groups",
                            ),
                        ),
                        (
                            "user_permissions",
                            models.ManyToManyField(
                                blank=True,
                                help_text="Specific permissions for this user.",
                                related_name="user_set",
                                related_query_name="user",
                                to="auth.permission",
                                verbose_name="user permissions",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "user",
                        "verbose_name_plural": "users",
                        "abstract": False,
                    },
                    managers=[
                        ("objects", infra.models.accounts.PeopleManager()),
                    ],
                ),
                migrations.CreateModel(
                    name="ApiToken",
                    fields=[
                        ("digest", models.CharField(max_length=128, primary_key=True, serialize=False)),
                        ("token_key", models.CharField(db_index=True, max_length=25)),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="auth_token_set",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("created", models.DateTimeField(auto_now_add=True)),
                        ("expiry", models.DateTimeField(blank=True, null=True)),
                        ("name", models.CharField(blank=True, max_length=100, verbose_name="name")),
                        ("last_used", models.DateTimeField(blank=True, null=True, verbose_name="last used")),
                    ],
                    options={
                        "verbose_name": "key for programs",
                        "verbose_name_plural": "keys for programs",
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="MastClass",
                    fields=[
                        ("name_vi", models.CharField(max_length=255, verbose_name="Vietnamese name")),
                        ("name_en", models.CharField(blank=True, max_length=255, verbose_name="English name")),
                        ("valid_from", models.DateField(verbose_name="valid from")),
                        ("valid_to", models.DateField(blank=True, null=True, verbose_name="valid to")),
                        ("legal_basis", models.CharField(blank=True, max_length=255, verbose_name="legal basis")),
                        ("confidence", models.CharField(blank=True, max_length=8, verbose_name="confidence")),
                        ("verified", models.BooleanField(default=False, verbose_name="verified")),
                        (
                            "code",
                            models.CharField(max_length=32, primary_key=True, serialize=False, verbose_name="code"),
                        ),
                        ("aliases", models.JSONField(blank=True, default=list, verbose_name="aliases")),
                        ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                        ("is_bulky", models.BooleanField(null=True, verbose_name="bulky")),
                    ],
                    options={
                        "verbose_name": "mast class",
                        "verbose_name_plural": "mast classes",
                        "ordering": ("order", "code"),
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="StructureType",
                    fields=[
                        ("name_vi", models.CharField(max_length=255, verbose_name="Vietnamese name")),
                        ("name_en", models.CharField(blank=True, max_length=255, verbose_name="English name")),
                        ("valid_from", models.DateField(verbose_name="valid from")),
                        ("valid_to", models.DateField(blank=True, null=True, verbose_name="valid to")),
                        ("legal_basis", models.CharField(blank=True, max_length=255, verbose_name="legal basis")),
                        ("confidence", models.CharField(blank=True, max_length=8, verbose_name="confidence")),
                        ("verified", models.BooleanField(default=False, verbose_name="verified")),
                        (
                            "code",
                            models.CharField(max_length=32, primary_key=True, serialize=False, verbose_name="code"),
                        ),
                        ("aliases", models.JSONField(blank=True, default=list, verbose_name="aliases")),
                        ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                    ],
                    options={
                        "verbose_name": "structure",
                        "verbose_name_plural": "structures",
                        "ordering": ("order", "code"),
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="PermitKind",
                    fields=[
                        ("name_vi", models.CharField(max_length=255, verbose_name="Vietnamese name")),
                        ("name_en", models.CharField(blank=True, max_length=255, verbose_name="English name")),
                        ("valid_from", models.DateField(verbose_name="valid from")),
                        ("valid_to", models.DateField(blank=True, null=True, verbose_name="valid to")),
                        ("legal_basis", models.CharField(blank=True, max_length=255, verbose_name="legal basis")),
                        ("confidence", models.CharField(blank=True, max_length=8, verbose_name="confidence")),
                        ("verified", models.BooleanField(default=False, verbose_name="verified")),
                        (
                            "code",
                            models.CharField(max_length=32, primary_key=True, serialize=False, verbose_name="code"),
                        ),
                        ("aliases", models.JSONField(blank=True, default=list, verbose_name="aliases")),
                        ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                    ],
                    options={
                        "verbose_name": "kind of permit",
                        "verbose_name_plural": "kinds of permits",
                        "ordering": ("order", "code"),
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="PostalKind",
                    fields=[
                        ("name_vi", models.CharField(max_length=255, verbose_name="Vietnamese name")),
                        ("name_en", models.CharField(blank=True, max_length=255, verbose_name="English name")),
                        ("valid_from", models.DateField(verbose_name="valid from")),
                        ("valid_to", models.DateField(blank=True, null=True, verbose_name="valid to")),
                        ("legal_basis", models.CharField(blank=True, max_length=255, verbose_name="legal basis")),
                        ("confidence", models.CharField(blank=True, max_length=8, verbose_name="confidence")),
                        ("verified", models.BooleanField(default=False, verbose_name="verified")),
                        (
                            "code",
                            models.CharField(max_length=32, primary_key=True, serialize=False, verbose_name="code"),
                        ),
                        ("aliases", models.JSONField(blank=True, default=list, verbose_name="aliases")),
                        ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                        ("is_attended", models.BooleanField(default=True, verbose_name="attended")),
                    ],
                    options={
                        "verbose_name": "kind of postal point",
                        "verbose_name_plural": "kinds of postal points",
                        "ordering": ("order", "code"),
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="NodeKind",
                    fields=[
                        ("name_vi", models.CharField(max_length=255, verbose_name="Vietnamese name")),
                        ("name_en", models.CharField(blank=True, max_length=255, verbose_name="English name")),
                        ("valid_from", models.DateField(verbose_name="valid from")),
                        ("valid_to", models.DateField(blank=True, null=True, verbose_name="valid to")),
                        ("legal_basis", models.CharField(blank=True, max_length=255, verbose_name="legal basis")),
                        ("confidence", models.CharField(blank=True, max_length=8, verbose_name="confidence")),
                        ("verified", models.BooleanField(default=False, verbose_name="verified")),
                        (
                            "code",
                            models.CharField(max_length=32, primary_key=True, serialize=False, verbose_name="code"),
                        ),
                        ("aliases", models.JSONField(blank=True, default=list, verbose_name="aliases")),
                        ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                    ],
                    options={
                        "verbose_name": "kind of network node",
                        "verbose_name_plural": "kinds of network nodes",
                        "ordering": ("order", "code"),
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="RouteKind",
                    fields=[
                        ("name_vi", models.CharField(max_length=255, verbose_name="Vietnamese name")),
                        ("name_en", models.CharField(blank=True, max_length=255, verbose_name="English name")),
                        ("valid_from", models.DateField(verbose_name="valid from")),
                        ("valid_to", models.DateField(blank=True, null=True, verbose_name="valid to")),
                        ("legal_basis", models.CharField(blank=True, max_length=255, verbose_name="legal basis")),
                        ("confidence", models.CharField(blank=True, max_length=8, verbose_name="confidence")),
                        ("verified", models.BooleanField(default=False, verbose_name="verified")),
                        (
                            "code",
                            models.CharField(max_length=32, primary_key=True, serialize=False, verbose_name="code"),
                        ),
                        ("aliases", models.JSONField(blank=True, default=list, verbose_name="aliases")),
                        ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                    ],
                    options={
                        "verbose_name": "kind of cable route",
                        "verbose_name_plural": "kinds of cable routes",
                        "ordering": ("order", "code"),
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Technology",
                    fields=[
                        ("name_vi", models.CharField(max_length=255, verbose_name="Vietnamese name")),
                        ("name_en", models.CharField(blank=True, max_length=255, verbose_name="English name")),
                        ("valid_from", models.DateField(verbose_name="valid from")),
                        ("valid_to", models.DateField(blank=True, null=True, verbose_name="valid to")),
                        ("legal_basis", models.CharField(blank=True, max_length=255, verbose_name="legal basis")),
                        ("confidence", models.CharField(blank=True, max_length=8, verbose_name="confidence")),
                        ("verified", models.BooleanField(default=False, verbose_name="verified")),
                        (
                            "code",
                            models.CharField(max_length=32, primary_key=True, serialize=False, verbose_name="code"),
                        ),
                        ("aliases", models.JSONField(blank=True, default=list, verbose_name="aliases")),
                        ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                    ],
                    options={
                        "verbose_name": "technology",
                        "verbose_name_plural": "technologies",
                        "ordering": ("order", "code"),
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Band",
                    fields=[
                        ("name_vi", models.CharField(max_length=255, verbose_name="Vietnamese name")),
                        ("name_en", models.CharField(blank=True, max_length=255, verbose_name="English name")),
                        ("valid_from", models.DateField(verbose_name="valid from")),
                        ("valid_to", models.DateField(blank=True, null=True, verbose_name="valid to")),
                        ("legal_basis", models.CharField(blank=True, max_length=255, verbose_name="legal basis")),
                        ("confidence", models.CharField(blank=True, max_length=8, verbose_name="confidence")),
                        ("verified", models.BooleanField(default=False, verbose_name="verified")),
                        (
                            "code",
                            models.CharField(max_length=32, primary_key=True, serialize=False, verbose_name="code"),
                        ),
                        ("aliases", models.JSONField(blank=True, default=list, verbose_name="aliases")),
                        ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                        ("low_mhz", models.FloatField(verbose_name="from (MHz)")),
                        ("high_mhz", models.FloatField(verbose_name="to (MHz)")),
                        ("duplex", models.CharField(blank=True, max_length=8, verbose_name="duplex")),
                        ("technologies", models.JSONField(blank=True, default=list, verbose_name="technologies")),
                        ("holder", models.CharField(blank=True, max_length=32, verbose_name="holder")),
                    ],
                    options={
                        "verbose_name": "band",
                        "verbose_name_plural": "bands",
                        "ordering": ("order", "code"),
                        "abstract": False,
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("high_mhz__gt", models.F("low_mhz"))), name="band_edges_in_order"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="InstallationStatus",
                    fields=[
                        ("name_vi", models.CharField(max_length=255, verbose_name="Vietnamese name")),
                        ("name_en", models.CharField(blank=True, max_length=255, verbose_name="English name")),
                        ("valid_from", models.DateField(verbose_name="valid from")),
                        ("valid_to", models.DateField(blank=True, null=True, verbose_name="valid to")),
                        ("legal_basis", models.CharField(blank=True, max_length=255, verbose_name="legal basis")),
                        ("confidence", models.CharField(blank=True, max_length=8, verbose_name="confidence")),
                        ("verified", models.BooleanField(default=False, verbose_name="verified")),
                        (
                            "code",
                            models.CharField(max_length=32, primary_key=True, serialize=False, verbose_name="code"),
                        ),
                        ("aliases", models.JSONField(blank=True, default=list, verbose_name="aliases")),
                        ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                    ],
                    options={
                        "verbose_name": "status of installations",
                        "verbose_name_plural": "statuses of installations",
                        "ordering": ("order", "code"),
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="UnitType",
                    fields=[
                        ("name_vi", models.CharField(max_length=255, verbose_name="Vietnamese name")),
                        ("name_en", models.CharField(blank=True, max_length=255, verbose_name="English name")),
                        ("valid_from", models.DateField(verbose_name="valid from")),
                        ("valid_to", models.DateField(blank=True, null=True, verbose_name="valid to")),
                        ("legal_basis", models.CharField(blank=True, max_length=255, verbose_name="legal basis")),
                        ("confidence", models.CharField(blank=True, max_length=8, verbose_name="confidence")),
                        ("verified", models.BooleanField(default=False, verbose_name="verified")),
                        (
                            "code",
                            models.CharField(max_length=32, primary_key=True, serialize=False, verbose_name="code"),
                        ),
                        ("aliases", models.JSONField(blank=True, default=list, verbose_name="aliases")),
                        ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                        ("level", models.CharField(max_length=16, verbose_name="level")),
                    ],
                    options={
                        "verbose_name": "type of unit",
                        "verbose_name_plural": "types of units",
                        "ordering": ("order", "code"),
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Limit",
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
                        ("code", models.CharField(max_length=64, verbose_name="code")),
                        ("value", models.FloatField(verbose_name="value")),
                        ("unit", models.CharField(max_length=16, verbose_name="unit")),
                        ("comparison", models.CharField(default="<=", max_length=4, verbose_name="comparison")),
                    ],
                    options={
                        "verbose_name": "limit",
                        "verbose_name_plural": "limits",
                        "ordering": ("code", "valid_from"),
                        "constraints": [
                            models.UniqueConstraint(fields=("code", "valid_from"), name="limit_once_per_date")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Organization",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.CharField(max_length=32, unique=True, verbose_name="code")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("telecom_operator", "Telecom operator"),
                                    ("tower_company", "Tower company"),
                                    ("postal_operator", "Postal operator"),
                                    ("authority", "Authority"),
                                    ("agency", "Agency"),
                                    ("internet_owner", "Internet point owner"),
                                ],
                                max_length=24,
                                verbose_name="kind",
                            ),
                        ),
                        ("name", models.CharField(max_length=255, verbose_name="name")),
                        ("name_en", models.CharField(blank=True, max_length=255, verbose_name="English name")),
                        ("short_name", models.CharField(blank=True, max_length=64, verbose_name="short name")),
                        ("mcc_mnc", models.CharField(blank=True, max_length=8, verbose_name="MCC-MNC")),
                        ("tax_code", models.CharField(blank=True, max_length=20, verbose_name="tax code")),
                        ("address", models.CharField(blank=True, max_length=255, verbose_name="address")),
                        ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                        ("phone", models.CharField(blank=True, max_length=32, verbose_name="telephone")),
                        ("aliases", models.JSONField(blank=True, default=list, verbose_name="aliases")),
                        ("owns_stations", models.BooleanField(default=True, verbose_name="owns stations")),
                        (
                            "reporting_period_days",
                            models.PositiveSmallIntegerField(default=90, verbose_name="reporting period (days)"),
                        ),
                        (
                            "search_text",
                            models.CharField(
                                blank=True, default="", editable=False, max_length=512, verbose_name="search text"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "organization",
                        "verbose_name_plural": "organizations",
                        "ordering": ("code",),
                    },
                ),
                migrations.CreateModel(
                    name="OrganizationVersion",
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
                        ("code", models.CharField(max_length=32, verbose_name="code")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("telecom_operator", "Telecom operator"),
                                    ("tower_company", "Tower company"),
                                    ("postal_operator", "Postal operator"),
                                    ("authority", "Authority"),
                                    ("agency", "Agency"),
                                    ("internet_owner", "Internet point owner"),
                                ],
                                max_length=24,
                                verbose_name="kind",
                            ),
                        ),
                        ("name", models.CharField(max_length=255, verbose_name="name")),
                        ("name_en", models.CharField(blank=True, max_length=255, verbose_name="English name")),
                        ("short_name", models.CharField(blank=True, max_length=64, verbose_name="short name")),
                        ("mcc_mnc", models.CharField(blank=True, max_length=8, verbose_name="MCC-MNC")),
                        ("tax_code", models.CharField(blank=True, max_length=20, verbose_name="tax code")),
                        ("address", models.CharField(blank=True, max_length=255, verbose_name="address")),
                        ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                        ("phone", models.CharField(blank=True, max_length=32, verbose_name="telephone")),
                        ("aliases", models.JSONField(blank=True, default=list, verbose_name="aliases")),
                        ("owns_stations", models.BooleanField(default=True, verbose_name="owns stations")),
                        (
                            "reporting_period_days",
                            models.PositiveSmallIntegerField(default=90, verbose_name="reporting period (days)"),
                        ),
                        (
                            "search_text",
                            models.CharField(
                                blank=True, default="", editable=False, max_length=512, verbose_name="search text"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("noun_id", "valid_from"),
                        "indexes": [
                            models.Index(fields=["noun_id", "valid_from"], name="organizationversion_noun"),
                            models.Index(
                                condition=models.Q(("closed_act__isnull", False)),
                                fields=["closed_act"],
                                name="organizationversion_ended",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("valid_to__isnull", True)),
                                fields=("noun_id",),
                                name="one_open_organizationversion",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to__isnull", True),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="span_organizationversion",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Authority",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.CharField(max_length=32, unique=True, verbose_name="code")),
                        (
                            "organization",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="authority",
                                to="infra.organization",
                                verbose_name="organization",
                            ),
                        ),
                        ("registry_prefix", models.CharField(max_length=8, verbose_name="prefix of registry numbers")),
                        ("metric_srid", models.PositiveIntegerField(verbose_name="metric CRS (EPSG)")),
                        ("calendar", models.CharField(default="VN", max_length=8, verbose_name="calendar of holidays")),
                        ("letterhead", models.JSONField(blank=True, default=dict, verbose_name="letterhead")),
                        (
                            "staff_second_factor",
                            models.BooleanField(
                                default=False,
                                help_text="Whoever acts for the authority must set up a second factor at the next sign-in.",
                                verbose_name="second factor for staff",
                            ),
                        ),
                        ("is_demo", models.BooleanField(default=False, verbose_name="demo data")),
                        (
                            "territory",
                            models.ManyToManyField(
                                blank=True,
                                related_name="authorities",
                                to="infra.administrativeunit",
                                verbose_name="territory",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "authority",
                        "verbose_name_plural": "authorities",
                        "ordering": ("code",),
                    },
                ),
                migrations.CreateModel(
                    name="RegistrySeries",
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
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="series",
                                to="infra.authority",
                                verbose_name="authority",
                            ),
                        ),
                        ("series", models.CharField(max_length=16, verbose_name="series")),
                        ("last", models.PositiveBigIntegerField(default=0, verbose_name="last number")),
                    ],
                    options={
                        "verbose_name": "series of registry numbers",
                        "verbose_name_plural": "series of registry numbers",
                        "constraints": [
                            models.UniqueConstraint(fields=("authority", "series"), name="one_series_per_authority")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Membership",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="memberships",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="person",
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="memberships",
                                to="infra.organization",
                                verbose_name="organization",
                            ),
                        ),
                        (
                            "role",
                            models.CharField(
                                choices=[
                                    ("submitter", "Operator: submitter"),
                                    ("viewer", "Operator: viewer"),
                                    ("inspector", "Inspector"),
                                    ("officer", "Case officer"),
                                    ("manager", "Manager"),
                                    ("administrator", "Administrator"),
                                    ("auditor", "Auditor"),
                                ],
                                max_length=16,
                                verbose_name="role",
                            ),
                        ),
                        ("fields", models.JSONField(blank=True, default=list, verbose_name="fields of inspection")),
                        ("valid_from", models.DateField(verbose_name="valid from")),
                        ("valid_to", models.DateField(blank=True, null=True, verbose_name="valid to")),
                        ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="taken back at")),
                        (
                            "territory",
                            models.ManyToManyField(
                                blank=True, related_name="+", to="infra.administrativeunit", verbose_name="territory"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "membership",
                        "verbose_name_plural": "memberships",
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("valid_to__isnull", True)),
                                fields=("user", "organization", "role"),
                                name="one_open_membership_per_role",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to__isnull", True),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="membership_ends_after_start",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AdministrativeUnit",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.CharField(max_length=10, verbose_name="code")),
                        (
                            "level",
                            models.CharField(
                                choices=[("province", "Province"), ("district", "District"), ("commune", "Commune")],
                                max_length=10,
                                verbose_name="level",
                            ),
                        ),
                        (
                            "type",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.unittype",
                                verbose_name="type",
                            ),
                        ),
                        ("name", models.CharField(max_length=128, verbose_name="name")),
                        ("full_name", models.CharField(max_length=160, verbose_name="full name")),
                        (
                            "parent",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="children",
                                to="infra.administrativeunit",
                                verbose_name="unit above",
                            ),
                        ),
                        (
                            "former_parents",
                            models.CharField(blank=True, max_length=255, verbose_name="former district and province"),
                        ),
                        (
                            "boundary",
                            django.contrib.gis.db.models.fields.MultiPolygonField(
                                blank=True, null=True, srid=4326, verbose_name="boundary"
                            ),
                        ),
                        (
                            "boundary_kind",
                            models.CharField(
                                choices=[("official", "Official"), ("schematic", "Schematic"), ("none", "No boundary")],
                                default="none",
                                max_length=10,
                                verbose_name="kind of boundary",
                            ),
                        ),
                        (
                            "centroid",
                            django.contrib.gis.db.models.fields.PointField(
                                blank=True, null=True, spatial_index=False, srid=4326, verbose_name="centroid"
                            ),
                        ),
                        ("population", models.PositiveIntegerField(blank=True, null=True, verbose_name="population")),
                        ("area_km2", models.FloatField(blank=True, null=True, verbose_name="area (km²)")),
                        ("valid_from", models.DateField(verbose_name="valid from")),
                        ("valid_to", models.DateField(blank=True, null=True, verbose_name="valid to")),
                        ("source", models.CharField(blank=True, max_length=255, verbose_name="source")),
                        (
                            "search_text",
                            models.CharField(
                                blank=True, default="", editable=False, max_length=255, verbose_name="search text"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "administrative unit",
                        "verbose_name_plural": "administrative units",
                        "ordering": ("code", "valid_from"),
                        "constraints": [
                            models.UniqueConstraint(fields=("level", "code", "valid_from"), name="unit_once_per_start"),
                            models.UniqueConstraint(
                                condition=models.Q(("valid_to__isnull", True)),
                                fields=("level", "code"),
                                name="one_open_unit_per_code",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to__isnull", True),
                                    ("valid_to__gt", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="unit_ends_after_start",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AdministrativeUnitVersion",
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
                        ("code", models.CharField(max_length=10, verbose_name="code")),
                        (
                            "level",
                            models.CharField(
                                choices=[("province", "Province"), ("district", "District"), ("commune", "Commune")],
                                max_length=10,
                                verbose_name="level",
                            ),
                        ),
                        (
                            "type",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="infra.unittype",
                                verbose_name="type",
                            ),
                        ),
                        ("name", models.CharField(max_length=128, verbose_name="name")),
                        ("full_name", models.CharField(max_length=160, verbose_name="full name")),
                        (
                            "parent",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="infra.administrativeunit",
                                verbose_name="unit above",
                            ),
                        ),
                        (
                            "former_parents",
                            models.CharField(blank=True, max_length=255, verbose_name="former district and province"),
                        ),
                        (
                            "boundary",
                            django.contrib.gis.db.models.fields.MultiPolygonField(
                                blank=True, null=True, spatial_index=False, srid=4326, verbose_name="boundary"
                            ),
                        ),
                        (
                            "boundary_kind",
                            models.CharField(
                                choices=[("official", "Official"), ("schematic", "Schematic"), ("none", "No boundary")],
                                default="none",
                                max_length=10,
                                verbose_name="kind of boundary",
                            ),
                        ),
                        (
                            "centroid",
                            django.contrib.gis.db.models.fields.PointField(
                                blank=True, null=True, spatial_index=False, srid=4326, verbose_name="centroid"
                            ),
                        ),
                        ("population", models.PositiveIntegerField(blank=True, null=True, verbose_name="population")),
                        ("area_km2", models.FloatField(blank=True, null=True, verbose_name="area (km²)")),
                        ("noun_valid_from", models.DateField(verbose_name="valid from")),
                        ("noun_valid_to", models.DateField(blank=True, null=True, verbose_name="valid to")),
                        ("source", models.CharField(blank=True, max_length=255, verbose_name="source")),
                        (
                            "search_text",
                            models.CharField(
                                blank=True, default="", editable=False, max_length=255, verbose_name="search text"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("noun_id", "valid_from"),
                        "indexes": [
                            models.Index(fields=["noun_id", "valid_from"], name="administrativeunitvers_noun"),
                            models.Index(
                                condition=models.Q(("closed_act__isnull", False)),
                                fields=["closed_act"],
                                name="administrativeunitvers_ended",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("valid_to__isnull", True)),
                                fields=("noun_id",),
                                name="one_open_administrativeunitversion",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to__isnull", True),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="span_administrativeunitversion",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="UnitSuccession",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "old",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="successors",
                                to="infra.administrativeunit",
                                verbose_name="unit before",
                            ),
                        ),
                        (
                            "new",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="predecessors",
                                to="infra.administrativeunit",
                                verbose_name="unit after",
                            ),
                        ),
                        ("is_whole", models.BooleanField(default=True, verbose_name="whole unit")),
                        ("on", models.DateField(verbose_name="on")),
                        ("source", models.CharField(blank=True, max_length=255, verbose_name="source")),
                        ("verified", models.BooleanField(default=False, verbose_name="verified")),
                    ],
                    options={
                        "verbose_name": "succession of units",
                        "verbose_name_plural": "successions of units",
                        "constraints": [
                            models.UniqueConstraint(fields=("old", "new"), name="one_succession_per_pair"),
                            models.CheckConstraint(
                                condition=models.Q(("old", models.F("new")), _negated=True),
                                name="unit_does_not_succeed_itself",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Site",
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
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="sites",
                                to="infra.authority",
                                verbose_name="authority",
                            ),
                        ),
                        ("code", models.CharField(max_length=32, verbose_name="code")),
                        ("name", models.CharField(blank=True, max_length=160, verbose_name="name")),
                        ("address", models.CharField(blank=True, max_length=255, verbose_name="address")),
                        (
                            "position",
                            django.contrib.gis.db.models.fields.PointField(srid=4326, verbose_name="position"),
                        ),
                        (
                            "submitted_text",
                            models.CharField(blank=True, max_length=120, verbose_name="position as submitted"),
                        ),
                        ("submitted_crs", models.CharField(blank=True, max_length=24, verbose_name="submitted CRS")),
                        (
                            "position_method",
                            models.CharField(
                                choices=[
                                    ("submitted", "Submitted as written"),
                                    ("converted", "Converted from the submitted system"),
                                    ("corrected", "Corrected on acceptance"),
                                    ("measured", "Measured in the field"),
                                    ("digitised", "Taken from a map"),
                                    ("invented", "Invented (demo data)"),
                                ],
                                max_length=12,
                                verbose_name="method",
                            ),
                        ),
                        ("accuracy_m", models.FloatField(blank=True, null=True, verbose_name="accuracy (m)")),
                        (
                            "unit",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="sites",
                                to="infra.administrativeunit",
                                verbose_name="administrative unit",
                            ),
                        ),
                        (
                            "unit_method",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("coordinate", "By coordinate"),
                                    ("code_table", "By table of successions"),
                                    ("by_hand", "By hand"),
                                ],
                                max_length=12,
                                verbose_name="unit resolved",
                            ),
                        ),
                        (
                            "declared_unit",
                            models.CharField(blank=True, max_length=255, verbose_name="unit as declared"),
                        ),
                        (
                            "merged_into",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="absorbed",
                                to="infra.site",
                                verbose_name="merged into",
                            ),
                        ),
                        (
                            "search_text",
                            models.CharField(
                                blank=True, default="", editable=False, max_length=640, verbose_name="search text"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "site",
                        "verbose_name_plural": "sites",
                        "ordering": ("id",),
                        "indexes": [
                            models.Index(
                                condition=models.Q(("merged_into__isnull", False)),
                                fields=["merged_into"],
                                name="site_absorbed",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("code",), name="site_code_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("accuracy_m__isnull", True), ("accuracy_m__gte", 0), _connector="OR"
                                ),
                                name="site_accuracy_positive",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("merged_into__isnull", True),
                                    models.Q(("merged_into", models.F("id")), _negated=True),
                                    _connector="OR",
                                ),
                                name="site_not_merged_into_itself",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SiteVersion",
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
                        ("code", models.CharField(max_length=32, verbose_name="code")),
                        ("name", models.CharField(blank=True, max_length=160, verbose_name="name")),
                        ("address", models.CharField(blank=True, max_length=255, verbose_name="address")),
                        (
                            "position",
                            django.contrib.gis.db.models.fields.PointField(
                                spatial_index=False, srid=4326, verbose_name="position"
                            ),
                        ),
                        (
                            "submitted_text",
                            models.CharField(blank=True, max_length=120, verbose_name="position as submitted"),
                        ),
                        ("submitted_crs", models.CharField(blank=True, max_length=24, verbose_name="submitted CRS")),
                        (
                            "position_method",
                            models.CharField(
                                choices=[
                                    ("submitted", "Submitted as written"),
                                    ("converted", "Converted from the submitted system"),
                                    ("corrected", "Corrected on acceptance"),
                                    ("measured", "Measured in the field"),
                                    ("digitised", "Taken from a map"),
                                    ("invented", "Invented (demo data)"),
                                ],
                                max_length=12,
                                verbose_name="method",
                            ),
                        ),
                        ("accuracy_m", models.FloatField(blank=True, null=True, verbose_name="accuracy (m)")),
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
                                verbose_name="administrative unit",
                            ),
                        ),
                        (
                            "unit_method",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("coordinate", "By coordinate"),
                                    ("code_table", "By table of successions"),
                                    ("by_hand", "By hand"),
                                ],
                                max_length=12,
                                verbose_name="unit resolved",
                            ),
                        ),
                        (
                            "declared_unit",
                            models.CharField(blank=True, max_length=255, verbose_name="unit as declared"),
                        ),
                        (
                            "merged_into",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="infra.site",
                                verbose_name="merged into",
                            ),
                        ),
                        (
                            "search_text",
                            models.CharField(
                                blank=True, default="", editable=False, max_length=640, verbose_name="search text"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("noun_id", "valid_from"),
                        "indexes": [
                            models.Index(fields=["noun_id", "valid_from"], name="siteversion_noun"),
                            models.Index(
                                condition=models.Q(("closed_act__isnull", False)),
                                fields=["closed_act"],
                                name="siteversion_ended",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("valid_to__isnull", True)),
                                fields=("noun_id",),
                                name="one_open_siteversion",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to__isnull", True),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="span_siteversion",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Mast",
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
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="masts",
                                to="infra.authority",
                                verbose_name="authority",
                            ),
                        ),
                        ("code", models.CharField(max_length=32, verbose_name="code")),
                        (
                            "site",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="masts",
                                to="infra.site",
                                verbose_name="site",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="masts",
                                to="infra.organization",
                                verbose_name="owner",
                            ),
                        ),
                        (
                            "mast_class",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.mastclass",
                                verbose_name="mast class",
                            ),
                        ),
                        (
                            "structure_type",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.structuretype",
                                verbose_name="structure",
                            ),
                        ),
                        ("height_m", models.FloatField(blank=True, null=True, verbose_name="height (m)")),
                        (
                            "base",
                            models.CharField(
                                choices=[("ground", "Ground"), ("roof", "Building")],
                                default="ground",
                                max_length=8,
                                verbose_name="stands on",
                            ),
                        ),
                        (
                            "building_height_m",
                            models.FloatField(blank=True, null=True, verbose_name="height of the building (m)"),
                        ),
                        ("built_on", models.DateField(blank=True, null=True, verbose_name="built on")),
                        ("design_wind_ms", models.FloatField(blank=True, null=True, verbose_name="design wind (m/s)")),
                        (
                            "capacity",
                            models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="antenna places"),
                        ),
                        (
                            "merged_into",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="absorbed",
                                to="infra.mast",
                                verbose_name="merged into",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "mast",
                        "verbose_name_plural": "masts",
                        "ordering": ("id",),
                        "indexes": [
                            models.Index(fields=["owner", "site"], name="mast_owner_site"),
                            models.Index(
                                condition=models.Q(("merged_into__isnull", False)),
                                fields=["merged_into"],
                                name="mast_absorbed",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("code",), name="mast_code_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("height_m__isnull", True),
                                    models.Q(("height_m__gt", 0), ("height_m__lte", 500)),
                                    _connector="OR",
                                ),
                                name="mast_height_sound",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("building_height_m__isnull", True), ("building_height_m__gte", 0), _connector="OR"
                                ),
                                name="mast_building_height_positive",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MastVersion",
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
                        ("code", models.CharField(max_length=32, verbose_name="code")),
                        (
                            "site",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="infra.site",
                                verbose_name="site",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="infra.organization",
                                verbose_name="owner",
                            ),
                        ),
                        (
                            "mast_class",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="infra.mastclass",
                                verbose_name="mast class",
                            ),
                        ),
                        (
                            "structure_type",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="infra.structuretype",
                                verbose_name="structure",
                            ),
                        ),
                        ("height_m", models.FloatField(blank=True, null=True, verbose_name="height (m)")),
                        (
                            "base",
                            models.CharField(
                                choices=[("ground", "Ground"), ("roof", "Building")],
                                default="ground",
                                max_length=8,
                                verbose_name="stands on",
                            ),
                        ),
                        (
                            "building_height_m",
                            models.FloatField(blank=True, null=True, verbose_name="height of the building (m)"),
                        ),
                        ("built_on", models.DateField(blank=True, null=True, verbose_name="built on")),
                        ("design_wind_ms", models.FloatField(blank=True, null=True, verbose_name="design wind (m/s)")),
                        (
                            "capacity",
                            models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="antenna places"),
                        ),
                        (
                            "merged_into",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="infra.mast",
                                verbose_name="merged into",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("noun_id", "valid_from"),
                        "indexes": [
                            models.Index(fields=["noun_id", "valid_from"], name="mastversion_noun"),
                            models.Index(
                                condition=models.Q(("closed_act__isnull", False)),
                                fields=["closed_act"],
                                name="mastversion_ended",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("valid_to__isnull", True)),
                                fields=("noun_id",),
                                name="one_open_mastversion",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to__isnull", True),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="span_mastversion",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SiteMerge",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kept",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="merges",
                                to="infra.site",
                                verbose_name="site kept",
                            ),
                        ),
                        (
                            "absorbed",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="merged_by",
                                to="infra.site",
                                verbose_name="site merged",
                            ),
                        ),
                        (
                            "act",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.changerecord",
                                verbose_name="act",
                            ),
                        ),
                        (
                            "split_act",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.changerecord",
                                verbose_name="act of splitting",
                            ),
                        ),
                        ("moved", models.JSONField(default=dict, verbose_name="what was moved")),
                    ],
                    options={
                        "verbose_name": "merge of sites",
                        "verbose_name_plural": "merges of sites",
                        "ordering": ("id",),
                    },
                ),
                migrations.CreateModel(
                    name="Installation",
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
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="installations",
                                to="infra.authority",
                                verbose_name="authority",
                            ),
                        ),
                        (
                            "registry_number",
                            models.CharField(max_length=32, verbose_name="registry number"),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("base_station", "Base station"),
                                    ("postal_point", "Postal point"),
                                    ("network_node", "Network node"),
                                    ("internet_point", "Internet point"),
                                    ("cable_route", "Cable route"),
                                ],
                                max_length=16,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="installations",
                                to="infra.organization",
                                verbose_name="organization",
                            ),
                        ),
                        ("code", models.CharField(blank=True, max_length=64, verbose_name="operator's code")),
                        ("name", models.CharField(blank=True, max_length=160, verbose_name="name")),
                        (
                            "site",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="installations",
                                to="infra.site",
                                verbose_name="site",
                            ),
                        ),
                        (
                            "mast",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="installations",
                                to="infra.mast",
                                verbose_name="mast",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="installations",
                                to="infra.administrativeunit",
                                verbose_name="administrative unit",
                            ),
                        ),
                        (
                            "position",
                            django.contrib.gis.db.models.fields.PointField(
                                blank=True, null=True, srid=4326, verbose_name="position"
                            ),
                        ),
                        (
                            "status",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.installationstatus",
                                verbose_name="status",
                            ),
                        ),
                        ("in_service_on", models.DateField(blank=True, null=True, verbose_name="in service since")),
                        (
                            "submission",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="installations",
                                to="infra.submission",
                                verbose_name="submission",
                            ),
                        ),
                        (
                            "submission_row",
                            models.PositiveIntegerField(blank=True, null=True, verbose_name="row of the submission"),
                        ),
                        (
                            "search_text",
                            models.CharField(
                                blank=True, default="", editable=False, max_length=640, verbose_name="search text"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "installation",
                        "verbose_name_plural": "installations",
                        "ordering": ("id",),
                        "indexes": [
                            models.Index(fields=["kind", "id"], name="installation_kind_id"),
                            models.Index(fields=["code"], name="installation_code"),
                            models.Index(fields=["organization", "site"], name="installation_holder_site"),
                            models.Index(
                                condition=models.Q(("submission__isnull", False)),
                                fields=["submission"],
                                name="installation_submission",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("registry_number",), name="registry_number_once"),
                            models.UniqueConstraint(
                                condition=models.Q(("code", ""), _negated=True),
                                fields=("organization", "kind", "code"),
                                name="operator_code_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("kind", "cable_route"), ("site__isnull", False), _connector="OR"),
                                name="installation_has_site",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="InstallationVersion",
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
                        ("registry_number", models.CharField(max_length=32, verbose_name="registry number")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("base_station", "Base station"),
                                    ("postal_point", "Postal point"),
                                    ("network_node", "Network node"),
                                    ("internet_point", "Internet point"),
                                    ("cable_route", "Cable route"),
                                ],
                                max_length=16,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="infra.organization",
                                verbose_name="organization",
                            ),
                        ),
                        ("code", models.CharField(blank=True, max_length=64, verbose_name="operator's code")),
                        ("name", models.CharField(blank=True, max_length=160, verbose_name="name")),
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
                            "unit",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="infra.administrativeunit",
                                verbose_name="administrative unit",
                            ),
                        ),
                        (
                            "position",
                            django.contrib.gis.db.models.fields.PointField(
                                blank=True, null=True, spatial_index=False, srid=4326, verbose_name="position"
                            ),
                        ),
                        (
                            "status",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="infra.installationstatus",
                                verbose_name="status",
                            ),
                        ),
                        ("in_service_on", models.DateField(blank=True, null=True, verbose_name="in service since")),
                        (
                            "submission",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="infra.submission",
                                verbose_name="submission",
                            ),
                        ),
                        (
                            "submission_row",
                            models.PositiveIntegerField(blank=True, null=True, verbose_name="row of the submission"),
                        ),
                        (
                            "search_text",
                            models.CharField(
                                blank=True, default="", editable=False, max_length=640, verbose_name="search text"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("noun_id", "valid_from"),
                        "indexes": [
                            models.Index(fields=["noun_id", "valid_from"], name="installationversion_noun"),
                            models.Index(
                                condition=models.Q(("closed_act__isnull", False)),
                                fields=["closed_act"],
                                name="installationversion_ended",
                            ),
                            models.Index(fields=["site"], name="installationversion_site"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("valid_to__isnull", True)),
                                fields=("noun_id",),
                                name="one_open_installationversion",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to__isnull", True),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="span_installationversion",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Attachment",
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
                                related_name="attachments",
                                to="infra.authority",
                                verbose_name="authority",
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="attachments",
                                to="infra.organization",
                                verbose_name="organization",
                            ),
                        ),
                        ("sha256", models.CharField(db_index=True, max_length=64, verbose_name="digest")),
                        ("name", models.CharField(max_length=255, verbose_name="file name")),
                        ("content_type", models.CharField(blank=True, max_length=100, verbose_name="format")),
                        ("size", models.PositiveBigIntegerField(verbose_name="size (bytes)")),
                        (
                            "added_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="added by",
                            ),
                        ),
                        ("added_at", models.DateTimeField(auto_now_add=True, verbose_name="added at")),
                    ],
                    options={
                        "verbose_name": "file",
                        "verbose_name_plural": "files",
                        "ordering": ("-id",),
                    },
                ),
                migrations.CreateModel(
                    name="Permit",
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
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="permits",
                                to="infra.authority",
                                verbose_name="authority",
                            ),
                        ),
                        (
                            "kind",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.permitkind",
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="permits",
                                to="infra.organization",
                                verbose_name="organization",
                            ),
                        ),
                        (
                            "installation",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="permits",
                                to="infra.installation",
                                verbose_name="installation",
                            ),
                        ),
                        (
                            "site",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="permits",
                                to="infra.site",
                                verbose_name="site",
                            ),
                        ),
                        ("number", models.CharField(max_length=64, verbose_name="number")),
                        ("issuer", models.CharField(blank=True, max_length=160, verbose_name="issuer")),
                        ("issued_on", models.DateField(blank=True, null=True, verbose_name="issued on")),
                        ("expires_on", models.DateField(blank=True, null=True, verbose_name="expires on")),
                        ("renewal_due_on", models.DateField(blank=True, null=True, verbose_name="renewal due on")),
                        ("renewal_filed_on", models.DateField(blank=True, null=True, verbose_name="renewal filed on")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("in_force", "In force"),
                                    ("lapsed", "Lapsed (limits exceeded)"),
                                    ("revoked", "Withdrawn"),
                                    ("replaced", "Replaced"),
                                ],
                                default="in_force",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("posted_on_site", models.BooleanField(blank=True, null=True, verbose_name="posted on site")),
                        (
                            "attachment",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="permits",
                                to="infra.attachment",
                                verbose_name="file",
                            ),
                        ),
                        (
                            "submission",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="permits",
                                to="infra.submission",
                                verbose_name="submission",
                            ),
                        ),
                        (
                            "submission_row",
                            models.PositiveIntegerField(blank=True, null=True, verbose_name="row of the submission"),
                        ),
                    ],
                    options={
                        "verbose_name": "permit",
                        "verbose_name_plural": "permits",
                        "ordering": ("id",),
                        "indexes": [
                            models.Index(fields=["expires_on"], name="permit_expiry"),
                            models.Index(fields=["number"], name="permit_number"),
                            models.Index(
                                condition=models.Q(("site__isnull", False)), fields=["site"], name="permit_site"
                            ),
                            models.Index(
                                condition=models.Q(("attachment__isnull", False)),
                                fields=["attachment"],
                                name="permit_file",
                            ),
                            models.Index(
                                condition=models.Q(("submission__isnull", False)),
                                fields=["submission"],
                                name="permit_submission",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("expires_on__isnull", True),
                                    ("issued_on__isnull", True),
                                    ("expires_on__gte", models.F("issued_on")),
                                    _connector="OR",
                                ),
                                name="permit_expires_after_issue",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("installation__isnull", False), ("site__isnull", False), _connector="OR"
                                ),
                                name="permit_has_subject",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PermitVersion",
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
                            "kind",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="infra.permitkind",
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="infra.organization",
                                verbose_name="organization",
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
                        ("number", models.CharField(max_length=64, verbose_name="number")),
                        ("issuer", models.CharField(blank=True, max_length=160, verbose_name="issuer")),
                        ("issued_on", models.DateField(blank=True, null=True, verbose_name="issued on")),
                        ("expires_on", models.DateField(blank=True, null=True, verbose_name="expires on")),
                        ("renewal_due_on", models.DateField(blank=True, null=True, verbose_name="renewal due on")),
                        ("renewal_filed_on", models.DateField(blank=True, null=True, verbose_name="renewal filed on")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("in_force", "In force"),
                                    ("lapsed", "Lapsed (limits exceeded)"),
                                    ("revoked", "Withdrawn"),
                                    ("replaced", "Replaced"),
                                ],
                                default="in_force",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("posted_on_site", models.BooleanField(blank=True, null=True, verbose_name="posted on site")),
                        (
                            "attachment",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="infra.attachment",
                                verbose_name="file",
                            ),
                        ),
                        (
                            "submission",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="infra.submission",
                                verbose_name="submission",
                            ),
                        ),
                        (
                            "submission_row",
                            models.PositiveIntegerField(blank=True, null=True, verbose_name="row of the submission"),
                        ),
                    ],
                    options={
                        "ordering": ("noun_id", "valid_from"),
                        "indexes": [
                            models.Index(fields=["noun_id", "valid_from"], name="permitversion_noun"),
                            models.Index(
                                condition=models.Q(("closed_act__isnull", False)),
                                fields=["closed_act"],
                                name="permitversion_ended",
                            ),
                            models.Index(fields=["installation"], name="permitversion_installat"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("valid_to__isnull", True)),
                                fields=("noun_id",),
                                name="one_open_permitversion",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to__isnull", True),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="span_permitversion",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Job",
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
                                related_name="jobs",
                                to="infra.authority",
                                verbose_name="authority",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("ledger_verification", "Verification of the ledger"),
                                    ("units_trial", "Trial of a file of units"),
                                    ("units_import", "Import of units"),
                                    ("submission_sheet", "Sheet of a submission"),
                                ],
                                max_length=24,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "Waiting"),
                                    ("running", "Running"),
                                    ("done", "Done"),
                                    ("failed", "Failed"),
                                ],
                                default="waiting",
                                max_length=8,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "asked_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="asked by",
                            ),
                        ),
                        ("asked_at", models.DateTimeField(auto_now_add=True, verbose_name="asked at")),
                        ("started_at", models.DateTimeField(blank=True, null=True, verbose_name="started at")),
                        ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="finished at")),
                        (
                            "file",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.attachment",
                                verbose_name="file",
                            ),
                        ),
                        ("parameters", models.JSONField(blank=True, default=dict, verbose_name="parameters")),
                        ("report", models.JSONField(blank=True, default=dict, verbose_name="report")),
                        ("failure", models.TextField(blank=True, verbose_name="reason of failure")),
                    ],
                    options={
                        "verbose_name": "background job",
                        "verbose_name_plural": "background jobs",
                        "ordering": ("-id",),
                        "indexes": [models.Index(fields=["authority", "kind", "-id"], name="job_of_kind")],
                    },
                ),
                migrations.CreateModel(
                    name="ChangeRecord",
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
                                related_name="changes",
                                to="infra.authority",
                                verbose_name="authority",
                            ),
                        ),
                        ("sequence", models.PositiveBigIntegerField(verbose_name="number")),
                        ("at", models.DateTimeField(verbose_name="at")),
                        (
                            "actor",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="by",
                            ),
                        ),
                        ("kind", models.CharField(max_length=48, verbose_name="act")),
                        ("reason", models.TextField(verbose_name="reason")),
                        (
                            "organization",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.organization",
                                verbose_name="organization",
                            ),
                        ),
                        (
                            "submission",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="changes",
                                to="infra.submission",
                                verbose_name="submission",
                            ),
                        ),
                        ("counts", models.JSONField(default=dict, verbose_name="counts")),
                        ("details", models.JSONField(default=dict, verbose_name="details")),
                        ("versions_digest", models.CharField(max_length=64, verbose_name="digest of the versions")),
                        ("previous_digest", models.CharField(blank=True, max_length=64, verbose_name="digest before")),
                        ("digest", models.CharField(max_length=64, verbose_name="digest")),
                    ],
                    options={
                        "verbose_name": "change record",
                        "verbose_name_plural": "change records",
                        "ordering": ("-id",),
                        "indexes": [
                            models.Index(fields=["kind", "-id"], name="changerecord_kind"),
                            models.Index(fields=["actor", "-id"], name="changerecord_actor"),
                            models.Index(fields=["at"], name="changerecord_at"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("authority", "sequence"), name="one_record_per_number")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LedgerHead",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "authority",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="ledger_head",
                                to="infra.authority",
                                verbose_name="authority",
                            ),
                        ),
                        ("sequence", models.PositiveBigIntegerField(default=0, verbose_name="last number")),
                        ("digest", models.CharField(blank=True, max_length=64, verbose_name="digest")),
                        ("signature", models.CharField(blank=True, max_length=64, verbose_name="signature")),
                    ],
                    options={
                        "verbose_name": "head of the ledger",
                        "verbose_name_plural": "heads of the ledger",
                    },
                ),
                migrations.CreateModel(
                    name="NetworkNode",
                    fields=[
                        (
                            "installation",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="network_node",
                                serialize=False,
                                to="infra.installation",
                                verbose_name="installation",
                            ),
                        ),
                        (
                            "node_kind",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.nodekind",
                                verbose_name="kind",
                            ),
                        ),
                        ("rated_power_kw", models.FloatField(blank=True, null=True, verbose_name="rated power (kW)")),
                        ("racks", models.PositiveIntegerField(blank=True, null=True, verbose_name="racks")),
                        ("tier", models.CharField(blank=True, max_length=16, verbose_name="tier claimed")),
                        (
                            "security_level",
                            models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="security level"),
                        ),
                        ("capacity_mbps", models.FloatField(blank=True, null=True, verbose_name="capacity (Mbit/s)")),
                    ],
                    options={
                        "verbose_name": "network node",
                        "verbose_name_plural": "network nodes",
                        "ordering": ("pk",),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("security_level__isnull", True),
                                    models.Q(("security_level__gte", 1), ("security_level__lte", 5)),
                                    _connector="OR",
                                ),
                                name="node_security_level_1_to_5",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("rated_power_kw__isnull", True), ("rated_power_kw__gte", 0), _connector="OR"
                                ),
                                name="node_power_not_negative",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="NetworkNodeVersion",
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
                            "installation",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="infra.installation",
                                verbose_name="installation",
                            ),
                        ),
                        (
                            "node_kind",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="infra.nodekind",
                                verbose_name="kind",
                            ),
                        ),
                        ("rated_power_kw", models.FloatField(blank=True, null=True, verbose_name="rated power (kW)")),
                        ("racks", models.PositiveIntegerField(blank=True, null=True, verbose_name="racks")),
                        ("tier", models.CharField(blank=True, max_length=16, verbose_name="tier claimed")),
                        (
                            "security_level",
                            models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="security level"),
                        ),
                        ("capacity_mbps", models.FloatField(blank=True, null=True, verbose_name="capacity (Mbit/s)")),
                    ],
                    options={
                        "ordering": ("noun_id", "valid_from"),
                        "indexes": [
                            models.Index(fields=["noun_id", "valid_from"], name="networknodeversion_noun"),
                            models.Index(
                                condition=models.Q(("closed_act__isnull", False)),
                                fields=["closed_act"],
                                name="networknodeversion_ended",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("valid_to__isnull", True)),
                                fields=("noun_id",),
                                name="one_open_networknodeversion",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to__isnull", True),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="span_networknodeversion",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CableRoute",
                    fields=[
                        (
                            "installation",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="cable_route",
                                serialize=False,
                                to="infra.installation",
                                verbose_name="installation",
                            ),
                        ),
                        ("line", django.contrib.gis.db.models.fields.LineStringField(srid=4326, verbose_name="line")),
                        (
                            "route_kind",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.routekind",
                                verbose_name="kind",
                            ),
                        ),
                        ("length_m", models.FloatField(blank=True, null=True, verbose_name="length (m)")),
                        ("fibres", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="fibres")),
                        ("last_tidied_on", models.DateField(blank=True, null=True, verbose_name="last tidied on")),
                        ("tidy_due_on", models.DateField(blank=True, null=True, verbose_name="to be tidied by")),
                    ],
                    options={
                        "verbose_name": "cable route",
                        "verbose_name_plural": "cable routes",
                        "ordering": ("pk",),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("length_m__isnull", True), ("length_m__gte", 0), _connector="OR"),
                                name="route_length_not_negative",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CableRouteVersion",
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
                            "installation",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="infra.installation",
                                verbose_name="installation",
                            ),
                        ),
                        (
                            "line",
                            django.contrib.gis.db.models.fields.LineStringField(
                                spatial_index=False, srid=4326, verbose_name="line"
                            ),
                        ),
                        (
                            "route_kind",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="infra.routekind",
                                verbose_name="kind",
                            ),
                        ),
                        ("length_m", models.FloatField(blank=True, null=True, verbose_name="length (m)")),
                        ("fibres", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="fibres")),
                        ("last_tidied_on", models.DateField(blank=True, null=True, verbose_name="last tidied on")),
                        ("tidy_due_on", models.DateField(blank=True, null=True, verbose_name="to be tidied by")),
                    ],
                    options={
                        "ordering": ("noun_id", "valid_from"),
                        "indexes": [
                            models.Index(fields=["noun_id", "valid_from"], name="cablerouteversion_noun"),
                            models.Index(
                                condition=models.Q(("closed_act__isnull", False)),
                                fields=["closed_act"],
                                name="cablerouteversion_ended",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("valid_to__isnull", True)),
                                fields=("noun_id",),
                                name="one_open_cablerouteversion",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to__isnull", True),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="span_cablerouteversion",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Link",
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
                                related_name="links",
                                to="infra.authority",
                                verbose_name="authority",
                            ),
                        ),
                        ("code", models.CharField(max_length=64, unique=True, verbose_name="code")),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="links",
                                to="infra.organization",
                                verbose_name="organization",
                            ),
                        ),
                        (
                            "from_node",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="links_out",
                                to="infra.networknode",
                                verbose_name="from node",
                            ),
                        ),
                        (
                            "to_node",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="links_in",
                                to="infra.networknode",
                                verbose_name="to node",
                            ),
                        ),
                        ("medium", models.CharField(default="fibre", max_length=16, verbose_name="medium")),
                        ("capacity_mbps", models.FloatField(blank=True, null=True, verbose_name="capacity (Mbit/s)")),
                        (
                            "route",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="links",
                                to="infra.cableroute",
                                verbose_name="cable route",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "link",
                        "verbose_name_plural": "links",
                        "ordering": ("id",),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("from_node", models.F("to_node")), _negated=True),
                                name="link_joins_two_nodes",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("capacity_mbps__isnull", True), ("capacity_mbps__gt", 0), _connector="OR"
                                ),
                                name="link_capacity_positive",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LinkVersion",
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
                        ("code", models.CharField(max_length=64, verbose_name="code")),
                        (
                            "organization",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="infra.organization",
                                verbose_name="organization",
                            ),
                        ),
                        (
                            "from_node",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="infra.networknode",
                                verbose_name="from node",
                            ),
                        ),
                        (
                            "to_node",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="infra.networknode",
                                verbose_name="to node",
                            ),
                        ),
                        ("medium", models.CharField(default="fibre", max_length=16, verbose_name="medium")),
                        ("capacity_mbps", models.FloatField(blank=True, null=True, verbose_name="capacity (Mbit/s)")),
                        (
                            "route",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="infra.cableroute",
                                verbose_name="cable route",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("noun_id", "valid_from"),
                        "indexes": [
                            models.Index(fields=["noun_id", "valid_from"], name="linkversion_noun"),
                            models.Index(
                                condition=models.Q(("closed_act__isnull", False)),
                                fields=["closed_act"],
                                name="linkversion_ended",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("valid_to__isnull", True)),
                                fields=("noun_id",),
                                name="one_open_linkversion",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to__isnull", True),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="span_linkversion",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Notice",
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
                                related_name="notices",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="person",
                            ),
                        ),
                        ("code", models.CharField(max_length=48, verbose_name="code")),
                        ("facts", models.JSONField(blank=True, default=dict, verbose_name="facts")),
                        ("path", models.CharField(blank=True, max_length=255, verbose_name="page")),
                        ("at", models.DateTimeField(auto_now_add=True, verbose_name="at")),
                        ("read_at", models.DateTimeField(blank=True, null=True, verbose_name="read at")),
                        ("mailed_at", models.DateTimeField(blank=True, null=True, verbose_name="sent by e-mail at")),
                    ],
                    options={
                        "verbose_name": "notice",
                        "verbose_name_plural": "notices",
                        "ordering": ("-id",),
                        "indexes": [
                            models.Index(fields=["person", "-id"], name="notice_person_latest"),
                            models.Index(
                                condition=models.Q(("read_at__isnull", True)), fields=["person"], name="notice_unread"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SpacingRule",
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
                            "authority",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="spacing_rules",
                                to="infra.authority",
                                verbose_name="authority",
                            ),
                        ),
                        (
                            "ground",
                            models.CharField(
                                choices=[("urban", "Urban (wards)"), ("rural", "Outside towns")],
                                max_length=8,
                                verbose_name="ground",
                            ),
                        ),
                        (
                            "mast_class",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.mastclass",
                                verbose_name="only for mast class",
                            ),
                        ),
                        ("metres", models.FloatField(verbose_name="least distance (m)")),
                    ],
                    options={
                        "verbose_name": "rule of spacing",
                        "verbose_name_plural": "rules of spacing",
                        "ordering": ("authority", "ground", "valid_from"),
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("mast_class__isnull", False)),
                                fields=("authority", "ground", "mast_class", "valid_from"),
                                name="spacing_of_class_once_per_date",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("mast_class__isnull", True)),
                                fields=("authority", "ground", "valid_from"),
                                name="spacing_once_per_date",
                            ),
                            models.CheckConstraint(condition=models.Q(("metres__gt", 0)), name="spacing_positive"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PlannedMast",
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
                                related_name="plans",
                                to="infra.authority",
                                verbose_name="authority",
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="plans",
                                to="infra.organization",
                                verbose_name="organization",
                            ),
                        ),
                        ("number", models.CharField(max_length=32, unique=True, verbose_name="number")),
                        ("code", models.CharField(blank=True, max_length=64, verbose_name="operator's code")),
                        ("name", models.CharField(blank=True, max_length=160, verbose_name="name")),
                        ("address", models.CharField(blank=True, max_length=255, verbose_name="address")),
                        (
                            "position",
                            django.contrib.gis.db.models.fields.PointField(srid=4326, verbose_name="position"),
                        ),
                        (
                            "submitted_text",
                            models.CharField(blank=True, max_length=120, verbose_name="position as submitted"),
                        ),
                        ("submitted_crs", models.CharField(blank=True, max_length=24, verbose_name="submitted CRS")),
                        (
                            "unit",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.administrativeunit",
                                verbose_name="administrative unit",
                            ),
                        ),
                        (
                            "mast_class",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.mastclass",
                                verbose_name="mast class",
                            ),
                        ),
                        (
                            "structure_type",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.structuretype",
                                verbose_name="structure",
                            ),
                        ),
                        ("height_m", models.FloatField(blank=True, null=True, verbose_name="height (m)")),
                        (
                            "base",
                            models.CharField(
                                choices=[("ground", "Ground"), ("roof", "Building")],
                                default="ground",
                                max_length=8,
                                verbose_name="stands on",
                            ),
                        ),
                        (
                            "building_height_m",
                            models.FloatField(blank=True, null=True, verbose_name="height of the building (m)"),
                        ),
                        ("technologies", models.CharField(blank=True, max_length=32, verbose_name="technologies")),
                        (
                            "capacity",
                            models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="antenna places"),
                        ),
                        ("build_on", models.DateField(blank=True, null=True, verbose_name="to be built on")),
                        ("note", models.TextField(blank=True, verbose_name="note")),
                        ("answer", models.JSONField(blank=True, default=dict, verbose_name="what was found")),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("asked", "Waits for the authority"),
                                    ("agreed", "Agreed"),
                                    ("share", "Share a standing mast"),
                                    ("refused", "Refused"),
                                    ("withdrawn", "Withdrawn"),
                                ],
                                default="asked",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "asked_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="asked by",
                            ),
                        ),
                        ("asked_at", models.DateTimeField(auto_now_add=True, verbose_name="asked at")),
                        (
                            "decided_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="decided by",
                            ),
                        ),
                        ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided at")),
                        ("decision_reason", models.TextField(blank=True, verbose_name="reason")),
                        (
                            "shared_mast",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.mast",
                                verbose_name="mast to share",
                            ),
                        ),
                        (
                            "installation",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="plans",
                                to="infra.installation",
                                verbose_name="registered as",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "planned mast",
                        "verbose_name_plural": "planned masts",
                        "ordering": ("-id",),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("height_m__isnull", True),
                                    models.Q(("height_m__gt", 0), ("height_m__lte", 500)),
                                    _connector="OR",
                                ),
                                name="planned_height_sound",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DueExtension",
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
                                related_name="extensions",
                                to="infra.authority",
                                verbose_name="authority",
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="extensions",
                                to="infra.organization",
                                verbose_name="organization",
                            ),
                        ),
                        (
                            "permit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="extensions",
                                to="infra.permit",
                                verbose_name="permit",
                            ),
                        ),
                        ("due_on", models.DateField(verbose_name="due on")),
                        ("asked_until", models.DateField(verbose_name="asked until")),
                        ("reason", models.TextField(verbose_name="reason")),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("asked", "Waits for the authority"),
                                    ("granted", "Granted"),
                                    ("refused", "Refused"),
                                    ("withdrawn", "Withdrawn"),
                                ],
                                default="asked",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "asked_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="asked by",
                            ),
                        ),
                        ("asked_at", models.DateTimeField(auto_now_add=True, verbose_name="asked at")),
                        ("granted_until", models.DateField(blank=True, null=True, verbose_name="granted until")),
                        (
                            "decided_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="decided by",
                            ),
                        ),
                        ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided at")),
                        ("decision_reason", models.TextField(blank=True, verbose_name="reason of the decision")),
                    ],
                    options={
                        "verbose_name": "extension of a due date",
                        "verbose_name_plural": "extensions of due dates",
                        "ordering": ("-id",),
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("status", "asked")),
                                fields=("permit",),
                                name="one_open_extension_per_permit",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("asked_until__gt", models.F("due_on"))), name="extension_is_later"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PostalPoint",
                    fields=[
                        (
                            "installation",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="postal_point",
                                serialize=False,
                                to="infra.installation",
                                verbose_name="installation",
                            ),
                        ),
                        (
                            "postal_kind",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.postalkind",
                                verbose_name="kind",
                            ),
                        ),
                        ("postal_code", models.CharField(blank=True, max_length=10, verbose_name="postal code")),
                        ("attended", models.BooleanField(default=True, verbose_name="attended")),
                        ("opening_hours", models.CharField(blank=True, max_length=160, verbose_name="opening hours")),
                        ("services", models.JSONField(blank=True, default=list, verbose_name="services")),
                        ("universal_service", models.BooleanField(default=False, verbose_name="universal service")),
                        ("tariff_posted", models.BooleanField(blank=True, null=True, verbose_name="tariff posted")),
                        ("quality_posted", models.BooleanField(blank=True, null=True, verbose_name="quality posted")),
                        (
                            "forbidden_list_posted",
                            models.BooleanField(blank=True, null=True, verbose_name="list of forbidden goods posted"),
                        ),
                        (
                            "service_radius_m",
                            models.FloatField(blank=True, null=True, verbose_name="service radius (m)"),
                        ),
                        ("floor_area_m2", models.FloatField(blank=True, null=True, verbose_name="floor area (m²)")),
                        ("phone", models.CharField(blank=True, max_length=32, verbose_name="telephone")),
                    ],
                    options={
                        "verbose_name": "postal point",
                        "verbose_name_plural": "postal points",
                        "ordering": ("pk",),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("service_radius_m__isnull", True), ("service_radius_m__gte", 0), _connector="OR"
                                ),
                                name="postal_radius_not_negative",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PostalPointVersion",
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
                            "installation",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="infra.installation",
                                verbose_name="installation",
                            ),
                        ),
                        (
                            "postal_kind",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="infra.postalkind",
                                verbose_name="kind",
                            ),
                        ),
                        ("postal_code", models.CharField(blank=True, max_length=10, verbose_name="postal code")),
                        ("attended", models.BooleanField(default=True, verbose_name="attended")),
                        ("opening_hours", models.CharField(blank=True, max_length=160, verbose_name="opening hours")),
                        ("services", models.JSONField(blank=True, default=list, verbose_name="services")),
                        ("universal_service", models.BooleanField(default=False, verbose_name="universal service")),
                        ("tariff_posted", models.BooleanField(blank=True, null=True, verbose_name="tariff posted")),
                        ("quality_posted", models.BooleanField(blank=True, null=True, verbose_name="quality posted")),
                        (
                            "forbidden_list_posted",
                            models.BooleanField(blank=True, null=True, verbose_name="list of forbidden goods posted"),
                        ),
                        (
                            "service_radius_m",
                            models.FloatField(blank=True, null=True, verbose_name="service radius (m)"),
                        ),
                        ("floor_area_m2", models.FloatField(blank=True, null=True, verbose_name="floor area (m²)")),
                        ("phone", models.CharField(blank=True, max_length=32, verbose_name="telephone")),
                    ],
                    options={
                        "ordering": ("noun_id", "valid_from"),
                        "indexes": [
                            models.Index(fields=["noun_id", "valid_from"], name="postalpointversion_noun"),
                            models.Index(
                                condition=models.Q(("closed_act__isnull", False)),
                                fields=["closed_act"],
                                name="postalpointversion_ended",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("valid_to__isnull", True)),
                                fields=("noun_id",),
                                name="one_open_postalpointversion",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to__isnull", True),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="span_postalpointversion",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="InternetPoint",
                    fields=[
                        (
                            "installation",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="internet_point",
                                serialize=False,
                                to="infra.installation",
                                verbose_name="installation",
                            ),
                        ),
                        ("owner_name", models.CharField(blank=True, max_length=160, verbose_name="owner")),
                        ("phone", models.CharField(blank=True, max_length=32, verbose_name="telephone")),
                        (
                            "registration_number",
                            models.CharField(blank=True, max_length=64, verbose_name="registration number"),
                        ),
                        ("is_game_point", models.BooleanField(default=False, verbose_name="game point")),
                        (
                            "computers",
                            models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="computers"),
                        ),
                        ("sign_posted", models.BooleanField(blank=True, null=True, verbose_name="sign posted")),
                        ("opens_at", models.TimeField(blank=True, null=True, verbose_name="opens at")),
                        ("closes_at", models.TimeField(blank=True, null=True, verbose_name="closes at")),
                        (
                            "nearest_school_m",
                            models.FloatField(blank=True, null=True, verbose_name="way to the nearest school gate (m)"),
                        ),
                        ("floor_area_m2", models.FloatField(blank=True, null=True, verbose_name="floor area (m²)")),
                    ],
                    options={
                        "verbose_name": "internet point",
                        "verbose_name_plural": "internet points",
                        "ordering": ("pk",),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("nearest_school_m__isnull", True), ("nearest_school_m__gte", 0), _connector="OR"
                                ),
                                name="internet_school_distance_positive",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="InternetPointVersion",
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
                            "installation",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="infra.installation",
                                verbose_name="installation",
                            ),
                        ),
                        ("owner_name", models.CharField(blank=True, max_length=160, verbose_name="owner")),
                        ("phone", models.CharField(blank=True, max_length=32, verbose_name="telephone")),
                        (
                            "registration_number",
                            models.CharField(blank=True, max_length=64, verbose_name="registration number"),
                        ),
                        ("is_game_point", models.BooleanField(default=False, verbose_name="game point")),
                        (
                            "computers",
                            models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="computers"),
                        ),
                        ("sign_posted", models.BooleanField(blank=True, null=True, verbose_name="sign posted")),
                        ("opens_at", models.TimeField(blank=True, null=True, verbose_name="opens at")),
                        ("closes_at", models.TimeField(blank=True, null=True, verbose_name="closes at")),
                        (
                            "nearest_school_m",
                            models.FloatField(blank=True, null=True, verbose_name="way to the nearest school gate (m)"),
                        ),
                        ("floor_area_m2", models.FloatField(blank=True, null=True, verbose_name="floor area (m²)")),
                    ],
                    options={
                        "ordering": ("noun_id", "valid_from"),
                        "indexes": [
                            models.Index(fields=["noun_id", "valid_from"], name="internetpointversion_noun"),
                            models.Index(
                                condition=models.Q(("closed_act__isnull", False)),
                                fields=["closed_act"],
                                name="internetpointversion_ended",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("valid_to__isnull", True)),
                                fields=("noun_id",),
                                name="one_open_internetpointversion",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to__isnull", True),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="span_internetpointversion",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PublicReport",
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
                                related_name="public_reports",
                                to="infra.authority",
                                verbose_name="authority",
                            ),
                        ),
                        (
                            "ticket",
                            models.CharField(
                                default=infra.models.reports.new_ticket,
                                max_length=16,
                                unique=True,
                                verbose_name="ticket",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("correction", "Something is wrong in the register"),
                                    ("safety", "Something looks dangerous"),
                                    ("coverage", "No or poor coverage"),
                                    ("service", "Problem with a postal or internet point"),
                                ],
                                max_length=12,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "category",
                            models.CharField(
                                choices=[
                                    ("not_there", "There is no mast here"),
                                    ("misplaced", "The mast stands somewhere else"),
                                    ("missing", "A mast stands here that the register does not show"),
                                    ("out_of_use", "It is out of use or taken down"),
                                    ("wrong_operator", "Owner or operators are wrong"),
                                    ("wrong_facts", "Address, height or kind is wrong"),
                                    ("not_posted", "No certificate is posted at the station"),
                                    ("structure", "Mast, guys or foundation are damaged"),
                                    ("access", "Open, not fenced, cables within reach"),
                                    ("exposure", "Worry about radiation"),
                                    ("nuisance", "Noise, heat, fire risk"),
                                    ("no_signal", "No signal at all"),
                                    ("weak_indoors", "Weak indoors"),
                                    ("weak_outdoors", "Weak outdoors"),
                                    ("slow_data", "Calls work, data hardly"),
                                    ("dropped_calls", "Calls break off"),
                                    ("closed", "Closed during its hours"),
                                    ("staff", "Service, fees or staff"),
                                    ("other", "Something else"),
                                ],
                                default="other",
                                max_length=16,
                                verbose_name="about",
                            ),
                        ),
                        (
                            "site",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="public_reports",
                                to="infra.site",
                                verbose_name="site",
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.organization",
                                verbose_name="operator",
                            ),
                        ),
                        ("technology", models.CharField(blank=True, max_length=8, verbose_name="technology")),
                        (
                            "unit",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.administrativeunit",
                                verbose_name="administrative unit",
                            ),
                        ),
                        (
                            "position",
                            django.contrib.gis.db.models.fields.PointField(
                                blank=True, null=True, spatial_index=False, srid=4326, verbose_name="position"
                            ),
                        ),
                        (
                            "proposed_position",
                            django.contrib.gis.db.models.fields.PointField(
                                blank=True, null=True, spatial_index=False, srid=4326, verbose_name="proposed position"
                            ),
                        ),
                        ("text", models.TextField(verbose_name="what happened")),
                        ("contact", models.CharField(blank=True, max_length=160, verbose_name="contact")),
                        (
                            "sender",
                            models.CharField(blank=True, editable=False, max_length=32, verbose_name="sender's digest"),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("open", "Open"),
                                    ("taken", "Being looked at"),
                                    ("answered", "Answered"),
                                    ("closed", "Closed"),
                                ],
                                default="open",
                                max_length=10,
                                verbose_name="status",
                            ),
                        ),
                        (
                            "assignee",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="looked at by",
                            ),
                        ),
                        ("answer", models.TextField(blank=True, verbose_name="answer")),
                        ("received_at", models.DateTimeField(auto_now_add=True, verbose_name="received at")),
                        ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="answered at")),
                        ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed at")),
                    ],
                    options={
                        "verbose_name": "public report",
                        "verbose_name_plural": "public reports",
                        "ordering": ("-id",),
                        "indexes": [
                            models.Index(fields=["status", "authority"], name="report_waiting"),
                            models.Index(fields=["sender", "received_at"], name="report_of_sender"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RecoveryCode",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="recovery_codes",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="person",
                            ),
                        ),
                        ("digest", models.CharField(max_length=64, verbose_name="digest")),
                        ("used_at", models.DateTimeField(blank=True, null=True, verbose_name="used at")),
                    ],
                    options={
                        "verbose_name": "recovery code",
                        "verbose_name_plural": "recovery codes",
                        "constraints": [models.UniqueConstraint(fields=("user", "digest"), name="recovery_code_once")],
                    },
                ),
                migrations.CreateModel(
                    name="BaseStation",
                    fields=[
                        (
                            "installation",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="base_station",
                                serialize=False,
                                to="infra.installation",
                                verbose_name="installation",
                            ),
                        ),
                        ("technologies", models.CharField(blank=True, max_length=32, verbose_name="technologies")),
                        ("equipment", models.CharField(blank=True, max_length=120, verbose_name="equipment")),
                        (
                            "transmit_power_w",
                            models.FloatField(blank=True, null=True, verbose_name="transmit power (W)"),
                        ),
                        (
                            "lowest_antenna_m",
                            models.FloatField(blank=True, null=True, verbose_name="lowest antenna edge (m)"),
                        ),
                        (
                            "verification",
                            models.CharField(
                                choices=[
                                    ("required", "Mandatory"),
                                    ("not_required", "Not mandatory"),
                                    ("unknown", "Not known"),
                                ],
                                default="unknown",
                                max_length=12,
                                verbose_name="verification",
                            ),
                        ),
                        (
                            "nearest_building_m",
                            models.FloatField(blank=True, null=True, verbose_name="nearest building (m)"),
                        ),
                        (
                            "antenna_above_roof_m",
                            models.FloatField(blank=True, null=True, verbose_name="antenna above roof (m)"),
                        ),
                        ("shelter", models.CharField(blank=True, max_length=32, verbose_name="shelter")),
                        (
                            "shelter_owner",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.organization",
                                verbose_name="owner of the shelter",
                            ),
                        ),
                        ("backup_hours", models.FloatField(blank=True, null=True, verbose_name="power backup (h)")),
                    ],
                    options={
                        "verbose_name": "base station",
                        "verbose_name_plural": "base stations",
                        "ordering": ("pk",),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("lowest_antenna_m__isnull", True), ("lowest_antenna_m__gte", 0), _connector="OR"
                                ),
                                name="station_antenna_not_below_ground",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("transmit_power_w__isnull", True), ("transmit_power_w__gte", 0), _connector="OR"
                                ),
                                name="station_power_not_negative",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="BaseStationVersion",
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
                            "installation",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="infra.installation",
                                verbose_name="installation",
                            ),
                        ),
                        ("technologies", models.CharField(blank=True, max_length=32, verbose_name="technologies")),
                        ("equipment", models.CharField(blank=True, max_length=120, verbose_name="equipment")),
                        (
                            "transmit_power_w",
                            models.FloatField(blank=True, null=True, verbose_name="transmit power (W)"),
                        ),
                        (
                            "lowest_antenna_m",
                            models.FloatField(blank=True, null=True, verbose_name="lowest antenna edge (m)"),
                        ),
                        (
                            "verification",
                            models.CharField(
                                choices=[
                                    ("required", "Mandatory"),
                                    ("not_required", "Not mandatory"),
                                    ("unknown", "Not known"),
                                ],
                                default="unknown",
                                max_length=12,
                                verbose_name="verification",
                            ),
                        ),
                        (
                            "nearest_building_m",
                            models.FloatField(blank=True, null=True, verbose_name="nearest building (m)"),
                        ),
                        (
                            "antenna_above_roof_m",
                            models.FloatField(blank=True, null=True, verbose_name="antenna above roof (m)"),
                        ),
                        ("shelter", models.CharField(blank=True, max_length=32, verbose_name="shelter")),
                        (
                            "shelter_owner",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="infra.organization",
                                verbose_name="owner of the shelter",
                            ),
                        ),
                        ("backup_hours", models.FloatField(blank=True, null=True, verbose_name="power backup (h)")),
                    ],
                    options={
                        "ordering": ("noun_id", "valid_from"),
                        "indexes": [
                            models.Index(fields=["noun_id", "valid_from"], name="basestationversion_noun"),
                            models.Index(
                                condition=models.Q(("closed_act__isnull", False)),
                                fields=["closed_act"],
                                name="basestationversion_ended",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("valid_to__isnull", True)),
                                fields=("noun_id",),
                                name="one_open_basestationversion",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to__isnull", True),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="span_basestationversion",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Cell",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "station",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="cells",
                                to="infra.basestation",
                                verbose_name="station",
                            ),
                        ),
                        ("code", models.CharField(max_length=64, verbose_name="code")),
                        (
                            "technology",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.technology",
                                verbose_name="technology",
                            ),
                        ),
                        (
                            "band",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.band",
                                verbose_name="band",
                            ),
                        ),
                        ("frequency_mhz", models.FloatField(blank=True, null=True, verbose_name="frequency (MHz)")),
                        ("bandwidth_mhz", models.FloatField(blank=True, null=True, verbose_name="bandwidth (MHz)")),
                        ("azimuth_deg", models.FloatField(blank=True, null=True, verbose_name="azimuth (°)")),
                        ("tilt_deg", models.FloatField(blank=True, null=True, verbose_name="mechanical tilt (°)")),
                        (
                            "electrical_tilt_deg",
                            models.FloatField(blank=True, null=True, verbose_name="electrical tilt (°)"),
                        ),
                        (
                            "height_agl_m",
                            models.FloatField(blank=True, null=True, verbose_name="antenna height above ground (m)"),
                        ),
                        ("gain_dbi", models.FloatField(blank=True, null=True, verbose_name="gain (dBi)")),
                        ("eirp_dbm", models.FloatField(blank=True, null=True, verbose_name="EIRP (dBm)")),
                        (
                            "beamwidth_h_deg",
                            models.FloatField(blank=True, null=True, verbose_name="horizontal beamwidth (°)"),
                        ),
                        (
                            "beamwidth_v_deg",
                            models.FloatField(blank=True, null=True, verbose_name="vertical beamwidth (°)"),
                        ),
                        ("in_service", models.BooleanField(default=True, verbose_name="in service")),
                    ],
                    options={
                        "verbose_name": "cell",
                        "verbose_name_plural": "cells",
                        "ordering": ("id",),
                        "indexes": [models.Index(fields=["code"], name="cell_code")],
                        "constraints": [
                            models.UniqueConstraint(fields=("station", "code"), name="cell_code_once_per_station"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("azimuth_deg__isnull", True),
                                    models.Q(("azimuth_deg__gte", 0), ("azimuth_deg__lt", 360)),
                                    _connector="OR",
                                ),
                                name="cell_azimuth_on_the_circle",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("height_agl_m__isnull", True), ("height_agl_m__gte", 0), _connector="OR"
                                ),
                                name="cell_height_not_negative",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("frequency_mhz__isnull", True), ("frequency_mhz__gt", 0), _connector="OR"
                                ),
                                name="cell_frequency_positive",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CellVersion",
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
                            "station",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="infra.basestation",
                                verbose_name="station",
                            ),
                        ),
                        ("code", models.CharField(max_length=64, verbose_name="code")),
                        (
                            "technology",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="infra.technology",
                                verbose_name="technology",
                            ),
                        ),
                        (
                            "band",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="infra.band",
                                verbose_name="band",
                            ),
                        ),
                        ("frequency_mhz", models.FloatField(blank=True, null=True, verbose_name="frequency (MHz)")),
                        ("bandwidth_mhz", models.FloatField(blank=True, null=True, verbose_name="bandwidth (MHz)")),
                        ("azimuth_deg", models.FloatField(blank=True, null=True, verbose_name="azimuth (°)")),
                        ("tilt_deg", models.FloatField(blank=True, null=True, verbose_name="mechanical tilt (°)")),
                        (
                            "electrical_tilt_deg",
                            models.FloatField(blank=True, null=True, verbose_name="electrical tilt (°)"),
                        ),
                        (
                            "height_agl_m",
                            models.FloatField(blank=True, null=True, verbose_name="antenna height above ground (m)"),
                        ),
                        ("gain_dbi", models.FloatField(blank=True, null=True, verbose_name="gain (dBi)")),
                        ("eirp_dbm", models.FloatField(blank=True, null=True, verbose_name="EIRP (dBm)")),
                        (
                            "beamwidth_h_deg",
                            models.FloatField(blank=True, null=True, verbose_name="horizontal beamwidth (°)"),
                        ),
                        (
                            "beamwidth_v_deg",
                            models.FloatField(blank=True, null=True, verbose_name="vertical beamwidth (°)"),
                        ),
                        ("in_service", models.BooleanField(default=True, verbose_name="in service")),
                    ],
                    options={
                        "ordering": ("noun_id", "valid_from"),
                        "indexes": [
                            models.Index(fields=["noun_id", "valid_from"], name="cellversion_noun"),
                            models.Index(
                                condition=models.Q(("closed_act__isnull", False)),
                                fields=["closed_act"],
                                name="cellversion_ended",
                            ),
                            models.Index(fields=["station"], name="cellversion_station"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("valid_to__isnull", True)),
                                fields=("noun_id",),
                                name="one_open_cellversion",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to__isnull", True),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="span_cellversion",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Submission",
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
                                related_name="submissions",
                                to="infra.authority",
                                verbose_name="authority",
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="submissions",
                                to="infra.organization",
                                verbose_name="organization",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("stations", "Base stations"),
                                    ("cells", "Cells"),
                                    ("postal_points", "Postal points"),
                                    ("network_nodes", "Network nodes"),
                                    ("internet_points", "Internet points"),
                                    ("cable_routes", "Cable routes"),
                                    ("permits", "Permits"),
                                ],
                                max_length=16,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "mode",
                            models.CharField(
                                choices=[("append", "Add and update"), ("replace", "Replace the whole list")],
                                default="append",
                                max_length=8,
                                verbose_name="mode",
                            ),
                        ),
                        (
                            "purpose",
                            models.CharField(
                                choices=[
                                    ("report", "Report"),
                                    ("correction", "Correction proposed in the field"),
                                    ("renewal", "Renewal of certificates"),
                                    ("history", "First load with dates of the past"),
                                ],
                                default="report",
                                max_length=12,
                                verbose_name="purpose",
                            ),
                        ),
                        ("reference", models.CharField(blank=True, max_length=64, verbose_name="reference")),
                        ("receipt", models.CharField(blank=True, max_length=32, verbose_name="receipt")),
                        ("history_from", models.DateField(blank=True, null=True, verbose_name="holds since")),
                        ("crs", models.CharField(default="auto", max_length=16, verbose_name="CRS")),
                        ("sheet", models.CharField(blank=True, max_length=128, verbose_name="sheet")),
                        (
                            "file",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="submissions",
                                to="infra.attachment",
                                verbose_name="file",
                            ),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("received", "Received"),
                                    ("checking", "Being checked"),
                                    ("invalid", "Has errors"),
                                    ("ready", "Ready to send"),
                                    ("sent", "Sent"),
                                    ("applying", "Being registered"),
                                    ("accepted", "Accepted"),
                                    ("partly_accepted", "Partly accepted"),
                                    ("returned", "Returned"),
                                    ("rejected", "Rejected"),
                                    ("withdrawn", "Withdrawn"),
                                    ("failed", "Failed"),
                                ],
                                default="received",
                                max_length=16,
                                verbose_name="status",
                            ),
                        ),
                        (
                            "previous",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="corrections",
                                to="infra.submission",
                                verbose_name="corrects",
                            ),
                        ),
                        (
                            "idempotency_key",
                            models.CharField(
                                blank=True, default="", max_length=128, verbose_name="key against repetition"
                            ),
                        ),
                        (
                            "submitted_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="submitted by",
                            ),
                        ),
                        ("submitted_at", models.DateTimeField(auto_now_add=True, verbose_name="submitted at")),
                        ("checked_at", models.DateTimeField(blank=True, null=True, verbose_name="checked at")),
                        ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="sent at")),
                        (
                            "decided_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="decided by",
                            ),
                        ),
                        ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided at")),
                        ("decision_reason", models.TextField(blank=True, verbose_name="reason")),
                        ("reading", models.JSONField(blank=True, default=dict, verbose_name="how it was read")),
                        ("counts", models.JSONField(blank=True, default=dict, verbose_name="counts")),
                        (
                            "file_problems",
                            models.JSONField(blank=True, default=list, verbose_name="problems of the file"),
                        ),
                        ("failure", models.TextField(blank=True, verbose_name="what broke off")),
                    ],
                    options={
                        "verbose_name": "submission",
                        "verbose_name_plural": "submissions",
                        "ordering": ("-id",),
                        "indexes": [models.Index(fields=["status", "sent_at"], name="submission_waiting")],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("idempotency_key", ""), _negated=True),
                                fields=("organization", "idempotency_key"),
                                name="submission_once_per_key",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("receipt", ""), _negated=True),
                                fields=("receipt",),
                                name="receipt_once",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SubmissionRow",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "submission",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="rows",
                                to="infra.submission",
                                verbose_name="submission",
                            ),
                        ),
                        ("row", models.PositiveIntegerField(blank=True, null=True, verbose_name="row")),
                        (
                            "action",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("add", "Add"),
                                    ("update", "Update"),
                                    ("remove", "Remove"),
                                    ("unchanged", "Unchanged"),
                                ],
                                max_length=10,
                                verbose_name="change",
                            ),
                        ),
                        ("raw", models.JSONField(default=dict, verbose_name="as in the file")),
                        ("fixes", models.JSONField(blank=True, default=dict, verbose_name="fixes")),
                        ("values", models.JSONField(default=dict, verbose_name="values")),
                        ("problems", models.JSONField(blank=True, default=list, verbose_name="problems")),
                        (
                            "changes",
                            models.JSONField(blank=True, default=dict, verbose_name="changes against the register"),
                        ),
                        ("has_error", models.BooleanField(default=False, verbose_name="has an error")),
                        ("has_warning", models.BooleanField(default=False, verbose_name="has a warning")),
                        ("confirmation", models.TextField(blank=True, verbose_name="explanation of the operator")),
                        (
                            "position",
                            django.contrib.gis.db.models.fields.PointField(
                                blank=True, null=True, spatial_index=False, srid=4326, verbose_name="position"
                            ),
                        ),
                        ("moved_m", models.FloatField(blank=True, null=True, verbose_name="moved by (m)")),
                        (
                            "decision",
                            models.CharField(
                                choices=[
                                    ("open", "Open"),
                                    ("dropped", "Left out by the operator"),
                                    ("accepted", "Accepted"),
                                    ("returned", "Returned"),
                                    ("rejected", "Rejected"),
                                ],
                                default="open",
                                max_length=10,
                                verbose_name="decision",
                            ),
                        ),
                        ("decision_reason", models.TextField(blank=True, verbose_name="reason")),
                        (
                            "installation",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.installation",
                                verbose_name="installation",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "row of a submission",
                        "verbose_name_plural": "rows of submissions",
                        "ordering": ("row",),
                        "constraints": [
                            models.UniqueConstraint(fields=("submission", "row"), name="row_once_per_submission")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RememberedHeader",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="infra.organization",
                                verbose_name="organization",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("stations", "Base stations"),
                                    ("cells", "Cells"),
                                    ("postal_points", "Postal points"),
                                    ("network_nodes", "Network nodes"),
                                    ("internet_points", "Internet points"),
                                    ("cable_routes", "Cable routes"),
                                    ("permits", "Permits"),
                                ],
                                max_length=16,
                                verbose_name="kind",
                            ),
                        ),
                        ("header", models.CharField(max_length=255, verbose_name="header")),
                        ("column", models.CharField(blank=True, max_length=32, verbose_name="column")),
                        (
                            "said_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="said by",
                            ),
                        ),
                        ("said_at", models.DateTimeField(auto_now=True, verbose_name="said at")),
                    ],
                    options={
                        "verbose_name": "remembered header",
                        "verbose_name_plural": "remembered headers",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organization", "kind", "header"), name="header_remembered_once"
                            )
                        ],
                    },
                ),
            ],
        ),
    ]
