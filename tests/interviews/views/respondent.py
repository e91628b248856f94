"""A person who answers at random, well and badly: what was accepted of them is remembered, to compare with the base."""

import random
import re
from itertools import count

from django.test import Client
from django.urls import reverse
from django.utils.text import slugify

from interviews.collection.invitations import create_invitation
from interviews.collection.links import hash_token
from interviews.collection.pages import path_of
from interviews.collection.structures import structure_key
from interviews.models import Intention, Invitation, Item, Level, Module, Response, Satisfaction, Usage
from usecases.models import UseCase

from .html_forms import Form, read_forms

SUBMITTED, WITHDRAWN, STOPPED = "submitted", "withdrawn", "stopped"
ADDRESSES = count(1)

WORDS = [
    "Du temps gagné",
    '=HYPERLINK("http://x")',
    "@SUM(A1:A9)",
    "+1",
    "-2",
    "Bip \x07 puis \x1b[31m",
    "🎬👩🏽‍🎨",
    "\u202eשלום\u202c مرحبا",
    "<b>gras</b> & 'guillemets' \"doubles\" {{ 1 }} {% now %}",
    "Deux\r\nlignes",
    "a" * 5000,
]
LONGEST = {"other_barrier": 200, "structure_name": 120}
TOOL_NAMES = ["Runway", "Outil Maison", "🎬", "ChatGPT", "Éditeur <i>X</i>", "=1+1"]
NAUGHTY_CODES = ["inconnu", "cas.", "cas.inconnu", "question.inconnue", "cas.\x00", "question.\x00", "."]

NOT_A_CHOICE = ["inconnu", "9" * 40, "\x00", "🎬"]
NOT_WORDS = ["é" * 40_000, "avant\x00après"]
# By kind of field, what it must refuse; the lone checkbox takes anything as a tick.
SPOILS = {
    "hidden": ["x", "1e9", "-", "9" * 5_000, "\x00"],
    "radio": NOT_A_CHOICE,
    "select": NOT_A_CHOICE,
    "checkbox": NOT_A_CHOICE,
    "tick": [],
    "text": NOT_WORDS,
    "textarea": NOT_WORDS,
}

KNOWS = {"aware", "tried", "occasional", "regular", "abandoned"}
ASKED_OF = {
    "maturity": KNOWS,
    "impact": KNOWS,
    "intention": {"aware", "tried", "abandoned"},
    "satisfaction": KNOWS - {"aware"},
}
COLUMNS = ["structure_type", "structure_size", "seniority", "employment_status", "gender", "age_group"]


class Respondent:
    """One person, their browser, and `said`: {part of the questionnaire: its answer}, only what is not empty."""

    def __init__(self, campaign, draw: random.Random):
        self.campaign, self.draw = campaign, draw
        number = next(ADDRESSES)
        # Each comes from an address of their own: limits by address are proved elsewhere.
        address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        self.client = Client(REMOTE_ADDR=address)
        self.said, self.proposals = {}, set()
        items = Item.objects.filter(module__questionnaire=campaign.questionnaire)
        self.items = {item.code: item for item in items.select_related("module", "asked_if")}

    # ── Browsing ──

    def get(self, address, expected=(200,), **data):
        answer = self.client.get(address, data)
        assert answer.status_code in expected, f"GET {address}: {answer.status_code}"
        return answer

    def post(self, address, data=None, expected=(302,)):
        answer = self.client.post(address, data or {})
        assert answer.status_code in expected, f"POST {address}: {answer.status_code}"
        return answer

    def url(self, name, *arguments):
        return reverse(name, args=[self.token, *arguments])

    def chance(self, probability):
        return self.draw.random() < probability

    # ── Coming in ──

    def begin(self) -> str:
        """Come by the open link or a personal one; return the address of the first page."""
        if self.chance(0.5):
            entry = reverse("enter", args=[self.campaign.slug])
            assert self.client.head(entry).status_code == 200
        else:
            _, self.token = create_invitation(self.campaign, Invitation.Channel.PERSONAL)
            entry = self.url("resume")
        self.get(entry)
        before = Response.objects.count()
        for refused in ({}, {"consent": ""}, {"consent": "", "subject": "x"}):
            if self.chance(0.2):
                self.post(entry, refused, expected=(200,))
        assert Response.objects.count() == before
        page = self.post(entry, {"consent": "on"}).url
        self.token = page.split("/")[2]
        link = Invitation.objects.get(token_hash=hash_token(self.token)).response_link
        self.response = link.response
        self.post(self.url("resume"))  # again, as by a double click
        return page

    # ── Answering a page ──

    def answer(self, address) -> str:
        """Answer a page with some detours; return the address it leads to."""
        form = read_forms(self.get(address).content.decode())[0]
        data = self.filled(form)
        for unit, names in form.units.items():
            if self.chance(0.06):
                self.autosave(unit, {name: form.fields[name] for name in names}, data)
        if self.chance(0.1):
            self.refused(address, form, data)
        if self.chance(0.05):
            # As from a window left open since long ago.
            self.post(address, data | {name: ["999"] for name in data if name.endswith("version")})
            self.compare()
        following = self.post(address, data).url
        for unit, names in form.units.items():
            self.hear(unit, {name: data[name] for name in names})
        if self.chance(0.05):
            assert self.post(address, data).url == following
            self.compare()
        return following

    def filled(self, form: Form) -> dict[str, list[str]]:
        """Fill a form at random; what is left as it was keeps its value."""
        data = form.values
        for name, field in form.fields.items():
            if field.kind == "hidden" or self.chance(0.25):
                continue
            if field.kind in ("checkbox", "tick"):
                data[name] = [choice for choice in field.choices if self.chance(2 / (1 + len(field.choices)))]
            elif field.choices:
                data[name] = [self.draw.choice(field.choices)]
            elif name.split("-")[-1] in ("tools", "ai_tools"):
                # Words, and a box ticked beside them.
                data[name] = [*self.draw.sample(TOOL_NAMES, 1), ", ".join(self.draw.sample(TOOL_NAMES, 2))]
            else:
                longest = next((length for end, length in LONGEST.items() if name.endswith(end)), None)
                data[name] = [self.draw.choice(WORDS)[:longest]]
        if "occupations" in data and not data["occupations"]:
            data["occupations"] = [self.draw.choice(form.fields["occupations"].choices)]
        return data

    def autosave(self, unit, fields, data):
        """Save one part, now and then badly; the new version enters the page."""
        address, part = self.url("autosave", unit), {name: data[name] for name in fields}
        if self.chance(0.3):
            self.post(address, self.spoiled(part, fields), expected=(422,))
            self.compare()
        answer = self.post(address, part, expected=(200,))
        self.hear(unit, part)
        (version,) = re.findall(r'value="(\d+)" data-version', answer.content.decode())
        (name,) = [name for name in fields if name.endswith("version")]
        data[name] = [version]

    def refused(self, address, form, data):
        """Send the page with one thing that cannot be read: it comes back, and nothing is stored."""
        fields = {name: one for name, one in form.fields.items() if one.unit}
        shown = self.post(address, self.spoiled(data, fields), expected=(200,)).content.decode()
        assert "error-summary" in shown
        # A structure named meanwhile may be forgotten: one box more.
        assert set(read_forms(shown)[0].fields) - {"forget_structure"} == set(form.fields) - {"forget_structure"}
        self.compare()

    def spoiled(self, data, fields):
        """Return the fields with one made unreadable."""
        name, spoil = self.draw.choice([(n, spoil) for n, field in fields.items() for spoil in SPOILS[field.kind]])
        return data | {name: [spoil]}

    # ── What was said, and what is stored ──

    def hear(self, unit, part):
        """Remember a part that was accepted."""
        kind, _, code = unit.partition(".")
        meaning = MEANINGS[kind](self, code, part)
        self.said.pop(unit, None)
        if meaning not in (None, "", [], {}):
            self.said[unit] = meaning
        for item in self.items.values():
            condition = item.asked_if
            if condition and condition.code == code and meaning not in item.asked_if_codes:
                self.said.pop(f"question.{item.code}", None)

    def compare(self):
        """What is stored is what was accepted: nothing lost, nothing added."""
        held = stored(self.response)
        parts = sorted(part for part in held.keys() | self.said.keys() if held.get(part) != self.said.get(part))
        different = [(part, held.get(part), self.said.get(part)) for part in parts]
        assert not different, f"(part, stored, said): {different}"

    def _profile(self, _, part):
        values = {column: part[column][0] for column in COLUMNS if part[column]}
        lists = {name: sorted(part[name]) for name in ("occupations", "sectors")}
        name = part["structure_name"][0].strip()
        kept = "" if part.get("forget_structure") else self.said.get("profile", {}).get("organisation", "")
        structure = {"organisation": structure_key(self.campaign, name) if name else kept}
        return _filled(values | lists | structure)

    def _question(self, code, part):
        item, values = self.items[code], part[code]
        if item.open_list:
            return tool_codes(", ".join(values))
        if item.kind == Item.Kind.MULTIPLE:
            return [value for value in values if value != "nsp"] or ("nsp" if values else None)
        return values[0].strip() if values else None

    def _use_case(self, code, part):
        given = {name.removeprefix(f"{code}-"): values for name, values in part.items() if not name.endswith("version")}
        meaning = {name: values[0].strip() for name, values in given.items() if values}
        meaning |= {name: given[name] for name in ("benefits", "barriers")}
        meaning["tools"] = tool_codes(", ".join(given["tools"]))
        for name, usages in ASKED_OF.items():
            if meaning.get("usage") not in usages:
                meaning.pop(name, None)
        return _filled(meaning)

    # ── The end ──

    def send(self):
        """Send, perhaps twice, then look at all that is shown afterwards."""
        self.get(self.url("review"))
        if self.campaign.is_anonymous:
            self._send_anonymously()
        else:
            for _ in range(self.draw.choice([1, 2])):
                thanks = self.post(self.url("review")).url
            self.get(thanks)
            for name in ("own_answers", "own_answers_workbook", "comparison", "resume", "review"):
                self.get(self.url(name))
        self.compare()

    def _send_anonymously(self):
        shown = self.post(self.url("review"), expected=(200,)).content.decode()
        (self.code,) = re.findall(r'class="receipt-code">([^<]+)<', shown)
        for name in ("resume", "review", "thanks", "own_answers"):
            self.get(self.url(name), expected=(404,))
        self.post(self.url("review"), expected=(404,))
        self.post(self.url("autosave", "profile"), expected=(404,))

    def correct(self):
        """Come back once it is sent: to a whole page, or to one answer in the review."""
        units = re.findall(r'"\?modifier=([^#"]+)#', self.get(self.url("review")).content.decode())
        unit = self.draw.choice(units)
        if self.chance(0.5):
            path = path_of(Response.objects.get(pk=self.response.pk))
            self.answer(self.url("page", next(page.slug for page in path.pages if unit in page.units)))
            return
        address = self.url("review") + f"?modifier={unit}"
        form = read_forms(self.get(address).content.decode())[0]
        data = self.filled(form)
        assert self.post(address, data).url.startswith(self.url("review") + "#")
        self.hear(unit, {name: data[name] for name in form.units[unit]})
        self.compare()

    def withdraw(self):
        """Take everything back, by the link or by the receipt code."""
        if self.campaign.is_anonymous:
            address = reverse("withdraw_by_code", args=[self.campaign.slug])
            for wrong in ("", "AAAA-BBBB-CCCC", "é" * 500, "\x00"):
                self.post(address, {"code": wrong}, expected=(200,))
            self.compare()
            self.get(self.post(address, {"code": self.code.lower().replace("-", " ")}).url)
        else:
            self.get(self.url("withdraw"))
            self.get(self.post(self.url("withdraw")).url)
        self.get(self.url("resume"), expected=(404,))
        self.post(self.url("page", "profile"), {"occupations": ["1"]}, expected=(404,))
        self.said, self.proposals = {}, set()
        self.compare()

    # ── Elsewhere ──

    def stray(self):
        """Do one thing that is not the next page: look around, come back, try what cannot be."""
        self.draw.choice(STRAYS)(self)
        self.compare()

    def _pages_of_others(self):
        own = set(re.findall(rf"/q/{self.token}/([\w-]+)/", self.get(self.url("resume")).content.decode()))
        modules = Module.objects.filter(questionnaire=self.campaign.questionnaire)
        slugs = {*modules.values_list("code", flat=True), "nulle-part", "cas-inconnue", "PROFILE"}
        for slug in self.draw.sample(sorted(slugs - own), 2):
            self.get(self.url("page", slug), expected=(404,))
            self.post(self.url("page", slug), {"usage": "regular"}, expected=(404,))

    def _parts_of_others(self):
        asked = self.response.use_case_answers.values("use_case")
        other = UseCase.objects.exclude(pk__in=asked).order_by("position").last().code
        for unit in [*self.draw.sample(NAUGHTY_CODES, 2), f"cas.{other}"]:
            self.post(self.url("autosave", unit), {f"{other}-usage": "regular"}, expected=(404,))
        self.get(self.url("autosave", "profile"), expected=(405,))
        stored = dict(self.response.answers.values_list("item__code", "value"))
        blocks = Response.objects.get(pk=self.response.pk).blocks
        for item in self.items.values():
            if (item.module.is_block and item.module.code not in blocks) or not _open_to(item, stored):
                self.post(self.url("autosave", f"question.{item.code}"), {item.code: "yes"}, expected=(404,))
                break

    def _link_of_another(self):
        for name in ("resume", "review", "report", "thanks", "withdraw"):
            self.get(reverse(name, args=[self.token[:-1]]), expected=(404,))
        self.post(reverse("page", args=[self.token[::-1], "profile"]), {"occupations": ["1"]}, expected=(404,))

    def _come_back(self):
        assert self.client.head(self.url("resume")).status_code == 200
        self.get(self.url("review"))
        self.get(self.post(self.url("resume")).url)

    def _ask_for_more(self):
        for code in ("inconnu", "", "\x00", "profile"):
            self.post(self.url("more"), {"block": code}, expected=(404,))
        blocks = Module.objects.filter(questionnaire=self.campaign.questionnaire, is_block=True).order_by("position")
        self.get(self.post(self.url("more"), {"block": self.draw.choice(blocks).code}).url)

    def _explore(self):
        if not self.response.use_case_answers.exists():
            return
        for words in ("montage", "\x00", "é" * 500, '"><script>'):
            self.get(self.url("explore"), q=words)
        for code in ("inconnu", "", "\x00"):
            self.post(self.url("explore"), {"use_case": code}, expected=(404,))
        code = self.draw.choice(self.campaign.use_cases.order_by("position").values_list("code", flat=True))
        self.answer(self.post(self.url("explore"), {"use_case": code}).url.split("#")[0])

    def _report(self):
        address = self.url("report")
        self.get(address)
        for wrong in ({}, {"name": "é" * 40_000}, {"name": "a\x00b"}):
            self.post(address, wrong, expected=(200,))
        name = self.draw.choice(WORDS)[:200]
        for _ in range(2):
            self.post(address, {"name": name, "description": "Voir", "tool": "+1"})
        self.proposals.add(name.strip())


MEANINGS = {"profile": Respondent._profile, "question": Respondent._question, "cas": Respondent._use_case}
STRAYS = [
    Respondent._pages_of_others,
    Respondent._parts_of_others,
    Respondent._link_of_another,
    Respondent._come_back,
    Respondent._ask_for_more,
    Respondent._explore,
    Respondent._report,
]


def _open_to(item, answers):
    return item.asked_if is None or answers.get(item.asked_if.code) in item.asked_if_codes


def tool_codes(names):
    codes = [slugify(name) for name in names.split(",")]
    return list(dict.fromkeys(code for code in codes if code))


def stored(response) -> dict:
    """Return what the base holds of a response, in the shape of `Respondent.said`."""
    response = Response.objects.get(pk=response.pk)
    profile = {column: getattr(response, column) for column in [*COLUMNS, "organisation"]}
    profile |= {
        name: sorted(getattr(response, name).values_list("code", flat=True)) for name in ("occupations", "sectors")
    }
    parts = {"profile": _filled(profile)}
    for row in response.use_case_answers.select_related("use_case"):
        codes = {name: getattr(row, name) for name in CODES}
        answer = {name: None if code is None else CODES[name](code).code for name, code in codes.items()}
        answer |= {name: getattr(row, name) for name in ("benefits", "barriers", "other_barrier", "tools", "comment")}
        parts[f"cas.{row.use_case.code}"] = _filled(answer | {"may_be_quoted": "on" if row.may_be_quoted else ""})
    parts |= {f"question.{code}": value for code, value in response.answers.values_list("item__code", "value")}
    return _filled(parts)


def _filled(values):
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}


CODES = {
    "usage": Usage,
    "maturity": Level,
    "impact": Level,
    "intention": Intention,
    "satisfaction": Satisfaction,
}
