"""Keep the translations in step with the code, without GNU gettext: `compile`, `update` or `check`.

Texts are read from Python by its own syntax tree, and from templates by the very function that Django's
makemessages uses; Babel reads and writes the catalogues.
"""

import argparse
import ast
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import django
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from tools.bare_words import bare_words

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "webmail" / "locale"
SOURCES = ("mailserver", "webmail", "templates")

# The names a call may go by, and how its arguments read: context, singular, plural.
_FORMS = {"gettext": "s", "ngettext": "sp", "pgettext": "cs", "npgettext": "csp"}
_CALLS = {name + end: form for name, form in _FORMS.items() for end in ("", "_lazy", "_noop")} | {"_": "s"}
# A call as templatize writes it: string literals, then perhaps the name of the count.
_LITERAL = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_TEMPLATE_CALL = re.compile(rf"(?:np|n|p)?gettext\({_LITERAL}(?:, ?{_LITERAL})*(?:, ?count)?\)")

type Text = tuple[str | None, str, str | None]


def _texts_of_call(node: ast.Call) -> Iterator[Text]:
    """The text of one gettext call; nothing when it is another call, or its text is made at run time."""
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    form = _CALLS.get(name, "")
    constants = [argument.value for argument in node.args[: len(form)] if isinstance(argument, ast.Constant)]
    words = [word for word in constants if isinstance(word, str)]
    if form and len(words) == len(form):
        found = dict(zip(form, words, strict=True))
        yield found.get("c"), found["s"], found.get("p")


def _texts_of_python(source: str) -> Iterator[Text]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            yield from _texts_of_call(node)


def _texts_of_template(source: str) -> Iterator[Text]:
    from django.utils.translation.template import templatize  # noqa: PLC0415 (needs django.setup)

    for call in _TEMPLATE_CALL.findall(templatize(source)):
        yield from _texts_of_python(call)


_READERS = {".py": _texts_of_python, ".html": _texts_of_template, ".txt": _texts_of_template}


def texts() -> dict[Text, set[str]]:
    """Every text of the project, and the files that use it."""
    found: dict[Text, set[str]] = {}
    for folder in SOURCES:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in _READERS:
                for text in _READERS[path.suffix](path.read_text()):
                    found.setdefault(text, set()).add(str(path.relative_to(ROOT)))
    return found


def _catalogues() -> Iterator[tuple[Path, Catalog]]:
    for path in sorted(LOCALE.glob("*/LC_MESSAGES/django.po")):
        with path.open("rb") as file:
            yield path, read_po(file, locale=path.parent.parent.name)


def problems(catalogue: Catalog) -> list[str]:
    """What a translator still owes this catalogue, or it has too much."""
    wanted = {(context, text): files for (context, text, _), files in texts().items()}
    found = []
    for (context, text), files in wanted.items():
        message = catalogue.get(text, context)
        translated = message and message.string and (isinstance(message.string, str) or all(message.string))
        if not translated:
            found.append(f"not translated: {text!r} ({', '.join(sorted(files))})")
        elif message.fuzzy:
            found.append(f"fuzzy: {text!r}")
    for message in catalogue:
        text = message.id if isinstance(message.id, str) else message.id[0]
        if text and (message.context, text) not in wanted:
            found.append(f"no longer used: {text!r}")
        found += [f"{text!r}: {error}" for error in message.check(catalogue)]
    return found


def untold() -> Iterator[str]:
    """What a template says without asking for its translation."""
    for path in sorted((ROOT / "templates").rglob("*.html")):
        yield from (
            f"outside of gettext: {text!r} ({path.relative_to(ROOT)})"
            for text in bare_words(path.read_text())
        )


def compile_all() -> None:
    """Write each .mo beside its .po."""
    for path, catalogue in _catalogues():
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalogue)


def update_all() -> None:
    """Add new texts, untranslated, to each .po, and drop those that nothing uses."""
    for path, catalogue in _catalogues():
        fresh = Catalog()
        for (context, text, plural), files in texts().items():
            places = [(file, None) for file in sorted(files)]
            fresh.add((text, plural) if plural else text, context=context, locations=places)
        catalogue.update(fresh, no_fuzzy_matching=True, update_header_comment=False)
        catalogue.obsolete.clear()
        with path.open("wb") as file:
            write_po(file, catalogue, width=110, include_lineno=False, sort_output=True)


def main() -> int:
    """Do what the command line says; returns 1 when a check found something."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("verb", choices=["compile", "update", "check"])
    verb = parser.parse_args().verb
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webmail.settings")
    django.setup()
    if verb == "compile":
        compile_all()
    elif verb == "update":
        update_all()
    found = [f"{path.parent.parent.name}: {problem}" for path, c in _catalogues() for problem in problems(c)]
    if verb == "compile":
        return 0
    found += untold()
    for line in found:
        sys.stdout.write(line + "\n")
    return 1 if found and verb == "check" else 0


if __name__ == "__main__":
    sys.exit(main())
