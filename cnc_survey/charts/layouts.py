"""The pictures of the house: bars, diverging bars, dots with intervals, a heatmap, slopes, columns of days.

Each takes rows of plain values and returns the shapes and the height they take. A share is a part of one; None is a
figure that may not be shown, drawn as a dashed outline with its words and never as a zero.
"""

from dataclasses import dataclass
from itertools import pairwise

from cnc_survey.templatetags.house import number_fr, percent_fr

from .shapes import LETTER, LINE, WIDTH, Canvas, wrapped

BAR = 14  # height of a bar
GAP = 14  # between two rows
VALUES = 62  # kept at the right for the values
KEY_LINE = 14


@dataclass(frozen=True)
class Bar:
    """One share: `note` stands at the right of its label, `words` for a share that is not shown."""

    label: str
    share: float | None
    css: str = "step-2"
    note: str = ""
    low: float | None = None
    high: float | None = None
    words: str = "n.s."


def bars(rows: list[Bar]) -> Canvas:
    """Horizontal bars on a scale from 0 to 100 %, each under its label, its value written at its right."""
    canvas, room = Canvas(), WIDTH - VALUES
    for row in rows:
        top = canvas.y
        canvas.label(row.label, WIDTH - 7 * len(row.note) if row.note else WIDTH)
        if row.note:
            canvas.words(WIDTH, top + LINE - 4, row.note, "note", "end")
        y = canvas.y + 2
        if row.share is None:
            canvas.rect(0.5, y, room, BAR, "hidden")
        else:
            canvas.rect(0, y, room, BAR, "track")
            canvas.rect(0, y, max(row.share * room, 1), BAR, f"bar {row.css}")
            _interval(canvas, row.low, row.high, y + BAR / 2, lambda share: share * room)
        value = row.words if row.share is None else percent_fr(row.share)
        canvas.words(WIDTH, y + BAR - 3, value, "value", "end")
        canvas.y = y + BAR + GAP
    return _closed(canvas)


@dataclass(frozen=True)
class Opinions:
    """The answers to one statement: shares from the most negative to the most positive; None when not shown."""

    label: str
    shares: tuple[float, ...] | None
    words: str = "n.s."


def diverging_bars(rows: list[Opinions], answers: tuple[str, ...]) -> Canvas:
    """Answers on both sides of a middle line, the neutral one (of an odd number) astride it.

    `answers` names them in the order of the shares. The totals of each side are written under the bar.
    """
    canvas, middle = Canvas(), WIDTH / 2
    side = len(answers) // 2
    _key(canvas, [(name, f"bar {_opinion_css(place, len(answers))}") for place, name in enumerate(answers)])
    for row in rows:
        canvas.label(row.label)
        y = canvas.y + 2
        if row.shares is None:
            canvas.rect(0.5, y, WIDTH - 1, BAR, "hidden")
            canvas.words(middle, y + BAR + 11, row.words, "note", "middle")
        else:
            neutral = row.shares[side] if len(answers) % 2 else 0
            against, in_favour = sum(row.shares[:side]), sum(row.shares[len(answers) - side :])
            x = middle - (against + neutral / 2) * middle
            for place, share in enumerate(row.shares):
                if share:
                    canvas.rect(x, y, share * middle, BAR, f"bar {_opinion_css(place, len(answers))}")
                x += share * middle
            canvas.words(0, y + BAR + 12, percent_fr(against, 0), "value")
            canvas.words(WIDTH, y + BAR + 12, percent_fr(in_favour, 0), "value", "end")
            canvas.line(middle, y - 4, middle, y + BAR + 4, "axis")
        canvas.y = y + BAR + 12 + GAP
    return _closed(canvas)


@dataclass(frozen=True)
class Dot:
    """One value with its interval, beside the earlier one; all in the units of the scale."""

    label: str
    value: float | None
    earlier: float | None = None
    low: float | None = None
    high: float | None = None
    note: str = ""
    css: str = "step-3"


def dots_with_intervals(rows: list[Dot], scale: tuple[float, float], ticks: list[tuple[float, str]]) -> Canvas:
    """One line a row: a hollow disc for the earlier value, a full one for the new, a thin line for the interval."""
    canvas = Canvas()
    left, right = 8, WIDTH - VALUES - 8

    def at(value):
        return left + (value - scale[0]) / (scale[1] - scale[0]) * (right - left)

    canvas.y = 16
    for value, name in ticks:
        canvas.words(at(value), 10, name, "note", "middle")
    for row in rows:
        canvas.label(row.label)
        y = canvas.y + 8
        for value, _ in ticks:
            canvas.line(at(value), y - 7, at(value), y + 7, "grid")
        if row.value is None and row.earlier is None:
            canvas.line(left, y, right, y, "hidden")
        _interval(canvas, row.low, row.high, y, at)
        if row.earlier is not None:
            if row.value is not None and row.value != row.earlier:
                canvas.line(at(row.earlier), y, at(row.value), y, "move")
            canvas.circle(at(row.earlier), y, 5.5, "earlier")
        if row.value is not None:
            canvas.circle(at(row.value), y, 4, f"dot {row.css}")
        canvas.words(WIDTH, y + 4, row.note, "value", "end")
        canvas.y = y + 8 + GAP / 2
    return _closed(canvas)


@dataclass(frozen=True)
class Cell:
    """One cell of a heatmap: a level 1–3 for its tone, None for a known absence; `text` is written in it."""

    level: int | None
    text: str


def heatmap(columns: list[str], rows: list[tuple[str, list[Cell | None]]]) -> Canvas:
    """Tones in a grid, the number written in each; columns are numbered and named below. None leaves a cell empty."""
    canvas = Canvas(y=16)
    left, height = 132, 36
    width = (WIDTH - left) / len(columns)
    for place in range(len(columns)):
        canvas.words(left + (place + 0.5) * width, 11, str(place + 1), "note", "middle")
    for label, cells in rows:
        lines = wrapped(label, left)[:3]
        for number, line in enumerate(lines):
            canvas.words(0, canvas.y + height / 2 + 4 + (number - (len(lines) - 1) / 2) * 12, line, "small")
        for place, cell in enumerate(cells):
            x = left + place * width
            if cell is None:
                continue
            css = "hidden" if cell.level is None else f"tone tone-{cell.level}"
            canvas.rect(x + 1, canvas.y + 1, width - 2, height - 2, css)
            ink = "in-cell" if cell.level is None else f"in-cell on-tone-{cell.level}"
            canvas.words(x + width / 2, canvas.y + height / 2 + 4, cell.text, ink, "middle")
        canvas.y += height
    canvas.y += 8
    for place, name in enumerate(columns, 1):
        canvas.label(f"{place}. {name}", css="small")
    return _closed(canvas)


@dataclass(frozen=True)
class Slope:
    """One series: a value per wave, None where there is none; `notes` are written beside the points."""

    label: str
    values: list[float | None]
    notes: list[str]
    css: str = "step-3"


def slopes(series: list[Slope], waves: list[str], scale: tuple[float, float], ticks: list[tuple[float, str]]) -> Canvas:
    """One small panel a series, from wave to wave; a line joins what two following waves know."""
    canvas = Canvas()
    left, right, height = 46, WIDTH - 46, 66
    step = (right - left) / max(len(waves) - 1, 1)

    def up(value, top):
        return top + height - (value - scale[0]) / (scale[1] - scale[0]) * height

    for row in series:
        canvas.label(row.label, css="label strong")
        top = canvas.y + 14
        for value, name in ticks:
            canvas.line(left, up(value, top), right, up(value, top), "grid")
            canvas.words(0, up(value, top) + 4, name, "note")
        points = [
            (left + place * step, up(value, top), note)
            for place, (value, note) in enumerate(zip(row.values, row.notes, strict=True))
            if value is not None
        ]
        for (x1, y1, _), (x2, y2, _) in pairwise(points):
            canvas.line(x1, y1, x2, y2, "move")
        for x, y, note in points:
            canvas.circle(x, y, 4.5, f"dot {row.css}")
            canvas.words(x, y - 9, note, "value", "middle")
        canvas.y = top + height + 6
        for place, wave in enumerate(waves):
            anchor = "middle" if 0 < place < len(waves) - 1 else ("start" if place == 0 else "end")
            canvas.words(left + place * step, canvas.y + 11, wave, "note", anchor)
        canvas.y += 14 + GAP
    return _closed(canvas)


@dataclass(frozen=True)
class Column:
    """One day (or any other step of time): its label and its number."""

    label: str
    count: int


def columns(steps: list[Column]) -> Canvas:
    """Thin columns from left to right, the highest one numbered, the first and the last named."""
    canvas, height, base = Canvas(), 110, 130
    highest = max((step.count for step in steps), default=0)
    width = WIDTH / max(len(steps), 1)
    numbered = False
    for place, step in enumerate(steps):
        tall = step.count / highest * height if highest else 0
        if step.count:
            gap = min(1, width / 4)
            canvas.rect(place * width + gap, base - tall, width - 2 * gap, tall, "bar step-3")
        if step.count == highest and highest and not numbered:
            # Kept inside the drawing, whatever the day.
            x = min(max((place + 0.5) * width, 12), WIDTH - 12)
            canvas.words(x, base - tall - 6, number_fr(step.count), "value", "middle")
            numbered = True
    canvas.line(0, base, WIDTH, base, "axis")
    if steps:
        canvas.words(0, base + LINE, steps[0].label, "note")
        canvas.words(WIDTH, base + LINE, steps[-1].label, "note", "end")
    canvas.y = base + LINE + GAP
    return _closed(canvas)


def _interval(canvas, low, high, y, at):
    if low is None or high is None:
        return
    # Twice: on a dark bar a dark line needs a light edge.
    for css in ("halo", "interval"):
        canvas.line(at(low), y, at(high), y, css)
        for end in (low, high):
            canvas.line(at(end), y - 4, at(end), y + 4, css)


def _opinion_css(place, answers):
    """Return the tone of an answer: strong at both ends, weak near the middle, grey when it is the middle."""
    middle = (answers - 1) / 2
    if place == middle:
        return "neutral"
    side = "against" if place < middle else "favour"
    return f"{side}-{'strong' if place in (0, answers - 1) else 'weak'}"


def _key(canvas, entries):
    """Name the tones on as many lines as they need."""
    x = 0
    canvas.y += 2
    for name, css in entries:
        width = 18 + len(name) * LETTER
        if x and x + width > WIDTH:
            x, canvas.y = 0, canvas.y + KEY_LINE + 2
        canvas.rect(x, canvas.y, 10, 10, css)
        canvas.words(x + 14, canvas.y + 9, name, "note")
        x += width + 8
    canvas.y += KEY_LINE + 10


def _closed(canvas):
    canvas.y = max(canvas.y - GAP / 2, 1)
    return canvas
