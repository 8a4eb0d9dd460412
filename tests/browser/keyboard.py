"""The keyboard alone: going to what a page offers by its name, pressing, typing, choosing.

Wherever the focus is led to, it has to be seen there: outlined, on the screen, under nothing else.
"""

_NAMES = """() => {
    const one = document.activeElement;
    if (one === document.body) return [];
    const words = (each) => (each ? each.getAttribute("aria-label") || each.innerText || "" : "");
    const group = one.type === "radio" ? one.closest("[role=radiogroup]") : null;
    const pointed = group && document.getElementById(group.getAttribute("aria-labelledby"));
    const said = group ? group.getAttribute("aria-label") || words(pointed) : "";
    return [words(one), words(one.labels && one.labels[0]), said].map(
        (name) => name.replace(/\\s+/g, " ").trim());
}"""
_UNSEEN = """() => {
    const one = document.activeElement;
    // A box that is drawn by what stands beside it shows its focus there.
    const near = [one, one.nextElementSibling, one.closest("label"), one.closest("tr")];
    const marked = near.find((each) => {
        const style = each && getComputedStyle(each);
        return style && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    });
    if (!marked) return "has no outline";
    const box = marked.getBoundingClientRect();
    const [left, right] = [Math.max(box.left, 0), Math.min(box.right, innerWidth)];
    const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
    if (bottom <= top || right <= left) return "is off the screen";
    const above = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    const isPart = (each) => each.contains(above) || above.contains(each);
    const isFree = !above || [marked, one].some(isPart);
    return isFree ? "" : "lies under " + above.outerHTML.slice(0, 80);
}"""
_IN_GROUP_WITH = """name => {
    const one = document.activeElement;
    if (one.type !== "radio") return false;
    const label = (each) => (each.labels[0] ? each.labels[0].innerText : "");
    const called = (each) => [each.getAttribute("aria-label"), label(each)];
    return [...document.getElementsByName(one.name)].some((each) =>
        each.form === one.form && called(each).join(" ").replace(/\\s+/g, " ").includes(name));
}"""
_IS_TYPED = "document.activeElement.matches('input, textarea')"
_CHOSEN = "document.activeElement.selectedOptions[0].text"
# Farther than this nobody wants to go from where they are.
MOST = 50


def is_at(page, name):
    """Say whether what has the focus is called so."""
    return any(name in each for each in page.evaluate(_NAMES))


def unseen(page):
    """Say why what has the focus cannot be seen to have it; nothing where it can."""
    return page.evaluate(_UNSEEN)


def _press_until(page, is_there, what, *, back=False):
    for _ in range(MOST):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        if is_there():
            why = unseen(page)
            assert why == "", f"“{what}” {why} at {page.url}"
            return
    raise AssertionError(f"Tab leads to nothing called “{what}” at {page.url}")


def go_to(page, name, *, back=False):
    """Press Tab (or Shift+Tab) until what has the focus is called so."""
    _press_until(page, lambda: is_at(page, name), name, back=back)


def skip(page):
    """Skip what every page begins with, by the link that is there for that."""
    go_to(page, "Đến nội dung chính")
    page.keyboard.press("Enter")


def press(page, name, *, back=False):
    """Go to the button or link of this name and press Enter."""
    go_to(page, name, back=back)
    page.keyboard.press("Enter")


def fill(page, name, text, *, back=False):
    """Go to the field of this name and type into it, in place of what stands there."""
    _press_until(page, lambda: is_at(page, name) and page.evaluate(_IS_TYPED), name, back=back)
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def tick(page, name, *, back=False):
    """Go to the box of this name and press the space bar."""
    go_to(page, name, back=back)
    page.keyboard.press("Space")


def pick(page, name, *, back=False):
    """Go to the group that has a choice of this name, and with the arrows to the choice."""
    _press_until(page, lambda: page.evaluate(_IN_GROUP_WITH, name), name, back=back)
    pick_here(page, name)


def pick_here(page, name):
    """Go with the arrows to the choice of this name."""
    for _ in range(MOST):
        if is_at(page, name):
            page.keyboard.press("Space")
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"the arrows lead to nothing called “{name}” at {page.url}")


def choose(page, name, words, *, back=False):
    """Go to the list of this name and with the arrows to the line with these words."""
    go_to(page, name, back=back)
    choose_here(page, words)


def choose_here(page, words):
    """Go with the arrows to the line of a list with these words."""
    page.keyboard.press("Home")
    for _ in range(MOST):
        if words in page.evaluate(_CHOSEN):
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"the list has no line “{words}” at {page.url}")


def each(page, told, act):
    """Do the act to each of the named as Tab comes to it, whatever their order, with its words."""
    left = dict(told)
    while left:
        _press_until(page, lambda: any(is_at(page, name) for name in left), " / ".join(left))
        name = next(name for name in left if is_at(page, name))
        act(page, left.pop(name))
