from datetime import timedelta

from accounts import auditing, authenticating, jobs, queries, registering
from core.jobs import PERIODIC, Work
from tests import factories


def test_trail_is_sequenced_every_second_and_old_things_cleaned_every_day():
    assert PERIODIC["audit.sequence"] == timedelta(seconds=1)
    assert PERIODIC["accounts.clean"] == timedelta(days=1)


def test_sequence_places_every_waiting_entry(admin):
    registering.reveal(admin, factories.account(), purpose="Báo kết quả")

    jobs.sequence(Work(0, {}))

    assert (auditing.unsequenced(), auditing.faults("platform")) == (0, [])


def test_clean_says_what_it_took_away(app, at):
    account = factories.account()
    old = at - timedelta(days=2)
    authenticating.open_session(account, is_staff=False, device="cũ", at=old)

    assert jobs.clean(Work(0, {})) == {"gone": 1, "emptied": 0}
    assert queries.sessions_of(account.id) == []
