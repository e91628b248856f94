"""Few combinations exist, however many persons hold them: rows of 0/1 as words of 64 bits, fast to join and compare."""

import numpy as np


def distinct_rows(member: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the distinct rows of `member` (bool, n × m) and the place of each row among them (n)."""
    words, place = distinct_words(pack(member))
    return unpack(words, member.shape[1]), place


def pack(rows: np.ndarray) -> np.ndarray:
    """Return rows of bool (n × m) as words (uint64, n × ⌈m / 64⌉)."""
    bits = np.pad(rows, ((0, 0), (0, -rows.shape[1] % 64)))
    return np.packbits(bits, axis=1, bitorder="little").view(np.uint64)


def unpack(words: np.ndarray, columns: int) -> np.ndarray:
    """Return the rows of bool that were packed as these words."""
    return np.unpackbits(words.view(np.uint8), axis=1, bitorder="little")[:, :columns].astype(bool)


def distinct_words(words: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the distinct rows of words, and the place of each row among them."""
    if words.shape[1] == 1:
        rows, place = np.unique(words[:, 0], return_inverse=True)
        return rows[:, np.newaxis], place
    rows, place = np.unique(words, axis=0, return_inverse=True)
    return rows, place.reshape(-1)
