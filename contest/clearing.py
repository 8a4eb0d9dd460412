"""Bytes that no entry needs any more: looked for on the disk, and removed after a grace time."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from sqlalchemy import select

from contest.models import EntryFile, EntryVersion, Upload
from core import files
from core.db import db

# Longer than anybody needs to notice that the wrong file was taken out.
GRACE = timedelta(days=30)


def clear(*, at: datetime) -> int:
    """Remove the bytes that nothing has named for the grace time; return how many files.

    Kept is what a file of an entry holds, what was taken out of one lately, and what a frozen
    version holds. The rows stay, with size and digest. What a crash left without a row goes too.
    Nothing is written to the database: stopped in its midst, it goes on the next time.
    """
    oldest = at - GRACE
    removed = 0
    for some in files.kept():
        for digest in sorted(set(some) - _needed(some, oldest)):
            removed += files.remove(digest, before=oldest.timestamp())
    return removed


def clear_parts(*, at: datetime) -> int:
    """Drop unfinished files that belong to no upload; return how many."""
    left = files.parts_left(before=(at - GRACE).timestamp())
    known = set(db.session.scalars(select(Upload.public_id).where(Upload.finished_at.is_(None))))
    db.session.rollback()
    orphans = [one for one in left if one not in known]
    for name in orphans:
        files.drop(name)
    return len(orphans)


def _needed(digests: Collection[str], oldest: datetime) -> set[str]:
    """Return which of these digests something still names."""
    rows = db.session.scalars(select(EntryFile).where(EntryFile.digest.in_(digests))).all()
    needed = {one.digest for one in rows if one.removed_at is None or one.removed_at > oldest}
    doubtful = {one.entry_id for one in rows if one.digest not in needed}
    needed |= _frozen(doubtful)
    # No transaction stays open while files are removed.
    db.session.rollback()
    return needed


def _frozen(entry_ids: Iterable[int]) -> set[str]:
    """Return the digests that frozen versions of these entries hold."""
    wanted = select(EntryVersion.content).where(EntryVersion.entry_id.in_(entry_ids))
    return {
        str(file.get("digest", ""))
        for content in db.session.scalars(wanted)
        for file in content.get("files", ())
    }
