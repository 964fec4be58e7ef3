"""Procedural painters and disturbed content, `crates/training/src/procedural` for whole batches on
a device: the same rules and the same distributions, other random numbers.

Every picture is changed in every way that some picture needs, and what was drawn for it is kept: on
a GPU that is cheaper than to part the batch. Pictures are [batch, 3, height, width], −1…1."""

import math

import torch
import torch.nn.functional as F

import twin


def lowest(x):
    return -F.max_pool2d(-x, 3, 1, 1)


def highest(x):
    return F.max_pool2d(x, 3, 1, 1)


def mean3(x):
    return F.avg_pool2d(x, 3, 1, 1, count_include_pad=False)


def cells(x, side):
    """The mean of each square of `side` pixels, in all of its pixels."""
    means = F.avg_pool2d(x, side, ceil_mode=True, count_include_pad=False)
    wide = means.repeat_interleave(side, 2).repeat_interleave(side, 3)
    return wide[:, :, :x.shape[2], :x.shape[3]]


def stepped(x, count):
    return (x * count).round() / count


class Draw:
    """Random numbers for each picture of a batch, [batch, channels, 1, 1]."""

    def __init__(self, pictures):
        self.batch, self.device = pictures.shape[0], pictures.device

    def uniform(self, low=0.0, high=1.0, channels=1):
        drawn = torch.rand(self.batch, channels, 1, 1, device=self.device)
        return low + (high - low) * drawn

    def chance(self, share):
        """1 or 0."""
        return (self.uniform() < share).float()

    def integer(self, low, high):
        """From `low` to `high`, both included."""
        return torch.randint(low, high + 1, (self.batch, 1, 1, 1), device=self.device)

    def either(self, share, one, other):
        """The one by a chance, else the other."""
        return torch.where(self.chance(share) > 0, one, other)


def disturbed(pictures, share):
    """The pictures as the content encoder is shown them, a share of them grey with other lines and
    shading."""
    draw, light = Draw(pictures), twin.luminance(pictures)
    height, width = light.shape[2:]
    near = twin.mean5(light)
    far = twin.mean5(twin.mean5(near))
    contrast, flat = light - near, twin.mean5(lowest(highest(light)))
    thick = lowest(light)
    kinds = torch.cat([
        near,
        far,
        light + 1.5 * contrast,
        thick,
        lowest(thick),
        highest(light),
        flat,
        stepped(near, 2.0),
        stepped(flat, 1.5) + contrast,
        (light - far).clamp_max(0.05) * 5 + 0.9,
        contrast.clamp_max(0.03) * 8 + 0.9,
        mean3(cells(light, 2)),
    ], 1)
    kind = draw.integer(0, kinds.shape[1] - 1).expand(-1, -1, height, width)
    changed = kinds.gather(1, kind)
    mixed = light + (changed - light) * draw.uniform(0.4, 1.0)
    at = torch.arange(height * width, device=light.device).reshape(height, width)
    at = at + draw.integer(0, 16_383)
    rows, columns = at // width % twin.NOISE_PERIOD, at % width % twin.NOISE_PERIOD
    grain = draw.chance(0.3) * draw.uniform(0.0, 0.15)
    mixed = mixed + grain * twin.NOISE[light.device.type][rows, columns]
    mixed = (mixed + (1 - mixed.square()) * draw.uniform(-0.5, 0.5)).clamp(-1, 1)
    return torch.where(draw.chance(share) > 0, mixed, pictures)


def mean9(x):
    """The mean of the 9×9 square around each pixel; beyond the border it goes on."""
    return F.avg_pool2d(F.pad(x, (4, 4, 4, 4), mode="replicate"), 9, 1)


def smoothed(pictures, amounts):
    """The pictures with less texture, each by its amount, 0…1: `guided_filter.rs` of the program."""
    smooth = pictures
    for _ in range(2):
        mean = mean9(smooth)
        variance = (mean9(smooth.square()) - mean.square()).clamp_min(0).mean(1, keepdim=True)
        kept = variance / (variance + 0.012)
        smooth = mean9((1 - kept) * mean) + mean9(kept) * smooth
    return pictures + amounts.reshape(-1, 1, 1, 1) * (smooth - pictures)


def strokes(pictures, own, reach):
    """Kuwahara's filter: of the four squares of side `reach` + 1 around a pixel's corners the mean
    of the calmest; at a border squares are moved inside."""
    height, width = own.shape[2:]
    side = min(reach + 1, height, width)
    means = F.avg_pool2d(torch.cat([pictures, own, own.square()], 1), side, 1)
    best = least = None
    places = lambda length: (
        (torch.arange(length, device=own.device) - (side - 1)).clamp_min(0),
        torch.arange(length, device=own.device).clamp_max(length - side),
    )
    for rows in places(height):
        for columns in places(width):
            found = means[:, :, rows][:, :, :, columns]
            variance = found[:, 4:5] - found[:, 3:4].square()
            if best is None:
                best, least = found[:, :3], variance
            else:
                best = torch.where(variance < least, found[:, :3], best)
                least = torch.minimum(variance, least)
    return best


def areas(pictures, own, draw):
    """How areas are laid down."""
    smooth = twin.mean5(pictures)
    soft = twin.mean5(smooth)
    closed = mean3(lowest(highest(highest(lowest(pictures)))))
    toward = lambda other, amount: pictures + (other - pictures) * amount
    kinds = torch.stack([
        toward(soft, draw.uniform(0.5, 1.0)),
        toward(closed, draw.uniform(0.5, 1.0)),
        toward(smooth, -draw.uniform(0.3, 1.5)),
        strokes(pictures, own, 3),
        strokes(pictures, own, 5),
        pictures,
        pictures,
    ])
    kind = draw.integer(0, len(kinds) - 1)[None].expand(-1, -1, *pictures.shape[1:])
    return kinds.gather(0, kind)[0]


def ink_of(own, draw):
    """How much ink lies along the dark lines of pictures, 0…1, in one of three widths."""
    below = lambda line, around, gain: ((around - line) * gain).clamp(0.15, 1.15) - 0.15
    near, thick = twin.mean5(own), lowest(own)
    far = twin.mean5(near)
    widths = torch.cat([below(own, near, 8.0), below(thick, far, 3.0), below(lowest(thick), far, 2.2)], 1)
    return widths.gather(1, draw.integer(0, 2).expand(-1, -1, *own.shape[2:]))


def pattern(light, draw):
    """Screens and grain."""
    height, width = light.shape[2:]
    y = torch.arange(height, device=light.device).float()[:, None]
    x = torch.arange(width, device=light.device).float()[None]
    angle, pace = draw.uniform(0.0, math.pi), 2 * math.pi / draw.uniform(3.0, 7.0)
    across, down = pace * angle.cos(), pace * angle.sin()
    one = (x * across + y * down).sin()
    dots = one * (y * across - x * down).sin() * 1.6
    wave = torch.where(draw.chance(0.5) > 0, dots, one)
    dark = ((1 - light) * 0.5).clamp(0, 1)
    screen = (3 * wave).tanh() * draw.chance(0.3) * draw.uniform(0.3, 1.0) * dark * 0.6
    cell = draw.integer(1, 3)
    rows = (y.long() // cell + draw.integer(0, 127)) % twin.NOISE_PERIOD
    columns = (x.long() // cell + draw.integer(0, 127)) % twin.NOISE_PERIOD
    grain = twin.NOISE[light.device.type][rows, columns]
    return screen + grain * draw.chance(0.3) * draw.uniform(0.03, 0.15)


def repainted(pictures, share):
    """The pictures as painters drawn at random would have painted them, a share of them."""
    draw, own = Draw(pictures), twin.luminance(pictures)
    painted = areas(pictures, own, draw)
    light = twin.luminance(painted)
    steps = (stepped(light, draw.uniform(1.5, 4.0)) - light) * draw.uniform(0.4, 1.0)
    edges = mean3(highest(light) - lowest(light))
    wet = draw.chance(0.15) * draw.uniform(0.5, 2.0)
    painted = painted + steps * draw.chance(0.4) - (edges * wet * 0.3).clamp_max(0.4)
    light = twin.luminance(painted)
    paper = draw.chance(0.2) * draw.uniform(0.3, 1.0)
    colour = draw.either(0.5, draw.uniform(0.3, 1.0, 3), torch.tensor(0.95, device=own.device))
    painted = painted + (colour - painted) * paper
    ink = ink_of(own, draw) * draw.chance(0.6) * draw.uniform(0.3, 1.0)
    colour = draw.either(0.3, draw.uniform(-1.0, -0.2, 3), torch.tensor(-0.95, device=own.device))
    painted = painted + (colour - painted) * ink
    grey = twin.luminance(painted)
    one = torch.ones((), device=own.device)
    saturation = draw.either(0.3, draw.uniform(0.3, 1.5) * draw.chance(0.6), one)
    tint = draw.chance(0.5) * draw.uniform(-0.1, 0.1, 3)
    painted = grey + (painted - grey) * saturation + pattern(light, draw) + tint
    painted = painted.clamp(-1, 1)
    sides = torch.stack([cells(painted, side) for side in (2, 3, 4)])
    side = draw.integer(0, 2)[None].expand(-1, -1, *painted.shape[1:])
    pixels = stepped(sides.gather(0, side)[0], draw.uniform(1.5, 6.0)).clamp(-1, 1)
    painted = torch.where(draw.chance(0.1) > 0, pixels, painted)
    return torch.where(draw.chance(share) > 0, painted, pictures)
