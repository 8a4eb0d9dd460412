"""`flask contest`: recompute and verify."""

import click
from flask.cli import AppGroup

from contest import overviews, verifying

group = AppGroup("contest", help="Contests: verify what is stored.")


@group.command("verify")
@click.argument("slug", required=False)
def verify(slug: str | None) -> None:
    """Recompute marks, standings and runs from the raw responses; name every row that differs."""
    found = [line.contest for line in overviews.contests()]
    chosen = [contest for contest in found if slug in (None, contest.slug)]
    if slug is not None and not chosen:
        raise click.ClickException(f"no contest has the address {slug}")
    total = 0
    for contest in chosen:
        seen = verifying.verify(contest)
        for fault in seen.faults:
            click.echo(f"FAULT {fault}")
        click.echo(
            f"{contest.slug}: {seen.attempts} attempts, {seen.responses} responses,"
            f" {seen.standings} standings, {seen.entries} audit entries,"
            f" {len(seen.faults)} faults"
        )
        total += len(seen.faults)
    if total:
        raise click.exceptions.Exit(1)
