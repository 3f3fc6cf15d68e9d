"""Everything people read is English in the source and complete in Vietnamese."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import django
import polib
import pytest
import rest_framework
from django.template.base import Lexer, Token, TokenType

from scripts import gather_messages
from scripts.gather_messages import Message, entry_key, messages_of_python, messages_of_template, placeholders

ROOT = Path(__file__).resolve().parents[1]
CATALOGUE = ROOT / "locale" / "vi" / "LC_MESSAGES" / "django.po"
VIETNAMESE = re.compile(r"[ăâđêôơưà-ãè-êìíò-õùúýĩũạ-ỹ]", re.IGNORECASE)
WORD = re.compile(r"[^\W\d_]{2,}")

#: what stays as it is in every language: the product's name, file formats, units, the languages' own names
NAMES = (
    "Sổ Trạm", "API", "CSV", "XLSX", "DOCX", "PDF", "GeoJSON", "EIRP", "MHz", "EPSG:", "GPS", "GNSS", "WGS 84",
    "Authorization: Token", "VI", "EN", "English", "Tiếng Việt", "Switch to English", "Chuyển sang tiếng Việt",
)  # fmt: skip
#: fields that people never see: a trap for programs that fill in forms
TRAPS = ("Website",)
#: where the texts of config/library_texts.py are said
LIBRARY_MODULES = {
    rest_framework: (
        "authentication.py",
        "exceptions.py",
        "fields.py",
        "relations.py",
        "serializers.py",
        "validators.py",
    ),
    django: (
        "core/validators.py",
        "db/models/fields/__init__.py",
        "db/models/fields/json.py",
        "forms/fields.py",
        "forms/models.py",
    ),
}
SPEAKING = re.compile(r'\b(?:title|alt|placeholder|label|aria-label|aria-description)="([^"]*)"')
SILENT = re.compile(r"<(script|style|svg)\b.*?</\1>|<!--.*?-->", re.DOTALL)


@pytest.fixture(scope="module")
def texts() -> dict[Message, list[Path]]:
    return gather_messages.gather(ROOT)


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    return polib.pofile(str(CATALOGUE))


def test_every_text_has_its_translation(texts: dict[Message, list[Path]], catalogue: polib.POFile) -> None:
    translated = {entry_key(entry) for entry in catalogue if entry.translated() and "fuzzy" not in entry.flags}
    missing = [
        f"{where[0].relative_to(ROOT)}: {text.one!r}"
        for text, where in texts.items()
        if (text.context, text.one) not in translated
    ]
    assert not missing, "Run make messages, then translate:\n" + "\n".join(missing)


def test_the_catalogue_holds_nothing_else(texts: dict[Message, list[Path]], catalogue: polib.POFile) -> None:
    said = {(text.context, text.one) for text in texts}
    gone = [entry.msgid for entry in catalogue if entry_key(entry) not in said]
    assert not gone, "Run make messages: nothing says these any more."
    assert not [entry.msgid for entry in catalogue if entry.obsolete or "fuzzy" in entry.flags]
    assert catalogue.metadata["Plural-Forms"] == "nplurals=1; plural=0;"


def test_translations_keep_what_a_text_leaves_open(catalogue: polib.POFile) -> None:
    wrong = []
    for entry in catalogue:
        said = entry.msgstr_plural[0] if entry.msgid_plural else entry.msgstr
        allowed = [placeholders(entry.msgid), placeholders(entry.msgid_plural or entry.msgid)]
        if placeholders(said) not in allowed:
            wrong.append(f"{entry.msgid!r}: {said!r}")
        if re.findall(r"</?\w+", entry.msgid) != re.findall(r"</?\w+", said):
            wrong.append(f"{entry.msgid!r}: other elements in {said!r}")
        if entry.msgid[:1].isspace() != said[:1].isspace() or entry.msgid[-1:].isspace() != said[-1:].isspace():
            wrong.append(f"{entry.msgid!r}: other spaces around {said!r}")
    assert not wrong, "\n".join(wrong)


def test_sources_are_english(texts: dict[Message, list[Path]]) -> None:
    wrong = []
    for text in texts:
        plain = text.one + text.many
        for name in NAMES:
            plain = plain.replace(name, "")
        if VIETNAMESE.search(plain):
            wrong.append(text.one)
    assert not wrong


def untranslated(source: str) -> Iterator[str]:
    """Yield the words of a template that no translation tag holds."""
    kept, inside = [], False
    for token in Lexer(source).tokenize():
        inside = _inside_translation(token, inside)
        kept.append(token.contents if token.token_type == TokenType.TEXT and not inside else "\0")
    html = SILENT.sub("", "".join(kept))
    html = re.sub(r"\0(?=st-[\w-]+\0)|(?<=\0)st-[\w-]+(?=\0)", "\0", html)
    for part in [*SPEAKING.findall(html), *re.split(r"<[^>]*>|\0", html)]:
        words = re.sub(r"&#?\w+;", "", part)
        for name in sorted((*NAMES, *TRAPS), key=len, reverse=True):
            words = words.replace(name, "")
        if WORD.search(words):
            yield part.strip()


def _inside_translation(token: Token, inside: bool) -> bool:
    if token.token_type == TokenType.BLOCK:
        name = token.contents.split()[0]
        if name in ("blocktranslate", "blocktrans", "comment"):
            return True
        if name.startswith("end"):
            return inside and name not in ("endblocktranslate", "endblocktrans", "endcomment")
    return inside


def test_templates_say_nothing_outside_translation() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}: {words}"
        for path in gather_messages.source_files(ROOT)
        if path.suffix != ".py"
        for words in untranslated(path.read_text(encoding="utf-8"))
    ]
    assert not wrong, "\n".join(wrong)


def plain_labels(source: str) -> Iterator[str]:
    """Yield the names of fields and choices that were written without gettext."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef) and any("Choices" in ast.unparse(base) for base in node.bases):
            yield from (
                f"{node.lineno} {ast.unparse(row)}"
                for row in node.body
                if isinstance(row, ast.Assign) and isinstance(_last(row.value), ast.Constant)
            )
        elif isinstance(node, ast.Call):
            yield from (
                f"{node.lineno} {word.arg}={ast.unparse(word.value)}"
                for word in node.keywords
                if word.arg in ("verbose_name", "verbose_name_plural", "label", "empty_label")
                and isinstance(word.value, ast.Constant)
                and isinstance(word.value.value, str)
                and WORD.search(word.value.value)
            )


def _last(value: ast.expr) -> ast.expr:
    return value.elts[-1] if isinstance(value, ast.Tuple) else value


def test_fields_and_choices_are_named_through_gettext() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}: {words}"
        for path in gather_messages.source_files(ROOT)
        if path.suffix == ".py"
        for words in plain_labels(path.read_text(encoding="utf-8"))
    ]
    assert not wrong, "\n".join(wrong)


def test_texts_of_libraries_are_still_said_by_them() -> None:
    said: set[Message] = set()
    for package, names in LIBRARY_MODULES.items():
        folder = Path(str(package.__file__)).parent
        for name in names:
            said.update(messages_of_python((folder / name).read_text(encoding="utf-8")))
    for path in (Path(str(django.__file__)).parent / "contrib/admin/templates/admin").glob("*.html"):
        said.update(messages_of_template(path.read_text(encoding="utf-8")))
    ours = set(messages_of_python((ROOT / "config" / "library_texts.py").read_text(encoding="utf-8")))
    assert not ours - said


# --- The gathering itself ---------------------------------------------------------------------------------------------


def test_texts_of_python_are_found_under_any_name() -> None:
    source = """
from django.utils.translation import gettext as _, gettext_lazy, ngettext, pgettext as of
a = _("One " "sentence")
b = [gettext_lazy('b'), ngettext("%(n)s mast", "%(n)s masts", n), of("month", "May"), other("not this")]
c = _(variable)
"""
    assert set(messages_of_python(source)) == {
        Message(None, "One sentence"),
        Message(None, "b"),
        Message(None, "%(n)s mast", "%(n)s masts"),
        Message("month", "May"),
    }


def test_texts_of_templates_are_found() -> None:
    source = """
{% translate "Plain" %}{% translate "May" context "month" as m %}{% include "x.html" with title=_("Given") %}
{{ a|default:_("None") }}
{% blocktranslate count n=n %}{{ n }} mast of {{ b }}{% plural %}{{ n }} masts of {{ b }}{% endblocktranslate %}
{# gettext("not this") #}
{% comment %}{% translate "nor this" %}{% endcomment %}
"""
    assert set(messages_of_template(source)) == {
        Message(None, "Plain"),
        Message("month", "May"),
        Message(None, "Given"),
        Message(None, "None"),
        Message(None, "%(n)s mast of %(b)s", "%(n)s masts of %(b)s"),
    }


def test_gathering_keeps_translations_and_names_what_waits(tmp_path: Path) -> None:
    path = tmp_path / "locale" / "vi" / "LC_MESSAGES" / "django.po"
    old = [Message(None, "mast"), Message(None, "gone")]
    assert gather_messages.gather_catalogue(path, old) == ["gone", "mast"]
    written = polib.pofile(str(path))
    written.find("mast").msgstr = "cột ăng ten"
    written.save()
    new = [Message(None, "mast"), Message(None, "%(n)s site", "%(n)s sites"), Message("month", "May")]
    assert gather_messages.gather_catalogue(path, new) == ["%(n)s site", "May"]
    entries = {entry_key(entry): entry for entry in polib.pofile(str(path))}
    assert list(entries) == [(None, "%(n)s site"), ("month", "May"), (None, "mast")]
    assert entries[None, "mast"].msgstr == "cột ăng ten"
    assert entries[None, "%(n)s site"].flags == ["python-format"]


@pytest.mark.parametrize(
    ("text", "found"),
    [("100 %% of %(n)s", ["n"]), ("%s is %d", ["%d", "%s"]), ("{value} {unit}", ["{unit}", "{value}"]), ("6–10 %", [])],
)
def test_placeholders(text: str, found: list[str]) -> None:
    assert placeholders(text) == found


def test_words_outside_translation_are_noticed() -> None:
    source = """<p title="Over it">{% translate "fine" %} and {{ this }}<svg><text>drawn</text></svg></p>
{% blocktranslate %}also fine{% endblocktranslate %}<b class="st-x">Sổ Trạm</b>"""
    assert list(untranslated(source)) == ["Over it", "and"]
    assert list(plain_labels("x = Field(verbose_name='bare', label=_('well'))")) == ["1 verbose_name='bare'"]
    assert list(plain_labels("class A(TextChoices):\n    B = 'b', 'Bare'\n    C = 'c', _('well')")) == [
        "1 B = ('b', 'Bare')"
    ]
