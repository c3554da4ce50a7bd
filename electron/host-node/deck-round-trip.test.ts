import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Deck } from '../core/deck/deck.ts'
import { asWritten, firstDifference } from '../core/record/tape/witness.ts'
import { systemClock } from '../io/clock.ts'
import { createDecks, type OpenDecks } from './decks.ts'
import { answersOf, caller, exportedSession, liveOf, range } from './test-support/exported-session.ts'

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

beforeAll(async () => {
  decks = createDecks({ clock: systemClock, log: quiet })
  made = await exportedSession(21, 90)
})
afterAll(async () => {
  await decks.closeAll()
  rmSync(made.folder, { recursive: true, force: true })
  rmSync(folder, { recursive: true, force: true })
})

describe('a snapshot that is opened elsewhere', () => {
  it('answers every question as the site did', async () => {
    const deck = await opened(made.bytes)
    expect(alarms(deck)).toEqual([])
    const { audit, ...rest } = await answersOf(deck.handlers)
    const { audit: exportRows, ...before } = made.answers
    expect(firstDifference(asWritten(before), asWritten(rest), 'answers')).toBeNull()
    // The row that tells of the export itself came after it.
    expect(audit).toEqual(exportRows.filter(({ action }) => action !== 'snapshot-exported'))
    deck.act({ kind: 'seek', toMs: range.toMs })
    await until(() => !deck.state().place.isBehind)
    const { live, traces } = liveOf(deck.handlers)
    expect(live).toEqual(made.now.live)
    expect(traces).toEqual(made.now.traces)
    let health: unknown = null
    deck.handlers.health({}, (value) => (health = value), caller)()
    expect(health).toMatchObject({ devices: { m0: { kind: 'meter' } } })
  })

  it('keeps the replay law, and says who signed it', async () => {
    const deck = await opened(made.bytes)
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
