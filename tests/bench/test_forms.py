"""What a browser would send of a form."""

from bench.forms import form_values

_PAGE = """
<form><input name="q" value="search"></form>
<form><input type="hidden" name="key" value="a&amp;b"><textarea name="text">Dear &lt;Bob&gt;</textarea>
<select name="size"><option value="1">one<option value="2" selected>two</select>
<input type="checkbox" name="on" checked><input type="checkbox" name="off">
<input type="file" name="file"></form>
"""


def test_the_form_with_the_field_is_read_as_it_stands() -> None:
    assert form_values(_PAGE, "key") == {"key": "a&b", "text": "Dear <Bob>", "size": "2", "on": "on"}


def test_no_form_has_the_field() -> None:
    assert form_values(_PAGE, "nothing") == {}
