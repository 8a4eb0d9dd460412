"""Files of entries on their way: begun, taken in piece by piece, finished; and fetched again."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import Blueprint, jsonify, request, send_file
from flask.typing import ResponseReturnValue

from accounts.access import sign_in_required, signed_in
from contest import entry_access, entry_telling, uploading
from contest.models import Upload
from contest.uploading import Declared
from core import clock, files, i18n
from core.errors import Busy, DomainError, NotFound
from core.saying import Sentence
from core.web import whole_or

bp = Blueprint("uploads", __name__)
P = ParamSpec("P")


def as_json(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Let a refusal be read by the script that sends the file."""

    @wraps(view)
    def answered(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        try:
            return view(*args, **kwargs)
        except DomainError as refusal:
            said = i18n.say(Sentence(refusal.message, refusal.details))
            wait = refusal.details["retry_after"] if isinstance(refusal, Busy) else ""
            headers = {"Retry-After": str(wait)} if wait else {}
            return jsonify(error=said), refusal.status, headers

    return answered


def _progress(upload: Upload) -> ResponseReturnValue:
    return jsonify(
        id=upload.public_id,
        received=upload.received,
        size=upload.size,
        done=upload.finished_at is not None,
    )


def _declared(field: str) -> Declared:
    sent = request.form
    return Declared(
        entry_telling.file_name(sent.get("name", "")),
        whole_or(sent.get("size"), 0),
        entry_telling.milliseconds(sent.get("modified", "")),
        field,
    )


@bp.post("/tai-len/bai/<public_id>/<field>")
@as_json
@sign_in_required
def begin(public_id: str, field: str) -> ResponseReturnValue:
    entry = entry_access.own_entry(signed_in(), public_id)
    return _progress(uploading.begin(entry, signed_in(), _declared(field), at=clock.now()))


@bp.post("/tai-len/ban-che/<public_id>")
@as_json
def begin_copy(public_id: str) -> ResponseReturnValue:
    file = entry_access.file_screened(public_id)
    declared = entry_telling.as_copy_of(file, _declared(""))
    return _progress(uploading.begin(file.entry, signed_in(), declared, at=clock.now()))


@bp.get("/tai-len/<public_id>")
@as_json
@sign_in_required
def look(public_id: str) -> ResponseReturnValue:
    return _progress(entry_access.own_upload(signed_in(), public_id))


@bp.put("/tai-len/<public_id>/<int:offset>")
@as_json
@sign_in_required
def put(public_id: str, offset: int) -> ResponseReturnValue:
    upload = entry_access.own_upload(signed_in(), public_id)
    received = uploading.receive(
        upload,
        offset,
        request.stream,
        request.content_length or 0,
        digest=request.headers.get("X-Digest", ""),
        at=clock.now(),
    )
    return jsonify(received=received)


@bp.post("/tai-len/<public_id>/xong")
@as_json
@sign_in_required
def finish(public_id: str) -> ResponseReturnValue:
    upload = entry_access.own_upload(signed_in(), public_id)
    file = uploading.finish(upload, signed_in(), at=clock.now())
    return jsonify(id=file.public_id, title=file.title, digest=file.digest, size=file.size)


@bp.post("/tai-len/<public_id>/bo")
@as_json
@sign_in_required
def drop(public_id: str) -> ResponseReturnValue:
    uploading.drop(entry_access.own_upload(signed_in(), public_id))
    return jsonify(dropped=True)


@bp.get("/tep-bai/<public_id>")
@sign_in_required
def download(public_id: str) -> ResponseReturnValue:
    file, name = entry_access.readable_file(signed_in(), public_id)
    path = files.path_of(file.digest)
    if not path.is_file():
        # Taken out of the entry long ago.
        raise NotFound
    return send_file(
        path,
        mimetype=file.media_type,
        as_attachment=True,
        download_name=name,
        etag=file.digest,
        conditional=True,
    )
