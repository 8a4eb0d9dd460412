"""What every answer shares."""

import gzip

import pytest

from core import web
from core.buckets import Buckets


def test_every_answer_has_the_headers(client):
    answer = client.get("/khong-co-trang-nay")

    assert answer.status_code == 404
    assert {name: answer.headers[name] for name in web.HEADERS} == web.HEADERS
    assert answer.headers["Cache-Control"] == "no-store"
    assert len(answer.headers["X-Request-Id"]) == 16
    assert "Strict-Transport-Security" not in answer.headers


def test_a_page_is_compressed_for_who_takes_it(client):
    plain = client.get("/khong-co-trang-nay")
    small = client.get("/khong-co-trang-nay", headers={"Accept-Encoding": "gzip"})

    assert small.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in small.headers["Vary"]
    assert gzip.decompress(small.data).lstrip().startswith(b"<!doctype html>")
    assert len(small.data) < len(plain.data) / 2


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("/thi/", "/thi/"),
        ("/thi/?a=1", "/thi/?a=1"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
        (None, "/"),
    ],
)
def test_safe_target_stays_on_the_site(address, target):
    assert web.safe_target(address, "/") == target


@pytest.mark.parametrize(
    ("method", "referrer", "page"),
    [
        ("POST", "http://localhost/quan-ly/vong/abc?xem=1", "/quan-ly/vong/abc?xem=1"),
        ("POST", "http://localhost/thi/", "/thi/"),
        ("GET", "http://localhost/thi/", ""),
        ("POST", "http://localhost//elsewhere.example/", ""),
        ("POST", "http://elsewhere.example/thi/", ""),
        ("POST", None, ""),
    ],
)
def test_page_before_is_the_page_of_this_site_that_was_left(app, method, referrer, page):
    headers = {"Referer": referrer} if referrer else {}

    with app.test_request_context("/thi/", method=method, headers=headers):
        assert web.page_before() == page


def test_a_host_that_is_not_ours_is_refused(app, client):
    app.config["ALLOWED_HOSTS"] = ("thi.daklak.gov.vn",)
    try:
        refused = client.get("/khong-co", headers={"Host": "evil.example"})
        known = client.get("/khong-co", headers={"Host": "thi.daklak.gov.vn"})
    finally:
        app.config["ALLOWED_HOSTS"] = ()

    assert (refused.status_code, known.status_code) == (400, 404)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),
        ({"X-Requested-With": "chungtay", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"X-Requested-With": "chungtay", "Origin": "https://evil.example"}, 403),
        ({"X-Requested-With": "chungtay", "Sec-Fetch-Site": "same-origin"}, 401),
    ],
)
def test_json_from_another_site_is_refused(client, headers, status):
    answer = client.put("/thi/bai/x/tra-loi", json={"ticket": ""}, headers=headers)

    assert answer.status_code == status


def test_buckets_let_a_burst_through_and_then_a_steady_flow():
    buckets = Buckets(per_minute=60, burst=3)

    waits = [buckets.wait("bài 1") for _ in range(5)]

    assert waits == [0, 0, 0, 1, 1]
    assert buckets.wait("bài 2") == 0
