"""The fields of a form on a page, as a browser would send them: so that a test fills in what a person is shown."""

from html.parser import HTMLParser


class _Fields(HTMLParser):
    """Gathers the fields of the forms whose class attribute holds a word."""

    def __init__(self, css_class: str) -> None:
        super().__init__()
        self.css_class = css_class
        self.is_inside = False
        self.fields: dict[str, str] = {}
        self.text_of: str | None = None
        self.select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.is_inside = self.css_class in said.get("class", "").split()
        if not self.is_inside:
            return
        name, kind = said.get("name", ""), said.get("type", "text")
        if tag == "input" and name and (kind not in ("radio", "checkbox") or "checked" in said):
            self.fields[name] = said.get("value", "on" if kind == "checkbox" else "")
        elif tag == "textarea":
            self.text_of = name
            self.fields[name] = ""
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select is not None:
            if "selected" in said or self.select not in self.fields:
                self.fields[self.select] = said.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.is_inside = False
        elif tag == "textarea":
            self.text_of = None
        elif tag == "select":
            self.select = None

    def handle_data(self, data: str) -> None:
        if self.text_of is not None:
            self.fields[self.text_of] += data


def fields_of(html: str, css_class: str) -> dict[str, str]:
    """Return name and value of each field but the tokens; the line feed after <textarea> is HTML's, not the text's."""
    parser = _Fields(css_class)
    parser.feed(html)
    for name in ("csrfmiddlewaretoken", "form_key"):
        parser.fields.pop(name, None)
    return {name: value.removeprefix("\n") for name, value in parser.fields.items()}
