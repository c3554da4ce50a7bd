import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Deck } from '../core/deck/deck.ts'
import { asWritten, firstDifference } from '../core/record/tape/witness.ts'
import { systemClock } from '../io/clock.ts'
import { createDecks, type OpenDecks } from './decks.ts'
import { answersOf, caller, exportedSession, liveOf, nowOf, range } from './test-support/exported-session.ts'

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
let decks: OpenDecks
let made: Awaited<ReturnType<typeof exportedSession>>
const folder = mkdtempSync(join(tmpdir(), 'tripscope-round-'))

const until = async (isDone: () => boolean): Promise<void> => {
  while (!isDone())
    await new Promise((resolve) => {
      setTimeout(resolve, 20)
    })
}
/** Opened, checked and read to its end. */
const opened = async (bytes: Uint8Array): Promise<Deck> => {
  const path = join(folder, 'file.tripscope')
  writeFileSync(path, bytes)
  for (const { deckId } of decks.list()) await decks.close(deckId)
  const deck = await decks.open(path)
  await until(() => deck.state().progress === null && deck.state().notes.length > 0)
  return deck
}
const alarms = (deck: Deck) => deck.state().notes.filter(({ tone }) => tone === 'alarm')

/** The same file for several tests: opened once. */
let first: Deck | null = null
const openedOnce = async (): Promise<Deck> => {
  first ??= await opened(made.bytes)
  return first
}

beforeAll(async () => {
  decks = createDecks({ clock: systemClock, log: quiet })
  made = await exportedSession(21, 60, { asksViews: true })
}, 180_000)
afterAll(async () => {
  await decks.closeAll()
  rmSync(made.folder, { recursive: true, force: true })
  rmSync(folder, { recursive: true, force: true })
})

describe('a snapshot that is opened elsewhere', () => {
  it('answers every question as the site did', async () => {
    const deck = await openedOnce()
    expect(alarms(deck)).toEqual([])
    const { audit, ...rest } = await answersOf(deck.handlers)
    const { audit: exportRows, ...before } = made.answers
    expect(firstDifference(asWritten(before), asWritten(rest), 'answers')).toBeNull()
    // The row that tells of the export itself came after it.
    expect(audit).toEqual(exportRows.filter(({ action }) => action !== 'snapshot-exported'))
    deck.act({ kind: 'seek', toMs: range.toMs })
    await until(() => deck.isSettled())
    const { live, traces } = liveOf(deck.handlers)
    expect(live).toEqual(made.now.live)
    expect(traces).toEqual(made.now.traces)
    let health: unknown = null
    deck.handlers.health({}, (value) => (health = value), caller)()
    expect(health).toMatchObject({ devices: { m0: { kind: 'meter' } } })
  })

  it('answers every view where it stands at its end as the site did, field by field', async () => {
    const deck = await openedOnce()
    deck.act({ kind: 'seek', toMs: range.toMs })
    await until(() => deck.isSettled())
    const views = await nowOf(deck.handlers, made.askedMs)
    const asked = made.views
    if (asked === null) throw new Error('the site was not asked')
    const names = Object.keys(asked) as (keyof typeof views)[]
    const differences = names.flatMap(
      (name) => firstDifference(asWritten(asked[name]), asWritten(views[name]), name) ?? [],
    )
    expect(differences).toEqual([])
    expect(views.whatIf, 'was played').toMatchObject({ asIs: {}, changed: {} })
  })

  it('reports the energy of its time, though it holds no whole quarter of an hour', async () => {
    const deck = await openedOnce()
    // A report goes up to where the recording stands.
    deck.act({ kind: 'seek', toMs: range.toMs })
    await until(() => deck.isSettled())
    const asked = { ...range, grouping: 'meter' as const }
    const { lines } = await deck.handlers['energy.report'](asked, caller)
    const kept = await deck.handlers['intervals.read']({ ...range, meterId: 'm1', lengthS: 60 }, caller)
    const last = kept.findLast(({ registerEndKwh }) => registerEndKwh !== null)
    // What the record has of its register is in the report, by whatever minutes were kept.
    expect(lines.find(({ id }) => id === 'm1')?.register?.last.kwh).toBe(last?.registerEndKwh)
    const quarters = await deck.handlers['energy.intervals'](asked, caller)
    expect(quarters.lines.map(({ id }) => id)).toEqual(lines.map(({ id }) => id))
  })

  it('says of what it can’t hold why, one sentence for each kind', async () => {
    const deck = await openedOnce()
    const why = async (ask: () => unknown): Promise<string> => {
      try {
        await ask()
        return 'answered'
      } catch (error) {
        return error instanceof Error ? error.message : String(error)
      }
    }
    const { handlers } = deck
    expect(await why(() => handlers['siteFile.text']({}, caller))).toContain('site.yaml')
    expect(await why(() => handlers['scan.ports']({}, caller))).toContain('no lines to search on')
    expect(await why(() => handlers['explore.profiles']({}, caller))).toContain('no devices to ask')
    expect(await why(() => handlers['snapshot.preview']({ minutes: 5 }, caller))).toContain('recording already')
    const order = { intentId: '00000000-0000-4000-8000-000000000001', who: 'Ann', reason: 'a test', isDimmed: true }
    expect(await why(() => handlers['demand.dim'](order, caller))).toContain('takes no orders')
  })

  it('keeps the replay law, and says who signed it', async () => {
    const deck = await openedOnce()
    const texts = deck.state().notes.map(({ text }) => text)
    expect(texts.some((text) => /^Played again, \d+ turns gave the same \d+ findings/.test(text))).toBe(true)
    expect(texts.some((text) => text.startsWith('Signed by the installation'))).toBe(true)
  })

  it('plays without names where they were taken out, by the same law', async () => {
    const anonymous = await exportedSession(21, 40, { anonymous: true, note: 'seen by Ann' })
    const deck = await opened(anonymous.bytes)
    expect(alarms(deck)).toEqual([])
    expect(deck.site.name).toBe('A site')
    expect(
      deck
        .state()
        .notes.map(({ text }) => text)
        .join('\n'),
    ).toContain('gave the same')
    expect(Buffer.from(anonymous.bytes).includes('Two feeders')).toBe(false)
    rmSync(anonymous.folder, { recursive: true, force: true })
  })

  it('leaves nothing behind when it is closed', async () => {
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith('tripscope-recording-')).length
    const deck = await opened(made.bytes)
    await decks.close(deck.deckId)
    const after = readdirSync(tmpdir()).filter((name) => name.startsWith('tripscope-recording-')).length
    expect(after).toBeLessThanOrEqual(before)
  })
})
