"""How pages look to a person: large letters, contrast, the clock; kept for the account."""

from datetime import timedelta

from flask import Blueprint, current_app, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts import registering
from accounts.access import sign_in_required, signed_in
from accounts.forms.viewing import ViewForm
from core import viewing
from core.viewing import View
from core.web import safe_target, see_other

bp = Blueprint("viewing", __name__)
_A_YEAR = timedelta(days=365)


@bp.get("/tai-khoan/hien-thi")
@sign_in_required
def show() -> ResponseReturnValue:
    target = safe_target(request.args.get("next"), url_for("profile.show"))
    return render_template("accounts/viewing/show.html", target=target)


@bp.post("/tai-khoan/hien-thi")
@sign_in_required
def change() -> ResponseReturnValue:
    form = ViewForm()
    target = safe_target(form.next.data, url_for(".show"))
    if not form.validate():
        return render_template("accounts/viewing/show.html", target=target), 422
    view = str(View(form.size.data, form.theme.data, form.timer.data or viewing.TIMERS[0]))
    registering.view_as(signed_in(), view)
    answer = make_response(see_other(target))
    secure = current_app.config["HTTPS"]
    answer.set_cookie(viewing.COOKIE, view, max_age=_A_YEAR, secure=secure, samesite="Lax")
    return answer
