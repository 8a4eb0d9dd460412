"""What a screen reader has to say of a page: the accessibility tree in the order of reading.

Chromium gives the tree it gives to assistive technology; one line is one thing that is read out.
"""

import os
from pathlib import Path

GOLDEN = Path(__file__).parent / "golden"
# What only holds other things, and text that its parent has said already.
SILENT = {
    "none",
    "generic",
    "InlineTextBox",
    "LineBreak",
    "RootWebArea",
    "ListMarker",
    "LabelText",
    "paragraph",
    "Iframe",
    "SvgRoot",
    "Legend",
    "term",
    "definition",
    "StaticText",
}
SAID = ("checked", "pressed", "expanded", "disabled", "invalid", "required", "modal", "level")
LISTEN = """() => {
    window.told = [];
    const announcer = document.getElementById("announcer");
    new MutationObserver(() => {
        if (announcer.textContent) window.told.push(announcer.textContent);
    }).observe(announcer, { childList: true, characterData: true, subtree: true });
}"""


def _text(node, name):
    return str(node.get(name, {}).get("value", "")).strip()


def _states(node):
    found = {one["name"]: one["value"].get("value") for one in node.get("properties", [])}
    shown = {name: found[name] for name in SAID if found.get(name) not in (None, False, "false")}
    is_plain = {name: value is True or value == "true" for name, value in shown.items()}
    return [name if is_plain[name] else f"{name} {value}" for name, value in shown.items()]


def _line(node):
    role, name = _text(node, "role"), _text(node, "name")
    extras = [_text(node, "description"), *_states(node)]
    value = _text(node, "value")
    if value and value != name:
        extras.insert(0, f"= {value}")
    said = f"{role}: {name}" if name else role
    return " | ".join([said, *filter(None, extras)])


def transcript(page):
    """Return what is read out of the page from its top to its end, a line each."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    by_id = {node["nodeId"]: node for node in nodes}
    lines = []

    def walk(node, depth, above, *, labels):
        role, name = _text(node, "role"), _text(node, "name")
        # A label is read with what it is the label of.
        is_text = role == "StaticText" and name and name not in above and not labels
        says = not node.get("ignored") and (is_text or role not in SILENT)
        if says:
            lines.append("  " * depth + (f"“{name}”" if is_text else _line(node)))
        below = above + name if says else above
        for child in node.get("childIds", []):
            if child in by_id:
                walk(by_id[child], depth + says, below, labels=labels or role == "LabelText")

    walk(nodes[0], 0, "", labels=False)
    return lines


def told(page):
    """Return what the live region has said since it was last asked."""
    said = page.evaluate("window.told.splice(0)")
    return [f"! {one}" for one in said]


def compare(name, lines):
    """Compare with the golden file of this name; `UPDATE_GOLDEN=1` writes it."""
    path = GOLDEN / f"{name}.txt"
    text = "\n".join(lines) + "\n"
    if os.environ.get("UPDATE_GOLDEN") == "1":
        path.write_text(text, encoding="utf-8")
    assert text.splitlines() == path.read_text(encoding="utf-8").splitlines()
