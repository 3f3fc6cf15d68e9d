"""The doctor finds what is missing or unsafe, says it in words, and its exit code tells scripts."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.core.management import call_command
from django.db import OperationalError
from django.utils import translation

from config import diagnosis, front_end
from config.diagnosis import Finding, database, machine, register, safety
from config.spatialite import base as spatialite
from infra.models import AdministrativeUnit, Attachment, Authority, LedgerHead, Membership, User
from infra.services.attachments import path_of
from tests import factories as make
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def wrong(examination: Any) -> list[str]:
    return [finding.text for finding in examination() if finding.wrong]


def test_python_of_the_suite_can_load_extensions() -> None:
    assert wrong(machine.python) == []


def test_libraries_are_the_same_in_every_import_order() -> None:
    assert wrong(machine.native_libraries) == []


def test_libraries_that_change_with_the_order_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {"libraries alone": {"pyproj PROJ": "9.5.1"}, "database first": {"pyproj PROJ": "9.1.1"}}
    sources = {source: answers.get(order, {}) for order, source in machine.IMPORT_ORDERS.items()}
    monkeypatch.setattr(machine, "_versions_in", sources.__getitem__)
    assert wrong(machine.native_libraries) == [
        "with libraries first the process sees others: the process died",
        "with database first the process sees others: pyproj PROJ 9.1.1",
    ]


def test_database_of_the_suite_is_sound() -> None:
    assert wrong(database.database) == []


def test_missing_tables_are_said_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database.health, "pending_migrations", lambda: ["infra.0001_initial"])
    assert wrong(database.tables) == [
        "1 migrations are not applied, the first is infra.0001_initial; run ./manage.py migrate"
    ]


def test_key_that_others_can_read_is_unsafe(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    (tmp_path / "secret.key").write_text("x", "ascii")
    (tmp_path / "secret.key").chmod(0o644)
    [text] = wrong(machine.data_directory)
    assert "chmod 600" in text


STRONG = "k2#Lm9vQx7!rTz4pWc8@yBn5sHd3&fGj6*eUa1^iXo0$qVtMwRl"


def test_local_installation_with_own_keys_is_safe(settings: Any) -> None:
    settings.SECRET_KEY, settings.LEDGER_KEY = STRONG, STRONG[::-1]
    assert wrong(safety.settings_of_safety) == []


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"SECRET_KEY": "a" * 60}, "SECRET_KEY is weak"),
        ({"LEDGER_KEY": STRONG}, "the same"),
        ({"ALLOWED_HOSTS": ["*"], "HTTPS": True}, "accepts every name"),
        ({"DEBUG": True}, "DEBUG is on"),
        ({"ALLOWED_HOSTS": ["sotram.example.vn"]}, "without HTTPS"),
    ],
)
def test_each_unsafe_setting_is_found(settings: Any, change: dict[str, Any], part: str) -> None:
    settings.SECRET_KEY, settings.LEDGER_KEY = STRONG, STRONG[::-1]
    for name, value in change.items():
        setattr(settings, name, value)
    [text] = wrong(safety.settings_of_safety)
    assert part in text


def test_static_files_must_be_collected(settings: Any, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    [text] = wrong(machine.static_files)
    assert "not collected" in text
    (tmp_path / "staticfiles.json").write_text('{"paths": {}}', "utf-8")
    [text] = wrong(machine.static_files)
    assert text.startswith(f"{len(front_end.FRONT_END_FILES)} are missing")


def test_time_zone_without_its_data_is_found(settings: Any) -> None:
    assert wrong(machine.time_zone) == []
    settings.TIME_ZONE = "Asia/Nowhere"
    [text] = wrong(machine.time_zone)
    assert "tzdata" in text


def test_exit_code_is_1_when_anything_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    findings = [Finding("Disk", "full", wrong=True), Finding("Clock", "right")]
    monkeypatch.setattr(diagnosis, "diagnose", lambda: iter(findings))
    out = StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("doctor", stdout=out, no_color=True)
    assert stopped.value.code == 1
    assert out.getvalue() == "✗ Disk: full\n✓ Clock: right\n1 thing is wrong.\n"


def test_exit_code_is_0_when_nothing_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnosis, "diagnose", lambda: iter([Finding("Clock", "right")]))
    out = StringIO()
    call_command("doctor", stdout=out, no_color=True)
    assert out.getvalue().endswith("Nothing is missing or unsafe.\n")


def test_examination_that_fails_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Any:
        raise OSError("no such device")
        yield

    monkeypatch.setattr(diagnosis, "EXAMINATIONS", (broken, machine.python))
    first, *others = diagnosis.diagnose()
    assert first.wrong
    assert "no such device" in first.text
    assert others


def test_a_database_that_does_not_open_is_said_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def closed() -> Any:
        raise OperationalError("connection failed:\n  connection refused")
        yield

    monkeypatch.setattr(database, "database", closed)
    monkeypatch.setattr(diagnosis, "EXAMINATIONS", (closed, database.tables, register.ledger, machine.python))
    texts = [finding.text for finding in diagnosis.diagnose() if finding.wrong]
    assert texts == ["could not be examined: connection failed: connection refused"]


def test_packages_are_those_of_the_lock(settings: Any, tmp_path: Path) -> None:
    assert wrong(machine.packages) == []
    settings.BASE_DIR = tmp_path
    (tmp_path / "requirements.txt").write_text("django==1.0 \\\n    --hash=sha256:00\nnowhere==2.0 ; python\n", "utf-8")
    [text] = wrong(machine.packages)
    assert text.startswith("1 differ from requirements.txt, the first is django 5.")


def test_a_sound_register_is_told_as_sound(world: World) -> None:
    for examine in (register.units, register.unverified_rows, register.ledger, register.accounts):
        assert wrong(examine) == [], examine
        assert list(examine())


def test_a_territory_without_a_unit_in_force_is_found(world: World) -> None:
    AdministrativeUnit.objects.filter(pk=world.province.pk).update(valid_to="2026-01-01")
    [text] = wrong(register.units)
    assert "no territory that is in force" in text


def test_a_stored_file_that_is_gone_is_found(world: World, settings: Any, tmp_path: Path) -> None:
    settings.ATTACHMENTS_DIR = tmp_path
    for attachment in Attachment.objects.all():
        path = path_of(attachment.sha256)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * attachment.size)
    assert wrong(register.files) == []
    path.write_bytes(b"")
    [text] = wrong(register.files)
    assert text.startswith("1 of the newest")


def test_a_head_signed_with_another_key_or_cut_is_found(world: World, settings: Any) -> None:
    head = LedgerHead.objects.get(authority=world.authority)
    LedgerHead.objects.filter(pk=head.pk).update(signature="0" * 64)
    [text] = wrong(register.ledger)
    assert "not signed with this LEDGER_KEY" in text
    LedgerHead.objects.filter(pk=head.pk).update(signature=head.signature)
    settings.ALLOWED_HOSTS = ["sotram.example.vn"]
    Authority.objects.update(is_demo=False)
    assert any("never exported" in text for text in wrong(register.ledger))


def test_accounts_that_a_stranger_would_try_are_found(world: World, settings: Any) -> None:
    Authority.objects.update(is_demo=False)
    make.UserFactory(username="viettel", password="sotram-demo")
    [text] = wrong(register.accounts)
    assert text.startswith("viettel signs in with the password of the demo")
    User.objects.filter(username="viettel").update(is_active=False)
    settings.ALLOWED_HOSTS = ["sotram.example.vn"]
    [text] = wrong(register.accounts)
    assert "without a second factor" in text
    Membership.objects.all().delete()
    assert any("nobody administers" in text for text in wrong(register.accounts))


def test_a_certificate_that_ends_soon_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("TLS_CERTIFICATE", raising=False)
    assert list(safety.certificate()) == []
    file = tmp_path / "server.pem"
    monkeypatch.setenv("TLS_CERTIFICATE", str(file))
    file.write_text("no certificate", "ascii")
    assert "no certificate in PEM" in wrong(safety.certificate)[0]
    for days, found in ((400, 0), (5, 1)):
        file.write_bytes(certificate_for(days))
        assert len(wrong(safety.certificate)) == found


def certificate_for(days: int) -> bytes:
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sotram.example.vn")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=days))
    return made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def test_a_new_embedded_database_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "new.sqlite3"
    spatialite._make_for_us_alone(str(path))
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o640)
    spatialite._make_for_us_alone(str(path))
    spatialite._make_for_us_alone("file:memorydb?mode=memory")
    assert path.stat().st_mode & 0o777 == 0o640
