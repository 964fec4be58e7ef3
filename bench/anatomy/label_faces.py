"""Parts and landmarks of photographs and of paintings like them: labels for `train_anatomy`.

    python label_faces.py OUT FOLDER... [--limit N] [--drawn]

MediaPipe's face mesh (Apache-2.0; Kartynnik et al. 2019) finds the lines of faces, its selfie
segmentation the person. Hair, skin and clothes are told from each other by colour: mixtures of
Gaussians of colours that are sure to belong to one (hair above the forehead, skin on the cheeks, clothes
below the chin), the likelihood times where each is to be expected, smoothed along the picture's own
edges. What stays in doubt is written as unknown.

`--drawn`: the mesh, which knows photographs, finds where eyes and mouths of drawn faces are and not how
far they reach: their surroundings are written as unknown, and of the landmarks the centres are kept.

Writes X.png, X.parts.png and X.json for each picture with one clear face, a folder of pictures a folder.
"""

import argparse
import hashlib
import json
from pathlib import Path

import cv2
import mediapipe as mp
import numpy as np

from colour_models import UNKNOWN, guided, likelihood, mixture

POINTS = {
    "left_eye": 468, "left_eye_outer": 33, "left_eye_inner": 133, "left_eye_upper": 159, "left_eye_lower": 145,
    "right_eye": 473, "right_eye_outer": 263, "right_eye_inner": 362, "right_eye_upper": 386, "right_eye_lower": 374,
    "left_brow_outer": 70, "left_brow_inner": 107, "right_brow_outer": 300, "right_brow_inner": 336,
    "nose": 4, "mouth_left": 61, "mouth_right": 291, "mouth_upper": 0, "mouth_lower": 17,
    "chin": 152, "face_left": 127, "face_right": 356, "jaw_left": 172, "jaw_right": 397,
}
LEFT_EYE = [33, 246, 161, 160, 159, 158, 157, 173, 133, 155, 154, 153, 145, 144, 163, 7]
RIGHT_EYE = [263, 466, 388, 387, 386, 385, 384, 398, 362, 382, 381, 380, 374, 373, 390, 249]
LEFT_BROW = [70, 63, 105, 66, 107, 55, 65, 52, 53, 46]
RIGHT_BROW = [300, 293, 334, 296, 336, 285, 295, 282, 283, 276]
LIPS = [61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146]
OVAL = [10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152,
        148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109]
# Landmarks that are kept of drawn faces.
CENTRES = ("left_eye", "right_eye", "nose", "mouth", "chin", "face_left", "face_right")


def filled(shape, points):
    mask = np.zeros(shape, np.uint8)
    cv2.fillPoly(mask, [np.round(points * 8).astype(np.int32)], 1, shift=3)
    return mask.astype(bool)


def label(picture, mesh, person, drawn=False):
    """Parts `[height, width]` and points by name, or None."""
    height, width = picture.shape[:2]
    points = mesh * [width, height]
    oval = points[OVAL]
    low, high = points.min(0), points.max(0)
    if (low < -0.05 * np.array([width, height])).any() or (high > 1.02 * np.array([width, height])).any():
        return None
    wide = np.linalg.norm(points[356] - points[127])
    centre = points[168]
    down = points[152] - points[10]
    tall = np.linalg.norm(down)
    down = down / tall
    across = np.array([down[1], -down[0]])
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    relative = np.stack([xs, ys], -1) - centre
    along = relative @ down / tall      # 0 between the eyes, about 0.6 at the chin
    side = np.abs(relative @ across) / wide
    face = filled((height, width), oval)
    inner = [filled((height, width), points[line]) for line in (LEFT_EYE, RIGHT_EYE, LEFT_BROW, RIGHT_BROW, LIPS)]
    features = np.any(inner, 0)
    lab = cv2.cvtColor(cv2.GaussianBlur(picture, (3, 3), 0.8), cv2.COLOR_BGR2LAB).astype(np.float32)
    lab[..., 0] *= 0.7
    body = person > 0.5
    skin_seed = filled((height, width), (oval - oval.mean(0)) * 0.72 + oval.mean(0)) & ~cv2.dilate(features.astype(np.uint8), np.ones((5, 5))).astype(bool)
    skin_seed &= along > -0.2
    skin = mixture(lab[skin_seed])
    skin_like = likelihood(lab, skin)
    limit = np.quantile(skin_like[skin_seed], 0.1) if skin_seed.any() else 0
    crown = (along < -0.42) & (side < 0.75) & body & ~face & (skin_like < limit)
    near = (along < 0.15) & (side < 0.95) & (side > 0.55) & body & ~face & (skin_like < limit)
    hair = mixture(lab[crown | near] if crown.sum() < 200 else lab[crown], 4)
    low_seed = (along > 1.0) & body & (skin_like < limit)
    if hair is not None:
        hair_like = likelihood(lab, hair)
        bar = np.quantile(hair_like[crown], 0.3) if crown.any() else 0
        low_seed &= hair_like < bar
    else:
        hair_like = likelihood(lab, None)
    clothes = mixture(lab[low_seed], 5)
    clothes_like = likelihood(lab, clothes)
    away = (person < 0.15) & ~((along > -0.9) & (along < 0.5) & (side < 0.7))
    ground = mixture(lab[away], 6)
    ground_like = likelihood(lab, ground)
    # Where each is to be expected.
    on = np.clip(person, 0.02, 0.98)
    p_hair = np.where(along > 0.75, 0.35, 1.0) * np.where(side < 1.3, 1.0, 0.4) * np.where(face & (along > -0.15) & (side < 0.36), 0.05, 1.0)
    p_skin = np.where(face, 3.0, np.where((side < 0.42) & (along > 0.4), 1.0, np.where((side < 0.62) & (np.abs(along - 0.1) < 0.25), 0.6, 0.1)))
    p_skin = np.where((along > 0.95), p_skin * 0.8, p_skin)
    p_body = np.where(along > 0.72, 1.5, np.where(along > 0.45, 0.3, 0.01)) * np.where(face, 0.02, 1.0)
    scores = np.stack([ground_like * (1 - on) * np.where(face, 0.0, 1.0) + 1e-9 * (1 - on),
                       hair_like * on * p_hair, skin_like * on * p_skin, (clothes_like + 2e-6) * on * p_body])
    chances = scores / scores.sum(0)
    chances = chances.astype(np.float32)
    guide = picture.astype(np.float32) / 255
    radius = max(3, int(wide * 0.05))
    smooth = np.stack([guided(guide, chance, radius) for chance in chances])
    smooth = np.clip(smooth, 1e-4, None)
    smooth /= smooth.sum(0)
    best = smooth.argmax(0)
    sure = smooth.max(0)
    parts = np.array([0, 1, 2, 6], np.uint8)[best]
    # Skin far below the neck (shoulders, hands) is body.
    parts[(parts == 2) & ((along > 1.05) | (side > 0.75))] = 6
    parts[(sure < 0.55)] = UNKNOWN
    # Small islands are mistakes of the colours.
    for value in (0, 1, 2, 6):
        count, pieces, stats, _ = cv2.connectedComponentsWithStats((parts == value).astype(np.uint8), connectivity=4)
        for piece in range(1, count):
            if stats[piece, cv2.CC_STAT_AREA] < 0.0015 * width * height:
                parts[pieces == piece] = UNKNOWN
    core = filled((height, width), (oval - oval.mean(0)) * 0.9 + oval.mean(0)) & (along > -0.05)
    parts[core & (parts != 1)] = 2
    for mask, value in zip(inner, (3, 3, 4, 4, 5)):
        seen = mask & (parts != 1) if value == 4 else mask
        parts[seen] = value
    if drawn:
        for line, value in ((LEFT_EYE, 3), (RIGHT_EYE, 3), (LIPS, 5)):
            outline = points[line]
            middle = outline.mean(0)
            reach = np.abs(outline - middle).max(0)
            reach = np.maximum(reach * [1.7, 1.0], wide * np.array([0.17, 0.16 if value == 3 else 0.1]))
            around = (((np.stack([xs, ys], -1) - middle) / reach) ** 2).sum(-1)
            parts[(around < 1) & face] = UNKNOWN
            if value == 3:
                parts[around < 0.05] = value
        for line in (LEFT_BROW, RIGHT_BROW):
            mask = cv2.dilate(filled((height, width), points[line]).astype(np.uint8), np.ones((7, 7)), iterations=2)
            parts[(mask > 0) & (parts != 1)] = UNKNOWN
        # Fringes lie over the forehead, where the mesh sees the face.
        parts[(parts == 2) & (along < 0.0) & (skin_like < limit)] = UNKNOWN
        ring = (along > -0.75) & (along < 0.2) & (side < 0.62) & ~face
        if person[ring].mean() < 0.6:
            parts[~face] = UNKNOWN
    named = {name: [round(float(v), 2) for v in points[index]] for name, index in POINTS.items()}
    named["mouth"] = [round(float(v), 2) for v in (points[13] + points[14]) / 2]
    if drawn:
        named = {name: place for name, place in named.items() if name in CENTRES}
    # The box of the face finder: from the forehead to the chin, about as wide as high.
    box = [float(oval[:, 0].min()), float(points[10][1] * 0.75 + points[168][1] * 0.25), 0.0, 0.0]
    box[2] = float(oval[:, 0].max()) - box[0]
    box[3] = float(oval[:, 1].max()) - box[1]
    return parts, named, [round(v, 2) for v in box], wide


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--limit", type=int, default=10**9)
    parser.add_argument("--drawn", action="store_true")
    arguments = parser.parse_args()
    solutions = mp.solutions
    mesh_of = solutions.face_mesh.FaceMesh(static_image_mode=True, max_num_faces=2, refine_landmarks=True, min_detection_confidence=0.5)
    person_of = solutions.selfie_segmentation.SelfieSegmentation(model_selection=0)
    for folder in arguments.folders:
        files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in (".jpg", ".png", ".webp"))
        files = files[:: max(1, len(files) // arguments.limit)] if arguments.limit < len(files) else files
        out = arguments.out / folder.name
        out.mkdir(parents=True, exist_ok=True)
        kept = 0
        for path in files:
            picture = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
            if picture is None or picture.ndim < 3:
                continue
            alpha = picture[..., 3] if picture.shape[2] == 4 else None
            if alpha is not None:
                cover = alpha[..., None] / 255.0
                picture = (picture[..., :3] * cover + 200 * (1 - cover)).astype(np.uint8)
            longest = max(picture.shape[:2])
            if longest > 384:
                picture = cv2.resize(picture, None, fx=384 / longest, fy=384 / longest, interpolation=cv2.INTER_AREA)
                alpha = None if alpha is None else cv2.resize(alpha, picture.shape[1::-1], interpolation=cv2.INTER_AREA)
            colours = cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)
            large = cv2.resize(colours, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
            found = mesh_of.process(large).multi_face_landmarks
            if not found or len(found) > 1:
                continue
            mesh = np.array([[mark.x, mark.y] for mark in found[0].landmark], np.float32)
            if alpha is not None:
                person = alpha.astype(np.float32) / 255
            else:
                person = person_of.process(large).segmentation_mask
                person = cv2.resize(person, picture.shape[1::-1])
            labelled = label(picture, mesh, person, arguments.drawn)
            if labelled is None or labelled[3] < 24:
                continue
            parts, points, box, _ = labelled
            name = path.stem
            held = int(hashlib.sha256(name.encode()).hexdigest(), 16) % 20 == 0
            cv2.imwrite(str(out / f"{name}.png"), picture)
            cv2.imwrite(str(out / f"{name}.parts.png"), parts)
            (out / f"{name}.json").write_text(json.dumps({"face": box, "points": points, "held_out": held, "weight": 0.5 if arguments.drawn else 1.0}))
            kept += 1
        print(folder.name, kept, "of", len(files), flush=True)


if __name__ == "__main__":
    main()
