"""Meters on an M-Bus that replay recorded telegrams, written from EN 13757-2/-3 alone: no code is shared with the product.

usage: mbus_slave.py tcp PORT|0 CONFIG.json      prints "ready PORT"
       mbus_slave.py serial PATH CONFIG.json     prints "ready"

CONFIG: {"meters": [{"primary": 5, "telegrams": ["68 ...16", ...], "manners": {...}}], "echo": false}
A meter answers by its primary address (patched into the recorded frame, with a new check sum) and by the number in its header.
manners: silent, garble (answers so often with a wrong check sum first), truncate (so often half), drop (answers so often not at all),
endless (always 1F at the end, and something new behind it), error (CI 70 with this code), ignoreFcb.
Every frame received is written to stderr as hex: what the master really sent.
"""
import json
import os
import socket
import sys
import termios
import time
import tty


def checksum(body):
    return sum(body) & 0xFF


def long_frame(control, address, payload):
    body = bytes([control, address]) + payload
    return bytes([0x68, len(body), len(body), 0x68]) + body + bytes([checksum(body), 0x16])


class Meter:
    def __init__(self, entry):
        self.primary = entry["primary"]
        # CI and data of each recorded frame.
        self.payloads = [bytes.fromhex(text.replace(" ", ""))[6:-2] for text in entry["telegrams"]]
        self.manners = entry.get("manners", {})
        self.fcb = {}
        self.at = {}
        self.count = 0
        self.selected = False

    def identity(self):
        payload = self.payloads[0]
        return payload[1:9] if payload[0] == 0x72 else payload[1:5] + b"\x00\x00\x00\x00"

    def fits(self, wanted):
        mine = self.identity()
        for index in range(4):
            for shift in (0, 4):
                nibble = (wanted[index] >> shift) & 15
                if nibble != 15 and nibble != (mine[index] >> shift) & 15:
                    return False
        if wanted[4:6] != b"\xff\xff" and wanted[4:6] != mine[4:6]:
            return False
        return all(wanted[i] in (0xFF, mine[i]) for i in (6, 7))

    def reset(self, address):
        self.fcb.pop(address, None)
        self.at[address] = 0

    def data(self, address, fcb):
        """The next telegram for a toggled FCB, the same for the same."""
        last = self.fcb.get(address)
        if last is None:
            self.at[address] = 0
        elif last != fcb and not self.manners.get("ignoreFcb"):
            self.at[address] = (self.at[address] + 1) % len(self.payloads)
        self.fcb[address] = fcb
        payload = self.payloads[self.at[address]]
        if self.manners.get("endless"):
            self.count += last != fcb
            payload = payload + bytes([0x1F, self.count & 0xFF])
        if "error" in self.manners:
            payload = bytes([0x70, self.manners["error"]])
        frame = long_frame(0x08, self.primary, payload)
        for key, broken in (("drop", b""), ("garble", frame[:-2] + bytes([frame[-2] ^ 0x55, 0x16])), ("truncate", frame[: len(frame) // 2])):
            if self.manners.get(key, 0) > 0:
                self.manners[key] -= 1
                return broken
        return frame


def overlaid(answers):
    """Slaves that answer at once pull the same line: a bit is 0 where any of them sends 0."""
    answers = [answer for answer in answers if answer]
    if not answers:
        return b""
    out = bytearray(max(answers, key=len))
    for answer in answers:
        for index, byte in enumerate(answer):
            out[index] &= byte
    return bytes(out)


def respond(meters, frame):
    answers = []
    for meter in meters:
        if meter.manners.get("silent"):
            continue
        if frame[0] == 0x10:
            control, address = frame[1], frame[2]
            mine = address in (meter.primary, 254) or (address == 253 and meter.selected)
            if control == 0x40:
                if mine or address == 255:
                    meter.reset(address)
                if mine and address != 255:
                    answers.append(b"\xe5")
                if address == 253:
                    meter.selected = False
            elif control in (0x5B, 0x7B) and mine:
                answers.append(meter.data(address, control & 0x20))
            elif control in (0x5A, 0x7A) and mine:
                answers.append(b"\xe5")
        elif frame[4] in (0x53, 0x73) and frame[5] == 253 and frame[6] == 0x52:
            meter.selected = meter.fits(frame[7:15])
            if meter.selected:
                meter.reset(253)
                answers.append(b"\xe5")
    return overlaid(answers)


def frames(buffer):
    """Whole frames at the start of the buffer, and what is left."""
    found = []
    while buffer:
        if buffer[0] == 0x10:
            length = 5
        elif buffer[0] == 0x68:
            if len(buffer) < 2:
                break
            length = buffer[1] + 6
        else:
            buffer = buffer[1:]
            continue
        if len(buffer) < length:
            break
        frame, buffer = buffer[:length], buffer[length:]
        body = frame[1:3] if frame[0] == 0x10 else frame[4:-2]
        if checksum(body) == frame[-2] and frame[-1] == 0x16:
            found.append(bytes(frame))
    return found, buffer


def serve(read, write, config, meters):
    buffer = b""
    while True:
        chunk = read()
        if not chunk:
            return
        if config.get("echo"):
            write(chunk)
        found, buffer = frames(buffer + chunk)
        for frame in found:
            print(frame.hex(" "), file=sys.stderr, flush=True)
            time.sleep(0.004)
            answer = respond(meters, frame)
            if answer:
                # In two lumps, as adapters deliver.
                write(answer[: len(answer) // 2])
                time.sleep(0.002)
                write(answer[len(answer) // 2 :])


def main():
    kind, where, file = sys.argv[1:4]
    with open(file) as handle:
        config = json.load(handle)
    meters = [Meter(entry) for entry in config["meters"]]
    if kind == "tcp":
        server = socket.create_server(("127.0.0.1", int(where)))
        print("ready", server.getsockname()[1], flush=True)
        while True:
            client, _ = server.accept()
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            try:
                serve(lambda: client.recv(4096), client.sendall, config, meters)
            except OSError as error:
                print("client gone", error, file=sys.stderr, flush=True)
    else:
        port = os.open(where, os.O_RDWR | os.O_NOCTTY)
        tty.setraw(port)
        settings = termios.tcgetattr(port)
        # 2400 8E1: a pty does not time bits, but it takes and keeps the setting.
        settings[2] |= termios.PARENB
        settings[2] &= ~termios.PARODD
        settings[4] = settings[5] = termios.B2400
        termios.tcsetattr(port, termios.TCSANOW, settings)
        print("ready", flush=True)
        serve(lambda: os.read(port, 4096), lambda data: os.write(port, data), config, meters)


main()
