"""Gather the texts of code and templates into the translation catalogues; needs no gettext programs.

Usage: gather_messages.py ROOT

New texts are added without a translation, texts that nothing says any more are dropped, the others keep theirs.
Prints how many still wait for a translation.
"""

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import polib
from django.utils.translation.template import templatize

SOURCES = ("config", "infra", "inspections", "maps")
LANGUAGES = ("vi",)
#: how the functions of django.utils.translation take their texts: names of the leading arguments
SHAPES = {
    "gettext": ("one",),
    "ngettext": ("one", "many"),
    "pgettext": ("context", "one"),
    "npgettext": ("context", "one", "many"),
}
FUNCTIONS = {
    **SHAPES,
    **{f"{name}_lazy": shape for name, shape in SHAPES.items()},
    "gettext_noop": ("one",),
}
_TEXT = r"""u?(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
_IN_TEMPLATE = re.compile(rf"(?<![\w.])(_|n?p?gettext)\(\s*({_TEXT}(?:\s*,\s*{_TEXT})*)")
_NAMED = re.compile(r"%\((\w+)\)[-+ #0]*[\d.]*[a-zA-Z]")
_UNNAMED = re.compile(r"%[-+ #0]*[\d.]*[sdif]")


class Message(NamedTuple):
    """A text as gettext knows it: its context (or None), its singular, its plural (or "")."""

    context: str | None
    one: str
    many: str = ""


def messages_of_python(source: str) -> Iterator[Message]:
    """Find the calls of gettext's functions, under whatever name the module imports them."""
    tree = ast.parse(source)
    known = {
        name.asname or name.name: FUNCTIONS[name.name]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for name in node.names
        if name.name in FUNCTIONS
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            shape = known.get(_called(node.func))
            texts = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
            if shape and len(texts) >= len(shape) and all(isinstance(text, str) for text in texts[: len(shape)]):
                yield _message(shape, [str(text) for text in texts])


def messages_of_template(source: str) -> Iterator[Message]:
    """Find the texts of ``{% translate %}``, ``{% blocktranslate %}`` and ``_("…")`` in tags and filters."""
    for name, texts in _IN_TEMPLATE.findall(templatize(source)):
        parts = [str(ast.literal_eval(text)) for text in re.findall(_TEXT, texts)]
        shape = SHAPES["gettext" if name == "_" else name]
        if any(parts):
            yield _message(shape, parts)


def source_files(root: Path) -> Iterator[Path]:
    """Yield the Python modules and templates that people read texts of."""
    for folder in SOURCES:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in (".py", ".html", ".txt") and not {"migrations", "static", "node_modules"} & set(
                path.parts
            ):
                yield path


def gather(root: Path) -> dict[Message, list[Path]]:
    """Return every text of the product with the files that say it."""
    found: dict[Message, list[Path]] = {}
    for path in source_files(root):
        source = path.read_text(encoding="utf-8")
        for message in messages_of_python(source) if path.suffix == ".py" else messages_of_template(source):
            found.setdefault(message, []).append(path)
    return found


def placeholders(text: str) -> list[str]:
    """Return what a text leaves open, sorted: ``%(name)s`` by name, ``%s`` and ``{name}`` as they stand."""
    unnamed = _UNNAMED.findall(_NAMED.sub("", text.replace("%%", "")))
    return sorted([*set(_NAMED.findall(text)), *unnamed, *set(re.findall(r"\{\w*\}", text))])


def entry_key(entry: polib.POEntry) -> tuple[str | None, str]:
    """Return what gettext finds an entry by."""
    return entry.msgctxt, entry.msgid


def gather_catalogue(path: Path, messages: Iterable[Message]) -> list[str]:
    """Bring one catalogue in step with *messages*. Returns the texts that have no translation yet."""
    old = {entry_key(entry): entry for entry in (polib.pofile(str(path)) if path.exists() else ())}
    catalogue = polib.POFile(wrapwidth=0)
    catalogue.metadata = {
        "Project-Id-Version": "Sổ Trạm",
        "Language": path.parts[-3],
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    plurals: dict[tuple[str | None, str], Message] = {}
    for message in messages:
        key = (message.context, message.one)
        if message.many or key not in plurals:
            plurals[key] = message
    for key in sorted(plurals, key=lambda key: (key[1], key[0] or "")):
        catalogue.append(_entry(plurals[key], old.get(key)))
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(path))
    return [entry.msgid for entry in catalogue if not entry.translated()]


def _entry(message: Message, old: polib.POEntry | None) -> polib.POEntry:
    entry = polib.POEntry(msgctxt=message.context, msgid=message.one)
    said = (old.msgstr or old.msgstr_plural.get(0, "")) if old else ""
    if message.many:
        entry.msgid_plural = message.many
        entry.msgstr_plural = {0: said}
    else:
        entry.msgstr = said
    if _NAMED.search(message.one) or _UNNAMED.search(message.one.replace("%%", "")):
        entry.flags.append("python-format")
    return entry


def _called(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else ""


def _message(shape: tuple[str, ...], texts: list[str]) -> Message:
    parts = dict(zip(shape, texts, strict=False))
    return Message(parts.get("context"), parts["one"], parts.get("many", ""))


def main(root: Path) -> None:
    messages = gather(root)
    for language in LANGUAGES:
        waiting = gather_catalogue(root / "locale" / language / "LC_MESSAGES" / "django.po", messages)
        print(f"{language}: {len(messages)} texts, {len(waiting)} without a translation")
        for text in waiting:
            print(f"  {text!r}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
