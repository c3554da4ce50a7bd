#!/usr/bin/python3
"""Writes sunspec-meters.json: SunSpec devices as meter-slave.py serves them, with what a reader must make of them.

Points, their order, types and lengths are those of the SunSpec model definitions 1, 201-204 and 211-214; nothing here is taken from
the program's profiles. Every value is another, so that two swapped points show. `--print` writes to stdout instead.
"""
import json
import struct
import sys
from pathlib import Path

PHASES = ["", "A", "B", "C"]
KEYS = ["total", "l1", "l2", "l3"]


def points(kind):
    """(SunSpec point, quantity key or None, type, scale factor point, factor to our unit), in the order of the registers."""
    out = []

    def group(names, keys, sf, factor=1.0, energy=False):
        for name, key in zip(names, keys):
            out.append((name, key, "float" if kind == "float" else "acc32" if energy else "int16", sf, factor))
        if kind == "int" and sf:
            out.append((sf, None, "sunssf", None, 1.0))

    group(["A", "AphA", "AphB", "AphC"], ["i_total", "i_l1", "i_l2", "i_l3"], "A_SF")
    group(["PhV", "PhVphA", "PhVphB", "PhVphC", "PPV", "PPVphAB", "PPVphBC", "PPVphCA"],
          ["u_ln_avg", "u_l1n", "u_l2n", "u_l3n", "u_ll_avg", "u_l1l2", "u_l2l3", "u_l3l1"], "V_SF")
    group(["Hz"], ["f"], "Hz_SF")
    group(["W", "WphA", "WphB", "WphC"], [f"p_{key}" for key in KEYS], "W_SF")
    group(["VA", "VAphA", "VAphB", "VAphC"], [f"s_{key}" for key in KEYS], "VA_SF")
    group(["VAR", "VARphA", "VARphB", "VARphC"], [f"q_{key}" for key in KEYS], "VAR_SF")
    group(["PF", "PFphA", "PFphB", "PFphC"], [f"pf_{key}" for key in KEYS], "PF_SF", 0.01 if kind == "int" else 1.0)
    phases = lambda base: [base] + [f"{base}_l{n}" for n in (1, 2, 3)]
    group([f"TotWh{way}Ph{p}" if p else f"TotWh{way}" for way in ("Exp", "Imp") for p in PHASES], phases("e_export") + phases("e_import"), "TotWh_SF", 0.001, True)
    group([f"TotVAh{way}Ph{p}" if p else f"TotVAh{way}" for way in ("Exp", "Imp") for p in PHASES],
          ["es_export", None, None, None, "es_import", None, None, None], "TotVAh_SF", 0.001, True)
    group([f"TotVArh{quadrant}Ph{p}" for quadrant in ("ImpQ1", "ImpQ2", "ExpQ3", "ExpQ4") for p in PHASES], [None] * 16, "TotVArh_SF", 0.001, True)
    return out


EXPONENTS = {"A_SF": -2, "V_SF": -1, "Hz_SF": -2, "W_SF": 1, "VA_SF": 0, "VAR_SF": 0, "PF_SF": -1, "TotWh_SF": 2, "TotVAh_SF": -1, "TotVArh_SF": -0x8000}
RAW = {"A": 1000, "V": 2200, "Hz": 5000, "W": 300, "VA": 4000, "VAR": -700, "PF": 500, "TotWh": 100000, "TotVAh": 7000000, "TotVArh": 0}
FLOAT = {"A": 10.5, "PhV": 230.25, "Hz": 50.0, "W": 2500.5, "VA": 2600.25, "VAR": -512.5, "PF": 0.5, "TotWh": 100000.0, "TotVAh": 700000.0, "TotVArh": 5.0}


def start(table, name):
    return next(table[key] for key in sorted(table, key=len, reverse=True) if name.startswith(key))


def meter(model, absent=(), bump=0):
    """Words of a meter model after its length, and the expected values. `absent`: points that are not implemented."""
    kind = "float" if model > 210 else "int"
    words, expected = [], {}
    for index, (name, key, form, sf, factor) in enumerate(points(kind)):
        if form == "sunssf":
            words.append(EXPONENTS[name] & 0xFFFF)
            continue
        if form == "float":
            value = float("nan") if name in absent else start(FLOAT, name if not name.startswith("PPV") else "PhV") + (index + bump) * (0.0078125 if name.startswith("PF") else 0.25)
            words += struct.unpack(">HH", struct.pack(">f", value))
            result = None if name in absent else value * factor if not name.startswith("TotWh") and not name.startswith("TotVAh") else value * 0.001
        else:
            table = RAW if not name.startswith("P") or name.startswith("PF") else {"P": RAW["V"]}
            raw = start(table, name) + index + bump
            exponent = EXPONENTS[sf]
            missing = name in absent or exponent == -0x8000
            if form == "acc32":
                words += struct.unpack(">HH", struct.pack(">I", 0 if name in absent else raw))
            else:
                words += struct.unpack(">H", struct.pack(">h", -0x8000 if name in absent else raw))
            result = None if missing else round(raw * 10.0 ** exponent * factor, 9)
        if key is not None:
            expected[key] = result
    words += [0, 0]
    assert len(words) == (124 if kind == "float" else 105), (model, len(words))
    return (model, words), expected


def text(value, registers):
    raw = value.encode("ascii").ljust(2 * registers, b"\0")
    return list(struct.unpack(f">{registers}H", raw))


def common(maker, model, serial, length=66):
    words = text(maker, 16) + text(model, 16) + text("", 8) + text("2.1", 8) + text(serial, 16) + [1, 0x8000]
    return 1, words[:length]


def registers(base, models):
    words = [0x5375, 0x6E53]
    for number, body in models:
        words += [number, len(body), *body]
    return {base + index: word for index, word in enumerate([*words, 0xFFFF, 0])}


LINE_TO_NEUTRAL = ("PhV", "PhVphA", "PhVphB", "PhVphC")
OTHER_PHASES = tuple(f"{name}{p}" for name in ("Aph", "PhVph", "Wph", "VAph", "VARph", "PFph", "TotWhExpPh", "TotWhImpPh") for p in "BC") + ("PPV", "PPVphAB", "PPVphBC", "PPVphCA")
INVERTER = (103, [0x8000] * 50)


def device(base, models, expected, identity, most=125, sunspec=None):
    return {
        "profile": "sunspec-meter", "base": base, "identity": identity, **({} if sunspec is None else {"sunspec": sunspec}),
        "spaces": ["holding"], "rules": {"maxRegisters": most, "unlisted": "refuse"},
        "registers": {str(at): word for at, word in sorted(registers(base, models).items())}, "expected": expected,
    }


def fixture():
    wye, of_wye = meter(203)
    floats, of_floats = meter(213, bump=1)
    single, of_single = meter(201, OTHER_PHASES, 200)
    delta, of_delta = meter(214, LINE_TO_NEUTRAL, 3)
    split, of_split = meter(202, ("AphC", "PhVphC"), 300)
    other, of_other = meter(204, LINE_TO_NEUTRAL, 400)
    one, of_one = meter(211, OTHER_PHASES, 5)
    two, _ = meter(212, (), 7)
    return {
        "1": device(40000, [common("Acme", "Inverter", "INV-1", 65), INVERTER, wye], of_wye, "Acme Inverter, version 2.1, serial number INV-1; SunSpec meter model 203"),
        "2": device(0, [common("Acme", "Float meter", "F-2"), floats], of_floats, "Acme Float meter, version 2.1, serial number F-2; SunSpec meter model 213"),
        "3": device(50000, [common("Acme", "Small meter", "S-3"), single], of_single, "Acme Small meter, version 2.1, serial number S-3; SunSpec meter model 201", most=40),
        "4": device(4096, [common("Acme", "Delta", "D-4"), delta], of_delta, "Acme Delta, version 2.1, serial number D-4; SunSpec meter model 214", most=20),
        "5": device(40000, [common("Acme", "Gateway", "G-5"), wye, common("Beta", "Sub-meter", "B-5"), other], of_other,
                    "Beta Sub-meter, version 2.1, serial number B-5; SunSpec meter model 204", sunspec={"index": 2}),
        "6": device(40000, [common("Acme", "Split", "P-6"), split, two, one], of_one, "Acme Split, version 2.1, serial number P-6; SunSpec meter model 211", sunspec={"model": 211}),
        "7": device(0, [common("Acme", "Split", "P-7"), split], of_split, "Acme Split, version 2.1, serial number P-7; SunSpec meter model 202"),
        "8": device(50000, [common("Acme", "Two", "T-8"), two], meter(212, (), 7)[1], "Acme Two, version 2.1, serial number T-8; SunSpec meter model 212"),
    }


TEXT = json.dumps(fixture(), separators=(",", ":")).replace('},"', '},\n"') + "\n"
if "--print" in sys.argv:
    sys.stdout.write(TEXT)
else:
    Path(__file__).with_name("sunspec-meters.json").write_text(TEXT, encoding="utf-8")
