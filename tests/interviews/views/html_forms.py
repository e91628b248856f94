"""What a browser reads of a page: its forms, their fields, and the parts that save themselves."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@dataclass
class Field:
    """One name of a form; `kind` is the input's type, select, textarea, or tick (a checkbox on its own).

    `choices` are the values it accepts, empty for words; `value` is what the page holds. Words that have boxes of the
    same name beside them are of kind text, and their value is the last.
    """

    name: str
    kind: str
    unit: str | None
    choices: list[str] = field(default_factory=list)
    value: list[str] = field(default_factory=list)


@dataclass
class Form:
    action: str
    fields: dict[str, Field] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    @property
    def values(self) -> dict[str, list[str]]:
        """What would be sent if nothing were touched."""
        return {name: list(one.value) for name, one in self.fields.items()}

    @property
    def units(self) -> dict[str, list[str]]:
        """The names of the fields of each part that saves itself."""
        units = {}
        for name, one in self.fields.items():
            if one.unit:
                units.setdefault(one.unit, []).append(name)
        return units


def read_forms(html: str) -> list[Form]:
    """Return the forms of the main part of a page. Raises AssertionError when elements do not nest."""
    reader = _Reader()
    reader.feed("<main" + html.split("<main", 1)[1].split("</main>", 1)[0])
    assert [tag for tag, _ in reader.open] == ["main"]
    return reader.forms


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.forms, self.open, self.words = [], [], None

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        unit = attributes.get("data-unit") or (self.open[-1][1] if self.open else None)
        if tag not in VOID:
            self.open.append((tag, unit))
        if tag == "form":
            self.forms.append(Form(attributes.get("action", "")))
        elif tag in READERS and self.forms:
            READERS[tag](self, attributes, unit)

    def handle_endtag(self, tag):
        opened, _ = self.open.pop()
        assert opened == tag, f"</{tag}> closes <{opened}>"
        if tag == "textarea":
            # A browser drops the line break that follows the opening tag.
            self.words.value = ["".join(self.words.value).removeprefix("\n")]
            self.words = None

    def handle_data(self, data):
        if self.words:
            self.words.value.append(data)

    def _input(self, attributes, unit):
        kind = attributes.get("type", "text")
        if kind == "checkbox" and "value" not in attributes:
            kind = "tick"  # alone, it takes whatever a browser sends for « on »
        one = self._field(attributes["name"], kind, unit)
        if kind not in ("radio", "checkbox", "tick"):
            one.kind, one.choices = kind, []
            one.value.append(attributes.get("value", ""))
            return
        one.choices.append(attributes.get("value", "on"))
        if "checked" in attributes:
            one.value.append(one.choices[-1])

    def _select(self, attributes, unit):
        self._field(attributes["name"], "select", unit)

    def _option(self, attributes, unit):
        one = list(self.forms[-1].fields.values())[-1]
        one.choices.append(attributes["value"])
        if "selected" in attributes:
            one.value = [attributes["value"]]

    def _textarea(self, attributes, unit):
        self.words = self._field(attributes["name"], "textarea", unit)

    def _button(self, attributes, unit):
        self.forms[-1].buttons.append((attributes.get("name", ""), attributes.get("value", "")))

    def _field(self, name, kind, unit):
        return self.forms[-1].fields.setdefault(name, Field(name, kind, unit))


READERS = {
    "input": _Reader._input,
    "select": _Reader._select,
    "option": _Reader._option,
    "textarea": _Reader._textarea,
    "button": _Reader._button,
}
