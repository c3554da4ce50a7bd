import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { contract } from '../../shared/api/contract.ts'
import { contractVersion } from '../../shared/api/frames.ts'
import type { Handlers } from '../../shared/api/define.ts'
import type { TripscopeContract } from '../../shared/api/contract.ts'
import type { Link } from '../../shared/api/link.ts'
import { serve } from '../../shared/api/server.ts'
import type { Decision } from '../../shared/model/decision.ts'
import type { Interval, SiteEvent } from '../../shared/model/event.ts'
import { openStore } from '../io/store/open-store.ts'
import type { BenchOptions, BenchResult } from './result.ts'

const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
const day = 86_400_000
/** What a viewer asks for at once: as many calls as a page may have open. */
const callsAtOnce = 64
const beatMs = 20

const eventAt = (atMs: number): SiteEvent => ({
  id: randomUUID(),
  atMs,
  kind: 'finding-raised',
  severity: 'warning',
  subject: { kind: 'circuit', id: 'feeder-1' },
  message: 'L1 52.0 A, L2 52.0 A, L3 52.0 A, above its breaker rating for 12 s; reduce the load of this circuit',
  data: { numbers: Array.from({ length: 12 }, (_, at) => ({ label: `number ${at}`, value: at * 1.25, unit: 'A' })) },
})
const intervalAt = (startMs: number): Interval => ({
  meterId: 'm',
  startMs,
  lengthS: 60,
  importKwh: 0.5,
  exportKwh: null,
  registerStartKwh: 10,
  registerEndKwh: 10.5,
  stats: Object.fromEntries(
    Array.from({ length: 24 }, (_, at) => [`i_l${at}`, [1, 2, 3, 60] as [number, number, number, number]]),
  ),
  coverage: 1,
  note: null,
})
const decisionAt = (atMs: number): Decision => ({
  id: randomUUID(),
  seq: 1,
  atMs,
  trigger: 'cycle',
  mode: 'armed',
  imageAtMs: atMs,
  circuits: {},
  notes: ['feeder-1: other load alone is above the 63 A that may be used'],
  chargers: Object.fromEntries(
    Array.from({ length: 12 }, (_, at) => [
      `cp-${at}`,
      {
        targetA: 6 + (atMs % 7),
        state: 'allocated',
        phases: ['L1', 'L2', 'L3'],
        boundBy: [],
        why: `12 A, bound by Feeder 1, L2 (limit 63 A, other load ${atMs % 100} A, shared by 4 chargers)`,
        inputAgeMs: 400,
      },
    ]),
  ),
})

/** Processor time of this thread alone, so that a busy machine does not count. */
const workUs = (): number => {
  const { user, system } = process.threadCpuUsage()
  return user + system
}

/** The lateness of a beat on the thread that controls, while a page asks for all the history it may at once. */
export const run = async ({ isLong }: BenchOptions): Promise<BenchResult> => {
  const folder = mkdtempSync(join(tmpdir(), 'tripscope-flood-'))
  const store = await openStore(folder, { log })
  try {
    const toMs = Math.floor(Date.now() / 60_000) * 60_000
    const days = isLong ? 60 : 10
    for (let at = 0; at < days * 1440; at += 500)
      await store.appendIntervals(
        Array.from({ length: 500 }, (_, index) => intervalAt(toMs - (days * 1440 - at - index) * 60_000)),
      )
    for (let at = 0; at < 20; at += 1)
      await store.appendEvents(Array.from({ length: 500 }, (_, index) => eventAt(toMs - (20 - at) * 60_000 + index)))
    for (let at = 0; at < 3000; at += 1) await store.appendDecision(decisionAt(toMs - (3000 - at) * 1000))

    const range = { fromMs: toMs - 400 * day, toMs: toMs + day }
    const handlers = {
      'events.read': async (input: { limit: number }) => [...(await store.events(range, input.limit))],
      'decisions.read': async (input: { limit: number }) => [...(await store.decisions(range, input.limit))],
      'intervals.read': async () => [...(await store.intervals('m', 60, range))],
    } as unknown as Handlers<TripscopeContract>

    let bytes = 0
    let answers = 0
    let over: () => void = () => undefined
    let tell: (frame: unknown) => void = () => undefined
    const link: Link = {
      send: (frame) => {
        // What a socket costs this thread.
        bytes += Buffer.from(JSON.stringify(frame)).length
        const { type } = frame as { type: string }
        if (type === 'result' || type === 'error') {
          answers += 1
          if (answers % callsAtOnce === 0) over()
        }
      },
      onFrame: (listener) => {
        tell = listener
        return () => undefined
      },
      onClose: () => () => undefined,
      close: () => undefined,
    }
    const stop = serve(contract, handlers, link, { role: 'viewer', name: 'bench' })
    tell({ type: 'hello', contractVersion })

    let worstMs = 0
    let worstWorkMs = 0
    let workedUs = workUs()
    let dueMs = performance.now() + beatMs
    const beat = setInterval(() => {
      const nowMs = performance.now()
      worstMs = Math.max(worstMs, nowMs - dueMs)
      dueMs = nowMs + beatMs
      const nowUs = workUs()
      worstWorkMs = Math.max(worstWorkMs, (nowUs - workedUs) / 1000)
      workedUs = nowUs
    }, beatMs)
    const startedMs = performance.now()
    const rounds = isLong ? 20 : 3
    for (let round = 0; round < rounds; round += 1) {
      const done = new Promise<void>((resolve) => {
        over = resolve
      })
      for (let index = 0; index < callsAtOnce; index += 1) {
        const call = ['events.read', 'decisions.read', 'intervals.read'][index % 3]
        const input =
          call === 'intervals.read'
            ? { meterId: 'm', lengthS: 60, fromMs: range.fromMs, toMs: range.toMs }
            : { fromMs: range.fromMs, toMs: range.toMs, limit: 5000 }
        tell({ type: 'call', id: round * callsAtOnce + index + 1, method: call, input })
      }
      await done
    }
    const tookS = (performance.now() - startedMs) / 1000
    clearInterval(beat)
    stop()
    return {
      name: 'A viewer that asks for all the history it may, at once',
      results: [
        {
          label: 'longest work of the controlling thread without a turn for control',
          value: worstWorkMs,
          unit: 'ms',
          target: 'under 200 ms',
          met: worstWorkMs < 200,
        },
        {
          label: 'worst lateness of a beat, with what else this machine does',
          value: worstMs,
          unit: 'ms',
          target: 'told, no target',
          met: true,
        },
        {
          label: 'answers a second',
          value: answers / tookS,
          unit: '1/s',
          target: 'told, no target',
          met: true,
        },
        {
          label: 'size of an answer',
          value: bytes / 1e6 / Math.max(1, answers),
          unit: 'MB',
          target: 'told, no target',
          met: true,
        },
      ],
    }
  } finally {
    await store.close()
    rmSync(folder, { recursive: true, force: true })
  }
}
