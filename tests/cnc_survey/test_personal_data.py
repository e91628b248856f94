"""Encryption at rest, and what is still found without decrypting."""

import pytest
from cryptography.fernet import Fernet

from cnc_survey.personal_data import (
    PersonalDataError,
    SearchIndexField,
    decrypt,
    encrypt,
    fingerprint,
    fingerprints,
    words_of,
)

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
TEXTS = ["ada@exemple.fr", "", "Éloïse d’Arc", "fernet:", "clear:fernet:x", "=HYPERLINK(1)", "🎬", "\u202eabc"]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("keys", [[], [OLD]])
def test_what_is_stored_reads_back_exactly(settings, text, keys):
    settings.PERSONAL_DATA_KEYS = keys
    assert decrypt(encrypt(text)) == text


def test_with_a_key_nothing_readable_is_stored(settings):
    settings.PERSONAL_DATA_KEYS = [OLD]
    stored = encrypt("ada@exemple.fr")
    assert stored.startswith("fernet:")
    assert "ada" not in stored
    assert encrypt("ada@exemple.fr") != stored


def test_a_key_is_replaced_without_a_stop(settings):
    clear = encrypt("ada@exemple.fr")
    settings.PERSONAL_DATA_KEYS = [OLD]
    old = encrypt("ada@exemple.fr")
    settings.PERSONAL_DATA_KEYS = [NEW, OLD]
    assert {decrypt(stored) for stored in (clear, old, encrypt("ada@exemple.fr"))} == {"ada@exemple.fr"}
    settings.PERSONAL_DATA_KEYS = [NEW]
    with pytest.raises(PersonalDataError, match="PERSONAL_DATA_KEY ne contient pas la clé"):
        decrypt(old)


def test_a_fingerprint_is_found_whatever_the_key_it_was_made_with(settings):
    under_none = fingerprint("ada@exemple.fr")
    settings.PERSONAL_DATA_KEYS = [OLD]
    under_old = fingerprint("ada@exemple.fr")
    settings.PERSONAL_DATA_KEYS = [NEW, OLD]
    found = fingerprints("ada@exemple.fr")
    assert found == [fingerprint("ada@exemple.fr"), under_old, under_none]
    assert len(set(found)) == 3


def test_words_are_found_without_accents_case_or_signs():
    assert words_of("Éloïse D’Arc-Cœur — SARL n°12") == ["eloise", "d", "arc", "coeur", "sarl", "n", "12"]


def test_the_search_index_shows_no_letter_of_a_name_under_a_key(settings):
    field = SearchIndexField(sources=("name",))
    assert field.derive("Ada Lovelace") == " ada lovelace"
    settings.PERSONAL_DATA_KEYS = [OLD]
    marks = field.derive("Ada Lovelace").split()
    assert [len(mark) for mark in marks] == [10] * 8  # ad, ada; lo, lov, love, lovel, lovela, lovelace
    assert field.derive("Lovelock").split()[:3] == marks[2:5]
