"""What a chart is made of: a few shapes on a narrow canvas, and the same figures as a table."""

import textwrap
from dataclasses import dataclass, field

WIDTH = 340  # units: a phone's width, so that the letters of a chart are there as large as those of its page
LINE = 15  # units from one line of text to the next
LETTER = 6.9  # mean width of a letter of a label, for wrapping: wide enough for the widest of the page’s fonts


@dataclass(frozen=True)
class Shape:
    """One element of SVG: its tag, its attributes by name, the text it holds."""

    tag: str
    attributes: dict
    text: str = ""


@dataclass(frozen=True)
class Chart:
    """A chart and its figures.

    `title` says the finding; `subtitle` the base and the date; `description` tells who cannot see it what it shows.
    `rows` of the table hold one text per entry of `columns`; the first names the row.
    """

    title: str
    subtitle: str
    description: str
    height: float
    shapes: tuple[Shape, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    width: float = WIDTH


@dataclass
class Canvas:
    """Shapes put down from top to bottom; `y` is where the next one goes."""

    y: float = 0
    shapes: list[Shape] = field(default_factory=list)

    def add(self, tag, css, text="", **attributes):
        self.shapes.append(Shape(tag, {"class": css, **attributes}, text))

    def rect(self, x, y, width, height, css):
        self.add("rect", css, x=x, y=y, width=width, height=height)

    def line(self, x1, y1, x2, y2, css):
        self.add("line", css, x1=x1, y1=y1, x2=x2, y2=y2)

    def circle(self, x, y, radius, css):
        self.add("circle", css, cx=x, cy=y, r=radius)

    def words(self, x, y, text, css="label", anchor="start"):
        self.add("text", css, text, x=x, y=y, **{"text-anchor": anchor})

    def label(self, text, width=WIDTH, css="label"):
        """Write a label at the left, on as many lines as it needs, and go below it."""
        for line in wrapped(text, width):
            self.words(0, self.y + LINE - 4, line, css)
            self.y += LINE


def drawn(canvas: Canvas, **words) -> Chart:
    """Return the chart of a canvas, with its title, subtitle, description, columns and rows."""
    return Chart(height=canvas.y, shapes=tuple(canvas.shapes), **words)


def wrapped(text: str, width: float) -> list[str]:
    """Cut a text into lines of about `width` units."""
    # break_on_hyphens would part « arc-en-ciel »; a no-break space is not a space to textwrap, and stays.
    return textwrap.wrap(text, max(8, int(width / LETTER)), break_on_hyphens=False) or [""]
