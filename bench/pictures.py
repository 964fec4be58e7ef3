"""Paints the pictures of docs/creative.md and README's from the free drawings in examples/pictures.

    python bench/pictures.py target/release/utsushi

Each of docs/creative shows what one option does. Needs Pillow; writes into docs.
"""

import argparse
import pathlib
import subprocess
import tempfile

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

ROOT = pathlib.Path(__file__).resolve().parent.parent
DRAWINGS = ROOT / "examples" / "pictures"
CELL = 200
GAP = 6
CAPTION = 20
PAPER = (246, 243, 236)


def on_ground(picture, colour):
    """A picture before an even ground."""
    picture = picture.convert("RGBA")
    ground = Image.new("RGBA", picture.size, (*colour, 255))
    ground.alpha_composite(picture)
    return ground.convert("RGB")


def grounded(name, colour=(226, 222, 212)):
    """A drawing before an even ground."""
    return on_ground(Image.open(DRAWINGS / name), colour)


def strip(cells, path):
    """Lays pictures side by side with a caption below each."""
    font = ImageFont.load_default(13)
    height = max(round(picture.height * CELL / picture.width) for _, picture in cells)
    sheet = Image.new(
        "RGB", (GAP + len(cells) * (CELL + GAP), GAP + height + CAPTION), PAPER
    )
    draw = ImageDraw.Draw(sheet)
    for index, (caption, picture) in enumerate(cells):
        left = GAP + index * (CELL + GAP)
        size = (CELL, round(picture.height * CELL / picture.width))
        sheet.paste(picture.convert("RGB").resize(size, Image.LANCZOS), (left, GAP))
        draw.text((left + 1, GAP + height + 3), caption, fill=(40, 40, 46), font=font)
    sheet.save(path, quality=86, optimize=True)
    print(path.name, path.stat().st_size // 1000, "kB")


class Studio:
    """A folder to paint in."""

    def __init__(self, program, folder):
        self.program = pathlib.Path(program).resolve()
        self.folder = folder
        self.count = 0

    def put(self, name, picture):
        picture.save(self.folder / name)
        return name

    def run(self, *arguments):
        subprocess.run(
            [self.program, *map(str, arguments)],
            cwd=self.folder,
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def paint(self, content, *options):
        self.count += 1
        output = f"painted-{self.count}.png"
        self.run("transfer", content, *options, "-o", output)
        return Image.open(self.folder / output).convert("RGB")


def strength(studio):
    studio.put("me.png", grounded("eileen.png"))
    steps = ["0", "0.25", "0.5", "0.75", "1", "1.5"]
    cells = []
    for step in steps:
        options = ["--style-name", "post-impressionist", "--strength", step]
        cells.append((f"--strength {step}", studio.paint("me.png", *options)))
    return cells


def octaves(studio):
    face = grounded("sylvie.png").crop((52, 34, 204, 186)).resize((760, 760), Image.LANCZOS)
    studio.put("face.png", face)
    cells = [("the picture, 760 px", face)]
    for count in ["0", "1", "2", "4"]:
        options = ["--style-name", "illustration-hi", "--octaves", count]
        cells.append((f"--octaves {count}", studio.paint("face.png", *options)))
    cells.append(("auto", studio.paint("face.png", "--style-name", "illustration-hi")))
    return cells


def align(studio):
    studio.put("me.png", grounded("eileen.png"))
    studio.put("head.png", grounded("sylvie.png", (248, 248, 246)))
    inked = studio.paint("head.png", "--style-name", "game-ink")
    poster = Image.new("RGB", (640, 640), (46, 120, 74))
    poster.paste(inked, (192, 220))
    studio.put("poster.png", poster)
    cells = [("a painting as reference", poster)]
    for way in ["none", "face"]:
        painted = studio.paint("me.png", "--style", "poster.png", "--align", way)
        cells.append((f"--align {way}", painted))
    return cells


def stages(studio):
    studio.put("me.png", grounded("eileen.png"))
    studio.put("lucy.png", grounded("lucy.png"))
    ink = studio.paint("lucy.png", "--style-name", "flat-outline")
    oil = studio.paint("lucy.png", "--style-name", "post-impressionist")
    studio.put("ink.png", ink)
    studio.put("oil.png", oil)
    cells = [("ink.png", ink)]
    for split in ["4", "2", "0"]:
        options = ["--shape-from", "ink.png", "--colour-from", "oil.png", "--split", split]
        cells.append((f"--split {split}", studio.paint("me.png", *options)))
    cells.append(("oil.png", oil))
    return cells


def seeds(studio):
    studio.put("me.png", grounded("lucy.png"))
    return [
        (f"--style-seed {seed}", studio.paint("me.png", "--style-seed", seed))
        for seed in ["1", "2", "3", "5", "7", "8"]
    ]


def keep(studio):
    content = grounded("sylvie.png")
    studio.put("me.png", content)
    mask = Image.new("RGB", content.size)
    ImageDraw.Draw(mask).ellipse((72, 70, 184, 186), fill=(255, 255, 255))
    studio.put("face.png", mask)
    style = ["--style-name", "manga"]
    return [
        ("me.png", content),
        ("face.png", mask),
        ("without the mask", studio.paint("me.png", *style)),
        ("--mask face.png:keep", studio.paint("me.png", *style, "--mask", "face.png:keep")),
    ]


def line_drawing(picture):
    """What of a picture is darker than around it, as black lines on white."""
    grey = picture.convert("L")
    fine, coarse = [grey.filter(ImageFilter.GaussianBlur(radius)) for radius in (0.8, 1.6)]
    lines = ImageChops.subtract(coarse, fine, scale=0.05)
    return ImageChops.invert(lines).convert("RGB")


def colour(studio):
    lines = line_drawing(grounded("sylvie.png", (255, 255, 255)))
    studio.put("lines.png", lines)
    cells = [("lines.png", lines)]
    for name in ["lucy.png", "eileen.png"]:
        painting = grounded(name)
        studio.put(name, painting)
        studio.run("colour", "lines.png", "--style", name, "-o", f"coloured-{name}")
        cells += [(f"--style {name}", painting), ("coloured", Image.open(studio.folder / f"coloured-{name}"))]
    return cells


def before_after(studio):
    """Two drawings and what six styles make of each, as docs/before-after.png."""
    styles = ["tv-cel", "manga", "ukiyo-e", "post-impressionist", "pixel", "flat-outline"]
    cell, caption = 218, 30
    sheet = Image.new("RGB", ((1 + len(styles)) * cell + 10, 2 * cell + caption), "white")
    draw = ImageDraw.Draw(sheet)
    for row, name in enumerate(["eileen.png", "lucy.png"]):
        drawing = Image.open(DRAWINGS / name)
        side = min(drawing.size)
        left = (drawing.width - side) // 2
        drawing = drawing.crop((left, 0, left + side, side))
        studio.put(name, drawing)
        shown = [on_ground(drawing, (255, 255, 255))]
        for style in styles:
            studio.run("transfer", name, "--style-name", style, "-o", f"{style}-{name}")
            painted = Image.open(studio.folder / f"{style}-{name}")
            shown.append(on_ground(painted, (255, 255, 255)))
        for column, picture in enumerate(shown):
            small = picture.resize((cell - 18, cell - 18), Image.LANCZOS)
            sheet.paste(small, (10 + column * cell, 10 + row * cell))
    font = ImageFont.load_default(12)
    for column, word in enumerate(["content", *styles]):
        draw.text((13 + column * cell, 2 * cell + 5), word, fill="black", font=font)
    sheet.save(ROOT / "docs" / "before-after.png", optimize=True)


def learned(studio, styles):
    """Drawings in styles read at a glance and learned: a row each, from a folder of pictures and a model each."""
    cell = CELL - 20
    names = sorted(path.stem for path in styles.glob("*.safetensors"))
    titles = ["one of five pictures", "read at a glance", "learned", "read at a glance", "learned"]
    sheet = Image.new("RGB", (GAP + len(titles) * (cell + GAP), CAPTION + len(names) * (cell + GAP)), PAPER)
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(13)
    for column, title in enumerate(titles):
        draw.text((GAP + column * (cell + GAP) + 1, 3), title, fill=(40, 40, 46), font=font)
    drawings = ["eileen.png", "lucy.png"]
    for name in drawings:
        studio.put(name, grounded(name))
    for row, style in enumerate(names):
        reference = sorted((styles / style).iterdir())[1]
        studio.put("style.png", Image.open(reference))
        shown = [Image.open(reference)]
        for name in drawings:
            model = (styles / f"{style}.safetensors").resolve()
            for options in ([], ["--model", model]):
                studio.run("transfer", name, "--style", "style.png", *options, "-o", "out.png", "--force")
                shown.append(Image.open(studio.folder / "out.png").copy())
        for column, picture in enumerate(shown):
            small = picture.convert("RGB").resize((cell, cell), Image.LANCZOS)
            sheet.paste(small, (GAP + column * (cell + GAP), CAPTION + row * (cell + GAP)))
    path = ROOT / "docs" / "learned.jpg"
    sheet.save(path, quality=86, optimize=True)
    print(path.name, path.stat().st_size // 1000, "kB")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", help="the utsushi program")
    parser.add_argument("--only", help="one of the pictures, by its name")
    parser.add_argument("--learned", metavar="STYLES", type=pathlib.Path,
                        help="paint docs/learned.jpg alone, of the styles in a folder: NAME.safetensors, which `learn` "
                             "wrote, and the pictures in NAME")
    arguments = parser.parse_args()
    if arguments.learned:
        with tempfile.TemporaryDirectory() as folder:
            learned(Studio(arguments.program, pathlib.Path(folder)), arguments.learned)
        return
    for paint in [strength, octaves, align, stages, seeds, keep, colour]:
        if arguments.only in (None, paint.__name__):
            with tempfile.TemporaryDirectory() as folder:
                studio = Studio(arguments.program, pathlib.Path(folder))
                strip(paint(studio), ROOT / "docs" / "creative" / f"{paint.__name__}.jpg")
    if arguments.only in (None, before_after.__name__):
        with tempfile.TemporaryDirectory() as folder:
            before_after(Studio(arguments.program, pathlib.Path(folder)))


if __name__ == "__main__":
    main()
