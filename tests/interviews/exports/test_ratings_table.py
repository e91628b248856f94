import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from interviews.models import Level, Usage
from interviews.results.closing import close_campaign
from tests.factories import make_campaign, make_use_case
from tests.interviews.results.answers import answer

pytestmark = pytest.mark.django_db

HEADER = "use_case,dimension,baseline_level,computed_level,status,reason,base,dk_share,p1,p2,p3,agreement,rate,low,high"


@pytest.fixture
def closed():
    campaign = make_campaign(use_cases=[make_use_case("Doublage")])
    answer(campaign, "doublage", (4, {"usage": Usage.AWARE, "maturity": Level.TWO}))
    close_campaign(campaign)


def run(*options):
    out, err = StringIO(), StringIO()
    call_command("ratings", "vague-1", *options, stdout=out, stderr=err)
    assert "Vue interne\u00a0: chiffres non masqués, à ne pas diffuser." in err.getvalue()
    return out.getvalue()


@pytest.mark.usefixtures("closed")
def test_the_csv_has_one_line_per_use_case_and_dimension_unmasked():
    header, maturity, impact, adoption = run("--format", "csv").splitlines()
    assert header == HEADER
    assert maturity.startswith("doublage,maturity,,,insufficient,small_base,4,0.0,")
    assert impact == "doublage,impact,,,insufficient,small_base,0,,,,,,,,"
    cells = dict(zip(HEADER.split(","), adoption.split(","), strict=True))
    assert {name: cells[name] for name in ("base", "dk_share", "agreement", "rate", "low")} == {
        "base": "4",
        "dk_share": "",
        "agreement": "",
        "rate": "0.0",
        "low": "0.0",
    }


@pytest.mark.usefixtures("closed")
def test_json_and_csv_say_the_same():
    rows = json.loads(run("--format", "json"))
    lines = [",".join("" if value is None else str(value) for value in row.values()) for row in rows]
    assert "\n".join([HEADER, *lines, ""]) == run("--format", "csv")


@pytest.mark.usefixtures("closed")
def test_the_table_is_aligned():
    header, _, impact, _ = run().splitlines()
    assert header.split() == HEADER.split(",")
    assert impact.split() == ["doublage", "impact", "-", "-", "insufficient", "small_base", "0", *"--------"]
    assert impact.index("impact") == header.index("dimension")


def test_an_open_campaign_has_no_ratings():
    make_campaign()
    with pytest.raises(CommandError, match="n’est pas close"):
        run()
