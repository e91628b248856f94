import stat

import pytest

from cnc_survey.files import written_whole


def test_files_take_their_places_together_in_a_folder_made_for_them(tmp_path):
    targets = [tmp_path / "nouveau" / name for name in ("a.csv", "b.csv")]
    with written_whole(*targets) as temporaries:
        for temporary in temporaries:
            temporary.write_text(temporary.name.split(".")[1])
        assert [target.exists() for target in targets] == [False, False]
    assert {path.name: path.read_text() for path in targets[0].parent.iterdir()} == {"a.csv": "a", "b.csv": "b"}


def test_a_failure_leaves_every_former_file_and_nothing_else(tmp_path):
    former, absent = tmp_path / "a.csv", tmp_path / "b.csv"
    former.write_text("ancien")

    def fail_half_way():
        with written_whole(former, absent) as (first, _):
            first.write_text("à moitié")
            raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 (the one raised above)
        fail_half_way()
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a.csv": "ancien"}


def test_a_file_gets_the_rights_of_an_ordinary_one(tmp_path):
    ordinary, target = tmp_path / "ordinaire", tmp_path / "a.csv"
    ordinary.touch()
    with written_whole(target):
        pass
    assert stat.S_IMODE(target.stat().st_mode) == stat.S_IMODE(ordinary.stat().st_mode)
