"""The static files: joined, minified, compressed, named by the hash of their tree, and served."""

import base64
import gzip
import hashlib
import logging
import re
import shutil
import tempfile
from pathlib import Path
from threading import Lock

import brotli  # type: ignore[import-untyped]  # -- ships no types
from flask import Flask, Response, current_app, request, url_for
from markupsafe import Markup
from werkzeug.security import safe_join

from core import looks

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "static"
TARGET = ROOT / "build" / "static"

PUBLIC = ("tokens.css", "components.css")
SHEETS = {
    "css/public.css": PUBLIC,
    "css/staff.css": (*PUBLIC, "staff.css"),
    "css/stage.css": (*PUBLIC, "stage.css"),
    "css/document.css": (*PUBLIC, "document.css"),
    "css/embed.css": ("tokens.css", "embed.css"),
}
# What is only served joined: style sheets, and the modules of the pages that go on without network.
JOINED = ("css/", "js/player/", "js/sheet/")
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
COMPRESSED = {".css", ".js", ".json", ".svg", ".txt"}
# A file beside the sheet, as the sheet names it.
_FONT = re.compile(r'url\("\.\./([^"]+)"\)')
TREE = re.compile(r"[0-9a-f]{16}")
FOREVER = "public, max-age=31536000, immutable"

log = logging.getLogger(__name__)


def minify(css: str) -> str:
    """Return the style sheet without comments and without needless spaces."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    css = re.sub(r"\s+", " ", css)
    css = re.sub(r"\s*([{};,>])\s*", r"\1", css)
    return re.sub(r":\s+", ":", css).replace(";}", "}").strip()


def lighten(script: str) -> str:
    """Return the script without the lines that are comments and without indentation.

    No text of ours in a script runs over several lines.
    """
    return re.sub(
        r"^[ \t]+|\n(?=\n)", "", re.sub(r"^\s*//.*\n", "", script, flags=re.M), flags=re.M
    )


def gather(source: Path = SOURCE) -> dict[str, bytes]:
    """Return every file to be served, by its path in the tree."""
    files = {name: _sheet(source, parts) for name, parts in SHEETS.items()}
    for order in sorted(source.glob("js/*/order.txt")):
        names = order.read_text(encoding="utf-8").split()
        parts = [(order.parent / name).read_text(encoding="utf-8") for name in names]
        files[f"js/{order.parent.name}.js"] = lighten("\n".join(parts)).encode()
    for path in sorted(source.rglob("*")):
        name = path.relative_to(source).as_posix()
        if path.is_file() and not name.startswith(JOINED) and path.suffix in TYPES:
            files[name] = path.read_bytes()
    return dict(sorted(files.items()))


def _sheet(source: Path, parts: tuple[str, ...]) -> bytes:
    text = "".join((source / "css" / part).read_text(encoding="utf-8") for part in parts)
    return minify(text).encode()


def digest(files: dict[str, bytes]) -> str:
    """Return the name of a tree: sixteen digits of the hash of its paths and contents."""
    seen = hashlib.sha256()
    for name, content in files.items():
        seen.update(f"{name}\0{len(content)}\0".encode() + content)
    return seen.hexdigest()[:16]


def build(source: Path = SOURCE, target: Path = TARGET) -> str:
    """Write the tree of `source` under `target`, if it is not there, and return its name.

    The folder appears whole or not at all, so that several processes may build at once.
    """
    files = gather(source)
    tree = digest(files)
    if (target / tree).is_dir():
        return tree
    target.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=target))
    draft.chmod(0o755)
    for name, content in files.items():
        _write(draft / name, content)
    try:
        draft.rename(target / tree)
    except OSError:  # another process was quicker
        shutil.rmtree(draft)
    return tree


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    if path.suffix in COMPRESSED:
        path.with_name(path.name + ".gz").write_bytes(gzip.compress(content, 9, mtime=0))
        path.with_name(path.name + ".br").write_bytes(brotli.compress(content))


def prune(current: str, target: Path = TARGET, *, keep: int = 2) -> list[str]:
    """Remove trees older than the `keep` newest beside the current one; return their names."""
    old = [p for p in target.iterdir() if TREE.fullmatch(p.name) and p.name != current]
    old.sort(key=lambda path: (path.stat().st_mtime, path.name), reverse=True)
    for path in old[keep:]:
        shutil.rmtree(path)
    return sorted(path.name for path in old[keep:])


class Shelf:
    """The built tree that one application serves, found or built when it is first needed."""

    def __init__(self, source: Path, target: Path, *, watch: bool = False) -> None:
        self.source, self.target, self.watch = source, target, watch
        self._tree = ""
        self._lock = Lock()

    def tree(self) -> str:
        """Return the name of the current tree; where it watches, built anew after a change."""
        with self._lock:
            gone = not self._tree or not (self.target / self._tree).is_dir()
            if self.watch or gone:
                self._tree = build(self.source, self.target)
            return self._tree

    def copy(self, target: Path) -> None:
        """Copy the current tree under another folder, as addresses name it."""
        tree = self.tree()
        shutil.copytree(self.target / tree, target / tree, dirs_exist_ok=True)

    def asset(self, path: str) -> str:
        """Return the address of a static file; raise `LookupError` if there is no such file."""
        tree = self.tree()
        if not (self.target / tree / path).is_file():
            raise LookupError(f"no static file {path!r}")
        return url_for("asset", tree=tree, path=path)

    def inlined(self, sheet: str, script: str) -> tuple[Markup, Markup, str]:
        """Return a sheet and a script as elements of a page that asks nobody for anything.

        With them the policy that lets a browser take these two and nothing else.
        """
        here = self.target / self.tree()
        style = _FONT.sub(
            lambda found: _as_data(here / found[1]), (here / sheet).read_text("utf-8")
        )
        code = lighten((here / script).read_text("utf-8"))
        policy = (
            f"default-src 'none'; style-src {_source(style)}; script-src {_source(code)};"
            " font-src data:; img-src data:; base-uri 'none'; form-action 'none'"
        )
        # Both are files of ours; neither holds what would end its element.
        return (
            Markup("<style>{}</style>").format(Markup(style)),  # noqa: S704 -- our own file
            Markup("<script>{}</script>").format(Markup(code)),  # noqa: S704 -- our own file
            policy,
        )

    def send(self, tree: str, path: str) -> Response:
        """Answer with one file of a tree, to be kept forever; 404 for a tree that is gone."""
        response = self._answer(tree, path)
        if response.status_code == 200:
            response.headers["Cache-Control"] = FOREVER
        return response

    def send_worker(self) -> Response:
        """Answer with the service worker, which must be asked for anew each time."""
        response = self._answer(self.tree(), "sw.js")
        response.headers["Cache-Control"] = "no-cache"
        response.headers["Service-Worker-Allowed"] = "/"
        return response

    def _answer(self, tree: str, path: str) -> Response:
        found = safe_join(str(self.target), tree, path) if TREE.fullmatch(tree) else None
        kind = TYPES.get(Path(path).suffix)
        if found is None or kind is None or not Path(found).is_file():
            return _finish(Response("", 404, content_type=TYPES[".txt"]))
        coding = self._coding(found)
        body = Path(found + (f".{coding}" if coding else "")).read_bytes()
        response = Response(body, content_type=kind)
        if coding:
            response.headers["Content-Encoding"] = {"br": "br", "gz": "gzip"}[coding]
        return _finish(response)

    @staticmethod
    def _coding(found: str) -> str:
        """Return the suffix of the smallest form the client takes, or nothing."""
        for suffix, name in (("br", "br"), ("gz", "gzip")):
            if request.accept_encodings[name] > 0 and Path(f"{found}.{suffix}").is_file():
                return suffix
        return ""


def _as_data(path: Path) -> str:
    content = base64.b64encode(path.read_bytes()).decode()
    return f'url("data:{TYPES[path.suffix]};base64,{content}")'


def _source(text: str) -> str:
    """Return how a policy names a text that stands in a page."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _finish(response: Response) -> Response:
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def init_app(app: Flask, source: Path = SOURCE, target: Path = TARGET) -> None:
    """Serve the static files, and give templates `asset()` and what `core.looks` draws."""
    shelf = Shelf(source, target, watch=app.debug)
    app.extensions["assets"] = shelf
    app.add_url_rule("/static/<tree>/<path:path>", "asset", shelf.send)
    app.add_url_rule("/sw.js", "service_worker", shelf.send_worker)
    app.jinja_env.globals["asset"] = shelf.asset
    app.extensions["assets"] = shelf
    looks.init_app(app)


def current() -> str:
    """Return the name of the tree that pages made now refer to."""
    shelf: Shelf = current_app.extensions["assets"]
    return shelf.tree()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    name = build()
    gone = prune(name)
    log.info("static files: build/static/%s, %d old removed", name, len(gone))
