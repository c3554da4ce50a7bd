import { eventText } from '../../../../shared/said/event.ts'
import type { Decision, Write } from '../../../../shared/model/decision.ts'
import type { ChargerReading, ChargerStatus, Image } from '../../../../shared/model/image.ts'
import { perPhase, phases, type PerPhase, type Phase } from '../../../../shared/model/phase.ts'
import { goodSample, missingSample, waitingSample, type Sample } from '../../../../shared/model/sample.ts'
import { chargerProfileSchema, type ChargerProfile } from '../../../../shared/profile/charger-profile.ts'
import { modbusAbilities } from '../../../../shared/charger/modbus-abilities.ts'
import { siteSchema, type Site } from '../../../../shared/site/site.ts'
import { createAskGuard } from '../../may-ask.ts'
import type { ChargerLink, ChargerOutcome } from '../../chargers/charger-link.ts'
import type { Log } from '../../ports.ts'
import { createFakeClock, type FakeClock } from '../../test-support/fake-clock.ts'
import { createIntentMemory } from '../../../../shared/api/intent-memory.ts'
import { createController, type Controller } from '../controller.ts'

/** The controller as screens have it: the server answers a repeated intent from its memory, and never a disarm. */
const answeredOnce = (bare: Controller): Controller => {
  const { once } = createIntentMemory()
  const within = <T>(method: string, { intentId, who }: { intentId?: string; who: string }, act: () => Promise<T>) =>
    intentId === undefined ? act() : once({ method, who, intentId }, 'answered', act)
  return {
    ...bare,
    arm: (input) => within('control.arm', input, () => bare.arm(input)),
    setOverride: (input) => within('override.set', input, () => bare.setOverride(input)),
    writeFallback: (input) => within('control.writeFallback', input, () => bare.writeFallback(input)),
    cancelOverride: (input) => within('override.cancel', input, () => bare.cancelOverride(input)),
  }
}

/** A small random source with a seed: Mulberry32. */
export const random = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296
}

const testSwitch = {
  address: 30,
  note: 'test',
  steered: {
    register: { address: 30, type: 'uint16' },
    one: 1,
    three: 3,
    says: { one: 1, three: 3 },
    settleMs: 6000,
  },
}

export const profile = (
  more: {
    watchdog?: ChargerProfile['watchdog']
    readBack?: boolean
    resolution?: number
    pause?: boolean
    terminals?: readonly number[]
    /** It can be told to charge on one phase, and says on how many it does. */
    switches?: boolean
  } = {},
): ChargerProfile =>
  chargerProfileSchema.parse({
    id: 'test',
    make: 'Test',
    models: ['T'],
    sources: [{ document: 'none' }],
    confidence: 'high',
    transports: ['tcp'],
    space: 'holding',
    wordOrder: 'high-first',
    line: { maxRegisters: 100 },
    status: { address: 0, type: 'uint16', registers: 1, codes: {} },
    quantities: Object.fromEntries([
      ...(more.switches === true ? [['phases', { address: 30, type: 'uint16', every: 'fast' }]] : []),
      ...(more.terminals ?? []).map((terminal) => [
        `i_t${terminal}`,
        { address: 20 + terminal, type: 'uint16', every: 'fast' },
      ]),
    ]),
    ...(more.switches === true ? { phaseSwitch: testSwitch } : {}),
    limit: {
      address: 10,
      type: 'uint16',
      functionCode: 6,
      minimum: 6,
      pauseValue: more.pause === false ? null : 0,
      resolution: more.resolution ?? 1,
      readBack: more.readBack === false ? null : { address: 11, type: 'uint16' },
      tolerance: 0.1,
      settleMs: 2000,
    },
    watchdog: more.watchdog ?? { kind: 'setpoint-validity', timeoutS: 60 },
  })

export interface Car {
  status: ChargerStatus
  /** Largest current it takes. */
  maximumA: number
  /** Site phases it draws on, of those of its charger. */
  phases: readonly Phase[]
  /** It draws its maximum whatever limit it is given. */
  stubborn?: boolean
}

export interface Contactor {
  /** What was last set: what it says. */
  set: 1 | 3
  closed: 1 | 3
  /** When it is where it was set to, monotonic; null: it is. */
  movesUntilMs: number | null
  /** stuck: it says what was set and stays where it is; deaf: acknowledges and does nothing; refuse: the write fails; mute: does not say where it is. */
  fault: 'none' | 'stuck' | 'deaf' | 'refuse' | 'mute'
  readonly orders: { readonly atMs: number; readonly to: 1 | 3; readonly drawnA: number }[]
}

export interface PlantCharger {
  car: Car | null
  /** In force in the charger. */
  limitA: number
  drawnA: number
  readable: boolean
  /** none: does as told; refuse: writes fail; ignore: acknowledges and does nothing; silent: never answers within 1 s. */
  fault: 'none' | 'refuse' | 'ignore' | 'silent'
  writeMs: number
  /** On how many phases it charges, what its contactor does while it moves, and what went wrong with it. */
  contactor: Contactor
  /** What it falls to by itself when its watchdog is not fed, A; null: its watchdog is not part of the test. */
  ownFallbackA: number | null
  /** A limit set in it by its menu, its cable or its temperature: it applies no more, and says so. */
  ownCeilingA: number
  /** When its watchdog was fed last, by whatever feeds one of its kind (monotonic). */
  fedMs: number
  readonly writes: { readonly atMs: number; readonly limitA: number }[]
  feeds: number
  /** Site phases whose terminal it does not have: it reads "not available". */
  lacks: readonly Phase[]
  /** What its reading of a declared phase really shows: another phase (a wrong map), or nothing (a terminal without a sensor says 0). */
  shows: Partial<Record<Phase, Phase | 'nothing'>>
  reading: ChargerReading
}

const contactorMs = 4000
const orderContactor = (contactor: Contactor, to: 1 | 3, nowMs: number): void => {
  if (contactor.fault === 'deaf' || contactor.set === to) return
  contactor.set = to
  contactor.movesUntilMs = nowMs + contactorMs
}
const moveContactor = (contactor: Contactor, nowMs: number): void => {
  if (contactor.movesUntilMs === null || nowMs < contactor.movesUntilMs) return
  contactor.movesUntilMs = null
  if (contactor.fault !== 'stuck') contactor.closed = contactor.set
}

export interface PlantOptions {
  readonly site: unknown
  readonly profile?: ChargerProfile
  readonly seed?: number
  readonly readOnly?: { why: string }
  /** Amperes per second a car follows its limit with, after the delay. */
  readonly slewA?: number
  /** How the store takes an audit row; at once when left out. */
  readonly audit?: (row: { readonly action: string }) => Promise<void>
}

const silentLog: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

/**
 * A site on a fake clock: building load, cars that follow the limit of their charger with a delay, meters and chargers polled
 * each at its own phase, a cycle every second. Physics every 100 ms. It knows nothing of allocation.
 */
export const createPlant = (options: PlantOptions) => {
  const site: Site = siteSchema.parse(options.site)
  const clock: FakeClock = createFakeClock()
  const rnd = random(options.seed ?? 1)
  const chargerProfile = options.profile ?? profile()
  const abilities = modbusAbilities(chargerProfile)
  const buildingA: Record<string, PerPhase<number>> = Object.fromEntries(
    site.circuits.map((circuit) => [circuit.id, perPhase(() => 0)]),
  )
  const deadMeters = new Set<string>()
  /** `meter phase`, e.g. "m1 L1", of a transformer mounted the wrong way round: power with the wrong sign. */
  const reversed = new Set<string>()
  /** What a meter's phase really shows, by meter id: current transformers on other conductors. */
  const meterShows: Record<string, Partial<Record<Phase, Phase | 'nothing'>>> = {}
  /** A wrong transformer ratio, by meter id. */
  const factors: Record<string, number> = {}
  /** Meters whose gateway repeats old registers: every reply is fresh, no value ever changes. */
  const frozen = new Set<string>()
  const meters: Record<string, Record<string, Sample>> = Object.fromEntries(
    site.meters.map((meter) => [meter.id, { i_l1: waitingSample, i_l2: waitingSample, i_l3: waitingSample }]),
  )
  const chargers: Record<string, PlantCharger> = Object.fromEntries(
    site.chargers.map((charger) => [
      charger.id,
      {
        car: null,
        limitA: charger.maximum,
        drawnA: 0,
        readable: true,
        fault: 'none',
        writeMs: 20,
        contactor: { set: 3, closed: 3, movesUntilMs: null, fault: 'none', orders: [] },
        ownFallbackA: null,
        ownCeilingA: Infinity,
        fedMs: clock.monotonicMs(),
        writes: [],
        feeds: 0,
        lacks: [],
        shows: {},
        reading: {
          status: { value: null, code: null, quality: 'waiting', atMs: null },
          samples: {},
          siteCurrentA: perPhase(() => waitingSample),
        },
      } satisfies PlantCharger,
    ]),
  )
  const chargerOf = (id: string): PlantCharger => {
    const charger = chargers[id]
    if (charger === undefined) throw new Error(`no charger ${id}`)
    return charger
  }

  const circuitPath = (id: string): readonly string[] => {
    const parent = site.circuits.find((circuit) => circuit.id === id)?.parent
    return parent === undefined ? [id] : [id, ...circuitPath(parent)]
  }
  const declaredPhases = (id: string): readonly Phase[] => site.chargers.find((each) => each.id === id)?.phases ?? []
  const drawnOn = (id: string, phase: Phase): number => {
    const charger = chargerOf(id)
    const declared = declaredPhases(id)
    const isClosed = !declared.includes(phase) || declared.indexOf(phase) < charger.contactor.closed
    return charger.car?.phases.includes(phase) === true && isClosed ? charger.drawnA : 0
  }
  /** True current now: what a breaker feels. */
  const current = (circuitId: string, phase: Phase): number =>
    site.circuits
      .filter((circuit) => circuitPath(circuit.id).includes(circuitId))
      .reduce((sum, circuit) => sum + (buildingA[circuit.id]?.[phase] ?? 0), 0) +
    site.chargers
      .filter((charger) => circuitPath(charger.circuit).includes(circuitId))
      .reduce((sum, charger) => sum + drawnOn(charger.id, phase), 0)

  const { watchdog } = chargerProfile
  const feeds = (charger: PlantCharger, by: 'request' | 'limit' | 'heartbeat'): void => {
    const isFed =
      watchdog.kind === 'poll' || (watchdog.kind === 'setpoint-validity' ? by === 'limit' : by === 'heartbeat')
    if (isFed) charger.fedMs = clock.monotonicMs()
  }
  /** Its own fallback holds even what ignores everybody else: it is the charger's contactor and pilot, not its manners. */
  const lapsedTo = ({ ownFallbackA, fedMs }: PlantCharger): number | null =>
    ownFallbackA !== null && 'timeoutS' in watchdog && clock.monotonicMs() - fedMs > watchdog.timeoutS * 1000
      ? ownFallbackA
      : null

  const slewA = options.slewA ?? 8
  const move = (): void => {
    for (const charger of Object.values(chargers)) {
      const car = charger.car
      const lapsedA = lapsedTo(charger)
      moveContactor(charger.contactor, clock.monotonicMs())
      const wanted =
        car?.status !== 'charging' || charger.contactor.movesUntilMs !== null
          ? 0
          : lapsedA !== null
            ? Math.min(car.maximumA, lapsedA)
            : car.stubborn === true
              ? car.maximumA
              : charger.limitA >= 6
                ? Math.min(car.maximumA, charger.limitA)
                : 0
      const step = slewA / 10
      charger.drawnA += Math.max(-step, Math.min(step, wanted - charger.drawnA))
    }
    clock.after(100, move)
  }

  /** Imported energy of each meter's circuit, kWh, in the steps of a register with two decimals. */
  const energyKWh: Record<string, number> = {}
  /** A meter's digital inputs, by meter id. */
  const inputs: Record<string, number> = {}

  const shownBy = (phase: Phase | 'nothing', of: (phase: Phase) => number): number =>
    phase === 'nothing' ? 0 : of(phase)

  const pollMeter = (id: string, periodMs: number): void => {
    const circuit = site.circuits.find((item) => item.meter === id)
    const nowMs = clock.nowMs()
    if (frozen.has(id)) {
      meters[id] = Object.fromEntries(
        Object.entries(meters[id] ?? {}).map(([key, sample]) => [key, { ...sample, atMs: nowMs }]),
      )
      clock.after(periodMs, () => pollMeter(id, periodMs))
      return
    }
    const watts = circuit === undefined ? 0 : phases.reduce((sum, phase) => sum + current(circuit.id, phase) * 230, 0)
    energyKWh[id] = (energyKWh[id] ?? 1000) + (Math.max(0, watts) * periodMs) / 3.6e9
    const all = deadMeters.has(id)
      ? []
      : [
          ['p_total', goodSample(watts, nowMs)] as const,
          ['e_import', goodSample(Math.floor((energyKWh[id] ?? 0) * 100) / 100, nowMs)] as const,
          ...(inputs[id] === undefined ? [] : [['di_1', goodSample(inputs[id], nowMs)] as const]),
        ]
    meters[id] = Object.fromEntries([
      ...all,
      ...phases.flatMap((phase) => {
        const value =
          circuit === undefined
            ? 0
            : shownBy(meterShows[id]?.[phase] ?? phase, (shown) => current(circuit.id, shown)) * (factors[id] ?? 1)
        const key = phase.toLowerCase()
        if (deadMeters.has(id))
          return [
            [`i_${key}`, missingSample('timeout', nowMs)],
            [`p_${key}`, missingSample('timeout', nowMs)],
          ]
        return [
          [`i_${key}`, goodSample(Math.abs(value), nowMs)],
          [`p_${key}`, goodSample(value * 230 * (reversed.has(`${id} ${phase}`) ? -1 : 1), nowMs)],
        ]
      }),
    ])
    clock.after(periodMs, () => pollMeter(id, periodMs))
  }
  const mayAsk = (id: string): boolean => guard.mayAsk(id)
  const pollCharger = (id: string): void => {
    const charger = chargerOf(id)
    const declared = site.chargers.find((item) => item.id === id)
    const nowMs = clock.nowMs()
    if (mayAsk(id)) {
      feeds(charger, 'request')
      const sample = (value: number): Sample =>
        charger.readable ? goodSample(value, nowMs) : missingSample('timeout', nowMs)
      charger.reading = {
        status: charger.readable
          ? { value: charger.car?.status ?? 'available', code: 'x', quality: 'good', atMs: nowMs }
          : { value: null, code: null, quality: 'timeout', atMs: nowMs },
        samples: {
          ...(chargerProfile.limit.readBack === null ? {} : { limit: sample(charger.limitA) }),
          ...(chargerProfile.phaseSwitch === null || charger.contactor.fault === 'mute'
            ? {}
            : { phases: sample(charger.contactor.set) }),
          ...(charger.ownFallbackA === null ? {} : { fallback_limit: sample(charger.ownFallbackA) }),
        },
        siteCurrentA: perPhase((phase) =>
          declared?.phases.includes(phase) === true && !charger.lacks.includes(phase)
            ? sample(shownBy(charger.shows[phase] ?? phase, (shown) => drawnOn(id, shown)))
            : missingSample('absent', charger.readable ? nowMs : null),
        ),
      }
    }
    clock.after(1000, () => pollCharger(id))
  }

  const delay = (ms: number) =>
    new Promise<void>((resolve) => {
      clock.after(ms, resolve)
    })
  const links = new Map<string, ChargerLink>(
    site.chargers.map(({ id }) => {
      const charger = chargerOf(id)
      const reply = async <T>(value: () => T): Promise<ChargerOutcome<T>> => {
        feeds(charger, 'request')
        await delay(charger.fault === 'silent' ? 1000 : charger.writeMs)
        if (charger.fault === 'silent') return { ok: false, why: 'no reply within 1 s', atMs: clock.nowMs() }
        if (charger.fault === 'refuse') return { ok: false, why: 'exception 4', atMs: clock.nowMs() }
        return { ok: true, atMs: clock.nowMs(), ...value() }
      }
      return [
        id,
        {
          chargerId: id,
          abilities,
          writeLimit: (limitA) => {
            charger.writes.push({ atMs: clock.nowMs(), limitA })
            feeds(charger, 'limit')
            return reply(() => {
              if (charger.fault !== 'ignore') charger.limitA = Math.min(limitA, charger.ownCeilingA)
              return {}
            })
          },
          readBackLimit: () => reply(() => ({ limitA: charger.limitA })),
          ...(chargerProfile.phaseSwitch === null
            ? {}
            : {
                switchPhases: (to: 1 | 3) => {
                  charger.contactor.orders.push({ atMs: clock.nowMs(), to, drawnA: charger.drawnA })
                  return charger.contactor.fault === 'refuse'
                    ? Promise.resolve({ ok: false, why: 'exception 3', atMs: clock.nowMs() } as const)
                    : reply(() => {
                        orderContactor(charger.contactor, to, clock.monotonicMs())
                        return {}
                      })
                },
              }),
          feedWatchdog: () => {
            charger.feeds += 1
            feeds(charger, 'heartbeat')
            return reply(() => ({}))
          },
        },
      ]
    }),
  )

  const decisions: Decision[] = []
  const writes: Write[] = []
  const events: { kind: string; message: string }[] = []
  const audit: { who: string; action: string; subject: string }[] = []
  let ids = 0
  let life = 0
  /** What a program that has ended still had in hand reaches nobody, and no answer reaches it. */
  const linksOfLife = (mine: number): ReadonlyMap<string, ChargerLink> => {
    const alive = <T>(act: () => Promise<T>): Promise<T> => (mine === life ? act() : new Promise<T>(() => undefined))
    return new Map(
      [...links].map(([id, link]) => [
        id,
        {
          ...link,
          writeLimit: (limitA: number) => alive(() => link.writeLimit(limitA)),
          readBackLimit: () => alive(() => link.readBackLimit()),
          feedWatchdog: () => alive(() => link.feedWatchdog()),
          ...(link.switchPhases === undefined
            ? {}
            : { switchPhases: (to: 1 | 3) => alive(() => link.switchPhases?.(to) ?? Promise.reject(new Error(id))) }),
        },
      ]),
    )
  }
  const begin = (): Controller =>
    createController({
      site,
      clock,
      log: silentLog,
      newId: () => `id-${(ids += 1)}`,
      links: linksOfLife(life),
      readOnly: options.readOnly ?? null,
      record: {
        decision: (decision) => {
          decisions.push(decision)
        },
        write: (write) => {
          writes.push(write)
        },
        event: (kind, _severity, _subject, facts) => {
          events.push({ kind, message: eventText(kind, facts) })
        },
        audit: async (row) => {
          await options.audit?.(row)
          audit.push(row)
        },
      },
    })

  let controller = answeredOnce(begin())
  const guard = createAskGuard({
    site,
    abilities: new Map([...links].map(([id]) => [id, abilities])),
    backing: (id) => controller.backing(id),
    isOfEarlier: () => false,
  })

  let seq = 0
  const image = (): Image => ({
    seq: (seq += 1),
    atMs: clock.nowMs(),
    circuits: {},
    meters: Object.fromEntries(Object.entries(meters).map(([id, samples]) => [id, { samples }])),
    chargers: Object.fromEntries(Object.entries(chargers).map(([id, charger]) => [id, charger.reading])),
  })
  let running = true
  const cycle = (): void => {
    if (running) controller.step(image(), 'cycle')
    clock.after(1000, cycle)
  }

  move()
  for (const meter of site.meters) clock.after(rnd() * meter.periodMs, () => pollMeter(meter.id, meter.periodMs))
  for (const charger of site.chargers) clock.after(rnd() * 1000, () => pollCharger(charger.id))
  clock.after(rnd() * 1000, cycle)

  return {
    site,
    clock,
    links,
    get controller() {
      return controller
    },
    /** The program is killed and started again: nothing is handed over, the chargers keep what they were told. */
    restart: () => {
      life += 1
      controller = answeredOnce(begin())
      running = true
    },
    mayAsk,
    chargers,
    buildingA,
    deadMeters,
    reversed,
    meterShows,
    factors,
    frozen,
    inputs,
    decisions,
    writes,
    events,
    audit,
    current,
    image,
    charger: chargerOf,
    /** The caller of step stopped or throws: no cycle any more. */
    stopCycles: () => {
      running = false
    },
    startCycles: () => {
      running = true
    },
    /** The program is stopped; nothing outside it notices. */
    standStill: (seconds: number) => clock.standStill(seconds * 1000),
    plugIn: (id: string, car: Partial<Car> = {}) => {
      chargerOf(id).car = { status: 'charging', maximumA: 32, phases: ['L1', 'L2', 'L3'], ...car }
    },
    unplug: (id: string) => {
      chargerOf(id).car = null
    },
    last: (): Decision => {
      const decision = decisions.at(-1)
      if (decision === undefined) throw new Error('nothing decided yet')
      return decision
    },
    target: (id: string): number => decisions.at(-1)?.chargers[id]?.targetA ?? NaN,
    arm: () => controller.arm({ who: 'Operator', reason: 'test' }),
    /** Runs in steps of a second, calling back after each. */
    run: async (seconds: number, each?: () => void) => {
      for (let second = 0; second < seconds; second += 1) {
        await clock.advance(1000)
        each?.()
      }
    },
  }
}
export type Plant = ReturnType<typeof createPlant>

export interface DepotOptions {
  readonly chargers?: number
  readonly fallback?: number
  readonly meterPeriodMs?: number
  readonly control?: object
  readonly generation?: boolean
}

/** An incomer of 100 A and two feeders of 63 A, each with a meter and half of the chargers. */
export const depot = ({
  chargers = 6,
  fallback = 6,
  meterPeriodMs = 1000,
  control = {},
  generation = false,
}: DepotOptions = {}): unknown => ({
  version: 1,
  id: 'depot',
  name: 'Depot',
  grid: { limit: 100 },
  lines: [{ id: 'lan', transport: 'tcp', host: '127.0.0.1', port: 502 }],
  meters: ['m0', 'm1', 'm2'].map((id) => ({ id, profile: 'x', line: 'lan', periodMs: meterPeriodMs })),
  circuits: [
    { id: 'main', meter: 'm0', limit: 100 },
    { id: 'f1', parent: 'main', meter: 'm1', limit: 63 },
    { id: 'f2', parent: 'main', meter: 'm2', limit: 63 },
  ].map((circuit) => ({ ...circuit, generation })),
  chargers: Array.from({ length: chargers }, (_, index) => ({
    id: `cp${index + 1}`,
    profile: 'test',
    line: 'lan',
    circuit: index < chargers / 2 ? 'f1' : 'f2',
    maximum: 32,
    fallback,
  })),
  control: { margin: 1, ...control },
})
