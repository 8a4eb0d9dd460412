"""Boards as files, for a server elsewhere that carries any number of watchers."""

import gzip
import shutil
from pathlib import Path

from flask import current_app, url_for

from contest import total_queries, turnouts


def write(folder: Path) -> int:
    """Write every public board under `folder`, plain and compressed, and what it needs to show.

    Each is put in its place whole. Return how many were written; a board that the public may not
    see any more is taken away.
    """
    current_app.extensions["assets"].copy(folder / "static")
    layer = current_app.extensions["fastpath"]
    written = 0
    for path in _paths():
        place = folder / path.lstrip("/")
        page = layer.page(path)
        if page is None:
            shutil.rmtree(place, ignore_errors=True)
            continue
        place.mkdir(parents=True, exist_ok=True)
        _put(place / "index.html", page)
        _put(place / "index.html.gz", gzip.compress(page, mtime=0))
        written += 1
    return written


def _put(path: Path, content: bytes) -> None:
    """Put a file in its place whole: who reads it meanwhile gets the old one."""
    draft = path.with_name(f".{path.name}")
    draft.write_bytes(content)
    draft.replace(path)


def _paths() -> list[str]:
    """Return the addresses of all boards of published contests, overall tables among them."""
    contests = turnouts.published_contests()
    with current_app.test_request_context():
        rounds = [
            url_for("public.board", slug=contest.slug, number=round_.number)
            for contest in contests
            for round_ in contest.quizzes
        ]
        tables = [
            url_for("overall.board", slug=contest.slug, public_id=table.public_id)
            for contest in contests
            for table in total_queries.tables_of(contest.id)
        ]
    return rounds + tables
