"""What the suites have proven: the lines of the closing table, of results.json and of the JUnit report."""

import json
from dataclasses import asdict, dataclass


@dataclass
class Line:
    """One thing a user cares about. Times are in seconds; `limit` is the requirement's, `goal` our own."""

    suite: str
    what: str
    passed: bool = True
    measured: float | None = None
    limit: float | None = None
    goal: float | None = None

    def verdict(self):
        if not self.passed:
            return "FAILED"
        if self.goal is not None and self.measured > self.goal:
            return "yes, goal missed"
        return "yes"


class Proofs:
    def __init__(self):
        self.lines = []

    def add(self, line):
        self.lines.append(line)
        assert line.limit is None or line.measured <= line.limit, f"{line.what}: {line.measured:.1f} s, the limit is {line.limit} s"

    def table(self):
        rows = [("suite", "what was proven", "measured", "limit", "goal", "proven")]
        rows += [(l.suite, l.what, seconds(l.measured), seconds(l.limit), seconds(l.goal), l.verdict()) for l in self.lines]
        widths = [max(map(len, column)) for column in zip(*rows)]
        return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows)

    def json(self, **about):
        return json.dumps({**about, "proofs": [asdict(line) for line in self.lines]}, indent=2)


def seconds(value):
    return "" if value is None else f"{value:.1f} s"
