#!/usr/bin/python3
"""Writes six-meters.json: words of six meters and the value each quantity must be shown with.

An independent witness: nothing here comes from assets/profiles or from the program's codec. The register tables below
(key, zero-based address, type, factor, unit of the register) are typed from the makers' documents as named in the profiles'
`sources`; the words are made by python's struct. Run it by hand after a change:

    /usr/bin/python3 electron/io/test-support/make-six-meters.py [--print]
"""
import json
import os
import struct
import sys

EASTRON_SDM630 = """
u_l1n 0 float32 1 V
u_l2n 2 float32 1 V
u_l3n 4 float32 1 V
i_l1 6 float32 1 A
i_l2 8 float32 1 A
i_l3 10 float32 1 A
p_l1 12 float32 1 W
p_l2 14 float32 1 W
p_l3 16 float32 1 W
s_l1 18 float32 1 VA
s_l2 20 float32 1 VA
s_l3 22 float32 1 VA
q_l1 24 float32 1 var
q_l2 26 float32 1 var
q_l3 28 float32 1 var
pf_l1 30 float32 1 1
pf_l2 32 float32 1 1
pf_l3 34 float32 1 1
angle_l1 36 float32 1 deg
angle_l2 38 float32 1 deg
angle_l3 40 float32 1 deg
u_ln_avg 42 float32 1 V
i_avg 46 float32 1 A
i_sum 48 float32 1 A
p_total 52 float32 1 W
s_total 56 float32 1 VA
q_total 60 float32 1 var
pf_total 62 float32 1 1
angle_total 66 float32 1 deg
f 70 float32 1 Hz
e_import 72 float32 1 kWh
e_export 74 float32 1 kWh
eq_import 76 float32 1 kvarh
eq_export 78 float32 1 kvarh
es_total 80 float32 1 kVAh
ah 82 float32 1 Ah
p_demand 84 float32 1 W
p_demand_max 86 float32 1 W
s_demand 100 float32 1 VA
s_demand_max 102 float32 1 VA
i_n_demand 104 float32 1 A
i_n_demand_max 106 float32 1 A
u_l1l2 200 float32 1 V
u_l2l3 202 float32 1 V
u_l3l1 204 float32 1 V
u_ll_avg 206 float32 1 V
i_n 224 float32 1 A
thd_u_l1 234 float32 1 %
thd_u_l2 236 float32 1 %
thd_u_l3 238 float32 1 %
thd_i_l1 240 float32 1 %
thd_i_l2 242 float32 1 %
thd_i_l3 244 float32 1 %
thd_u_ln_avg 248 float32 1 %
thd_i_avg 250 float32 1 %
i_demand_l1 258 float32 1 A
i_demand_l2 260 float32 1 A
i_demand_l3 262 float32 1 A
i_demand_max_l1 264 float32 1 A
i_demand_max_l2 266 float32 1 A
i_demand_max_l3 268 float32 1 A
thd_u_l1l2 334 float32 1 %
thd_u_l2l3 336 float32 1 %
thd_u_l3l1 338 float32 1 %
thd_u_ll_avg 340 float32 1 %
e_total 342 float32 1 kWh
eq_total 344 float32 1 kvarh
e_import_l1 346 float32 1 kWh
e_import_l2 348 float32 1 kWh
e_import_l3 350 float32 1 kWh
e_export_l1 352 float32 1 kWh
e_export_l2 354 float32 1 kWh
e_export_l3 356 float32 1 kWh
e_total_l1 358 float32 1 kWh
e_total_l2 360 float32 1 kWh
e_total_l3 362 float32 1 kWh
eq_import_l1 364 float32 1 kvarh
eq_import_l2 366 float32 1 kvarh
eq_import_l3 368 float32 1 kvarh
eq_export_l1 370 float32 1 kvarh
eq_export_l2 372 float32 1 kvarh
eq_export_l3 374 float32 1 kvarh
"""

CARLO_GAVAZZI_EM340 = """
u_l1n 0 int32 0.1 V
u_l2n 2 int32 0.1 V
u_l3n 4 int32 0.1 V
u_l1l2 6 int32 0.1 V
u_l2l3 8 int32 0.1 V
u_l3l1 10 int32 0.1 V
i_l1 12 int32 0.001 A
i_l2 14 int32 0.001 A
i_l3 16 int32 0.001 A
p_l1 18 int32 0.1 W
p_l2 20 int32 0.1 W
p_l3 22 int32 0.1 W
s_l1 24 int32 0.1 VA
s_l2 26 int32 0.1 VA
s_l3 28 int32 0.1 VA
q_l1 30 int32 0.1 var
q_l2 32 int32 0.1 var
q_l3 34 int32 0.1 var
u_ln_avg 36 int32 0.1 V
u_ll_avg 38 int32 0.1 V
p_total 40 int32 0.1 W
s_total 42 int32 0.1 VA
q_total 44 int32 0.1 var
pf_l1 46 int16 0.001 1
pf_l2 47 int16 0.001 1
pf_l3 48 int16 0.001 1
pf_total 49 int16 0.001 1
phase_sequence 50 int16 1 code
f 51 int16 0.1 Hz
e_import 52 int32 0.1 kWh
eq_import 54 int32 0.1 kvarh
p_demand 56 int32 0.1 W
p_demand_max 58 int32 0.1 W
e_import_partial 60 int32 0.1 kWh
e_import_l1 64 int32 0.1 kWh
e_import_l2 66 int32 0.1 kWh
e_import_l3 68 int32 0.1 kWh
e_export 78 int32 0.1 kWh
eq_export 80 int32 0.1 kvarh
hours 90 int32 0.01 h
e_export_l1 96 int32 0.1 kWh
e_export_l2 98 int32 0.1 kWh
e_export_l3 100 int32 0.1 kWh
thd_i_l1 130 int32 0.01 %
thd_i_l2 132 int32 0.01 %
thd_i_l3 134 int32 0.01 %
thd_u_ln_avg 136 int32 0.01 %
thd_u_l1 138 int32 0.01 %
thd_u_l2 140 int32 0.01 %
thd_u_l3 142 int32 0.01 %
"""

SCHNEIDER_IEM3155 = """
i_l1 2999 float32 1 A
i_l2 3001 float32 1 A
i_l3 3003 float32 1 A
i_avg 3009 float32 1 A
u_l1l2 3019 float32 1 V
u_l2l3 3021 float32 1 V
u_l3l1 3023 float32 1 V
u_ll_avg 3025 float32 1 V
u_l1n 3027 float32 1 V
u_l2n 3029 float32 1 V
u_l3n 3031 float32 1 V
u_ln_avg 3035 float32 1 V
p_l1 3053 float32 1 kW
p_l2 3055 float32 1 kW
p_l3 3057 float32 1 kW
p_total 3059 float32 1 kW
q_total 3067 float32 1 kvar
s_total 3075 float32 1 kVA
pf_total 3083 pf4q 1 1
f 3109 float32 1 Hz
e_import 3203 int64 1 Wh
e_export 3207 int64 1 Wh
eq_import 3219 int64 1 varh
eq_export 3223 int64 1 varh
e_import_l1 3517 int64 1 Wh
e_import_l2 3521 int64 1 Wh
e_import_l3 3525 int64 1 Wh
di_1 8904 uint16 1 1
e_import_float 45099 float32 1 Wh
e_export_float 45101 float32 1 Wh
"""

SIEMENS_PAC2200 = """
u_l1n 1 float32 1 V
u_l2n 3 float32 1 V
u_l3n 5 float32 1 V
u_l1l2 7 float32 1 V
u_l2l3 9 float32 1 V
u_l3l1 11 float32 1 V
i_l1 13 float32 1 A
i_l2 15 float32 1 A
i_l3 17 float32 1 A
s_l1 19 float32 1 VA
s_l2 21 float32 1 VA
s_l3 23 float32 1 VA
p_l1 25 float32 1 W
p_l2 27 float32 1 W
p_l3 29 float32 1 W
q_l1 31 float32 1 var
q_l2 33 float32 1 var
q_l3 35 float32 1 var
pf_l1 37 float32 1 1
pf_l2 39 float32 1 1
pf_l3 41 float32 1 1
f 55 float32 1 Hz
u_ln_avg 57 float32 1 V
u_ll_avg 59 float32 1 V
i_avg 61 float32 1 A
s_total 63 float32 1 VA
p_total 65 float32 1 W
q_total 67 float32 1 var
pf_total 69 float32 1 1
i_n 71 float32 1 A
e_import_t1 801 float64 1 Wh
e_import_t2 805 float64 1 Wh
e_export_t1 809 float64 1 Wh
e_export_t2 813 float64 1 Wh
"""

JANITZA_UMG = """
u_l1n 19000 float32 1 V
u_l2n 19002 float32 1 V
u_l3n 19004 float32 1 V
u_l1l2 19006 float32 1 V
u_l2l3 19008 float32 1 V
u_l3l1 19010 float32 1 V
i_l1 19012 float32 1 A
i_l2 19014 float32 1 A
i_l3 19016 float32 1 A
i_n 19018 float32 1 A
p_l1 19020 float32 1 W
p_l2 19022 float32 1 W
p_l3 19024 float32 1 W
p_total 19026 float32 1 W
s_l1 19028 float32 1 VA
s_l2 19030 float32 1 VA
s_l3 19032 float32 1 VA
s_total 19034 float32 1 VA
q_l1 19036 float32 1 var
q_l2 19038 float32 1 var
q_l3 19040 float32 1 var
q_total 19042 float32 1 var
cosphi_l1 19044 float32 1 1
cosphi_l2 19046 float32 1 1
cosphi_l3 19048 float32 1 1
f 19050 float32 1 Hz
rotation 19052 float32 1 code
e_net_l1 19054 float32 1 Wh
e_net_l2 19056 float32 1 Wh
e_net_l3 19058 float32 1 Wh
e_net 19060 float32 1 Wh
e_import_l1 19062 float32 1 Wh
e_import_l2 19064 float32 1 Wh
e_import_l3 19066 float32 1 Wh
e_import 19068 float32 1 Wh
e_export_l1 19070 float32 1 Wh
e_export_l2 19072 float32 1 Wh
e_export_l3 19074 float32 1 Wh
e_export 19076 float32 1 Wh
eq_inductive 19100 float32 1 varh
eq_capacitive 19108 float32 1 varh
thd_u_l1 19110 float32 1 %
thd_u_l2 19112 float32 1 %
thd_u_l3 19114 float32 1 %
thd_i_l1 19116 float32 1 %
thd_i_l2 19118 float32 1 %
thd_i_l3 19120 float32 1 %
pf_total 19636 float32 1 1
"""

SHELLY_PRO_3EM = """
i_total 1011 float32 1 A
p_total 1013 float32 1 W
s_total 1015 float32 1 VA
u_l1n 1020 float32 1 V
i_l1 1022 float32 1 A
p_l1 1024 float32 1 W
u_l2n 1040 float32 1 V
i_l2 1042 float32 1 A
p_l2 1044 float32 1 W
u_l3n 1060 float32 1 V
i_l3 1062 float32 1 A
p_l3 1064 float32 1 W
f 1033 float32 1 Hz
e_import 1162 float32 1 Wh
e_export 1164 float32 1 Wh
e_import_l1 1182 float32 1 Wh
e_export_l1 1184 float32 1 Wh
e_import_l2 1202 float32 1 Wh
e_export_l2 1204 float32 1 Wh
e_import_l3 1222 float32 1 Wh
e_export_l3 1224 float32 1 Wh
"""

# Units of the registers in the units values are shown in.
FACTORS = {"kW": 1000, "kvar": 1000, "kVA": 1000, "Wh": 0.001, "varh": 0.001}


def wanted(key, index, meter):
    """A plausible value in the unit it is shown in, different for every quantity of every meter."""
    small = index * 0.37 + meter * 0.11
    if key in ("phase_sequence", "rotation"):
        return -1
    if key == "di_1":
        return 1
    if key.startswith("thd_"):
        return 1.5 + small / 4
    if key.startswith("u_"):
        return (228 if key in ("u_l1n", "u_l2n", "u_l3n", "u_ln_avg") else 395) + index * 0.3 + meter * 0.1
    if key.startswith(("i_", "ah")):
        return 8.25 + small
    if key.startswith(("e_", "eq_", "es_")):
        return 1000.5 + index * 77.7 + meter * 13.3
    if key.startswith("p_"):
        return -(1500.5 + index * 21) if key.endswith("l3") else 1500.5 + index * 21 + meter
    if key.startswith("q_"):
        return -(210.5 + index * 3) if key.endswith("l2") else 210.5 + index * 3 + meter
    if key.startswith("s_"):
        return 1600.5 + index * 21 + meter
    if key.startswith(("pf_", "cosphi_")):
        return (-1 if key.endswith("l2") else 1) * (0.80 + (index % 17) / 100)
    if key.startswith("angle_"):
        return -5.5 - index / 10
    if key == "f":
        return 49.9 + meter / 10
    return 4321.5 + index


def encode(kind, raw):
    """Bytes, high word first, and the raw value they stand for."""
    if kind == "float32":
        data = struct.pack(">f", raw)
        return data, struct.unpack(">f", data)[0]
    if kind == "pf4q":
        # Leading: folded beyond 1.
        data = struct.pack(">f", 2 - raw)
        return data, 2 - struct.unpack(">f", data)[0]
    if kind == "float64":
        return struct.pack(">d", raw), raw
    whole = round(raw)
    return struct.pack({"int16": ">h", "uint16": ">H", "int32": ">i", "int64": ">q"}[kind], whole), whole


def meter(number, profile, table, spaces, rules, low_word_first=False):
    registers, expected = {}, {}
    for index, row in enumerate(table.split("\n")[1:-1]):
        key, address, kind, factor, unit = row.split(" ")
        to_shown = float(factor) * FACTORS.get(unit, 1)
        data, raw = encode(kind, wanted(key, index, number) / to_shown)
        words = [data[at] << 8 | data[at + 1] for at in range(0, len(data), 2)]
        for offset, word in enumerate(reversed(words) if low_word_first else words):
            assert int(address) + offset not in registers, key
            registers[int(address) + offset] = word
        expected[key] = float(f"{raw * to_shown:.9g}")
    return {"profile": profile, "spaces": spaces, "rules": rules, "registers": {str(at): registers[at] for at in sorted(registers)}, "expected": expected}


SIX = {
    # Registers between the listed ones read 0 (unlisted: zero) or raise exception 2 (unlisted: refuse).
    "1": meter(1, "eastron-sdm630", EASTRON_SDM630, ["input"], {"maxRegisters": 80, "evenOnly": True, "unlisted": "zero"}),
    "2": meter(2, "carlo-gavazzi-em340", CARLO_GAVAZZI_EM340, ["holding", "input"], {"maxRegisters": 50, "unlisted": "refuse"}, low_word_first=True),
    "3": meter(3, "schneider-iem3155", SCHNEIDER_IEM3155, ["holding"], {"maxRegisters": 125, "unlisted": "refuse"}),
    "4": meter(4, "siemens-pac2200", SIEMENS_PAC2200, ["holding", "input"], {"maxRegisters": 72, "holes": [[43, 54]], "unlisted": "refuse"}),
    "5": meter(5, "janitza-umg", JANITZA_UMG, ["holding"], {"maxRegisters": 96, "unlisted": "zero"}),
    "6": meter(6, "shelly-pro-3em", SHELLY_PRO_3EM, ["input"], {"maxRegisters": 125, "unlisted": "refuse"}, low_word_first=True),
}


def text():
    parts = []
    for unit, content in SIX.items():
        lines = [f'    "{name}": {json.dumps(value)}' for name, value in content.items()]
        parts.append(f'  "{unit}": {{\n' + ",\n".join(lines) + "\n  }")
    return "{\n" + ",\n".join(parts) + "\n}\n"


if __name__ == "__main__":
    if sys.argv[1:] == ["--print"]:
        sys.stdout.write(text())
    else:
        with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "six-meters.json"), "w", encoding="utf-8") as file:
            file.write(text())
