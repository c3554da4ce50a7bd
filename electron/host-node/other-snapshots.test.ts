import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Live } from '../../shared/api/live-contract.ts'
import type { Deck } from '../core/deck/deck.ts'
import { systemClock } from '../io/clock.ts'
import { createDecks, type OpenDecks } from './decks.ts'
import { caller, exportedSession, liveOf, range } from './test-support/exported-session.ts'

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
const folder = mkdtempSync(join(tmpdir(), 'tripscope-other-'))
let decks: OpenDecks

const until = async (isDone: () => boolean): Promise<void> => {
  while (!isDone())
    await new Promise((resolve) => {
      setTimeout(resolve, 20)
    })
}
const opened = async (bytes: Uint8Array, name = 'file.tripscope'): Promise<Deck> => {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  for (const { deckId } of decks.list()) await decks.close(deckId)
  const deck = await decks.open(path)
  await until(() => deck.state().progress === null && deck.state().notes.length > 0)
  return deck
}
const at = async (deck: Deck, toMs: number): Promise<Live | null> => {
  deck.act({ kind: 'seek', toMs })
  await until(() => deck.isSettled())
  return liveOf(deck.handlers).live
}
const said = (deck: Deck): string =>
  deck
    .state()
    .notes.map(({ text }) => text)
    .join('\n')

beforeAll(() => {
  decks = createDecks({ clock: systemClock, log: quiet })
})
afterAll(async () => {
  await decks.closeAll()
  rmSync(folder, { recursive: true, force: true })
})

describe('a snapshot of version 1', () => {
  /** Written by the program before snapshots were sealed; its bytes as they were. */
  const file = new URL('./test-support/snapshot-v1.base64.txt', import.meta.url)

  it('opens, says of which version it is, plays, and answers the views', async () => {
    const deck = await opened(Buffer.from(readFileSync(file, 'utf8'), 'base64'), 'old.zip')
    expect(said(deck)).toContain('version 1')
    expect(deck.state().notes.filter(({ tone, part }) => tone === 'alarm' && part !== 'record')).toEqual([])
    const { fromMs, toMs } = deck.state().place
    expect(toMs - fromMs).toBeGreaterThan(8000)
    const live = await at(deck, toMs)
    expect(live?.image.meters['m0']?.samples['i_l1']?.value).toBeTypeOf('number')
    const asked = { meterId: 'm0', quantities: ['i_l1'], fromMs, toMs, maxBuckets: 100 }
    const history = await deck.handlers['history.read'](asked, caller)
    expect(history.columns[0]?.buckets.filter((bucket) => bucket !== null).length).toBeGreaterThan(3)
    expect(await deck.handlers['alarms.rules']({}, caller)).toMatchObject({
      problem: expect.stringContaining('not in'),
    })
    const lists: unknown[] = []
    deck.handlers['trips.list']({}, (list) => lists.push(list), caller)()
    expect(lists).toEqual([{ incidents: [], problem: null }])
  }, 60_000)
})

describe('a snapshot of a time whose record was not kept', () => {
  let made: Awaited<ReturnType<typeof exportedSession>>
  let files: Record<string, Uint8Array>
  let record: readonly string[]
  beforeAll(async () => {
    made = await exportedSession(21, 60, { tape: { keepMs: 900_000, segmentMs: 8000, characters: 1e9 } })
    files = unzipSync(made.bytes)
    record = strFromU8(files['record.ndjson'] ?? new Uint8Array())
      .trimEnd()
      .split('\n')
  }, 60_000)
  afterAll(() => rmSync(made.folder, { recursive: true, force: true }))

  it('is made of its seconds, shows their means, and says that it is thinned', async () => {
    const { 'record.ndjson': _record, ...rest } = files
    const deck = await opened(zipSync({ ...rest, 'record-head.json': strToU8(`${record[0] ?? ''}\n`) }))
    expect(said(deck)).toContain('It is thinned')
    expect(said(deck)).not.toContain('gave the same')
    const { fromMs, toMs } = deck.state().place
    const middleMs = (fromMs + toMs) / 2
    const live = await at(deck, middleMs)
    const asked = { meterId: 'm0', quantities: ['i_l1'], ...range, maxBuckets: 2000 }
    const { image } = live ?? {}
    const sample = image?.meters['m0']?.samples['i_l1']
    expect(image?.atMs).toBeLessThanOrEqual(middleMs)
    const { startMs, bucketMs, columns } = await deck.handlers['history.read'](
      { ...asked, fromMs: middleMs - 4000, toMs: middleMs },
      caller,
    )
    const means = (columns[0]?.buckets ?? []).flatMap((bucket, index) =>
      bucket === null ? [] : [[startMs + index * bucketMs, bucket[1]] as const],
    )
    if (sample?.value != null)
      expect(means.some(([, mean]) => Math.abs(mean - (sample.value ?? NaN)) < 1e-3)).toBe(true)
    else expect(sample?.quality).toBeTypeOf('string')
    // What control decided is as it was recorded.
    const asThen = await deck.handlers['decisions.read']({ ...range, limit: 5000 }, caller)
    expect(asThen).toEqual(made.answers.decisions)
  }, 60_000)

  it('of a time that the record holds in part is thinned up to there, and as it was from there on', async () => {
    const saved = record.flatMap((line, index) => (line.startsWith('{"saved"') ? [index] : []))
    const from = saved[2] ?? 0
    expect(saved.length).toBeGreaterThan(4)
    const rest = [record[0], ...record.slice(from)].join('\n')
    // As the manifest of a file that was asked for later would have it: from the first reading on.
    const deck = await opened(zipSync({ ...files, 'record.ndjson': strToU8(`${rest}\n`) }))
    expect(said(deck)).toContain('it is thinned')
    expect(said(deck)).toContain('gave the same')
    const { fromMs, toMs } = deck.state().place
    expect((await at(deck, toMs))?.image).toEqual(made.now.live?.image)
    expect((await at(deck, fromMs + 5000))?.image.atMs).toBeLessThanOrEqual(fromMs + 5000)
    expect((await at(deck, toMs))?.image).toEqual(made.now.live?.image)
  }, 60_000)
})
