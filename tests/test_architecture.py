"""The one sentence of the architecture: `interviews → usecases → cnc_survey`, never back."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PROJECT = ("cnc_survey", "usecases", "interviews")

# For each room: what of the project it may import. The first prefix that matches a module rules it.
MAY_IMPORT = {
    "interviews/analysis": ("interviews.analysis",),
    "interviews": ("interviews", "usecases", "cnc_survey"),
    "usecases": ("usecases", "cnc_survey"),
    "cnc_survey": ("cnc_survey",),
}
COMPOSED_FROM_ABOVE = {"cnc_survey/settings.py", "cnc_survey/urls.py"}  # they only name apps
BANNED_NAMES = re.compile(r"(^|/)(utils|helpers|tools|services|common|core|manager)(\.py|/)")
NOUNS_OF_THE_FIELD = {"interviews/collection/tools.py"}  # the tools respondents use, not ours


def python_files():
    for app in PROJECT:
        yield from sorted((ROOT / app).rglob("*.py"))


def imported_modules(path):
    """Yield the absolute name of every module that a file imports."""
    package = path.relative_to(ROOT).with_suffix("").parts[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            yield ".".join([*base, *([node.module] if node.module else [])])


def rule_for(relative):
    return next(allowed for room, allowed in MAY_IMPORT.items() if relative.startswith(room + "/"))


def test_imports_go_one_way():
    wrong = []
    for path in python_files():
        relative = path.relative_to(ROOT).as_posix()
        if relative in COMPOSED_FROM_ABOVE:
            continue
        for module in imported_modules(path):
            inside = module.split(".")[0] in PROJECT
            if inside and not any(module == ok or module.startswith(ok + ".") for ok in rule_for(relative)):
                wrong.append(f"{relative} imports {module}")
    assert wrong == []


@pytest.mark.parametrize(
    ("room", "banned"),
    [
        ("interviews/analysis", ("django",)),
        ("interviews", ("openpyxl.Workbook",)),
    ],
)
def test_a_room_keeps_foreign_things_out(room, banned):
    wrong = [
        f"{path.relative_to(ROOT)} imports {module}"
        for path in sorted((ROOT / room).rglob("*.py"))
        for module in imported_modules(path)
        if any(module == name or module.startswith(name + ".") for name in banned)
    ]
    assert wrong == []


def test_excel_is_written_through_one_door():
    """`bulk_workbook` is its wing for millions of cells: same sheets, same promises."""
    writers = re.compile(r"\.to_excel\(|\bWorkbook\(|ExcelWriter\(|xlsxwriter")
    found = [p.relative_to(ROOT).as_posix() for p in python_files() if writers.search(p.read_text(encoding="utf-8"))]
    assert found == ["cnc_survey/bulk_workbook.py", "cnc_survey/workbook/book.py"]


def test_no_drawer_for_anything():
    names = [path.relative_to(ROOT).as_posix() for path in python_files()]
    assert [name for name in names if BANNED_NAMES.search(name) and name not in NOUNS_OF_THE_FIELD] == []


def test_one_writer_per_table():
    """Only `usecases.editions` creates editions and what they hold; only `interviews.collection` creates answers."""
    owners = {
        r"\b(Edition|EditionFile|Rating|RatingBreakdown)\.objects\.(create|bulk_create|get_or|update_or)": [
            "usecases/editions.py"
        ],
        r"\bResponse\.objects\.(create|bulk_create|bulk_update)|write_rows\(Response": [
            "interviews/collection/batch.py",
            "interviews/collection/responses.py",
        ],
        r"\bUseCaseAnswer\.objects\.(create|bulk_create|bulk_update)|write_rows\(UseCaseAnswer": [
            "interviews/collection/answers.py",
            "interviews/collection/batch.py",
            "interviews/collection/offers.py",
        ],
        r"\bAnswer\.objects\.(create|bulk_create|bulk_update)|write_rows\(Answer": [
            "interviews/collection/answers.py",
            "interviews/collection/batch.py",
        ],
    }
    found = {
        pattern: [p.relative_to(ROOT).as_posix() for p in python_files() if re.search(pattern, p.read_text("utf-8"))]
        for pattern in owners
    }
    assert found == owners


READS_ANSWERS = re.compile(r"\b(Response|UseCaseAnswer|Answer)\.objects\b|\.(responses|use_case_answers|answers)\.")


def test_only_frames_turns_answers_into_arrays():
    """Outside `frames` and its sister for general items, whoever computes with arrays reads no table of answers.

    The simulation draws numbers and makes answers, which is another thing: it reads none.
    """
    both = []
    for path in sorted((ROOT / "interviews").rglob("*.py")):
        if "simulation" in path.parts:
            continue
        if {"numpy", "pandas"} & set(imported_modules(path)) and READS_ANSWERS.search(path.read_text("utf-8")):
            both.append(path.relative_to(ROOT).as_posix())
    assert both == ["interviews/frames.py", "interviews/general_frame.py"]
