"""The losses of `crates/training` in PyTorch, each as the function of the same name there. All are
computed in 32 bits, whatever the networks compute in."""

import torch
import torch.nn.functional as F

import twin

# Where mouths are in pictures of the common framing: rows and columns as shares of the side.
MOUTHS = ((0.58, 0.88), (0.25, 0.75))


def discriminator(game, real, fake):
    """What a discriminator minimises; logits [batch, positions]."""
    if game in ("minimax", "non-saturating"):
        return F.softplus(-real).mean() + F.softplus(fake).mean()
    if game == "hinge":
        return F.relu(1 - real).mean() + F.relu(1 + fake).mean()
    return F.softplus(fake - real).mean()


def generator(game, real, fake):
    """What the generator minimises; only the relativistic game looks at `real`."""
    if game == "minimax":
        return -F.softplus(fake).mean()
    if game == "non-saturating":
        return F.softplus(-fake).mean()
    if game == "hinge":
        return -fake.mean()
    return F.softplus(real - fake).mean()


def gradient_penalty(logits, noisy, gamma, noise):
    slope = (noisy - logits).mean(1) / noise
    return slope.square().mean() * (gamma / 2)


def content(fake, target):
    pairs = zip(fake, target)
    terms = [(twin.instance_norm(a, 1e-3) - twin.instance_norm(b, 1e-3)).abs().mean()
             for a, b in pairs]
    return sum(terms) / len(terms)


def style_statistics(fake, reference):
    terms = []
    for a, b in zip(fake, reference):
        a, b = twin.described(a), twin.described(b)
        channels = a.shape[1] // 2
        size = b[:, channels:].mean() + 1e-6
        # Means and deviations stand side by side: the mean over both is half the sum of means.
        terms.append(2 * (a - b).abs().mean() / size)
    return sum(terms) / len(terms)


def thinned(tap, kept):
    """One of each 2×2 positions; `kept` is [2, 2] with a single 1."""
    height, width = tap.shape[2] // 2, tap.shape[3] // 2
    squares = tap.float()[:, :, :2 * height, :2 * width].unflatten(3, (width, 2)).unflatten(2, (height, 2))
    return torch.einsum("bchiwj,ij->bchw", squares, kept)


def matching(fake, reference):
    """The relaxed earth mover's distance of features, the mean of its two sides."""
    fake, reference = fake.float().flatten(2), reference.float().flatten(2)
    mean = reference.mean(2, keepdim=True)
    scale = (reference.var(2, unbiased=False, keepdim=True) + 1e-3).rsqrt()
    fake, reference = (fake - mean) * scale, (reference - mean) * scale
    with torch.autocast(fake.device.type, enabled=False):
        products = fake.transpose(1, 2) @ reference
    squares = fake.square().sum(1)[:, :, None] + reference.square().sum(1)[:, None] - 2 * products
    distances = (squares.clamp_min(0) / fake.shape[1] + 1e-4).sqrt()
    return (distances.amin(2).mean() + distances.amin(1).mean()) / 2


def lines(fake, target):
    """Coarse and fine: how little the lines of a painting agree with its content's."""
    def disagreement(a, b):
        a, b = ((t - twin.mean5(t)).flatten(1) for t in (a, b))
        size = lambda t: (t.square().mean(1) + 1e-6).sqrt()
        return 1 - ((a * b).mean(1) / (size(a) * size(b))).mean()

    a, b = twin.luminance(fake), twin.luminance(target)
    return disagreement(F.avg_pool2d(a, 2), F.avg_pool2d(b, 2)), disagreement(a, b)


def lips(fake, target, counted):
    """How much less red lips are painted than what is around them; `counted` is 1 or 0 a picture."""
    def mouth(x):
        (top, bottom), (left, right) = ([int(share * side) for share in shares]
                                        for shares, side in zip(MOUTHS, x.shape[2:]))
        part = x[:, :, top:bottom, left:right]
        return (part[:, 0] - (part[:, 1] + part[:, 2]) / 2).flatten(1)

    seen = mouth(target)
    excess = seen - seen.mean(1, keepdim=True)
    least = (excess.square().mean(1, keepdim=True).sqrt() / 2).clamp_min(0.03)
    where = ((excess - least) / least).clamp(0, 1) * counted[:, None]
    painted = mouth(fake)
    missing = F.relu(painted.mean(1, keepdim=True) - painted)
    return (missing * where).sum() / (where.sum() + 1)


def texture(fake, target, smoothness):
    """How much paintings vary from pixel to pixel where their contents do not, by how smooth their
    styles are."""
    def along(axis):
        steps = lambda x: x.diff(dim=axis).abs()
        counted = (steps(twin.luminance(target)) / -0.04).exp() * smoothness.reshape(-1, 1, 1, 1)
        return (steps(fake).mean(1, keepdim=True) * counted).mean()

    return along(2) + along(3)


def feature_difference(painted, original):
    terms = [(a.float() - b.float()).abs().mean() / (b.float().abs().mean() + 1e-6)
             for a, b in zip(painted, original)]
    return sum(terms) / len(terms)
