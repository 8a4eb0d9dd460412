#!/usr/bin/env python3
# ruff: noqa -- a tool for judging importers from outside, kept as it was made
"""Judges a question importer from outside.

  check_import.py --cmd "flask --app app questions import {file} --dry-run --format json" PAIRS_DIR [PAIRS_DIR ...]

A pair is INPUT.ext beside INPUT.expected.json (or INPUT.ext.expected.json).  The command is run once per input; {file} is the
quoted path; its standard output must hold one JSON document (text before the first '{' or '[' is ignored).

What the JSON may look like (names tried in order, or fixed with --map names.json):
  questions : questions | items | rows                 type    : type | kind | qtype
  stem      : stem | text | question | content | title  options : options | choices | answers
  option    : a string, or an object with text|content|label and correct|is_correct|right (or fraction > 0)
  correct   : correct | answer | key | correct_indexes  as indexes, letters or option texts, when options are strings
  category  : category | topic | section                warnings/errors : warnings | errors | messages | skipped (lists)

expected.json may hold any of: count, by_type, questions[{type, stem, options, correct, category, explanation, answers, pairs}],
  hard (1-based numbers that may differ if the tool gave a warning), must_warn (needs at least that many messages, or at least one with --lenient),
  errors_min, must_fail (the tool must refuse: non-zero exit or zero questions, and a message), max_seconds.
Exit 0 when every file passes.  --json FILE writes the details.  --roundtrip "… {file} … {out}" --ext .gift also exports, re-imports and compares.
"""

import argparse, fnmatch, glob, html, json, os, re, shlex, subprocess, sys, tempfile, time, unicodedata

NAMES = dict(
    questions=["questions", "items", "rows", "data"],
    stem=["stem", "text", "question", "content", "title", "prompt"],
    type=["type", "kind", "qtype", "question_type"],
    options=["options", "choices", "answers_options", "answers"],
    option_text=["text", "content", "label", "value"],
    option_correct=["correct", "is_correct", "right", "isCorrect"],
    fraction=["fraction", "weight", "score"],
    correct=["correct", "correct_indexes", "answer", "key", "answers", "correct_answer"],
    category=["category", "topic", "section", "part"],
    explanation=["explanation", "feedback", "general_feedback"],
    messages=["warnings", "errors", "messages", "skipped", "problems"],
)
TYPES = {
    "single_choice": "single",
    "mcq": "single",
    "multichoice": "single",
    "radio": "single",
    "one": "single",
    "single-choice": "single",
    "multiple_choice": "multiple",
    "multi": "multiple",
    "checkbox": "multiple",
    "many": "multiple",
    "multiple-choice": "multiple",
    "true_false": "truefalse",
    "tf": "truefalse",
    "boolean": "truefalse",
    "shortanswer": "short",
    "short_answer": "short",
    "text": "short",
    "fill": "short",
    "numerical": "numeric",
    "number": "numeric",
    "matching": "match",
    "ordering": "order",
    "long": "essay",
}


def norm(s):
    s = "" if s is None else str(s)
    s = re.sub(r"<(br|/p|/div|/li)\b[^>]*>", " ", s, flags=re.I)
    s = html.unescape(re.sub(r"</?[a-zA-Z][a-zA-Z0-9]*(\s[^<>]*)?/?>", "", s)) if ARGS.html else s
    s = unicodedata.normalize("NFC", s)
    s = re.sub(r"[\u200b\u200c\u200d\ufeff\u00ad]", "", s)
    return re.sub(r"[\s\u00a0]+", " ", s).strip()


def pick(d, what):
    for k in [MAP[what]] if what in MAP else NAMES[what]:
        if isinstance(d, dict) and k in d:
            return d[k]
    return None


def shape(q):
    """one question of either side -> (type, stem, [option], {correct indexes}, category, explanation)"""
    ops, ok = [], set()
    raw = pick(q, "options") or []
    if isinstance(raw, dict):
        raw = [dict(text=v, letter=k) for k, v in raw.items()]
    for i, o in enumerate(raw):
        if isinstance(o, dict):
            ops.append(norm(pick(o, "option_text")))
            c = pick(o, "option_correct")
            if c is None:
                c = (pick(o, "fraction") or 0) > 0
            if c:
                ok.add(i)
        elif isinstance(o, str):
            ops.append(norm(o))
    c = pick(q, "correct")
    if ops and not ok and c is not None and not isinstance(c, bool):
        for x in c if isinstance(c, list) else [c]:
            if isinstance(x, int):
                ok.add(x)
            elif isinstance(x, str) and norm(x) in ops:
                ok.add(ops.index(norm(x)))
            elif isinstance(x, str):
                ok |= {ord(ch) - 65 for ch in x.upper() if "A" <= ch <= "H"}
    t = str(pick(q, "type") or "").lower()
    t = TYPES.get(t, t)
    return dict(
        type=t,
        stem=norm(pick(q, "stem")),
        options=ops,
        correct=sorted(ok),
        category=norm(pick(q, "category")),
        explanation=norm(pick(q, "explanation")),
        raw=q,
    )


def run(cmd, timeout):
    t = time.time()
    try:
        p = subprocess.run(cmd, shell=True, capture_output=True, timeout=timeout)
    except subprocess.TimeoutExpired:
        return None, "timed out after %ss" % timeout, 124, timeout
    out = p.stdout.decode("utf-8", "replace")
    m = re.search(r"[\[{]", out)
    try:
        js = json.JSONDecoder().raw_decode(out[m.start() :])[0] if m else None
    except ValueError as e:
        js = None
    return js, p.stderr.decode("utf-8", "replace")[-600:], p.returncode, time.time() - t


def listing(js):
    if isinstance(js, list):
        return js, []
    if not isinstance(js, dict):
        return [], []
    msgs = []
    for k in [MAP["messages"]] if "messages" in MAP else NAMES["messages"]:
        v = js.get(k)
        msgs += v if isinstance(v, list) else []
    return pick(js, "questions") or [], msgs


def compare(exp, got, msgs, rc, err):
    bad = []
    if exp.get("must_fail"):
        if rc == 0 and got:
            bad.append("should have been refused")
        if not msgs and not err.strip():
            bad.append("refused without a message")
        return bad
    if rc not in (0, None) and not exp.get("errors_min") and not exp.get("must_warn"):
        bad.append(f"exit status {rc}: {err.strip()[-160:]}")
    G = [shape(q) for q in got]
    hard = {x - 1 for x in exp.get("hard", [])}
    if (
        "count" in exp
        and len(G) != exp["count"]
        and not (hard and msgs and abs(len(G) - exp["count"]) <= len(hard))
    ):
        bad.append(f"count {len(G)}, expected {exp['count']}")
    if "by_type" in exp:
        from collections import Counter

        c = dict(Counter(g["type"] for g in G))
        if {k: v for k, v in c.items() if v} != exp["by_type"]:
            bad.append(f"types {c}, expected {exp['by_type']}")
    for i, e in enumerate(exp.get("questions", [])):
        if i >= len(G):
            break
        g, w = G[i], shape(e)
        why = []
        if w["stem"] and g["stem"] != w["stem"]:
            why.append(f"stem «{g['stem'][:70]}» expected «{w['stem'][:70]}»")
        if w["options"] and g["options"] != w["options"]:
            why.append(f"options {g['options'][:5]} expected {w['options'][:5]}")
        if w["options"] and g["correct"] != w["correct"]:
            why.append(
                f"key {''.join(chr(65 + x) for x in g['correct']) or '-'} expected {''.join(chr(65 + x) for x in w['correct']) or '-'}"
            )
        if ARGS.types and w["type"] and g["type"] and g["type"] != w["type"]:
            why.append(f"type {g['type']} expected {w['type']}")
        if w["category"] and ARGS.categories and w["category"] not in g["category"]:
            why.append(f"category «{g['category'][:40]}» expected «{w['category'][:40]}»")
        if e.get("explanation") and g["explanation"] != norm(e["explanation"]):
            why.append("explanation differs")
        if why and not (i in hard and msgs):
            bad.append(f"question {i + 1}: " + "; ".join(why))
    need = len(exp.get("must_warn", []))
    need = min(need, 1) if ARGS.lenient else need
    if len(msgs) < need:
        bad.append(f"{len(msgs)} message(s), expected at least {need}: {exp['must_warn']}")
    if len(msgs) < exp.get("errors_min", 0):
        bad.append(f"{len(msgs)} message(s), expected at least {exp['errors_min']}")
    return bad


def main():
    global ARGS, MAP
    a = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    a.add_argument("dirs", nargs="+")
    a.add_argument("--cmd", required=True)
    a.add_argument("--map")
    a.add_argument("--timeout", type=int, default=60)
    a.add_argument("--html", action="store_true", help="strip tags before comparing")
    a.add_argument("--types", action="store_true")
    a.add_argument("--categories", action="store_true")
    a.add_argument("--lenient", action="store_true")
    a.add_argument("--json")
    a.add_argument("--show", type=int, default=4)
    a.add_argument("--roundtrip")
    a.add_argument("--ext", default=".json")
    a.add_argument(
        "--skip",
        action="append",
        default=[],
        help="file name pattern to leave out, may be repeated",
    )
    ARGS = a.parse_args()
    MAP = json.load(open(ARGS.map)) if ARGS.map else {}
    res = []
    n = ok = qn = 0
    for d in ARGS.dirs:
        for ef in sorted(glob.glob(os.path.join(d, "**", "*.expected.json"), recursive=True)):
            if any(
                fnmatch.fnmatch(
                    os.path.basename(ef)[: -len(".expected.json")],
                    s.rsplit(".", 1)[0] if "." in s else s,
                )
                or fnmatch.fnmatch(os.path.basename(ef), s)
                for s in ARGS.skip
            ):
                continue
            base = ef[: -len(".expected.json")]
            f = (
                base
                if os.path.isfile(base)
                else next(
                    (
                        x
                        for x in sorted(glob.glob(glob.escape(base) + ".*"))
                        if not x.endswith(".json")
                    ),
                    None,
                )
            )
            if not f:
                print("NOFILE", ef)
                n += 1
                continue
            exp = json.load(open(ef, encoding="utf-8"))
            js, err, rc, sec = run(ARGS.cmd.replace("{file}", shlex.quote(f)), ARGS.timeout)
            got, msgs = listing(js)
            bad = (
                ["no JSON on standard output: " + err.strip()[-160:]]
                if js is None and not exp.get("must_fail")
                else compare(exp, got, msgs, rc, err)
            )
            if exp.get("max_seconds") and sec > exp["max_seconds"]:
                bad.append(f"took {sec:.1f}s, at most {exp['max_seconds']}s")
            if ARGS.roundtrip and not bad and got:
                with tempfile.TemporaryDirectory() as td:
                    o = os.path.join(td, "out" + ARGS.ext)
                    _, e2, r2, _ = run(
                        ARGS.roundtrip.replace("{file}", shlex.quote(f)).replace(
                            "{out}", shlex.quote(o)
                        ),
                        ARGS.timeout,
                    )
                    if not os.path.exists(o):
                        bad.append("round trip wrote nothing: " + e2.strip()[-120:])
                    else:
                        j3, e3, r3, _ = run(
                            ARGS.cmd.replace("{file}", shlex.quote(o)), ARGS.timeout
                        )
                        g3, _ = listing(j3)
                        k = ("type", "stem", "options", "correct")
                        A, B = (
                            [[shape(q)[x] for x in k] for q in got],
                            [[shape(q)[x] for x in k] for q in g3],
                        )
                        if A != B:
                            bad.append(
                                f"round trip differs: {len(A)} -> {len(B)} questions, first difference at {next((i + 1 for i, (x, y) in enumerate(zip(A, B)) if x != y), min(len(A), len(B)) + 1)}"
                            )
            n += 1
            ok += not bad
            qn += len(got)
            res.append(
                dict(
                    file=f,
                    ok=not bad,
                    seconds=round(sec, 2),
                    questions=len(got),
                    messages=msgs[:20],
                    problems=bad,
                )
            )
            print(
                ("PASS " if not bad else "FAIL ") + os.path.relpath(f, d),
                f"{len(got)} questions, {len(msgs)} messages, {sec:.1f}s",
            )
            for b in bad[: ARGS.show]:
                print("       " + b)
            if len(bad) > ARGS.show:
                print(f"       … {len(bad) - ARGS.show} more")
    print(f"{ok} of {n} files pass ({qn} questions read)")
    if ARGS.json:
        json.dump(res, open(ARGS.json, "w"), ensure_ascii=False, indent=1)
    sys.exit(0 if n and ok == n else 1)


if __name__ == "__main__":
    main()
