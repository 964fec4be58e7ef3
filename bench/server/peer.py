"""The same generator behind FastAPI and ONNX Runtime, as one would write it in Python.

    PEER_ONNX=FILE.onnx PEER_CODE=FILE.code PEER_THREADS=2 uvicorn peer:app --workers 1

One session for all requests; decoding and encoding run side by side in FastAPI's threads, the
session one picture at a time (more at once is slower on few cores). PNGs are written at level 1,
the fastest that still compresses.
"""

import io
import os
import threading

import numpy as np
import onnxruntime
from fastapi import FastAPI, File, UploadFile
from fastapi.responses import Response
from PIL import Image

options = onnxruntime.SessionOptions()
options.intra_op_num_threads = int(os.environ.get("PEER_THREADS", "2"))
session = onnxruntime.InferenceSession(os.environ["PEER_ONNX"], options, providers=["CPUExecutionProvider"])
code = np.loadtxt(os.environ["PEER_CODE"], dtype=np.float32).reshape(1, 4, -1)
turn = threading.Lock()
app = FastAPI()


@app.post("/v1/transfer")
def transfer(content: UploadFile = File()):
    pixels = np.asarray(Image.open(content.file).convert("RGB"), dtype=np.float32) / 127.5 - 1
    picture = np.ascontiguousarray(pixels.transpose(2, 0, 1)[None])
    with turn:
        painted = session.run(None, {"picture": picture, "code": code})[0]
    pixels = np.rint((painted[0].transpose(1, 2, 0) + 1) * 127.5).clip(0, 255).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG", compress_level=1)
    return Response(file.getvalue(), media_type="image/png")
