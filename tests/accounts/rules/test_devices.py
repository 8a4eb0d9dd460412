import pytest

from accounts.rules.devices import describe


@pytest.mark.parametrize(
    ("agent", "values"),
    [
        ("Mozilla/5.0 (Linux; Android 14) Chrome/129 Mobile Safari/537", ("Chrome", "Android")),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/129 Zalo android/2", ("Zalo", "Android")),
        ("Mozilla/5.0 (iPhone; CPU) Version/17 Safari/604", ("Safari", "iPhone")),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/129 Edg/129", ("Edge", "Windows")),
    ],
)
def test_browser_and_system_are_told(agent, values):
    assert tuple(describe(agent).values.values()) == values


def test_unknown_browser_is_called_so():
    assert describe("curl").message == "Unknown browser"
