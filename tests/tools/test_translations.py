"""The tool that keeps translations in step finds what it must."""

import gettext
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from tools import translations

_CODE = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext
title = _("Inbox")
def say(n): return ngettext("%(n)d message", "%(n)d messages", n), pgettext("verb", "Mail"), f(_(made_up))
"""
_PAGE = """{% load i18n %}<h1 title="{% translate 'Write' %}">{% translate "It's new" context "page" %}</h1>
{% blocktranslate count n=n trimmed %}
  {{ n }} draft
{% plural %}
  {{ n }} drafts
{% endblocktranslate %}"""


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "webmail" / "locale" / "zh_Hans" / "LC_MESSAGES").mkdir(parents=True)
    (tmp_path / "templates").mkdir()
    (tmp_path / "mailserver").mkdir()
    (tmp_path / "webmail" / "code.py").write_text(_CODE)
    (tmp_path / "templates" / "page.html").write_text(_PAGE)
    (tmp_path / "webmail/locale/zh_Hans/LC_MESSAGES/django.po").write_text('msgid ""\nmsgstr ""\n')
    monkeypatch.setattr(translations, "ROOT", tmp_path)
    monkeypatch.setattr(translations, "LOCALE", tmp_path / "webmail" / "locale")
    return tmp_path


@pytest.mark.usefixtures("tree")
def test_texts_are_read_from_code_and_templates() -> None:
    assert set(translations.texts()) == {
        (None, "Inbox", None),
        (None, "%(n)d message", "%(n)d messages"),
        ("verb", "Mail", None),
        (None, "Write", None),
        ("page", "It's new", None),
        (None, "%(n)s draft", "%(n)s drafts"),
    }


@pytest.mark.usefixtures("tree")
def test_what_is_missing_unsure_or_left_over_is_told() -> None:
    catalogue = Catalog(locale="zh_Hans")
    catalogue.add("Inbox", "收件箱")
    catalogue.add("Write", "写信", flags=["fuzzy"])
    catalogue.add("Old", "旧")
    found = translations.problems(catalogue)
    assert "no longer used: 'Old'" in found
    assert "fuzzy: 'Write'" in found
    assert 'not translated: "It\'s new" (templates/page.html)' in found
    assert not any("Inbox" in problem for problem in found)


def test_new_texts_are_added_and_a_translated_catalogue_is_compiled(tree: Path) -> None:
    po = tree / "webmail/locale/zh_Hans/LC_MESSAGES/django.po"
    translations.update_all()
    text = po.read_text()
    assert 'msgid "Inbox"' in text
    po.write_text(text.replace('msgid "Inbox"\nmsgstr ""', 'msgid "Inbox"\nmsgstr "收件箱"'))
    translations.compile_all()
    with po.with_suffix(".mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Inbox") == "收件箱"


def test_words_that_no_translator_sees_are_told(tree: Path) -> None:
    assert list(translations.untold()) == []
    (tree / "templates" / "bare.html").write_text(
        '<p title="{{ n }} left">{% translate "Write" %} <b>to IMAP</b>{% if n %} at x@shop.test{% endif %}'
        "</p><code>plain words</code>{# remarks #}<input placeholder='Name'>"
    )
    found = [" left", "to IMAP", "at x@shop.test", "Name"]
    assert list(translations.untold()) == [
        f"outside of gettext: {text!r} (templates/bare.html)" for text in found
    ]
