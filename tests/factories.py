"""The smallest valid row of each model; a test names only what it cares about."""

import hashlib
from datetime import timedelta

from accounts.models import Account, Grant, Unit
from accounts.rules.authorizing import Role, ScopeKind
from accounts.rules.units import UnitKind
from contest import publishing
from contest.models import (
    Certificate,
    Contest,
    ContestState,
    Enrolment,
    Incident,
    Room,
    Round,
    RoundState,
    Seat,
    Sitting,
)
from contest.rules.ranking import Key, natural
from core import clock, ids
from core.db import atomic, db
from core.text import fold
from questions.models import (
    Bank,
    Blueprint,
    BlueprintRow,
    Difficulty,
    Item,
    ItemState,
    ItemType,
    ItemVersion,
    Media,
    MediaKind,
    Purpose,
    Stimulus,
    Topic,
)
from tests.questions.contents import SOUND, STEMS

# A red picture of one pixel.
DOT = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00"
    b"\x90wS\xde\x00\x00\x00\x0cIDATx\x9cc\xf8\xcf\xc0\x00\x00\x03\x01\x01\x00\xc9\xfe\x92\xef"
    b"\x00\x00\x00\x00IEND\xaeB`\x82"
)


@atomic()
def saved(row):
    """Store a row and give it back; it can be read again outside the transaction."""
    db.session.add(row)
    db.session.flush()
    return row


def unit(**fields):
    code = fields.pop("code", ids.public_id()[:5])
    name = fields.get("name", "Phường Ea Kao")
    defaults = {
        "public_id": ids.public_id(),
        "code": code,
        "name": name,
        "kind": UnitKind.WARD,
        "sort_key": fold(name),
        "search_text": fold(name),
    }
    return saved(Unit(**defaults | fields))


def account(**fields):
    name = fields.get("full_name", "Y Bhăm Niê")
    defaults = {
        "public_id": ids.public_id(),
        "full_name": name,
        "sort_key": fold(name),
        "search_text": fold(name),
        "created_at": clock.now(),
    }
    return saved(Account(**defaults | fields))


def grant(account, role=Role.ORGANIZER, scope_kind=ScopeKind.PLATFORM, scope_id=0):
    return saved(
        Grant(
            account_id=account.id,
            role=role,
            scope_kind=scope_kind,
            scope_id=scope_id,
            valid_from=clock.now() - timedelta(days=1),
        )
    )


def topic(**fields):
    defaults = {"code": ids.public_id()[:8], "name": "Cải cách thủ tục hành chính"}
    return saved(Topic(**defaults | fields))


def bank(**fields):
    defaults = {"public_id": ids.public_id(), "title": "Ngân hàng CCHC", "created_at": clock.now()}
    return saved(Bank(**defaults | fields))


def item(bank, *, number=1, key="b", **fields):
    """A single-choice item with its first version; `key` is the id of the right option."""
    version = {
        "stem": f"Câu số {number}: cơ quan nào chủ trì?",
        "content": {
            "options": [
                {"id": letter, "text": f"Phương án {letter} của câu {number}", "pinned": False}
                for letter in "abcd"
            ],
            "key": [key],
        },
    }
    version |= {name: fields.pop(name) for name in ("stem", "content") if name in fields}
    defaults = {
        "public_id": ids.public_id(),
        "bank_id": bank.id,
        "code": f"C{number:03}",
        "type": ItemType.SINGLE_CHOICE,
        "difficulty": Difficulty.RECALL,
        "state": ItemState.USABLE,
        "purpose": Purpose.OFFICIAL,
        "search_text": f"c{number:03}",
        "created_at": clock.now(),
    }
    row = saved(Item(**defaults | fields))
    with atomic():
        first = ItemVersion(
            item_id=row.id,
            number=1,
            type=row.type,
            explanation="Theo Kế hoạch năm 2017.",
            created_at=clock.now(),
            digest="",
            **version,
        )
        db.session.add(first)
        db.session.flush()
        row.current_id = first.id
    return row


def passage(bank, **fields):
    defaults = {
        "public_id": ids.public_id(),
        "bank_id": bank.id,
        "title": "Kế hoạch số 88",
        "text": "Hội thi do Sở Nội vụ chủ trì, Tỉnh Đoàn phối hợp.",
        "media": [],
        "created_at": clock.now(),
    }
    return saved(Stimulus(**defaults | fields))


def medium(bank, **fields):
    """A picture of one dot, as it is served."""
    content = fields.pop("content", DOT)
    defaults = {
        "public_id": ids.public_id(),
        "bank_id": bank.id,
        "kind": MediaKind.PICTURE,
        "mime": "image/png",
        "digest": hashlib.sha256(content).hexdigest(),
        "file_name": "bản đồ.png",
        "width": 1,
        "height": 1,
        "size": len(content),
        "content": content,
        "created_at": clock.now(),
    }
    return saved(Media(**defaults | fields))


def item_of(bank, kind, *, number=1, **fields):
    """The example of a type of `tests.questions.contents`; `content` adds to its content."""
    content = SOUND[kind] | fields.pop("content", {})
    return item(
        bank, number=number, type=ItemType(kind), stem=STEMS[kind], content=content, **fields
    )


def blueprint_of_types(bank, kinds, **fields):
    """One question of each of these types, in this order."""
    rows = [BlueprintRow(count=1, type=ItemType(kind), **fields) for kind in kinds]
    return saved(Blueprint(public_id=ids.public_id(), bank_id=bank.id, rows=rows))


def blueprint(bank, count=3):
    return saved(
        Blueprint(public_id=ids.public_id(), bank_id=bank.id, rows=[BlueprintRow(count=count)])
    )


def contest(**fields):
    defaults = {
        "public_id": ids.public_id(),
        "slug": f"cuoc-thi-{ids.public_id()[:6]}",
        "title": "Thanh niên Đắk Lắk chung tay cải cách hành chính 2026",
        "state": ContestState.PUBLISHED,
        "created_at": clock.now(),
    }
    return saved(Contest(**defaults | fields))


def round_(**fields):
    """A round of one sitting, open for a week from `opens_at`, of three questions."""
    opens_at = fields.pop("opens_at", None) or clock.now() - timedelta(hours=1)
    closes_at = fields.pop("closes_at", opens_at + timedelta(days=7))
    owner = fields.pop("contest", None) or contest()
    if "blueprint" not in fields:
        items = bank()
        for number in range(1, 7):
            item(items, number=number)
        fields["blueprint"] = blueprint(items)
    defaults = {
        "public_id": ids.public_id(),
        "contest_id": owner.id,
        "number": 1,
        "title": "Tuần 1",
        "state": RoundState.READY,
        "opens_at": opens_at,
        "closes_at": closes_at,
        "minutes": 15,
        "seed": "5e" * 16,
        "ranking": natural(Key.CORRECT_COUNT, Key.DURATION_MS, Key.SUBMITTED_AT).written(),
        "participant_results_at": opens_at,
        "public_results_at": closes_at,
        "sittings": [
            Sitting(public_id=ids.public_id(), opens_at=opens_at, closes_at=closes_at),
        ],
    }
    row = saved(Round(**defaults | fields))
    publishing.open_run(row, at=opens_at)
    return row


def enrolment(contest, account_=None, **fields):
    person = account_ or account()
    number = fields.pop("number", person.id)
    defaults = {
        "public_id": ids.public_id(),
        "contest_id": contest.id,
        "account_id": person.id,
        "number": number,
        "enrolled_at": clock.now(),
    }
    return saved(Enrolment(**defaults | fields))


def certificate(design, enrolment, **fields):
    defaults = {
        "code": ids.public_id(),
        "contest_id": design.contest_id,
        "design_id": design.id,
        "enrolment_id": enrolment.id,
        "number": 1,
        "honour": "Đã hoàn thành bài thi Tuần 1",
        "name": enrolment.account.full_name,
        "unit": "Phường Buôn Ma Thuột",
        "dated_on": clock.now().date(),
        "issued_at": clock.now(),
    }
    return saved(Certificate(**defaults | fields))


def sitting(round_, **fields):
    """Another sitting of a round, over its whole window."""
    defaults = {
        "public_id": ids.public_id(),
        "round_id": round_.id,
        "title": "Ca 2",
        "opens_at": round_.opens_at,
        "closes_at": round_.closes_at,
    }
    return saved(Sitting(**defaults | fields))


def room(sitting, **fields):
    defaults = {
        "public_id": ids.public_id(),
        "sitting_id": sitting.id,
        "title": "Phòng máy 1",
        "place": "Tầng 2, Trường Chính trị tỉnh",
        "capacity": 30,
    }
    return saved(Room(**defaults | fields))


def seat(sitting, enrolment, **fields):
    defaults = {
        "sitting_id": sitting.id,
        "round_id": sitting.round_id,
        "enrolment_id": enrolment.id,
    }
    return saved(Seat(**defaults | fields))


def incident(sitting, **fields):
    """A pause of a whole sitting that began now and is still open."""
    defaults = {
        "public_id": ids.public_id(),
        "sitting_id": sitting.id,
        "begins_at": clock.now(),
        "reason": "Mất điện phòng máy",
    }
    return saved(Incident(**defaults | fields))
