"""The smallest valid rows of a judged round; a test names only what it cares about."""

from datetime import timedelta
from decimal import Decimal

from contest.models import (
    Entry,
    EntryCategory,
    EntryFile,
    EntryMember,
    EntryState,
    EntryVersion,
    JudgedRound,
    MemberRole,
    Panel,
    PanelMember,
    PanelRole,
    RoundEntry,
    RoundKind,
    Scoresheet,
    SheetState,
    SheetVersion,
)
from contest.rules.judging import rubric, sealing, table
from contest.rules.judging.rubric import Criterion, Rubric
from contest.rules.judging.sealing import Protocol
from contest.rules.judging.terms import Rule, Terms
from core import clock, ids
from core.text import fold
from tests import factories
from tests.factories import saved

PROTOCOL = Protocol(
    Rubric((Criterion("new", "Tính mới", Decimal(40)), Criterion("use", "Hiệu quả", Decimal(60)))),
    Terms(Rule.TRIMMED, drop=1),
)


def category(contest, **fields):
    defaults = {
        "public_id": ids.public_id(),
        "contest_id": contest.id,
        "position": 1,
        "title": "Phần mềm ứng dụng",
        "prefix": "A",
        "closes_at": clock.now() + timedelta(days=7),
    }
    return saved(EntryCategory(**defaults | fields))


def entry(category, *, code="A-001", **fields):
    title = fields.get("title", "Trợ lý ảo trả lời thủ tục hành chính")
    defaults = {
        "public_id": ids.public_id(),
        "contest_id": category.contest_id,
        "category_id": category.id,
        "code": code,
        "title": title,
        "search_text": fold(title),
        "entered_by_id": fields.get("entered_by_id") or factories.account().id,
        "state": EntryState.ADMITTED,
        "created_at": clock.now(),
        "declared_at": clock.now(),
        "submitted_at": clock.now(),
    }
    return saved(Entry(**defaults | fields))


def member(entry, **fields):
    defaults = {
        "entry_id": entry.id,
        "position": 1,
        "role": MemberRole.LEADER,
        "full_name": "H’Hen Niê",
    }
    return saved(EntryMember(**defaults | fields))


def file(entry, **fields):
    defaults = {
        "public_id": ids.public_id(),
        "entry_id": entry.id,
        "position": 1,
        "title": "Thuyết minh",
        "media_type": "application/pdf",
        "size": 1024,
        "digest": "0" * 64,
        "added_at": clock.now(),
    }
    return saved(EntryFile(**defaults | fields))


def version(entry, *, number=1, **fields):
    content = fields.pop("content", {"title": entry.title})
    defaults = {
        "entry_id": entry.id,
        "number": number,
        "content": content,
        "digest": sealing.digest(content),
        "frozen_at": clock.now(),
    }
    return saved(EntryVersion(**defaults | fields))


def judged_round(contest, **fields):
    if "round_id" not in fields:
        number = fields.pop("number", 1)
        round_ = factories.round_(
            contest=contest, kind=RoundKind.JUDGED, blueprint=None, number=number
        )
        fields["round_id"] = round_.id
    written = PROTOCOL.written()
    defaults = {
        "protocol": written,
        "digest": sealing.digest(written),
        "sealed_at": clock.now(),
        "seed": "5" * 64,
        "judges_each": 3,
    }
    return saved(JudgedRound(**defaults | fields))


def round_entry(judged, entry, **fields):
    defaults = {
        "round_id": judged.round_id,
        "entry_id": entry.id,
        "version_id": fields.get("version_id") or version(entry).id,
        "added_at": clock.now(),
    }
    return saved(RoundEntry(**defaults | fields))


def panel(judged, **fields):
    defaults = {"public_id": ids.public_id(), "round_id": judged.round_id, "title": "Ban giám khảo"}
    return saved(Panel(**defaults | fields))


def judge(panel, *, number=1, **fields):
    defaults = {
        "panel_id": panel.id,
        "account_id": fields.get("account_id") or factories.account().id,
        "role": PanelRole.MEMBER,
        "number": number,
        "appointed_at": clock.now(),
    }
    return saved(PanelMember(**defaults | fields))


def sheet(round_entry, judge, **fields):
    defaults = {
        "public_id": ids.public_id(),
        "round_entry_id": round_entry.id,
        "member_id": judge.id,
        "position": 1,
    }
    return saved(Scoresheet(**defaults | fields))


def locked(round_entry, judge, **marks):
    """A sheet locked with these marks."""
    row = sheet(round_entry, judge, state=SheetState.LOCKED, submitted_at=clock.now())
    sheet_version(row, marks={id_: str(mark) for id_, mark in marks.items()})
    return row


def sheet_version(sheet, *, number=1, **fields):
    marks = fields.get("marks", {"new": "8", "use": "7.5"})
    points = {id_: Decimal(mark) for id_, mark in marks.items()}
    defaults = {
        "sheet_id": sheet.id,
        "number": number,
        "marks": marks,
        "score": table.to_billionths(rubric.score(PROTOCOL.rubric, points)),
        "locked_at": clock.now(),
        "commitment": "c" * 64,
        "nonce": "n" * 32,
    }
    return saved(SheetVersion(**defaults | fields))
