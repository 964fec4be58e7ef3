"""Blind pairs of a change of faces: can one see which of two pictures was changed, and in the right way?

`pairs.py make PROGRAM SET OUT --shape age --count 60 --seed 1` takes held-out pictures of a prepared set, changes
each with `utsushi edit --warp-face`, and writes sheets of numbered pairs in random order, with the key beside them
in `key.json`. Of a shape that goes both ways (age), half of the changes go the one way and half the other, and both
are asked for the same: which of the two is older. Look at the sheets, not at the key, and write one letter a pair,
`a` for the left one and `b` for the right one, into a text file, in the order of the numbers.

`pairs.py score OUT CHOICES` counts the right ones, and those of each style.

`pairs.py outside PROGRAM OUT` tells how many pixels outside of the face are changed: those that are farther than
a tenth of the face's width from any pixel that `utsushi segment` calls face, eyes, brows, mouth or hair.
"""

import argparse
import json
import pathlib
import random
import subprocess
from collections import Counter

import cv2
import numpy as np

STYLES = {
    "photo": 16,
    "tv-cel": 12,
    "game-cel": 9,
    "sanguo-paint": 7,
    "game-ink": 5,
    "old-master": 5,
    "illustration-hi": 3,
    "fan-cel": 3,
}
SIDE = 320
COLUMNS, ROWS = 2, 3


def held_out(folder):
    """Pictures of the validation split: style → paths, in the order of the manifest."""
    found = {}
    for line in open(folder / "manifest.jsonl"):
        entry = json.loads(line)
        if entry["split"] == "validation":
            name = entry["hash"]
            path = folder / "pictures" / entry["style"] / name[:2] / f"{name}.png"
            found.setdefault(entry["style"], []).append((path, entry["source"]))
    return found


def make(arguments):
    rng = random.Random(arguments.seed)
    out = arguments.out
    (out / "before").mkdir(parents=True, exist_ok=True)
    (out / "after").mkdir(exist_ok=True)
    skip = set()
    for earlier in arguments.other_than:
        skip |= {pair["source"] for pair in json.load(open(earlier / "key.json"))}
    pictures = held_out(arguments.set)
    share = arguments.count / sum(STYLES.values())
    pairs, refused = [], Counter()
    for style, count in STYLES.items():
        own = [it for it in pictures[style] if it[1] not in skip]
        rng.shuffle(own)
        taken = 0
        for path, source in own:
            if taken >= round(count * share):
                break
            sign = rng.choice([1, -1]) if arguments.both else 1
            name = f"{style}-{taken}.png"
            edit = [arguments.program, "edit", path, "--warp-face"]
            edit += [f"{arguments.shape}={sign * arguments.amount}", "-o", out / "after" / name, "--force"]
            done = subprocess.run(list(map(str, edit)), capture_output=True, text=True)
            if done.returncode:
                refused[style] += 1
                continue
            cv2.imwrite(str(out / "before" / name), cv2.imread(str(path)))
            pairs.append({"style": style, "source": source, "name": name, "sign": sign})
            taken += 1
    rng.shuffle(pairs)
    sheet, cells = 0, []
    for number, pair in enumerate(pairs, 1):
        pair["number"] = number
        pair["changed"] = rng.choice("ab")
        two = [cv2.imread(str(out / when / pair["name"])) for when in ("after", "before")]
        if pair["changed"] == "b":
            two.reverse()
        # What is asked for is on the side of the change, or on the other one if the change leads away from it.
        other = {"a": "b", "b": "a"}[pair["changed"]]
        pair["right"] = pair["changed"] if pair["sign"] > 0 else other
        two = [cv2.resize(it, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC) for it in two]
        cell = np.full((SIDE + 28, 2 * SIDE + 24, 3), 255, np.uint8)
        cell[28:, :SIDE], cell[28:, SIDE + 4 : 2 * SIDE + 4] = two
        cv2.putText(cell, str(number), (4, 22), cv2.FONT_HERSHEY_SIMPLEX, 0.8, (0, 0, 0), 2)
        cells.append(cell)
        if len(cells) == COLUMNS * ROWS or number == len(pairs):
            while len(cells) % COLUMNS:
                cells.append(np.full_like(cell, 255))
            rows = [np.hstack(cells[at : at + COLUMNS]) for at in range(0, len(cells), COLUMNS)]
            sheet += 1
            cv2.imwrite(str(out / f"sheet-{sheet:02}.png"), np.vstack(rows))
            cells = []
    json.dump(pairs, open(out / "key.json", "w"), indent=1)
    print(f"{len(pairs)} pairs on {sheet} sheets; no face to change in {dict(refused)}")


def score(arguments):
    choices = [letter for letter in arguments.choices.read_text() if letter in "ab"]
    pairs = json.load(open(arguments.out / "key.json"))
    assert len(choices) == len(pairs), f"{len(choices)} choices for {len(pairs)} pairs"
    right, wrong = Counter(), []
    for choice, pair in zip(choices, pairs):
        right[pair["style"]] += choice == pair["right"]
        if choice != pair["right"]:
            wrong.append((pair["number"], pair["style"], pair["sign"]))
    print(f"{sum(right.values())} of {len(pairs)}; of each style {dict(right)}; wrong: {wrong}")


def outside(arguments):
    out = arguments.out
    parts = out / "parts"
    segment = [arguments.program, "segment", out / "before", "-o", parts, "--force"]
    subprocess.run(list(map(str, segment)), check=True, capture_output=True)
    shares, most = [], 0
    for pair in json.load(open(out / "key.json")):
        before, after = (cv2.imread(str(out / when / pair["name"])) for when in ("before", "after"))
        name = next(parts.glob(pathlib.Path(pair["name"]).stem + "*.png"))
        # An indexed PNG: numbers, not colours.
        from PIL import Image

        labels = np.array(Image.open(name))
        face = np.isin(labels, (2, 3, 4, 5))
        margin = max(1, round(np.sqrt(face.sum()) * 0.1))
        inside = cv2.dilate((face | (labels == 1)).astype(np.uint8), np.ones((2 * margin + 1,) * 2))
        changed = np.abs(before.astype(int) - after).max(axis=2) > 8
        beyond = changed & (inside == 0)
        share = beyond.sum() / max(1, (inside == 0).sum())
        shares.append(share)
        most = max(most, share)
    shares = np.array(shares)
    print(
        f"changed by more than 8 levels outside: {100 * shares.mean():.2f} % of pixels on average, "
        f"{100 * most:.1f} % at most, none in {(shares == 0).sum()} of {len(shares)}"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("make")
    command.add_argument("program")
    command.add_argument("set", type=pathlib.Path)
    command.add_argument("out", type=pathlib.Path)
    command.add_argument("--shape", default="age")
    command.add_argument("--amount", type=float, default=1.0)
    command.add_argument("--both", action="store_true", help="half of the changes the other way")
    command.add_argument("--count", type=int, default=60)
    command.add_argument("--seed", type=int, default=1)
    command.add_argument("--other-than", type=pathlib.Path, nargs="*", default=[], help="earlier pairs")
    command.set_defaults(run=make)
    command = commands.add_parser("score")
    command.add_argument("out", type=pathlib.Path)
    command.add_argument("choices", type=pathlib.Path)
    command.set_defaults(run=score)
    command = commands.add_parser("outside")
    command.add_argument("program")
    command.add_argument("out", type=pathlib.Path)
    command.set_defaults(run=outside)
    arguments = parser.parse_args()
    arguments.run(arguments)


main()
