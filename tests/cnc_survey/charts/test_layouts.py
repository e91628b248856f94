"""Where things are drawn: a share of the width, a value on its scale, nothing that passes for a zero."""

import pytest

from cnc_survey.charts.layouts import (
    Bar,
    Cell,
    Dot,
    Opinions,
    Slope,
    bars,
    diverging_bars,
    dots_with_intervals,
    heatmap,
    slopes,
)

LEVELS = [(1, "●○○"), (2, "●●○"), (3, "●●●")]


def drawn(canvas, css):
    """The attributes of the shapes of a class, without the class, in the order drawn."""
    return [
        {name: value for name, value in shape.attributes.items() if name != "class"}
        for shape in canvas.shapes
        if css in shape.attributes["class"].split()
    ]


def written(canvas, css):
    return [shape.text for shape in canvas.shapes if css in shape.attributes["class"].split()]


def test_a_bar_is_as_long_as_its_share():
    canvas = bars([Bar("Connaissent", 0.5), Bar("Utilisent", 0.25)])
    assert [bar["width"] for bar in drawn(canvas, "bar")] == [139, 69.5]
    assert [track["width"] for track in drawn(canvas, "track")] == [278, 278]
    assert written(canvas, "value") == ["50,0\u202f%", "25,0\u202f%"]


def test_a_share_that_is_hidden_is_no_bar():
    canvas = bars([Bar("Utilisent", None, words="base insuffisante")])
    assert drawn(canvas, "bar") == []
    assert len(drawn(canvas, "hidden")) == 1
    assert written(canvas, "value") == ["base insuffisante"]


def test_an_interval_lies_on_the_scale_of_its_bar():
    canvas = bars([Bar("Utilisent", 0.5, low=0.25, high=0.75)])
    line, low, high = drawn(canvas, "interval")
    assert (line["x1"], line["x2"], low["x1"], high["x1"]) == (69.5, 208.5, 69.5, 208.5)


def test_opinions_stand_on_both_sides_of_the_middle():
    canvas = diverging_bars([Opinions("Je crains", (0.1, 0.3, 0.4, 0.2))], ("non", "plutôt non", "plutôt oui", "oui"))
    # The key first, then the bar: 170 is the middle, a side of 170 units is everybody.
    bar = drawn(canvas, "bar")[4:]
    assert [(part["x"], part["width"]) for part in bar] == [
        pytest.approx((102, 17)),
        pytest.approx((119, 51)),
        pytest.approx((170, 68)),
        pytest.approx((238, 34)),
    ]
    assert written(canvas, "value") == ["40\u202f%", "60\u202f%"]


def test_the_neutral_answer_is_astride_the_middle():
    canvas = diverging_bars([Opinions("Charge", (0.2, 0.5, 0.3))], ("moins", "autant", "plus"))
    neutral = drawn(canvas, "neutral")[1]
    assert (neutral["x"], neutral["width"]) == pytest.approx((170 - 42.5, 85))


def test_hidden_opinions_are_an_outline_with_words():
    canvas = diverging_bars([Opinions("Je crains", None, "base insuffisante")], ("non", "oui"))
    assert (len(drawn(canvas, "hidden")), len(drawn(canvas, "bar"))) == (1, 2)  # the two of the key
    assert "base insuffisante" in written(canvas, "note")


def test_a_dot_moves_from_the_earlier_value():
    canvas = dots_with_intervals([Dot("Maturité", 3, earlier=2, low=2, high=3)], (1, 3), LEVELS)
    (earlier,), (dot,), (move,) = drawn(canvas, "earlier"), drawn(canvas, "dot"), drawn(canvas, "move")
    assert (earlier["cx"], dot["cx"], move["x1"], move["x2"]) == (139, 270, 139, 270)


@pytest.mark.parametrize(("value", "earlier", "discs"), [(2, 2, (1, 1, 0)), (2, None, (1, 0, 0)), (None, 2, (0, 1, 0))])
def test_a_dot_that_does_not_move_draws_no_line(value, earlier, discs):
    canvas = dots_with_intervals([Dot("Maturité", value, earlier)], (1, 3), LEVELS)
    assert tuple(len(drawn(canvas, css)) for css in ("dot", "earlier", "move")) == discs


def test_nothing_known_is_a_dashed_line():
    canvas = dots_with_intervals([Dot("Adoption", None)], (1, 3), LEVELS)
    assert (len(drawn(canvas, "hidden")), len(drawn(canvas, "dot"))) == (1, 0)


def test_a_heatmap_writes_the_number_in_the_tone():
    canvas = heatmap(
        ["Conception", "Diffusion"], [("Tournage", [Cell(3, "12"), None]), ("Sortie", [None, Cell(None, "2")])]
    )
    assert (len(drawn(canvas, "tone-3")), len(drawn(canvas, "hidden"))) == (1, 1)
    assert written(canvas, "in-cell") == ["12", "2"]
    assert written(canvas, "small") == ["Tournage", "Sortie", "1. Conception", "2. Diffusion"]


def test_a_slope_joins_the_waves_that_know():
    canvas = slopes([Slope("Maturité", [2, 3, None], ["●●○", "●●●", ""])], ["2024", "2025", "2026"], (1, 3), LEVELS)
    assert [(dot["cx"], dot["cy"]) for dot in drawn(canvas, "dot")] == [(46, 62), (170, 29)]
    assert len(drawn(canvas, "move")) == 1


def test_a_long_label_takes_the_lines_it_needs():
    one, two = bars([Bar("Court", 0.5)]), bars([Bar("Une étiquette bien plus longue que la largeur du dessin", 0.5)])
    assert two.y - one.y == 15
