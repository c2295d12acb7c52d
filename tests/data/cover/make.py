#!/usr/bin/env python3
"""Makes the pictures of this folder anew, with Pillow; the tests need it not.

64 x 64 pixels, the upper left quarter red, the rest blue.
"""

import struct
import zlib

from PIL import Image

picture = Image.new("RGB", (64, 64), (0, 0, 255))
picture.paste((255, 0, 0), (0, 0, 32, 32))
picture.save("baseline.jpg", quality=80)
picture.save("progressive.jpg", quality=80, progressive=True)
picture.convert("L").save("grey.jpg", quality=80)
picture.convert("CMYK").save("inks.jpg", quality=80)
picture.convert("P", palette=Image.Palette.ADAPTIVE, colors=2).save("palette.png")


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


rows = b""
for left, across, top, down in [
    (0, 8, 0, 8), (4, 8, 0, 8), (0, 4, 4, 8), (2, 4, 0, 4), (0, 2, 2, 4), (1, 2, 0, 2), (0, 1, 1, 2)
]:
    for y in range(top, 64, down):
        rows += b"\0" + b"".join(bytes(picture.getpixel((x, y))) for x in range(left, 64, across))
header = struct.pack(">IIBBBBB", 64, 64, 8, 2, 0, 0, 1)
with open("interlaced.png", "wb") as file:
    file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header))
    file.write(chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))
