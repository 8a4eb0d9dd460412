"""The layer before Flask: the same answers, only sooner; and pages that everybody gets alike."""

import gzip
import json
import re
import threading

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError
from werkzeug.http import parse_etags

from app import create_app
from contest import saving_edge
from contest.views import public
from core import bodies, fastpath, logs
from core.errors import Invalid
from core.fastpath import Asked, Layer, Reply, Route, as_json
from core.hub import Hub

OURS = {"X-Requested-With": "chungtay"}
# Of each request its own: compared by their form only.
OWN = {"X-Request-Id"}


def hello(asked: Asked, name: str) -> Reply:
    told = asked.json()
    if told.get("fault") == "refused":
        raise Invalid
    if told.get("fault") == "storage":
        raise OperationalError("INSERT", {}, Exception("bận"))
    if told.get("fault"):
        raise LookupError(name)
    return as_json(200, {"name": name, "told": told})


@pytest.fixture
def small():
    """An application of one hot address and one page that counts how often it is made."""
    made = Flask("small")
    made.config |= {
        "ALLOWED_HOSTS": ("localhost",),
        "SESSION_NAME": "sid",
        "PAGES_LAST": 1,
        "HTTPS": True,
        "LOG_LEVEL": "INFO",
    }
    made.extensions["hub"] = Hub("")
    made.config |= {"THREADS": 8, "SENDERS": 8}
    bodies.init_app(made)
    logs.init_app(made)
    fastpath.web.init_app(made)
    made.add_url_rule("/chao/<name>", "hello", fastpath.view(hello), methods=["PUT"])
    made.pages_made = []

    @made.get("/bang/<int:number>")
    def board(number):
        from flask import request

        made.pages_made.append(fastpath.sharing(request.environ))
        named = request.cookies.get("sid", "ai cũng như ai")
        text = f"<p>Bảng {number}, {named}</p>" * 100
        headers = {"Cache-Control": "public, max-age=2", "ETag": '"b1"'}
        return text, 200, headers if number < 9 else {}

    made.plain = made.wsgi_app
    routes = [Route("PUT", re.compile("/chao/(?P<name>[^/]+)"), hello)]
    made.wsgi_app = Layer(made, routes, re.compile(r"/bang/\d+"))
    return made


def put(app, body, *, plain=False, **headers):
    client = app.test_client()
    if plain:
        client.application = _Plain(app)
    return client.put("/chao/H%27Bia", json=body, headers=OURS | headers)


class _Plain:
    """The same application without the layer."""

    def __init__(self, app):
        self._app = app

    def __call__(self, environ, start_response):
        return self._app.plain(environ, start_response)

    def __getattr__(self, name):
        return getattr(self._app, name)


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        ({"x": 1}, {}),
        ({"fault": "refused"}, {}),
        ({"fault": "storage"}, {}),
        ({"fault": "ours"}, {}),
        ({}, {"Origin": "https://noi-khac.vn"}),
        ({}, {"Sec-Fetch-Site": "cross-site"}),
        ({}, {"X-Requested-With": ""}),
        (["khong"], {}),
    ],
)
def test_the_layer_answers_as_flask_does(small, body, headers, caplog, monkeypatch):
    monkeypatch.setattr(logs.logger, "propagate", True)
    ours = put(small, body, **headers)
    logged = [(one.message, one.__dict__.get("status")) for one in caplog.records]
    caplog.clear()
    flasks = put(small, body, plain=True, **headers)

    assert (ours.status_code, ours.data) == (flasks.status_code, flasks.data)
    assert set(ours.headers) - own(ours) == set(flasks.headers) - own(flasks)
    assert set(dict(ours.headers)) == set(dict(flasks.headers))
    assert re.fullmatch("[0-9a-f]{16}", ours.headers["X-Request-Id"])
    assert logged == [(one.message, one.__dict__.get("status")) for one in caplog.records]


def own(response):
    return {(name, response.headers[name]) for name in OWN}


def test_refusals_and_faults_have_their_own_status(small):
    assert put(small, {"fault": "refused"}).status_code == 422
    assert put(small, {"fault": "storage"}).status_code == 503
    assert put(small, {"fault": "storage"}).headers["Retry-After"] == "2"
    assert put(small, {"fault": "ours"}).status_code == 500
    assert b"LookupError" not in put(small, {"fault": "ours"}).data
    assert put(small, {}, Origin="https://noi-khac.vn").status_code == 403


def test_a_host_that_is_not_ours_is_refused(small):
    answer = small.test_client().put("/chao/x", json={}, headers=OURS, base_url="http://gia-mao.vn")

    assert answer.status_code == 400


def test_a_body_that_is_too_long_is_not_read(small):
    answer = small.test_client().put(
        "/chao/x",
        headers=OURS,
        content_type="application/json",
        data=b'{"a":"' + b"x" * fastpath.MOST_BYTES + b'"}',
    )

    assert answer.status_code == 422


def test_a_page_is_made_once_for_all_and_names_nobody(small):
    client = small.test_client()
    client.set_cookie("sid", "phiên của tôi")

    pages = [client.get("/bang/1").data for _ in range(5)]

    assert small.pages_made == ["known"]
    assert len(set(pages)) == 1
    assert "ai cũng như ai" in pages[0].decode()


def test_strangers_and_those_signed_in_get_pages_of_their_own(small):
    client = small.test_client()
    client.get("/bang/1")
    client.set_cookie("sid", "phiên của tôi")
    client.get("/bang/1")

    assert small.pages_made == ["stranger", "known"]


def test_a_page_is_sent_compressed_or_not_at_all_when_it_is_known(small):
    client = small.test_client()

    plain = client.get("/bang/1")
    packed = client.get("/bang/1", headers={"Accept-Encoding": "gzip"})
    known = client.get("/bang/1", headers={"If-None-Match": plain.headers["ETag"]})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert (known.status_code, known.data) == (304, b"")
    assert known.headers["ETag"] == plain.headers["ETag"]
    assert "Cookie" in plain.headers["Vary"]


def test_a_page_that_is_not_public_is_answered_by_flask_to_each(small):
    client = small.test_client()
    client.set_cookie("sid", "phiên của tôi")

    page = client.get("/bang/9").text

    assert "phiên của tôi" in page


def test_a_search_is_not_kept(small):
    client = small.test_client()
    for _ in range(2):
        client.get("/bang/1?tim=Niê")

    assert small.pages_made == ["", ""]


def test_one_makes_the_page_while_the_others_wait(small):
    pages = []

    def look():
        pages.append(small.test_client().get("/bang/2").data)

    threads = [threading.Thread(target=look) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert small.pages_made == ["stranger"]
    assert len(pages) == 12
    assert len(set(pages)) == 1


def test_every_hot_address_is_one_of_flasks_too(tmp_path):
    app = create_app({"INSTANCE": tmp_path, "SECRET_KEYS": ("x",)})
    adapter = app.url_map.bind("localhost")
    for route in saving_edge.ROUTES:
        path = route.path.pattern.replace("(?P<public_id>[^/]+)", "abc")
        endpoint, _ = adapter.match(path, method=route.method)
        assert app.view_functions[endpoint].__wrapped__ is route.handler
    assert public.BOARD.fullmatch("/cuoc-thi/cchc-2026/bang-xep-hang/1")
    assert json.loads(as_json(200, {"tên": "Ê Đê"}).body) == {"tên": "Ê Đê"}


def test_a_page_is_the_same_after_another_process_has_packed_it():
    page = fastpath._Page(
        200,
        [("Content-Type", "text/html"), ("ETag", '"b1"')],
        "<p>Bảng 1</p>\n".encode(),
        b"packed\n",
        parse_etags('"b1"'),
        is_public=True,
    )

    again = fastpath._Page.unpack(page.pack())

    names = ("status", "headers", "body", "packed", "is_public")
    assert [getattr(again, name) for name in names] == [getattr(page, name) for name in names]
    assert again.etags.as_set() == {"b1"}
