"""What the cells of a microdata file mean: rows of text in, rows to store out, errors noted on the way."""

import math
import re
from collections.abc import Iterator
from datetime import date, datetime, time

from django.utils import timezone
from django.utils.text import slugify

from interviews.models import PROFILE_COLUMNS, Campaign, Intention, Item, Level, Response, Usage, UseCaseAnswer
from interviews.models.response import MAX_TEXT
from usecases.models import Barrier, Benefit, Occupation, Sector, Tool

from .batch import FilledResponse
from .microdata_file import DONT_KNOW, SEPARATOR, Errors, Table, unknown_code
from .tools import MAX_NAME

MAX_KEY = 64  # characters of a pseudonymous key
FIRST_YEAR = 1900  # where a spreadsheet's calendar begins
TO_CREATE = "L’option --create-missing l’ajouterait."
CODE = re.compile(r"[A-Za-z0-9_-]{1,80}")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
NUMBER = re.compile(r"-?\d{1,30}(\.\d{1,30})?([eE][+-]?\d{1,3})?")
RATINGS = {
    "usage": {code: member.value for code, member in Usage.by_code().items()},
    "maturity": {code: member.value for code, member in Level.by_code().items()},
    "impact": {code: member.value for code, member in Level.by_code().items()},
    "intention": {code: member.value for code, member in Intention.by_code().items()},
}
PROFILE_CODES = {column: dict(Response._meta.get_field(column).choices) for column in PROFILE_COLUMNS}


class KnownCodes:
    """Every code a file may use, read once (eight queries), and those it brings.

    `sectors`, `occupations`, `use_cases` and `items` map codes to primary keys (items to Items); `tools` maps a name
    as written to its code.
    """

    def __init__(self, campaign: Campaign, create_missing: bool):
        self.use_cases = dict(campaign.use_cases.order_by("position").values_list("code", "pk"))
        items = Item.objects.filter(module__questionnaire=campaign.questionnaire)
        self.items = {item.code: item for item in items.prefetch_related("option_set__options")}
        self.options = {
            code: [option.code for option in item.option_set.options.all()] if item.option_set else []
            for code, item in self.items.items()
        }
        self.sectors = dict(Sector.objects.values_list("code", "pk"))
        self.occupations = dict(Occupation.objects.values_list("code", "pk"))
        self.benefits = list(Benefit.objects.values_list("code", flat=True))
        self.barriers = list(Barrier.objects.values_list("code", flat=True))
        self.tools = {code: code for code in Tool.objects.values_list("code", flat=True)}
        self.taken_keys = set(campaign.responses.values_list("key", flat=True))
        self.create_missing = create_missing
        self.new_sectors, self.new_occupations, self.new_tools = [], [], []


class RowReader:
    """Reads the three tables in order, once: answers are checked against the responses read before them."""

    def __init__(self, codes: KnownCodes, errors: Errors):
        self.codes = codes
        self.errors = errors
        self.keys = {}  # response key: its number in the file
        self.first_rows = []  # of each response, for « déjà à la ligne … »

    def read(self, tables: dict[str, Table]) -> tuple[Iterator, Iterator, Iterator]:
        """Return what `batch.store_tables` takes: responses, use-case answers, general answers, to be read in turn."""
        return (
            self.responses(tables["responses"]),
            self.use_case_answers(tables["use_case_answers"]),
            self.answers(tables["answers"]),
        )

    def responses(self, table: Table) -> Iterator[FilledResponse]:
        """Yield the responses without error, sent at the first minute of their day, without their answers."""
        for number, row in table.rows(self.errors):
            cells = _Cells(table.label, number, row, self.errors)
            key = self._new_key(cells)
            filled = FilledResponse(
                key=key,
                submitted_at=cells.submitted_at(),
                mode=self._mode(cells),
                person=cells.key("person"),
                organisation=cells.key("organisation"),
                weight=cells.weight(),
                profile={column: cells.code(column, PROFILE_CODES[column]) or "" for column in PROFILE_COLUMNS},
                sectors=self._growing(cells, "sectors", self.codes.sectors, self.codes.new_sectors),
                occupations=self._growing(cells, "occupations", self.codes.occupations, self.codes.new_occupations),
            )
            if not cells.wrong:
                yield filled

    def use_case_answers(self, table: Table) -> Iterator[tuple[str, dict]]:
        """Yield (response key, fields of UseCaseAnswer); an empty row is « offered, not answered »."""
        positions = {code: position for position, code in enumerate(self.codes.use_cases)}
        # One byte per pair rather than a set of pairs: six million answers stay small.
        seen = bytearray(len(self.keys) * len(positions))
        ranks = [0] * len(self.keys)
        for number, row in table.rows(self.errors):
            cells = _Cells(table.label, number, row, self.errors)
            key = self._known_key(cells)
            use_case = cells.code("use_case", self.codes.use_cases, required=True)
            answer = {name: cells.mapped(name, codes) for name, codes in RATINGS.items()}
            lists = {
                "benefits": cells.codes("benefits", self.codes.benefits),
                "barriers": cells.codes("barriers", self.codes.barriers),
                "tools": self._tools(cells, "tools"),
            }
            # Most lists are empty, which is what the table holds unless told otherwise.
            answer |= {name: codes for name, codes in lists.items() if codes}
            answer["comment"] = cells.text("comment")
            if key and use_case:
                response = self.keys[key]
                self._once(cells, "use_case", seen, response * len(positions) + positions[use_case])
                ranks[response] += 1
                answer |= {"use_case_id": self.codes.use_cases[use_case], "rank": ranks[response]}
                answer["reason"] = UseCaseAnswer.Reason.IMPORTED
            if not cells.wrong:
                yield key, answer

    def answers(self, table: Table) -> Iterator[tuple[str, int, object]]:
        """Yield (response key, item primary key, value as Answer stores it)."""
        positions = {code: position for position, code in enumerate(self.codes.items)}
        seen = bytearray(len(self.keys) * len(positions))
        for number, row in table.rows(self.errors):
            cells = _Cells(table.label, number, row, self.errors)
            key = self._known_key(cells)
            code = cells.code("item", self.codes.items, required=True)
            if code is None:
                continue
            item = self.codes.items[code]
            value = self._value(cells, item)
            if key:
                self._once(cells, "item", seen, self.keys[key] * len(positions) + positions[code])
            # An empty value is no answer.
            if not cells.wrong and value not in (None, "", []):
                yield key, item.pk, value

    def _new_key(self, cells):
        key = cells.key("response", required=True)
        if key in self.keys:
            cells.refuse("response", f"clé « {key} » déjà à la ligne {self.first_rows[self.keys[key]]}.")
        elif key in self.codes.taken_keys:
            cells.refuse("response", f"la campagne a déjà une réponse « {key} ».")
        if key and key not in self.keys:
            self.keys[key] = len(self.first_rows)
            self.first_rows.append(cells.number)
        return key

    def _known_key(self, cells):
        key = cells.key("response", required=True)
        if key and key not in self.keys:
            cells.refuse("response", f"réponse « {key} » absente de la table « responses ».")
            return None
        return key or None

    def _once(self, cells, column, seen, place):
        if seen[place]:
            what = f"{cells.row['response'].strip()} », « {cells.row[column].strip()}"
            cells.refuse(column, f"« {what} » est déjà plus haut : une seule ligne par réponse et par code.")
        seen[place] = 1

    def _mode(self, cells):
        if "mode" not in cells.row:
            return Response.Mode.SPREADSHEET  # a file that says nothing of modes was filled in as a file
        return cells.code("mode", Response.Mode.values, required=True)

    def _growing(self, cells, column, known, new):
        """Primary keys of codes; with `create_missing` an unknown code joins `new` (and has no key yet)."""
        found = []
        for code in cells.values(column):
            if code in known:
                found.append(known[code])
            elif not self.codes.create_missing:
                cells.refuse(column, lambda code=code: f"{unknown_code(code, known)} {TO_CREATE}")
            elif not CODE.fullmatch(code):
                cells.refuse(
                    column, f"« {code[:60]} » ne peut pas être un code : 80 lettres sans accent, chiffres, - ou _."
                )
            elif code not in new:
                new.append(code)
        return found

    def _tools(self, cells, column):
        return list(dict.fromkeys(code for name in cells.values(column) if (code := self._tool(cells, column, name))))

    def _tool(self, cells, column, name):
        if name in self.codes.tools:
            return self.codes.tools[name]
        code = slugify(name)[:MAX_NAME]
        if not code or len(name) > MAX_NAME or "\x00" in name:
            cells.refuse(column, f"« {name[:60]} » n’est pas un nom d’outil : {MAX_NAME} caractères, dont une lettre.")
            return None
        if code not in self.codes.tools:
            self.codes.new_tools.append(name)
            self.codes.tools[code] = code
        self.codes.tools[name] = code
        return code

    def _value(self, cells, item):
        text = cells.row["value"]
        if item.kind == Item.Kind.TEXT:
            return cells.text("value")
        if text.strip() == DONT_KNOW:
            return DONT_KNOW
        if item.kind == Item.Kind.NUMBER:
            return cells.numeric("value")
        if item.open_list:
            return self._tools(cells, "value")
        if item.kind == Item.Kind.MULTIPLE:
            return cells.codes("value", self.codes.options[item.code])
        if SEPARATOR in text:
            cells.refuse("value", f"plusieurs valeurs pour « {item.code} », qui n’en admet qu’une.")
            return None
        return cells.code("value", self.codes.options[item.code])


class _Cells:
    """One row of the file. Each method reads a column; what is wrong is noted and read as not answered."""

    def __init__(self, table, number, row, errors):
        self.table, self.number, self.row, self.errors = table, number, row, errors
        self.wrong = False

    def refuse(self, column, message):
        self.wrong = True
        self.errors.add(self.table, self.number, column, message)

    def key(self, column, required=False):
        key = self.row.get(column, "").strip()
        if len(key) > MAX_KEY or "\x00" in key:
            self.refuse(column, f"une clé compte au plus {MAX_KEY} caractères.")
            return ""
        if required and not key:
            self.refuse(column, "clé absente.")
        return key

    def code(self, column, accepted, required=False):
        code = self.row[column].strip()
        if code in accepted:
            return code
        if code or required:
            self.refuse(column, lambda: unknown_code(code, accepted))
        return None

    def mapped(self, column, values):
        code = self.code(column, values)
        return None if code is None else values[code]

    def values(self, column):
        """The values of a cell, each once; an empty one between two separators is a slip, not a value."""
        text = self.row[column]
        if not text:
            return ()
        return dict.fromkeys(value for part in text.split(SEPARATOR) if (value := part.strip()))

    def codes(self, column, accepted):
        found = []
        for code in self.values(column):
            if code in accepted:
                found.append(code)
            else:
                self.refuse(column, lambda code=code: unknown_code(code, accepted))
        return found

    def text(self, column):
        text = self.row[column]
        if len(text) > MAX_TEXT:
            self.refuse(column, f"texte de {len(text)} caractères ; {MAX_TEXT} au plus.")
        if "\x00" in text:
            self.refuse(column, "caractère nul (U+0000), qu’une base de données ne garde pas.")
        return text

    def numeric(self, column):
        text = self.row[column].strip()
        if not text:
            return None
        if not NUMBER.fullmatch(text) or not math.isfinite(float(text)):
            self.refuse(column, f"« {text[:60]} » n’est pas un nombre ; par exemple 12 ou 12.5, avec un point.")
            return None
        number = float(text)
        return int(number) if number.is_integer() else number

    def weight(self):
        weight = self.numeric("weight") if "weight" in self.row else None
        if weight is not None and not weight > 0:
            self.refuse("weight", "un poids est strictement positif, ou reste vide.")
        return weight

    def submitted_at(self):
        text = self.row["submitted_on"].strip()
        try:
            if not DATE.fullmatch(text):
                raise ValueError
            day = date.fromisoformat(text)
            if day.year < FIRST_YEAR:
                raise ValueError
        except ValueError:
            said = f"« {text[:60]} » n’est pas une date" if text else "date absente"
            self.refuse("submitted_on", f"{said} ; il faut AAAA-MM-JJ, par exemple 2025-03-14.")
            return None
        return timezone.make_aware(datetime.combine(day, time()))
