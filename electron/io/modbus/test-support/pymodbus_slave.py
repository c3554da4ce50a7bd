"""A slave by pymodbus 3.0: usage: pymodbus_slave.py tcp|rtu-over-tcp|ascii-over-tcp|serial|ascii PORT|PATH [BAUD]. Units 1, 2, 9.

Holding register a of unit u holds u*4096 + a, input register a holds u*4096 + a + 2048. Prints "ready" when it listens.
"""
import asyncio
import sys

from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.server import StartAsyncSerialServer, StartAsyncTcpServer
from pymodbus.transaction import ModbusAsciiFramer, ModbusRtuFramer, ModbusSocketFramer

kind, where = sys.argv[1], sys.argv[2]
SIZE = 512


def slave(unit):
    return ModbusSlaveContext(
        hr=ModbusSequentialDataBlock(0, [unit * 4096 + a for a in range(SIZE)]),
        ir=ModbusSequentialDataBlock(0, [unit * 4096 + a + 2048 for a in range(SIZE)]),
        zero_mode=True,
    )


context = ModbusServerContext(slaves={unit: slave(unit) for unit in (1, 2, 9)}, single=False)


async def main():
    asyncio.get_running_loop().call_later(0.3, lambda: print("ready", flush=True))
    framer = {"tcp": ModbusSocketFramer, "ascii": ModbusAsciiFramer, "ascii-over-tcp": ModbusAsciiFramer}.get(kind, ModbusRtuFramer)
    if kind in ("serial", "ascii"):
        await StartAsyncSerialServer(context=context, framer=framer, port=where,
                                     baudrate=int(sys.argv[3]) if len(sys.argv) > 3 else 9600, ignore_missing_slaves=True)
    else:
        await StartAsyncTcpServer(context=context, framer=framer, address=("127.0.0.1", int(where)), ignore_missing_slaves=True)


asyncio.run(main())
