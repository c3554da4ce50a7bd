import { describe, expect, it } from 'vitest'
import type { Incident } from '../../../shared/forensics/incident.ts'
import { sceneSite } from '../detectors/test-support/scene.ts'
import { isPartOf } from './happening-watch.ts'
import type { Noticed } from './noticed.ts'
import { createHistory } from './history.ts'
import { createIncidentBook } from './incident-book.ts'
import { forgetfulIncidents } from './incident-shelf.ts'
import { createOpenIncidents } from './open-incidents.ts'
import { createToldChanges } from './told-changes.ts'

const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
const trip = (circuitId: string, atMs: number): Noticed => ({ kind: 'trip', atMs, circuitId, chargerIds: null })

const begin = () => {
  const book = createIncidentBook(forgetfulIncidents(), log)
  const history = createHistory(sceneSite())
  const incidents = createOpenIncidents({ history, told: createToldChanges(), earlier: book.all }, book.judged)
  return { book, incidents, history }
}

describe('open incidents', () => {
  it('that turn out to be one are one in the list, and the others say of which they are part', () => {
    const { book, incidents } = begin()
    const first = incidents.begin(trip('f1', 10_000), null, 11_000)
    const second = incidents.begin(trip('f2', 10_200), null, 11_000)
    incidents.notice([trip('main', 11_000)], 12_000)
    expect(book.summaries().map(({ circuitId }) => circuitId)).toEqual(['main'])
    const [left] = book.summaries()
    const other = [first, second].find(({ id }) => id !== left?.id)
    expect(book.get(other?.id ?? '')?.partOf).toBe(left?.id)
  })
  it('of one circuit, minutes apart, stay two, and the second knows of the first', () => {
    const { book, incidents } = begin()
    incidents.begin(trip('f1', 10_000), null, 11_000)
    incidents.begin(trip('f1', 190_000), null, 191_000)
    incidents.notice([], 200_000)
    const earlier = book.summaries().map(({ id }) => (book.get(id) as Incident).evidence['earlier'])
    expect(earlier.map((list) => (list as readonly unknown[]).length)).toEqual([1, 0])
  })
  it('keep what a person said through every judging', () => {
    const { book, incidents } = begin()
    const { id } = incidents.begin(trip('f1', 10_000), null, 10_500)
    incidents.say(id, { who: 'Op', note: 'it was dark', atMs: 9000, saidAtMs: 10_600 })
    incidents.notice([], 20_000)
    expect(book.get(id)?.said?.note).toBe('it was dark')
  })
})

describe('what is part of another', () => {
  const { history } = begin()
  const at = (circuitId: string, atMs: number, id: string) => ({ id, openedAtMs: 1, noticed: trip(circuitId, atMs) })
  it('never is mutual, so that one of two always stays', () => {
    const [one, two] = [at('f1', 1000, 'a'), at('f1', 3000, 'b')]
    expect([isPartOf(history, one, two), isPartOf(history, two, one)]).toEqual([false, true])
  })
  it('a feeder that opened a minute before its incomer is a trip of its own', () => {
    expect(isPartOf(history, at('f1', 1000, 'a'), at('main', 61_000, 'b'))).toBe(false)
  })
})
