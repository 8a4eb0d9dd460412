"""Settings."""

from pathlib import Path

import pytest

from core import config


def test_read_gives_every_setting_its_default():
    found = config.read({})

    assert set(found) == {setting.name for setting in config.SETTINGS}
    assert (found["HOST"], found["PORT"], found["HTTPS"]) == ("127.0.0.1", 8000, False)
    assert found["INSTANCE"] == config.ROOT / "instance"


def test_read_names_every_fault_at_once():
    environ = {"CHUNGTAY_PORT": "80000", "CHUNGTAY_HTTPS": "yes", "CHUNGTAY_WORKERS": "x"}

    with pytest.raises(config.BadSettings) as refused:
        config.read(environ)

    assert [name in str(refused.value) for name in environ] == [True, True, True]


def test_secret_is_made_once_and_readable_by_its_owner_only(tmp_path):
    config.make_secret(tmp_path)
    first = (tmp_path / "secret.key").read_text()
    config.make_secret(tmp_path)

    assert (tmp_path / "secret.key").read_text() == first
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600
    assert config.derived(config.read({}) | {"INSTANCE": tmp_path})["SECRET_KEYS"] == (first,)


def test_an_installation_without_settings_signs_with_the_secret_it_keeps(tmp_path):
    config.make_secret(tmp_path)

    found = config.complete({"INSTANCE": tmp_path, "TESTING": True})

    assert found["SECRET_KEYS"] == ((tmp_path / "secret.key").read_text(),)
    assert found["SECRET_KEY"] == found["SECRET_KEYS"][0]
    assert (found["TESTING"], found["PORT"]) == (True, 8000)


def test_https_names_the_cookie_for_this_host_only():
    settings = config.read({"CHUNGTAY_HTTPS": "on", "CHUNGTAY_SECRET_KEYS": "mới, cũ"})

    derived = config.derived(settings)

    assert derived["SESSION_COOKIE_NAME"] == "__Host-ct"
    assert (derived["SECRET_KEY"], derived["SECRET_KEY_FALLBACKS"]) == ("mới", ["cũ"])


def test_every_setting_is_documented():
    told = (config.ROOT / "docs/operating.md").read_text()
    example = (config.ROOT / ".env.example").read_text()

    names = [f"CHUNGTAY_{setting.name}" for setting in config.SETTINGS]
    assert [name for name in names if f"`{name}`" not in told] == []
    assert [name for name in names if f"\n{name}=" not in f"\n{example}"] == []


def test_a_relative_folder_lies_in_the_project():
    assert config.read({"CHUNGTAY_INSTANCE": "data"})["INSTANCE"] == config.ROOT / "data"
    assert config.read({"CHUNGTAY_INSTANCE": "/srv/ct"})["INSTANCE"] == Path("/srv/ct")


@pytest.mark.parametrize(
    ("written", "sites"),
    [
        ("", ()),
        (
            "https://daklak.gov.vn, https://*.example.vn:8443",
            ("https://daklak.gov.vn", "https://*.example.vn:8443"),
        ),
    ],
)
def test_sites_that_may_frame_a_board_are_read(written, sites):
    assert config.read({"CHUNGTAY_EMBED_SITES": written})["EMBED_SITES"] == sites


@pytest.mark.parametrize(
    "written", ["*", "'self'", "https://a.vn; script-src *", "daklak.gov.vn", "https://a.vn/trang"]
)
def test_what_is_no_site_cannot_frame_a_board(written):
    with pytest.raises(config.BadSettings, match="CHUNGTAY_EMBED_SITES"):
        config.read({"CHUNGTAY_EMBED_SITES": written})
