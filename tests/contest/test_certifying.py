"""Certificates: issued once to each, checked by anybody, taken back, printed by the thousand."""

import io
import re
import subprocess
from dataclasses import replace
from datetime import date, timedelta

import pytest

from accounts import authenticating, upholding
from accounts.models import AuditEntry
from accounts.rules.authorizing import Role
from contest import awarding, certifying, offering, publishing
from contest.certifying import Wanted
from contest.documents import certificates
from contest.documents.certificates import Awardee, Background, Design, Key, Spot
from contest.errors import CertificateGone, RoundNotReady
from contest.forms.certificates import filled
from contest.models import Certificate, PrizeKind
from contest.rules.prizes import IndividualRule, Level, Ties
from core import clock, jobs
from core.db import atomic, db
from core.jobs import JobState
from tests import factories, system
from tests.contest import papers
from tests.contest.test_measuring import take

ADDRESS = "https://chungtay.daklak.gov.vn/kiem-tra-chung-nhan"
HONOUR = "Đã hoàn thành bài thi Tuần 1"


def awardee(number, name="Y Thiên Niê"):
    code = f"{number:020}"
    unit, contest = "Sở Tư pháp", f"Cuộc thi “{papers.TITLE}”"
    return Awardee(name, unit, HONOUR, contest, number, date(2026, 2, 5), ADDRESS, code)


def text_of(content, path, *options):
    path.write_bytes(content)
    asked = [system.reader_of_pdf(), *options, path, "-"]
    return subprocess.run(asked, check=True, capture_output=True, text=True).stdout


# --- How they look -----------------------------------------------------------------------------


def test_sheet_says_everything_where_the_design_puts_it(tmp_path):
    spots = Design().spots | {Key.NAME: Spot(50, 88, 200, 24)}

    content = certificates.pdf(Design(spots=spots), papers.STATE, [awardee(7)])

    placed = text_of(content, tmp_path / "giay.pdf", "-bbox")
    sheet = re.search(r'<page width="([\d.]+)" height="([\d.]+)"', placed)
    word = re.search(
        r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)"[^>]*>Thiên</word>', placed
    )
    assert [round(float(one) * 25.4 / 72) for one in sheet.groups()] == [297, 210]
    # The field begins 88 mm from the top and is centred about 150 mm from the left.
    assert abs(float(word[2]) * 25.4 / 72 - 88) < 4
    assert 50 < float(word[1]) * 25.4 / 72 < float(word[3]) * 25.4 / 72 < 250
    said = text_of(content, tmp_path / "giay.pdf")
    for line in ("GIẤY CHỨNG NHẬN", "Y Thiên Niê", HONOUR, "Số: 07/CN-BTC", "TRƯỞNG BAN"):
        assert line in said


def test_long_name_is_set_smaller_and_stays_on_one_line(tmp_path):
    name = "Nguyễn Phúc Công Tằng Tôn Nữ Hoàng Thị Minh Hạnh Đoan Trang Thùy Dương"

    content = certificates.pdf(Design(), papers.STATE, [awardee(1, name)])

    assert name in text_of(content, tmp_path / "giay.pdf", "-layout")


def test_printed_stock_takes_only_what_it_leaves_open(tmp_path):
    design = replace(Design(), background=Background.STOCK).on_stock()

    said = text_of(certificates.pdf(design, papers.STATE, [awardee(7)]), tmp_path / "giay.pdf")

    assert "Y Thiên Niê" in said
    assert "GIẤY CHỨNG NHẬN" not in said
    assert "CỘNG HÒA" not in said


def test_design_is_kept_as_it_was_written():
    design = Design(width=210.5, height=148, background=Background.PICTURE, title="GIẤY KHEN")

    assert Design.read(design.written()) == design


@pytest.mark.slow
def test_thousand_sheets_are_one_file_with_embedded_fonts(tmp_path):
    people = [awardee(number, papers.NAMES[number % 11]) for number in range(1, 1001)]

    path = tmp_path / "giay.pdf"
    path.write_bytes(certificates.pdf(Design(), papers.STATE, people))

    told = subprocess.run(["pdfinfo", path], check=True, capture_output=True, text=True).stdout
    fonts = subprocess.run(["pdffonts", path], check=True, capture_output=True, text=True).stdout
    assert re.search(r"Pages:\s+1000\b", told)
    assert {line.split()[-5:-2] == ["yes"] * 3 for line in fonts.splitlines()[2:]} == {True}


# --- Issuing -----------------------------------------------------------------------------------


@pytest.fixture
def round_(app):
    now = clock.now()
    made = factories.round_(opens_at=now - timedelta(days=2), closes_at=now - timedelta(days=1))
    for person in range(4):
        take(made, "b" if person else "a")
    publishing.compute(made, None, reason="Lần đầu", at=now)
    return made


@pytest.fixture
def actor(app):
    return factories.account(full_name="Lê Thị Mai")


@pytest.fixture
def design(round_, actor):
    return certifying.add_design(round_.contest, "Giấy chứng nhận tuần", actor, at=clock.now())


def wanted(round_, percent=0):
    return Wanted(round_, percent, HONOUR)


def issue(design, wanted, actor):
    """Issue what is planned; return how many that is."""
    planned = certifying.plan(design, wanted, at=clock.now())
    return len(certifying.issue(design, wanted, planned, actor).rows)


def issued():
    db.session.rollback()
    return db.session.query(Certificate).order_by(Certificate.number).all()


def entries(action):
    db.session.rollback()
    return db.session.query(AuditEntry).filter_by(action=action).all()


def finish(job, actor):
    while jobs.run_next(at=clock.now()):
        pass
    return jobs.owned(job.public_id, actor.id)


def test_everybody_who_took_part_gets_one_number_and_one_secret_code(round_, design, actor):
    count = issue(design, wanted(round_), actor)

    found = issued()
    assert count == 4
    assert [one.number for one in found] == [1, 2, 3, 4]
    assert len({one.code for one in found}) == 4
    # 20 signs of base 32 are 100 bits.
    assert {len(one.code) for one in found} == {20}
    assert len(entries("certificate.issued")) == 1


def test_who_has_one_is_passed_over_and_who_did_not_reach_the_score_too(round_, design, actor):
    first = issue(design, wanted(round_, 100), actor)
    second = issue(design, wanted(round_), actor)
    third = issue(design, wanted(round_), actor)

    assert (first, second, third) == (3, 1, 0)


def test_winners_by_decision_get_one_with_their_prize(round_, design, actor):
    rule = IndividualRule((Level("Giải Nhất", 1), Level("Giải Nhì", 1)), ties=Ties.LOT).written()
    offered = offering.RuleSettings("Giải tuần", PrizeKind.INDIVIDUAL, rule, round_.id)
    prizes = offering.add_rule(round_.contest, offered, actor, at=clock.now())
    before = issue(design, Wanted(round_, 0, "Tuần 1", winners=True), actor)
    made = awarding.draft(prizes, actor, at=clock.now())
    awarding.propose(made, actor, reason="Họp Ban Tổ chức", at=clock.now())
    awarding.agree(made, factories.account(), reason="Nhất trí", at=clock.now())

    count = issue(design, Wanted(round_, 0, "Tuần 1", winners=True), actor)
    again = issue(design, Wanted(round_, 0, "Tuần 1", winners=True), actor)

    assert (before, count, again) == (0, 2, 0)
    assert [one.honour for one in issued()] == ["Đạt Giải Nhất, Tuần 1", "Đạt Giải Nhì, Tuần 1"]


def test_nothing_is_issued_before_the_results_are_computed(app, actor):
    early = factories.round_()
    design = certifying.add_design(early.contest, "Mẫu", actor, at=clock.now())

    with pytest.raises(RoundNotReady):
        certifying.order(design, wanted(early), actor, ADDRESS, at=clock.now())


def test_job_issues_and_prints_everybody_into_one_file(app, round_, design, actor, tmp_path):
    job = certifying.order(design, wanted(round_), actor, ADDRESS, at=clock.now())

    done = finish(job, actor)

    assert done.state is JobState.DONE, done.fault
    content = (app.config["INSTANCE"] / "exports" / done.result["file"]).read_bytes()
    assert text_of(content, tmp_path / "giay.pdf").count(HONOUR) == 4
    assert (done.done, done.total) == (4, 4)
    assert len(entries("certificate.printed")) == 1


def test_job_that_is_stopped_issues_nothing(round_, design, actor):
    job = certifying.order(design, wanted(round_), actor, ADDRESS, at=clock.now())
    jobs.cancel(job, at=clock.now())

    assert finish(job, actor).state is JobState.CANCELLED
    assert issued() == []


def test_job_that_is_stopped_while_it_prints_issues_nothing(round_, design, actor, monkeypatch):
    monkeypatch.setattr(certifying, "MOST_SHEETS", 2)
    job = certifying.order(design, wanted(round_), actor, ADDRESS, at=clock.now())
    pdf = certificates.pdf

    def stopped_meanwhile(*told):
        jobs.cancel(jobs.owned(job.public_id, actor.id), at=clock.now())
        return pdf(*told)

    monkeypatch.setattr(certificates, "pdf", stopped_meanwhile)

    assert finish(job, actor).state is JobState.CANCELLED
    assert issued() == []
    assert entries("certificate.printed") == []


def test_numbers_that_somebody_else_took_meanwhile_are_not_given_twice(
    app, round_, design, actor, monkeypatch, tmp_path
):
    other = certifying.add_design(round_.contest, "Mẫu khác", actor, at=clock.now())
    job = certifying.order(design, wanted(round_), actor, ADDRESS, at=clock.now())
    pdf, first = certificates.pdf, []

    def overtaken(*told):
        if not first:
            first.append(issue(other, wanted(round_, 100), actor))
        return pdf(*told)

    monkeypatch.setattr(certificates, "pdf", overtaken)
    done = finish(job, actor)

    assert done.state is JobState.DONE, done.fault
    assert [(one.number, one.design_id) for one in issued()] == [
        *((number, other.id) for number in (1, 2, 3)),
        *((number, design.id) for number in (4, 5, 6, 7)),
    ]
    content = (app.config["INSTANCE"] / "exports" / done.result["file"]).read_bytes()
    text = text_of(content, tmp_path / "giay.pdf")
    assert [f"Số: {number:02}" in text for number in (3, 4, 7)] == [False, True, True]


# --- Taking back -------------------------------------------------------------------------------


@pytest.fixture
def certificate(round_, design, actor):
    issue(design, wanted(round_), actor)
    return issued()[0]


def test_reissued_certificate_has_a_new_number_a_new_code_and_the_name_as_it_is_now(
    certificate, actor
):
    with atomic():
        certificate.enrolment.account.full_name = "Y Bhăm Niê Kđăm"

    new = certifying.reissue(certificate, "Sai họ tên", actor, at=clock.now())

    old = issued()[0]
    assert (new.number, new.name) == (5, "Y Bhăm Niê Kđăm")
    assert new.code != old.code
    assert old.replaced_by_id == new.id
    assert old.withdrawn_for == "Sai họ tên"
    assert len(entries("certificate.reissued")) == 1
    with pytest.raises(CertificateGone):
        certifying.reissue(old, "Lần nữa", actor, at=clock.now())


def test_withdrawn_certificate_keeps_its_first_reason(certificate, actor):
    certifying.withdraw(certificate, "Thi hộ", actor, at=clock.now())
    certifying.withdraw(certificate, "Lần nữa", actor, at=clock.now())

    assert issued()[0].withdrawn_for == "Thi hộ"
    assert len(entries("certificate.withdrawn")) == 1


def test_erased_person_leaves_a_certificate_of_nobody(certificate, actor):
    upholding.erase(actor, certificate.enrolment.account, at=clock.now())

    mine = issued()[0]
    assert (mine.name, mine.unit) == ("", "")
    with pytest.raises(CertificateGone):
        certifying.print_one(mine, ADDRESS)


# --- Pages -------------------------------------------------------------------------------------


def test_anybody_sees_that_a_certificate_stands_with_the_name_masked(client, certificate):
    page = client.get(f"/kiem-tra-chung-nhan/{certificate.code}")

    assert page.status_code == 200
    assert "Giấy chứng nhận là thật" in page.text
    assert "Y Bhăm N***" in page.text
    assert certificate.name not in page.text
    assert HONOUR in page.text


def test_name_stays_masked_where_the_person_agreed_to_publish_a_win(client, certificate):
    with atomic():
        certificate.enrolment.publishes_name = True

    assert certificate.name not in client.get(f"/kiem-tra-chung-nhan/{certificate.code}").text


@pytest.mark.parametrize(
    ("act", "said"),
    [(certifying.withdraw, "đã bị thu hồi"), (certifying.reissue, "đã được thay thế")],
)
def test_public_page_says_what_became_of_it_but_not_why(client, certificate, actor, act, said):
    act(certificate, "Thi hộ", actor, at=clock.now())

    page = client.get(f"/kiem-tra-chung-nhan/{certificate.code}")

    assert said in page.text
    assert "Thi hộ" not in page.text


def test_wrong_code_and_code_of_another_kind_look_the_same(client, certificate):
    wrong = client.get(f"/kiem-tra-chung-nhan/{'0' * 20}")
    other = client.get(f"/kiem-tra-chung-nhan/{certificate.number}")

    assert (wrong.status_code, other.status_code) == (404, 404)
    assert "Không có giấy chứng nhận nào mang mã này" in wrong.text


@pytest.fixture
def organizer(app, client):
    account = factories.account(full_name="Lê Thị Mai")
    factories.grant(account, Role.ORGANIZER)
    factories.grant(account, Role.DATA_VIEWER)
    token = authenticating.open_session(account, is_staff=True, device="phép thử", at=clock.now())
    client.set_cookie("sid", token)
    return account


def sent(design):
    """Return a design as the form sends it."""
    told = {}
    for name, value in filled("Mẫu tuần", design).items():
        if isinstance(value, dict):
            parts = value | {"is_shown": "y" if value["is_shown"] else ""}
            told |= {f"{name}-{part}": str(one) for part, one in parts.items() if one != ""}
        else:
            told[name] = str(value)
    return told


def test_organiser_moves_a_field_and_sees_it_moved(client, organizer, design):
    moved = Design(spots=Design().spots | {Key.QR: Spot(240, 20, 30, 9)})

    seen = client.get(
        f"/quan-ly/giay-chung-nhan/mau/{design.public_id}/xem-truoc.png", query_string=sent(moved)
    )
    kept = client.post(f"/quan-ly/giay-chung-nhan/mau/{design.public_id}", data=sent(moved))

    assert seen.data.startswith(b"\x89PNG")
    assert kept.status_code == 303
    db.session.rollback()
    assert Design.read(design.written).spots[Key.QR] == Spot(240, 20, 30, 9)


def test_picture_of_ones_own_becomes_the_background(client, organizer, design):
    data = sent(Design(background=Background.PICTURE))
    data["picture"] = (io.BytesIO(factories.DOT), "nen.png")

    kept = client.post(f"/quan-ly/giay-chung-nhan/mau/{design.public_id}", data=data)

    assert kept.status_code == 303
    db.session.rollback()
    assert design.mime == "image/png"
    assert certificates.preview(
        Design.read(design.written), papers.STATE, awardee(1), design.picture
    )


def test_number_that_does_not_fit_is_said_at_its_field(client, organizer, design):
    data = sent(Design()) | {"at_name-size": "500"}

    page = client.post(f"/quan-ly/giay-chung-nhan/mau/{design.public_id}", data=data)

    assert page.status_code == 422
    assert "Từ 6 đến 96" in page.text


def test_printing_one_is_recorded_as_personal_data(client, organizer, certificate):
    answer = client.post(f"/quan-ly/giay-chung-nhan/{certificate.code}/in")

    assert answer.mimetype == "application/pdf"
    (entry,) = entries("certificate.printed")
    assert '"personal_data":true' in entry.record.replace(" ", "")
