"""What the pages of interviews say with one word."""

from django import template

from interviews.states import interview_states, label_of

register = template.Library()


@register.simple_tag
def interview_state(state):
    """Name the state of an interview in French."""
    return label_of(interview_states(), state)


@register.simple_tag
def count_of(counts, key):
    """Return how many there are under a key, « – » for none."""
    return counts.get(key) or "–"
