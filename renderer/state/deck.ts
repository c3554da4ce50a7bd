import { create } from 'zustand'
import type { DeckMoment, DeckState, Shown } from '../../shared/api/deck-contract.ts'
import { localNow, noteTape, setSource, useClock } from './clock.ts'
import { useConnection, type AppClient } from './connection.ts'
import { newIntentId } from './intent.ts'
import { liveSource, type TimeSource } from './time-source.ts'

/** What this screen shows instead of the site. Written by state/bind.ts and this file; views read. */
export const useDeck = create<{ readonly shown: Shown | null }>(() => ({ shown: null }))

export const isRecordingShown = ({ shown }: { readonly shown: Shown | null }): boolean => (shown?.tape ?? null) !== null

/** Which recording this tab shows, so that a reload of the page goes on with it. */
const storageKey = 'tripscope.deck'
const live = 'live'

const sourceOf = ({ name, can, place }: DeckState): TimeSource => ({ kind: 'tape', name, can, tape: tapeOf(place) })
const tapeOf = ({ fromMs, toMs, speed, isPlaying, positionMs }: DeckState['place']) => ({
  ...{ fromMs, toMs, speed, isPlaying },
  anchor: { positionMs, localMs: localNow() },
})

/** Whether a tab keeps for itself what it shows: a window that has the program for itself is told by it. */
let isKept = false
export const keepShown = (): void => {
  isKept = true
}

/** The program says what is shown, and where it stands. Something else than before: all that was read is of another site or time. */
export const noteShown = (shown: Shown): void => {
  const before = useDeck.getState().shown
  useDeck.setState({ shown })
  const deckId = shown.tape?.deckId ?? null
  const isOther = before !== null && (before.tape?.deckId ?? null) !== deckId
  if (isOther) sessionStorage.setItem(storageKey, deckId ?? live)
  noteSource(shown)
  if (isOther) useConnection.getState().beginAnew()
}

const noteSource = (shown: Shown): void => {
  const { source } = useClock.getState()
  if (shown.tape === null) {
    if (source.kind === 'tape') setSource(liveSource(0))
    return
  }
  const { tape } = shown
  if (source.kind === 'tape' && source.name === tape.name) return noteTape(tapeOf(tape.place))
  setSource(sourceOf(tape), (act) => {
    // Where it was refused, the next word of the program shows where the recording really stands.
    useConnection
      .getState()
      .client?.call('deck.act', { act })
      .catch((error: unknown) => console.warn(String(error)))
  })
}

/** A page that was loaded anew shows what it showed before; a recording that is closed meanwhile is forgotten. */
export const showAgain = async (client: AppClient): Promise<void> => {
  useDeck.setState({ shown: null })
  const kept = sessionStorage.getItem(storageKey)
  if (!isKept || kept === null) return
  try {
    await client.call('deck.show', { deckId: kept === live ? null : kept })
  } catch {
    sessionStorage.removeItem(storageKey)
  }
}

/** The screen turned to another site: whatever recording it showed is left. */
export const leaveDeck = (): void => {
  useDeck.setState({ shown: null })
  sessionStorage.setItem(storageKey, live)
  setSource(liveSource(0))
}

/** Which site this tab shows, so that a reload of the page, or of the program, goes on with it. */
const siteKey = 'tripscope.site'
export const keptSite = (): string | null => (isKept ? sessionStorage.getItem(siteKey) : null)
export const keepSite = (siteId: string | null): void => {
  if (siteId === null) sessionStorage.removeItem(siteKey)
  else sessionStorage.setItem(siteKey, siteId)
}

/** Shows a recording here, or the site again (null). Rejects with why it can't. */
export const show = async (deckId: string | null): Promise<void> => {
  const { client } = useConnection.getState()
  if (client === null) throw new Error('The connection to the program is lost.')
  await client.call('deck.show', { deckId })
}

export const closeDeck = async (deckId: string): Promise<void> => {
  const { client } = useConnection.getState()
  await client?.call('deck.close', { intentId: newIntentId(), deckId })
}

export const openKept = async (name: string): Promise<void> => {
  const { client } = useConnection.getState()
  if (client === null) throw new Error('The connection to the program is lost.')
  await client.call('deck.openKept', { intentId: newIntentId(), name })
}

export const readMoments = async (): Promise<readonly DeckMoment[]> =>
  (await useConnection.getState().client?.call('deck.moments', {})) ?? []
