import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Caller } from '../../../shared/api/define.ts'
import type { Live, Trace } from '../../../shared/api/live-contract.ts'
import type { Core } from '../../core/core-ports.ts'
import type { FakeClock } from '../../core/test-support/fake-clock.ts'
import { randomSession } from '../../core/test-support/random-session.ts'
import type { TapeLimits } from '../../core/record/tape/tape-recorder.ts'
import { createArchive } from '../../io/archive.ts'
import { openSigner } from '../../io/signer.ts'
import { openStore } from '../../io/store/open-store.ts'

export const caller: Caller = { role: 'operator', name: 'Test' }
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
const intentId = '00000000-0000-4000-8000-00000000aaaa'
type Handlers = Core['handlers']

/** Two days ago, on a full hour: a store deletes by this computer's clock. */
export const startMs = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 2 * 86_400_000
export const range = { fromMs: startMs - 14_400_000, toMs: startMs + 14_400_000 }
export const meters = ['m0', 'm1', 'm2'] as const
const quantities = ['u_l1n', 'i_l1', 'i_l2', 'i_l3', 'f', 'e_import']

/** All that a screen may ask of the past, by method. */
export const answersOf = async (handlers: Handlers) => ({
  site: await handlers['site.describe']({}, caller),
  events: await handlers['events.read']({ ...range, limit: 5000 }, caller),
  decisions: await handlers['decisions.read']({ ...range, limit: 5000 }, caller),
  writes: await handlers['writes.read']({ ...range, limit: 5000 }, caller),
  audit: await handlers['audit.read']({ ...range, limit: 5000 }, caller),
  histories: await Promise.all(
    meters.map(async (meterId) =>
      handlers['history.read']({ ...range, meterId, quantities, maxBuckets: 2000 }, caller),
    ),
  ),
  intervals: await Promise.all(
    meters.map(async (meterId) => handlers['intervals.read']({ ...range, meterId, lengthS: 60 as const }, caller)),
  ),
})
export type Answers = Awaited<ReturnType<typeof answersOf>>

const firstOf = <T>(subscribe: (push: (value: T) => void) => () => void): T | null => {
  const values: T[] = []
  subscribe((value) => values.push(value))()
  return values[0] ?? null
}
/** An answer, or the words of a refusal. */
const said = async <T>(ask: () => T | Promise<T>): Promise<T | string> => {
  try {
    return await ask()
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** All that views ask of the present, by method: what a recording must answer the same where it stands at its end. */
export const nowOf = async (handlers: Handlers, nowMs: number) => {
  const trips = firstOf<{ incidents: readonly { readonly id: string }[] }>((push) =>
    handlers['trips.list']({}, push, caller),
  )
  const lastHour = { fromMs: nowMs - 3_600_000, toMs: nowMs }
  const line = { lineId: 'meter-0', windowS: 30, assumeBaud: null }
  const report = (await handlers['doctor.report'](line, caller)) as { readonly tape?: unknown }
  return {
    trips,
    incidents: await Promise.all(
      (trips?.incidents ?? []).map(async ({ id }) => handlers['trips.read']({ incidentId: id }, caller)),
    ),
    patterns: await handlers['trips.patterns']({}, caller),
    rules: await handlers['alarms.rules']({}, caller),
    wiring: await handlers['commissioning.wiring']({}, caller),
    tests: firstOf((push) => handlers['commissioning.tests']({}, push, caller)),
    // A recording ends with its last turn, a site answers a moment later.
    demand: { ...(await handlers['demand.read']({}, caller)), atMs: null },
    plan: await handlers['demand.plan']({}, caller),
    events: await handlers['quality.events'](lastHour, caller),
    why: await said(() => handlers['control.why']({ chargerId: 'cp1', atMs: nowMs }, caller)),
    story: await said(() => handlers['control.story']({ chargerId: 'cp1', ...lastHour }, caller)),
    whatIf: await said(() => handlers['control.whatIf']({ ...lastHour, margin: 0.8 }, caller)),
    // How much is kept, and since when, is of the tape in memory.
    doctor: { ...report, tape: null, fromMs: null, toMs: null },
    frames: await handlers['doctor.frames']({ lineId: 'meter-0', ...lastHour, limit: 500 }, caller),
    waves: firstOf((push) => handlers['waves.sources']({}, push, caller)),
  }
}
export type NowAnswers = Awaited<ReturnType<typeof nowOf>>

export const liveOf = (handlers: Handlers): { live: Live | null; traces: readonly Trace[] } => {
  let live: Live | null = null
  const traces: Trace[] = []
  handlers.live({}, (value) => (live = value), caller)()
  for (const meterId of meters)
    handlers.trace({ meterId, quantities, backlogS: 600 }, (trace) => traces.push(trace), caller)()
  return { live, traces }
}

/** What waits for others to have their turn goes on; no time passes meanwhile. */
const driven = async <T>(clock: FakeClock, answer: Promise<T>): Promise<T> => {
  const state = { isDone: false }
  const done = answer.finally(() => {
    state.isDone = true
  })
  while (!state.isDone) {
    await clock.advance(0)
    await new Promise((resolve) => {
      setImmediate(resolve)
    })
  }
  return done
}

/** A session on a real store, what the site answered at its end, and the snapshot that was made of it. */
export const exportedSession = async (
  seed: number,
  seconds: number,
  wish: {
    readonly anonymous?: boolean
    readonly note?: string
    readonly tape?: TapeLimits
    readonly asksViews?: boolean
  } = {},
) => {
  const folder = mkdtempSync(join(tmpdir(), 'tripscope-exported-'))
  mkdirSync(join(folder, 'store'))
  const recorder = await openStore(join(folder, 'store'), { log: quiet })
  const signer = openSigner(folder, quiet)
  if (signer === null) throw new Error('no key could be made')
  const file = join(folder, 'a.tripscope')
  const archive = createArchive()
  const fixed = {
    answers: null as Answers | null,
    now: null as ReturnType<typeof liveOf> | null,
    views: null as NowAnswers | null,
    askedMs: 0,
  }
  const siteText = 'version: 1\nname: Two feeders\n'
  await randomSession(seed, seconds, {
    startMs,
    keepsCalendar: true,
    ...(wish.tape === undefined ? {} : { tape: wish.tape }),
    ports: { recorder, archive, signer, siteText },
    beforeEnd: async ({ handlers }, clock) => {
      // What is on its way to the store arrives while the site stands still.
      await recorder.events(range, 1)
      fixed.now = liveOf(handlers)
      fixed.askedMs = clock.nowMs()
      if (wish.asksViews === true) fixed.views = await driven(clock, nowOf(handlers, fixed.askedMs))
      const offer = await handlers['snapshot.export'](
        {
          intentId,
          minutes: 600,
          who: 'Ann',
          note: wish.note ?? '',
          comments: false,
          anonymous: wish.anonymous ?? false,
        },
        caller,
      )
      const pieces: Uint8Array[] = []
      for await (const piece of handlers['transfer.fetch']({ ticket: offer.ticket }, caller))
        if (piece.kind === 'bytes') pieces.push(new Uint8Array(piece.bytes))
      writeFileSync(file, Buffer.concat(pieces))
      fixed.answers = await answersOf(handlers)
    },
  })
  await recorder.close()
  if (fixed.answers === null || fixed.now === null) throw new Error('the session was not exported')
  return {
    folder,
    file,
    bytes: readFileSync(file),
    answers: fixed.answers,
    now: fixed.now,
    views: fixed.views,
    askedMs: fixed.askedMs,
    publicKey: signer.publicKey,
  }
}
