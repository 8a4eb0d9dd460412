"""The pages of changed results: drafts, previews, two people, runs, the end of a round."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.rules.authorizing import Role, ScopeKind
from contest import appealing, previewing, publishing, revising
from contest import jobs as contest_jobs
from contest.models import (
    Appeal,
    AppealState,
    Block,
    ChangeState,
    ResultChange,
    Round,
    RoundState,
)
from contest.rules.appealing import AppealRegime, AppealWindow
from contest.rules.changing import Change, ChangeKind
from contest.rules.predicting import Prediction, Scope, Target
from core import clock, jobs
from core.db import atomic, db
from core.jobs import Job, JobState
from questions.types.answers import keyed
from tests import factories
from tests.contest.judged import computed, one_paper
from tests.questions.contents import SOUND
from tests.world import Asker

SHEETS = ("bbb", "bba", "baa")
REASON = {"reason": "Biên bản số 3/BB-BTC"}


@pytest.fixture
def judged(app):
    noon = clock.now() - timedelta(hours=3)
    return computed(noon, SHEETS, blueprint=one_paper())


@pytest.fixture
def two(app, judged):
    """Two organisers of the contest."""
    found = []
    for name in ("Phạm Hùng", "Lê Thị Lan"):
        person = factories.account(full_name=name)
        factories.grant(person, Role.ORGANIZER, ScopeKind.CONTEST, judged[0].contest_id)
        found.append(Asker(app, person))
    return found


def change_of(round_):
    db.session.rollback()
    return db.session.scalars(select(ResultChange).order_by(ResultChange.id.desc())).first()


def drafted(asker, round_):
    asker.ask("POST", f"/quan-ly/vong/{round_.public_id}/thay-doi")
    return f"/quan-ly/thay-doi/{change_of(round_).public_id}"


def test_a_change_goes_from_draft_over_preview_to_a_run(judged, two):
    round_, attempts = judged
    first, second = two
    page = drafted(first, round_)
    version = attempts[0].slots[2].version_id
    found = first.ask("GET", f"{page}/them?tim=hen&cau=co quan")
    assert "H’Hen" in found.text
    assert attempts[0].public_id in found.text
    assert first.ask("GET", f"{page}/cau/{version}").status_code == 200

    sent = {"kind": "key", "subject": str(version), "accepted": ["a", "c"]}
    first.ask("POST", f"{page}/them", data=sent)
    first.ask("POST", f"{page}/moc", data={"places": "1, 2", "passing": "2"})
    shown = first.ask("GET", page)
    assert "giảm" in shown.text
    first.ask("POST", f"{page}/trinh", data=REASON)
    assert change_of(round_).state is ChangeState.PROPOSED

    second.ask("POST", f"{page}/dong-y", data=REASON)

    made = change_of(round_)
    assert (made.state, made.run.number) == (ChangeState.AGREED, 3)
    assert db.session.get(Round, round_.id).current_run_id == made.run_id
    for at in ("lan-tinh/3", "lan-tinh/2", "lan-tinh/2?tim=hoa", "so-sanh", "so-sanh?tu=3&den=2"):
        answer = second.ask("GET", f"/quan-ly/vong/{round_.public_id}/{at}")
        assert answer.status_code == 200
    assert second.ask("GET", page).status_code == 200


ROW, OTHER = (one["id"] for one in SOUND["matching"]["rows"])
FITS = SOUND["matching"]["pairs"]
SPARE = (set("abc") - set(FITS.values())).pop()
STEPS = [one["id"] for one in SOUND["ordering"]["parts"]]
WEIGHTS = {
    "scoring": "weights",
    "options": [
        {"id": letter, "text": text, "pinned": False, "weight": "0.5" if letter < "c" else "0"}
        for letter, text in zip("abc", ("Pa nô", "Tờ gấp", "Đa cấp"), strict=True)
    ],
}


@pytest.mark.parametrize(
    ("kind", "adds", "sent", "kept"),
    [
        (
            "matching",
            {},
            {f"row-{ROW}": [FITS[ROW], SPARE], f"row-{OTHER}": [FITS[OTHER], ""]},
            [keyed({ROW: FITS[ROW], OTHER: FITS[OTHER]}), keyed({ROW: SPARE, OTHER: FITS[OTHER]})],
        ),
        (
            "ordering",
            {},
            {f"place-{step}": str(place) for step, place in zip(STEPS, (2, 1, 3), strict=True)}
            | {f"other-{step}": "" for step in STEPS},
            [keyed(dict(zip(STEPS, "213", strict=True)))],
        ),
        (
            "cloze",
            {},
            {"gap-1": "Sở TTTT\r\n\r\nSở Thông tin", "gap-2": "2018", "choice-3": ["a", "b"]},
            [
                keyed({"1": "Sở TTTT\nSở Thông tin", "2": "2018", "3": "a"}),
                keyed({"1": "Sở TTTT\nSở Thông tin", "2": "2018", "3": "b"}),
            ],
        ),
        (
            "multiple_choice",
            WEIGHTS,
            {"weight-a": "12,5", "weight-b": "87,5", "weight-c": ""},
            [keyed({"a": "0.125", "b": "0.875", "c": "0"})],
        ),
        ("multiple_choice", {}, {"together": "1", "accepted": ["b", "c"]}, ["b,c"]),
        (
            "statements",
            {},
            {"verdicts": "abcd", "accepted": ["b"]},
            [keyed({"a": "F", "b": "T", "c": "F", "d": "F"})],
        ),
        ("short_answer", {}, {"typed": "Đăk Lăk\r\n Đắc Lắc "}, ["Đăk Lăk", "Đắc Lắc"]),
    ],
)
def test_another_key_is_sent_part_by_part_and_shown_in_words(app, kind, adds, sent, kept):
    bank = factories.bank()
    factories.item_of(bank, kind, content=adds)
    blueprint = factories.blueprint_of_types(bank, [kind])
    noon = clock.now() - timedelta(hours=3)
    round_, attempts = computed(noon, [[""]], blueprint=blueprint)
    person = factories.account(full_name="Phạm Hùng")
    factories.grant(person, Role.ORGANIZER, ScopeKind.CONTEST, round_.contest_id)
    asker = Asker(app, person)
    page, version = drafted(asker, round_), attempts[0].slots[0].version_id
    form = asker.ask("GET", f"{page}/cau/{version}").text
    assert all(f'name="{name}"' in form for name in sent)

    added = asker.ask("POST", f"{page}/them", data=sent | {"kind": "key", "subject": str(version)})

    assert added.status_code == 303
    assert change_of(round_).entries[0]["values"] == kept
    assert asker.ask("GET", page).status_code == 200


def test_more_ways_to_put_parts_together_than_may_be_are_refused(app):
    bank = factories.bank()
    factories.item_of(bank, "cloze")
    blueprint = factories.blueprint_of_types(bank, ["cloze"])
    noon = clock.now() - timedelta(hours=3)
    round_, attempts = computed(noon, [[""]], blueprint=blueprint)
    person = factories.account(full_name="Phạm Hùng")
    factories.grant(person, Role.ORGANIZER, ScopeKind.CONTEST, round_.contest_id)
    asker = Asker(app, person)
    page, version = drafted(asker, round_), str(attempts[0].slots[0].version_id)
    sent = {"kind": "key", "subject": version, "choice-3": list("abcdefghi")}

    assert asker.ask("POST", f"{page}/them", data=sent).status_code == 409
    assert change_of(round_).entries == []


def test_the_own_proposal_cannot_be_agreed_to_on_the_page(judged, two):
    round_, attempts = judged
    page = drafted(two[0], round_)
    sent = {"kind": "annul", "subject": attempts[0].public_id}
    two[0].ask("POST", f"{page}/them", data=sent)
    two[0].ask("POST", f"{page}/trinh", data=REASON)

    answer = two[0].ask("POST", f"{page}/dong-y", data=REASON)

    assert answer.status_code == 409
    assert change_of(round_).state is ChangeState.PROPOSED


def test_an_entry_is_taken_out_again_and_a_draft_put_away(judged, two):
    round_, attempts = judged
    page = drafted(two[0], round_)
    two[0].ask("POST", f"{page}/them", data={"kind": "annul", "subject": attempts[0].public_id})
    assert len(change_of(round_).entries) == 1

    about = {"about": "attempt", "subject": attempts[0].public_id}
    two[0].ask("POST", f"{page}/bo", data=about)
    assert change_of(round_).entries == []

    two[0].ask("POST", f"{page}/rut-lai")
    assert change_of(round_).state is ChangeState.WITHDRAWN


def test_who_may_not_read_the_bank_sees_no_question(app, judged, two):
    round_, attempts = judged
    person = factories.account(full_name="H’Linh Mlô")
    factories.grant(person, Role.SECRETARY, ScopeKind.CONTEST, round_.contest_id)
    secretary = Asker(app, person)
    page = drafted(secretary, round_)
    version = attempts[0].slots[0].version

    assert version.stem not in secretary.ask("GET", f"{page}/them").text
    assert secretary.ask("GET", f"{page}/cau/{version.id}").status_code == 403
    sent = {"kind": "void_full", "subject": str(version.id)}
    assert secretary.ask("POST", f"{page}/them", data=sent).status_code == 403


def test_pages_of_changes_take_the_same_statements_for_few_and_many(app, two, judged, queries):
    round_, attempts = judged
    page = drafted(two[0], round_)
    two[0].ask("POST", f"{page}/them", data={"kind": "annul", "subject": attempts[0].public_id})
    two[0].ask("GET", page)

    def cost():
        queries.clear()
        assert two[0].ask("GET", page).status_code == 200
        return len(queries)

    few = cost()
    for one in attempts[1:]:
        two[0].ask("POST", f"{page}/them", data={"kind": "annul", "subject": one.public_id})
    assert cost() == few


# --- Large rounds ------------------------------------------------------------------------------


def proposed(round_, attempts, person):
    made = revising.draft(round_, person, at=clock.now())
    revising.add(made, Change(ChangeKind.ANNUL, attempts[0].public_id), person)
    return revising.propose(made, person, reason="Thi hộ", at=clock.now())


def test_in_a_large_round_a_job_previews_and_another_one_applies(judged, two, monkeypatch, app):
    monkeypatch.setattr(previewing, "DIRECT_ATTEMPTS", 2)
    round_, attempts = judged
    made = proposed(round_, attempts, two[0].account)
    page = f"/quan-ly/thay-doi/{made.public_id}"

    two[1].ask("POST", f"{page}/tinh-thu")
    assert two[1].ask("GET", f"{page}/tien-do").json["state"] == "queued"
    run_all()
    shown = two[1].ask("GET", page)
    assert "H’Hen" in shown.text

    two[1].ask("POST", f"{page}/dong-y", data=REASON)
    assert change_of(round_).state is ChangeState.PROPOSED
    run_all()
    assert change_of(round_).state is ChangeState.AGREED
    assert two[1].ask("GET", f"{page}/tien-do").json["state"] == "done"


def run_all():
    while jobs.run_next(at=clock.now()):
        pass


def test_a_job_that_is_stopped_changes_nothing(judged, two, monkeypatch):
    monkeypatch.setattr(previewing, "DIRECT_ATTEMPTS", 2)
    round_, attempts = judged
    made = revising.draft(round_, two[0].account, at=clock.now())
    version = str(attempts[0].slots[0].version_id)
    revising.add(made, Change(ChangeKind.VOID_OUT, version), two[0].account)
    revising.propose(made, two[0].account, reason="Câu sai", at=clock.now())
    page = f"/quan-ly/thay-doi/{made.public_id}"
    two[1].ask("POST", f"{page}/dong-y", data=REASON)
    db.session.rollback()
    job = db.session.scalars(select(Job).where(Job.kind == previewing.APPLY)).one()

    class Stopped:
        payload = job.payload

        def progress(self, done, total):
            raise jobs.JobCancelled

    with pytest.raises(jobs.JobCancelled):
        contest_jobs.apply_change(Stopped())
    two[1].ask("POST", f"{page}/dung")

    db.session.rollback()
    assert job.state is JobState.CANCELLED
    assert change_of(round_).state is ChangeState.PROPOSED
    assert db.session.get(Round, round_.id).current_run_id == round_.current_run_id


def test_a_preview_that_was_kept_says_the_same_as_one_made_now(judged, two, tmp_path):
    round_, attempts = judged
    made = proposed(round_, attempts, two[0].account)
    seen = previewing.compute(made, at=clock.now(), progress=lambda done, total: None)
    path = previewing.file_of(tmp_path, made)

    previewing.write(path, seen)

    kept = previewing.read(path)
    assert kept.totals == seen.totals
    assert kept.moved == [one for one in seen.moved if one.is_moved]


# --- The end of a round ------------------------------------------------------------------------


def test_the_end_of_a_round_is_frozen_revealed_finalized_and_reopened(judged, two):
    round_, _ = judged
    first, second = two
    at = f"/quan-ly/vong/{round_.public_id}"
    with atomic():
        publishing.publish(round_, None, at=clock.now())
    assert first.ask("GET", f"{at}/chot").status_code == 200

    first.ask("POST", f"{at}/dong-bang", data=REASON)
    assert again(round_).frozen_run_id is not None
    board = first.ask("GET", f"/cuoc-thi/{round_.contest.slug}/bang/{round_.number}")
    assert board.status_code in (200, 404)
    first.ask("POST", f"{at}/mo-bang", data=REASON)
    first.ask("POST", f"{at}/chot", data=REASON)
    assert again(round_).state is RoundState.FINAL
    assert first.ask("GET", f"{at}/chot").status_code == 200

    first.ask("POST", f"{at}/mo-chot", data=REASON)
    proposal = again(round_)
    shown = second.ask("GET", f"{at}/chot")
    assert "xac-nhan" in shown.text
    where = shown.text.split("/de-nghi/")[1].split("/")[0]
    second.ask("POST", f"/quan-ly/de-nghi/{where}/xac-nhan")
    assert again(proposal).state is RoundState.READY


def again(row):
    db.session.rollback()
    return db.session.get(type(row), row.id)


# --- Why ---------------------------------------------------------------------------------------


def test_everybody_ranked_has_a_page_that_says_why(app, judged, two):
    round_, attempts = judged
    own = Asker(app, attempts[1].enrolment.account)

    shown = own.ask("GET", f"/thi/vong/{round_.public_id}/vi-sao")

    run = round_.current_run_id
    assert shown.status_code == 200
    assert "H’Hen Niê" not in shown.text
    assert "H’Hen" in shown.text
    assert f"|{attempts[1].enrolment.public_id}" in shown.text
    assert run
    for one in attempts:
        who = one.enrolment.public_id
        page = two[0].ask("GET", f"/quan-ly/vong/{round_.public_id}/lan-tinh/2/vi-sao/{who}")
        assert page.status_code == 200


def test_nobody_sees_why_before_the_own_result_is_shown(app, judged):
    round_, attempts = judged
    with atomic():
        round_.participant_results_at = clock.now() + timedelta(days=1)

    shown = Asker(app, attempts[0].enrolment.account).ask(
        "GET", f"/thi/vong/{round_.public_id}/vi-sao"
    )

    assert shown.status_code == 404


# --- Appeals -----------------------------------------------------------------------------------


def the_appeal():
    db.session.rollback()
    return db.session.scalars(select(Appeal)).one()


@pytest.fixture
def appealed(judged, two):
    round_, attempts = judged
    now = clock.now()
    window = AppealWindow(AppealRegime.CONTEST, now - timedelta(hours=1), now + timedelta(hours=1))
    appealing.set_window(round_, window, two[0].account)
    return attempts[1]


def test_an_appeal_goes_from_the_result_page_to_the_letter(app, appealed, two):
    owner = Asker(app, appealed.enrolment.account)
    page = f"/thi/bai/{appealed.public_id}/phuc-khao"
    assert page in owner.ask("GET", f"/thi/bai/{appealed.public_id}/ket-qua").text
    assert owner.ask("POST", page, data={}).status_code == 422
    owner.ask("POST", page, data={"reason": "Câu 3 có hai đáp án.", "positions": ["3"]})
    appeal = the_appeal()
    staff = f"/quan-ly/phuc-khao/{appeal.public_id}"
    queue = two[0].ask("GET", f"/quan-ly/vong/{appealed.round.public_id}/phuc-khao")
    assert appeal.public_id in queue.text

    two[0].ask("GET", staff)
    two[0].ask("POST", f"{staff}/nhan")
    sent = {"outcome": "keep", "answer": "Đáp án đúng theo Nghị định số 61/2018/NĐ-CP."}
    two[0].ask("POST", f"{staff}/tra-loi", data=sent)

    assert again(appeal).state is AppealState.KEPT
    letter = owner.ask("GET", f"{page}/thong-bao")
    assert "giữ nguyên kết quả bài thi" in letter.text
    assert owner.ask("GET", page).status_code == 200
    assert two[0].ask("GET", f"{staff}/thong-bao").status_code == 200


def test_the_hours_of_appeals_are_set_on_the_queue(judged, two):
    round_, _ = judged
    at = f"/quan-ly/vong/{round_.public_id}/phuc-khao"
    wrong = {"regime": "exam_computer", "opens_at": "8h00 1/12/2026", "closes_at": "8h00 2/12/2026"}

    assert two[0].ask("POST", at, data=wrong).status_code == 409
    two[0].ask("POST", at, data=wrong | {"regime": "contest"})

    kept = again(round_).appeal_window
    assert (kept.closes_at - kept.opens_at) == timedelta(days=1)


def test_an_appeal_is_taken_back_on_its_page(app, appealed):
    owner = Asker(app, appealed.enrolment.account)
    page = f"/thi/bai/{appealed.public_id}/phuc-khao"
    owner.ask("POST", page, data={"reason": "Nhầm"})

    owner.ask("POST", f"{page}/rut-lai")

    assert the_appeal().state is AppealState.WITHDRAWN


def test_somebody_elses_appeal_does_not_exist(app, appealed, judged):
    other = Asker(app, judged[1][0].enrolment.account)

    assert other.ask("GET", f"/thi/bai/{appealed.public_id}/phuc-khao").status_code == 404


# --- True values by group ------------------------------------------------------------------------


def predicting(scope):
    return Prediction(scope=scope, target=Target.PARTICIPANTS).written()


def test_the_true_value_of_each_group_is_shown_and_fixed_on_the_pages(app, two, judged):
    round_, _ = judged
    block = factories.saved(Block(contest_id=round_.contest_id, title="Khối người dân"))
    with atomic():
        round_.prediction = predicting(Scope.BLOCK)
    publishing.compute(round_, None, reason="", at=clock.now())
    page = drafted(two[0], round_)
    assert "Khối người dân" in two[0].ask("GET", f"{page}/them").text

    sent = {"kind": "actual", "subject": str(block.id), "value": "1234"}
    two[0].ask("POST", f"{page}/them", data=sent)
    shown = two[0].ask("GET", page)
    assert "Khối người dân" in shown.text
    two[0].ask("POST", f"{page}/trinh", data=REASON)
    two[1].ask("POST", f"{page}/dong-y", data=REASON)

    summary = two[0].ask("GET", f"/quan-ly/vong/{round_.public_id}/ket-qua").text
    assert "1.234" in summary
    assert "Khối người dân" in summary
    assert again(round_).actuals_by_hand == {block.id: 1234_000_000}
    assert "1.234" in two[0].ask("GET", f"/quan-ly/vong/{round_.public_id}/lan-tinh/4").text


def test_a_draft_offers_to_compute_the_other_rounds_that_count_it(app, two, judged):
    round_, attempts = judged
    now = clock.now()
    other = factories.round_(
        contest=round_.contest,
        number=2,
        title="Vòng bảng",
        blueprint=one_paper(),
        opens_at=now - timedelta(days=2),
        closes_at=now - timedelta(days=1),
        prediction=predicting(Scope.CONTEST),
    )
    publishing.compute(other, None, reason="", at=now)
    first = other.current_run_id
    page = drafted(two[0], round_)
    two[0].ask("POST", f"{page}/them", data={"kind": "annul", "subject": attempts[0].public_id})
    assert other.public_id in two[0].ask("GET", page).text

    two[0].ask("POST", f"{page}/them", data={"kind": "recompute", "subject": other.public_id})
    assert "Vòng bảng" in two[0].ask("GET", page).text
    two[0].ask("POST", f"{page}/trinh", data=REASON)
    two[1].ask("POST", f"{page}/dong-y", data=REASON)

    assert change_of(round_).state is ChangeState.AGREED
    assert again(other).current_run_id != first
