"""Outgoing mail: one job sends one message; nothing is sent where no server is set."""

import json
import smtplib
import ssl
from datetime import datetime
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from flask import current_app

from core import jobs, signing
from core.jobs import Work

KIND = "mail.send"
PATIENCE = 20.0


def is_set_up() -> bool:
    """Say whether this installation can send mail."""
    return bool(current_app.config["MAIL_URL"])


def queue(to: str, subject: str, text: str, *, at: datetime) -> None:
    """Queue a message in the caller's transaction; it goes out once that is committed.

    It waits sealed: a message may hold a code that is kept nowhere else.
    """
    message = json.dumps({"to": to, "subject": subject, "text": text})
    jobs.enqueue(KIND, {"sealed": signing.seal(KIND, message)}, at=at, owner=None)


def send(work: Work) -> None:
    """Send the message of a job by the server of the settings: smtp:// or smtps://."""
    told = json.loads(signing.unseal(KIND, work.payload["sealed"]))
    message = EmailMessage()
    message["From"] = current_app.config["MAIL_FROM"] or "chungtay@localhost"
    message["To"] = told["to"]
    message["Subject"] = told["subject"]
    message.set_content(told["text"])
    server = urlsplit(current_app.config["MAIL_URL"])
    host = server.hostname or "localhost"
    with _connect(server.scheme, host, server.port) as connection:
        if server.username:
            connection.login(unquote(server.username), unquote(server.password or ""))
        connection.send_message(message)


def _connect(scheme: str, host: str, port: int | None) -> smtplib.SMTP:
    """Open a connection; one that is not encrypted from the start is, when the server can."""
    context = ssl.create_default_context()
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port or 465, timeout=PATIENCE, context=context)
    connection = smtplib.SMTP(host, port or 25, timeout=PATIENCE)
    connection.ehlo()
    if connection.has_extn("starttls"):
        connection.starttls(context=context)
    return connection


jobs.handles(KIND)(send)
