"""What is unsafe: keys, names, transport, the certificate of the server."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from django.apps import apps
from django.conf import settings
from django.utils.translation import gettext as _

from config.diagnosis.finding import Finding

LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]", "testserver", ".localhost"})
STRONG_KEY_LENGTH = 50
STRONG_KEY_LETTERS = 10
#: a certificate is to be renewed before it holds no longer than this
RENEW_BEFORE = timedelta(days=14)


def is_demo() -> bool:
    return bool(apps.get_model("infra", "Authority").objects.filter(is_demo=True).exists())


def reachable_from_outside() -> bool:
    return any(host not in LOCAL_HOSTS for host in settings.ALLOWED_HOSTS)


def settings_of_safety() -> Iterator[Finding]:
    subject = _("Safety")
    for name in ("SECRET_KEY", "LEDGER_KEY", "FIELD_KEY"):
        key = str(getattr(settings, name))
        if len(key) < STRONG_KEY_LENGTH or len(set(key)) < STRONG_KEY_LETTERS:
            text = _("%(name)s is weak: use at least %(least)d random characters")
            yield Finding(subject, text % {"name": name, "least": STRONG_KEY_LENGTH}, wrong=True)
    if len({settings.SECRET_KEY, settings.LEDGER_KEY, settings.FIELD_KEY}) < 3:
        text = _("two of SECRET_KEY, LEDGER_KEY and FIELD_KEY are the same; each must be its own")
        yield Finding(subject, text, wrong=True)
    if "*" in settings.ALLOWED_HOSTS:
        yield Finding(subject, _("ALLOWED_HOSTS accepts every name; list the names of this server"), wrong=True)
    if settings.DEBUG:
        yield Finding(subject, _("DEBUG is on: errors show settings and data to everybody"), wrong=True)
    if reachable_from_outside() and not settings.HTTPS:
        text = _("other machines are answered without HTTPS=1: passwords travel readable, phones get no field app")
        yield Finding(subject, text, wrong=True)
    yield Finding(subject, _("answers to %(hosts)s") % {"hosts": ", ".join(settings.ALLOWED_HOSTS)})


def certificate() -> Iterator[Finding]:
    """Look at the certificate with which the server itself speaks HTTPS, if it does."""
    name = os.environ.get("TLS_CERTIFICATE", "").strip()
    if not name:
        return
    subject = _("Certificate")
    try:
        found = x509.load_pem_x509_certificate(Path(name).read_bytes())
    except ValueError:
        yield Finding(subject, _("%(file)s is no certificate in PEM") % {"file": name}, wrong=True)
        return
    ends = found.not_valid_after_utc
    text = _("%(file)s holds until %(day)s") % {"file": name, "day": f"{ends:%d/%m/%Y}"}
    yield Finding(subject, text, wrong=ends - datetime.now(UTC) < RENEW_BEFORE)
