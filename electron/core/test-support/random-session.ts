import type { Caller } from '../../../shared/api/define.ts'
import type { Finding } from '../../../shared/model/finding.ts'
import { seededRandom } from '../../../shared/test-support/seeded-random.ts'
import type { Core, CorePorts } from '../core-ports.ts'
import { createCore } from '../core.ts'
import type { TapeLimits } from '../record/tape/tape-recorder.ts'
import type { ModbusLine, ModbusRequest } from '../lines/modbus-line.ts'
import { createFakeClock, type FakeClock } from './fake-clock.ts'
import { createFakeLine, type FakeReply } from './fake-line.ts'
import {
  chargerProfile,
  createFakeCharger,
  createFakeRecorder,
  fakeSite,
  meterAnswers,
  meterProfile,
  noArchive,
  noSiteEditor,
} from './fake-site.ts'

const caller: Caller = { role: 'operator', name: 'Test' }
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
const uuid = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`

type Answer = (request: ModbusRequest) => FakeReply

/** What can befall one device, for a while. */
const troubles: readonly ((answer: Answer, rnd: () => number) => Answer)[] = [
  () => () => 'silence',
  () => () => ({ exception: 2 }),
  (answer, rnd) => (request) => (rnd() < 0.4 ? 'silence' : answer(request)),
  (answer, rnd) => (request) => (rnd() < 0.4 ? { fault: 'crc' } : answer(request)),
  (answer, rnd) => (request) => {
    const reply = answer(request)
    return typeof reply === 'object' && 'words' in reply ? { ...reply, afterMs: Math.round(rnd() * 1500) } : reply
  },
  (answer) => {
    const kept = new Map<string, FakeReply>()
    return (request) => {
      const key = JSON.stringify(request)
      const reply = kept.get(key) ?? answer(request)
      kept.set(key, reply)
      return reply
    }
  },
  // Takes no writes, and says that it does.
  (answer) => (request) => ('words' in request ? { words: [] } : answer(request)),
]

/**
 * The whole core on a fake clock for `seconds`, with random loads, faults of every device, persons who arm, disarm, override and
 * acknowledge, a calendar that is set and a program that stands still. Answers the record, line by line.
 */
export const randomSession = async (
  seed: number,
  seconds: number,
  more: {
    /** What is kept of it, and after how long somebody asks for that; left out: all. */
    readonly tape?: TapeLimits
    readonly afterS?: number
    readonly startMs?: number
    /** Nobody sets the calendar. */
    readonly keepsCalendar?: boolean
    /** Left out: ports that keep nothing. */
    readonly ports?: Partial<Pick<CorePorts, 'recorder' | 'archive' | 'signer' | 'siteText'>>
    /** Before the core is stopped. */
    readonly beforeEnd?: (core: Core, clock: FakeClock) => Promise<void>
  } = {},
): Promise<readonly string[]> => {
  const rnd = seededRandom(seed)
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(rnd() * list.length)]
  const clock = createFakeClock(more.startMs)
  const chargers = [createFakeCharger(), createFakeCharger()]
  const building = [5, 5]
  const volts = { value: 230 }
  const load = (index: number) => (building[index] ?? 0) + (chargers[index]?.state.drawn() ?? 0)
  const honest: Record<string, Answer> = {
    'meter-0': meterAnswers(() => load(0) + load(1) + rnd() * 0.2),
    'meter-1': meterAnswers(() => load(0) + rnd() * 0.2),
    'meter-2': meterAnswers(() => load(1) + rnd() * 0.2),
    'car-1': (request) => chargers[0]?.answer(request) ?? 'silence',
    'car-2': (request) => chargers[1]?.answer(request) ?? 'silence',
  }
  const answers: Record<string, Answer> = { ...honest }
  const recorder = more.ports?.recorder ?? createFakeRecorder().recorder
  let ids = 0
  const core = createCore({
    site: fakeSite(pick([200, 500, 1000, 2000]) ?? 1000),
    siteText: more.ports?.siteText ?? '',
    siteWarnings: [],
    meterProfiles: new Map([[meterProfile.id, meterProfile]]),
    chargerProfiles: new Map([[chargerProfile.id, chargerProfile]]),
    mbusProfiles: new Map(),
    clock,
    log: quiet,
    newId: () => uuid((ids += 1)),
    openMbusLine: () => {
      throw new Error('this site has no M-Bus')
    },
    openLine: (line): ModbusLine =>
      createFakeLine(line.id, clock, (request) => answers[line.id]?.(request) ?? 'silence'),
    recorder: {
      ...recorder,
      // A disk that is full now and then: what waits for a row must be told the same when it is played again.
      appendAudit: async (row) => {
        if (rnd() < 0.1) throw new Error('the disk is full')
        return recorder.appendAudit(row)
      },
    },
    archive: more.ports?.archive ?? noArchive,
    ...(more.ports?.signer === undefined ? {} : { signer: more.ports.signer }),
    lock: { held: rnd() > 0.05, holder: null, release: async () => undefined },
    version: '0.0.0',
    siteEditor: noSiteEditor,
    profileShelf: {
      list: async () => ({ builtIn: [], own: [] }),
      save: async () => ({ ok: true, files: [], backups: [] }),
    },
    listSerialPorts: async () => [],
    reopen: () => undefined,
    ...(more.tape === undefined ? {} : { tape: more.tape }),
  })
  const lines: string[] = []
  const listen = () => core.onTapeLine((line) => lines.push(line))
  if (more.afterS === undefined) listen()
  const findings: Finding[] = []
  core.onFinding((finding) => findings.push(finding))
  /** Nobody waits for an answer here: a refusal is one too. */
  const ask = (answer: unknown): void => {
    Promise.resolve(answer).catch(() => undefined)
  }
  const intent = () => ({ intentId: uuid((ids += 1)), who: pick(['Ann', 'Ben']) ?? 'Ann', reason: 'a test' })
  const { handlers } = core

  const acts: readonly (() => void)[] = [
    () => {
      building[rnd() < 0.5 ? 0 : 1] = rnd() * 45
    },
    () => {
      const id = pick(Object.keys(honest)) ?? 'meter-0'
      const answer = honest[id]
      const trouble = pick(troubles)
      if (answer !== undefined && trouble !== undefined) answers[id] = trouble(answer, rnd)
    },
    () => {
      Object.assign(answers, honest)
    },
    () => {
      volts.value = rnd() < 0.5 ? 230 : 150
    },
    () => ask(handlers['control.arm'](intent(), caller)),
    () => ask(handlers['control.arm'](intent(), caller)),
    () => ask(handlers['control.disarm'](intent(), caller)),
    () => {
      ask(handlers['control.arm'](intent(), caller))
      ask(handlers['control.disarm'](intent(), caller))
    },
    () =>
      ask(
        handlers['override.set'](
          { ...intent(), chargerId: pick(['c1', 'c2']) ?? 'c1', limitA: Math.round(rnd() * 40), ttlS: 30 },
          caller,
        ),
      ),
    () => {
      const finding = pick(findings)
      if (finding !== undefined)
        ask(
          handlers['finding.acknowledge'](
            { intentId: uuid((ids += 1)), findingId: finding.id, who: 'Ann', note: '' },
            caller,
          ),
        )
    },
    () => {
      if (rnd() < 0.3 && more.keepsCalendar !== true) clock.setUtc(clock.nowMs() + (rnd() - 0.5) * 7_200_000)
    },
    () => {
      if (rnd() < 0.3) clock.standStill(rnd() * 20_000)
    },
  ]

  core.start()
  for (let second = 0; second < seconds; second += 1) {
    if (second === more.afterS) listen()
    if (rnd() < 0.25) pick(acts)?.()
    await clock.advance(1000)
  }
  await more.beforeEnd?.(core, clock)
  const stopped = core.stop('the test is over')
  await clock.advance(10_000)
  await stopped
  return lines
}
