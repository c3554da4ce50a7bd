import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { hasPymodbus, hasSocat, missingPeer, openPtyPair } from '../io/modbus/test-support/peers.ts'
import { sixMeters, startMeterSlave } from '../io/test-support/meter-slave.ts'
import { monitorRecordSchema, type MonitorRecord } from './monitor-records.ts'
import { programPaths } from './program-paths.ts'

/** The program as a person runs it, against an independent slave whose words an independent encoder made. */
const folder = mkdtempSync(join(tmpdir(), 'tripscope-six-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const skip = missingPeer('python3-pymodbus', hasPymodbus, 'python3-pymodbus python3-serial-asyncio')

const monitor = (site: string) =>
  new Promise<readonly MonitorRecord[]>((resolve, reject) => {
    const launcher = join(programPaths.root, 'electron', 'launcher', 'run.mjs')
    const child = spawn(
      process.execPath,
      [launcher, 'monitor', '--site', site, '--seconds', '10', '--data', join(folder, 'data')],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    )
    let out = ''
    let problems = ''
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      problems += chunk.toString()
    })
    child.on('close', (code) => {
      if (code === 0)
        resolve(
          out
            .trim()
            .split('\n')
            .map((line) => monitorRecordSchema.parse(JSON.parse(line))),
        )
      else reject(new Error(`the monitor ended with ${String(code)}: ${problems}`))
    })
  })

const siteFile = (name: string, line: string): string => {
  const file = join(folder, `${name}.yaml`)
  const meters = Object.entries(sixMeters).map(
    ([unit, { profile }]) => `  - { id: m${unit}, profile: ${profile}, line: field, unit: ${unit} }`,
  )
  writeFileSync(
    file,
    `version: 1\nid: ${name}\nname: Six meters\ngrid: { limit: 63 }\nlines:\n  - ${line}\nmeters:\n${meters.join('\n')}\n` +
      'circuits:\n  - { id: incomer, meter: m1, otherLoad: 63, breaker: { standard: IEC 60898-1, curve: C, rating: 63 } }\n',
  )
  return file
}

const check = (records: readonly MonitorRecord[]) => {
  const frame = records.findLast((record) => record.type === 'frame')
  for (const [unit, { profile, expected }] of Object.entries(sixMeters)) {
    const meter = frame?.meters[`m${unit}`] ?? {}
    expect(Object.keys(meter).sort(), profile).toEqual(Object.keys(expected).sort())
    const wrong = Object.entries(expected).filter(([key, value]) => {
      const sample = meter[key]
      return (
        sample?.quality !== 'good' || sample.value === null || Math.abs(sample.value - value) > Math.abs(value) * 1e-6
      )
    })
    expect(wrong.map(([key, value]) => `${profile} ${key}: ${JSON.stringify(meter[key])} instead of ${value}`)).toEqual(
      [],
    )
  }
}

describe('monitor --seconds 10 prints the right values of all six profiles', () => {
  it.skipIf(skip)('over Modbus TCP', async () => {
    const slave = await startMeterSlave({ kind: 'tcp' })
    try {
      check(await monitor(siteFile('six-tcp', `{ transport: tcp, id: field, host: 127.0.0.1, port: ${slave.port} }`)))
      expect(slave.refusals()).toEqual([])
    } finally {
      await slave.stop()
    }
  })

  it.skipIf(skip || missingPeer('socat', hasSocat, 'socat'))('over a serial line', async () => {
    const pair = await openPtyPair()
    const slave = await startMeterSlave({ kind: 'serial', path: pair.far, baud: 115200 })
    try {
      check(
        await monitor(
          siteFile('six-serial', `{ transport: serial, id: field, path: ${pair.near}, baud: 115200, parity: none }`),
        ),
      )
      expect(slave.refusals()).toEqual([])
    } finally {
      await slave.stop()
      await pair.stop()
    }
  })
})
