import { describe, expect, it } from 'vitest'
import type { Caller } from '../../shared/api/define.ts'
import type { Live } from '../../shared/api/live-contract.ts'
import type { Decision } from '../../shared/model/decision.ts'
import { createCore } from './core.ts'
import type { ModbusLine } from './lines/modbus-line.ts'
import { createFakeClock } from './test-support/fake-clock.ts'
import { createFakeLine, type FakeLine } from './test-support/fake-line.ts'
import {
  chargerProfile,
  createFakeCharger,
  createFakeRecorder,
  fakeSite,
  meterAnswers,
  meterProfile,
  noArchive,
  noSiteEditor,
} from './test-support/fake-site.ts'

const caller: Caller = { role: 'operator', name: 'Test' }
const id = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

interface Step {
  /** Seconds of monotonic time after the start, and what UTC is moved by. */
  readonly atS: number
  readonly byMs: number
}

/** Three minutes of a site in which a meter falls silent, loads change and a person overrides: what was decided, written and told. */
const live = async (steps: readonly Step[]) => {
  const clock = createFakeClock()
  const chargers = [createFakeCharger(), createFakeCharger()]
  const building = { feederA: 5 }
  const load = (index: number) => building.feederA + (chargers[index - 1]?.state.drawn() ?? 0)
  const answers: Record<string, FakeLine['answer']> = {
    'meter-0': meterAnswers(() => load(1) + load(2)),
    'meter-1': meterAnswers(() => load(1)),
    'meter-2': meterAnswers(() => load(2)),
    'car-1': (request) => chargers[0]?.answer(request) ?? 'silence',
    'car-2': (request) => chargers[1]?.answer(request) ?? 'silence',
  }
  const lines: FakeLine[] = []
  const { recorder } = createFakeRecorder()
  const told: string[] = []
  let ids = 0
  const core = createCore({
    site: fakeSite(1000),
    siteText: '',
    siteWarnings: [],
    meterProfiles: new Map([[meterProfile.id, meterProfile]]),
    chargerProfiles: new Map([[chargerProfile.id, chargerProfile]]),
    mbusProfiles: new Map(),
    clock,
    log: quiet,
    newId: () => id((ids += 1)),
    openMbusLine: () => {
      throw new Error('this site has no M-Bus')
    },
    openLine: (line): ModbusLine => {
      const fake = createFakeLine(line.id, clock, (request) => answers[line.id]?.(request) ?? 'silence')
      lines.push(fake)
      return fake
    },
    recorder: {
      ...recorder,
      appendEvents: async (events) => {
        told.push(
          ...events
            .filter(({ kind }) => !kind.startsWith('clock-set'))
            .map(({ kind, message }) => `${kind}: ${message}`),
        )
      },
    },
    archive: noArchive,
    lock: { held: true, holder: null, release: async () => undefined },
    version: '0.0.0',
    siteEditor: noSiteEditor,
    profileShelf: {
      list: async () => ({ builtIn: [], own: [] }),
      save: async () => ({ ok: true, files: [], backups: [] }),
    },
    listSerialPorts: async () => [],
    reopen: () => undefined,
  })
  const decisions: Decision[] = []
  core.onDecision((decision) => decisions.push(decision))
  const frames: Live[] = []
  core.handlers['live']({}, (frame) => frames.push(frame), caller)
  core.start()
  const readingsAfter: number[] = []
  for (let second = 1; second <= 190; second += 1) {
    for (const { atS, byMs } of steps) if (atS === second) clock.setUtc(clock.nowMs() + byMs)
    if (second === 10) void core.handlers['control.arm']({ intentId: id(900), who: 'Test', reason: 'test' }, caller)
    if (second === 40) building.feederA = 20
    if (second === 60) building.feederA = 8
    if (second === 80) answers['meter-1'] = () => 'silence'
    if (second === 95) answers['meter-1'] = meterAnswers(() => load(1))
    if (second === 110)
      void core.handlers['override.set'](
        { intentId: id(901), chargerId: 'c1', limitA: 10, ttlS: 40, reason: 'test', who: 'Test' },
        caller,
      )
    await clock.advance(1000)
    const frame = frames.at(-1)
    readingsAfter.push(Math.abs((frame?.image.atMs ?? 0) - clock.nowMs()))
  }
  const writes = lines.flatMap(({ id: line, sent }) =>
    sent.flatMap(({ request, atMs }) => ('words' in request ? [`${line} ${atMs} ${request.words.join(',')}`] : [])),
  )
  const stopped = core.stop('the test is over')
  await clock.advance(5000)
  await stopped
  return {
    decisions: decisions.map(({ chargers: each, circuits, notes, mode, trigger }) => ({
      chargers: each,
      circuits,
      notes,
      mode,
      trigger,
    })),
    writes,
    told,
    ageOfFrames: Math.max(...readingsAfter),
    frames,
    decided: decisions,
    endMs: clock.nowMs(),
  }
}

const second = 1000
const hour = 3600 * second
const day = 24 * hour
const scripts: Readonly<Record<string, readonly Step[]>> = {
  'five seconds forward and back, in the quiet and in the middle of it': [30, 55, 83, 90, 100, 120].map(
    (atS, index) => ({
      atS,
      byMs: (index % 2 === 0 ? 5 : -5) * second,
    }),
  ),
  'an hour back and forward': [
    { atS: 35, byMs: -hour },
    { atS: 82, byMs: hour },
    { atS: 115, byMs: hour },
    { atS: 150, byMs: -hour },
  ],
  '800 days ahead for nine seconds': [
    { atS: 50, byMs: 800 * day },
    { atS: 59, byMs: -800 * day },
  ],
  '800 days back, while a meter is silent and a person overrides': [
    { atS: 86, byMs: -800 * day },
    { atS: 125, byMs: 800 * day },
  ],
  'every second another way': Array.from({ length: 180 }, (_, index) => ({
    atS: index + 5,
    byMs: ([5, -5, 3600, -3600, 0.7, -0.7][index % 6] ?? 0) * second,
  })),
}

describe('a clock that is set while the program runs', () => {
  it('changes no decision, no write and no row of the history', async () => {
    const plain = await live([])
    // The scenario has something to change.
    expect(plain.told.join('\n')).toContain('meter m1 of f1 silent for')
    expect(plain.told.join('\n')).toContain('override-expired')
    expect(plain.writes.length).toBeGreaterThan(10)
    for (const [name, steps] of Object.entries(scripts)) {
      const stepped = await live(steps)
      expect(stepped.told, name).toEqual(plain.told)
      expect(stepped.writes, name).toEqual(plain.writes)
      expect(stepped.decisions, name).toEqual(plain.decisions)
    }
  })

  it('is followed by what a person sees: frames, decisions and readings have the time the clock shows', async () => {
    const stepped = await live([{ atS: 50, byMs: hour }])
    const frame = stepped.frames.at(-1)
    expect(stepped.ageOfFrames).toBeLessThan(1100)
    const current = frame?.image.meters['m1']?.samples['i_l1']
    expect((frame?.image.atMs ?? 0) - (current?.atMs ?? 0)).toBeGreaterThanOrEqual(0)
    expect((frame?.image.atMs ?? 0) - (current?.atMs ?? 0)).toBeLessThan(1500)
    const last = stepped.decided.at(-1)
    expect(Math.abs((last?.atMs ?? 0) - stepped.endMs)).toBeLessThan(10_000)
    expect((last?.atMs ?? 0) - (last?.imageAtMs ?? 0)).toBeLessThan(100)
  })
})
