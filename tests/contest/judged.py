"""A round that some people took, with its results computed: what changes to results begin from."""

from datetime import timedelta

from contest import attempting, publishing
from contest.attempting import Client
from contest.models import SlotKind
from contest.saving import Answer, save, ticket_of
from core.db import db
from tests import factories

MINUTE = timedelta(minutes=1)
NAMES = ("H’Hen Niê", "Y Bhăm Niê", "Nguyễn Thị Hoa", "Trần Văn Bình", "Lê Thị Mai")


def take(round_, answers, *, at, name="Nguyễn Thị Hoa", prediction=None, enrolment=None):
    """Let somebody take the round with these answers, in the order of the questions."""
    enrolment = enrolment or factories.enrolment(round_.contest, factories.account(full_name=name))
    attempt = attempting.start(round_, enrolment, enrolment.account, client=Client("máy"), at=at)
    ticket = ticket_of(attempt)
    places = [slot for slot in attempt.slots if slot.kind is SlotKind.ITEM]
    said = [(slot.position, one) for slot, one in zip(places, answers, strict=False) if one]
    if prediction is not None:
        said.append((len(places) + 1, prediction))
    for order, (position, answer) in enumerate(said, start=1):
        save(ticket, [Answer(position, 1, answer)], at=at + order * timedelta(seconds=10))
    return attempt


def computed(noon, sheets, **fields):
    """A round over, taken by one person for each sheet of answers, and its results computed."""
    round_ = factories.round_(opens_at=noon, closes_at=noon + 60 * MINUTE, **fields)
    attempts = [
        take(round_, sheet, at=noon + number * MINUTE, name=NAMES[number % len(NAMES)])
        for number, sheet in enumerate(sheets)
    ]
    attempting.expire_due(at=noon + 70 * MINUTE)
    publishing.compute(round_, None, reason="Lần đầu", at=noon + 80 * MINUTE)
    db.session.expire_all()
    return round_, attempts


def one_paper(count=3):
    """A blueprint whose papers all hold the same questions; the key of each is b."""
    bank = factories.bank()
    for number in range(1, count + 1):
        factories.item(bank, number=number)
    return factories.blueprint(bank, count)
