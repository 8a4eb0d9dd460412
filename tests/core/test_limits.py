import pytest

from core import limits
from core.errors import TooMany


@pytest.fixture
def counted(app):
    app.config["RATELIMIT_ENABLED"] = True
    limits.forget()
    yield
    limits.forget()
    app.config["RATELIMIT_ENABLED"] = False


def test_what_is_within_the_limit_is_allowed_and_the_next_has_to_wait(counted):
    for _ in range(3):
        limits.count("reset", "an@daklak.gov.vn")

    with pytest.raises(TooMany) as refused:
        limits.count("reset", "an@daklak.gov.vn")

    assert 3500 < refused.value.details["retry_after"] <= 3600


def test_counts_of_different_keys_and_limits_are_apart(counted):
    for _ in range(3):
        limits.count("reset", "an@daklak.gov.vn")

    limits.count("reset", "binh@daklak.gov.vn")
    limits.count("export", "an@daklak.gov.vn")
    with pytest.raises(TooMany):
        limits.check("reset", "an@daklak.gov.vn")


def test_checking_counts_nothing(counted):
    for _ in range(10):
        limits.check("reset", "an@daklak.gov.vn")

    limits.count("reset", "an@daklak.gov.vn")


def test_search_beyond_its_limit_answers_429_with_how_long_to_wait(counted, client):
    answers = [client.get("/don-vi/tim?q=a") for _ in range(121)]

    assert [answers[119].status_code, answers[120].status_code] == [200, 429]
    assert 1 <= int(answers[120].headers["Retry-After"]) <= 60


def test_every_limit_can_be_counted():
    assert all(limit.item.amount > 0 for limit in limits.LIMITS.values())
