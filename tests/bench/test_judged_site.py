"""Pages of a judged round at two sizes: their statements, never how long they take."""

import pytest

from contest import concluding, weighing
from core import clock
from tests.bench import judged_site


@pytest.mark.slow
def test_pages_and_files_send_as_many_statements_for_sixty_entries_as_for_five(app):
    small, large = judged_site.made(5), judged_site.made(60)
    for one in (small, large):
        weighing.compute(one.round_id, at=clock.now())
        judged_site.closed(one)

    wanted = [(who, "GET", at, {}) for who, at in judged_site.PAGES.values()]
    wanted += [
        ("organizer", "POST", at, {"data": {"form": form}})
        for at, form in judged_site.FILES.values()
    ]
    found = [
        [judged_site.asked(app, one, *what, times=2, **more)[1] for *what, more in wanted]
        for one in (small, large)
    ]

    assert found[0] == found[1]
    assert min(found[0]) > 0


def test_contest_of_the_bench_is_one_that_verify_finds_nothing_in(app):
    one = judged_site.made(3)
    judged_site.closed(one)

    assert concluding.faults(one.judged.round.contest) == []
