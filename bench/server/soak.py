"""Many requests to a running server, and what its memory does.

    utsushi serve --port 7871
    python bench/server/soak.py http://127.0.0.1:7871 [REQUESTS]

Paints, mixes, edits, morphs and generates pictures of changing sizes, sends broken bodies, starts
jobs that nobody fetches, and leaves in the middle; prints the server's memory along the way.
"""

import concurrent.futures
import http.client
import io
import json
import random
import re
import sys
import time
import urllib.parse

from PIL import Image


def picture(random, side):
    # Noise over a few colours, so that it neither compresses to nothing nor to everything.
    small = Image.frombytes("RGB", (8, 8), random.randbytes(192))
    file = io.BytesIO()
    small.resize((side, side + random.randrange(32)), Image.BICUBIC).save(file, random.choice(["PNG", "JPEG", "WEBP"]))
    return file.getvalue()


def form(parts):
    body = b"".join(b'--xyz\r\nContent-Disposition: form-data; name="' + name.encode() + b'"; filename="x"\r\n\r\n'
                    + value + b"\r\n" for name, value in parts)
    return body + b"--xyz--\r\n"


def request(address, number):
    chance = random.Random(number)
    content = picture(chance, chance.choice([32, 40, 48, 64]))
    seed = json.dumps([{"seed": chance.randrange(1000)}]).encode()
    path, parts = chance.choice([
        ("/v1/transfer", [("content", content), ("style_seed", b"%d" % chance.randrange(1000))]),
        ("/v1/transfer", [("content", content), ("reference", picture(chance, 48)), ("format", b"webp")]),
        ("/v1/mix", [("content", content), ("styles", seed), ("strength", b"0.5")]),
        ("/v1/edit", [("content", content), ("directions", b'[{"direction": 1, "amount": 2}]')]),
        ("/v1/morph", [("picture", content), ("picture", picture(chance, 40)), ("frames", b"3"), ("size", b"32"),
                       ("format", chance.choice([b"webp", b"gif", b"apng"]))]),
        ("/v1/generate", [("seed", b"%d" % chance.randrange(10**6)), ("size", b"%d" % chance.choice([32, 48, 64]))]),
        ("/v1/generate", [("seed", b"1"), ("count", b"2"), ("size", b"32"), ("reference", picture(chance, 40))]),
    ])
    body = form(parts)
    kind = chance.randrange(10)
    if kind == 0:
        cut = chance.randrange(len(body))
        body = body[:cut] + chance.randbytes(20) + body[cut + 20:]
    headers = {"Content-Type": "multipart/form-data; boundary=xyz"}
    if kind == 1:
        headers["Prefer"] = "respond-async"
    connection = http.client.HTTPConnection(address, timeout=300)
    try:
        connection.request("POST", path, body, headers)
        if kind == 2:
            return "left"
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def figures(address):
    connection = http.client.HTTPConnection(address, timeout=60)
    connection.request("GET", "/metrics")
    text = connection.getresponse().read().decode()
    connection.close()
    return lambda name: float(re.search(rf"^{name} (\S+)$", text, re.M)[1])


def main():
    address = urllib.parse.urlparse(sys.argv[1]).netloc
    total = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
    answers = {}
    step = max(1, total // 20)
    began = time.monotonic()
    print("| requests | memory, MB | waiting | held, bytes |\n|---|---|---|---|")
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        for start in range(0, total, step):
            for answer in pool.map(lambda number: request(address, number), range(start, min(total, start + step))):
                answers[answer] = answers.get(answer, 0) + 1
            figure = figures(address)
            print(f"| {min(total, start + step)} | {figure('process_resident_memory_bytes') / 1e6:.0f} "
                  f"| {figure('utsushi_queue_waiting'):.0f} | {figure('utsushi_upload_bytes_held'):.0f} |", flush=True)
    print(f"{time.monotonic() - began:.0f} s; answers: {dict(sorted(answers.items(), key=str))}")


main()
