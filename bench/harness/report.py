"""The table: what was measured, what had to be reached, and why where it was not."""

import dataclasses
import datetime
import json
import os
import subprocess

from . import machine


@dataclasses.dataclass
class Row:
    """One line. `met` is None for what is only there to compare with; `key` finds the reason when it was missed."""

    scenario: str
    what: str
    target: str
    measured: str
    met: bool | None = None
    key: str = ""
    beside: str = ""


def at_most(value, limit):
    """Whether a cost stays within its limit, at the precision that is shown."""
    return round(value, 1) <= limit


def number(value):
    """A number as a reader wants it: three figures, thousands apart."""
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    if abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def commit_of(root):
    """The commit, with a plus sign when the checkout differs from it where the program is made."""
    git = lambda *words: subprocess.run(["git", "-C", root, *words], capture_output=True, text=True, timeout=30)
    head = git("rev-parse", "--short=12", "HEAD")
    if head.returncode:
        return "unknown"
    dirty = git("status", "--porcelain", "--", "crates", "migrations", "Cargo.lock").stdout.strip()
    return head.stdout.strip() + ("+ (with uncommitted changes)" if dirty else "")


def read_reasons(root):
    """Why known targets are missed: `{key: text}`, kept beside the results."""
    with open(os.path.join(root, "bench", "reasons.json")) as file:
        return json.load(file)


def write(root, rows, remarks, arguments, path):
    """Writes the results as Markdown."""
    reasons = read_reasons(root)
    now = datetime.datetime.now(datetime.timezone.utc)
    lines = [
        "# Results",
        "",
        f"Commit {commit_of(root)} · {now:%Y-%m-%d %H:%M} UTC · {machine.describe()} · `make {arguments}`",
        "",
        "Costs are CPU time of the server process (with the database's where it is named) per unit of work; the load "
        "generator runs beside the server on the same cores. README.md says how to read them.",
        "",
        "| scenario | measured | target | reached | met | beside it in the same run |",
        "|---|---|---|---|---|---|",
    ]
    missed = []
    for row in rows:
        verdict = {True: "yes", False: "**no**", None: ""}[row.met]
        lines.append(f"| {row.scenario} | {row.what} | {row.target} | {row.measured} | {verdict} | {row.beside} |")
        if row.met is False:
            reason = reasons.get(row.key, "not looked into yet")
            missed.append(f"- **{row.scenario}, {row.what}** ({row.measured}, target {row.target}): {reason}")
    if missed:
        lines += ["", "## Why not", "", *missed]
    if remarks:
        lines += ["", "## Remarks", "", *(f"- {remark}" for remark in remarks)]
    with open(path, "w") as file:
        file.write("\n".join(lines) + "\n")
