"""The pages of entries: an entrant's own, files in pieces and in a form, the staff's, screening."""

import hashlib
import io
import re
from datetime import timedelta

import pytest

from accounts.rules.authorizing import Role, ScopeKind
from contest import sifting
from contest.models import Entry, EntryCategory, EntryState
from contest.rules.judging.screening import Check, Verdict
from contest.sifting import Finding
from core import clock, vietnam
from core.db import db
from core.text import breathe
from tests import factories
from tests.contest import judging
from tests.contest.entering import (
    PDF,
    PROGRAM,
    again,
    begun,
    category,
    entrant,
    handed_in,
    passed,
    whole,
)
from tests.contest.views.test_participant import signed_in

LONG = PDF + bytes(3000)


@pytest.fixture
def open_(app):
    return category()


@pytest.fixture
def lead(open_):
    return entrant(open_)


def staff(contest, role=Role.SCREENER, name="Phan Thị Thẩm"):
    person = factories.account(full_name=name)
    factories.grant(person, role, ScopeKind.CONTEST, contest.id)
    return person


def own(entry):
    return f"/thi/bai-du-thi/{entry.public_id}"


def page_of(entry):
    return f"/quan-ly/bai-du-thi/{entry.public_id}"


FILLED = {
    "title": "Trợ lý ảo một cửa",
    "a_f1": "Trả lời hồ sơ của dân.",
    "a_f3": "https://motcua.example",
    "people-0-name": "H’Hen Niê",
    "people-0-role": "leader",
    "people-1-name": "Y Bhăm Niê",
    "people-1-role": "member",
    "people-2-name": "",
    "people-2-role": "member",
}


# --- The entrant ---------------------------------------------------------------------------------


def test_entrant_enters_without_a_script_from_the_list_to_handing_in(client, open_, lead):
    signed_in(client, lead.account)
    listed = client.get("/thi/bai-du-thi").text
    began = client.post(f"/thi/bang/{open_.public_id}/bai-moi", data={"title": "Trợ lý ảo"})
    address = began.location

    client.post(address, data=FILLED)
    missing = client.get(address).text
    sent = {"file": (io.BytesIO(PDF), "thuyet minh.pdf")}
    client.post(f"{address}/tep/f2", data=sent, content_type="multipart/form-data")
    ready = client.get(address).text
    refused = client.post(f"{address}/nop", data={})
    done = client.post(f"{address}/nop", data={"declares": "y"})
    shown = client.get(address).text

    db.session.rollback()
    entry = again(db.session.query(Entry).one())
    assert open_.title in listed
    assert "Mục “Bản thuyết minh” còn trống." in missing
    assert "Nộp bài dự thi" in ready
    assert "Còn thiếu" not in ready
    assert (refused.status_code, done.status_code) == (422, 303)
    assert "Đã nộp lúc" in shown
    assert entry.state is EntryState.SUBMITTED
    files = [(one["title"], one["field"]) for one in entry.versions[-1].content["files"]]
    assert files == [("Địa chỉ dùng thử", "f3"), ("thuyet minh.pdf", "f2")]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": ""}, "Hãy ghi tên bài."),
        ({"a_f3": "javascript:alert(1)"}, "Đường dẫn bắt đầu bằng https://."),
        ({"people-1-role": "leader"}, "Mỗi bài có một trưởng nhóm."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(client, open_, lead, wrong, said):
    entry = begun(open_, lead)

    answer = signed_in(client, lead.account).post(own(entry), data=FILLED | wrong)

    assert answer.status_code == 422
    assert said in answer.text
    assert again(entry).answers == {}


def test_file_of_another_kind_is_refused_beside_its_question(client, open_, lead):
    entry = begun(open_, lead)
    sent = {"file": (io.BytesIO(PROGRAM), "bai.pdf")}

    answer = signed_in(client, lead.account).post(
        f"{own(entry)}/tep/f2", data=sent, content_type="multipart/form-data"
    )

    assert answer.status_code == 409
    assert "không đúng loại như tên gọi" in answer.text.replace("\xa0", " ")


def test_who_has_not_entered_the_contest_begins_nothing(client, open_):
    stranger = signed_in(client, factories.account())

    assert stranger.get(f"/thi/bang/{open_.public_id}/bai-moi").status_code == 404
    assert stranger.get("/thi/bai-du-thi").status_code == 200


def test_rejected_entrant_reads_why_and_appeals(client, open_, lead):
    entry = handed_in(open_, lead)
    bad = {"c1": Check(passes=False, reason="Ngoài tỉnh"), "c2": Check(passes=True)}
    for number in (1, 2):
        found = Finding(bad, Verdict.FAIL, f"Không đúng đối tượng ({number})")
        sifting.give(again(entry), factories.account(), found, at=clock.now())
    signed_in(client, lead.account)

    told = client.get(own(entry)).text
    client.post(f"{own(entry)}/khieu-nai", data={"plea": "Chúng tôi ở phường Tân An"})
    after = client.get(own(entry)).text

    assert "Không đúng đối tượng (2)" in told.replace("\xa0", " ")
    assert "Chúng tôi ở phường Tân An" in after
    assert "Gửi khiếu nại" not in after


def test_own_page_costs_the_same_with_many_files(client, open_, lead, queries):
    entry = whole(open_, lead)
    signed_in(client, lead.account)
    client.get(own(entry))
    queries.clear()
    client.get(own(entry))
    few = len(queries)
    for number in range(2, 9):
        judging.file(entry, position=number, field="f2", title=f"{number}.pdf")
    client.get(own(entry))
    queries.clear()

    client.get(own(entry))

    assert queries[few:] == []


# --- Files in pieces -----------------------------------------------------------------------------


def got(client, id_, **asked):
    """Fetch a file to its end."""
    with client.get(f"/tep-bai/{id_}", **asked) as answer:
        answer.get_data()
        return answer


def begin(client, entry, name="bai.pdf", content=LONG):
    said = {"name": name, "size": len(content), "modified": "1764300000123"}
    return client.post(f"/tai-len/bai/{entry.public_id}/f2", data=said)


def test_file_is_sent_in_pieces_and_fetched_as_an_attachment(client, open_, lead):
    entry = begun(open_, lead)
    signed_in(client, lead.account)
    id_ = begin(client, entry).json["id"]
    digest = hashlib.sha256(LONG[:2000]).hexdigest()

    first = client.put(f"/tai-len/{id_}/0", data=LONG[:2000], headers={"X-Digest": digest})
    looked = client.get(f"/tai-len/{id_}").json
    again_ = begin(client, entry).json
    client.put(f"/tai-len/{id_}/2000", data=LONG[2000:])
    done = client.post(f"/tai-len/{id_}/xong").json
    fetched = got(client, done["id"])
    part = got(client, done["id"], headers={"Range": "bytes=0-4"})

    assert first.json == {"received": 2000}
    assert looked == again_ == {"id": id_, "received": 2000, "size": len(LONG), "done": False}
    assert done["digest"] == hashlib.sha256(LONG).hexdigest()
    assert fetched.data == LONG
    assert fetched.headers["Content-Disposition"] == "attachment; filename=bai.pdf"
    assert fetched.headers["X-Content-Type-Options"] == "nosniff"
    assert fetched.mimetype == "application/pdf"
    assert (part.status_code, part.data) == (206, b"%PDF-")


def test_broken_piece_is_told_apart_and_changes_nothing(client, open_, lead):
    signed_in(client, lead.account)
    id_ = begin(client, begun(open_, lead)).json["id"]

    broken = client.put(f"/tai-len/{id_}/0", data=LONG[:9], headers={"X-Digest": "0" * 64})

    assert broken.status_code == 422
    assert client.get(f"/tai-len/{id_}").json["received"] == 0


def test_refusal_of_a_file_is_json_with_words(client, open_, lead):
    signed_in(client, lead.account)

    answer = begin(client, begun(open_, lead), name="chay.exe")

    assert answer.status_code == 409
    assert "chay.exe" in answer.json["error"]


def test_upload_and_file_are_nobody_elses(client, open_, lead):
    entry = handed_in(open_, lead)
    upload = begin(signed_in(client, lead.account), entry).json["id"]
    other = signed_in(client, entrant(open_, full_name="Lê Thị Mai").account)

    assert other.put(f"/tai-len/{upload}/0", data=LONG).status_code == 404
    assert other.post(f"/tai-len/{upload}/xong").status_code == 404
    assert other.get(f"/tep-bai/{entry.files[0].public_id}").status_code == 404
    assert other.get(own(entry)).status_code == 404


# --- Who reads files -----------------------------------------------------------------------------


def assigned(entry, **fields):
    judged = judging.judged_round(entry.contest, **fields)
    row = judging.round_entry(judged, entry, version_id=entry.versions[-1].id)
    judge = judging.judge(judging.panel(judged))
    judging.sheet(row, judge)
    return db.session.merge(judge).account


def test_blind_judge_gets_the_copy_under_a_neutral_name_and_not_the_file(client, open_, lead):
    entry = handed_in(open_, lead)
    original = entry.files[0]
    digest = original.digest
    copy = judging.file(entry, redacts_id=original.id, title="che ten H’Hen.pdf", digest=digest)
    signed_in(client, assigned(entry))

    copied = got(client, copy.public_id)

    assert got(client, original.public_id).status_code == 404
    assert copied.status_code == 200
    assert "Hen" not in str(copied.headers)
    assert again(entry).code in str(copied.headers)


def test_judge_who_is_not_blind_gets_the_file_and_others_do_not(client, open_, lead):
    entry = handed_in(open_, lead)
    id_ = entry.files[0].public_id
    judge = assigned(entry, is_blind=False)
    colleague = staff(entry.contest, Role.JUDGE, "Giám khảo khác")

    assert got(signed_in(client, judge), id_).status_code == 200
    assert got(signed_in(client, colleague), id_).status_code == 404


# --- The staff -----------------------------------------------------------------------------------


def test_list_finds_and_counts_entries(client, open_, lead):
    entry = handed_in(open_, lead)
    begun(open_, entrant(open_, full_name="Lê Thị Mai"), title="Bản đồ số")
    signed_in(client, staff(open_.contest))
    address = f"/quan-ly/cuoc-thi/{open_.contest.public_id}/bai-du-thi"

    whole_ = client.get(address).text
    found = client.get(address, query_string={"trang-thai": "submitted", "tim": "tro ly"}).text

    assert breathe("Bản đồ số") in whole_
    assert again(entry).code in found
    assert breathe("Bản đồ số") not in found


def test_screener_reads_names_in_full_and_the_secretary_does_not(client, open_, lead):
    entry = handed_in(open_, lead)
    secretary = staff(open_.contest, Role.SECRETARY, "Thư ký")

    screener = signed_in(client, staff(open_.contest)).get(page_of(entry)).text
    masked = signed_in(client, secretary).get(page_of(entry)).text

    assert "Trần Văn Bình" in screener
    assert "Trần Văn Bình" not in masked


def test_judge_of_the_contest_does_not_see_whose_entries_they_are(client, open_, lead):
    entry = handed_in(open_, lead)
    signed_in(client, staff(open_.contest, Role.JUDGE, "Giám khảo"))

    assert client.get(page_of(entry)).status_code == 403


def test_two_screeners_admit_an_entry_through_the_page(client, open_, lead):
    entry = handed_in(open_, lead)
    passed(open_)
    said = {
        "checks-0-id": "c1",
        "checks-0-passes": "yes",
        "checks-1-id": "c2",
        "checks-1-passes": "yes",
        "verdict": "pass",
    }
    for name in ("Một", "Hai"):
        screener = signed_in(client, staff(open_.contest, name=name))
        hidden = screener.get(page_of(entry)).text
        answer = screener.post(f"{page_of(entry)}/tham-dinh", data=said)
        assert answer.status_code == 303
        assert "Kết luận của các thành viên" not in hidden

    shown = client.get(page_of(entry)).text
    assert again(entry).state is EntryState.ADMITTED
    assert shown.count("Đồng ý cho vào chấm") == 2


def test_entry_is_returned_with_a_deadline_written_as_offices_do(client, open_, lead):
    entry = handed_in(open_, lead)
    until = vietnam.say_end(clock.now() + timedelta(days=2))
    said = {
        "checks-0-id": "c1",
        "checks-0-passes": "yes",
        "checks-1-id": "c2",
        "checks-1-passes": "no",
        "checks-1-reason": "Video hỏng",
        "verdict": "return",
        "told": "Gửi lại video",
        "return_by": until,
    }
    for name in ("Một", "Hai"):
        screener = signed_in(client, staff(open_.contest, name=name))
        screener.post(f"{page_of(entry)}/tham-dinh", data=said)

    told = signed_in(client, lead.account).get(own(entry)).text.replace("\xa0", " ")
    assert again(entry).state is EntryState.RETURNED
    assert "Gửi lại video" in told
    assert "Hãy bổ sung, sửa hồ sơ" in told


def test_redacted_copy_is_sent_in_a_form_and_the_file_may_be_cleared(client, open_, lead):
    entry = handed_in(open_, lead)
    file = entry.files[0]
    signed_in(client, staff(open_.contest))
    sent = {"file": (io.BytesIO(PDF), "che.pdf")}

    client.post(f"/quan-ly/tep/{file.public_id}/khong-lo-ten", data={"clear": "1"})
    cleared = client.get(page_of(entry)).text
    client.post(
        f"/quan-ly/tep/{file.public_id}/che-ten", data=sent, content_type="multipart/form-data"
    )
    copied = client.get(page_of(entry)).text

    assert "Không lộ tên" in cleared
    assert "che.pdf" in copied


def test_staffs_page_costs_the_same_with_many_files_and_twins(client, open_, lead, queries):
    entry = handed_in(open_, lead)
    signed_in(client, staff(open_.contest))
    handed_in(open_, entrant(open_, full_name="Trùng 0"))
    client.get(page_of(entry))
    queries.clear()
    client.get(page_of(entry))
    few = len(queries)
    for number in range(1, 4):
        row = db.session.get_one(EntryCategory, open_.id)
        handed_in(row, entrant(row, full_name=f"Trùng {number}"))
    client.get(page_of(entry))
    queries.clear()

    client.get(page_of(entry))

    assert len(queries) == few


# --- Categories ----------------------------------------------------------------------------------


def test_organiser_makes_a_category_from_what_is_proposed(client, app):
    contest = factories.contest()
    signed_in(client, staff(contest, Role.ORGANIZER, "Ban tổ chức"))
    address = f"/quan-ly/cuoc-thi/{contest.public_id}/bang/moi"
    fields = dict(re.findall(r'name="([^"]+)"[^>]* value="([^"]*)"', client.get(address).text))
    lists = {"fields-2-accepts": ["pdf", "office"], "fields-2-kind": "file"}
    texts = {"title": "Bảng A", "prefix": "a", "closes_at": "24h00 30/12/2026", "checklist": "Đúng"}
    kept = {key: value for key, value in fields.items() if not key.endswith("accepts")}

    kinds = {f"fields-{number}-kind": "line" for number in range(8)}
    answer = client.post(address, data=kept | kinds | texts | lists)

    db.session.rollback()
    made = db.session.query(EntryCategory).one()
    assert answer.location == f"/quan-ly/bang/{made.public_id}"
    assert (made.prefix, made.checklist) == ("A", [{"id": "c1", "text": "Đúng"}])
    third = made.form[2]
    assert (third["label"], third["accepts"]) == ("Bản thuyết minh giải pháp", ["pdf", "office"])
    assert client.get(answer.location).status_code == 200


def test_category_that_cannot_be_is_refused_beside_its_fields(client, open_):
    signed_in(client, staff(open_.contest, Role.ORGANIZER, "Ban tổ chức"))
    wrong = {"title": "B", "prefix": "Ấ", "least_members": "3", "most_members": "2"}

    answer = client.post(f"/quan-ly/cuoc-thi/{open_.contest.public_id}/bang/moi", data=wrong)

    assert answer.status_code == 422
    assert "Tối đa sáu chữ cái A–Z và chữ số." in answer.text
    assert "Số nhiều nhất không thể nhỏ hơn số ít nhất." in answer.text
