import socketserver
import threading

import pytest
from sqlalchemy import select

from core import jobs, mail
from core.db import atomic, db
from core.jobs import Job, JobState


class Server(socketserver.StreamRequestHandler):
    """The smallest server of mail: takes one message and keeps it."""

    def handle(self):
        self.wfile.write(b"220 test\r\n")
        body = False
        for line in self.rfile:
            if body:
                self.server.taken.append(line)
                if line == b".\r\n":
                    body = False
                    self.wfile.write(b"250 taken\r\n")
            elif line.upper().startswith(b"DATA"):
                body = True
                self.wfile.write(b"354 go on\r\n")
            elif line.upper().startswith(b"QUIT"):
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                self.wfile.write(b"250 ok\r\n")


@pytest.fixture
def server(app):
    with socketserver.TCPServer(("127.0.0.1", 0), Server) as running:
        running.taken = []
        threading.Thread(target=running.serve_forever, daemon=True).start()
        app.config["MAIL_URL"] = f"smtp://127.0.0.1:{running.server_address[1]}"
        yield running
        app.config["MAIL_URL"] = ""
        running.shutdown()


def test_queued_message_waits_sealed_and_is_sent_by_its_job(app, server, noon):
    with atomic():
        mail.queue("an@daklak.gov.vn", "Mật khẩu mới", "Mã 7F2K-92QD-M4XC", at=noon)
    payload = str(db.session.scalar(select(Job.payload)))

    jobs.run_next(at=noon)

    assert "7F2K" not in payload
    assert db.session.scalar(select(Job.state)) is JobState.DONE
    text = b"".join(server.taken)
    assert [words in text for words in (b"To: an@daklak.gov.vn", b"Subject: ")] == [True, True]


def test_without_a_server_mail_is_not_set_up(app):
    assert mail.is_set_up() is False
