"""The doctor finds what is missing or unsafe, says it in words, and its exit code tells scripts."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import translation

from config import diagnosis, front_end

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def wrong(examination: Any) -> list[str]:
    return [finding.text for finding in examination() if finding.wrong]


def test_python_of_the_suite_can_load_extensions() -> None:
    assert wrong(diagnosis.python) == []


def test_libraries_are_the_same_in_every_import_order() -> None:
    assert wrong(diagnosis.native_libraries) == []


def test_libraries_that_change_with_the_order_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {"libraries alone": {"pyproj PROJ": "9.5.1"}, "database first": {"pyproj PROJ": "9.1.1"}}
    sources = {source: answers.get(order, {}) for order, source in diagnosis.IMPORT_ORDERS.items()}
    monkeypatch.setattr(diagnosis, "_versions_in", sources.__getitem__)
    assert wrong(diagnosis.native_libraries) == [
        "with libraries first the process sees others: the process died",
        "with database first the process sees others: pyproj PROJ 9.1.1",
    ]


def test_database_of_the_suite_is_sound() -> None:
    assert wrong(diagnosis.database) == []


def test_missing_tables_are_said_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnosis.health, "pending_migrations", lambda: ["infra.0001_initial"])
    assert wrong(diagnosis.tables) == [
        "1 migrations are not applied, the first is infra.0001_initial; run ./manage.py migrate"
    ]


def test_key_that_others_can_read_is_unsafe(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    (tmp_path / "secret.key").write_text("x", "ascii")
    (tmp_path / "secret.key").chmod(0o644)
    [text] = wrong(diagnosis.data_directory)
    assert "chmod 600" in text


STRONG = "k2#Lm9vQx7!rTz4pWc8@yBn5sHd3&fGj6*eUa1^iXo0$qVtMwRl"


def test_local_installation_with_own_keys_is_safe(settings: Any) -> None:
    settings.SECRET_KEY, settings.LEDGER_KEY = STRONG, STRONG[::-1]
    assert wrong(diagnosis.safety) == []


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
    [text] = wrong(diagnosis.safety)
    assert part in text


def test_static_files_must_be_collected(settings: Any, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    [text] = wrong(diagnosis.static_files)
    assert "not collected" in text
    (tmp_path / "staticfiles.json").write_text('{"paths": {}}', "utf-8")
    [text] = wrong(diagnosis.static_files)
    assert text.startswith(f"{len(front_end.FRONT_END_FILES)} are missing")


def test_time_zone_without_its_data_is_found(settings: Any) -> None:
    assert wrong(diagnosis.time_zone) == []
    settings.TIME_ZONE = "Asia/Nowhere"
    [text] = wrong(diagnosis.time_zone)
    assert "tzdata" in text


def test_exit_code_is_1_when_anything_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    findings = [diagnosis.Finding("Disk", "full", wrong=True), diagnosis.Finding("Clock", "right")]
    monkeypatch.setattr(diagnosis, "diagnose", lambda: iter(findings))
    out = StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("doctor", stdout=out, no_color=True)
    assert stopped.value.code == 1
    assert out.getvalue() == "✗ Disk: full\n✓ Clock: right\n1 thing is wrong.\n"


def test_exit_code_is_0_when_nothing_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnosis, "diagnose", lambda: iter([diagnosis.Finding("Clock", "right")]))
    out = StringIO()
    call_command("doctor", stdout=out, no_color=True)
    assert out.getvalue().endswith("Nothing is missing or unsafe.\n")


def test_examination_that_fails_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Any:
        raise OSError("no such device")
        yield

    monkeypatch.setattr(diagnosis, "EXAMINATIONS", (broken, diagnosis.python))
    first, *others = diagnosis.diagnose()
    assert first.wrong
    assert "no such device" in first.text
    assert others
