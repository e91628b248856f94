import pytest

from interviews.collection.tools import keep_tools, split_names
from usecases.models import Tool


def test_names_are_split_trimmed_and_said_once():
    assert split_names(" ChatGPT,Runway ,\n chatgpt, , Da  Vinci ") == ["ChatGPT", "Runway", "Da Vinci"]
    assert split_names("") == []


@pytest.mark.django_db
def test_known_tools_keep_their_code_and_new_ones_are_kept_as_proposed():
    Tool.objects.create(code="chatgpt", name="ChatGPT", source="study", position=1)
    assert keep_tools(["ChatGPT", "Outil Maison", "…"]) == {"ChatGPT": "chatgpt", "Outil Maison": "outil-maison"}
    assert list(Tool.objects.values_list("code", "name", "source", "position")) == [
        ("chatgpt", "ChatGPT", "study", 1),
        ("outil-maison", "Outil Maison", "proposed", 2),
    ]
