"""Only the listed front-end files are served, all of them exist, and their names carry their content."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command

from config import front_end
from config.management.commands import prepare


def test_every_listed_file_is_installed() -> None:
    assert front_end.ListedFilesFinder().check() == []


def test_listed_file_is_found_and_no_other() -> None:
    assert finders.find("vendor/leaflet/leaflet.js").endswith("node_modules/leaflet/dist/leaflet.js")
    for name in ("vendor/leaflet/package.json", "vendor/../package.json", "leaflet/leaflet.js", "vendor/"):
        assert finders.find(name) is None


def test_collecting_names_files_by_content_and_leaves_source_maps_out(settings: Any, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "config.front_end.NamedByContent"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    paths = json.loads((settings.STATIC_ROOT / "staticfiles.json").read_text("utf-8"))["paths"]
    assert {front_end.PREFIX + name for name in front_end.FRONT_END_FILES} <= set(paths)
    assert not [name for name in paths if name.endswith(".map")]
    css = (settings.STATIC_ROOT / paths["vendor/leaflet/leaflet.css"]).read_text("utf-8")
    assert Path(paths["vendor/leaflet/images/layers.png"]).name in css


def test_changed_static_file_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    before = prepare.digest(prepare.static_lines())
    assert prepare.digest(prepare.static_lines()) == before
    monkeypatch.setitem(front_end.FRONT_END_FILES, "leaflet/more.js", "leaflet/dist/leaflet-src.js")
    assert prepare.digest(prepare.static_lines()) != before
