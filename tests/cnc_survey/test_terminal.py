import io

from cnc_survey.terminal import describe, progress_bar


class Terminal(io.StringIO):
    def isatty(self):
        return True


def plain(text):
    return text.replace("\u202f", " ")


def test_the_line_says_how_far_in_percent_and_in_rows():
    words = "  60 %  1 200 sur 2 000 lignes"
    assert plain(describe(1200, 2000, "lignes", 51)) == f"{'█' * 12}{'░' * 8} {words}"
    assert plain(describe(2000, 2000, "lignes", 200)) == f"{'█' * 40}  100 %  2 000 sur 2 000 lignes"
    assert plain(describe(1200, 2000, "lignes", 10)) == f" {words}"
    assert plain(describe(1200, None, "lignes", 60)) == "1 200 lignes"


def test_a_terminal_is_left_clean():
    stream = Terminal()
    with progress_bar(stream, "lignes") as progress:
        progress(5, 10)
        progress(10, 10)
    drawn = stream.getvalue().split("\r")
    assert [plain(line).split("%")[1].strip() for line in drawn if line.strip()] == [
        "5 sur 10 lignes",
        "10 sur 10 lignes",
    ]
    assert (drawn[-2].strip(), drawn[-1]) == ("", "")


def test_nothing_is_written_where_nobody_looks():
    stream = io.StringIO()
    with progress_bar(stream, "lignes") as progress:
        progress(5, 10)
    assert stream.getvalue() == ""
