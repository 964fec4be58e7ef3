"""Hair that the network took for clothes, skin or ground, told by its colour: `label_by_colour.py LABELLED OUT`.

For labels that `label_by_network.py` wrote. Mixtures of Gaussians know the colours of the hair around the head, of the
cheeks, of clothes far below the chin, and of the ground. What has the hair's colour and hangs together with it becomes
hair; what might be either becomes unknown, and so does what is on the head and may be a hat.
"""

import argparse
import json
import shutil
from pathlib import Path

import cv2
import numpy as np

from colour_models import UNKNOWN, guided, likelihood, mixture

GROUND, HAIR, SKIN, BODY = 0, 1, 2, 6


def eroded(mask, by):
    return cv2.erode(mask.astype(np.uint8), np.ones((by, by))).astype(bool)


def relabelled(picture, parts, label):
    """The parts with hair where colours say so, and the share of pixels that changed; None where too little is known."""
    points = {name: np.array(place) for name, place in label["points"].items()}
    if {"left_eye", "right_eye", "chin"} <= points.keys():
        middle = (points["left_eye"] + points["right_eye"]) / 2
        down = points["chin"] - middle
    else:
        left, top, wide, high = label["face"]
        middle, down = np.array([left + wide / 2, top + high * 0.42]), np.array([0, high * 0.58])
    tall = np.linalg.norm(down)
    if tall < 8:
        return None
    down = down / tall
    height, width = parts.shape
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    along = (np.stack([xs, ys], -1) - middle) @ down / tall   # 0 at the eyes, 1 at the chin
    side = np.abs((np.stack([xs, ys], -1) - middle) @ np.array([down[1], -down[0]])) / tall
    lab = cv2.cvtColor(cv2.GaussianBlur(picture, (0, 0), max(0.6, tall * 0.012)), cv2.COLOR_BGR2LAB).astype(np.float32)
    lab[..., 0] *= 0.7
    by = max(3, int(tall * 0.05) | 1)
    seeds = {
        HAIR: eroded(parts == HAIR, by) & (along < 0.6),
        SKIN: eroded(parts == SKIN, by) & (along > 0.15) & (along < 1.1),
        GROUND: eroded(parts == GROUND, by),
    }
    if seeds[HAIR].sum() < 60 or seeds[SKIN].sum() < 40:
        return None
    likes = {part: likelihood(lab, mixture(lab[seed], 4 if part == HAIR else 3 if part == SKIN else 6)) for part, seed in seeds.items()}
    sure = np.quantile(likes[HAIR][seeds[HAIR]], 0.12)
    dress = eroded(parts == BODY, by) & (along > 1.25) & (likes[HAIR] < sure * 0.3)
    likes[BODY] = likelihood(lab, mixture(lab[dress], 6))
    ambiguous = False
    body = parts == BODY
    if body.sum() > 200 and (likes[HAIR][body] > sure).mean() > 0.55:
        ambiguous = True
    order = [GROUND, HAIR, SKIN, BODY]
    scores = []
    for part in order:
        prior = np.where(parts == part, 3.0, 1.0)
        if part == SKIN:
            prior = prior * np.where((along > 0.15) & (along < 1.0) & (side < 0.6), 4.0, np.where(along < -0.75, 0.2, 1.0))
        if part == BODY:
            prior = prior * np.where(along > 1.0, 1.0, 0.05)
        if part == HAIR:
            prior = prior * np.where((along > 0.2) & (along < 1.0) & (side < 0.45), 0.1, 1.0) * np.where(along > 1.2, 0.8, 1.0)
        if part == GROUND:
            prior = prior * np.where(parts == GROUND, 4.0, 0.2)
        scores.append((likes[part] + 1e-7) * prior)
    chances = np.stack(scores)
    chances = (chances / chances.sum(0)).astype(np.float32)
    radius = max(2, int(tall * 0.05))
    guide = picture.astype(np.float32) / 255
    hair = guided(guide, chances[1], radius)
    new = parts.copy()
    open_to = np.isin(parts, (SKIN, BODY, UNKNOWN)) | ((parts == GROUND) & (likes[GROUND] < likes[HAIR] * 0.2))
    open_to &= ~((parts == SKIN) & (along > -0.05) & (side < 0.5))
    likely = open_to & (hair > 0.6)
    # What hangs together with the hair that is known.
    count, pieces = cv2.connectedComponents((likely | (parts == HAIR)).astype(np.uint8), connectivity=4)
    touched = np.unique(pieces[parts == HAIR])
    joined = likely & np.isin(pieces, touched)
    joined = cv2.morphologyEx(joined.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3))).astype(bool)
    if ambiguous:
        new[joined & (parts == BODY)] = UNKNOWN
        joined &= parts != BODY
    new[joined] = HAIR
    # Clothes of the hair's colour that do not hang together with it stay clothes.
    new[open_to & ~joined & (parts != BODY) & (hair > 0.3)] = UNKNOWN
    # What is far above the face and has other colours than the hair beside it may be a hat.
    near = seeds[HAIR] & (along > -0.8)
    if near.sum() > 60:
        beside = likelihood(lab, mixture(lab[near], 4))
        other = cv2.medianBlur((beside < np.quantile(beside[near], 0.02)).astype(np.uint8), by) > 0
        new[(parts == HAIR) & other & (along < -0.6)] = UNKNOWN
    # Lines between strands are hair as well.
    closed = cv2.morphologyEx((new == HAIR).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((by, by))).astype(bool)
    new[closed & (new != HAIR) & np.isin(new, (BODY, UNKNOWN)) & ((along > 0.9) | (new == UNKNOWN))] = HAIR
    return new, float((new != parts).mean())


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("labelled", type=Path)
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    changed = []
    for file in sorted(arguments.labelled.rglob("*.json")):
        name = str(file.with_suffix(""))
        picture, parts = cv2.imread(name + ".png"), cv2.imread(name + ".parts.png", cv2.IMREAD_GRAYSCALE)
        result = relabelled(picture, parts, json.loads(file.read_text()))
        if result is None:
            continue
        cv2.imwrite(str(arguments.out / f"{file.stem}.parts.png"), result[0])
        shutil.copy(name + ".png", arguments.out)
        shutil.copy(file, arguments.out)
        changed.append(result[1])
    print(f"{len(changed)} pictures, {np.mean(changed):.1%} of the pixels changed in the mean")


if __name__ == "__main__":
    main()
