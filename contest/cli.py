"""`flask contest`: the demo, verifying what is stored, lost receipts, boards as files."""

from pathlib import Path
from typing import TextIO

import click
from flask import current_app
from flask.cli import AppGroup

from contest import demo, demo_judged, mirroring, overviews, recovering, verifying
from core import clock

group = AppGroup("contest", help="Contests: the demo, and verifying what is stored.")


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


@group.command("missing-receipts")
@click.argument("file", type=click.File("r", encoding="utf-8"))
def missing_receipts(file: TextIO) -> None:
    """Name each receipt claimed in FILE that the database does not hold.

    FILE has a JSON object a line with attempt, slot, lease, seq and receipt, and the answer where
    it is known, as the journals of clients hold them.
    """
    claims = list(recovering.read_claims(file))
    lost = recovering.missing(claims)
    for claim in lost:
        click.echo(f"MISSING {claim}")
    click.echo(f"{len(claims)} receipts claimed, {len(lost)} missing")
    if lost:
        raise click.exceptions.Exit(1)


@group.command("mirror")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def mirror(folder: Path) -> None:
    """Write every public board into FOLDER, for a server that only sends files."""
    click.echo(f"{mirroring.write(folder)} boards written")


@group.command("demo")
@click.option("--again", is_flag=True, help="Make a new one; the old one is put away.")
@click.option("--people", default=2000, show_default=True, help="How many people to invent.")
def load_demo(again: bool, people: int) -> None:
    """Load the demo contest if there is none yet, and print how to sign in."""
    if again:
        for contest in (demo.existing(), *demo_judged.existing()):
            if contest is not None:
                demo.put_away(contest)
    welcome(people)


def welcome(people: int = 2000) -> None:
    """Say where the site is; in a demo, load it where it is missing and say how to sign in."""
    site = f"http://{current_app.config['HOST']}:{current_app.config['PORT']}"
    click.echo(f"Chung Tay: {site}")
    if not current_app.config["DEMO"]:
        return
    found = demo.existing()
    if found is None:
        click.echo("Loading the demo contest …")
        found = demo.load(at=clock.now(), number=people)
    elif demo.is_over(found, at=clock.now()):
        click.echo("The demo round that was open has closed. A new demo: make demo-again")
    judged = demo_judged.existing() or demo_judged.load(at=clock.now())
    for contest in (found, *judged):
        click.echo(f"A demo contest: {site}/cuoc-thi/{contest.slug}")
    click.echo(f"Sign in at {site}/phieu with one of these codes:")
    for one in demo.sign_ins():
        click.echo(f"  {one.code}  {one.name} ({one.who})")
