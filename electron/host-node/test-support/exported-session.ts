import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Caller } from '../../../shared/api/define.ts'
import type { Live, Trace } from '../../../shared/api/live-contract.ts'
import type { Core } from '../../core/core-ports.ts'
import { randomSession } from '../../core/test-support/random-session.ts'
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

export const liveOf = (handlers: Handlers): { live: Live | null; traces: readonly Trace[] } => {
  let live: Live | null = null
  const traces: Trace[] = []
  handlers.live({}, (value) => (live = value), caller)()
  for (const meterId of meters)
    handlers.trace({ meterId, quantities, backlogS: 600 }, (trace) => traces.push(trace), caller)()
  return { live, traces }
}

/** A session on a real store, what the site answered at its end, and the snapshot that was made of it. */
export const exportedSession = async (
  seed: number,
  seconds: number,
  wish: { readonly anonymous?: boolean; readonly note?: string } = {},
) => {
  const folder = mkdtempSync(join(tmpdir(), 'tripscope-exported-'))
  mkdirSync(join(folder, 'store'))
  const recorder = await openStore(join(folder, 'store'), { log: quiet })
  const signer = openSigner(folder, quiet)
  if (signer === null) throw new Error('no key could be made')
  const file = join(folder, 'a.tripscope')
  const archive = createArchive()
  const fixed = { answers: null as Answers | null, now: null as ReturnType<typeof liveOf> | null }
  const siteText = 'version: 1\nname: Two feeders\n'
  await randomSession(seed, seconds, {
    startMs,
    keepsCalendar: true,
    ports: { recorder, archive, signer, siteText },
    beforeEnd: async ({ handlers }, clock) => {
      // What is on its way to the store arrives while the site stands still.
      await recorder.events(range, 1)
      fixed.now = liveOf(handlers)
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
      void clock
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
    publicKey: signer.publicKey,
  }
}
