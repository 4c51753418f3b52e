"""Run docs/tour.ipynb, so that what it shows is what the code prints: ``python docs/make_tour.py``.

This takes nbclient and ipykernel (tests/requirements-slow.txt).
"""

from pathlib import Path

import nbformat
from nbclient import NotebookClient

TOUR = Path(__file__).resolve().parent / "tour.ipynb"


def main():
    tour = nbformat.read(TOUR, as_version=4)
    where = {"metadata": {"path": str(TOUR.parent)}}
    # What one cell prints is one output, however the kernel happened to send it.
    NotebookClient(tour, kernel_name="python3", record_timing=False, coalesce_streams=True,
                   resources=where).execute()  # fmt: skip
    tour.metadata.language_info = {"name": "python"}  # whichever version ran it
    nbformat.write(tour, TOUR)
    print(f"[INFO] docs/{TOUR.name} written")


if __name__ == "__main__":
    main()
