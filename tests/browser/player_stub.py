"""A small server that keeps the contract of the attempt page, with faults to switch on."""

import gzip
import json
import socket
import threading
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

from flask import Blueprint, Flask, g, redirect, render_template, request, url_for
from flask_babel import Babel
from werkzeug.serving import make_server

from core import assets, clock, i18n, viewing

ROOT = Path(__file__).resolve().parents[2]
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'; "
    "require-trusted-types-for 'script'; trusted-types chungtay"
)
STEM = (
    "Theo Kế hoạch ban hành kèm Quyết định số 3180/QĐ-UBND ngày 21/12/2016, cơ quan nào chủ trì "
    "tổ chức cuộc thi sân khấu hóa “Thanh niên Đắk Lắk chung tay cải cách hành chính”?"
)
TEXTS = (
    "Tỉnh Đoàn Đắk Lắk",
    "Sở Nội vụ",
    "Sở Thông tin và Truyền thông",
    "Sở Văn hóa, Thể thao và Du lịch",
)


class Desk:
    """The one attempt of the stub, what arrived for it, and the faults that are on."""

    def __init__(self, minutes=15, prediction=True, items=20):
        self.arrived, self.late, self.submitted = [], [], None
        self.receipts, self.requests, self.drafts = {}, [], {}
        self.epoch, self.lease_no, self.holder, self.skew = "e1", 1, None, timedelta(0)
        self.fault, self.down, self.prediction = "", False, prediction
        self.minutes, self.items = minutes, items
        self.watched, self.paused_until, self.beats, self.views = False, None, [], []
        self.takes_puts = True
        self.ends = self.now() + timedelta(minutes=minutes)
        self.lock = threading.Lock()

    def now(self):
        return clock.now() + self.skew

    def stamp(self, moment=None):
        return (moment or self.now()).isoformat(timespec="milliseconds")

    def newest_lease(self):
        return max([self.lease_no, *(row[0] for row in self.arrived)])

    def is_open(self):
        return self.submitted is None and self.now() < self.ends + timedelta(seconds=5)

    def answers(self):
        newest = {}
        for lease, slot, seq, answer in self.arrived:
            if (lease, seq) >= newest.get(slot, (0, 0, ""))[:2]:
                newest[slot] = (lease, seq, answer)
        return newest

    def save(self, lease, answers):
        for each in answers:
            row = (lease, each["slot"], each["seq"], each["answer"])
            if row[:3] not in [known[:3] for known in self.arrived]:
                self.arrived.append(row)
                number = len(self.receipts) + 1
                self.receipts[row[:3]] = f"{number:016x}"
        return {
            str(each["slot"]): {
                "seq": each["seq"],
                "receipt": self.receipts[(lease, each["slot"], each["seq"])],
            }
            for each in answers
        }

    def slots(self, answers):
        made = []
        for position in range(1, self.items + 1):
            kind = {2: "multiple_choice", 3: "true_false"}.get(position, "single_choice")
            texts = TEXTS[:2] if kind == "true_false" else TEXTS
            made.append(
                SimpleNamespace(
                    position=position,
                    kind="item",
                    type=kind,
                    topic="Tổ chức thực hiện CCHC",
                    stem=STEM,
                    options=[
                        SimpleNamespace(id=i, key=i.upper(), text=t)
                        for i, t in zip("abcd", texts, strict=False)
                    ],
                    answer=set(filter(None, answers.get(position, (0, 0, ""))[2].split(","))),
                    seq=answers.get(position, (0, 0, ""))[1],
                )
            )
        if self.prediction:
            made.append(self.guess(answers))
        return made

    def guess(self, answers):
        found = answers.get(self.items + 1, (0, 0, ""))
        return SimpleNamespace(
            position=self.items + 1,
            kind="prediction",
            type="prediction",
            topic="",
            stem="Dự đoán: trong Tuần 3 có bao nhiêu người trả lời đúng tất cả 20 câu?",
            options=[],
            hint="Tuần 1: 962 người trên 15.204. Tuần 2: 1.284 người trên 17.986.",
            decimals=0,
            maximum=99999,
            locked=False,
            answer=found[2],
            seq=found[1],
        )

    def paper(self, current, *, holds):
        answers = self.answers()
        slots = self.slots(answers)
        at = {"public_id": "k7"}
        config = {
            "attempt": "k7",
            **{name: url_for(f"participant.{name}", **at) for name in ("save", "beat", "submit")},
            **{name: url_for(f"participant.{name}", **at) for name in ("review", "receipt")},
            "ticket": f"ticket-{self.lease_no}" if holds else "",
            "server_epoch": self.epoch,
            "lease_no": self.lease_no,
            "now": self.stamp(),
            "ends": self.stamp(self.ends),
            "grace_s": 5,
            "slots": [
                {
                    "position": s.position,
                    "kind": s.kind,
                    "answer": answers.get(s.position, (0, 0, ""))[2],
                    "seq": s.seq,
                }
                for s in slots
            ],
            "practice": False,
            "watched": self.watched,
            "paused_until": self.paused_until and self.stamp(self.paused_until),
        }
        return SimpleNamespace(
            watched=self.watched,
            contest_title="Thanh niên Đắk Lắk chung tay cải cách hành chính 2026",
            round_title="Tuần 3",
            public_id="k7",
            is_practice=False,
            read_only=not holds,
            other_seen=None if holds else self.now(),
            ends_at=self.ends,
            seconds_left=max(0, round((self.ends - self.now()).total_seconds())),
            minutes=self.minutes,
            current=current,
            slots=slots,
            config=config,
        )


def make_app(desk, tree):
    app = Flask(__name__, template_folder=str(ROOT / "templates"))
    app.secret_key = "stub"
    Babel(
        app,
        default_locale="vi",
        default_timezone="Asia/Ho_Chi_Minh",
        default_translation_directories=str(ROOT / "core/translations"),
    )
    assets.init_app(app, target=tree)
    i18n.init_app(app)
    viewing.init_app(app)
    app.jinja_env.globals["csrf_token"] = lambda: "token"
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    bp = Blueprint("participant", __name__, url_prefix="/thi")
    pages(bp, desk)
    leaving(bp, desk)
    reading(bp, desk)
    saving(bp, desk)
    beating(bp, desk)
    handing_in(bp, desk)
    app.register_blueprint(bp)
    app.register_blueprint(looks(desk))
    guards(app, desk)
    finish(app)
    return app


def looks(desk):
    bp = Blueprint("viewing", __name__)

    @bp.get("/tai-khoan/hien-thi")
    def show():
        return render_template("accounts/viewing/show.html", target="/thi/bai/k7")

    @bp.post("/tai-khoan/hien-thi")
    def change():
        desk.views.append({name: request.form[name] for name in request.form})
        return redirect("/tai-khoan/hien-thi", 303)

    return bp


def guards(app, desk):
    @app.before_request
    def outage():
        with desk.lock:
            desk.requests.append((request.method, request.path))
        if desk.down:
            request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            return "", 503
        g.device = request.cookies.get("sid") or f"d{len(desk.requests)}"
        if desk.holder is None:
            desk.holder = g.device
        return None


def finish(app):
    @app.after_request
    def headers(response):
        response.headers["Content-Security-Policy"] = CSP
        if not request.path.startswith(("/static", "/sw.js")):
            response.headers["Cache-Control"] = "no-store"
        if response.mimetype == "text/html":
            response.set_data(gzip.compress(response.get_data()))
            response.headers["Content-Encoding"] = "gzip"
        if "device" in g:
            response.set_cookie("sid", g.device)
        return response

    @app.get("/favicon.ico")
    def favicon():
        return "", 204


def pages(bp, desk):
    @bp.get("/bai/<public_id>")
    def attempt(public_id):
        return show(desk, request.args.get("cau", 1, int))

    @bp.get("/bai/<public_id>/cau/<int:n>")
    def question(public_id, n):
        return show(desk, n)

    @bp.post("/bai/<public_id>/cau/<int:n>")
    def save_form(public_id, n):
        answer = ",".join(sorted(filter(None, request.form.getlist("answer"))))
        seq = desk.answers().get(n, (0, 0, ""))[1] + 1
        desk.save(desk.lease_no, [{"slot": n, "seq": seq, "answer": answer}])
        go = request.form["go"]
        if go == "review":
            return redirect(url_for(".review", public_id=public_id), 303)
        return redirect(
            url_for(".question", public_id=public_id, n=n + (1 if go == "next" else -1)), 303
        )


def leaving(bp, desk):
    @bp.post("/bai/<public_id>/lam-o-day")
    def take_over(public_id):
        desk.lease_no = desk.newest_lease() + 1
        desk.holder = g.device
        return redirect(url_for(".attempt", public_id=public_id), 303)

    @bp.get("/bai/<public_id>/xem-lai")
    def review(public_id):
        paper = desk.paper(1, holds=True)
        return render_template("contest/participant/review.html", paper=paper)

    @bp.post("/bai/<public_id>/nop")
    def submit(public_id):
        pending = json.loads(request.form.get("pending") or "[]")
        if desk.submitted is None:
            desk.save(desk.lease_no, pending)
            desk.submitted = desk.now()
        return redirect(url_for(".receipt", public_id=public_id), 303)


def reading(bp, desk):
    @bp.get("/")
    def rounds():
        return redirect(url_for(".start"))

    @bp.get("/bai/<public_id>/bien-nhan")
    def receipt(public_id):
        return render_template("contest/participant/receipt.html", receipt=receipt_of(desk))

    @bp.get("/bai/<public_id>/ket-qua")
    def result(public_id):
        return render_template("contest/participant/result.html", result=result_of(desk))

    @bp.get("/bat-dau")
    def start():
        form = SimpleNamespace(honest=SimpleNamespace(errors=[]))
        return render_template("contest/participant/start.html", start=start_of(desk), form=form)


def receipt_of(desk):
    answers = desk.answers()
    return SimpleNamespace(
        public_id="k7",
        round_title="Tuần 3",
        code="CT3-7F2K-92QD",
        verify_url="https://chungtay.example/bn/CT3-7F2K-92QD",
        received_at=desk.submitted or desk.now(),
        results_at=datetime(2026, 11, 23, 5, tzinfo=UTC),
        is_automatic=False,
        is_practice=False,
        name="Lê Hoàng Yến",
        unit="Sở Y tế",
        answered=sum(1 for slot in answers if slot <= desk.items),
        total=desk.items,
        duration_s=598,
        prediction="1.350",
        result_url="",
        home_url="/toi",
    )


def start_of(desk):
    return SimpleNamespace(
        contest_title="Thanh niên Đắk Lắk chung tay cải cách hành chính 2026",
        round_title="Tuần 3",
        items=desk.items,
        has_prediction=desk.prediction,
        minutes=desk.minutes,
        ends_at=None,
        attempts_left=1,
        is_practice=False,
        back_url="/",
        watched_days=30,
        allowed=["Bạn được thêm 5 phút so với người khác: cả thảy 20 phút."],
    )


def result_of(desk):
    options = [
        SimpleNamespace(key=k, text=t, is_chosen=k == "A", is_right=k == "C")
        for k, t in zip("ABCD", TEXTS, strict=True)
    ]
    topics = [("Cải cách thể chế", 3, 3, ""), ("Cải cách tài chính công", 1, 2, "cơ chế tự chủ")]
    rounds = [("Tuần 1", 16, 4902, False), ("Tuần 3", 18, 2117, True)]
    return SimpleNamespace(
        passed=None,
        pass_mark=None,
        public_id="k7",
        round_title="Tuần 3",
        published_at=datetime(2026, 11, 23, 5, tzinfo=UTC),
        is_provisional=False,
        is_practice=False,
        right=18,
        total=20,
        score=None,
        place=2117,
        people=19426,
        above_percent=Decimal("89.10"),
        duration_s=598,
        submitted_at=desk.submitted or desk.now(),
        prediction="1.350 người",
        actual="1.366 người",
        difference="16",
        topics=[SimpleNamespace(title=t, right=r, total=n, advice=a) for t, r, n, a in topics],
        show_answers=True,
        wrong=[
            SimpleNamespace(
                position=4,
                stem=STEM,
                options=options,
                basis="Kế hoạch tuyên truyền CCHC năm 2017, mục II.1",
                explanation="",
                right_percent=Decimal("71.42"),
            )
        ],
        rounds=[
            SimpleNamespace(title=t, right=r, total=20, place=p, is_current=c)
            for t, r, p, c in rounds
        ],
        board_url="/bang",
        why_url="",
        all_url="",
        home_url="/toi",
        appeal=SimpleNamespace(text="Gửi phản ánh trước 17h00 ngày 25/11.", url="/phan-anh"),
    )


def show(desk, current):
    if desk.submitted is not None:
        return redirect(url_for("participant.receipt", public_id="k7"))
    holds = g.device == desk.holder and desk.lease_no == desk.newest_lease()
    return render_template(
        "contest/participant/attempt.html", paper=desk.paper(current, holds=holds)
    )


def saving(bp, desk):
    @bp.put("/bai/<public_id>/tra-loi")
    def save(public_id):
        assert request.headers["X-Requested-With"] == "chungtay"
        about = {"server_epoch": desk.epoch, "now": desk.stamp()}
        body = request.get_json()
        fault = desk.fault
        if fault == "broken":
            return {}, 500
        if fault == "busy":
            return {}, 429, {"Retry-After": "2"}
        if fault == "ticket":
            desk.fault = ""
            return {"error": "ticket"}, 401
        lease = int(body["ticket"].rpartition("-")[2])
        with desk.lock:
            refused = refusal(desk, lease)
            if refused:
                desk.late += [(lease, a["slot"], a["seq"], a["answer"]) for a in body["answers"]]
                return {"error": refused, **about}, 409
            slots = desk.save(lease, body["answers"])
        if fault == "lost":
            desk.fault = ""
            request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        return {**about, "slots": slots}


def beating(bp, desk):
    @bp.put("/bai/<public_id>/nhip")
    def beat(public_id):
        body = request.get_json()
        if desk.fault == "gone":
            return {"error": "gone", "server_epoch": desk.epoch, "now": desk.stamp()}, 410
        desk.beats.append((body["ticket"], body.get("here"), body.get("left")))
        lease = int(body["ticket"].rpartition("-")[2])
        paused = desk.paused_until and {"paused_until": desk.stamp(desk.paused_until)}
        return {
            "now": desk.stamp(),
            "server_epoch": desk.epoch,
            "lease_no": max(desk.newest_lease(), lease),
            "ends": desk.stamp(desk.ends),
            "state": "open" if desk.is_open() else "closed",
            **(paused or {}),
        }


def handing_in(bp, desk):
    @bp.put("/bai/<public_id>/nop")
    def hand_in(public_id):
        if not desk.takes_puts:
            return {}, 500
        if desk.submitted is None:
            lease = int(request.get_json()["ticket"].rpartition("-")[2])
            desk.save(lease, request.get_json()["answers"])
            desk.submitted = desk.now()
        address = url_for("participant.receipt", public_id=public_id)
        return {"receipt": address, "now": desk.stamp(), "server_epoch": desk.epoch}


def refusal(desk, lease):
    if not desk.is_open():
        return "closed"
    return "displaced" if lease < desk.lease_no else ""


class Served:
    """The stub, running in a thread of its own."""

    def __init__(self, tree):
        self.desk = Desk()
        self.server = make_server("127.0.0.1", 0, make_app(self.desk, tree), threaded=True)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
