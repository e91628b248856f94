"""Enough of a structure's name to tell two from one, no more."""

import pytest

from interviews.collection.structures import structure_key
from interviews.models import Campaign


@pytest.mark.parametrize("name", ["Studio Étoile", "STUDIO ETOILE SAS", "Studio-Étoile (S.A.S.)", " studio  étoile. "])
def test_writings_of_one_name_give_one_key(name):
    assert structure_key(Campaign(slug="v1"), name) == structure_key(Campaign(slug="v1"), "studio etoile")


def test_the_key_depends_on_the_name_the_wave_and_the_sites_secret(settings):
    one = structure_key(Campaign(slug="v1"), "Studio")
    assert len(one) == 64
    assert one != structure_key(Campaign(slug="v2"), "Studio")
    assert one != structure_key(Campaign(slug="v1"), "Studios")
    settings.SECRET_KEY = "another secret key, as long as it should be 0123456789"
    assert one != structure_key(Campaign(slug="v1"), "Studio")


@pytest.mark.parametrize(("name", "kept"), [("...", False), ("SAS", True), ("スタジオ", True), ("42", True)])
def test_a_name_without_any_letter_is_no_name(name, kept):
    assert bool(structure_key(Campaign(slug="v1"), name)) == kept
