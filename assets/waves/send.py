#!/usr/bin/env python3
"""Reference sender of the wave stream: a three-phase network made up by arithmetic. Specification: README.md beside this file.

    python3 send.py --port 7110            serves one receiver after the other, in real time
    python3 send.py --frames 5 --stdout    writes the bytes of five frames and ends

To send what you measure, replace `scan`: it gives the raw values of one instant, one per channel, as the converter has them.
Needs nothing but Python 3.
"""
import argparse, math, random, socket, struct, sys, time, zlib

RATE = 10_000.0  # samples a second of each channel
PER_FRAME = 200  # 20 ms; short frames make a short delay
# Name, unit, and what one step of the converter is worth in that unit.
CHANNELS = [("u1", "V", 0.0125), ("u2", "V", 0.0125), ("u3", "V", 0.0125), ("un", "V", 0.0125),
            ("i1", "A", 0.01), ("i2", "A", 0.01), ("i3", "A", 0.01), ("in", "A", 0.01)]
DEVICE = "Tripscope reference sender, made-up values"
DESCRIPTION, SAMPLES = 1, 2
INT16 = 1
FREE, NTP, PRECISE = 0, 1, 2


def frame(kind, body):
    head = b"TWS1" + struct.pack("<BBHI", kind, 0, 0, len(body))
    head += struct.pack("<I", zlib.crc32(head))
    return head + body + struct.pack("<I", zlib.crc32(head + body))


def description(stream):
    text = DEVICE.encode("utf-8")
    body = struct.pack("<IdBBH", stream, RATE, INT16, len(CHANNELS), len(text))
    for name, unit, scale in CHANNELS:
        body += struct.pack("<8s8sdd", name.encode("ascii"), unit.encode("ascii"), scale, 0.0)
    return frame(DESCRIPTION, body + text)


def samples(stream, sequence, first, time_ns, scans, clock=FREE, clipped=False):
    head = struct.pack("<IIQqBBH", stream, sequence, first, time_ns, clock, 1 if clipped else 0, len(scans))
    return frame(SAMPLES, head + b"".join(struct.pack("<%dh" % len(row), *row) for row in scans))


def scan(index):
    """Raw values of the sample with this number: 230 V with a fifth harmonic, 32, 16 and 0 A, 50 Hz."""
    row = []
    volts = [0.0, -120.0, 120.0]
    amperes = [32.0, 16.0, 0.0]
    angle = 2 * math.pi * 50 * index / RATE
    u = [math.sqrt(2) * 230 * (math.sin(angle + math.radians(shift)) + 0.02 * math.sin(5 * (angle + math.radians(shift))))
         for shift in volts]
    i = [math.sqrt(2) * size * math.sin(angle + math.radians(shift)) for size, shift in zip(amperes, volts)]
    for value, (_, _, scale) in zip(u + [0.5] + i + [sum(i)], CHANNELS):
        row.append(max(-32767, min(32767, round(value / scale))))  # -32768 says "no sample"
    return row


def frames(stream, begin_ns, count=None):
    """A description first and every second, and the samples between them."""
    sequence = 0
    while count is None or sequence < count:
        first = sequence * PER_FRAME
        if first % int(RATE) == 0:
            yield description(stream)
        stamp = begin_ns + round(first / RATE * 1e9)
        yield samples(stream, sequence, first, stamp, [scan(first + n) for n in range(PER_FRAME)])
        sequence += 1


def serve(host, port):
    server = socket.create_server((host, port))
    print("waiting for a receiver on %s:%d" % server.getsockname()[:2], file=sys.stderr, flush=True)
    while True:
        receiver, _ = server.accept()
        begin = time.time()
        try:
            with receiver:
                for number, data in enumerate(frames(random.getrandbits(32), int(begin * 1e9))):
                    receiver.sendall(data)  # a receiver that is too slow makes us wait: real hardware skips, and counts on
                    ahead = begin + number * PER_FRAME / RATE - time.time()
                    if ahead > 0:
                        time.sleep(ahead)
        except OSError as error:
            print("the receiver is gone: %s" % error, file=sys.stderr, flush=True)


if __name__ == "__main__":
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--host", default="127.0.0.1")
    ask.add_argument("--port", type=int, default=7110)
    ask.add_argument("--frames", type=int, help="end after this many frames of samples")
    ask.add_argument("--stdout", action="store_true", help="write to standard output instead of serving")
    ask.add_argument("--stream", type=int, default=1)
    ask.add_argument("--begin-ns", type=int, default=1_700_000_000_000_000_000)
    given = ask.parse_args()
    if given.stdout:
        for data in frames(given.stream, given.begin_ns, given.frames or 5):
            sys.stdout.buffer.write(data)
    else:
        serve(given.host, given.port)
