"""``python -m tests.bench [NAME…] [--sizes 10000,100000,1000000] [--json FILE]``: ratios against named rivals in one run."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from .measures import MEASURES, Line


def main() -> int:
    """Runs the measures that are named, all by default; 1 when a promise is not kept."""
    parser = argparse.ArgumentParser(prog="dev.py bench", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*MEASURES, []], metavar="NAME", help=", ".join(MEASURES))
    parser.add_argument("--sizes", default="10000,100000,1000000")
    parser.add_argument("--json", metavar="FILE")
    args = parser.parse_args()
    sizes = sorted(int(size) for size in args.sizes.split(","))
    lines: list[Line] = []
    with tempfile.TemporaryDirectory() as folder:
        for name in args.names or MEASURES:
            for line in MEASURES[name](Path(folder), sizes):
                lines.append(line)
                print(line.text(), flush=True)
    if args.json:
        Path(args.json).write_text(json.dumps([line.as_dict() for line in lines], indent=1), encoding="utf-8")
    return 0 if all(line.kept for line in lines) else 1


if __name__ == "__main__":
    sys.exit(main())
