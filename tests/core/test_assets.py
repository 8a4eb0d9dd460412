"""Building, naming and serving the static files."""

import gzip
import os
import re
import shutil
from base64 import b64encode
from hashlib import sha256

import brotli
import pytest
from flask import Flask, render_template_string

from core import assets

BUDGET = 9_000  # the ten types of question and a person's own view among it


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "source"
    for name in ("tokens", "components", "staff", "stage", "document", "embed"):
        write(folder, f"css/{name}.css", f"/* {name} */\n.{name} > b {{\n  color: red;\n}}\n")
    write(folder, "js/main.js", "start();\n")
    write(folder, "js/player/order.txt", "clock.js\nouter.js\n")
    write(folder, "js/player/outer.js", "const outer = 2;")
    write(folder, "js/player/clock.js", "const clock = 1;")
    write(folder, "js/player/notes.js", "const unlisted = 3;")
    write(folder, "sw.js", "self.skipWaiting();")
    write(folder, "README.md", "not for browsers")
    return folder


@pytest.fixture
def target(tmp_path):
    return tmp_path / "build"


@pytest.fixture
def site(source, target):
    app = Flask(__name__, static_folder=None)
    assets.init_app(app, source, target)
    return app


def write(folder, name, text):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_minify_takes_comments_and_spaces_out_and_keeps_what_they_part():
    css = "/* đỏ */ a , b > c {\n color : red ;\n margin: 0 auto; }\n@media (min-width: 60em) { }"

    found = assets.minify(css)

    assert found == "a,b>c{color :red;margin:0 auto}@media (min-width:60em){}"


def test_gather_joins_sheets_per_page_kind_and_the_player_in_its_order(source):
    files = assets.gather(source)

    assert sorted(files) == [
        "css/document.css",
        "css/embed.css",
        "css/public.css",
        "css/staff.css",
        "css/stage.css",
        "js/main.js",
        "js/player.js",
        "sw.js",
    ]
    assert files["css/staff.css"] == (
        b".tokens>b{color:red}.components>b{color:red}.staff>b{color:red}"
    )
    assert files["js/player.js"] == b"const clock = 1;\nconst outer = 2;"


def test_build_twice_gives_the_same_tree_byte_for_byte(source, tmp_path):
    first = assets.build(source, tmp_path / "one")
    second = assets.build(source, tmp_path / "two")

    assert first == second
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_build_after_a_change_gives_another_name_and_leaves_the_old_tree(source, target):
    old = assets.build(source, target)
    write(source, "js/main.js", "start(document);\n")

    new = assets.build(source, target)

    assert new != old
    assert sorted(path.name for path in target.iterdir()) == sorted([old, new])
    assert (target / new / "js/main.js").read_text() == "start(document);\n"


def test_build_puts_the_compressed_forms_beside(source, target):
    tree = target / assets.build(source, target)

    plain = (tree / "css/public.css").read_bytes()

    assert gzip.decompress((tree / "css/public.css.gz").read_bytes()) == plain
    assert brotli.decompress((tree / "css/public.css.br").read_bytes()) == plain


def test_prune_keeps_the_current_tree_and_two_old_ones(target):
    names = [f"{n:016x}" for n in range(5)]
    for age, name in enumerate(names):
        (target / name).mkdir(parents=True)
        os.utime(target / name, (1000 + age, 1000 + age))

    gone = assets.prune(names[0], target)

    assert gone == [names[1], names[2]]
    assert sorted(path.name for path in target.iterdir()) == [names[0], names[3], names[4]]


@pytest.mark.parametrize(
    ("accepts", "coding"), [("br, gzip", "br"), ("gzip", "gzip"), ("", None), ("br;q=0", None)]
)
def test_file_is_served_in_the_smallest_form_that_the_client_takes(site, accepts, coding):
    client = site.test_client()
    with site.test_request_context():
        address = render_template_string("{{ asset('css/public.css') }}")

    response = client.get(address, headers={"Accept-Encoding": accepts})

    assert response.headers.get("Content-Encoding") == coding
    assert response.headers["Vary"] == "Accept-Encoding"
    assert response.headers["Content-Type"] == "text/css; charset=utf-8"
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_file_of_an_older_tree_is_still_served(site, source, target):
    old = assets.build(source, target)
    write(source, "js/main.js", "start(document);\n")
    assets.build(source, target)

    response = site.test_client().get(f"/static/{old}/js/main.js")

    assert (response.status_code, response.text) == (200, "start();\n")


@pytest.mark.parametrize(
    "path",
    [
        "0123456789abcdef/css/public.css",
        "{tree}/css/none.css",
        "{tree}/css/public.css.gz",
        "{tree}/README.md",
        "{tree}/../source/sw.js",
        "{tree}/%2e%2e/%2e%2e/source/sw.js",
        "source/sw.js",
    ],
)
def test_anything_else_is_not_found(site, source, target, path):
    tree = assets.build(source, target)

    response = site.test_client().get("/static/" + path.format(tree=tree))

    assert response.status_code == 404
    assert "immutable" not in response.headers.get("Cache-Control", "")


def test_service_worker_comes_from_the_root_and_is_asked_for_anew(site):
    response = site.test_client().get("/sw.js")

    assert response.text == "self.skipWaiting();"
    assert response.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-cache"
    assert response.headers["Service-Worker-Allowed"] == "/"


def test_asset_that_does_not_exist_is_an_error_of_the_template(site):
    with site.test_request_context(), pytest.raises(LookupError, match=r"css/none\.css"):
        render_template_string("{{ asset('css/none.css') }}")


def test_shelf_that_watches_builds_anew_after_a_change(source, target):
    shelf = assets.Shelf(source, target, watch=True)
    old = shelf.tree()
    write(source, "js/main.js", "start(document);\n")

    new = shelf.tree()

    assert old != new
    assert assets.Shelf(source, target).tree() == new


def test_shelf_whose_tree_was_removed_builds_it_again(source, target):
    shelf = assets.Shelf(source, target)
    shutil.rmtree(target / shelf.tree())

    tree = shelf.tree()

    assert (target / tree / "js/main.js").read_text() == "start();\n"


def test_inlined_page_parts_ask_for_nothing_and_are_the_only_ones_allowed(source, target):
    write(source, "css/tokens.css", '@font-face { src: url("../fonts/a.woff2"); }')
    write(source, "fonts/a.woff2", "chữ")
    write(source, "js/ceremony-file.js", "// chiếu\nshow();\n")

    style, script, policy = assets.Shelf(source, target).inlined(
        "css/stage.css", "js/ceremony-file.js"
    )

    assert script == "<script>show();\n</script>"
    assert 'url("data:font/woff2;base64,Y2jhu68=")' in style
    assert 'url("../' not in style
    hashed = [
        b64encode(sha256(re.sub("</?(style|script)>", "", part).encode()).digest()).decode()
        for part in (style, script)
    ]
    assert policy.startswith(
        f"default-src 'none'; style-src 'sha256-{hashed[0]}'; script-src 'sha256-{hashed[1]}';"
    )


def test_style_sheet_of_the_public_pages_keeps_within_its_budget():
    sheet = assets.gather()["css/public.css"]

    assert len(gzip.compress(sheet, 9, mtime=0)) <= BUDGET


def test_addresses_in_the_style_sheets_lead_to_files_of_the_tree():
    files = assets.gather()

    found = {
        address
        for name, sheet in files.items()
        if name.endswith(".css")
        for address in re.findall(rb'url\("(?!data:)(.*?)"\)', sheet)
    }

    assert found == {b"../fonts/chungtay-sans-400.woff2", b"../fonts/chungtay-sans-600.woff2"}
    assert {"fonts/chungtay-sans-400.woff2", "fonts/chungtay-sans-600.woff2"} <= files.keys()


def test_files_that_came_from_others_are_as_they_were_taken():
    listed = re.findall(r"^([0-9a-f]{64})  (\S+)$", (assets.SOURCE / "README.md").read_text(), re.M)

    changed = [n for h, n in listed if sha256((assets.SOURCE / n).read_bytes()).hexdigest() != h]

    assert (len(listed), changed) == (5, [])


def test_scripts_hold_no_words_and_write_no_markup():
    forbidden = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|[À-ỹ]")

    offenders = [
        f"{path.name}: {line.strip()}"
        for path in sorted((assets.SOURCE / "js").rglob("*.js"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if forbidden.search(line.split("//")[0])
    ]

    assert offenders == []
