"""How long a large text takes to get into a bank as a job, and how long a search in it takes."""

import resource
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from sqlalchemy import func, select

from app import create_app
from core import clock, jobs, schema
from core.db import db
from questions import found, importing, staged
from questions.browsing import Filters
from questions.models import Bank, ImportState, Item, ItemImport
from tests import factories
from tests.bench.paper import paper

WORDS = ("ke hoach so 12", "dich vu cong", "Tỉnh Đoàn chủ trì", "ea kar mot cua 2017", "khongcodau")


def carry(count: int) -> dict[str, float]:
    """Import a paper of `count` questions by jobs and search it; return seconds and counts."""
    content = paper(count).encode()
    owner, bank = factories.account(full_name="Lê Thị Bích Ngọc"), factories.bank()
    started = time.perf_counter()
    public_id = importing.stage(owner, bank, "de.txt", content, at=clock.now()).public_id
    jobs.run_next(at=clock.now())
    read = time.perf_counter()
    pending = db.session.scalar(select(ItemImport).where(ItemImport.public_id == public_id))
    assert pending.state is ImportState.OPEN, pending.messages
    ready = sum(staged.counts(pending).values())
    importing.agree(owner, pending, at=clock.now())
    jobs.run_next(at=clock.now())
    written = time.perf_counter()
    db.session.rollback()
    items = db.session.scalar(select(func.count()).select_from(Item))
    return {
        "questions": ready,
        "items": items or 0,
        "read": read - started,
        "write": written - read,
        "total": written - started,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "child megabytes": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
    }


def search(bank: Bank) -> float:
    """Return the milliseconds that a page of a search and its count take, the slowest of all."""
    slowest = 0.0
    for words in WORDS:
        times = []
        for _ in range(5):
            db.session.rollback()
            begun = time.perf_counter()
            wanted = Filters(text=words)
            found.search(bank.id, wanted)
            times.append(time.perf_counter() - begun)
        slowest = max(slowest, median(times))
    return slowest * 1000


def main(count: int) -> None:
    """Print the figures for a fresh database."""
    with tempfile.TemporaryDirectory() as folder:
        address = f"sqlite:///{Path(folder) / 'bench.db'}"
        settings = {"INSTANCE": Path(folder), "SQLALCHEMY_DATABASE_URI": address}
        app = create_app(settings | {"DATABASE_URL": address, "SECRET_KEYS": ("bench",)})
        with app.app_context():
            schema.upgrade()
            figures = carry(count)
            bank = db.session.scalar(select(Bank))
            figures["search ms"] = search(bank)
    for name, value in figures.items():
        sys.stdout.write(f"{name:>16} {value:12,.1f}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000)
