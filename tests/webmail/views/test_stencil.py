"""Kept parts of pages take values, and only values."""

from django.template import Context, Template

from webmail.templatetags.stencil import cut, fill, mark

MENU = '{% load postillion %}{% constant "conversation/message_menu.html" id=number %}'


def test_a_value_is_escaped_and_may_look_like_a_mark() -> None:
    kept = cut(f"<p title='{mark('a')}'>100% {mark('b')}</p>", ["a", "b"])
    assert fill(kept, {"a": mark("b"), "b": "<b>%(a)s"}) == f"<p title='{mark('b')}'>100% &lt;b&gt;%(a)s</p>"


def test_a_kept_part_has_the_values_of_each_use() -> None:
    shown = [Template(MENU).render(Context({"number": number})) for number in (7001, 8001)]
    assert "?reply=7001" in shown[0]
    assert "/messages/7001/" in shown[0]
    assert shown[0].replace("7001", "8001") == shown[1]
    assert mark("id") not in shown[0]
