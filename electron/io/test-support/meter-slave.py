#!/usr/bin/python3
"""A Modbus slave (python3-pymodbus 3.0) that serves words from a JSON file and keeps a device's habits, for tests.

    meter-slave.py FIXTURE --tcp PORT [--rtu]          Modbus TCP on 127.0.0.1, or RTU frames over TCP; port 0: a free one
    meter-slave.py FIXTURE --serial PATH [--baud N]    Modbus RTU on a serial port

FIXTURE maps unit ids to {spaces, rules, registers}: see six-meters.json. Rules: maxRegisters, evenOnly (odd address or count),
holes ([[first, last]]), unlisted (zero or refuse). A read against a rule gets exception 2. Prints "ready PORT" or "ready PATH"
on stdout, and one line per refused read on stderr.
"""
import argparse
import asyncio
import json
import sys

from pymodbus.datastore import ModbusServerContext, ModbusSlaveContext
from pymodbus.datastore.store import BaseModbusDataBlock
from pymodbus.framer.rtu_framer import ModbusRtuFramer
from pymodbus.framer.socket_framer import ModbusSocketFramer
from pymodbus.server.async_io import ModbusSerialServer, ModbusTcpServer


class Habits(BaseModbusDataBlock):
    """Registers with the rules of the device they belong to."""

    def __init__(self, unit, registers, rules):
        self.unit, self.registers, self.rules = unit, registers, rules

    def why_not(self, address, count):
        rules = self.rules
        if count > rules.get("maxRegisters", 125):
            return f"more than {rules['maxRegisters']} registers"
        if rules.get("evenOnly") and (address % 2 or count % 2):
            return "odd address or count"
        if any(first <= address + count - 1 and last >= address for first, last in rules.get("holes", [])):
            return "touches a hole"
        known = [at in self.registers for at in range(address, address + count)]
        if not any(known) or (rules.get("unlisted") == "refuse" and not all(known)):
            return "unlisted registers"
        return None

    def validate(self, address, count=1):
        why = self.why_not(address, count)
        if why is not None:
            print(f"unit {self.unit}: {address}+{count} refused: {why}", file=sys.stderr, flush=True)
        return why is None

    def getValues(self, address, count=1):  # noqa: N802 - pymodbus's name
        return [self.registers.get(at, 0) for at in range(address, address + count)]

    def setValues(self, address, values):  # noqa: N802
        for offset, value in enumerate(values if isinstance(values, list) else [values]):
            self.registers[address + offset] = value

    def reset(self):
        pass


class Nothing(Habits):
    """A register space the device does not have."""

    def __init__(self, unit):
        super().__init__(unit, {}, {})


def context_of(fixture):
    slaves = {}
    for unit, device in fixture.items():
        block = Habits(int(unit), {int(at): word for at, word in device["registers"].items()}, device["rules"])
        other = Nothing(int(unit))
        spaces = device["spaces"]
        slaves[int(unit)] = ModbusSlaveContext(
            di=other, co=other, hr=block if "holding" in spaces else other, ir=block if "input" in spaces else other, zero_mode=True)
    return ModbusServerContext(slaves=slaves, single=False)


async def run(options):
    with open(options.fixture, encoding="utf-8") as file:
        context = context_of(json.load(file))
    if options.serial is not None:
        server = ModbusSerialServer(context, framer=ModbusRtuFramer, port=options.serial, baudrate=options.baud, ignore_missing_slaves=True)
        await server.start()
        print(f"ready {options.serial}", flush=True)
        await server.serve_forever()
        return
    framer = ModbusRtuFramer if options.rtu else ModbusSocketFramer
    server = ModbusTcpServer(context, framer=framer, address=("127.0.0.1", options.tcp), ignore_missing_slaves=True, allow_reuse_address=True)
    serving = asyncio.ensure_future(server.serve_forever())
    await server.serving
    print(f"ready {server.server.sockets[0].getsockname()[1]}", flush=True)
    await serving


parser = argparse.ArgumentParser()
parser.add_argument("fixture")
parser.add_argument("--tcp", type=int)
parser.add_argument("--rtu", action="store_true")
parser.add_argument("--serial")
parser.add_argument("--baud", type=int, default=9600)
arguments = parser.parse_args()
if (arguments.tcp is None) == (arguments.serial is None):
    parser.error("give --tcp PORT or --serial PATH")
asyncio.run(run(arguments))
