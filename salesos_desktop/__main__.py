"""``python -m salesos_desktop``."""

import sys

from salesos_desktop.cli import main

if __name__ == "__main__":
    sys.exit(main())
