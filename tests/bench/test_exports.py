"""The benchmark of exports at a fiftieth of its size: what is written, never how long it takes."""

import zipfile

import pytest
from sqlalchemy import func, select

from contest import analysing
from contest.dossier_files import FileForm
from contest.models import Attempt, RunAnalysis, Standing
from contest.rules import figuring
from core import clock, sheets
from core.db import db
from tests.bench import exports

ROWS = 2000


@pytest.mark.slow
def test_every_attempt_is_a_row_of_the_workbook_and_of_the_archive(app, tmp_path):
    import pandas

    contest, _round, run_id = exports.made(ROWS)
    contest = db.session.merge(contest)

    written = exports.write_table(contest, tmp_path / "a.xlsx")
    exports.write_part(contest, tmp_path / "b.zip", FileForm.CSV)
    analysing.compute(run_id, at=clock.now())

    db.session.rollback()
    frame = pandas.read_excel(tmp_path / "a.xlsx", "luot_thi", engine="calamine")
    assert (written, len(frame)) == (ROWS, ROWS)
    assert frame.ma_luot.nunique() == ROWS
    assert frame.so_cau_dung.sum() == db.session.scalar(select(func.sum(Attempt.correct)))
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        stood = sheets.read_csv(archive.read("ket_qua.csv").decode("utf-8-sig"), ";")
    people = db.session.scalar(
        select(func.count()).where(Standing.run_id == run_id, Standing.audience == "participant")
    )
    figures = figuring.read(db.session.get_one(RunAnalysis, run_id).figures)
    assert (len(stood) - 1, figures.people, figures.attempts) == (people, people, ROWS)
    assert sum(figures.bands.values()) == people
