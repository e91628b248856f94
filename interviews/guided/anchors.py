"""Places in a text, counted in code points: what a verbatim points to, and what becomes of it when the text changes."""


class PassageLostError(ValueError):
    """A changed text no longer holds a passage that is quoted; the message is in French."""


def normalise_lines(text: str) -> str:
    """Return the text with « \\n » alone between lines: browsers and systems disagree, and places count characters."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def find_again(text: str, words: str, start: int) -> tuple[int, int]:
    """Return where `words`, once at `start`, stand in a changed text: the nearest occurrence.

    Raises PassageLostError when they are gone.
    """
    places = []
    place = text.find(words)
    while place != -1:
        places.append(place)
        place = text.find(words, place + 1)
    if not places:
        raise PassageLostError(
            f"le passage « {words[:80]} » est relevé comme verbatim : gardez ses mots, ou supprimez d’abord "
            "le verbatim."
        )
    nearest = min(places, key=lambda place: abs(place - start))
    return nearest, nearest + len(words)
