"""Makes golden.json: bytes of the wave stream and what they mean, by the reference sender and Python's arithmetic, not by our encoder."""
import importlib.util, json, pathlib, sys

sys.dont_write_bytecode = True

here = pathlib.Path(__file__).parent
spec = importlib.util.spec_from_file_location("send", here / "../../../assets/waves/send.py")
send = importlib.util.module_from_spec(spec)
spec.loader.exec_module(send)
send.PER_FRAME = 25

BEGIN_NS = 1_764_345_600_123_456_789
out = list(send.frames(0xDEADBEEF, BEGIN_NS, 3))
# A frame is left out, its samples too; then one that is clipped, by a precise clock, with a missing sample.
rows = [send.scan(100 + n) for n in range(25)]
rows[3][0] = -32768
out.append(send.samples(0xDEADBEEF, 4, 100, BEGIN_NS + 10_000_000, rows, send.PRECISE, True))
scales = [scale for _, _, scale in send.CHANNELS]
values = lambda scans: [[None if raw == -32768 else raw * scale for raw in column] for column, scale in zip(zip(*scans), scales)]
golden = {
    "hex": b"".join(out).hex(),
    "frameBytes": [len(data) for data in out],
    "description": {"stream": 0xDEADBEEF, "rateHz": send.RATE, "device": send.DEVICE,
                    "channels": [{"name": n, "unit": u, "scale": s, "offset": 0} for n, u, s in send.CHANNELS]},
    "blocks": [{"firstSample": first, "t0Us": BEGIN_NS // 1000 + first * 100, "lostFrames": lost, "clock": clock, "isClipped": clipped,
                "channels": values(scans)}
               for first, lost, clock, clipped, scans in [
                   (0, 0, "free", False, [send.scan(n) for n in range(25)]),
                   (25, 0, "free", False, [send.scan(25 + n) for n in range(25)]),
                   (50, 0, "free", False, [send.scan(50 + n) for n in range(25)]),
                   (100, 1, "precise", True, rows)]],
}
(here / "golden.json").write_text(json.dumps(golden) + "\n")
