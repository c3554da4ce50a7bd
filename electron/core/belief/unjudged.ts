import { everyKey, type Doubt } from '../../../shared/model/doubt.ts'
import type { Clock } from '../ports.ts'
import type { Memory } from '../site/memory.ts'

const places = ['reply', 'image'] as const
type Place = (typeof places)[number]

/** Meters whose judge threw: nothing of them is believed until it went well there again. */
export const createUnjudged = (clock: Pick<Clock, 'nowMs'>, memory: Memory, onFailure: (error: unknown) => void) => {
  /** Since when, UTC ms, by where it failed: each is over once it went well there. */
  const unjudged = memory.keep('belief-unjudged', new Map<string, number>())
  const failed = (meterId: string): readonly Doubt[] => {
    const since = places.flatMap((at) => unjudged.get(`${at} ${meterId}`) ?? [])
    if (since.length === 0) return []
    return [{ kind: 'not-judged', keys: [everyKey], phase: null, sinceMs: Math.min(...since), numbers: [], hint: null }]
  }
  return (at: Place, meterId: string, judge: () => readonly Doubt[]): readonly Doubt[] => {
    const place = `${at} ${meterId}`
    try {
      const said = judge()
      unjudged.delete(place)
      return [...said, ...failed(meterId)]
    } catch (error) {
      if (!unjudged.has(place)) unjudged.set(place, clock.nowMs())
      onFailure(error)
      return failed(meterId)
    }
  }
}
