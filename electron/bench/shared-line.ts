import { createField } from '../core/field/field.ts'
import type { Log } from '../core/ports.ts'
import { createFakeClock } from '../core/test-support/fake-clock.ts'
import { crc16 } from '../../shared/modbus/crc16.ts'
import { createLine } from '../io/modbus/line.ts'
import { timingOf } from '../io/modbus/line-timing.ts'
import { createMemoryChannel } from '../io/modbus/test-support/memory-channel.ts'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { readMeterProfile } from '../../shared/profile/read-profile.ts'
import { siteSchema } from '../../shared/site/site.ts'
import type { BenchResult } from './result.ts'

const deviceCount = 32
const deadUnit = 17
const baud = 19_200
const turnaroundMs = 20
const warmUpMs = 60_000
const measuredMs = 180_000
const target = 1.2
const log: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: console.error }

const reply = (request: Uint8Array): Uint8Array => {
  const count = (request[4] ?? 0) * 256 + (request[5] ?? 0)
  const bytes = new Uint8Array(5 + 2 * count)
  bytes.set([request[0] ?? 0, request[1] ?? 0, 2 * count])
  const crc = crc16(bytes, 0, bytes.length - 2)
  bytes[bytes.length - 2] = crc & 0xff
  bytes[bytes.length - 1] = crc >>> 8
  return bytes
}

/**
 * Mean time between two readings of each living device's fast quantities, ms. The line, its framing, guard times and the polling are the
 * product's; time is simulated, so the figure is the same on every machine and three minutes take seconds.
 */
const periods = async (
  profileText: string,
  periodMs: number,
  deadFromMs: number | null,
): Promise<Map<number, number>> => {
  const read = readMeterProfile(profileText, 'eastron-sdm630.yaml')
  if (!read.ok) throw new Error('the profile cannot be read')
  const clock = createFakeClock()
  const siteLine = {
    transport: 'serial',
    id: 'bus',
    path: '/dev/bench',
    baud,
    parity: 'none',
    stopBits: 1,
    localEcho: false,
  } as const
  const timing = timingOf(siteLine)
  const startMs = clock.monotonicMs()
  const elapsed = () => clock.monotonicMs() - startMs
  const readings = new Map<number, number>()
  const fast = Math.min(
    ...Object.values(read.profile.quantities)
      .filter(({ every }) => every === 'fast')
      .map(({ address }) => address),
  )
  const channel = createMemoryChannel(clock, (request, far) => {
    const unit = request[0] ?? 0
    if (unit === deadUnit && deadFromMs !== null && elapsed() >= deadFromMs) return
    const bytes = reply(request)
    const wireMs = (request.length + bytes.length) * timing.characterMs + turnaroundMs + timing.silenceMs
    clock.after(wireMs, () => {
      if (elapsed() >= warmUpMs && (request[2] ?? 0) * 256 + (request[3] ?? 0) === fast)
        readings.set(unit, (readings.get(unit) ?? 0) + 1)
      far.receive(bytes)
    })
  })
  const line = createLine({ id: 'bus', framing: 'rtu', timing, localEcho: false, isNetwork: false }, channel, {
    clock,
    log,
    random: () => 0.5,
  })
  const site = siteSchema.parse({
    version: 1,
    id: 'bench',
    name: 'Bench',
    grid: { limit: 1000 },
    circuits: [{ id: 'main' }],
    lines: [siteLine],
    meters: Array.from({ length: deviceCount }, (_, index) => ({
      id: `m${String(index + 1)}`,
      profile: read.profile.id,
      line: 'bus',
      unit: index + 1,
      periodMs,
    })),
  })
  const acquisition = createField({
    site,
    lines: new Map([['bus', line]]),
    log,
    clock,
    meterProfiles: new Map([[read.profile.id, read.profile]]),
    chargerProfiles: new Map(),
    mayAsk: () => true,
    onObservation: () => undefined,
  })
  acquisition.start()
  await clock.advance(warmUpMs + measuredMs)
  const stopped = acquisition.stop()
  await clock.advance(2000)
  await stopped
  await line.close()
  return new Map([...readings].filter(([unit]) => unit !== deadUnit).map(([unit, count]) => [unit, measuredMs / count]))
}

/** Thirty-two meters on one RTU line, one of them dead: what that costs the others. */
export const run = async (): Promise<BenchResult> => {
  const text = readFileSync(
    fileURLToPath(new URL('../../assets/profiles/meters/eastron-sdm630.yaml', import.meta.url)),
    'utf8',
  )
  const worst = async (
    periodMs: number,
    deadFromMs: number,
  ): Promise<{ ratio: number; alive: number; least: number }> => {
    const alive = await periods(text, periodMs, null)
    const dead = await periods(text, periodMs, deadFromMs)
    if (dead.size !== deviceCount - 1)
      throw new Error(`${String(deviceCount - 1 - dead.size)} living devices were never read`)
    const ratios = [...dead].map(([unit, ms]) => ms / (alive.get(unit) ?? NaN))
    return { ratio: Math.max(...ratios), alive: Math.max(...alive.values()), least: Math.min(...dead.values()) }
  }
  const dying = await worst(1000, 30_000)
  const never = await worst(1000, 0)
  const relaxed = await worst(10_000, 30_000)
  const figure = (label: string, value: number) => ({
    label,
    value,
    unit: 'x',
    target: `at most ${String(target)}`,
    met: value <= target,
  })
  return {
    name: `A full RTU line: ${String(deviceCount)} SDM630 at ${String(baud)} baud, ${String(turnaroundMs)} ms turnaround, one dead (simulated time)`,
    results: [
      figure('worst period of the others, 1 s asked, one died while running', dying.ratio),
      figure('worst period of the others, 1 s asked, one was never there', never.ratio),
      figure('worst period of the others, 10 s asked, one died while running', relaxed.ratio),
      {
        label: 'period reached with all alive where 1 s is asked',
        value: dying.alive,
        unit: 'ms',
        target: 'told, no target',
        met: true,
      },
    ],
  }
}
