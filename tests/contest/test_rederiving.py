"""Verifying prizes and quotas: whatever somebody alters behind the pages is named."""

import pytest
from sqlalchemy import text

from contest import awarding, quota_queries, rederiving, targeting
from contest.quota_queries import Radar
from contest.rules.quotas import DAKLAK_2023
from core.db import db, writing
from tests import factories
from tests.contest import winning


@pytest.fixture
def decided(app, noon):
    round_ = factories.round_(opens_at=noon, contest=factories.contest(headcount_on=winning.DAY))
    winning.field(round_, "Trần Thị An", "Lê Văn Bình", "Y Cường Niê")
    winning.computed(round_)
    mai, hung = factories.account(), factories.account()
    rule = winning.prizes(round_, mai)
    draft = awarding.draft(rule, mai, at=noon)
    awarding.propose(draft, mai, reason="Họp", at=noon)
    return awarding.agree(draft, hung, reason="Đồng ý", at=noon)


def altered(statement):
    db.session.rollback()
    with writing() as connection:
        connection.execute(text(statement))
    db.session.expire_all()


def test_decided_list_as_it_was_decided_has_no_fault(decided):
    assert rederiving.faults(decided.rule.contest) == []


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            "UPDATE award SET enrolment_id = (SELECT max(id) FROM enrolment) WHERE number = 1",
            ["the trail does not tell", "the trail does not tell", "not as proposed"],
        ),
        ("UPDATE award SET value = 9000000", ["the trail does not tell"] * 2),
        (
            "UPDATE award_list SET decided_by_id = (SELECT min(id) FROM account)",
            ["the trail does not tell"],
        ),
        ("UPDATE standing SET sort_key = 'f' || sort_key WHERE id = 1", ["proposes other winners"]),
    ],
)
def test_altered_list_is_named(decided, statement, said):
    contest, name = decided.rule.contest, decided.public_id

    altered(statement)

    found = rederiving.faults(contest)
    assert all(name in fault for fault in found)
    assert len([one for one in found if any(words in one for words in said)]) >= len(said)


def test_radar_that_counts_otherwise_is_named(app, noon, monkeypatch):
    round_ = factories.round_(opens_at=noon, contest=factories.contest(headcount_on=winning.DAY))
    targeting.add(round_.contest, DAKLAK_2023[:1], factories.account())
    unit = winning.taking_part(round_.contest, "Sở Tư pháp")
    winning.member(round_, unit, "leader")
    assert rederiving.faults(round_.contest) == []

    right = quota_queries.radar(round_.contest, at=noon)
    other = factories.round_(
        contest=round_.contest, number=2, opens_at=noon, blueprint=round_.blueprint
    )
    wrong = quota_queries.radar(round_.contest, round_=other, at=noon)
    monkeypatch.setattr(
        quota_queries, "radar", lambda *_, **__: Radar(right.quotas, wrong.units, noon)
    )

    (fault,) = rederiving.faults(round_.contest)
    assert fault.endswith("1 took part, not 0")
