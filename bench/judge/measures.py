"""Measures on descriptions of pictures (`[pictures, numbers]`) and on pictures themselves."""

import numpy as np


class Scale:
    """Brings each number to mean 0 and deviation 1 over real paintings, each style counting alike."""

    def __init__(self, styles):
        styles = list(styles)
        self.mean = np.mean([rows.mean(axis=0) for rows in styles], axis=0)
        square = np.mean([((rows - self.mean) ** 2).mean(axis=0) for rows in styles], axis=0)
        self.deviation = np.maximum(np.sqrt(square), 1e-6)

    def __call__(self, rows):
        return (rows - self.mean) / self.deviation


class Styles:
    """Tells styles: the nearest mean by a covariance that all styles share, drawn to its diagonal."""

    def __init__(self, styles, shrinkage=0.3):
        self.names = list(styles)
        self.means = np.stack([rows.mean(axis=0) for rows in styles.values()])
        centred = [(rows - rows.mean(axis=0)) / np.sqrt(len(rows)) for rows in styles.values()]
        rows = np.concatenate(centred) / np.sqrt(len(self.names))
        diagonal = np.maximum((rows ** 2).sum(axis=0), 1e-6)
        # Woodbury: there are fewer paintings than numbers. Covariance = (1 - a) R'R + a D.
        inverse = 1.0 / (shrinkage * diagonal)
        scaled = rows * inverse
        inner = np.eye(len(rows)) / (1.0 - shrinkage) + scaled @ rows.T
        solved = np.linalg.solve(inner, scaled @ self.means.T)
        self.weights = self.means * inverse - (scaled.T @ solved).T
        self.offsets = -0.5 * (self.weights * self.means).sum(axis=1)

    def tell(self, rows):
        """The name of the nearest style of each row."""
        return [self.names[index] for index in (rows @ self.weights.T + self.offsets).argmax(axis=1)]


def inner(rows, groups=None):
    """An estimate without bias of the squared length of the mean that `rows` are drawn around.

    The mean product of all pairs of rows that share no group: `groups` is one tuple a row (say, content and
    reference), and rows with an equal item at an equal place are not independent. None where there is no such pair.
    """
    groups = groups if groups is not None else [(index,) for index in range(len(rows))]
    apart = np.array([[all(x != y for x, y in zip(a, b)) for b in groups] for a in groups]).reshape(len(rows), -1)
    return (rows @ rows.T)[apart].mean() if apart.any() else None


def distance_of_means(rows, real, groups=None):
    """The distance between the means of two kinds of pictures, a number, estimated without bias.

    Root of the mean squared difference; 0 where the estimate of the square is below 0, as it is half of the time for
    two draws of one kind. Where all rows share a group there is no such estimate, and the plain distance is given.
    """
    own = inner(rows, groups)
    mean, middle = rows.mean(axis=0), real.mean(axis=0)
    if own is None:
        own = mean @ mean
    square = own + inner(real) - 2.0 * mean @ middle
    return float(np.sqrt(max(square, 0.0) / rows.shape[1]))


def way(painted, unchanged):
    """The share of the distance from the unchanged content to real paintings that is gone."""
    return 1.0 - painted / unchanged if unchanged > 0.0 else None


def own_nearer(rows, own, references):
    """How often a painting is nearer to its own reference than to another that was painted after; equal is a half.

    `own` gives the place of each row's reference in `references`. Where each content is painted after each reference,
    a painter that does not look at the reference gets exactly 0.5. None where there is one reference only.
    """
    points = []
    for row, place in zip(rows, own):
        distances = ((references - row) ** 2).sum(axis=1)
        others = np.delete(distances, place)
        points += [1.0 if distances[place] < other else 0.5 if distances[place] == other else 0.0 for other in others]
    return float(np.mean(points)) if points else None


def edges(pixels, side=64):
    """Where lines are, `[side, side]`: the gradient's length over the mean length around it."""
    height, width = (extent // side for extent in pixels.shape[:2])
    grey = pixels[:height * side, :width * side].astype(np.float64) @ (0.299, 0.587, 0.114)
    grey = grey.reshape(side, height, side, width).mean(axis=(1, 3))
    down, across = np.gradient(grey)
    length = np.hypot(down, across)
    reach = side // 16
    padded = np.pad(length, reach, mode="edge").cumsum(axis=0).cumsum(axis=1)
    padded = np.pad(padded, ((1, 0), (1, 0)))
    window = 2 * reach + 1
    around = padded[window:, window:] - padded[:-window, window:] - padded[window:, :-window] + padded[:-window, :-window]
    # 4 of 255 levels a pixel: flat ground has no lines.
    return length / (around / window ** 2 + 4.0)


def edges_kept(output, content):
    """Pearson's correlation of both edge maps; 0 where one of them is flat."""
    a, b = (edges(pixels).ravel() for pixels in (output, content))
    a, b = a - a.mean(), b - b.mean()
    length = np.sqrt((a @ a) * (b @ b))
    return float(a @ b / length) if length > 0.0 else 0.0
