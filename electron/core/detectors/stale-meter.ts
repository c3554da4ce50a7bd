import type { MeterReading } from '../../../shared/model/image.ts'
import type { Quality } from '../../../shared/model/sample.ts'
import { quantities, isQuantityKey } from '../../../shared/quantities.ts'
import { clear, type Detector, type Outcome, type Setup, type Verdict } from './detector.ts'
import { seconds, used } from './wording.ts'

interface State { readonly lastGoodMs: number | null; readonly watchedSinceMs: number; readonly raised: boolean }
export type StaleState = Readonly<Record<string, State>>

/** Slow registers may be old by design: what is alive is judged by voltage, current and power. */
const isLive = (key: string): boolean => isQuantityKey(key) && ['voltage', 'current', 'power', 'frequency'].includes(quantities[key].kind)

const cures: Readonly<Record<Exclude<Quality, 'good'>, string>> = {
  waiting: 'It has not answered since the program started: check its unit id, its wiring and the line.',
  absent: 'It answers, but says that these values are not available: check its voltage inputs and its profile.',
  timeout: 'It does not answer: check its supply, its unit id, the bus wiring and termination.',
  refused: 'It refuses the request: check that the profile is for this model.',
  corrupt: 'Its answers arrive damaged: check the bus wiring, the baud rate, and that no two devices have the same unit id.',
  implausible: 'Its values cannot be true: check the profile, the word order and the current transformer ratio.',
  stale: 'It answered before but no longer does: check its supply and the line.',
  offline: 'Its line is not connected: check the converter, the cable and the address.',
}

const newest = (reading: MeterReading | undefined): { goodMs: number | null; quality: Exclude<Quality, 'good'> } => {
  let goodMs: number | null = null
  let quality: Exclude<Quality, 'good'> = 'waiting'
  for (const [key, sample] of Object.entries(reading?.samples ?? {})) {
    if (!isLive(key)) continue
    if (sample.quality === 'good') goodMs = Math.max(goodMs ?? -Infinity, sample.atMs ?? -Infinity)
    else if (sample.quality !== 'absent' || quality === 'waiting') quality = sample.quality
  }
  return { goodMs, quality }
}

/** How many controlled chargers depend on this meter: those under the circuits it measures. */
const dependents = (setup: Setup, meterId: string): number => {
  const under = new Set(setup.site.circuits.filter((circuit) => circuit.meter === meterId).map((circuit) => circuit.id))
  for (let grew = true; grew;) {
    const size = under.size
    for (const circuit of setup.site.circuits) if (circuit.parent !== undefined && under.has(circuit.parent)) under.add(circuit.id)
    grew = under.size > size
  }
  return setup.site.chargers.filter((charger) => under.has(charger.circuit)).length
}

/** A meter that has given no live value for longer than the site's meter timeout. */
export const staleMeter: Detector<StaleState> = {
  id: 'stale-meter',
  start: () => ({}),
  step: (all, { image }, setup) => {
    const timeoutMs = setup.site.control.meterTimeout * 1000
    const next: Record<string, State> = {}
    const outcomes: Outcome[] = []
    for (const { id, name = id, periodMs } of setup.site.meters) {
      const before = all[id] ?? { lastGoodMs: null, watchedSinceMs: image.atMs, raised: false }
      const { goodMs, quality } = newest(image.meters[id])
      const lastGoodMs = goodMs === null ? before.lastGoodMs : Math.max(before.lastGoodMs ?? goodMs, goodMs)
      const silentMs = image.atMs - (lastGoodMs ?? before.watchedSinceMs)
      // A slow meter is not stale between two of its own polls.
      const limitMs = Math.max(timeoutMs, periodMs * 2)
      const raised = silentMs > limitMs
      const count = dependents(setup, id)
      const verdict: Verdict = raised ? {
        kind: 'active',
        facts: {
          phase: null,
          severity: count > 0 ? 'critical' : 'warning',
          title: `No readings from meter ${name}`,
          message: `${lastGoodMs === null ? 'No good reading since the program started' : 'The last good reading is'} ${seconds(silentMs)} ${lastGoodMs === null ? 'ago' : 'old'} ` +
            `(limit ${seconds(limitMs)}; last answer: ${quality}). ${cures[quality]}` +
            (count > 0 ? ` ${count} charger${count === 1 ? '' : 's'} under it can only be held at the declared fallback.` : ''),
          numbers: [used('silent for', silentMs / 1000, 's'), used('limit', limitMs / 1000, 's')],
          evidence: 'the age of the newest good voltage, current, power or frequency of this meter',
          blindMs: silentMs,
          // The cause, and each doubling of the silence.
          identity: quality,
          levels: [{ value: Math.floor(Math.log2(silentMs / limitMs)), step: 1 }],
        },
      } : before.raised ? {
        kind: 'clear',
        closing: {
          message: `Readings are back after ${seconds((goodMs ?? image.atMs) - (before.lastGoodMs ?? before.watchedSinceMs))} without; what happened in between was not seen.`,
          numbers: [used('silent for', ((goodMs ?? image.atMs) - (before.lastGoodMs ?? before.watchedSinceMs)) / 1000, 's'), used('limit', limitMs / 1000, 's')],
        },
      } : clear
      next[id] = { lastGoodMs, watchedSinceMs: before.watchedSinceMs, raised }
      outcomes.push({ subject: { kind: 'meter', id }, key: '', verdict })
    }
    return { state: next, outcomes }
  },
}
