import type { MeterReading } from '../../../shared/model/image.ts'
import { everyKey, isDoubted } from '../../../shared/model/doubt.ts'
import { phases } from '../../../shared/model/phase.ts'
import type { Quality, Sample } from '../../../shared/model/sample.ts'
import { quantities, isQuantityKey } from '../../../shared/quantities.ts'
import { currentKey } from '../derive/phase-keys.ts'
import { clear, unknown, type Detector, type Outcome, type Setup, type Verdict } from './detector.ts'
import { notAfter } from './not-after.ts'
import { blindness, seconds, used } from './wording.ts'
import { own } from '../../../shared/own.ts'

/** When each thing watched of a meter was last good: '' any live value, else the key of a current. */
interface State {
  readonly lastGoodMs: Readonly<Record<string, number>>
  readonly watchedSinceMs: number
  readonly raised: boolean
  readonly imageAtMs: number
}
export type StaleState = Readonly<Record<string, State>>

/** Images come once a second: a longer pause between two is a program that slept or stood still, or a clock that was set, ms. */
const longestPauseMs = 3000

/**
 * Silence counts only while somebody listened: after a sleep, a stop or a clock that was set forward no meter is blamed for the
 * time in which it was not asked.
 */
const withoutPause = (before: State, imageAtMs: number): State => {
  const pauseMs = imageAtMs - before.imageAtMs
  if (pauseMs <= longestPauseMs) return before
  return {
    ...before,
    watchedSinceMs: before.watchedSinceMs + pauseMs,
    lastGoodMs: Object.fromEntries(Object.entries(before.lastGoodMs).map(([key, ms]) => [key, ms + pauseMs])),
  }
}

const hasNothingToPoll = ({ descriptions }: Setup, id: string): boolean => {
  const described = descriptions.get(id)
  return described !== undefined && Object.keys(described.quantities).length === 0
}

/** Slow registers may be old by design: what is alive is judged by voltage, current and power. */
const isLive = (key: string): boolean =>
  isQuantityKey(key) && ['voltage', 'current', 'power', 'frequency'].includes(quantities[key].kind)

const cures: Readonly<Record<Exclude<Quality, 'good'>, string>> = {
  waiting: 'It has not answered since the program started: check its unit id, its wiring and the line.',
  absent: 'It answers, but says that these values are not available: check its voltage inputs and its profile.',
  timeout: 'It does not answer: check its supply, its unit id, the bus wiring and termination.',
  refused: 'It refuses the request: check that the profile is for this model.',
  corrupt:
    'Its answers arrive damaged: check the bus wiring, the baud rate, and that no two devices have the same unit id.',
  implausible: 'Its values cannot be true: check the profile, the word order and the current transformer ratio.',
  stale: 'It answered before but no longer does: check its supply and the line.',
  'no-path': 'The gateway has no path to its unit: enter the unit in the gateway, or correct it in the site file.',
  offline: 'Its line is not connected: check the converter, the cable and the address.',
}

/** Where a cure differs on Modbus TCP: no bus, no baud rate, and units and transactions in every frame. */
const tcpCures: Readonly<Partial<Record<Exclude<Quality, 'good'>, string>>> = {
  timeout: 'It does not answer: check its supply, its unit id and, where a gateway stands between, the bus behind it.',
  corrupt:
    'What comes back does not fit what was asked: it carries another unit id or transaction number, or it is damaged. Look at the frames in the ' +
    'line doctor; set the unit id that the device answers with, or another gateway mode or firmware.',
}

/** Where a cure differs on an M-Bus: no unit ids, no termination. */
const mbusCures: Readonly<Partial<Record<Exclude<Quality, 'good'>, string>>> = {
  waiting: 'It has not answered since the program started: check its M-Bus address or number, its wiring and the line.',
  absent: 'It answers, but holds none of the records its profile looks for: check its profile.',
  timeout: 'It does not answer: check its M-Bus address or number, the wiring, the level converter and its supply.',
  corrupt:
    'Its answers arrive damaged or another meter answers: check the wiring, the baud rate, and that no two meters have the same address.',
}

/** Where a cure differs because the meter answers everything else. */
const currentCures: Readonly<Partial<Record<Exclude<Quality, 'good'>, string>>> = {
  absent: 'It says that this current is not available: check its current inputs and transformers.',
  refused: 'It refuses the registers of this current: check that the profile is for this model and its firmware.',
  implausible: 'The current cannot be true: check the profile, the word order and the current transformer ratio.',
}

interface Newest {
  readonly goodMs: number | null
  readonly quality: Exclude<Quality, 'good'>
}

const newest = (reading: MeterReading | undefined, isWanted: (key: string) => boolean): Newest => {
  let goodMs: number | null = null
  let quality: Newest['quality'] = 'waiting'
  for (const [key, sample] of Object.entries(reading?.samples ?? {})) {
    if (!isWanted(key)) continue
    if (sample.quality === 'good') goodMs = Math.max(goodMs ?? -Infinity, sample.atMs ?? -Infinity)
    else if (sample.quality !== 'absent' || quality === 'waiting') quality = sample.quality
  }
  return { goodMs, quality }
}

const ofOne = (sample: Sample | undefined): Newest => {
  if (sample === undefined) return { goodMs: null, quality: 'waiting' }
  return sample.quality === 'good'
    ? { goodMs: sample.atMs ?? -Infinity, quality: 'waiting' }
    : { goodMs: null, quality: sample.quality }
}

/** The currents the meter has of the circuits it measures: without them nobody can hold those circuits, whatever else it says. */
const neededCurrents = (setup: Setup, meterId: string, reading: MeterReading | undefined): readonly string[] => {
  const circuits = setup.site.circuits.filter((circuit) => circuit.meter === meterId)
  return phases
    .filter((phase) => circuits.some((circuit) => circuit.phases.includes(phase)))
    .map((phase) => currentKey[phase])
    .filter((key) => reading?.samples[key] !== undefined)
}

/** How many controlled chargers depend on this meter: those under the circuits it measures. */
const dependents = (setup: Setup, meterId: string): number => {
  const under = new Set(setup.site.circuits.filter((circuit) => circuit.meter === meterId).map((circuit) => circuit.id))
  for (let grew = true; grew;) {
    const size = under.size
    for (const circuit of setup.site.circuits)
      if (circuit.parent !== undefined && under.has(circuit.parent)) under.add(circuit.id)
    grew = under.size > size
  }
  return setup.site.chargers.filter((charger) => under.has(charger.circuit)).length
}

interface Silence {
  readonly key: string
  readonly silentMs: number
  readonly limitMs: number
  readonly quality: Newest['quality']
  readonly wasSeen: boolean
}

/** What to do about it, by what its line is and by what came last. */
const cureOf = ({ quality, wasSeen }: Silence, isCurrent: boolean, transport: string | undefined): string => {
  if (quality === 'waiting' && wasSeen)
    return 'It answered, and was not read again in time: look in the line doctor at what the line loses, and at what else is asked on it.'
  const ofLine = transport?.startsWith('mbus') === true ? mbusCures : transport === 'tcp' ? tcpCures : {}
  const cure = ofLine[quality] ?? cures[quality]
  return isCurrent ? `Its other values arrive. ${currentCures[quality] ?? cure}` : cure
}

/** A meter that has given no live value, or no current of a circuit it measures, for longer than the site's meter timeout. */
export const staleMeter: Detector<StaleState> = {
  id: 'stale-meter',
  start: () => ({}),
  step: (all, { image }, setup) => {
    const timeoutMs = setup.site.control.meterTimeout * 1000
    const next: Record<string, State> = {}
    const outcomes: Outcome[] = []
    for (const { id, name = id, line, periodMs, mbus } of setup.site.meters) {
      const reading = own(image.meters, id)
      // Nothing of it is polled: it gives captures or logs only, and silence says nothing.
      if (Object.keys(reading?.samples ?? {}).length === 0 && hasNothingToPoll(setup, id)) continue
      const known = own(all, id) ?? { lastGoodMs: {}, watchedSinceMs: image.atMs, raised: false, imageAtMs: image.atMs }
      const before = withoutPause(known, image.atMs)
      const watchedSinceMs = notAfter(before.watchedSinceMs, image.atMs)
      const lastGoodMs: Record<string, number> = {}
      // All an M-Bus meter has comes in one answer, and many have energy only: any value shows that it is alive, and a current it never had is not missed.
      const isAlive = mbus === undefined ? isLive : () => true
      const needed = neededCurrents(setup, id, reading).filter(
        (key) =>
          mbus === undefined ||
          own(before.lastGoodMs, key) !== undefined ||
          own(reading?.samples, key)?.quality === 'good',
      )
      const silences = ['', ...needed].map((key): Silence => {
        const { goodMs, quality } = key === '' ? newest(reading, isAlive) : ofOne(own(reading?.samples, key))
        const times = [own(before.lastGoodMs, key), goodMs]
          .filter((ms) => ms != null)
          .map((ms) => notAfter(ms, image.atMs))
        if (times.length > 0) lastGoodMs[key] = Math.max(...times)
        // A slow meter is not stale between two of its own polls.
        const limitMs = Math.max(timeoutMs, 2 * (key === '' ? periodMs : blindness(setup, id, key).periodMs))
        return {
          key,
          silentMs: image.atMs - (own(lastGoodMs, key) ?? watchedSinceMs),
          limitMs,
          quality,
          wasSeen: own(lastGoodMs, key) !== undefined,
        }
      })
      const late = silences.filter(({ silentMs, limitMs }) => silentMs > limitMs)
      const worst =
        late.find(({ key }) => key === '') ?? late.toSorted((left, right) => right.silentMs - left.silentMs)[0]
      const missing = worst === undefined || worst.key === '' ? [] : late.map(({ key }) => key)
      const longestMs = Math.max(
        ...silences.map(
          ({ key }) =>
            (own(lastGoodMs, key) ?? image.atMs) - notAfter(own(before.lastGoodMs, key) ?? watchedSinceMs, image.atMs),
        ),
      )
      const count = dependents(setup, id)
      const transport = setup.site.lines.find((each) => each.id === line)?.transport
      // What arrives and is not believed has a finding of its own, which says more.
      const isExplained =
        worst !== undefined && (worst.key === '' ? [everyKey] : missing).every((key) => isDoubted(reading?.doubts, key))
      const verdict: Verdict =
        worst !== undefined && isExplained
          ? unknown(`its values arrive and are not believed: see the finding on meter ${name}`)
          : worst !== undefined
            ? {
                kind: 'active',
                facts: {
                  phase:
                    missing.length === 0
                      ? null
                      : phases.filter((phase) => missing.includes(currentKey[phase])).join(' '),
                  severity: count > 0 ? 'critical' : 'warning',
                  title:
                    missing.length === 0
                      ? `No readings from meter ${name}`
                      : `No current ${missing.map((key) => key.slice(2).toUpperCase()).join(', ')} from meter ${name}`,
                  message:
                    `${worst.wasSeen ? 'The last good reading is' : 'No good reading since the program started'} ${seconds(worst.silentMs)} ${worst.wasSeen ? 'old' : 'ago'} ` +
                    `(limit ${seconds(worst.limitMs)}; last answer: ${worst.quality}). ${cureOf(worst, missing.length > 0, transport)}` +
                    (count > 0
                      ? ` ${count} charger${count === 1 ? '' : 's'} under it can only be held at the declared fallback.`
                      : ''),
                  numbers: [used('silent for', worst.silentMs / 1000, 's'), used('limit', worst.limitMs / 1000, 's')],
                  evidence:
                    missing.length === 0
                      ? `the age of the newest good ${mbus === undefined ? 'voltage, current, power or frequency' : 'value'} of this meter`
                      : 'the age of the newest good value of each current of the circuits this meter measures',
                  blindMs: worst.silentMs,
                  // What is missing, the cause, and each doubling of the silence.
                  identity: `${missing.join()}|${worst.quality}`,
                  levels: [{ value: Math.floor(Math.log2(worst.silentMs / worst.limitMs)), step: 1 }],
                },
              }
            : before.raised
              ? {
                  kind: 'clear',
                  closing: {
                    message: `Readings are back after ${seconds(longestMs)} without; what happened in between was not seen.`,
                    numbers: [
                      used('silent for', longestMs / 1000, 's'),
                      used('limit', Math.max(timeoutMs, periodMs * 2) / 1000, 's'),
                    ],
                  },
                }
              : clear
      next[id] = {
        lastGoodMs,
        watchedSinceMs,
        raised: worst !== undefined && (before.raised || !isExplained),
        imageAtMs: image.atMs,
      }
      outcomes.push({ subject: { kind: 'meter', id }, key: '', verdict })
    }
    return { state: next, outcomes }
  },
}
