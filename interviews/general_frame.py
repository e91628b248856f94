"""From general answers to arrays: `frames` for the questions that are not about one use case.

Whose answers count, and which one of a person's, is settled by `frames`. Here: an item asked only of some counts the
answers of those alone (`Item.asked_if`, the rule of the questionnaire); of a drawn block, whoever answered was shown
it; an emptied answer is none. Free texts are read by people: they are not counted.
"""

from dataclasses import dataclass

import numpy as np

from usecases.models import Tool

from .analysis.tabulation import NOBODY, ItemAnswers, number_classes
from .frames import Profiles
from .models import Answer, Campaign, Item
from .reading import RowReader

DONT_KNOW = "nsp"
COUNTED_KINDS = (Item.Kind.SINGLE, Item.Kind.MULTIPLE, Item.Kind.SCALE, Item.Kind.NUMBER)


@dataclass(frozen=True)
class GeneralAnswers:
    """One item with what everybody answered (n persons, in the order of the Profiles)."""

    item: Item
    given: ItemAnswers


def counted_items(campaign: Campaign) -> list[Item]:
    """Return the general items whose answers are counted, in the order of the questionnaire, with their options."""
    items = Item.objects.filter(module__questionnaire=campaign.questionnaire, kind__in=COUNTED_KINDS)
    return list(items.select_related("module", "asked_if__option_set").prefetch_related("option_set__options"))


def read_general_answers(campaign: Campaign, frame: Profiles, codes: set[str] | None = None):
    """Return the GeneralAnswers of the counted items, or of those with these `codes`, in a fixed number of queries."""
    items = counted_items(campaign)
    wanted = [item for item in items if codes is None or item.code in codes]
    read = _with_conditions(wanted, {item.pk: item for item in items})
    texts, columns = _read(frame, [item.pk for item in read])
    listed = list(Tool.objects.order_by("position", "code").values_list("code", flat=True))
    given = {}
    for place, item in enumerate(read):
        given[item.pk] = _Given.of(item, texts[place], columns[place], given.get(item.asked_if_id))
    return [GeneralAnswers(item, given[item.pk].answers(item, listed, frame.by_questionnaire)) for item in wanted]


def _with_conditions(items, by_key):
    """Return the items after those that their conditions look at, each once."""
    found = {}
    for item in items:
        chain = [item]
        while chain[-1].asked_if_id and chain[-1].asked_if_id in by_key:
            chain.append(by_key[chain[-1].asked_if_id])
        found |= {each.pk: each for each in reversed(chain)}
    return list(found.values())


@dataclass(frozen=True)
class _Given:
    """The distinct values of an item, and which one each person gave (-1: not asked, or no answer)."""

    values: list
    value: np.ndarray

    @classmethod
    def of(cls, item, values, value, condition):
        if condition is None:
            return cls(values, value)
        opens = np.array([each in item.asked_if_codes for each in condition.values] + [False], dtype=bool)
        return cls(values, np.where(opens[condition.value], value, NOBODY))

    def answers(self, item, listed, by_questionnaire):
        if item.kind == Item.Kind.NUMBER:
            return self._numbers(by_questionnaire)
        held = [each if isinstance(each, list) else [each] for each in self.values]
        codes = _codes(item, listed, held)
        places = {code: place for place, code in enumerate(codes)}
        ticks = np.zeros((len(held), len(codes)), dtype=bool)
        for row, each in enumerate(held):
            ticks[row, [places[code] for code in each if code in places]] = True
        known = np.array([DONT_KNOW in each for each in held], dtype=bool) | ticks.any(axis=1)
        # A code that the questionnaire does not have says nothing.
        return ItemAnswers(codes, np.where(np.append(known, False)[self.value], self.value, NOBODY), ticks)

    def _numbers(self, by_questionnaire):
        numeric = [isinstance(each, int | float) for each in self.values]
        labels, ticks = (), np.zeros((len(self.values), 0), dtype=bool)
        if any(numeric):
            rows = np.flatnonzero(numeric)
            counted = self.value[by_questionnaire & (self.value != NOBODY)]
            persons = np.bincount(counted, minlength=len(self.values))[rows]
            persons = persons if persons.any() else np.ones(len(rows))
            labels, place = number_classes([self.values[row] for row in rows], persons)
            ticks = np.zeros((len(self.values), len(labels)), dtype=bool)
            ticks[rows, place] = True
        return ItemAnswers(labels, self.value, ticks)


def _codes(item, listed, held):
    if not item.open_list:
        return tuple(option.code for option in item.option_set.options.all()) if item.option_set else ()
    # Of an open list only what somebody named: there are hundreds of tools.
    named = {code for each in held for code in each} - {DONT_KNOW}
    return (*(code for code in listed if code in named), *sorted(named.difference(listed)))


def _read(frame, keys):
    """Return by item the distinct values, and (n) which one each person gave: of several, the last sent."""
    answers = Answer.objects.filter(item__in=keys)
    reader = RowReader(answers, "response_id", frame.responses.in_turn, ["item_id"], ["value"])
    places = np.zeros(max(keys, default=0) + 1, dtype=np.int32)
    places[keys] = range(len(keys))
    given = np.zeros((len(keys), frame.responses.persons), dtype=np.int32)
    contested = [np.empty((4, 0), dtype=np.int64)]
    for (response, item), (value,) in reader:
        at, place = frame.responses.locate(response), places[item]
        person, several = frame.responses.person[at], frame.responses.is_one_of_several[at]
        given[place[~several], person[~several]] = value[~several]
        contested.append(np.stack([frame.responses.turn[at], place, person, value])[:, several])
    distinct = [None, *reader.distinct("value")]  # position 0 stands for no value
    says = np.array([each not in ("", [], None) for each in distinct], dtype=bool)
    turn, place, person, value = np.concatenate(contested, axis=1)
    last = np.flatnonzero(says[value])[np.argsort(turn[says[value]], kind="stable")]
    given[place[last], person[last]] = value[last]  # in turn: the last one stays
    values, columns = [], []
    for column in given:
        met = (np.bincount(column, minlength=len(distinct)) > 0) & says
        number = np.where(met, np.cumsum(met) - 1, NOBODY).astype(np.int32)
        values.append([distinct[each] for each in np.flatnonzero(met)])
        columns.append(number[column])
    return values, columns
