"""The register itself: units, lists, files, the ledger, who administers it."""

from collections.abc import Iterator
from datetime import timedelta

from django.apps import apps
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, check_password
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from config import health
from config.demo.people import ACCOUNTS, PASSWORD
from config.diagnosis.finding import Finding
from config.diagnosis.safety import is_demo, reachable_from_outside
from infra.access import Role
from infra.models import AdministrativeUnit, Attachment, Authority, BoundaryKind, Membership, SecondFactor, User
from infra.selectors.chain import ChainState, chain_state
from infra.selectors.lists import unverified_in_force
from infra.services.attachments import path_of
from infra.services.lists import LISTS

#: stored files that are looked for, the newest first
FILES_LOOKED_FOR = 2_000
DEMO_NAMES = [account.username for account in ACCOUNTS]
EXPORTED_WITHIN = timedelta(days=3)


def is_made() -> bool:
    """Tell whether there is a register to look at."""
    return not health.pending_migrations() and Authority.objects.exists()


def kept_tables() -> Iterator[Finding]:
    if health.pending_migrations():
        return
    last = apps.get_model("inspections", "KeptRound").objects.filter(name="safety").first()
    if last is None or last.finished_at is None or last.is_stale:
        text = _("safety states are not computed yet; the worker does it, or ./manage.py refresh_kept")
        yield Finding(_("Kept tables"), text)
        return
    late = last.day < timezone.localdate() - timedelta(days=1)
    text = _("safety states are of %(day)s") % {"day": f"{last.day:%d/%m/%Y}"}
    yield Finding(_("Kept tables"), text, wrong=late)


def units() -> Iterator[Finding]:
    if not is_made():
        return
    subject = _("Units")
    in_force = AdministrativeUnit.objects.in_force(timezone.localdate())
    for authority in Authority.objects.prefetch_related("territory"):
        if not in_force.filter(pk__in=[unit.pk for unit in authority.territory.all()]).exists():
            text = _("%(authority)s has no territory that is in force today; import its units and name them")
            yield Finding(subject, text % {"authority": authority}, wrong=True)
    schematic = in_force.filter(boundary_kind=BoundaryKind.SCHEMATIC).count()
    text = _("%(count)d in force") % {"count": in_force.count()}
    if schematic:
        words = {"count": schematic}
        text += "; " + _("%(count)d with a schematic boundary until official ones are imported") % words
    yield Finding(subject, text)


def unverified_rows() -> Iterator[Finding]:
    if not is_made():
        return
    count = sum(tally.unverified for _name, tally in unverified_in_force([kept.model for kept in LISTS.values()]))
    text = _("%(count)d rows in force have not been compared with their legal text yet") % {"count": count}
    yield Finding(_("Lists and limits"), text if count else _("every row in force is verified"))


def files() -> Iterator[Finding]:
    """Look for the newest stored files: a restored database without its files is found here."""
    if not is_made():
        return
    kept = Attachment.objects.order_by("-pk").values_list("sha256", "size")[:FILES_LOOKED_FOR]
    missing = [sha256 for sha256, size in kept if not _lies(sha256, size)]
    if missing:
        words = {"count": len(missing), "looked": len(kept), "first": missing[0][:12]}
        text = _("%(count)d of the newest %(looked)d are missing or cut, the first is %(first)s…; restore them") % words
        yield Finding(_("Files"), text, wrong=True)
    else:
        yield Finding(_("Files"), _("the newest %(count)d are there") % {"count": len(kept)})


def _lies(sha256: str, size: int) -> bool:
    path = path_of(sha256)
    return path.is_file() and path.stat().st_size == size


def ledger() -> Iterator[Finding]:
    if not is_made():
        return
    subject = _("Ledger")
    serious = reachable_from_outside() and not is_demo()
    for authority in Authority.objects.select_related("organization"):
        state, name = chain_state(authority), {"authority": authority.code}
        if not state.is_signed:
            text = _("the head of %(authority)s is not signed with this LEDGER_KEY: put the right key into ledger.key")
            yield Finding(subject, text % name, wrong=True)
        elif not state.meets:
            text = _("the chain of %(authority)s does not end where its head says; run ./manage.py verify_ledger")
            yield Finding(subject, text % name, wrong=True)
        if state.last_verification is not None and not state.last_verification.report.get("holds"):
            text = _("the last verification of %(authority)s found faults; run ./manage.py verify_ledger")
            yield Finding(subject, text % name, wrong=True)
        yield _heads_of(state, serious=serious)


def _heads_of(state: ChainState, *, serious: bool) -> Finding:
    """Say when the heads were written to a file last: without it, a register put back to an older state is not seen."""
    words = {"authority": state.authority.code, "count": state.sequence}
    if state.exported_at is None:
        text = _("%(authority)s: %(count)d records, heads never exported; run ./manage.py export_ledger_heads daily")
        return Finding(_("Ledger"), text % words, wrong=serious and state.sequence > 0)
    day = f"{timezone.localtime(state.exported_at):%d/%m/%Y}"
    text = _("%(authority)s: %(count)d records, heads exported on %(day)s") % {**words, "day": day}
    return Finding(_("Ledger"), text, wrong=serious and timezone.now() - state.exported_at > EXPORTED_WITHIN)


def _in_charge() -> set[int]:
    """Return the ids of the people who administer the register and can sign in."""
    roles = Membership.objects.in_force(timezone.localdate()).filter(role=Role.ADMINISTRATOR)
    able = User.objects.filter(is_active=True).exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX)
    return set(able.filter(Q(is_superuser=True) | Q(pk__in=roles.values("user"))).values_list("pk", flat=True))


def accounts() -> Iterator[Finding]:
    """Say who administers, and which accounts a stranger would try first."""
    if not is_made():
        return
    subject, in_charge = _("Accounts"), _in_charge()
    if not in_charge:
        text = _("nobody administers the register; run ./manage.py createsuperuser, sign in, give roles")
        yield Finding(subject, text, wrong=True)
    else:
        yield Finding(subject, _("%(count)d administer the register") % {"count": len(in_charge)})
    for user in () if is_demo() else User.objects.filter(username__in=DEMO_NAMES, is_active=True):
        if check_password(PASSWORD, user.password):
            text = _("%(user)s signs in with the password of the demo, which everybody knows; close it")
            yield Finding(subject, text % {"user": user.username}, wrong=True)
    if reachable_from_outside():
        guarded = SecondFactor.objects.filter(confirmed=True).values("user")
        bare = User.objects.filter(pk__in=in_charge).exclude(pk__in=guarded).order_by("username").first()
        if bare is not None:
            text = _("%(user)s administers without a second factor, and other machines are answered")
            yield Finding(subject, text % {"user": bare.username}, wrong=True)
