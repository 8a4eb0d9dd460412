"""Fixtures of the fault tests."""

import pytest

from tests.faults import clusters


@pytest.fixture(scope="session")
def cluster():
    """A PostgreSQL server with fsync on, for all tests of a process."""
    with clusters.cluster() as made:
        yield made


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request):
    """Address of an empty database: nothing for the embedded one."""
    if request.param == "sqlite":
        return ""
    return request.getfixturevalue("cluster").database("chungtay_faults")
