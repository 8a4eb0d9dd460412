"""`flask accounts`: units, administrators, rosters, slips, and the check of the audit trail."""

from pathlib import Path

import click
from flask.cli import AppGroup

from accounts import (
    auditing,
    authenticating,
    charting,
    granting,
    importing,
    issuing,
    previewing,
    queries,
    registering,
    unit_queries,
)
from accounts.models import Account
from accounts.registering import Applicant
from accounts.rules import contacting
from accounts.rules.authorizing import Role
from core import clock
from core.errors import DomainError
from core.saying import Unreadable

group = AppGroup("accounts", help="People, units and the audit trail.")
units = AppGroup("units", help="The units.")
group.add_command(units)


@units.command("load")
def load_units() -> None:
    """Load the units that come with the product; a second time changes nothing."""
    done = charting.load_daklak()
    click.echo(f"{done.added} added, {done.changed} changed, {done.links} links")


@group.command("make-admin")
@click.argument("name")
@click.option("--full-name", help="Make the account when there is none yet.")
@click.password_option(help="Password of a new account, 15 characters or more.")
def make_admin(name: str, full_name: str | None, password: str) -> None:
    """Give the administrator's role to the account with the phone or e-mail NAME."""
    account = authenticating.account_named(name)
    if account is None:
        if not full_name:
            raise click.UsageError("There is no such account; give --full-name to make one.")
        account = _new_account(name, full_name, password)
    granting.give(None, account, Role.ADMIN, at=clock.now())
    click.echo(f"{account.public_id} is an administrator")


def _new_account(name: str, full_name: str, password: str) -> Account:
    faults = registering.password_faults(None, password, is_staff=True, has_factor=False)
    if faults:
        raise click.ClickException(faults[0].message % dict(faults[0].values))
    try:
        email = contacting.read_email(name) if "@" in name else None
        phone = None if email else contacting.read_phone(name)
    except Unreadable as refused:
        words = refused.sentence.message % dict(refused.sentence.values)
        raise click.ClickException(words) from refused
    hashed = authenticating.hash_password(password)
    applicant = Applicant(full_name, phone=phone, email=email, password_hash=hashed)
    return registering.register(applicant, at=clock.now())


@group.command("import-roster")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--as", "owner_name", required=True, help="Phone or e-mail of who is responsible.")
@click.option("--unit", "unit_code", help="Code of the unit of everybody in the file.")
@click.option("--write", is_flag=True, help="Make the accounts; without it only say what is read.")
def import_roster(file: Path, owner_name: str, unit_code: str | None, *, write: bool) -> None:
    """Read the people of an Excel or CSV FILE; rows in doubt are named and left out."""
    owner = authenticating.account_named(owner_name)
    if owner is None:
        raise click.UsageError("There is no account with that phone or e-mail.")
    at = clock.now()
    unit = unit_queries.unit_of_code(unit_code) if unit_code else None
    try:
        pending = previewing.stage_roster(owner, file.name, file.read_bytes(), unit=unit, at=at)
        for row in pending.rows:
            if row["says"]:
                said = "; ".join(message % values for message, values in row["says"])
                click.echo(f"row {row['number']}: {row['state']}: {said}")
        click.echo(f"{previewing.count_states(pending)}")
        if write:
            click.echo(f"{importing.write(owner, pending, (), at=at)} accounts made")
    except DomainError as refused:
        raise click.ClickException(refused.message % refused.details) from refused


@group.command("slip")
@click.argument("name")
@click.option("--resets", is_flag=True, help="The person chooses a new password at once.")
def slip(name: str, *, resets: bool) -> None:
    """Issue a sign-in slip for the account with the phone, e-mail or public id NAME."""
    account = authenticating.account_named(name) or queries.account_with(name)
    if account is None:
        raise click.UsageError("There is no such account.")
    issued = issuing.issue(None, account, at=clock.now(), resets=resets)
    click.echo(f"{issued.code} until {issued.expires_at.isoformat()}")


@group.command("verify-audit")
def verify_audit() -> None:
    """Check that the audit trail of every log is whole; name what is not."""
    auditing.sequence(at=clock.now())
    faults = [fault for log in auditing.logs() for fault in auditing.faults(log)]
    for fault in faults:
        click.echo(fault)
    click.echo(f"{len(auditing.logs())} logs, {len(faults)} faults")
    raise SystemExit(1 if faults else 0)
