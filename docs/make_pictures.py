"""Make the pictures of the README and the chapters: ``python docs/make_pictures.py``."""

import subprocess
import sys
from pathlib import Path

from PIL import Image  # matplotlib needs it, too

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
        with Image.open(DOCS / picture) as image:  # 256 colours are enough, in half the bytes
            image.convert("RGB").quantize(256).save(DOCS / picture, optimize=True)
        print(f"docs/{picture}: {(DOCS / picture).stat().st_size / 1000:.0f} kB, by {script}")


if __name__ == "__main__":
    main()
