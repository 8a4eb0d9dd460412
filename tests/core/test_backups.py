"""Backups of the embedded database."""

import pytest

from accounts.models import Account
from core import backups
from core.db import db
from tests import factories


@pytest.fixture
def embedded(app):
    if db.engine.dialect.name != "sqlite":
        with pytest.raises(backups.NotEmbedded):
            backups.database_file()
    return db.engine.dialect.name == "sqlite"


def test_restore_brings_back_what_was_backed_up_in_a_new_epoch(app, embedded, tmp_path, noon):
    if not embedded:
        return
    before = backups.renew_epoch()
    kept = factories.account(full_name="Y Bhăm Niê").id
    copy = backups.back_up(tmp_path, at=noon)
    factories.account(full_name="Lê Hoàng Yến")

    backups.restore(copy)

    names = [account.full_name for account in db.session.query(Account).all()]
    assert (names, db.session.get_one(Account, kept).full_name) == (["Y Bhăm Niê"], "Y Bhăm Niê")
    app.extensions.pop("epoch", None)
    assert backups.epoch() != before


def test_a_damaged_file_is_refused_and_nothing_is_lost(app, embedded, tmp_path):
    if not embedded:
        return
    factories.account()
    broken = tmp_path / "hỏng.db"
    broken.write_bytes(b"SQLite format 3\x00" + b"\xff" * 5000)

    with pytest.raises(backups.DamagedBackup):
        backups.restore(broken)

    assert db.session.query(Account).count() == 1


def test_back_up_keeps_the_newest(app, embedded, tmp_path, noon):
    if not embedded:
        return
    for minute in range(4):
        backups.back_up(tmp_path, at=noon.replace(minute=minute), keep=2)

    names = sorted(path.name for path in tmp_path.glob("*.db"))
    assert names == ["chungtay-20261118-050200.db", "chungtay-20261118-050300.db"]


def test_first_epoch_is_the_same_for_whoever_asks_second(app):
    first = backups.first_epoch()

    assert backups.first_epoch() == first
