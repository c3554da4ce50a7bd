import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { Framing, TapeFrame } from '../../shared/bus/tape-entry.ts'
import { lineCapture } from '../../shared/pcap/line-capture.ts'

const folder = mkdtempSync(join(tmpdir(), 'tripscope-pcap-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const hasTshark = spawnSync('tshark', ['--version'], { stdio: 'ignore' }).status === 0

const startMs = Date.UTC(2026, 10, 24, 10)
const frame = (seq: number, direction: TapeFrame['direction'], hex: string, atMs: number): TapeFrame => ({
  kind: 'frame',
  seq,
  atMs: startMs + Math.floor(atMs),
  monotonicMs: 5000 + atMs,
  firstMonotonicMs: 5000 + atMs,
  direction,
  hex: hex.replaceAll(' ', ''),
})

const tshark = (
  framing: Framing,
  frames: readonly TapeFrame[],
  fields: readonly string[],
  ...more: readonly string[]
): string[][] => {
  const path = join(folder, `${framing}.pcap`)
  writeFileSync(path, lineCapture(framing, frames))
  const text = execFileSync(
    'tshark',
    ['-r', path, '-T', 'fields', ...fields.flatMap((field) => ['-e', field]), ...more],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
  )
  return text
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'))
}

describe.skipIf(!hasTshark)('a capture opened by tshark (skipped visibly where it is not installed)', () => {
  it('Modbus TCP: function, unit, registers, times; no bad check sum, nothing malformed', () => {
    const rows = tshark(
      'mbap',
      [
        frame(1, 'sent', '0001 0000 0006 01 03 04 B2 00 02', 0.25),
        frame(2, 'received', '0001 0000 0007 01 03 04 41 20 00 00', 6.75),
        frame(3, 'sent', '0002 0000 0006 02 04 00 00 00 01', 500),
        frame(4, 'received', '0002 0000 0003 02 84 0B', 520),
      ],
      [
        'mbtcp.unit_id',
        'modbus.func_code',
        'modbus.regval_uint16',
        'modbus.exception_code',
        'ip.checksum.status',
        'tcp.checksum.status',
        '_ws.malformed',
        'tcp.analysis.flags',
        'frame.time_epoch',
      ],
      '-o',
      'ip.check_checksum:TRUE',
      '-o',
      'tcp.check_checksum:TRUE',
    )
    expect(rows).toHaveLength(7)
    // 1: good, as tshark says it.
    for (const row of rows) expect(row.slice(4, 8)).toEqual(['1', '1', '', ''])
    expect(rows.slice(3).map((row) => row.slice(0, 4))).toEqual([
      ['1', '3', '', ''],
      ['1', '3', '16672,0', ''],
      ['2', '4', '', ''],
      ['2', '4', '', '11'],
    ])
    expect(Number(rows[4]?.[8]) - Number(rows[3]?.[8])).toBeCloseTo(0.0065, 6)
  })

  it('RTU: as RTAC serial with the documented Decode As; a spoilt CRC is called bad', () => {
    const rows = tshark(
      'rtu',
      [
        frame(1, 'sent', '05 04 00 00 00 02 70 4F', 0),
        frame(2, 'received', '05 04 04 43 66 19 9A C0 24', 31.5),
        frame(3, 'sent', '05 04 00 00 00 02 70 4F', 1000),
        frame(4, 'received', '05 04 04 43 66 19 9A C0 25', 1031),
      ],
      [
        'rtacser.eventtype',
        'mbrtu.unit_id',
        'modbus.func_code',
        'modbus.reference_num',
        'modbus.regval_uint16',
        'mbrtu.crc16.status',
        '_ws.malformed',
      ],
      '-d',
      'rtacser.data,mbrtu',
      '-o',
      'mbrtu.crc_verification:TRUE',
    )
    expect(rows.map((row) => row.slice(1, 3))).toEqual([
      ['5', '4'],
      ['5', '4'],
      ['5', '4'],
      ['5', '4'],
    ])
    expect(rows.map((row) => row[0])).toEqual(['0x01', '0x02', '0x01', '0x02'])
    expect(rows[0]?.[3]).toBe('0')
    expect(rows[1]?.[4]).toBe('17254,6554')
    expect(rows.map((row) => row[5])).toEqual(['1', '1', '1', '0'])
    for (const row of rows) expect(row[6] ?? '').toBe('')
  })

  it('ASCII: the characters of the wire as RTAC serial, none of them made into RTU', () => {
    const characters = (text: string) => Buffer.from(`${text}\r\n`, 'latin1').toString('hex')
    const sent = characters(':0103002E0005C9')
    const received = characters('>01030A2EC2910B03E803E803E8A5')
    expect(
      tshark(
        'ascii',
        [frame(1, 'sent', sent, 0), frame(2, 'received', received, 20)],
        ['rtacser.eventtype', 'data.data'],
      ),
    ).toEqual([
      ['0x01', sent],
      ['0x02', received],
    ])
  })

  it('M-Bus: the bytes of the wire, nothing more', () => {
    expect(
      tshark(
        'mbus',
        [frame(1, 'sent', '10 40 01 41 16', 0), frame(2, 'received', 'E5', 20)],
        ['frame.encap_type', 'frame.len'],
      ),
    ).toEqual([
      ['45', '5'],
      ['45', '1'],
    ])
  })
})
