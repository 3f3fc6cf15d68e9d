"""The field app's modules that need no page, tested in node beside the texts they say."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

from inspections.pages import field_files
from inspections.pages.field import ICONS, _texts
from inspections.pages.field_texts import LANGUAGES, TEXTS

TESTS = Path(__file__).with_name("field")
SOURCES = {path.name: path.read_text("utf-8") for path in field_files.FOLDER.glob("*.js")}
#: t("key") and t(`beginning.${…}`)
ASKED = re.compile(r"""(?<![\w.])t\((?:[\w.\s]+\?\s*)?"([a-z_]+\.[a-z_]+)"(?:\s*:\s*"([a-z_]+\.[a-z_]+)")?""")
ASKED_BY_PART = re.compile(r"(?<![\w.])t\(`([a-z]+)\.")


def node() -> str:
    """Return node: the machine's, or the one that the set-up brought."""
    found = shutil.which("node") or shutil.which("node", path=str(settings.BASE_DIR / ".venv" / "node" / "bin"))
    if found is None:
        pytest.fail("node is missing: scripts/setup.sh installs it")
    return found


def test_modules_do_what_their_own_tests_say() -> None:
    files = sorted(str(path) for path in TESTS.glob("*.test.js"))
    done = subprocess.run([node(), "--test", *files], capture_output=True, text=True, env=os.environ, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert "# fail 0" in done.stdout


def test_every_text_that_a_module_asks_for_is_there_in_both_languages() -> None:
    asked = {key for source in SOURCES.values() for pair in ASKED.findall(source) for key in pair if key}
    parts = {part for source in SOURCES.values() for part in ASKED_BY_PART.findall(source)}
    assert len(asked) > 200
    for language in LANGUAGES:
        texts = _texts(language)
        assert asked <= set(texts)
        assert all(text for text in texts.values())
    beginnings = {key.split(".")[0] for key in [*TEXTS, "state.due"]}
    assert parts <= beginnings


def test_no_text_is_left_over() -> None:
    everything = "\n".join(SOURCES.values())
    parts = set(ASKED_BY_PART.findall(everything)) | {"beyond", "way"}
    unused = [key for key in TEXTS if f'"{key}"' not in everything and key.split(".")[0] not in parts]
    assert unused == []


def test_modules_are_small_and_import_what_is_listed() -> None:
    listed = {name.rsplit("/", 1)[-1] for name in field_files.kept()}
    for name, source in SOURCES.items():
        assert source.count("\n") <= 420, name
        for target in re.findall(r'(?:^import .* from |import\()"([^"]+)"', source, re.MULTILINE):
            assert target.rsplit("/", 1)[-1] in listed, f"{name} imports {target}"


def test_the_sprite_holds_the_icons_that_are_drawn() -> None:
    everything = "\n".join(SOURCES.values())
    drawn = set(re.findall(r'"([a-z0-9-]+)"', everything)) & set(ICONS)
    assert drawn == set(ICONS)
    named = set(re.findall(r'\bicon\("([a-z0-9-]+)"\)', everything)) | set(
        re.findall(r'\bnote\("\w+", "([a-z0-9-]+)"', everything)
    )
    assert named <= set(ICONS)
