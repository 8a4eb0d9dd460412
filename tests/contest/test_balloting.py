"""The public vote: one code, one vote; counts sealed till it is over; struck votes stay listed."""

from datetime import timedelta

import pytest

from accounts.models import AuditEntry
from contest import ballot_queries, balloting, prolonging
from contest.balloting import Source
from contest.errors import CannotVote
from contest.models import Entry, Part, Vote, VoteCode
from contest.rules.judging.parts import PartKind
from contest.rules.judging.voting import Sign, Void
from core import clock
from core.db import atomic, db
from tests import factories
from tests.contest import staged

MINUTE = timedelta(minutes=1)


@pytest.fixture
def hall(app):
    return staged.hall()


@pytest.fixture
def officer(app):
    return factories.account(full_name="Lê Thị Mai")


@pytest.fixture
def part(hall):
    return staged.part(hall.judged, PartKind.VOTED)


def again(row):
    db.session.rollback()
    return db.session.get_one(type(row), row.id)


def cards(part, officer, count=3):
    return balloting.issue(again(part), officer, count=count, at=clock.now())


def vote(part, row, code, *, source=None, at=None):
    source = source or Source()
    return balloting.cast(again(part), again(row), code, source, at=at or clock.now())


def votes(part):
    db.session.rollback()
    rows = db.session.query(Vote).order_by(Vote.id).all()
    return [row.round_entry_id for row in rows]


def over(part):
    """Let the hours of a vote be over."""
    with atomic():
        row = db.session.get_one(Part, part.id)
        row.opens_at, row.closes_at = row.opens_at - 5 * MINUTE, clock.now() - MINUTE
        for one in db.session.query(Vote):
            one.cast_at = row.closes_at - MINUTE


def opened(part, officer):
    over(part)
    balloting.open_votes(again(part), officer, at=clock.now())
    return ballot_queries.counted(again(part))


def test_codes_are_kept_only_as_digests_and_numbered_on(part, officer):
    first, second = cards(part, officer, 2), cards(part, officer, 1)

    kept = db.session.query(VoteCode).order_by(VoteCode.number).all()
    assert [one.number for one in [*first, *second]] == [1, 2, 3]
    assert not {one.code for one in [*first, *second]} & {row.digest for row in kept}
    assert len({row.digest for row in kept}) == 3


def test_code_votes_once(hall, part, officer):
    code = cards(part, officer)[0].code
    vote(part, hall.rows[0], code)

    with pytest.raises(CannotVote):
        vote(part, hall.rows[1], code)

    assert votes(part) == [hall.rows[0].id]


def test_same_vote_sent_twice_is_the_same_vote(hall, part, officer):
    code = cards(part, officer)[0].code

    first = vote(part, hall.rows[0], code).public_id

    assert vote(part, hall.rows[0], code.lower().replace("-", " ")).public_id == first
    assert len(votes(part)) == 1


@pytest.mark.parametrize("code", ["", "7F2K-92QD-M4XC", "abc", "1' OR 1=1"])
def test_code_of_no_card_does_not_vote(hall, part, officer, code):
    cards(part, officer)

    with pytest.raises(CannotVote):
        vote(part, hall.rows[0], code)

    assert votes(part) == []


def test_card_of_another_vote_does_not_vote(hall, part, officer):
    other = staged.part(hall.judged, PartKind.VOTED, position=9)
    code = cards(other, officer)[0].code

    with pytest.raises(CannotVote):
        vote(part, hall.rows[0], code)


def test_cancelled_card_does_not_vote_and_its_vote_does_not_count(hall, part, officer):
    used, lost = cards(part, officer, 2)
    vote(part, hall.rows[0], used.code)
    for card in (used, lost):
        balloting.cancel(again(part), card.number, officer, reason="Rơi thẻ", at=clock.now())

    with pytest.raises(CannotVote):
        vote(part, hall.rows[0], lost.code)

    counted = opened(part, officer)
    assert (sum(counted.counts.values()), list(counted.void.values())) == (0, [Void.UNKNOWN_CODE])


@pytest.mark.parametrize("minutes", [-61, 60])
def test_votes_are_taken_within_the_hours_only(hall, part, officer, minutes):
    code = cards(part, officer)[0].code
    at = part.opens_at + (60 + minutes) * MINUTE

    with pytest.raises(CannotVote):
        vote(part, hall.rows[0], code, at=at)

    assert votes(part) == []


def test_caps_of_device_and_network_refuse_and_leave_the_code_good(hall, part, officer):
    with atomic():
        row = db.session.get_one(Part, part.id)
        row.terms = {"roster": False, "per_device": 1, "per_network": 2}
    codes = [card.code for card in cards(part, officer)]
    vote(part, hall.rows[0], codes[0], source=Source("10.0.0.1", "máy một"))

    with pytest.raises(CannotVote):
        vote(part, hall.rows[0], codes[1], source=Source("10.0.0.1", "máy một"))
    vote(part, hall.rows[0], codes[1], source=Source("10.0.0.1", "máy hai"))
    with pytest.raises(CannotVote):
        vote(part, hall.rows[0], codes[2], source=Source("10.0.0.1", "máy ba"))

    assert len(votes(part)) == 2


def test_where_votes_come_from_is_not_kept_as_it_is(hall, part, officer):
    vote(part, hall.rows[0], cards(part, officer)[0].code, source=Source("10.0.0.1", "máy một"))

    row = db.session.query(Vote).one()
    kept = (row.network, row.device, row.code)
    assert not any("10.0.0.1" in one or "máy" in one for one in kept)
    assert len(row.network) == 16


def test_entry_withdrawn_is_not_voted_for(hall, part, officer):
    code = cards(part, officer)[0].code
    with atomic():
        entry = db.session.get_one(Entry, hall.rows[0].entry_id)
        entry.withdrawn_at = clock.now()

    with pytest.raises(CannotVote):
        vote(part, hall.rows[0], code)
    assert hall.rows[0].id not in [row.id for row in ballot_queries.choices_in(again(part))]


def test_account_votes_once_by_roster_and_is_not_named(hall, officer):
    terms = {"roster": True, "per_device": None, "per_network": None}
    part, voter = staged.part(hall.judged, PartKind.VOTED, terms=terms), factories.account()

    def cast(row):
        return balloting.cast_as(again(part), again(row), again(voter), Source(), at=clock.now())

    cast(hall.rows[0])
    with pytest.raises(CannotVote):
        cast(hall.rows[1])

    assert voter.public_id not in db.session.query(Vote).one().code
    assert sum(opened(part, officer).counts.values()) == 1


def test_votes_are_not_opened_before_the_vote_closes(hall, part, officer):
    vote(part, hall.rows[0], cards(part, officer)[0].code)

    with pytest.raises(CannotVote):
        balloting.open_votes(again(part), officer, at=clock.now())

    assert again(part).opened_at is None


def test_vote_closed_early_with_a_reason_takes_no_more_and_can_be_opened(hall, part, officer):
    codes = [card.code for card in cards(part, officer)]
    vote(part, hall.rows[0], codes[0])
    with pytest.raises(CannotVote):
        prolonging.close_vote(again(part), officer, reason="", at=clock.now())

    prolonging.close_vote(again(part), officer, reason="Chương trình kết thúc sớm", at=clock.now())

    with pytest.raises(CannotVote):
        vote(part, hall.rows[0], codes[1], at=clock.now() + MINUTE)
    balloting.open_votes(again(part), officer, at=clock.now() + MINUTE)
    assert again(part).opened_at is not None


def test_struck_vote_does_not_count_and_stays_listed_with_its_reason(hall, part, officer):
    codes = [card.code for card in cards(part, officer)]
    made = [vote(part, hall.rows[0], code).public_id for code in codes]
    opened(part, officer)

    struck = balloting.strike(again(part), made[:2], officer, reason="Thẻ in trùng", at=clock.now())

    counted = ballot_queries.counted(again(part))
    assert (struck, counted.counts[str(hall.rows[0].entry_id)]) == (2, 1)
    assert counted.void == dict.fromkeys(made[:2], Void.BY_DECISION)
    assert len(counted.votes) == 3


def test_votes_are_struck_only_with_a_reason_and_once_open(hall, part, officer):
    made = vote(part, hall.rows[0], cards(part, officer)[0].code).public_id

    with pytest.raises(CannotVote):
        balloting.strike(again(part), [made], officer, reason="Lạ", at=clock.now())
    opened(part, officer)
    with pytest.raises(CannotVote):
        balloting.strike(again(part), [made], officer, reason="", at=clock.now())

    assert ballot_queries.counted(again(part)).void == {}


def test_burst_from_one_device_is_reported_and_voids_nothing(hall, part, officer):
    codes = [card.code for card in cards(part, officer, 45)]
    for number, code in enumerate(codes):
        device = "một máy" if number < 40 else f"máy {number}"
        vote(part, hall.rows[0], code, source=Source("", device))

    counted = opened(part, officer)

    assert counted.void == {}
    found = [(one.sign, one.count) for one in counted.anomalies]
    assert (Sign.DEVICE, 40) in found


def test_who_issues_closes_opens_and_strikes_is_in_the_trail_and_votes_are_not(hall, part, officer):
    made = vote(part, hall.rows[0], cards(part, officer)[0].code).public_id
    opened(part, officer)
    balloting.strike(again(part), [made], officer, reason="Thẻ in trùng", at=clock.now())

    db.session.rollback()
    acts = [row.action for row in db.session.query(AuditEntry).order_by(AuditEntry.id)]
    assert [act for act in acts if act.startswith("vote.")] == [
        "vote.cards_made", "vote.opened", "vote.struck",
    ]  # fmt: skip
