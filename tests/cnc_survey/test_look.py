"""The look: contrasts computed from the tokens, French numbers, light Markdown, the error summary."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from crispy_forms.utils import render_crispy_form
from django import forms
from django.contrib.staticfiles import finders
from django.template import Context, Template
from django.template.loader import render_to_string

from cnc_survey.templatetags.house import (
    date_fr,
    error_summary,
    markdown,
    number_fr,
    percent_fr,
    pluralize,
    signed_fr,
    size_fr,
)

STATIC = Path(finders.find("cnc_survey/tokens.css")).parent
TEMPLATES = Path(__file__).resolve().parents[2] / "templates"

GROUNDS = ["paper", "surface", "warm-wash", "refused-wash"]
TEXTS = ["ink", "quiet", "accent", "accent-strong", "warm", "refused", "done"]
# The first step of a scale is not here: its outline is the second step.
MARKS = ["control", "maturity-2", "maturity-3", "adoption-2", "adoption-3"]


def tokens(scheme):
    """The six-digit colours of one scheme, by name; the dark one redefines what it changes."""
    css = (STATIC / "tokens.css").read_text(encoding="utf-8")
    light, dark = css.split("@media (prefers-color-scheme: dark)")
    declared = {part: dict(re.findall(r"--([\w-]+): (#[0-9A-F]{6});", part)) for part in (light, dark)}
    return declared[light] if scheme == "light" else declared[light] | declared[dark]


def luminance(colour):
    """Relative luminance, WCAG 2.2."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    """Contrast ratio, WCAG 2.2, from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_of_the_reference_pairs():
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.005)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_reaches_4_5_on_every_ground(scheme):
    colours = tokens(scheme)
    low = {
        (text, ground): round(contrast(colours[text], colours[ground]), 2)
        for text in TEXTS
        for ground in GROUNDS
        if contrast(colours[text], colours[ground]) < 4.5
    }
    assert low == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_controls_and_marks_reach_3_on_every_ground(scheme):
    colours = tokens(scheme)
    low = {
        (mark, ground): round(contrast(colours[mark], colours[ground]), 2)
        for mark in MARKS
        for ground in GROUNDS
        if contrast(colours[mark], colours[ground]) < 3
    }
    assert low == {}


def test_buttons_write_in_paper_on_accent():
    assert [
        contrast(tokens(scheme)["paper"], tokens(scheme)[ground]) >= 4.5
        for scheme in ("light", "dark")
        for ground in ("accent", "accent-strong")
    ] == [True] * 4


def test_both_schemes_define_the_same_colours():
    css = (STATIC / "tokens.css").read_text(encoding="utf-8")
    light, dark = (set(re.findall(r"--([\w-]+): #", part)) for part in css.split("@media"))
    assert light == dark


def test_stylesheets_take_every_colour_from_the_tokens():
    """Ink on white paper when printed, and the images inside data: addresses, cannot read a variable."""
    found = {}
    for path in STATIC.glob("*.css"):
        css = re.sub(r"url\(.*?\)|@media print \{.*", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        if path.name != "tokens.css":
            found[path.name] = re.findall(r"#[0-9A-Fa-f]{3,8}\b(?=[;\s,])|rgba?\([^v]", css)
    assert found == {name: [] for name in found}
    assert len(found) >= 7  # the list was read


def test_templates_hold_no_inline_style_nor_script():
    """The content security policy would drop them in silence."""
    inline = re.compile(r"<style|<script|\sstyle=|\son\w+=|https?://(?!www\.w3\.org)", re.IGNORECASE)
    found = {
        str(path.relative_to(TEMPLATES)): inline.findall(path.read_text(encoding="utf-8"))
        for folder in ("components", "usecases", "admin", "bootstrap5")
        for path in (TEMPLATES / folder).rglob("*.html")
    }
    assert {name: hits for name, hits in found.items() if hits} == {}
    assert len(found) > 15


def test_stylesheets_of_the_base_page_exist():
    html = (TEMPLATES / "base.html").read_text(encoding="utf-8")
    asked = re.findall(r'static "([^"]+)"', html)
    assert [name for name in asked if finders.find(name) is None] == []
    assert len(asked) == 7


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (1132, 0, "1\u202f132"),
        (1_234_567, 0, "1\u202f234\u202f567"),
        (0, 0, "0"),
        (-4, 0, "\u22124"),
        (12.25, 1, "12,3"),
        (None, 0, "n.s."),
    ],
)
def test_number_fr(value, decimals, text):
    assert number_fr(value, decimals) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.44, "+0,4"), (-2.96, "−3,0"), (0.026, "0,0"), (-0.04, "0,0"), (0, "0,0"), (None, "n.s.")],
)
def test_signed_fr_gives_no_sign_to_what_rounds_to_nothing(value, text):
    assert signed_fr(value, 1).replace("\xa0", " ") == text


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.653, "65,3\u202f%"),
        (0.6535, "65,4\u202f%"),  # half up on the decimal written, where round() gives 65.3
        (0.0025, "0,3\u202f%"),
        (Decimal("1"), "100,0\u202f%"),
        (0, "0,0\u202f%"),
        (None, "n.s."),
    ],
)
def test_percent_fr(share, text):
    assert percent_fr(share) == text


def test_none_is_singular_in_french():
    assert [f"{n} réponse{pluralize(n)}" for n in (0, 1, 2)] == ["0 réponse", "1 réponse", "2 réponses"]
    assert [pluralize(n, "a,ont") for n in (0, 1, 2)] == ["a", "a", "ont"]
    assert Template("{{ 0|pluralize }}{{ 3|pluralize }}").render(Context()) == "s"  # in templates too


def test_percent_fr_without_decimals():
    assert [percent_fr(share, 0) for share in (0.8, 0.125, 0.5)] == ["80\u202f%", "13\u202f%", "50\u202f%"]


def test_date_fr():
    assert [date_fr(date(2025, 9, 1)), date_fr(date(2025, 12, 31))] == [
        "1er\u00a0septembre 2025",
        "31\u00a0décembre 2025",
    ]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Un *prompt* et **deux**.", "<p>Un <em>prompt</em> et <strong>deux</strong>.</p>\n"),
        ("Deux :\n\n- un\n- deux", "<p>Deux :</p>\n<ul>\n<li>un</li>\n<li>deux</li>\n</ul>\n"),
        ("<script>x</script>", "<p>&lt;script&gt;x&lt;/script&gt;</p>\n"),
        ("[ici](javascript:alert(1))", "<p>[ici](javascript:alert(1))</p>\n"),
        ("![](x)", "<p>![](x)</p>\n"),
        ("# Titre", "<p># Titre</p>\n"),
        ("", ""),
    ],
)
def test_markdown_is_light_and_harmless(text, html):
    assert markdown(text) == html


class Profile(forms.Form):
    name = forms.CharField(label="Nom")
    trades = forms.MultipleChoiceField(label="Métiers", choices=[("a", "A")], widget=forms.CheckboxSelectMultiple)

    def clean(self):
        raise forms.ValidationError("Tout est à revoir.")


REQUIRED = "Ce champ est obligatoire."


def test_error_summary_links_each_error_to_its_field():
    assert error_summary(Profile({})) == {
        "errors": [
            {"message": "Tout est à revoir."},
            {"label": "Nom", "message": REQUIRED, "target": "id_name"},
            {"label": "Métiers", "message": REQUIRED, "target": "id_trades_0"},
        ]
    }


def test_error_summary_gathers_several_forms():
    bound = Profile({"second-trades": ["a"]}, prefix="second")
    assert error_summary([Profile(), bound]) == {
        "errors": [
            {"message": "Tout est à revoir."},
            {"label": "Nom", "message": REQUIRED, "target": "id_second-name"},
        ]
    }


def test_error_summary_is_absent_without_error():
    assert render_to_string("components/error_summary.html", error_summary(Profile())).strip() == ""


def test_choices_show_their_error_before_the_first_one():
    html = render_crispy_form(Profile({"name": "x"}))
    error, first_choice = html.index('id="id_trades_error"'), html.index('type="checkbox"')
    assert error < first_choice
    assert html.count('id="id_trades_error"') == 1
    assert 'aria-describedby="id_trades_error"' in html


@pytest.mark.parametrize(
    ("size", "words"),
    [(12, "1 ko"), (1_499, "1 ko"), (327_744, "328 ko"), (999_499, "999 ko"), (1_250_000, "1,3 Mo")],
)
def test_a_file_weighs_what_people_read(size, words):
    assert size_fr(size) == words.replace(" ", "\u00a0")
