"""`flask core`: bring the database up to date, serve, work, back up, restore, check settings."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from core import backups, clock, config, schema, serving

group = AppGroup("core", help="The installation itself.")


@group.command("upgrade")
def upgrade() -> None:
    """Make the secret and the database, or bring the database up to date."""
    config.make_secret(current_app.config["INSTANCE"])
    current_app.config["INSTANCE"].mkdir(parents=True, exist_ok=True)
    schema.upgrade()


@group.command("revise")
@click.argument("message")
def revise(message: str) -> None:
    """Write a migration for what the models say and the database lacks."""
    schema.revise(message)


@group.command("serve")
def serve() -> None:
    """Serve web pages and do jobs until stopped."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # -- Flask's documented way
    raise SystemExit(serving.serve(app))


@group.command("work")
def work() -> None:
    """Do background jobs until stopped."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # -- Flask's documented way
    serving.work(app)


@group.command("backup")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def backup(folder: Path) -> None:
    """Copy the embedded database into FOLDER, checked, while it is in use."""
    click.echo(backups.back_up(folder, at=clock.now()))


@group.command("restore")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.confirmation_option(prompt="This replaces the whole database. Go on?")
def restore(file: Path) -> None:
    """Put the backup FILE in the place of the embedded database; stop the server first."""
    backups.restore(file)


@group.command("new-epoch")
def new_epoch() -> None:
    """Say that an older state was restored by the tools of PostgreSQL; stop the server first.

    Every client then sends again what it ever had acknowledged.
    """
    click.echo(backups.renew_epoch())


@group.command("doctor")
def doctor() -> None:
    """Say what is set, and whether the database is up to date."""
    for setting in config.SETTINGS:
        value = (
            "(hidden)"
            if setting.name in {"SECRET_KEYS", "MAIL_URL"}
            else current_app.config[setting.name]
        )
        click.echo(f"CHUNGTAY_{setting.name} = {value}\t{setting.meaning}")
    faults = schema.differences()
    click.echo("database: " + ("; ".join(faults) or "as the models say"))
    raise SystemExit(1 if faults else 0)
