"""Times PyTorch's convolutions over the shapes that `examples/throughput --tsv` prints.

    python bench/pytorch/convolutions.py < SHAPES

Reads the table's lines, prints the same columns with PyTorch's milliseconds: the best of the runs
that fit into a quarter of a second, and of both memory layouts, each pass by itself. Backward passes begin with
a gradient of ones, which is made anew each time, as the other side's are.
"""

import sys
import time

import torch
import torch.nn.functional as F

torch.set_num_threads(2)


def best(run):
    start, least, runs = time.perf_counter(), float("inf"), 0
    while runs < 3 or time.perf_counter() - start < 0.25:
        least = min(least, run())
        runs += 1
    return least


def measure(kind, batch, channels, out, side, kernel, stride, memory_format):
    groups = channels if kind == "depthwise" else 1
    x = torch.rand(batch, channels, side, side).to(memory_format=memory_format)
    weight = torch.rand(out, channels // groups, kernel, kernel).to(memory_format=memory_format)
    padding = (kernel - 1) // 2

    def forward():
        start = time.perf_counter()
        with torch.no_grad():
            F.conv2d(x, weight, None, stride, padding, 1, groups)
        return time.perf_counter() - start

    y = F.conv2d(x, weight, None, stride, padding, 1, groups)

    def backward(to_input, to_weight):
        start = time.perf_counter()
        dy = torch.ones_like(y)
        torch.ops.aten.convolution_backward(
            dy, x, weight, None, [stride] * 2, [padding] * 2, [1, 1], False, [0, 0], groups,
            [to_input, to_weight, False])
        return time.perf_counter() - start

    return [best(forward), best(lambda: backward(True, False)), best(lambda: backward(False, True))]


for line in sys.stdin:
    kind, *shape = line.split("\t")[:7]
    both = [measure(kind, *map(int, shape), memory_format)
            for memory_format in (torch.contiguous_format, torch.channels_last)]
    times = "\t".join(f"{min(pair) * 1e3:.4f}" for pair in zip(*both))
    print(kind, *shape, times, sep="\t", flush=True)
