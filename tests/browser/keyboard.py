"""The keyboard alone: going to what a page offers by its name, and pressing it."""

_NAMED = """() => {
    const one = document.activeElement;
    const label = one.labels && one.labels.length ? one.labels[0].innerText : "";
    return [one.getAttribute("aria-label") || "", one.innerText || "", label].join(" ");
}"""
MOST = 150


def go_to(page, name):
    """Press Tab until what has the focus is called so."""
    for _ in range(MOST):
        page.keyboard.press("Tab")
        if name in page.evaluate(_NAMED):
            return
    raise AssertionError(f"Tab leads to nothing called “{name}” at {page.url}")


def press(page, name):
    """Go to the button or link of this name and press Enter."""
    go_to(page, name)
    page.keyboard.press("Enter")


def fill(page, name, text):
    """Go to the field of this name and type into it."""
    go_to(page, name)
    page.keyboard.type(text)
