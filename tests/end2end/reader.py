"""What a screen reader sees of the board; run by the system's Python, which has pyatspi. Prints JSON."""

import json
import sys
import time

import pyatspi


def find(node, wanted, found):
    """Every node below that fits."""
    try:
        if wanted(node):
            found.append(node)
        for child in range(min(node.childCount, 60)):
            below = node.getChildAtIndex(child)
            if below is not None:
                find(below, wanted, found)
    except Exception as error:
        print(error, file=sys.stderr)


def main():
    """Waits for the program, reads its columns, and hears what it announces while ``keys`` are pressed."""
    end = time.time() + 30
    tables = []
    while time.time() < end and len(tables) < 4:
        tables = []
        for app in pyatspi.Registry.getDesktop(0):
            if app is not None and "salesos" in (app.name or "").lower().replace(" ", ""):
                find(app, lambda n: n.getRole() == pyatspi.ROLE_TABLE and n.name, tables)
        time.sleep(0.3)
    columns = []
    for table in tables:
        grid = table.queryTable()
        first = grid.getAccessibleAt(0, 0) if grid.nRows else None
        columns.append(
            {"name": table.name, "description": table.description, "rows": grid.nRows, "first": first.name if first else "",
             "selection": "Selection" in pyatspi.listInterfaces(table)}
        )  # fmt: skip
    heard = []

    def said(event):
        heard.append(str(event.any_data))
        pyatspi.Registry.stop()

    pyatspi.Registry.registerEventListener(said, "object:announcement")
    print(json.dumps({"columns": columns}), flush=True)
    import threading

    threading.Timer(15, pyatspi.Registry.stop).start()
    pyatspi.Registry.start()
    print(json.dumps({"heard": heard}), flush=True)


main()
