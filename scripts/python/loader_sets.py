"""The built-in data sets of the loader benchmark, generated from a seed with the standard library alone.

`Table` has the size of the Titanic passenger list. `Images` does the work of decoding and augmenting a photograph:
inflate in place of JPEG's entropy decoding, a random crop to 224 x 224, a random flip, a change of brightness.
"""

import array
import random
import zlib

TABLE_ROWS = 891
TABLE_COLUMNS = 8
IMAGE_COUNT = 1024
SOURCE_SIDE = 352
SIDE = 224
CHANNELS = 3
DISTINCT_IMAGES = 4


class Table:
    """Rows of nine float32 numbers: eight features and the label."""

    def __init__(self, rows=TABLE_ROWS, seed=0):
        chance = random.Random(seed)
        self.rows = [
            array.array("f", [chance.random() for _ in range(TABLE_COLUMNS)] + [chance.randrange(2)])
            for _ in range(rows)
        ]

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, index):
        return self.rows[index]


class Images:
    """Items are (224 x 224 x 3 bytes with the channel first, label)."""

    def __init__(self, count=IMAGE_COUNT, seed=0):
        self.count = count
        self.seed = seed
        self.encoded = None

    def __len__(self):
        return self.count

    def __getstate__(self):
        # Like a list of paths, the pickle is small: each worker makes its own images.
        return {"count": self.count, "seed": self.seed, "encoded": None}

    def __getitem__(self, index):
        if self.encoded is None:
            self.encoded = [encode_image(self.seed + number) for number in range(DISTINCT_IMAGES)]
        chance = random.Random(self.seed * 1000003 + index)
        return augment(zlib.decompress(self.encoded[index % DISTINCT_IMAGES]), chance), index % 10


def encode_image(seed):
    """A compressed noisy picture of SOURCE_SIDE x SOURCE_SIDE, three planes one after the other."""
    chance = random.Random(seed)
    noise = bytes(chance.randrange(16) for _ in range(4096))
    planes = []
    for channel in range(CHANNELS):
        for row in range(SOURCE_SIDE):
            shift = chance.randrange(2048)
            base = noise[shift : shift + SOURCE_SIDE]
            level = (row + 40 * channel) % 200
            planes.append(base.translate(bytes(min(255, value + level) for value in range(256))))
    return zlib.compress(b"".join(planes), 1)


def augment(pixels, chance):
    """A random crop, flip and brightness, channel first."""
    top, left = chance.randrange(SOURCE_SIDE - SIDE), chance.randrange(SOURCE_SIDE - SIDE)
    flip = chance.random() < 0.5
    rows = []
    for channel in range(CHANNELS):
        for row in range(top, top + SIDE):
            start = (channel * SOURCE_SIDE + row) * SOURCE_SIDE + left
            part = pixels[start : start + SIDE]
            rows.append(part[::-1] if flip else part)
    gain = chance.uniform(0.8, 1.2)
    return b"".join(rows).translate(bytes(min(255, int(value * gain)) for value in range(256)))


def collate(items):
    """Makes one batch of items; raises ValueError where they differ in length, as a framework's collate does."""
    first = items[0]
    if isinstance(first, (tuple, list)):
        return tuple(collate(list(column)) for column in zip(*equally_long(items)))
    if isinstance(first, (bytes, bytearray)):
        return b"".join(equally_long(items))
    if isinstance(first, array.array):
        batch = array.array(first.typecode)
        for item in equally_long(items):
            batch.extend(item)
        return batch
    return items


def equally_long(items):
    lengths = {len(item) for item in items}
    if len(lengths) > 1:
        raise ValueError("the items of one batch differ in length: %s" % ", ".join(str(n) for n in sorted(lengths)))
    return items


def size_of(batch):
    """Bytes of data in a batch of any engine; small Python objects count as 8."""
    if isinstance(batch, (bytes, bytearray, str)):
        return len(batch)
    if isinstance(batch, array.array):
        return len(batch) * batch.itemsize
    if isinstance(batch, dict):
        return sum(size_of(value) for value in batch.values())
    if isinstance(batch, (list, tuple)):
        return sum(size_of(value) for value in batch)
    if hasattr(batch, "element_size") and hasattr(batch, "nelement"):
        return batch.nelement() * batch.element_size()
    size = getattr(batch, "nbytes", 8)
    return size if isinstance(size, int) else 8


def count_arrays(batch):
    """How many tensors a batch has: each takes a file descriptor on its way from a worker."""
    if isinstance(batch, dict):
        return sum(count_arrays(value) for value in batch.values())
    if isinstance(batch, (list, tuple)):
        return sum(count_arrays(value) for value in batch)
    return 1 if hasattr(batch, "element_size") else 0
