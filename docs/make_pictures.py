"""Make the pictures of the README and the chapters: ``python docs/make_pictures.py``."""

import contextlib
import subprocess
import sys
from pathlib import Path

import numpy as np
from PIL import Image  # matplotlib needs it, too

DOCS = Path(__file__).resolve().parent
sys.path.insert(0, str(DOCS.parent))
PICTURES = {
    "xor.png": "xor_example.py",
    "digits.png": "mnist_example.py --display-every 10",
    "moons.png": "-m examples.moons",
    "one_step.png": "-m walkthrough",
}


def draw_overfitting(path):
    """The curves of docs/questions.md: a large network and a hundred digits."""
    import mnist_example
    from neuralnet import NeuralNetwork
    from neuralnet_extras import plots

    images, test_images, labels, test_labels = mnist_example.load_images(0)
    X, Y = images[:100], np.eye(10)[labels[:100]]  # (100, 64), (100, 10)
    net = NeuralNetwork([64, 100, 10], 0.5, loss="cross_entropy", momentum=0.9, seed=0)
    net.fit(X, Y, 300, validation=(test_images, np.eye(10)[test_labels]), display_every=3,
            verbose=False)  # fmt: skip
    figure = plots.new_figure(figsize=(7, 3.6), layout="constrained")
    axes = figure.subplots()
    plots.loss_curves(axes, net)
    axes.set_yscale("linear")
    axes.set(title="Overfitting: 100 digits to train on, 450 held out", ylim=(0, 2))
    plots.show(figure, path)


def main():
    for picture, script in PICTURES.items():
        command = [sys.executable, *script.split(), "--plot", DOCS / picture]
        subprocess.run(command, check=True, cwd=DOCS.parent, stdout=subprocess.DEVNULL)
    with contextlib.redirect_stdout(None):
        draw_overfitting(DOCS / "overfitting.png")
    for picture in [*PICTURES, "overfitting.png"]:
        with Image.open(DOCS / picture) as image:  # 256 colours are enough, in half the bytes
            image.convert("RGB").quantize(256).save(DOCS / picture, optimize=True)
        print(f"docs/{picture}: {(DOCS / picture).stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
