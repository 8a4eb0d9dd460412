"""A round whose places and prizes are within each category, from the table to the papers."""

import csv
import io
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from decimal import Decimal
from html import unescape
from pathlib import Path

import pytest

from contest import (
    concluding,
    feedback_sheets,
    honouring,
    judged_files,
    judged_papers,
    judged_results,
    outcome_telling,
    promoting,
)
from contest.documents.judged_facts import EntryFacts
from contest.errors import CannotAward, CannotDecide
from contest.forms.protocol import ProtocolForm, of_protocol
from contest.honouring import Plan
from contest.judged_papers import JudgedKind
from contest.models import Entry, EntryCategory, JudgedRound, Reveal
from contest.models import Stage as Hall
from contest.rules.judging import table
from contest.rules.judging.promoting import Equals, PromotionRule
from contest.rules.judging.terms import (
    Basis,
    Missing,
    Ranking,
    RoundingStep,
    Rule,
    Stage,
    Terms,
)
from contest.rules.prizes import Level
from contest.stage_queries import Run, Slips
from contest.stage_telling import Script
from contest.views.documents import in_vietnamese
from core import clock
from core.db import atomic, db
from tests.contest import judging
from tests.judged_factories import CHAIN, Scene, protocol
from tests.world import Asker

SOFTWARE, IDEA = "Phần mềm ứng dụng", "Sáng kiến cải cách hành chính"
# A-001 and B-003 are equal over the round; in its category B-003 is equal with B-004.
SCORES = ((82,) * 5, (88,) * 5, (82,) * 5, (82,) * 5, (70,) * 5)
PLAN = Plan((Level("Giải Nhất", 1, 10_000_000), Level("Giải Nhì", 1)), (Level("Giải phụ", 1),))


def divided(ranking=Ranking.CATEGORY, *, chain=(), scores=SCORES):
    """Return a scene whose entries from the third on are of another category."""
    scene = Scene(scores, declared=replace(protocol(chain=chain), ranking=ranking))
    other = judging.category(scene.contest, position=2, prefix="B", title=IDEA)
    with atomic():
        for entry in scene.entries[2:]:
            row = db.session.get_one(Entry, entry.id)
            row.category_id, row.code = other.id, (row.code or "").replace("A-", "B-")
    return scene


@pytest.fixture
def scene(app):
    return divided()


def places(scene):
    return {one.code: one.place for one in judged_results.results(scene.again()).rows}


# --- Places ------------------------------------------------------------------------------------


def test_places_are_counted_in_each_category(scene):
    assert places(scene) == {"A-002": 1, "A-001": 2, "B-003": 1, "B-004": 1, "B-005": 3}


def test_places_over_the_round_when_that_is_declared(app):
    scene = divided(Ranking.ROUND)

    assert places(scene) == {"A-002": 1, "A-001": 2, "B-003": 2, "B-004": 2, "B-005": 5}
    assert "category" not in judged_results.written(judged_results.results(scene.again()))[0]


def test_chain_only_takes_equals_of_one_category_apart(app):
    scene = divided(chain=CHAIN)

    rows = judged_results.results(scene.again()).rows

    tied = {step.tied for one in rows for step in one.steps}
    assert tied == {("B-003", "B-004")}
    assert [one.place for one in rows] == [1, 2, 1, 2, 3]


def test_run_names_the_category_of_each_row_and_is_recomputed_the_same(scene):
    run = scene.close()

    assert [(row["category"], row["place"], row["code"]) for row in run.rows] == [
        ("A", 1, "A-002"),
        ("A", 2, "A-001"),
        ("B", 1, "B-003"),
        ("B", 1, "B-004"),
        ("B", 3, "B-005"),
    ]
    judged = db.session.get_one(JudgedRound, scene.round.id)
    results = judged_results.results(judged)
    assert judged_results.written(results) == run.rows
    assert judged_results.inputs_digest(results) == run.inputs_digest


def test_run_is_not_agreed_to_when_an_entry_changed_its_category_since(scene):
    at = clock.now()
    run = concluding.propose(scene.again(), scene.organizer, reason="Đã chấm xong", at=at)
    with atomic():
        db.session.get_one(Entry, scene.entries[4].id).category_id = scene.category.id

    with pytest.raises(CannotDecide, match="has changed since"):
        concluding.agree(scene.fresh(run), scene.secretary, reason="Đúng", at=at)


# --- Who goes on, and prizes -------------------------------------------------------------------


def going(scene, **fields):
    lines = promoting.listed(scene.again(), PromotionRule(**fields), by_unit=True)
    return [one.line.entry for one in lines if one.line.goes_on]


def test_rule_of_promotion_is_applied_to_each_category(scene):
    scene.close()

    assert going(scene, count=1) == ["A-002", "B-003", "B-004"]
    assert going(scene, count=1, equals=Equals.NONE) == ["A-002"]
    assert going(scene, count=2, equals=Equals.NONE) == ["A-002", "A-001", "B-003", "B-004"]
    assert going(scene, percent=Decimal(50)) == ["A-002", "B-003", "B-004"]
    assert going(scene, least=Decimal(85)) == ["A-002"]


def test_rule_of_promotion_over_the_round_takes_the_best_of_all(app):
    scene = divided(Ranking.ROUND)
    scene.close()

    assert going(scene, count=1) == ["A-002"]
    assert going(scene, count=2) == ["A-002", "A-001", "B-003", "B-004"]


def drafted(scene):
    return honouring.draft(scene.again(), PLAN, scene.organizer, at=clock.now())


def test_every_category_has_its_prizes_and_equals_wait_only_there(scene):
    scene.close()

    made = drafted(scene)

    assert [(one.position, one.named, one.entry and one.entry.code) for one in made.prizes] == [
        (1, f"Giải Nhất – {SOFTWARE}", "A-002"),
        (2, f"Giải Nhì – {SOFTWARE}", "A-001"),
        (3, f"Giải Nhất – {IDEA}", None),
        (4, f"Giải Nhì – {IDEA}", None),
        (5, "Giải phụ", None),
    ]
    assert [one.proposed for one in made.prizes[2:4]] == [["B-003", "B-004"]] * 2


def test_prize_of_a_category_is_not_given_to_another(scene):
    scene.close()
    made = drafted(scene)

    with pytest.raises(CannotAward, match="another category"):
        honouring.give(made.prizes[2], "A-001", scene.organizer, reason="Chọn")

    honouring.give(made.prizes[2], "B-004", scene.organizer, reason="Hội đồng chọn")
    assert made.prizes[2].entry.code == "B-004"


# --- What people read --------------------------------------------------------------------------


def ask(app, who, address):
    return Asker(app, who).ask("GET", address).text


def test_table_and_public_page_stand_category_by_category(app, scene):
    scene.close()
    scene.publish()
    staff = f"/quan-ly/vong/{scene.round.public_id}"
    public = f"/cuoc-thi/{scene.contest.slug}/ket-qua-cham/{scene.round.number}"

    for who, address, heads in (
        (scene.organizer, f"{staff}/bang-diem?xep=hang", (SOFTWARE, IDEA)),
        (scene.organizer, f"{staff}/chot-cham/lan/1", ("Bảng A", "Bảng B")),
        (None, public, (SOFTWARE, IDEA)),
    ):
        page = ask(app, who, address)
        found = re.findall(r'<th scope="rowgroup" colspan="\d+">([^<]+)</th>', page)
        assert [unescape(one).replace("\xa0", " ") for one in found] == list(heads), address
    assert "như thể chỉ có bảng đó" in ask(app, None, public).replace("\xa0", " ")


def test_public_rows_of_a_round_without_categories_name_none(app):
    scene = divided(Ranking.ROUND)
    run = scene.close()

    assert {one.category for one in outcome_telling.public_rows(run, None)} == {""}


@pytest.mark.parametrize(
    ("ranking", "place", "entries", "below"),
    [(Ranking.CATEGORY, 1, 6, {90, 100}), (Ranking.ROUND, 3, 8, {64, 71})],
)
def test_feedback_compares_with_those_among_whom_the_place_is(app, ranking, place, entries, below):
    scores = ((90,) * 5, (88,) * 5, *((70 + at,) * 5 for at in range(6)))
    scene = divided(ranking, scores=scores)
    scene.close()
    scene.publish()
    entry = scene.fresh(scene.entries[7])

    (told,) = feedback_sheets.feedback_on(entry, at=clock.now())

    assert (told.place, told.entries) == (place, entries)
    assert {one.percentile for one in told.criteria} == below


def test_papers_name_the_category_of_every_entry(scene):
    scene.close()
    judged = scene.again()

    table = judged_papers.draft(judged, JudgedKind.TABLE, in_vietnamese).tables[0]
    minutes = judged_papers.draft(judged, JudgedKind.MINUTES, in_vietnamese).tables[0]

    assert [row[1] for row in table.rows] == [SOFTWARE] * 2 + [IDEA] * 3
    assert [row[:2] for row in minutes.rows] == [
        (SOFTWARE, 1), (SOFTWARE, 2), (IDEA, 1), (IDEA, 1), (IDEA, 3),
    ]  # fmt: skip
    for one in (table, minutes):
        assert {len(row) for row in one.rows} == {len(one.columns)}


def test_papers_over_the_round_have_no_column_of_categories(app):
    scene = divided(Ranking.ROUND)

    table = judged_papers.draft(scene.again(), JudgedKind.TABLE, in_vietnamese).tables[0]

    assert "Bảng" not in [column.title for column in table.columns]
    assert EntryFacts.__dataclass_fields__["category"].default == ""


def test_exported_files_come_out_the_same_in_the_independent_checker(scene, tmp_path):
    run = scene.close()
    with zipfile.ZipFile(io.BytesIO(judged_files.bundle(scene.again()))) as files:
        files.extractall(tmp_path)
    seal = (tmp_path / "niem-phong.txt").read_text().strip()
    checker = Path(__file__).parents[2] / "docs/check_judged.py"
    told = [tmp_path / "quy-tac.json", tmp_path / "diem.csv", seal]

    said = subprocess.run(
        [sys.executable, checker, *told], capture_output=True, text=True, check=True
    ).stdout.splitlines()

    expected = []
    for prefix in "AB":
        rows = [row for row in run.rows if row["category"] == prefix]
        expected += [f"# {prefix}", *(f"{row['code']}\t{row['result']}" for row in rows)]
    assert said == expected
    results = csv.reader(
        (tmp_path / "ket-qua.csv").read_text("utf-8-sig").splitlines(), delimiter=";"
    )
    assert [row[:2] for row in results][:2] == [["Bảng", "Xếp hạng"], ["A", "1"]]


def test_scoreboard_of_the_hall_is_that_of_the_category_on_stage(scene):
    judged = scene.again()
    rows = {row.entry.code: row for row in judged_results.results(judged).read.entries.values()}
    totals = {"A-001": 82, "A-002": 88, "B-003": 82}
    runs = [
        Run(rows[code], None, Reveal(total=table.to_billionths(Decimal(total))))
        for code, total in totals.items()
    ]
    stage = Hall(round_id=judged.round_id, entry_id=rows["B-003"].id)

    script = Script(judged, stage, runs, Slips([]), [], 0, clock.now())
    before = Script(judged, Hall(), runs[:2], Slips([]), [], 0, clock.now())

    assert [(one.place, one.run.row.entry.code) for one in script.board] == [(1, "B-003")]
    assert [(one.place, one.run.row.entry.code) for one in before.board] == [
        (1, "A-002"),
        (2, "A-001"),
    ]


# --- How it is declared ------------------------------------------------------------------------


def test_form_keeps_the_choice_and_every_stage_of_rounding(app):
    stages = tuple(RoundingStep(stage, at) for at, stage in enumerate(Stage))
    terms = Terms(Rule.TRIMMED, Basis.CRITERION, Missing.REST, stages, drop=1)
    declared = replace(protocol(), terms=terms, ranking=Ranking.CATEGORY)

    with app.test_request_context():
        form = ProtocolForm(formdata=None, data=of_protocol(declared, 5, is_blind=True))
        form.offer()
        found = form.protocol()

    assert (found.terms, found.ranking) == (terms, Ranking.CATEGORY)


def test_category_of_a_prize_is_one_of_its_contest(scene):
    scene.close()

    found = {one.category.prefix for one in drafted(scene).prizes if one.category is not None}

    assert found == {one.prefix for one in db.session.query(EntryCategory).all()}
