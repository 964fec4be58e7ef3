"""Measures `utsushi colour` and `--keep-colours` on held-out paintings.

    python bench/judge/colours.py --program target/release/utsushi --set SET --work WORK

Line drawings are made of held-out paintings (differences of Gaussians, as inked lines on white) and coloured after
other held-out paintings of figures. Printed are how much of the drawing's edges is kept (`measures.edges`), how much
of its ink, and how often a coloured drawing's palette is nearer to its own reference's than to another's (chance 0.5):
the palette is the distribution of chroma. Then photographs and paintings are painted in named styles with
`--keep-colours`: how far the mean colour moves, in levels of 255.
"""

import argparse
import pathlib
import subprocess

import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter

import judge as judging
import measures

STYLES = "fan-cel,game-cel,illustration-hi,tv-cel"


def line_drawing(pixels):
    """Dark lines on white where a picture is darker than around (Winnemöller's XDoG, thresholded softly)."""
    grey = pixels.astype(np.float64) @ (0.299, 0.587, 0.114) / 255.0
    fine, coarse = gaussian_filter(grey, 0.8), gaussian_filter(grey, 1.6)
    ink = np.clip(1.0 + np.tanh(60.0 * (fine - 0.98 * coarse - 0.004)), 0.0, 1.0)
    return np.repeat((ink * 255.0).astype(np.uint8)[..., None], 3, axis=2)


def palette(pixels):
    """The distribution of chroma, as roots of shares: 10 × 10 cells of Cb and Cr, softened."""
    r, g, b = (pixels[..., index].ravel().astype(np.float64) for index in range(3))
    luma = 0.299 * r + 0.587 * g + 0.114 * b
    spread, _, _ = np.histogram2d((b - luma) * 0.564, (r - luma) * 0.713, bins=24, range=[[-128, 128]] * 2)
    spread = gaussian_filter(spread, 0.7)
    return np.sqrt(spread / spread.sum()).ravel()


def load(path):
    return np.asarray(Image.open(path).convert("RGB"))


def coloured(settings, prepared, work):
    styles = settings.styles.split(",")
    chosen = [picture for style in styles for picture in prepared.chosen(style, "validation", 2 * settings.each)]
    drawings, references = chosen[::2], chosen[1::2]
    kept, ink, rows, own, refused = [], [], [], [], 0
    palettes = []
    for index, (_, path) in enumerate(references):
        reference = work / f"reference-{index}.png"
        Image.fromarray(judging.load(path, [settings.size])).save(reference)
        palettes.append(palette(load(reference)))
    for index, (_, path) in enumerate(drawings):
        drawing = work / f"drawing-{index}.png"
        lines = line_drawing(judging.load(path, [settings.size]))
        Image.fromarray(lines).save(drawing)
        for step in range(settings.each):
            place = (index + 1 + step) % len(references)
            output = work / f"coloured-{index}-{place}.png"
            ran = subprocess.run([settings.program, "colour", drawing, "--style", work / f"reference-{place}.png",
                                  "-o", output, "--force"], capture_output=True, text=True)
            if ran.returncode:
                refused += 1
                print(f"{output.name}: {ran.stderr.strip().splitlines()[0]}")
                continue
            found = load(output)
            kept.append(measures.edges_kept(found, lines))
            dark = lines.mean(axis=2) < 96
            ink.append((found.mean(axis=2)[dark] < 128).mean() if dark.any() else 1.0)
            rows.append(palette(found))
            own.append(place)
    told = measures.own_nearer(np.stack(rows), own, np.stack(palettes))
    print(f"{len(rows)} drawings coloured, {refused} refused: edges kept {np.mean(kept):.2f} "
          f"(least {np.min(kept):.2f}), ink kept {np.mean(ink):.3f}, palette told {told:.2f}")


def with_colours_kept(settings, prepared, work):
    contents = [picture for name in prepared.content_only for picture in prepared.chosen(name, "validation", 3)]
    contents += prepared.chosen("fan-cel", "validation", 3)
    moved = []
    for index, (_, path) in enumerate(contents):
        content = work / f"content-{index}.png"
        Image.fromarray(judging.load(path, [settings.size])).save(content)
        for style in prepared.styles:
            output = work / f"kept-{index}-{style}.png"
            subprocess.run([settings.program, "transfer", content, "--style-name", style, "--keep-colours", "-o", output,
                            "--force"], check=True, capture_output=True)
            moved.append(np.abs(load(output).mean(axis=(0, 1)) - load(content).mean(axis=(0, 1))).max())
    print(f"{len(moved)} paintings with --keep-colours: mean colour moved by {np.mean(moved):.2f} levels, "
          f"at most {np.max(moved):.2f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("--set", required=True, help="a set that `utsushi dataset prepare` wrote")
    parser.add_argument("--work", required=True)
    parser.add_argument("--styles", default=STYLES, help="of drawings and references (%(default)s)")
    parser.add_argument("--each", type=int, default=4, help="drawings of each style, and references of each (%(default)s)")
    parser.add_argument("--size", type=int, default=256)
    settings = parser.parse_args()
    work = pathlib.Path(settings.work)
    work.mkdir(parents=True, exist_ok=True)
    prepared = judging.PreparedSet(settings.set)
    coloured(settings, prepared, work)
    with_colours_kept(settings, prepared, work)


if __name__ == "__main__":
    main()
