"""A small application that shows every component, to be looked at by the tests."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

from flask import Flask, flash, jsonify, render_template, request
from flask_babel import Babel
from flask_wtf import CSRFProtect, FlaskForm
from jinja2 import ChoiceLoader, FileSystemLoader
from wtforms import (
    BooleanField,
    DecimalField,
    FileField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    SubmitField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from core import assets, i18n, viewing

ROOT = Path(__file__).resolve().parents[2]
NOON = datetime(2026, 11, 18, 5, 0, tzinfo=UTC)
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:;"
    " font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none';"
    " base-uri 'none'; object-src 'none'; require-trusted-types-for 'script';"
    " trusted-types chungtay"
)
UNITS = [
    {"id": "u1", "text": "UBND phường Ea Kao", "note": ""},
    {"id": "u2", "text": "Đoàn phường Ea Kao", "note": "gồm 19 chi đoàn buôn, tổ dân phố"},
    {"id": "u3", "text": "UBND xã Krông Pắc", "note": "gồm thị trấn Phước An cũ"},
]
BLOCKS = [
    SelectChoice("staff", "Cán bộ, công chức, viên chức"),
    SelectChoice("people", "Đoàn viên, người dân"),
]
TOPICS = [SelectChoice("t1", "Cải cách thể chế"), SelectChoice("t2", "Tài chính công")]
LEVELS = [SelectChoice("1", "Nhận biết"), SelectChoice("2", "Thông hiểu")]


class Checks(SelectMultipleField):
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class GalleryForm(FlaskForm):
    name = StringField("Họ và tên", description="Gồm cả dấu, ví dụ H’Linh Mlô.")
    birth = StringField("Ngày sinh")
    secret = PasswordField("Mật khẩu")
    block = SelectField("Khối", choices=BLOCKS)
    reason = TextAreaField("Lý do")
    picture = FileField("Văn bản kèm theo")
    staff = RadioField("Bạn thuộc khối nào", choices=BLOCKS, default="staff")
    topics = Checks("Lĩnh vực", choices=TOPICS)
    level = RadioField("Mức độ", choices=LEVELS, default="2")
    questions = IntegerField("Số câu", default=20)
    mark = DecimalField("Điểm", places=2)
    agrees = BooleanField("Dùng họ tên, đơn vị để chấm thi và xếp giải")
    send = SubmitField("Lưu vòng thi")

    def validate_birth(self, field):
        raise ValidationError("Tháng 2 không có ngày 31. Nhập lại, ví dụ 28/02/2004.")


def make_site():
    return {
        "home_url": "/public",
        "organiser": "Sở Nội vụ tỉnh Đắk Lắk chủ trì, Tỉnh Đoàn Đắk Lắk phối hợp.",
        "contact": "Tổ Thư ký: 0262 0000 000",
        "contact_url": "/form",
        "privacy_url": "/form",
        "account_url": "/form",
        "account_name": "Lê Hoàng Yến",
        "sign_out_url": "/form",
        "nav": [
            SimpleNamespace(key="contest", label="Cuộc thi", href="/public"),
            SimpleNamespace(key="board", label="Bảng xếp hạng", href="/form"),
        ],
    }


def make_app():
    app = Flask(__name__, static_folder=None, template_folder=str(ROOT / "templates"))
    app.config.update(
        SECRET_KEY="only for tests",
        BABEL_DEFAULT_LOCALE="vi",
        BABEL_DEFAULT_TIMEZONE="Asia/Ho_Chi_Minh",
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "core" / "translations"),
    )
    pages = FileSystemLoader(Path(__file__).parent / "pages")
    app.jinja_loader = ChoiceLoader([FileSystemLoader(ROOT / "templates"), pages])
    Babel(app)
    CSRFProtect(app)
    assets.init_app(app)
    viewing.init_app(app)
    app.jinja_env.filters.update(i18n.FILTERS)
    app.after_request(add_policy)
    add_pages(app)
    return app


def add_policy(response):
    response.headers["Content-Security-Policy"] = POLICY
    return response


def add_pages(app):
    @app.context_processor
    def share():
        return {"site": make_site(), "noon": NOON, "later": NOON + timedelta(days=4, hours=13)}

    @app.route("/<kind>", methods=["GET", "POST"])
    def show(kind):
        form = GalleryForm(birth="31/02/2004", block="staff", meta={"csrf": False})
        if kind in {"public", "staff"}:
            form.validate()
            flash("Đã lưu nháp 10:41:55.", "success")
        rates = [100] * 24 + [80] * 41 + [45] * 47 + [12] * 29 + [0] * 27
        return render_template(f"{kind}.html", form=form, units=UNITS, rates=rates)

    @app.get("/loi/<name>")
    def problem(name):
        return render_template(
            f"errors/{name}.html",
            message="Đã hết giờ: bài thi không nhận thêm câu trả lời.",
            request_id="7F2K92QD",
            retry_after=30,
            until="14h00 ngày 23/11/2026",
        )

    @app.get("/don-vi")
    def find_units():
        return jsonify(groups=[{"label": "Xã, phường", "options": UNITS[:2]}])

    @app.get("/viec")
    def job():
        return jsonify(state="running", progress=62, text=f"Đã đọc {request.path}")
