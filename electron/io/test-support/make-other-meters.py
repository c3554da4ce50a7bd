#!/usr/bin/python3
"""Writes other-meters.json from other-meters.txt: words of all meters but the six of make-six-meters.py, and the value each
quantity must be shown with.

An independent witness, like make-six-meters.py: nothing here comes from assets/profiles or from the program's codec. The tables
of other-meters.txt hold what the makers' documents and other projects say (named in the profiles' `sources`): key, zero-based
address, type, factor and unit of the register; `key = other` is a second name of the same register. The words are made by
python's struct. Run it by hand after a change:

    /usr/bin/python3 electron/io/test-support/make-other-meters.py [--print]
"""
import json
import os
import struct
import sys

HERE = os.path.dirname(os.path.abspath(__file__))

# Units of the registers in the units values are shown in.
FACTORS = {"kW": 1000, "kvar": 1000, "kVA": 1000, "Wh": 0.001, "varh": 0.001, "VAh": 0.001}
FORMATS = {
    "uint16": ">H", "int16": ">h", "uint32": ">I", "int32": ">i", "uint64": ">Q", "int64": ">q", "float32": ">f", "float64": ">d",
}


def wanted(key, index, meter):
    """A plausible value in the unit it is shown in, different for every quantity of a meter even after coarse rounding."""
    if key == "phase_sequence":
        return 132 if meter == PHOENIX else -1
    if key == "rotation":
        return 1
    if key.startswith("thd_") or "unbalance" in key:
        return 1.5 + index * 0.3
    if key.startswith("u_"):
        return (180 if key in ("u_l1n", "u_l2n", "u_l3n", "u_ln_avg") else 395) + index * 1.1 + meter * 0.3
    if key.startswith("i_"):
        return 8.25 + index * 1.37 + meter * 0.11
    if key.startswith(("e_", "eq_", "es_")):
        return 1000 + index * 77.7 + meter * 13
    if key.startswith("p_"):
        return -(1500 + index * 21) if key.endswith("l3") else 1500 + index * 21 + meter
    if key.startswith("q_"):
        return -(210 + index * 31) if key.endswith("l2") else 210 + index * 31 + meter
    if key.startswith("s_"):
        return 11600 + index * 21 + meter
    if key.startswith(("pf_", "cosphi_")):
        return (-1 if key.endswith("l2") else 1) * (0.50 + (index % 48) / 100)
    if key.startswith("angle_"):
        return -5.5 - index
    if key.startswith("f"):
        return {"f": 49.3, "f_fine": 50.013, "f_max": 51.2}[key] + (meter % 10) / 10
    return {"hours": 4321.5, "temperature": 31.5, "tan_phi": -0.25}[key]


def encode(kind, raw):
    """Bytes, high word first, and the raw value they stand for."""
    if kind == "pf4q":
        # Leading: folded beyond 1, or beyond -1.
        data = struct.pack(">f", 2 - raw if raw > 0 else -2 - raw)
        folded = struct.unpack(">f", data)[0]
        return data, 2 - folded if raw > 0 else -2 - folded
    data = struct.pack(FORMATS[kind], raw if kind.startswith("float") else round(raw))
    return data, struct.unpack(FORMATS[kind], data)[0]


def meter(number, header, rows):
    name, *settings = header.strip().split(" ")
    setting = dict(part.split("=") for part in settings)
    rules = {"maxRegisters": int(setting["max"]), "unlisted": setting["unlisted"]}
    if setting["even"] == "yes":
        rules["evenOnly"] = True
    if "hole" in setting:
        rules["holes"] = [[int(at) for at in setting["hole"].split("-")]]
    registers, expected, values = {}, {}, set()
    for index, row in enumerate(rows):
        if " = " in row:
            key, other = row.split(" = ")
            expected[key] = expected[other]
            continue
        key, address, kind, factor, unit = row.split(" ")
        to_shown = float(factor) * FACTORS.get(unit, 1)
        data, raw = encode(kind, wanted(key, index, number) / to_shown)
        words = [data[at] << 8 | data[at + 1] for at in range(0, len(data), 2)]
        for offset, word in enumerate(reversed(words) if setting["order"] == "low" else words):
            assert int(address) + offset not in registers, f"{name} {key}"
            registers[int(address) + offset] = word
        expected[key] = float(f"{raw * to_shown:.9g}")
        # A value used twice would hide two swapped registers.
        assert expected[key] not in values, f"{name} {key} {expected[key]}"
        values.add(expected[key])
    return {
        "profile": name.strip("[]"), "spaces": setting["spaces"].split("+"), "rules": rules,
        "registers": {str(at): registers[at] for at in sorted(registers)}, "expected": expected,
    }


def tables():
    with open(os.path.join(HERE, "other-meters.txt"), encoding="utf-8") as file:
        parts = [part.strip().split("\n") for part in file.read().split("\n\n") if not part.startswith("#")]
    return [(lines[0], lines[1:]) for lines in parts]


TABLES = tables()
PHOENIX = 1 + [header.startswith("[phoenix-eem-em3xx]") for header, _ in TABLES].index(True)


def text():
    parts = []
    for number, (header, rows) in enumerate(TABLES, 1):
        lines = [f'    "{name}": {json.dumps(value)}' for name, value in meter(number, header, rows).items()]
        parts.append(f'  "{number}": {{\n' + ",\n".join(lines) + "\n  }")
    return "{\n" + ",\n".join(parts) + "\n}\n"


if __name__ == "__main__":
    if sys.argv[1:] == ["--print"]:
        sys.stdout.write(text())
    else:
        with open(os.path.join(HERE, "other-meters.json"), "w", encoding="utf-8") as file:
            file.write(text())
