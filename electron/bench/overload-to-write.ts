import { createServer, type Server, type Socket } from 'node:net'
import { createController, type Controller } from '../core/control/controller.ts'
import { createOverloadWatch } from '../core/overload-watch.ts'
import type { ChargerLink } from '../core/chargers/charger-link.ts'
import type { Clock, Log } from '../core/ports.ts'
import type { ModbusLine } from '../core/lines/modbus-line.ts'
import { openModbusLine } from '../io/modbus/open-modbus-line.ts'
import type { ModbusSiteLine } from '../../shared/site/site.ts'
import { phases } from '../../shared/model/phase.ts'
import type { Image } from '../../shared/model/image.ts'
import { goodSample } from '../../shared/model/sample.ts'
import { chargerProfileSchema } from '../../shared/profile/charger-profile.ts'
import { circuitLimitA } from '../../shared/site/circuit-limit.ts'
import { isMbusLine, siteSchema, type Site } from '../../shared/site/site.ts'
import type { BenchResult } from './result.ts'
import { modbusAbilities } from '../../shared/charger/modbus-abilities.ts'

const chargerCount = 12
const runs = 220
const warmUp = 20
const targetMs = 100
/** What each charger must come down to at least: (125 A - 61 A) / 4. */
const loweredA = 16
/** What each car draws where it may, A. */
const wantedA = 25
/** Longer than any rule looks back on load that is gone, and more than raising takes, s. */
const leastCalmS = 12
const longestCalmS = 600

/** A Modbus TCP charger in memory: register 0 is its limit in tenths of an ampere; it notes when a write reached it. */
const openSlave = async (
  turnaroundMs: number,
  onWrite: (limitA: number) => void,
): Promise<{ server: Server; port: number }> => {
  const serve = (socket: Socket): void => {
    let buffer = Buffer.alloc(0)
    let limit = 320
    socket.setNoDelay(true)
    socket.on('error', () => socket.destroy())
    socket.on('data', (chunk) => {
      buffer = Buffer.concat([buffer, chunk])
      while (buffer.length >= 6 && buffer.length >= 6 + buffer.readUInt16BE(4)) {
        const frame = buffer.subarray(0, 6 + buffer.readUInt16BE(4))
        buffer = buffer.subarray(frame.length)
        if (frame[7] === 6) {
          limit = frame.readUInt16BE(10)
          onWrite(limit / 10)
          socket.write(frame)
          continue
        }
        const count = frame.readUInt16BE(10)
        const reply = Buffer.alloc(9 + 2 * count)
        frame.copy(reply, 0, 0, 4)
        reply.writeUInt16BE(3 + 2 * count, 4)
        reply[6] = frame[6] ?? 1
        reply[7] = frame[7] ?? 3
        reply[8] = 2 * count
        reply.writeUInt16BE(limit, 9)
        setTimeout(() => socket.writable && socket.write(reply), turnaroundMs)
      }
    })
  }
  const server = createServer(serve)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port for the slave')
  return { server, port: address.port }
}

const profile = chargerProfileSchema.parse({
  id: 'bench',
  make: 'Bench',
  models: ['B'],
  sources: [{ document: 'none' }],
  confidence: 'high',
  transports: ['tcp'],
  space: 'holding',
  wordOrder: 'high-first',
  line: { maxRegisters: 100 },
  quantities: {},
  status: { address: 0, type: 'uint16', registers: 1, codes: {} },
  watchdog: { kind: 'setpoint-validity', timeoutS: 60 },
  limit: {
    address: 0,
    type: 'uint16',
    scale: 0.1,
    functionCode: 6,
    minimum: 6,
    pauseValue: 0,
    resolution: 1,
    readBack: { address: 0, type: 'uint16', scale: 0.1 },
    tolerance: 0.1,
    settleMs: 100,
  },
})

const linkOver = (line: ModbusLine, chargerId: string): ChargerLink => ({
  chargerId,
  abilities: modbusAbilities(profile),
  writeLimit: async (limitA) => {
    const outcome = await line.transact(
      { unit: 1, functionCode: 6, address: 0, words: [Math.round(limitA * 10)] },
      { deadlineMs: 1000, priority: 'write' },
    )
    return outcome.ok ? { ok: true, atMs: outcome.atMs } : { ok: false, why: outcome.fault.message, atMs: outcome.atMs }
  },
  readBackLimit: async () => {
    const outcome = await line.transact(
      { unit: 1, functionCode: 3, address: 0, count: 1 },
      { deadlineMs: 1000, priority: 'write' },
    )
    return outcome.ok
      ? { ok: true, atMs: outcome.atMs, limitA: (outcome.words[0] ?? 0) / 10 }
      : { ok: false, why: outcome.fault.message, atMs: outcome.atMs }
  },
  feedWatchdog: async () => ({ ok: true, atMs: 0 }),
})

const wait = (ms: number) =>
  new Promise<void>((resolve) => {
    setTimeout(resolve, ms)
  })
const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? NaN
const quiet: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: (message, data) => {
    console.error(message, data)
  },
}

/** Time is real, and leaps over what is idle between two seconds of the site. */
const leapingClock = (): Clock & { leap(ms: number): void } => {
  let offsetMs = 0
  return {
    nowMs: () => Date.now() + offsetMs,
    monotonicMs: () => performance.now() + offsetMs,
    after: (delayMs, task) => {
      const timer = setTimeout(task, delayMs)
      return () => clearTimeout(timer)
    },
    leap: (ms) => {
      offsetMs += ms
    },
  }
}

const ids = Array.from({ length: chargerCount }, (_, index) => `cp${index + 1}`)

/** A slave for each charger, and what was written to them. */
const openChargers = async (turnaroundMs: number) => {
  /** What each charger was last told, A. */
  const heldA = new Map<string, number>()
  /** When the lowered limit reached each charger. */
  const arrivals = new Map<string, number>()
  const slaves = await Promise.all(
    ids.map((id) =>
      openSlave(turnaroundMs, (limitA) => {
        heldA.set(id, limitA)
        if (limitA <= loweredA && !arrivals.has(id)) arrivals.set(id, performance.now())
      }),
    ),
  )
  return {
    ports: slaves.map(({ port }) => port),
    arrivals,
    /** What the car draws: as much as it wants, and no more than it is let. */
    drawnA: (id: string): number => Math.min(wantedA, heldA.get(id) ?? 0),
    close: (): void => {
      for (const { server } of slaves) server.close()
    },
  }
}
type Chargers = Awaited<ReturnType<typeof openChargers>>

/** Three feeders of four chargers below one main, each charger on a line of its own. */
const siteOn = (ports: readonly number[]): Site =>
  siteSchema.parse({
    version: 1,
    id: 'bench',
    name: 'Bench',
    grid: { limit: 400 },
    lines: ids.map((id, index) => ({ id: `line-${id}`, transport: 'tcp', host: '127.0.0.1', port: ports[index] ?? 0 })),
    meters: [0, 1, 2, 3].map((index) => ({ id: `m${index}`, profile: 'x', line: 'line-cp1' })),
    circuits: [
      { id: 'main', meter: 'm0', limit: 400 },
      ...[1, 2, 3].map((index) => ({ id: `f${index}`, parent: 'main', meter: `m${index}`, limit: 125 })),
    ],
    chargers: ids.map((id, index) => ({
      id,
      profile: 'bench',
      line: `line-${id}`,
      circuit: `f${(index % 3) + 1}`,
      maximum: 32,
    })),
    control: { margin: 1, increaseDelay: 0, increaseStep: 80, resumeDelay: 0 },
  })

/** Pictures of the site: what the meters and chargers say now, with `buildingA` on every feeder beside its chargers. */
const createPictures = (site: Site, clock: Clock, { drawnA }: Chargers) => {
  let seq = 0
  const meter = (feeders: readonly string[], buildingA: number, atMs: number) => {
    // A live mains is never twice the same.
    const volts = 230 + (seq % 7) * 0.1
    const fed = site.chargers.filter(({ circuit }) => feeders.includes(circuit))
    const amperes = fed.reduce((sum, { id }) => sum + drawnA(id), feeders.length * buildingA) + (seq % 5) * 0.01
    return {
      samples: Object.fromEntries(
        phases.flatMap((phase) => {
          const mark = phase.toLowerCase()
          return [
            [`i_${mark}`, goodSample(amperes, atMs)],
            [`p_${mark}`, goodSample(amperes * volts, atMs)],
            [`u_${mark}n`, goodSample(volts, atMs)],
          ]
        }),
      ),
    }
  }
  const charger = (id: string, atMs: number): Image['chargers'][string] => {
    const current = goodSample(drawnA(id), atMs)
    return {
      status: { value: 'charging', code: 'C2', quality: 'good', atMs },
      samples: {},
      siteCurrentA: { L1: current, L2: current, L3: current },
    }
  }
  return (buildingA: number): Image => {
    const atMs = clock.nowMs()
    seq += 1
    return {
      seq,
      atMs,
      circuits: {},
      meters: {
        m0: meter(['f1', 'f2', 'f3'], buildingA, atMs),
        m1: meter(['f1'], buildingA, atMs),
        m2: meter(['f2'], buildingA, atMs),
        m3: meter(['f3'], buildingA, atMs),
      },
      chargers: Object.fromEntries(ids.map((id) => [id, charger(id, atMs)])),
    }
  }
}

const controllerOf = (site: Site, clock: Clock, lines: readonly ModbusLine[]): Controller => {
  let next = 0
  return createController({
    site,
    clock,
    log: quiet,
    newId: () => String((next += 1)),
    readOnly: null,
    links: new Map(ids.map((id, index) => [id, linkOver(lines[index] as ModbusLine, id)])),
    record: { decision: () => undefined, write: () => undefined, event: () => undefined, audit: () => undefined },
  })
}

/** Reads on every line, one after the other and without a rest, until it is stopped. */
const keepReading = (lines: readonly ModbusLine[]) => {
  let isOver = false
  const polls = lines.map(async (line) => {
    while (!isOver) {
      const outcome = await line.transact(
        { unit: 1, functionCode: 3, address: 0, count: 20 },
        { deadlineMs: 1000, priority: 'read' },
      )
      if (!outcome.ok) await wait(20)
    }
  })
  return async (): Promise<void> => {
    isOver = true
    await Promise.all(polls)
  }
}

const overloadShown = (site: Site): ((image: Image) => boolean) => {
  const limits = new Map(site.circuits.map((circuit) => [circuit.id, circuitLimitA(site, circuit)]))
  const shows = createOverloadWatch(site, (circuitId) => limits.get(circuitId) ?? Infinity)
  return (image) => Object.entries(image.meters).some(([id, { samples }]) => shows(id, samples))
}

/** The feeders carry nothing else for long enough that every car has what it wants. */
const calm = async (second: () => Promise<void>, { drawnA }: Chargers): Promise<void> => {
  for (let seconds = 0; seconds < leastCalmS || ids.some((id) => drawnA(id) < wantedA); seconds += 1) {
    if (seconds > longestCalmS) throw new Error('the chargers were not raised again')
    await second()
  }
}

const allWritten = async ({ arrivals }: Chargers): Promise<void> => {
  for (const untilMs = performance.now() + 5000; arrivals.size < chargerCount && performance.now() < untilMs;)
    await wait(1)
  if (arrivals.size < chargerCount)
    throw new Error(`only ${arrivals.size} of ${chargerCount} writes arrived within 5 s`)
}

/** Milliseconds from the image to the last of twelve writes at its slave, sorted. With `busy`, every line is reading all the time. */
const measure = async (busy: boolean): Promise<readonly number[]> => {
  const clock = leapingClock()
  const chargers = await openChargers(busy ? 5 : 0)
  const site = siteOn(chargers.ports)
  const lines = site.lines
    .filter((line) => !isMbusLine(line))
    .map((line) => openModbusLine(line as ModbusSiteLine, { clock, log: quiet }))
  const picture = createPictures(site, clock, chargers)
  const showsOverload = overloadShown(site)
  const controller = controllerOf(site, clock, lines)
  const stopReading = busy ? keepReading(lines) : () => Promise.resolve()
  /** A second of the site passes: the controller sees it, and its writes get a moment on the wire. */
  const second = async (): Promise<void> => {
    clock.leap(1000)
    controller.step(picture(0), 'cycle')
    await wait(1)
  }
  /** Every feeder jumps to 4 x 25 A + 61 A on a limit of 125 A: all twelve must come down. */
  const jump = async (): Promise<number> => {
    clock.leap(1000)
    chargers.arrivals.clear()
    const image = picture(61)
    const startMs = performance.now()
    if (!showsOverload(image)) throw new Error('the picture shows no overload')
    controller.step(image, 'overload')
    await allWritten(chargers)
    return Math.max(...chargers.arrivals.values()) - startMs
  }
  while (lines.some((line) => line.status().state !== 'connected')) await wait(5)
  controller.step(picture(0), 'cycle')
  await controller.arm({ who: 'bench', reason: 'bench' })

  const latencies: number[] = []
  for (let run = 0; run < runs; run += 1) {
    await calm(second, chargers)
    await wait(120 + (run % 7))
    const latencyMs = await jump()
    if (run >= warmUp) latencies.push(latencyMs)
    await wait(10)
  }
  await stopReading()
  // Nothing is written at the end: the slaves go away with the bench.
  await Promise.all(lines.map((line) => line.close()))
  chargers.close()
  return latencies.sort((a, b) => a - b)
}

/** From the image that shows an overload to the last of 12 chargers' writes at its slave, over real TCP lines on loopback. */
export const run = async (): Promise<BenchResult> => {
  const results: BenchResult['results'][number][] = []
  for (const busy of [false, true]) {
    const sorted = await measure(busy)
    const lines = busy ? 'lines reading all the time, 5 ms turnaround' : 'lines idle'
    const p99 = quantile(sorted, 0.99)
    results.push({
      label: `p50 of ${sorted.length} runs, ${lines}`,
      value: quantile(sorted, 0.5),
      unit: 'ms',
      target: 'told, no target',
      met: true,
    })
    results.push({
      label: `p99 of ${sorted.length} runs, ${lines}`,
      value: p99,
      unit: 'ms',
      target: `under ${targetMs} ms`,
      met: p99 < targetMs,
    })
  }
  return { name: 'Overload in an image to the last of 12 charger writes on the wire (TCP, loopback)', results }
}
