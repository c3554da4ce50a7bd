import { describe, expect, it } from 'vitest'
import type { ChargerStatus, Image } from '../../../../shared/model/image.ts'
import { goodSample, missingSample } from '../../../../shared/model/sample.ts'
import { sceneSite } from '../../detectors/test-support/scene.ts'
import { createHistory } from '../history.ts'
import { gatherCharger, startsOf } from './gather-chargers.ts'

const site = sceneSite()
const [charger] = site.chargers
/** What a charger said, from a second on until it says something else; null: it no longer answers. */
type Said = { readonly status: ChargerStatus; readonly amperes: number } | null

const imageOf = (second: number, readS: number, said: Said): Image => {
  const atMs = readS * 1000
  const sample = said === null ? missingSample('timeout', atMs) : goodSample(said.amperes, atMs)
  return {
    seq: second,
    atMs: second * 1000,
    meters: {},
    circuits: {},
    chargers: {
      a: {
        status: { value: said?.status ?? null, code: null, quality: said === null ? 'timeout' : 'good', atMs },
        samples: {},
        siteCurrentA: { L1: sample, L2: sample, L3: sample },
      },
    },
  }
}

/** Starts before a fall at 100 s of a circuit whose meter showed its load last `withinS` before; the charger is read every `everyS`. */
const startsBefore = (says: (second: number) => Said, { everyS = 1, firstS = 0, withinS = 1 } = {}) => {
  const history = createHistory(site)
  for (let second = firstS; second <= 110; second += 1) {
    const readS = second - ((second - firstS) % everyS)
    history.add(imageOf(second, readS, says(readS)))
  }
  if (charger === undefined) throw new Error('no charger')
  const times = { beforeMs: 100_000 - withinS * 1000, atMs: 100_000, untilMs: 110_000 }
  return startsOf([gatherCharger(history, charger, times)], 0.5)
}
const waiting = { status: 'connected', amperes: 0 } as const
const charging = { status: 'charging', amperes: 16 } as const
const upTo = (second: number, before: Said, after: Said) => (at: number) => (at < second ? before : after)

describe('starts before the moment', () => {
  it('are found up to the moment itself, where the meter that fell is read every ten seconds', () => {
    const says = (second: number): Said => (second < 96 ? waiting : second < 100 ? charging : null)
    expect(startsBefore(says, { withinS: 10 }).within15S).toEqual(['a'])
  })
  it('may be unseen where a waiting car is read too seldom, and not where it is read often, draws or is not there', () => {
    const unseen = (before: Said, everyS: number) =>
      startsBefore(upTo(100, before, null), { everyS, firstS: 3 }).unseen?.names
    expect(unseen(waiting, 10)).toEqual(['a'])
    expect(unseen(waiting, 1)).toEqual([])
    expect(unseen(charging, 10)).toEqual([])
    expect(unseen({ status: 'available', amperes: 0 }, 10)).toEqual([])
  })
  it('may be unseen of one that charged and then was silent for long', () => {
    expect(startsBefore(upTo(70, charging, null)).unseen).toEqual({ names: ['a'], longestS: 31 })
    expect(startsBefore(upTo(97, charging, null)).unseen?.names).toEqual([])
  })
})
