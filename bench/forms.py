"""The forms of a page, and what a browser would send of them."""

from html.parser import HTMLParser


def form_values(page: str, having: str) -> dict[str, str]:
    """Names and values of the form that has a field named `having`, as they stand; {} when there is none."""
    reader = _FormReader()
    reader.feed(page)
    return next((form for form in reader.forms if having in form), {})


class _FormReader(HTMLParser):
    """Gathers the values of inputs, selects and text areas by form."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self._select = ""
        self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a form or a field."""
        values = {name: value or "" for name, value in attrs}
        name = values.get("name", "")
        if tag == "form":
            self.forms.append({})
        elif tag == "option" and self._select and ("selected" in values or self._select not in self._form):
            self._form[self._select] = values.get("value", "")
        elif tag == "select":
            self._select = name
        elif tag == "textarea" and name:
            self._area = name
            self._form[name] = ""
        elif tag == "input" and name:
            self._input(values)

    def _input(self, values: dict[str, str]) -> None:
        kind = values.get("type", "text")
        if kind in ("checkbox", "radio") and "checked" not in values:
            return
        if kind not in ("file", "submit"):
            self._form[values["name"]] = values.get("value", "on" if kind == "checkbox" else "")

    @property
    def _form(self) -> dict[str, str]:
        if not self.forms:
            self.forms.append({})
        return self.forms[-1]

    def handle_data(self, data: str) -> None:
        """The text of a text area is its value."""
        if self._area:
            self._form[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        """Close what holds text or options."""
        if tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""
