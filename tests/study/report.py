"""What a part of the study finds: tables, and figures held against the targets of the method."""

import re
from dataclasses import dataclass, field

THIN, NO_BREAK = "\u202f", "\u00a0"


@dataclass(frozen=True)
class Target:
    """One figure and where it has to stand; both ends included, None for no end."""

    says: str
    value: float
    low: float | None = None
    high: float | None = None
    in_percent: bool = True
    is_published: bool = True  # else the figure serves audits only: missing it is told, and stops nothing

    @property
    def is_kept(self):
        return (self.low is None or self.value >= self.low) and (self.high is None or self.value <= self.high)

    def as_row(self):
        show = percent if self.in_percent else decimal
        if self.low is None:
            expected = f"au plus {show(self.high)}"
        elif self.high is None:
            expected = f"au moins {show(self.low)}"
        else:
            expected = f"de {show(self.low)} à {show(self.high)}"
        return (self.says, expected, show(self.value), "tenu" if self.is_kept else "**manqué**")


@dataclass(frozen=True)
class Table:
    caption: str
    header: tuple[str, ...]
    rows: list[tuple]


@dataclass(frozen=True)
class Section:
    """One question put to the method."""

    title: str
    question: str
    tables: list[Table]
    targets: list[Target]
    reading: list[str] = field(default_factory=list)


def percent(share, decimals=1):
    """65,3 %"""
    return f"{100 * share:.{decimals}f}{THIN}%".replace(".", ",")


def decimal(number, decimals=2):
    return f"{number:.{decimals}f}".replace(".", ",")


def as_markdown(sections, constants, settings):
    """The whole report. `constants`: (name, value, meaning) rows; `settings`: (label, value) of the run."""
    targets = [target for section in sections for target in section.targets]
    kept = sum(target.is_kept for target in targets)
    lines = [
        "# Validation de la méthode statistique",
        "",
        "Écrit par `make study`, qui rejoue tout à l’identique : ne pas modifier à la main. La méthode dit-elle vrai ? "
        "On fabrique des professions dont on connaît la réponse, on les interroge, on applique les fonctions du "
        "projet, et l’on compte leurs erreurs, à côté de celles de méthodes plus simples.",
        "",
        f"**{kept} cibles tenues sur {len(targets)}.**",
        "",
        *(f"- {label} : {value}" for label, value in settings),
    ]
    for section in sections:
        lines += ["", f"## {section.title}", "", section.question]
        for table in section.tables:
            lines += ["", f"*{table.caption}*", "", *_table(table.header, table.rows)]
        if section.targets:
            rows = [target.as_row() for target in section.targets]
            lines += ["", *_table(("Figure", "Cible", "Obtenu", "Verdict"), rows)]
        lines += [line for text in section.reading for line in ("", text)]
    lines += ["", "## Conventions de cette version", "", *_table(("Nom", "Valeur", "Sens"), constants)]
    return "\n".join(map(_french, lines)) + "\n"


def _french(line):
    """Put the spaces that must not break where French wants them."""
    line = re.sub(r" ([:;?»])", rf"{NO_BREAK}\1", line).replace("« ", f"«{NO_BREAK}")
    return re.sub(r"(?<=\d) %", f"{THIN}%", line)


def _table(header, rows):
    return [_line(header), _line(["---"] * len(header)), *(_line(row) for row in rows)]


def _line(cells):
    return "| " + " | ".join(str(cell) for cell in cells) + " |"
