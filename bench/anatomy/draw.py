"""Drawn characters, part by part: pictures whose parts and landmarks are known for `train_anatomy`.

    python draw.py OUT COUNT [--seed N] [--grounds FOLDER...]

Each is a head and shoulders of random proportions (from grown-up to chibi), turn, tilt, hair, eyes,
expression, clothes, line and shade, on a plain ground or a picture of the folders. To be repainted by a
model afterwards, which keeps the labels and takes away the toy look.
"""

import argparse
import colorsys
import hashlib
import json
from pathlib import Path

import cv2
import numpy as np

SIDE = 256
FINE = 2
HAIR, SKIN, EYES, BROWS, MOUTH, BODY = 1, 2, 3, 4, 5, 6


def smooth(points, closed=True, steps=6):
    """A Catmull-Rom curve through points."""
    points = np.asarray(points, float)
    count = len(points)
    if closed:
        before, after, further = (np.roll(points, shift, 0) for shift in (1, -1, -2))
        last = count
    else:
        padded = np.vstack([points[:1], points, points[-1:]])
        before, points, after, further = padded[:-3], padded[1:-2], padded[2:-1], padded[3:]
        last = count - 1
    t = np.linspace(0, 1, steps, endpoint=False)[None, :, None]
    a, b, c, d = (value[:last, None] for value in (before, points, after, further))
    curve = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
    curve = curve.reshape(-1, 2)
    return curve if closed else np.vstack([curve, after[-1:]])


def colour(dice, hue=None, saturation=(0.1, 0.9), value=(0.2, 1.0)):
    hue = dice.random() if hue is None else (hue + dice.normal(0, 0.015)) % 1
    rgb = colorsys.hsv_to_rgb(hue, dice.uniform(*saturation), dice.uniform(*value))
    return np.array(rgb[::-1]) * 255


class Sheet:
    """A picture and its parts, drawn on at twice the size."""

    def __init__(self, dice, ground):
        self.dice = dice
        side = SIDE * FINE
        self.picture = cv2.resize(ground, (side, side)).astype(np.float32)
        self.parts = np.zeros((side, side), np.uint8)
        size = dice.uniform(0.19, 0.36) * side * (0.6 if dice.random() < 0.15 else 1)
        angle = np.radians(dice.normal(0, 9))
        self.matrix = size * 0.6 * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        self.middle = side * np.array([dice.normal(0.5, 0.05), dice.normal(0.5, 0.05)])
        self.size = size
        self.line = dice.choice([0.0, 1.0, 1.5, 2.0, 3.0], p=[0.12, 0.25, 0.3, 0.23, 0.1]) * FINE * size / 130
        self.ink = colour(dice, saturation=(0, 0.5), value=(0.02, 0.3))

    def place(self, points):
        return np.asarray(points, float) @ self.matrix.T + self.middle

    def mask(self, points):
        mask = np.zeros(self.parts.shape, np.uint8)
        cv2.fillPoly(mask, [np.round(self.place(points) * 16).astype(np.int32)], 255, cv2.LINE_AA, shift=4)
        return mask

    def paint(self, mask, value, part=None, within=None):
        x, y, wide, high = cv2.boundingRect(mask)
        place = (slice(y, y + high), slice(x, x + wide))
        cover = mask[place].astype(np.float32) / 255
        if within is not None:
            cover = cover * (within[place].astype(np.float32) / 255)
        self.picture[place] += (np.asarray(value, np.float32) - self.picture[place]) * cover[..., None]
        if part is not None:
            self.parts[place][cover > 0.5] = part

    def fade(self, start, end):
        """A mask that grows from one row to another, in the measures of the face."""
        ys, xs = np.mgrid[0:len(self.parts), 0:len(self.parts)].astype(np.float32)
        rows = (np.stack([xs, ys], -1) - self.middle) @ np.linalg.inv(self.matrix).T[:, 1]
        return (np.clip((rows - start) / (end - start), 0, 1) * 255).astype(np.uint8)

    def fill(self, points, value, part=None, outline=True, within=None):
        mask = self.mask(points)
        self.paint(mask, value, part, within)
        if outline and self.line > 0.3:
            self.stroke(np.vstack([points, points[:1]]), self.line, part, value=self.ink_for(value))
        return mask

    def ink_for(self, value):
        return self.ink * 0.6 + np.asarray(value) * 0.12

    def stroke(self, points, width, part=None, value=None, within=None):
        mask = np.zeros(self.parts.shape, np.uint8)
        cv2.polylines(mask, [np.round(self.place(points) * 16).astype(np.int32)], False, 255, max(1, int(round(width))), cv2.LINE_AA, shift=4)
        self.paint(mask, self.ink if value is None else value, part, within)


def hair_back(sheet, dice, look, h):
    top = -1.42 - h["volume"]
    wide = 1.12 + h["volume"]
    kind = h["kind"]
    if kind == "none":
        return
    length = {"short": 0.75, "bob": 1.25, "long": 3.6, "twin": 0.8, "pony": 0.7, "spiky": 0.7}[kind] + dice.normal(0, 0.12)
    flare = dice.uniform(-0.12, 0.35) if kind in ("bob", "long") else dice.uniform(-0.2, 0.05)
    left = [(-wide * 0.62, top * 0.87), (-wide * 0.98, top * 0.45), (-wide * 1.03, 0.1), (-wide * (1 + flare * 0.6), length * 0.6)]
    right = [(-x, y) for x, y in left[::-1]]
    low = []
    count = dice.integers(3, 8)
    for k in range(count + 1):
        x = -wide * (1 + flare) + 2 * wide * (1 + flare) * k / count
        low += [(x, length + dice.normal(0, 0.05))]
        if k < count:
            low += [(x + wide * (1 + flare) / count, length - dice.uniform(0.02, 0.25))]
    outline = [(0, top)] + [(x + look["yaw"] * 0.12, y) for x, y in right[::-1][::-1]]
    points = smooth([(0, top)] + [(-x, y) for x, y in left] + low[::-1] + left[::-1])
    if kind in ("twin", "pony"):
        sides = (-1, 1) if kind == "twin" else (dice.choice([-1, 1]),)
        reach, high = dice.uniform(0.5, 1.3), dice.uniform(-1.1, 0.3)
        for side in sides:
            end = dice.uniform(0.6, 3.0)
            thick = dice.uniform(0.25, 0.5)
            tail = [(side * wide * 0.9, high), (side * (wide + reach * 0.6), high - 0.15 + thick * 0.3), (side * (wide + reach), high + end * 0.45),
                    (side * (wide + reach * 0.7), high + end), (side * (wide + reach * 0.45), high + end * 0.6), (side * (wide + reach * 0.2), high + thick + 0.2)]
            sheet.fill(smooth(tail), h["shade"] if dice.random() < 0.4 else h["colour"], HAIR)
            if dice.random() < 0.4:
                knot = np.array([side * wide * 0.98, high + 0.05])
                sheet.fill(smooth(knot + np.array([(-0.16, -0.16), (0.16, -0.16), (0.16, 0.16), (-0.16, 0.16)]) * dice.uniform(0.7, 1.6)), colour(dice), BODY)
    mask = sheet.fill(points, h["shade"], HAIR)
    if h["tips"] is not None:
        sheet.paint(sheet.fade(length * 0.4, length), h["tips"], None, mask)
    for _ in range(dice.integers(0, 7)):
        x = dice.uniform(-wide, wide)
        sheet.stroke(smooth([(x * 0.8, dice.uniform(-1, 0.2)), (x, length * 0.4), (x * 1.05, length)], False), sheet.line * 0.7 + 0.5, None, sheet.ink_for(h["shade"]), mask)


def hair_falls(sheet, dice, h, chin):
    """Long hair that lies over shoulders and chest, on one side or both, loose or braided."""
    wide = 1.12 + h["volume"]
    sides = [(-1,), (1,), (-1, 1), (-1, 1)][dice.integers(4)]
    braided = dice.random() < 0.2
    tone = h["colour"] if dice.random() < 0.7 else h["shade"]
    for side in sides:
        end = chin + dice.uniform(0.3, 3.4)
        thick = dice.uniform(0.22, 0.45) if braided else dice.uniform(0.25, 0.85)
        lean = dice.uniform(-0.25, 0.45)
        outer = side * wide * dice.uniform(0.85, 1.05)
        start = dice.uniform(-0.9, 0.2)
        rows = np.linspace(start, end, 6)
        share = (rows - start) / (end - start)
        wave = dice.normal(0, 0.06, len(rows)) + np.sin(share * dice.uniform(2, 9)) * dice.choice([0, 0.06])
        middle = outer - side * thick / 2 + side * lean * share * 0.8 + wave
        if braided:
            for x, y in zip(np.interp(np.arange(start + 0.6, end, thick * 0.8), rows, middle), np.arange(start + 0.6, end, thick * 0.8)):
                knot = np.array([(0, -0.6), (0.55, -0.1), (0.2, 0.6), (-0.2, 0.6), (-0.55, -0.1)]) * thick
                sheet.fill(smooth(knot + [x, y]), tone if dice.random() < 0.8 else h["shade"], HAIR)
            continue
        half = thick / 2 * np.interp(share, [0, 0.3, 0.8, 1], [0.7, 1, dice.uniform(0.6, 1.2), dice.uniform(0.1, 1.1)])
        left, right = np.stack([middle - half, rows], 1), np.stack([middle + half, rows], 1)
        points = smooth(np.vstack([right, left[::-1]]))
        mask = sheet.fill(points, tone, HAIR)
        if h["tips"] is not None:
            sheet.paint(sheet.fade(end - dice.uniform(0.4, 1.6), end), h["tips"], None, mask)
        for _ in range(dice.integers(0, 6)):
            at = dice.uniform(-0.45, 0.45)
            sheet.stroke(smooth(np.stack([middle + at * 2 * half, rows], 1), False), sheet.line * 0.7 + 0.4, None, sheet.ink_for(tone) if dice.random() < 0.6 else h["shade"], mask)
        if dice.random() < 0.4:
            shift = side * dice.uniform(0.1, 0.4)
            sheet.paint(sheet.mask(points + [shift * thick, 0]), h["shade"], None, mask)


def hair_front(sheet, dice, look, h, face):
    if h["kind"] == "none":
        return
    top, wide = -1.42 - h["volume"], 1.12 + h["volume"]
    turn = look["yaw"] * 0.25
    line = h["fringe"]
    strands = dice.integers(2, 8)
    parting = dice.uniform(-0.6, 0.6)
    style = dice.random()
    low = []
    edges = np.linspace(-wide * 0.97, wide * 0.97, strands + 1)
    for k in range(strands):
        a, b = edges[k], edges[k + 1]
        middle = (a + b) / 2
        away = abs(middle - parting) / wide
        if style < 0.3:
            tip = line + 0.35 * away * dice.uniform(0.6, 1.4)            # parted
        elif style < 0.55:
            tip = line + dice.normal(0, 0.03)                             # cut straight
        else:
            tip = line + dice.normal(0.05, 0.14)
        lean = dice.normal(0, 0.35) * (b - a)
        low.append((a + 0.02, tip - dice.uniform(0.1, 0.5) if style >= 0.3 else tip - 0.15))
        if style < 0.55 and style >= 0.3:
            low.append((middle, tip))
        else:
            low.append((middle + lean + turn, tip + dice.uniform(0.05, 0.25)))
    low.append((wide * 0.97, line - 0.1))
    cap = [(wide * 1.0, -0.35), (wide * 0.96, top * 0.5), (wide * 0.6, top * 0.88), (0, top), (-wide * 0.6, top * 0.88), (-wide * 0.96, top * 0.5), (-wide * 1.0, -0.35)]
    if h["kind"] == "spiky":
        spikes = []
        for k, (x, y) in enumerate(smooth(cap, False, 3)):
            grow = 1 + (dice.uniform(0.05, 0.3) if k % 2 else -0.02)
            spikes.append((x * grow, y * grow if y < 0 else y))
        cap = spikes
    sharp = style >= 0.55 and dice.random() < 0.5
    lower = np.array(low)
    outline = np.vstack([lower if sharp else smooth(low, False), cap if h["kind"] == "spiky" else smooth(cap, False)])
    # Shade of the fringe on the face.
    if look["shaded"]:
        sheet.paint(sheet.mask(outline + [0.0, 0.12]), look["skin_shade"], None, face)
    mask = sheet.fill(outline, h["colour"], HAIR)
    for side in (-1, 1):
        if dice.random() < h["locks"]:
            end = dice.uniform(0.3, 1.7)
            thick = dice.uniform(0.14, 0.34)
            x = side * (wide * 0.93)
            lock = [(x, -0.7), (x + side * 0.06, 0.1), (x - side * dice.uniform(-0.1, 0.2), end), (x - side * thick * 0.8, end * 0.55), (x - side * thick, -0.45)]
            lock = smooth(lock)
            sheet.fill(lock, h["colour"], HAIR)
    # Strands and the band of light.
    for _ in range(dice.integers(0, 9)):
        x = dice.uniform(-wide * 0.9, wide * 0.9)
        sheet.stroke(smooth([(parting * 0.5, top * 0.97), (x * 0.75 + parting * 0.1, top * 0.5), (x, line - 0.05)], False), sheet.line * 0.7 + 0.5, None, sheet.ink_for(h["colour"]), mask)
    if dice.random() < 0.55:
        y = top * dice.uniform(0.45, 0.7)
        band = [(-wide * 0.8, y + 0.25), (0, y), (wide * 0.8, y + 0.25), (wide * 0.75, y + 0.38), (0, y + dice.uniform(0.08, 0.2)), (-wide * 0.75, y + 0.38)]
        sheet.paint(sheet.mask(smooth(band)), h["light"], None, mask)
    if dice.random() < 0.3:
        y = top * 0.55
        sheet.paint(sheet.mask([(-3, y), (3, y + dice.normal(0, 0.4)), (3, -3), (-3, -3)]), h["shade"] * 0.5 + h["colour"] * 0.5, None, mask)
    if dice.random() < 0.2:
        ahoge = smooth([(0.0, top + 0.1), (dice.uniform(-0.3, 0.3), top - 0.35), (dice.uniform(-0.6, 0.6), top - 0.3)], False)
        sheet.stroke(ahoge, sheet.size * 0.035, HAIR, h["colour"])


def eye(sheet, dice, look, side, points):
    """One eye and its brow; `side` −1 is the viewer's left."""
    e = look["eye"]
    far = 1 - 0.35 * max(0.0, look["yaw"] * side)
    x = side * e["apart"] + look["yaw"] * 0.28
    y = e["height_at"]
    half, high = e["wide"] * far, e["high"]
    slant = e["slant"]
    inner, outer = np.array([x - side * half, y + slant * 0.0 + high * 0.15]), np.array([x + side * half, y - slant * 0.25 + high * 0.05])
    name = "left" if side < 0 else "right"
    closed = look["closed"] or (look["wink"] == side)
    middle = (inner + outer) / 2
    if closed:
        bend = look["closed_bend"] * 0.22
        lid = smooth([inner, middle + [0, bend], outer], False)
        sheet.stroke(lid, max(1.5, sheet.size * e["lash"] * 0.55), EYES)
        centre = middle + [0, bend * 0.7]
        upper = lower = middle + [0, bend]
    else:
        open_to = e["open"]
        upper, lower = np.array([middle[0] - side * half * 0.05, y - high * open_to]), np.array([middle[0], y + high * 0.95])
        top = [inner, (x - side * half * 0.6, y - high * open_to * 0.8), upper, (x + side * half * 0.7, y - high * open_to * 0.75), outer]
        bottom = [(x + side * half * 0.7, y + high * 0.65), lower, (x - side * half * 0.65, y + high * 0.75)]
        shape = smooth(top + bottom, steps=5)
        white = sheet.fill(shape, np.array([255, 255, 255]) - dice.uniform(0, 30), EYES, outline=False)
        gaze = look["gaze"]
        iris_wide, iris_high = half * e["iris"], high * e["iris_high"]
        centre = np.array([x + gaze[0] * half * 0.35, y + high * 0.05 + gaze[1] * high * 0.2])
        turnings = np.linspace(0, 2 * np.pi, 24, endpoint=False)
        ring = np.stack([np.cos(turnings) * iris_wide, np.sin(turnings) * iris_high], 1)
        colours = look["iris"]
        sheet.paint(sheet.mask(centre + ring), colours[0], EYES, white)
        if dice.random() < 0.8:
            sheet.paint(sheet.mask(centre + ring * 0.9 + [0, iris_high * 0.2]), colours[1], None, white)
        if look["pupil"] > 0:
            sheet.paint(sheet.mask(centre + ring * look["pupil"]), colours[2], None, white)
        sheet.paint(sheet.mask(centre + ring * 0.32 + [-iris_wide * 0.35, -iris_high * 0.45]), (255, 255, 255), None, white)
        if look["second_light"]:
            sheet.paint(sheet.mask(centre + ring * 0.18 + [iris_wide * 0.4, iris_high * 0.45]), (250, 250, 250), None, white)
        if look["shaded"]:
            sheet.paint(sheet.mask(smooth(top + [(x, y - high * open_to * 0.3)], steps=5)), np.array([200, 190, 190]), None, (white * 0.5).astype(np.uint8))
        lash = max(1.0, sheet.size * e["lash"])
        sheet.stroke(smooth(top[:3], False), lash * 0.7, EYES)
        sheet.stroke(smooth(top[1:], False), lash, EYES)
        if dice.random() < 0.5:
            sheet.stroke(smooth([outer, outer + [side * 0.08, -0.06]], False), lash * 0.8, EYES)
        sheet.stroke(smooth(bottom[:3], False), max(1.0, lash * 0.3), EYES)
        if dice.random() < 0.5:
            fold = np.array(top[1:4]) - [0, 0.09]
            sheet.stroke(smooth(fold, False), max(1.0, sheet.line * 0.6), SKIN, sheet.ink_for(look["skin"]))
    points[f"{name}_eye"] = centre
    points[f"{name}_eye_inner"], points[f"{name}_eye_outer"] = inner, outer
    points[f"{name}_eye_upper"], points[f"{name}_eye_lower"] = upper, lower


def brow(sheet, dice, look, side, points):
    e = look["eye"]
    far = 1 - 0.3 * max(0.0, look["yaw"] * side)
    x = side * e["apart"] + look["yaw"] * 0.28
    y = e["height_at"] - e["high"] * e["open"] - look["brow_gap"]
    half = e["wide"] * 1.0 * far
    inner = np.array([x - side * half, y + look["brow_tilt"] * 0.16])
    outer = np.array([x + side * half * 0.95, y - look["brow_tilt"] * 0.1 + 0.03])
    arch = (inner + outer) / 2 - [0, look["brow_arch"]]
    sheet.stroke(smooth([inner, arch, outer], False), max(1.2, sheet.size * look["brow_thick"]), BROWS, look["brow_colour"])
    name = "left" if side < 0 else "right"
    points[f"{name}_brow_inner"], points[f"{name}_brow_outer"] = inner, outer


def mouth(sheet, dice, look, points):
    x = look["yaw"] * 0.3 * 1.0
    y = look["mouth_at"]
    half = look["mouth_wide"]
    smile = look["smile"] * half * 0.45
    left, right = np.array([x - half, y - smile]), np.array([x + half * (1 - 0.0), y - smile])
    opening = look["mouth_open"]
    thick = max(1.0, sheet.line if sheet.line > 0.3 else sheet.size * 0.012)
    if opening < 0.03:
        curve = smooth([left, (x, y + smile * 0.35), right], False)
        mask = np.zeros(sheet.parts.shape, np.uint8)
        cv2.polylines(mask, [np.round(sheet.place(curve) * 16).astype(np.int32)], False, 255, int(max(2, thick * 2.0)), shift=4)
        sheet.parts[mask > 0] = MOUTH
        sheet.stroke(curve, thick, MOUTH, sheet.ink_for(look["skin"]))
        upper = lower = np.array([x, y + smile * 0.35])
        if dice.random() < 0.25:
            lips = smooth([left, (x - half * 0.3, y - 0.06), (x, y - 0.03), (x + half * 0.3, y - 0.06), right, (x, y + 0.09)])
            sheet.fill(lips, look["lips"], MOUTH, outline=False)
            sheet.stroke(curve, thick, MOUTH, sheet.ink_for(look["lips"]))
            upper, lower = np.array([x, y - 0.04]), np.array([x, y + 0.09])
    else:
        upper, lower = np.array([x, y - smile * 0.2 - opening * 0.1]), np.array([x, y + opening])
        shape = smooth([left, upper, right, (x + half * 0.6, y + opening * 0.75), lower, (x - half * 0.6, y + opening * 0.75)])
        inside = sheet.fill(shape, colour(dice, 0.98, (0.4, 0.8), (0.35, 0.75)), MOUTH)
        if dice.random() < 0.5:
            sheet.paint(sheet.mask([(x - 2, upper[1] - 1), (x + 2, upper[1] - 1), (x + 2, upper[1] + opening * 0.25), (x - 2, upper[1] + opening * 0.25)]), (250, 250, 250), None, inside)
        if dice.random() < 0.5:
            sheet.paint(sheet.mask(smooth([(x - half * 0.6, lower[1]), (x, y + opening * 0.55), (x + half * 0.6, lower[1]), (x, lower[1] + 0.2)])), colour(dice, 0.98, (0.3, 0.6), (0.7, 1.0)), None, inside)
    points.update(mouth_left=left, mouth_right=right, mouth_upper=upper, mouth_lower=lower, mouth=(upper + lower) / 2)


def clothes(sheet, dice, cloth, neck, wide, at, mask):
    """What clothes have on them: patterns, armour, high collars."""
    metal = colour(dice, dice.choice([0.1, 0.6]), (0.0, 0.5), (0.4, 1.0))
    if mask is not None and dice.random() < 0.2:
        step, slope = dice.uniform(0.12, 0.5), dice.choice([0.0, 0.0, 1.0, -1.0])
        tone = colour(dice)
        for row in np.arange(-1, 8, step):
            sheet.stroke([(-6, at + row - slope * 6), (6, at + row + slope * 6)], sheet.size * step * 0.25, None, tone, mask)
            if slope == 0 and step > 0.25:
                sheet.stroke([(row - 3, at - 1), (row - 3, at + 7)], sheet.size * step * 0.2, None, tone, mask)
    if dice.random() < 0.2:
        # Armour: plates over chest and shoulders, each with a light edge.
        for _ in range(dice.integers(1, 4)):
            low = at + dice.uniform(0.4, 2.2)
            plate = smooth([(-wide * 0.55, low - 0.4), (0, low - 0.25), (wide * 0.55, low - 0.4), (wide * 0.5, low + 0.6), (0, low + 0.9), (-wide * 0.5, low + 0.6)])
            cover = sheet.fill(plate, metal * dice.uniform(0.6, 1.0), BODY)
            sheet.paint(sheet.mask(plate + [dice.choice([-0.3, 0.3]), -0.25]), np.minimum(metal * 1.25 + 25, 255), None, cover)
        for side in (-1, 1):
            if dice.random() < 0.85:
                for rim in range(dice.integers(1, 4)):
                    centre = np.array([side * wide * 0.92, at + 0.55 + rim * 0.35])
                    turnings = np.linspace(0, 2 * np.pi, 16, endpoint=False)
                    ring = np.stack([np.cos(turnings) * 0.62, np.sin(turnings) * 0.5], 1) * dice.uniform(0.8, 1.3)
                    cover = sheet.fill(centre + ring, metal * (0.9 - 0.12 * rim), BODY)
                    sheet.paint(sheet.mask(centre + ring * 0.6 + [-0.12, -0.15]), np.minimum(metal * 1.2 + 30, 255), None, cover)
    if dice.random() < 0.15:
        # A collar, scarf or gorget that hides the neck.
        high = at - dice.uniform(0.1, 0.75)
        tone = metal if dice.random() < 0.4 else colour(dice)
        sheet.fill(smooth([(-neck * 1.4, high), (0, high + dice.uniform(0.05, 0.35)), (neck * 1.4, high), (neck * 1.9, at + 0.5), (0, at + 0.8), (-neck * 1.9, at + 0.5)]), tone, BODY)


def headgear(sheet, dice, h):
    """Hats, helmets, hoods, crowns, ribbons: dress, with hair below and around."""
    top, wide = -1.5 - h["volume"], 1.15 + h["volume"]
    tone = colour(dice)
    bright, dark = np.minimum(tone * 1.25 + 30, 255), tone * dice.uniform(0.5, 0.85)
    kind = dice.choice(["hat", "cap", "beret", "helmet", "hood", "veil", "guan", "crown", "ribbon", "band", "scarf"], p=[0.17, 0.1, 0.1, 0.14, 0.1, 0.08, 0.08, 0.07, 0.06, 0.05, 0.05])
    line = dice.uniform(-0.95, -0.5)
    if kind == "hat":
        brim, tall = dice.uniform(1.2, 2.3), dice.uniform(0.2, 1.3)
        crown = sheet.fill(smooth([(-1.2, line - 0.1), (-1.0, top - tall), (dice.normal(0, 0.4), top - tall - dice.uniform(0, 0.8)), (1.0, top - tall), (1.2, line - 0.1)]), tone, BODY)
        sheet.paint(sheet.mask([(-2, line - 0.1), (2, line - 0.1), (2, line - 0.4), (-2, line - 0.4)]), colour(dice), None, crown)
        sheet.fill(smooth([(-brim, line + 0.1), (0, line - 0.3), (brim, line + 0.1), (0, line + 0.2)]), dark, BODY)
    elif kind == "cap":
        cap = sheet.fill(smooth([(-wide, line), (-wide * 0.9, top * 0.8), (0, top - 0.15), (wide * 0.9, top * 0.8), (wide, line), (0, line - 0.15)]), tone, BODY)
        sheet.stroke([(0, top), (0, line)], sheet.line, None, dark, cap)
        side = dice.choice([-0.4, 0.0, 0.4])
        sheet.fill(smooth([(-0.9 + side, line - 0.1), (side, line - 0.3), (0.9 + side, line - 0.1), (side, line + 0.28)]), dark, BODY)
    elif kind == "beret":
        lean = dice.normal(0, 0.35)
        sheet.fill(smooth([(-1.3 + lean, line - 0.35), (-0.9 + lean, top - 0.3), (0.3 + lean, top - dice.uniform(0.3, 0.7)), (1.4 + lean, line - 0.6), (0.9, line - 0.15), (0, line - 0.3), (-0.9, line - 0.1)]), tone, BODY)
    elif kind == "helmet":
        low = dice.uniform(-0.5, 0.9)
        shell = smooth([(-wide * 1.05, low), (-wide * 1.1, -0.4), (-wide * 0.85, top * 0.85), (0, top - 0.2), (wide * 0.85, top * 0.85), (wide * 1.1, -0.4), (wide * 1.05, low), (wide * 0.8, low + 0.1), (wide * 0.72, line + 0.25), (0, line), (-wide * 0.72, line + 0.25), (-wide * 0.8, low + 0.1)])
        cover = sheet.fill(shell, tone, BODY)
        sheet.paint(sheet.mask(shell * [0.5, 1] + [-0.35, -0.1]), bright, None, cover)
        sheet.stroke(smooth([(-wide * 0.72, line + 0.25), (0, line), (wide * 0.72, line + 0.25)], False), sheet.size * 0.05, BODY, bright if dice.random() < 0.5 else dark)
        if dice.random() < 0.5:
            sheet.fill(smooth([(0, top - 0.1), (dice.normal(0, 0.5), top - 0.9), (dice.normal(0, 0.9), top - 0.5)]), colour(dice), BODY)
        for side in (-1, 1):
            if dice.random() < 0.3:
                sheet.fill(smooth(np.array([side * wide, -0.9]) + np.array([(0, 0), (side * 0.7, -0.6), (side * 0.35, 0.35)])), bright, BODY)
    elif kind == "hood":
        outer, inner = 1.3 + h["volume"], dice.uniform(0.9, 1.1)
        turnings = np.linspace(np.pi * 0.85, np.pi * 2.15, 14)
        arch = lambda x, y: np.stack([np.cos(turnings) * x, np.sin(turnings) * y], 1)
        shape = np.vstack([[(-outer * 1.1, 2.2)], arch(outer, -top + 0.2), [(outer * 1.1, 2.2)], [(inner, 1.9)], arch(inner, -line + 0.35)[::-1], [(-inner, 1.9)]])
        sheet.fill(shape, tone, BODY)
    elif kind == "veil":
        # A headscarf or a nun's veil: hair is hidden, the chin is framed.
        turnings = np.linspace(np.pi * 0.5, np.pi * 2.5, 24)
        inner = np.stack([np.cos(turnings) * dice.uniform(0.78, 0.95), np.sin(turnings) * dice.uniform(1.0, 1.2) + dice.uniform(0.15, 0.3)], 1)
        outer = smooth([(0, top - 0.1), (wide * 0.8, top * 0.8), (wide * 1.1, -0.3), (wide * 1.15, 0.8), (wide * 1.4, 2.2), (0, 2.6), (-wide * 1.4, 2.2), (-wide * 1.15, 0.8), (-wide * 1.1, -0.3), (-wide * 0.8, top * 0.8)])
        outer = np.roll(outer, -int(np.argmax(outer[:, 1])), 0)
        sheet.fill(np.vstack([outer, outer[:1], inner, inner[:1]]), tone, BODY, outline=False)
        sheet.stroke(np.vstack([inner, inner[:1]]), sheet.line, BODY, sheet.ink_for(tone))
        sheet.stroke(np.vstack([outer, outer[:1]]), sheet.line, BODY, sheet.ink_for(tone))
    elif kind == "guan":
        sheet.fill(smooth([(-0.45, top + 0.2), (-0.5, top - dice.uniform(0.3, 0.9)), (0.5, top - dice.uniform(0.3, 0.9)), (0.45, top + 0.2)]), tone, BODY)
        sheet.stroke([(-0.8, top - 0.1), (0.8, top - 0.15)], sheet.size * 0.04, BODY, bright)
        if dice.random() < 0.5:
            sheet.stroke(smooth([(-1.12, -0.75), (0, line - 0.2), (1.12, -0.75)], False), sheet.size * dice.uniform(0.05, 0.2), BODY, tone)
    elif kind == "crown":
        spikes = [(x, line - 0.3 - abs(0.25 * x) * -1 - (0.45 if k % 2 else 0.15)) for k, x in enumerate(np.linspace(-0.9, 0.9, 9))]
        sheet.fill(np.array([(-0.95, line), *spikes, (0.95, line), (0, line - 0.25)]), tone, BODY)
    elif kind == "ribbon":
        x = dice.choice([-0.8, 0.0, 0.8])
        for side in (-1, 1):
            sheet.fill(smooth(np.array([x, -1.4]) + np.array([(0, 0), (side * 0.6, -0.4), (side * 0.6, 0.25)]) * dice.uniform(0.7, 1.6)), tone, BODY)
    elif kind == "band":
        sheet.stroke(smooth([(-1.15, -0.5), (-0.7, -1.25), (0, -1.5), (0.7, -1.25), (1.15, -0.5)], False), sheet.size * dice.uniform(0.05, 0.16), BODY, tone)
    else:
        cover = sheet.fill(smooth([(-wide, line + 0.1), (-wide * 0.95, top * 0.7), (0, top - 0.05), (wide * 0.95, top * 0.7), (wide, line + 0.1), (0, line - 0.2)]), tone, BODY)
        sheet.paint(sheet.mask([(-3, line - 0.3), (3, line - 0.3), (3, line - 0.1), (-3, line - 0.1)]), dark, None, cover)


def character(dice, ground):
    sheet = Sheet(dice, ground)
    chibi = np.clip(dice.beta(1.2, 1.6), 0, 1)
    skin = colour(dice, 0.06, (0.08, 0.5), (0.75, 1.0)) if dice.random() < 0.93 else colour(dice, None, (0.1, 0.5), (0.5, 1.0))
    hue = dice.choice([0.07, 0.1, 0.13, 0.6, 0.75, 0.95, 0.0, 0.35, dice.random()])
    hair = colour(dice, hue, (0.0, 0.8), (0.1, 1.0))
    if dice.random() < 0.12:
        # Hair as pale as skin, which lines and shade alone tell from it.
        hair = np.clip(skin * dice.uniform(0.85, 1.08) + dice.normal(0, 12, 3), 0, 255)
    iris = colour(dice, None, (0.3, 0.95), (0.3, 0.9))
    open_mouth = dice.random() < 0.4
    look = {
        "yaw": float(np.clip(dice.normal(0, 0.45), -1, 1)), "skin": skin, "skin_shade": skin * dice.uniform(0.72, 0.92) * np.array([1.0, 0.93, 1.0]),
        "shaded": dice.random() < 0.7, "closed": dice.random() < 0.1, "wink": dice.choice([-1, 1]) if dice.random() < 0.05 else 0,
        "closed_bend": dice.choice([-1.0, 1.0]), "gaze": dice.normal(0, 0.5, 2).clip(-1, 1), "iris": [iris * dice.uniform(0.35, 0.8), np.minimum(iris * 1.25 + 25, 255), iris * 0.25],
        "pupil": dice.choice([0, 0.35, 0.5]), "second_light": dice.random() < 0.5,
        "brow_gap": dice.uniform(0.06, 0.3), "brow_tilt": dice.normal(0, 0.8), "brow_arch": dice.uniform(-0.02, 0.1), "brow_thick": dice.uniform(0.012, 0.05), "brow_colour": hair * dice.uniform(0.3, 0.9),
        "mouth_at": 0.0, "mouth_wide": dice.uniform(0.09, 0.34), "smile": dice.normal(0.35, 0.5), "mouth_open": dice.uniform(0.05, 0.32) if open_mouth else 0.0,
        "lips": colour(dice, 0.98, (0.3, 0.8), (0.5, 0.95)),
    }
    grown = 1 - chibi
    chin = 0.95 + 0.45 * grown + dice.normal(0, 0.05)
    look["eye"] = {
        "apart": 0.46 + 0.06 * chibi + dice.normal(0, 0.03), "wide": 0.23 + 0.1 * chibi + dice.normal(0, 0.03), "high": np.clip(0.08 + 0.28 * dice.beta(1.6, 1.3) + 0.13 * chibi, 0.08, 0.46),
        "slant": dice.normal(0, 0.4), "height_at": 0.05 + 0.08 * chibi + dice.normal(0, 0.04), "open": dice.uniform(0.6, 1.0), "iris": dice.uniform(0.5, 0.85), "iris_high": dice.uniform(0.8, 1.05), "lash": dice.uniform(0.012, 0.045),
    }
    look["mouth_at"] = look["eye"]["height_at"] + (chin - look["eye"]["height_at"]) * dice.uniform(0.58, 0.72)
    look["mouth_open"] = min(look["mouth_open"], (chin - look["mouth_at"]) * 0.75)
    kinds = ["short", "bob", "long", "twin", "pony", "spiky", "none"]
    h = {"kind": dice.choice(kinds, p=[0.18, 0.17, 0.27, 0.12, 0.1, 0.13, 0.03]), "colour": hair, "shade": hair * dice.uniform(0.6, 0.9), "light": np.minimum(hair * 1.25 + 40, 255),
         "tips": colour(dice, None, (0.1, 0.8), (0.2, 1.0)) if dice.random() < 0.15 else None, "volume": dice.uniform(0.0, 0.3), "fringe": dice.uniform(-0.75, -0.05), "locks": dice.random()}
    points = {}
    yaw = look["yaw"]
    if dice.random() < 0.1:
        # A cloak, wings or the like behind the figure.
        wide = dice.uniform(1.4, 2.6)
        sheet.fill(smooth([(-wide, 0.6), (-wide * 0.6, -0.6), (wide * 0.6, -0.6), (wide, 0.6), (wide * 0.8, 4), (-wide * 0.8, 4)]), colour(dice), BODY)
    before = h["kind"] == "long" and dice.random() < 0.2
    if not before:
        hair_back(sheet, dice, look, h)
    # Neck, shoulders and clothes.
    neck = 0.28 + 0.16 * grown + dice.normal(0, 0.03)
    lean = -yaw * 0.1
    sheet.fill(np.array([(-neck + lean, 0.6), (neck + lean, 0.6), (neck * 1.15, chin + 0.75), (-neck * 1.15, chin + 0.75)]), look["skin_shade"] if look["shaded"] else skin, SKIN, outline=False)
    for side in (-1, 1):
        sheet.stroke(np.array([(side * neck + lean, chin - 0.1), (side * neck * 1.15, chin + 0.75)]), sheet.line, SKIN, sheet.ink_for(skin))
    wide = dice.uniform(0.9, 1.3) + 0.9 * grown
    at = chin + dice.uniform(0.2, 0.5)
    collar = dice.uniform(0.05, 0.6)
    cloth = colour(dice, None, (0.0, 0.9), (0.1, 1.0))
    if dice.random() < 0.25:
        # Hardly told from the ground, as in dark paintings.
        low, high = (np.clip(sheet.place([(x, at + 1)])[0].astype(int), 0, len(sheet.parts) - 1) for x in (-wide * 1.4, wide * 1.4))
        cloth = (sheet.picture[low[1], low[0]] + sheet.picture[high[1], high[0]]) / 2 * dice.uniform(0.8, 1.2) + dice.normal(0, 8, 3)
        cloth = np.clip(cloth, 0, 255)
    coat = smooth([(-neck * 1.3, at), (-wide * 0.7, at + 0.3), (-wide, at + 0.75), (-wide * 1.1, at + 4), (wide * 1.1, at + 4), (wide, at + 0.75), (wide * 0.7, at + 0.3), (neck * 1.3, at), (neck * 0.5, at + collar * 0.7), (0, at + collar), (-neck * 0.5, at + collar * 0.7)])
    bare = dice.random() < 0.15
    if bare:
        sheet.fill(coat, skin, BODY)
        sheet.fill(coat + [0, dice.uniform(0.6, 1.2)], cloth, BODY)
    else:
        mask = sheet.fill(coat, cloth, BODY)
        if look["shaded"]:
            sheet.paint(sheet.mask(coat + [dice.choice([-1, 1]) * wide, 0.6]), cloth * dice.uniform(0.6, 0.85), None, mask)
    for _ in range(dice.integers(0, 4)):
        x = dice.uniform(-wide, wide)
        shape = smooth(np.array([(x, at + dice.uniform(0.3, 1.2))]) + dice.normal(0, 0.35, (5, 2)))
        sheet.fill(shape, colour(dice), BODY)
    if dice.random() < 0.4:
        tie = np.array([0, at + collar])
        for side in (-1, 1):
            sheet.fill(smooth(tie + np.array([(0, 0), (side * 0.45, -0.22), (side * 0.5, 0.22)])), colour(dice), BODY)
    for _ in range(dice.integers(0, 6)):
        x = dice.uniform(-wide, wide)
        sheet.stroke(smooth([(x, at + 0.6), (x + dice.normal(0, 0.2), at + 1.4), (x, at + 2.5)], False), sheet.line, None, sheet.ink_for(cloth))
    clothes(sheet, dice, cloth, neck, wide, at, None if bare else mask)
    if before:
        # Seen from the side, or blown about: all of it lies before the clothes.
        hair_back(sheet, dice, look, h)
        sheet.fill(np.array([(-neck + lean, 0.6), (neck + lean, 0.6), (neck * 1.1, chin + 0.4), (-neck * 1.1, chin + 0.4)]), look["skin_shade"], SKIN, outline=False)
    falls = dice.random()
    early = h["kind"] in ("long", "pony", "bob") and falls < (0.45 if h["kind"] == "long" else 0.12)
    if early and falls < 0.3:
        hair_falls(sheet, dice, h, chin)
    # Ears.
    jaw = dice.uniform(0.62, 0.86)
    for side in (-1, 1):
        if side * yaw > 0.45:
            continue
        long_ear = 0.5 if dice.random() < 0.08 else 0.0
        x = side * (0.95 - 0.06 * abs(yaw)) + yaw * -0.05
        sheet.fill(smooth([(x, -0.2), (x + side * (0.16 + long_ear), -0.25 - long_ear * 0.3), (x + side * 0.17, 0.1), (x + side * 0.03, 0.32)]), skin, SKIN)
    # The face.
    sharp = dice.uniform(0.16, 0.42)
    cheek = chin * dice.uniform(0.5, 0.68)
    shift = yaw * 0.18
    outline = [(-0.96, -0.75), (-1.0, -0.1), (-0.95 + 0.05 * yaw, 0.25), (-jaw + shift * 0.6, cheek), (-sharp + shift, chin * 0.95), (shift, chin), (sharp + shift, chin * 0.95), (jaw + shift * 0.6, cheek), (0.95 + 0.05 * yaw, 0.25), (1.0, -0.1), (0.96, -0.75), (0.6, -1.2), (0, -1.32), (-0.6, -1.2)]
    outline = smooth(outline)
    face = sheet.fill(outline, skin, SKIN)
    if look["shaded"] and dice.random() < 0.5:
        side = dice.choice([-1, 1])
        sheet.paint(sheet.mask(outline + [side * dice.uniform(1.2, 1.7), 0]), look["skin_shade"], None, face)
    if dice.random() < 0.35:
        for side in (-1, 1):
            spot = np.array([side * 0.55 + yaw * 0.25, look["eye"]["height_at"] + look["eye"]["high"] + 0.16])
            blush = np.zeros(sheet.parts.shape, np.uint8)
            cv2.circle(blush, tuple(int(v) for v in sheet.place(spot)), max(1, int(sheet.size * 0.09)), 160, -1)
            sheet.paint(cv2.GaussianBlur(blush, (0, 0), sheet.size * 0.03 + 0.1), colour(dice, 0.98, (0.3, 0.5), (0.85, 1.0)), None, face)
    rows = outline[:, 1]
    for name, row in (("face", look["eye"]["height_at"]), ("jaw", look["mouth_at"])):
        for side, word in ((-1, "left"), (1, "right")):
            near = outline[(outline[:, 0] - shift * (0.5 if name == "jaw" else 0)) * side > 0]
            points[f"{name}_{word}"] = near[np.abs(near[:, 1] - row).argmin()]
    points["chin"] = outline[rows.argmax()]
    nose = np.array([yaw * 0.42, look["eye"]["height_at"] + (look["mouth_at"] - look["eye"]["height_at"]) * dice.uniform(0.5, 0.68)])
    points["nose"] = nose
    kind = dice.random()
    if kind < 0.35:
        sheet.stroke([nose, nose + [0.02, 0.03]], max(1.5, sheet.size * 0.012), SKIN, sheet.ink_for(skin))
    elif kind < 0.7:
        way = np.sign(yaw) or 1
        sheet.stroke(smooth([nose + [-way * 0.03, -0.16], nose + [way * 0.03, 0], nose + [-way * 0.05, 0.04]], False), max(1.0, sheet.line * 0.7), SKIN, sheet.ink_for(skin))
    elif kind < 0.9:
        way = dice.choice([-1, 1])
        sheet.fill(smooth([nose, nose + [way * 0.08, 0.05], nose + [way * 0.02, 0.08]]), look["skin_shade"], SKIN, outline=False)
    mouth(sheet, dice, look, points)
    for side in (-1, 1):
        eye(sheet, dice, look, side, points)
    over = dice.random() < 0.3
    if not over:
        for side in (-1, 1):
            brow(sheet, dice, look, side, points)
    if dice.random() < 0.12:
        # Glasses: their frames are dress, what shows through stays what it is.
        for side in (-1, 1):
            x = side * look["eye"]["apart"] + yaw * 0.28
            turnings = np.linspace(0, 2 * np.pi, 20)
            square = dice.uniform(0.7, 1.0)
            ring = np.stack([np.sign(np.cos(turnings)) * np.abs(np.cos(turnings)) ** square, np.sign(np.sin(turnings)) * np.abs(np.sin(turnings)) ** square], 1)
            sheet.stroke(np.array([x, look["eye"]["height_at"]]) + ring * [0.38, max(0.3, look["eye"]["high"] + 0.08)], max(1.5, sheet.size * 0.018), BODY, cloth * 0.5)
        sheet.stroke([(yaw * 0.28 - 0.1, look["eye"]["height_at"]), (yaw * 0.28 + 0.1, look["eye"]["height_at"])], max(1.5, sheet.size * 0.018), BODY, cloth * 0.5)
    if early and falls >= 0.3:
        hair_falls(sheet, dice, h, chin)
    ears = dice.random() < 0.1
    if ears:
        for side in (-1, 1):
            x = side * dice.uniform(0.55, 0.85)
            tall = dice.uniform(0.5, 0.9)
            shape = np.array([(x - side * 0.35, -1.25), (x + side * 0.15, -1.4 - tall), (x + side * 0.35, -0.9)])
            sheet.fill(shape, hair, HAIR)
            sheet.fill(shape * 0.6 + shape.mean(0) * 0.4, look["lips"], HAIR, outline=False)
    hair_front(sheet, dice, look, h, face)
    if over:
        for side in (-1, 1):
            brow(sheet, dice, look, side, points)
    if dice.random() < 0.3:
        headgear(sheet, dice, h)
    if dice.random() < 0.1:
        # A hand or a thing before the figure.
        spot = dice.uniform(-1.5, 1.5, 2) + [0, 1.2]
        sheet.fill(smooth(spot + dice.normal(0, 0.35, (6, 2))), skin if dice.random() < 0.5 else colour(dice), BODY)
    if dice.random() < 0.25:
        # One light over figure and ground: darker towards a side, or away from the middle.
        ys, xs = np.mgrid[-1:1:len(sheet.parts) * 1j, -1:1:len(sheet.parts) * 1j]
        angle, middle = dice.uniform(0, 2 * np.pi), dice.normal(0, 0.3, 2)
        slope = xs * np.cos(angle) + ys * np.sin(angle) if dice.random() < 0.5 else -np.hypot(xs - middle[0], ys - middle[1])
        light = np.clip(1 + slope * dice.uniform(0.2, 0.8), 0.1, 1.2)
        sheet.picture *= (light[..., None] + (1 - light[..., None]) * dice.uniform(0, 0.4) * np.array([1.0, 0.8, 0.7])).astype(np.float32)
    side = SIDE
    picture = cv2.resize(sheet.picture, (side, side), interpolation=cv2.INTER_AREA)
    parts = sheet.parts[FINE // 2::FINE, FINE // 2::FINE]
    placed = {name: sheet.place([place])[0] / FINE for name, place in points.items()}
    top = sheet.place([(0, -0.85)])[0] / FINE
    box_left, box_right = placed["face_left"], placed["face_right"]
    low, high = np.minimum.reduce([box_left, box_right, placed["chin"], top]), np.maximum.reduce([box_left, box_right, placed["chin"], top])
    box = [float(low[0]), float(low[1]), float(high[0] - low[0]), float(high[1] - low[1])]
    if dice.random() < 0.35:
        picture, parts, placed, box = close_up(dice, picture, parts, placed, box)
    return picture, parts, placed, box


def close_up(dice, picture, parts, points, box):
    """Cut closer to the face, which portraits often are."""
    x, y, wide, high = box
    edges = [x - wide * dice.uniform(-0.02, 0.8), y - high * dice.uniform(-0.02, 0.7), x + wide * (1 + dice.uniform(-0.02, 0.8)), y + high * (1 + dice.uniform(-0.05, 0.8))]
    left, top, right, bottom = (int(np.clip(value, 0, SIDE)) for value in edges)
    if right - left < 48 or bottom - top < 48:
        return picture, parts, points, box
    points = {name: place - [left, top] for name, place in points.items()}
    return picture[top:bottom, left:right], parts[top:bottom, left:right], points, [x - left, y - top, wide, high]


def grounds_of(folders):
    files = []
    for folder in folders:
        files += sorted(path for path in folder.rglob("*") if path.suffix in (".jpg", ".png"))
    return files


def ground(dice, files):
    kind = dice.random()
    if kind < 0.35 or not files:
        flat = np.ones((8, 8, 3), np.float32) * (255 if dice.random() < 0.4 else colour(dice))
        if dice.random() < 0.3:
            flat = flat * np.linspace(0.6, 1, 8)[:, None, None]
        return flat.astype(np.float32)
    picture = cv2.imread(str(files[dice.integers(len(files))]))
    side = min(picture.shape[:2])
    part = int(side * dice.uniform(0.5, 1))
    y, x = dice.integers(0, picture.shape[0] - part + 1), dice.integers(0, picture.shape[1] - part + 1)
    picture = picture[y:y + part, x:x + part]
    if kind < 0.6:
        picture = cv2.GaussianBlur(picture, (0, 0), part * 0.02)
    return picture.astype(np.float32)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--grounds", type=Path, nargs="*", default=[])
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    files = grounds_of(arguments.grounds)
    for index in range(arguments.count):
        dice = np.random.default_rng([arguments.seed, index])
        picture, parts, points, box = character(dice, ground(dice, files))
        name = f"{arguments.seed}-{index:05}"
        held = int(hashlib.sha256(name.encode()).hexdigest(), 16) % 20 == 0
        cv2.imwrite(str(arguments.out / f"{name}.png"), np.clip(picture, 0, 255).astype(np.uint8))
        cv2.imwrite(str(arguments.out / f"{name}.parts.png"), parts)
        inside = {key: [round(float(v), 2) for v in place] for key, place in points.items() if (place > 0).all() and (place < parts.shape[::-1]).all()}
        (arguments.out / f"{name}.json").write_text(json.dumps({"face": [round(v, 2) for v in box], "points": inside, "held_out": held, "weight": 1.0}))


if __name__ == "__main__":
    main()
