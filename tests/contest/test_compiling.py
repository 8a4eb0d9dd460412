"""The whole file of a contest: the same rows as the database, in three forms, by a dictionary."""

import io
import json
import re
import zipfile
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from accounts.models import Account, AuditEntry
from contest import attempting, compiling, deciding, publishing
from contest import jobs as contest_jobs
from contest.compiling import Wanted
from contest.dossier_files import FileForm
from contest.models import Attempt, Enrolment, EssayMark, Response, Round, Slot, Standing
from contest.rules import dictionary, scoring
from contest.rules.dictionary import Audience, Kind, Part
from core import clock, i18n, jobs, sheets
from core.db import atomic, db
from core.jobs import JobState
from core.vietnam import VIETNAM
from questions.models import Item, ItemState, ItemType, ItemView
from tests import factories
from tests.world import EMAIL, NAME, PHONE, World

ALL_PARTS = tuple(part for part in Part if part is not Part.FRAME)
REASON = "Theo yêu cầu của Thanh tra tỉnh"
TYPES = {
    Kind.TEXT: str,
    Kind.WHOLE: int,
    Kind.DECIMAL: Decimal,
    Kind.MOMENT: datetime,
    Kind.DAY: date,
    Kind.YES_NO: bool,
    Kind.JSON: str,
}
# The day of birth as text and as a workbook counts days; its year alone may stand in any digest.
BORN = r"1993-08-27|27/0?8/1993|<v>34208\b"
PERSON = re.compile(rf"Trâm|914[ .]?556[ .]?677|ngoctram|{BORN}")


@pytest.fixture
def world(app):
    """One of everything, in a round that is over and computed."""
    made, now = World(), clock.now()
    with atomic():
        person = db.session.get_one(Account, made.people["participant"].id)
        person.birth_date = date(1993, 8, 27)
        round_ = db.session.get_one(Round, made.round.id)
        round_.closes_at = now - timedelta(seconds=1)
        for sitting in round_.sittings:
            sitting.closes_at = round_.closes_at
    attempting.submit(db.session.get_one(Attempt, made.running.id), None, at=now)
    decision = made.decision
    db.session.rollback()
    deciding.withdraw(decision, decision.proposed_by)
    publishing.compute(round_of(made), made.people["admin"], reason=f"Xét đơn của {NAME}", at=now)
    return made


def round_of(world):
    return db.session.get_one(Round, world.round.id)


def wanted(form=FileForm.JSON, *, parts=ALL_PARTS, **more):
    return Wanted(parts, form, REASON, **{"reads_bank": True} | more)


def written(world, tmp_path, asked):
    """Write the file as a job does; return its path."""
    actor = world.people["admin"]
    job = compiling.order(round_of(world).contest, asked, actor, at=clock.now())
    work = jobs.Work(job.id, job.payload)
    path = Path(tmp_path) / "ho-so"
    compiling.write(work, path, i18n.translated, at=clock.now())
    return path


def told(world, tmp_path, **asked):
    """Return the file in JSON, read."""
    with zipfile.ZipFile(written(world, tmp_path, wanted(**asked))) as archive:
        return json.loads(archive.read("ho-so.json"))


def scope(world, **asked):
    contest = round_of(world).contest
    return compiling.scope_of(contest, wanted(**asked), i18n.translated, at=clock.now())


# --- The dictionary ----------------------------------------------------------------------------


def test_dictionary_has_no_name_twice_and_says_everything_of_each_column():
    tables = dictionary.tables()

    assert len({table.name for table in tables}) == len(tables)
    for table in tables:
        assert len(set(table.header)) == len(table.header)
        assert table.meaning.endswith(".")
        for column in table.columns:
            assert re.fullmatch(r"[a-z_]+", column.name)
            assert all((column.title, column.meaning.rstrip("."), column.source)), column
    assert {table.name for table in tables} == set(compiling._SOURCES)


@pytest.mark.parametrize("is_whole", [True, False])
def test_every_table_gives_what_its_columns_say(world, is_whole):
    asked = scope(world, in_full=True, round=None if is_whole else round_of(world))
    empty = set()
    for table in dictionary.tables():
        rows = list(compiling._SOURCES[table.name](asked))
        empty |= set() if rows else {table.name}
        for row in rows:
            assert len(row) == len(table.columns), table.name
            for column, value in zip(table.columns, row, strict=True):
                is_right = value is None or type(value) is TYPES[column.kind]
                assert is_right, (table.name, column.name, value)

    rare = {"bang_tong", "phan_quyet", "giai_thuong", "chi_tieu_don_vi", "chung_nhan"}
    assert empty <= rare | {"cham_tu_luan"}


def test_json_file_keeps_to_the_schema_it_carries(world, tmp_path):
    file = told(world, tmp_path, in_full=True)

    schema = file["tu_dien"]
    assert schema == dictionary.schema(dictionary.tables())
    assert sorted(file) == sorted(schema["required"])
    tables = schema["properties"]["bang"]["properties"]
    assert list(file["bang"]) == list(tables)
    names = {"string": str, "integer": int, "boolean": bool, "null": type(None)}
    for name, rows in file["bang"].items():
        asked = tables[name]["items"]
        for row in rows:
            assert list(row) == asked["required"]
            for column, value in row.items():
                allowed = [names[one] for one in asked["properties"][column]["type"]]
                assert type(value) in allowed, (name, column, value)
                if "pattern" in asked["properties"][column] and value is not None:
                    assert re.match(asked["properties"][column]["pattern"], value)


# --- Round trips -------------------------------------------------------------------------------


def test_workbook_read_by_pandas_equals_the_database(world, tmp_path):
    import pandas

    path = written(world, tmp_path, wanted(FileForm.XLSX, in_full=True))

    frames = pandas.read_excel(path, sheet_name=None, engine="calamine", dtype=object)
    assert list(frames) == ["gioi_thieu", "tu_dien", *(t.name for t in dictionary.tables())]
    for table in dictionary.tables():
        assert list(frames[table.name].columns) == list(table.header)
    attempts = frames["luot_thi"].set_index("ma_luot")
    rows = db.session.scalars(select(Attempt).where(Attempt.round_id == world.round.id)).all()
    assert set(attempts.index) == {one.public_id for one in rows}
    for one in rows:
        kept = attempts.loc[one.public_id]
        assert (kept.so_cau_dung, kept.so_cau, kept.thoi_gian_ms) == (
            one.correct,
            one.asked,
            one.duration_ms,
        )
        assert Decimal(str(kept.diem)) == scoring.from_millionths(one.score)
        moved = kept.nop_luc.replace(tzinfo=VIETNAM) - one.submitted_at
        assert abs(moved) < timedelta(milliseconds=1)
    people = frames["nguoi_du_thi"].set_index("ho_ten")
    assert (people.loc[NAME].dien_thoai, people.loc[NAME].thu_dien_tu) == (PHONE, EMAIL)


def test_workbook_opens_in_our_own_reader_with_the_same_cells_as_the_archive_of_tables(
    world, tmp_path
):
    book = written(world, tmp_path, wanted(FileForm.XLSX)).read_bytes()
    leaves = {leaf.name: leaf.rows for leaf in sheets.read_xlsx(book)}
    path = written(world, tmp_path, wanted(FileForm.CSV))

    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        texts = {one.removesuffix(".csv"): archive.read(one).decode("utf-8-sig") for one in names}
    assert set(texts) == set(leaves) | {"tu_dien.schema.json"}
    for name, rows in leaves.items():
        table = sheets.read_csv(texts[name], ";")
        assert [cell.text for cell in rows[0]] == table[0]
        if name not in ("gioi_thieu", "nhat_ky"):
            assert len(rows) == len(table), name


def test_answers_and_papers_are_those_of_the_database(world, tmp_path):
    tables = told(world, tmp_path, in_full=True)["bang"]

    slots = db.session.execute(
        select(Attempt.public_id, Slot.position, Slot.mark)
        .join(Attempt, Attempt.id == Slot.attempt_id)
        .where(Attempt.round_id == world.round.id)
    ).all()
    assert {(row["ma_luot"], row["vi_tri"], row["diem_dat"]) for row in tables["cau_trong_de"]} == {
        (who, position, None if mark is None else f"{scoring.from_millionths(mark).normalize():f}")
        for who, position, mark in slots
    }
    answers = db.session.scalars(select(Response)).all()
    assert sorted(row["tra_loi"] for row in tables["tra_loi"]) == sorted(
        one.answer for one in answers
    )


def test_standings_stand_in_order_with_the_values_of_their_keys(world, tmp_path):
    rows = told(world, tmp_path, in_full=True)["bang"]["ket_qua"]

    run = round_of(world).current_run_id
    stood = db.session.scalars(
        select(Standing)
        .where(Standing.run_id == run, Standing.audience == "participant")
        .order_by(Standing.sort_key)
    ).all()
    assert [row["khoa_xep_hang"] for row in rows] == [one.sort_key for one in stood]
    assert [row["thoi_gian_ms"] for row in rows] == [one.duration_ms for one in stood]
    assert [row["ma_luot"] for row in rows] == [one.attempt.public_id for one in stood]
    assert [row["hang"] for row in rows][:1] == [1]


# --- What is kept from whom --------------------------------------------------------------------


@pytest.mark.parametrize("form", FileForm)
def test_nobody_is_named_without_the_right_to_see_personal_data(world, tmp_path, form):
    path = written(world, tmp_path, wanted(form))

    with zipfile.ZipFile(path) as archive:
        text = "\n".join(archive.read(one).decode("utf-8", "replace") for one in archive.namelist())
    known = db.session.scalars(select(Account)).all()
    entered = db.session.scalars(select(Enrolment)).all()
    attempts = db.session.scalars(select(Attempt)).all()
    ids = [one.public_id for one in (*known, *entered, *attempts)]
    receipts = [one.receipt_code for one in attempts if one.receipt_code]
    assert PERSON.search(text) is None
    assert [one for one in (*ids, *receipts) if one in text] == []


def test_personal_columns_are_empty_and_codes_join_the_tables(world, tmp_path):
    tables = told(world, tmp_path)["bang"]

    for table in dictionary.tables():
        for column in table.columns:
            if column.audience is Audience.PERSONAL:
                assert {row[column.name] for row in tables[table.name]} <= {None}
    people = {row["ma_nguoi"] for row in tables["nguoi_du_thi"]}
    attempts = {row["ma_luot"] for row in tables["luot_thi"]}
    assert len(people) == len(tables["nguoi_du_thi"])
    assert all(re.fullmatch(r"m-[0-9a-f]{16}", code) for code in people | attempts)
    assert {row["ma_nguoi"] for row in tables["ket_qua"]} <= people
    assert {row["ma_luot"] for row in tables["tra_loi"]} <= attempts
    started = [row for row in tables["nhat_ky"] if row["hanh_dong"] == "attempt.started"]
    assert started
    assert {row["doi_tuong"].partition(":")[2] for row in started} <= attempts
    assert {row["ma_nguoi"] for row in started} <= people


def test_codes_of_two_files_have_nothing_in_common(world):
    one, two = scope(world), scope(world)

    assert one.code("abc") == one.code("abc")
    assert one.code("abc") != two.code("abc")


def test_what_people_wrote_themselves_is_personal(world, tmp_path):
    with atomic():
        slot = db.session.scalars(select(Slot).where(Slot.attempt_id == world.done.id)).first()
        slot.version.type = ItemType.SHORT_ANSWER

    masked = told(world, tmp_path)["bang"]["tra_loi"]
    full = told(world, tmp_path, in_full=True)["bang"]["tra_loi"]

    assert {row["tra_loi_viet"] for row in masked} == {None}
    assert "b" in {row["tra_loi_viet"] for row in full} | {row["tra_loi"] for row in full}
    assert all(row["tra_loi"] is None or row["tra_loi_viet"] is None for row in full)


def test_questions_have_neither_words_nor_keys_without_the_right_to_the_bank(world, tmp_path):
    rows = told(world, tmp_path, reads_bank=False)["bang"]["cau_hoi"]

    assert rows
    assert {row["cau_dan"] for row in rows} == {None}
    assert {row["noi_dung"] for row in rows} == {None}
    assert all(row["ma_cau"] and row["bam_cau"] is not None for row in rows)


def test_minutes_tell_of_whom_what_and_by_whom_and_words_are_personal(world, tmp_path):
    (masked,) = told(world, tmp_path)["bang"]["bien_ban"]
    (full,) = told(world, tmp_path, in_full=True)["bang"]["bien_ban"]

    assert (full["su_viec"], full["hinh_thuc"], full["phong"]) == (
        "Mở điện thoại tra cứu",
        "void",
        "Phòng máy 2",
    )
    assert full["ma_nguoi"] == world.people["participant"].public_id
    assert (full["ma_nguoi_quyet"], full["quyet_luc"]) == (None, None)
    assert (masked["su_viec"], masked["y_kien"]) == (None, None)
    assert masked["ma_nguoi"] != full["ma_nguoi"]


def test_late_decisions_tell_who_proposed_why_and_what_became_of_it(world, tmp_path):
    (row,) = told(world, tmp_path, in_full=True)["bang"]["bai_nop_muon"]

    assert (row["ma_luot"], row["ly_do"], row["trang_thai"], row["so_cau_muon"]) == (
        world.done.public_id,
        "Mất mạng",
        "withdrawn",
        1,
    )
    assert json.loads(row["cau_duoc_tinh"])[0][0] == 1
    assert (row["truoc"], row["sau"]) == (None, None)


def test_marks_of_essays_tell_each_marker_apart_and_wait_for_the_round_to_end(world, tmp_path):
    markers = [factories.account(), factories.account()]
    with atomic():
        for order, (marker, points) in enumerate(
            zip(markers, (7_250_000, 8_000_000), strict=True), 1
        ):
            db.session.add(
                EssayMark(
                    attempt_id=world.done.id, position=1, order=order, marker_id=marker.id,
                    criteria={"Nội dung": points}, points=points, comment="Lập luận rõ",
                    marked_at=clock.now(),
                )
            )  # fmt: skip

    rows = told(world, tmp_path, in_full=True)["bang"]["cham_tu_luan"]
    masked = told(world, tmp_path)["bang"]["cham_tu_luan"]
    with atomic():
        round_of(world).closes_at = clock.now() + timedelta(hours=1)
    waiting = told(world, tmp_path, in_full=True)["bang"]["cham_tu_luan"]

    assert [(one["thu_tu"], one["diem"], one["ma_nguoi_cham"]) for one in rows] == [
        (1, "7.25", markers[0].public_id),
        (2, "8", markers[1].public_id),
    ]
    assert json.loads(rows[0]["diem_tieu_chi"]) == {"Nội dung": "7.25"}
    assert {one["nhan_xet"] for one in masked} == {None}
    assert waiting == []


def test_pass_mark_says_of_everybody_in_the_results_whether_they_passed(world, tmp_path):
    with atomic():
        round_of(world).pass_mark = 1_000_000
    publishing.compute(round_of(world), world.people["admin"], reason="Điểm đạt", at=clock.now())

    tables = told(world, tmp_path)["bang"]

    own = next(row for row in tables["vong_thi"] if row["so_vong"] == 1)
    assert own["diem_dat"] == "1"
    assert {(Decimal(row["diem"]) >= 1) == row["dat"] for row in tables["ket_qua"]} == {True}


def test_open_round_gives_neither_questions_nor_answers_nor_its_seed(world, tmp_path):
    with atomic():
        round_of(world).closes_at = clock.now() + timedelta(hours=1)

    tables = told(world, tmp_path, in_full=True)["bang"]

    assert [tables[name] for name in ("cau_hoi", "cau_trong_de", "tra_loi")] == [[], [], []]
    own = next(row for row in tables["vong_thi"] if row["ten"] == round_of(world).title)
    assert own["hat_giong"] is None
    assert tables["luot_thi"]


def test_locked_questions_that_go_out_are_recorded_as_seen(world, tmp_path):
    asked = select(Slot.version_id).where(Slot.version_id.is_not(None))
    with atomic():
        for item in db.session.scalars(select(Item).where(Item.current_id.in_(asked))):
            item.state = ItemState.LOCKED

    written(world, tmp_path, wanted())

    seen = db.session.scalars(select(ItemView).where(ItemView.place == "export")).all()
    rows = told(world, tmp_path)["bang"]["cau_hoi"]
    assert len({one.item_id for one in seen}) == len({row["ma_cau"] for row in rows}) > 0


# --- Formulas, the trail, the job --------------------------------------------------------------


def test_formula_in_a_cell_stays_text_in_every_form(world, tmp_path):
    with atomic():
        round_of(world).title = '=HYPERLINK("http://ke-xau.example";"Bấm")'

    book = written(world, tmp_path, wanted(FileForm.XLSX)).read_bytes()
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        assert not any(b"<f>" in archive.read(one) for one in archive.namelist())
    with zipfile.ZipFile(written(world, tmp_path, wanted(FileForm.CSV))) as archive:
        rows = sheets.read_csv(archive.read("vong_thi.csv").decode("utf-8-sig"), ";")
    assert rows[1][1].startswith("'=HYPERLINK")


def test_order_is_recorded_with_who_what_and_why(world):
    actor = world.people["admin"]

    compiling.order(round_of(world).contest, wanted(in_full=True), actor, at=clock.now())

    orders = select(AuditEntry).filter_by(action="dossier.ordered")
    entry = db.session.scalars(orders.order_by(AuditEntry.id.desc())).first()
    details = json.loads(entry.record)["details"]
    assert entry.actor_id == actor.id
    assert details == {
        "form": "json",
        "parts": [part.value for part in ALL_PARTS],
        "personal_data": True,
        "reads_bank": True,
        "reason": REASON,
        "round": None,
    }


def test_job_writes_the_file_that_its_owner_fetches(app, world):
    actor = world.people["admin"]
    asked = wanted(FileForm.XLSX, round=round_of(world))
    job = compiling.order(round_of(world).contest, asked, actor, at=clock.now())

    while jobs.run_next(at=clock.now()):
        pass

    done = jobs.owned(job.public_id, actor.id)
    assert done.state is JobState.DONE, done.fault
    assert done.done == done.total > 0
    assert done.result["download"].endswith("-vong-1.xlsx")
    assert zipfile.is_zipfile(contest_jobs.folder() / done.result["file"])


def test_work_that_is_stopped_leaves_no_file(app, world, tmp_path, monkeypatch):
    actor = world.people["admin"]
    monkeypatch.setattr(compiling, "ROWS_AT_ONCE", 1)
    job = compiling.order(round_of(world).contest, wanted(), actor, at=clock.now())
    jobs.cancel(job, at=clock.now())
    path = tmp_path / "ho-so"

    with pytest.raises(jobs.JobCancelled):
        compiling.write(jobs.Work(job.id, job.payload), path, i18n.translated, at=clock.now())
    assert not path.exists()


def test_statements_are_as_many_for_more_people(world, queries):
    counts = []
    for more in (0, 4):
        for _person in range(more):
            person = factories.enrolment(round_of(world).contest)
            factories.saved(
                factories.Seat(
                    sitting_id=world.sitting.id, round_id=world.round.id, enrolment_id=person.id
                )
            )
        asked = scope(world)
        db.session.expire_all()
        queries.clear()
        for source in compiling._SOURCES.values():
            list(source(asked))
        counts.append(len(queries))

    assert counts[0] == counts[1]
