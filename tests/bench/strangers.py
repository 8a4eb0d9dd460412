"""Loads of people who are at no attempt: they look at boards, fetch files, sign in and register."""

import re
from urllib.parse import urlencode

from tests.bench.crowd import PASSWORD
from tests.bench.offered import Load, run
from tests.faults.clients import FORM, TOKEN

GZIP = {"Accept-Encoding": "gzip"}
STYLE = re.compile(r'<link rel="stylesheet" href="([^"]+)"')


def looks(path, rate):
    return Load("board", rate=rate, make=lambda n: ("GET", path, GZIP, b""))


def files(port, rate):
    """Fetch the style sheet that the first page names."""
    (reply,) = _asked(port, "/dang-nhap")
    path = STYLE.search(reply.text)[1]
    return Load("static file", rate=rate, make=lambda n: ("GET", path, GZIP, b""))


def sign_ins(port, phones, rate):
    """Offer people who sign in with their password, each from an address of their own.

    As every browser does they say from which page the form comes.
    """
    token, cookie = _form(port, "/dang-nhap")

    def make(number):
        sent = {"csrf_token": token, "name": phones[number % len(phones)], "password": PASSWORD}
        headers = FORM | _from(number) | {"Cookie": cookie, "Origin": f"http://127.0.0.1:{port}"}
        return "POST", "/dang-nhap", headers, urlencode(sent).encode()

    return Load("sign-in", rate=rate, make=make, right=(303,))


def registrations(port, slug, rate):
    """Offer people who register and enter the contest, each from an address of their own."""
    path = f"/cuoc-thi/{slug}/dang-ky"
    token, cookie = _form(port, path)

    def make(number):
        sent = {
            "csrf_token": token,
            "full_name": "H’Linh Mlô",
            "phone": f"07{number:08}",
            "password": PASSWORD,
            "unit_text": "Buôn Akô Dhông",
            "unit_missing": "y",
            "birth_date": "20/05/1998",
            "category": "youth_member",
            "take_part": "y",
        }
        headers = FORM | _from(number) | {"Cookie": cookie}
        return "POST", path, headers, urlencode(sent).encode()

    return Load("register", rate=rate, make=make, right=(303,))


def _from(number):
    return {"X-Forwarded-For": f"10.{number // 250 % 250}.{number % 250}.7"}


def _asked(port, path):
    page = Load("page", count=1, make=lambda n: ("GET", path, {}, b""), keep=True)
    run(port, [page], seconds=0.1)
    assert page.answers, f"no answer: {path}"
    return page.answers


def _form(port, path):
    """Return the token of a page's form and the cookies that belong to it."""
    (reply,) = _asked(port, path)
    sent = reply.headers.get("set-cookie", "").split("\n")
    return TOKEN.search(reply.text)[1], "; ".join(one.split(";")[0] for one in sent if one)
