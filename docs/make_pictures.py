"""Make the pictures that the examples draw for the README: ``python docs/make_pictures.py``."""

import subprocess
import sys
from pathlib import Path

DOCS = Path(__file__).resolve().parent
PICTURES = {
    "xor.png": "xor_example.py",
    "digits.png": "mnist_example.py",
    "moons.png": "moons_example.py",
}


def main():
    for picture, script in PICTURES.items():
        command = [sys.executable, DOCS.parent / script, "--plot", DOCS / picture]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        print(f"docs/{picture}: {(DOCS / picture).stat().st_size / 1000:.0f} kB, by {script}")


if __name__ == "__main__":
    main()
