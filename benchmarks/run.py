"""Measure every figure (or those named), each in a process of its own, and print the table of `docs/performance.md`.

make bench                          all
make bench ARGS="register_page"     one
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FIGURES = ("register_page", "page_profile", "sign_form", "submit", "submit_postgres", "whole_posts")
FIGURES += ("similar_names", "desk_pages", "desk_pages_postgres", "signatories_pages")
FIGURES += ("certificate", "exports", "memory", "start", "make_run", "audit_chain", "public_log")
FIGURES += ("inspection", "issuing")
ONE = "import json, sys; from benchmarks import {0}; print(json.dumps([vars(figure) for figure in {0}.measure()]))"


def main(names: list[str]) -> int:
    """Print each figure as it is known, then the table; 1 when a goal is missed."""
    from benchmarks.measuring import Figure, table

    figures: list[Figure] = []
    for name in names or FIGURES:
        print(f"measuring {name} …", file=sys.stderr, flush=True)
        words = [sys.executable, "-c", ONE.format(name)]
        done = subprocess.run(words, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True, stdin=subprocess.DEVNULL)
        figures += [Figure(**line) for line in json.loads(done.stdout.splitlines()[-1])]
    print(table(figures))
    return 0 if not any(figure.holds is False for figure in figures) else 1


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main(sys.argv[1:]))
