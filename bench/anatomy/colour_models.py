"""Which colours a part has, and maps that follow a picture's edges: for the scripts that label by colour."""

import cv2
import numpy as np

# The number of a pixel of which nothing is known.
UNKNOWN = 255


def mixture(colours, count=3):
    """Means, inverse deviations and weights of a diagonal mixture: k-means, then one pass of sums."""
    colours = colours.astype(np.float32)
    if len(colours) < 30:
        return None
    count = min(count, max(1, len(colours) // 40))
    criteria = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 20, 0.5)
    cv2.setRNGSeed(1)
    _, labels, means = cv2.kmeans(colours, count, None, criteria, 1, cv2.KMEANS_PP_CENTERS)
    labels = labels.ravel()
    spread = np.stack([colours[labels == k].std(0) if (labels == k).any() else np.full(3, 9.0) for k in range(count)])
    weights = np.bincount(labels, minlength=count) / len(labels)
    return means, np.maximum(spread, 6.0), weights


def likelihood(lab, model):
    if model is None:
        return np.full(lab.shape[:2], 1e-7, np.float32)
    means, spread, weights = model
    total = np.full(lab.shape[:2], 1e-7, np.float32)
    for mean, deviation, weight in zip(means, spread, weights):
        distance = (((lab - mean) / deviation) ** 2).sum(-1)
        total += weight * np.exp(-0.5 * distance) / deviation.prod()
    return total


def guided(guide, source, radius, epsilon=2e-3):
    """He et al. 2013 with a grey guide."""
    grey = guide.mean(-1)
    size = (2 * radius + 1,) * 2
    mean = lambda values: cv2.blur(values, size)
    mu, mean_source = mean(grey), mean(source)
    slope = (mean(grey * source) - mu * mean_source) / (mean(grey * grey) - mu * mu + epsilon)
    return mean(slope) * grey + mean(mean_source - slope * mu)
