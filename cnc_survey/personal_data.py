"""Personal data at rest: encrypted when the deployment gives a key, found again through keyed fingerprints.

PERSONAL_DATA_KEY lists Fernet keys: the first encrypts, all of them decrypt, so that a key is replaced without a stop
(`rotate_personal_data_key`). Without a key everything is kept in clear and works the same.

An encrypted column cannot be searched by the database. Two columns stand beside it:

- a blind index, the keyed fingerprint (HMAC-SHA256) of an address: exact look-up and uniqueness;
- a search index, the keyed fingerprints of the first letters of each word. Whoever steals the database without the key
  learns which rows share the beginning of a word, and nothing else.
"""

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Iterator
from functools import cache, reduce
from operator import or_

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django import forms
from django.conf import settings
from django.core.exceptions import FieldError
from django.core.validators import EmailValidator
from django.db import models
from django.db.models import Q

ENCRYPTED, CLEAR = "fernet:", "clear:"
# The beginnings of a word that can be searched: from the second letter, and nobody types more than ten.
PREFIXES = (2, 3, 4, 5, 6, 8, 10)
WORD = re.compile(r"[a-z0-9]+")
MARK = 10  # hexadecimal digits of a fingerprint in the search index: a stray match is one in 10¹² words


class PersonalDataError(Exception):
    """Data encrypted under a key that this deployment does not have."""


def encrypt(text: str) -> str:
    """Return what is stored of a text: itself without a key; an empty text stays empty."""
    if not text:
        return ""
    ciphers = _ciphers(tuple(settings.PERSONAL_DATA_KEYS))
    if ciphers:
        return ENCRYPTED + ciphers.encrypt(text.encode()).decode()
    # A text that looks like one of ours is told apart.
    return CLEAR + text if text.startswith((ENCRYPTED, CLEAR)) else text


def decrypt(stored: str) -> str:
    """Return the text behind what is stored. Raises PersonalDataError when its key is missing."""
    if stored.startswith(CLEAR):
        return stored.removeprefix(CLEAR)
    if not stored.startswith(ENCRYPTED):
        return stored
    ciphers = _ciphers(tuple(settings.PERSONAL_DATA_KEYS))
    try:
        if ciphers:
            return ciphers.decrypt(stored.removeprefix(ENCRYPTED)).decode()
    except InvalidToken:
        pass
    raise PersonalDataError("PERSONAL_DATA_KEY ne contient pas la clé qui a chiffré ces données.")


def fingerprint(text: str) -> str:
    """Return the fingerprint of a text under the key in force, 64 hexadecimal digits."""
    return _fingerprint(_index_keys(tuple(settings.PERSONAL_DATA_KEYS))[0], text)


def fingerprints(text: str) -> list[str]:
    """Return the fingerprints under which a text may be stored: the key in force, older ones, and none."""
    return [_fingerprint(key, text) for key in _index_keys(tuple(settings.PERSONAL_DATA_KEYS))]


def normalise_address(address: str) -> str:
    """Return the form under which an address is known: two spellings of one mailbox are one person."""
    return address.strip().lower()


def words_of(text: str) -> list[str]:
    """Return the words of a text, lower-case and without accents: « Éloïse D'Arc » is eloise, d, arc."""
    letters = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    return WORD.findall("".join(letter for letter in letters if not unicodedata.combining(letter)))


def search_condition(column: str, query: str) -> Q:
    """Return the condition that every word of the query begins a word of the row; `column` is a SearchIndexField.

    A query of single letters, or of none, finds everything.
    """
    condition = Q()
    for word in words_of(query):
        if prefix := _longest_prefix(word):
            marks = {f" {_mark(key, prefix)}" for key in _index_keys(tuple(settings.PERSONAL_DATA_KEYS))}
            condition &= reduce(or_, (Q(**{f"{column}__contains": mark}) for mark in sorted(marks)))
    return condition


class EncryptedTextField(models.TextField):
    """A text encrypted at rest. It cannot be looked up: that is what the indexes beside it are for."""

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return encrypt(value) if value is not None else None

    def from_db_value(self, value, expression, connection):
        return decrypt(value) if value is not None else None

    def get_lookup(self, name):
        if name != "isnull":
            raise FieldError(f"« {self.name} » is encrypted: look it up by its index, not by « {name} ».")
        return super().get_lookup(name)

    def formfield(self, **kwargs):
        return models.Field.formfield(self, **{"form_class": forms.CharField, "max_length": self.max_length} | kwargs)


class EncryptedEmailField(EncryptedTextField):
    """An e-mail address encrypted at rest."""

    default_validators = [EmailValidator()]

    def formfield(self, **kwargs):
        return super().formfield(**{"form_class": forms.EmailField} | kwargs)


class DerivedField:
    """A column computed from others of the same row, each time it is saved (`pre_save`, bulk_create included).

    `bulk_update` does not compute it: call `derive_indexes` on the objects first, and name the index among the fields.
    """

    def __init__(self, *args, sources=(), **kwargs):
        self.sources = tuple(sources)
        super().__init__(*args, **{"editable": False, "blank": True} | kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"sources": self.sources}

    def pre_save(self, instance, add):
        value = self.derive(*(getattr(instance, source) or "" for source in self.sources))
        setattr(instance, self.attname, value)
        return value


class BlindIndexField(DerivedField, models.CharField):
    """The fingerprint of an address; the same mailbox gives the same one. Null for no address."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{"max_length": 64, "null": True} | kwargs)

    def derive(self, address):
        return fingerprint(normalise_address(address)) if address else None


class SearchIndexField(DerivedField, models.TextField):
    """What free search reads: marks of the beginnings of every word of the sources, each after a space."""

    def derive(self, *texts):
        key = _index_keys(tuple(settings.PERSONAL_DATA_KEYS))[0]
        words = dict.fromkeys(word for text in texts for word in words_of(text))
        if not key:
            return "".join(f" {word}" for word in words)
        return "".join(f" {mark}" for mark in dict.fromkeys(_mark(key, part) for w in words for part in _prefixes(w)))


def derive_indexes(instance: models.Model) -> list[str]:
    """Compute the derived columns of a row that is not saved one by one; return their names."""
    derived = [field for field in instance._meta.concrete_fields if isinstance(field, DerivedField)]
    for field in derived:
        field.pre_save(instance, add=False)
    return [field.name for field in derived]


def encrypted_fields(model: type[models.Model]) -> list[str]:
    """Return the names of the encrypted columns of a model."""
    return [field.name for field in model._meta.concrete_fields if isinstance(field, EncryptedTextField)]


@cache
def _ciphers(keys):
    return MultiFernet([Fernet(key) for key in keys]) if keys else None


@cache
def _index_keys(keys):
    """One key for fingerprints per encryption key, apart from it; last, none: what was stored before any key."""
    return [*(hmac.digest(key.encode(), b"fingerprints", "sha256") for key in keys), b""]


def _fingerprint(key, text):
    # Without a key the address stands beside it in clear: nothing to protect, only something to look up.
    return hmac.digest(key, text.encode(), "sha256").hex() if key else hashlib.sha256(text.encode()).hexdigest()


def _mark(key, prefix):
    return hmac.digest(key, prefix.encode(), "sha256").hex()[:MARK] if key else prefix


def _prefixes(word: str) -> Iterator[str]:
    return (word[:length] for length in PREFIXES if length <= len(word))


def _longest_prefix(word):
    return max(_prefixes(word), key=len, default="")
