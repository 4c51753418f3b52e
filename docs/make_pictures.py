"""Make the pictures of the README and the chapters: ``python docs/make_pictures.py``."""

import subprocess
import sys
from pathlib import Path

DOCS = Path(__file__).resolve().parent
PICTURES = {
    "xor.png": "xor_example.py",
    "digits.png": "mnist_example.py --display-every 10",
    "moons.png": "-m examples.moons",
    "one_step.png": "-m walkthrough",
}


def main():
    for picture, script in PICTURES.items():
        command = [sys.executable, *script.split(), "--plot", DOCS / picture]
        subprocess.run(command, check=True, cwd=DOCS.parent, stdout=subprocess.DEVNULL)
        print(f"docs/{picture}: {(DOCS / picture).stat().st_size / 1000:.0f} kB, by {script}")


if __name__ == "__main__":
    main()
