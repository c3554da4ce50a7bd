import type { Measure } from '../../../../shared/acceptance/run.ts'
import type { DeviceHealth } from '../../../../shared/model/health.ts'
import { own } from '../../../../shared/own.ts'
import { counted, ended, round, secondsText, type StepOutcome, type StepRunner, type StepWorld } from '../step-world.ts'

/** Steps that only watch how a device is read. Both go on beside each other for all devices. */

/** A device that is read seldom is silent only after two of its periods. */
const silenceOf = (world: StepWorld, { periodMs }: DeviceHealth): number =>
  Math.max(world.numbers.longestSilenceS * 1000, 2.5 * periodMs)

/** What is no good reply, in the words of Meter health. */
const badKinds = {
  timeouts: 'no reply in time',
  crcErrors: 'checksum wrong',
  exceptions: 'an exception',
  gatewaySilent: 'the gateway says: no reply',
  gatewayNoPath: 'the gateway says: no path',
  malformed: 'another reply than asked for',
} as const satisfies Partial<Record<keyof DeviceHealth, string>>
const kindsOf = Object.keys(badKinds) as readonly (keyof typeof badKinds)[]

const badOf = (health: DeviceHealth): number => kindsOf.reduce((sum, kind) => sum + health[kind], 0)
const askedOf = ({ requests, doubted = 0 }: DeviceHealth): number => requests - doubted
const badText = (begun: DeviceHealth, now: DeviceHealth): string =>
  kindsOf
    .filter((kind) => now[kind] > begun[kind])
    .map((kind) => `${badKinds[kind]}: ${now[kind] - begun[kind]}`)
    .join(', ')

const nothingOf = (world: StepWorld, id: string): StepOutcome =>
  ended('not-done', `nothing is read of ${id}: see the health of its line`, [
    counted('Requests', own(world.health().devices, id)?.requests ?? null, '', 'Meter health', 'it is not on any line'),
  ])

/** Requests, replies and silence of a device for the minutes of the plan; what was seen before a pause counts. */
export const communication: StepRunner = async (world, step) => {
  const { id } = step.subject
  const needMs = world.numbers.communicationMinutes * 60_000
  const before = step.watched ?? { watchedMs: 0, requests: 0, bad: 0, longestSilenceMs: 0 }
  const begun = own(world.health().devices, id)
  if (begun === undefined) return nothingOf(world, id)
  const sinceMs = world.monotonicMs()
  const silentMs = silenceOf(world, begun)
  let watched = before
  let keptMs = 0
  for (;;) {
    await world.next()
    const health = world.health()
    const now = own(health.devices, id)
    if (now === undefined) return nothingOf(world, id)
    const passedMs = world.monotonicMs() - sinceMs
    const sinceGood = now.lastGoodAtMs === null ? passedMs : Math.min(passedMs, health.atMs - now.lastGoodAtMs)
    watched = {
      watchedMs: before.watchedMs + passedMs,
      // What was doubted and asked for again is one question; that it was asked twice is told beside it.
      requests: before.requests + askedOf(now) - askedOf(begun),
      bad: before.bad + badOf(now) - badOf(begun),
      longestSilenceMs: Math.max(watched.longestSilenceMs, sinceGood),
    }
    world.tell(
      `${secondsText(watched.watchedMs)} of ${secondsText(needMs)}, ${watched.bad} of ${watched.requests} requests without a good reply`,
    )
    if (watched.watchedMs - keptMs > 30_000) {
      keptMs = watched.watchedMs
      world.watch(watched)
    }
    if (watched.watchedMs >= needMs) break
  }
  const percent = watched.requests === 0 ? null : (100 * watched.bad) / watched.requests
  const now = own(world.health().devices, id)
  const evidence = [
    counted('Watched for', round(watched.watchedMs / 1000), 's', 'this step'),
    counted('Requests', watched.requests, '', 'counters of the line'),
    counted(
      'Without a good reply',
      percent === null ? null : round(percent, 2),
      '%',
      'counters of the line',
      'nothing was asked',
    ),
    ...(now === undefined || badOf(now) === badOf(begun)
      ? []
      : [counted('Of these', badText(begun, now), '', 'counters of the line')]),
    ...(now?.doubted === undefined
      ? []
      : [
          counted(
            'Asked again, because the reply could have been another’s',
            now.doubted - (begun.doubted ?? 0),
            '',
            'counters of the line',
          ),
        ]),
    counted('Longest silence', round(watched.longestSilenceMs / 1000), 's', 'time of its last good reply'),
    counted(
      'Turnaround, 95 % of the last 200 requests',
      now?.turnaroundMs == null ? null : round(now.turnaroundMs.p95),
      'ms',
      'counters of the line',
    ),
  ]
  // A device that is pushed to us (OCPP) is asked nothing: its silence alone counts.
  const isQuiet = watched.longestSilenceMs > silentMs
  const isBad = percent !== null && percent > world.numbers.mostErrorsPercent
  // One reply that was lost is no share: so few requests can't tell 1 % from 0.1 %.
  const isTooFew = isBad && watched.bad === 1 && watched.requests * world.numbers.mostErrorsPercent < 100
  const measures: Measure[] =
    percent === null
      ? []
      : [{ kind: 'error-rate', subject: step.subject, where: '', value: round(percent, 3), unit: '%' }]
  if (now?.lastGoodAtMs == null) return ended('fail', 'it never answered', evidence, measures)
  if (isQuiet)
    return ended(
      'fail',
      `it was silent for ${secondsText(watched.longestSilenceMs)}, at most ${secondsText(silentMs)} may pass`,
      evidence,
      measures,
    )
  if (isTooFew)
    return ended(
      'not-done',
      `1 of ${watched.requests} requests had no good reply: too few to tell that from ${world.numbers.mostErrorsPercent} %; watch it longer`,
      evidence,
      measures,
    )
  return isBad
    ? ended(
        'fail',
        `${round(percent, 2)} % of its requests had no good reply, at most ${world.numbers.mostErrorsPercent} % may`,
        evidence,
        measures,
      )
    : ended(
        'pass',
        `${watched.requests} requests, ${watched.bad} without a good reply, in ${secondsText(watched.watchedMs)}`,
        evidence,
        measures,
      )
}

/** At least so many readings are looked at, and for so long at most, ms. */
const readings = 6
const longestLookMs = 120_000

/** How often a device is really read: as the poller reckons, and by the stamps of its values as they came. */
export const intervals: StepRunner = async (world, step) => {
  const { id, kind } = step.subject
  const begun = own(world.health().devices, id)
  if (begun === undefined) return nothingOf(world, id)
  const needMs = Math.min(longestLookMs, Math.max(5000, readings * begun.periodMs))
  const sinceMs = world.monotonicMs()
  const stamps: number[] = []
  while (world.monotonicMs() - sinceMs < needMs) {
    const { image } = await world.next()
    const samples = (kind === 'meter' ? own(image.meters, id) : own(image.chargers, id))?.samples ?? {}
    const newest = Math.max(
      ...Object.values(samples).map(({ atMs, value }) => (value === null ? -Infinity : (atMs ?? -Infinity))),
    )
    if (Number.isFinite(newest) && newest !== stamps.at(-1)) stamps.push(newest)
    world.tell(`${stamps.length} readings in ${secondsText(world.monotonicMs() - sinceMs)}`)
  }
  const now = own(world.health().devices, id)
  const gaps = stamps
    .slice(1)
    .map((at, index) => at - (stamps[index] ?? at))
    .toSorted((a, b) => a - b)
  const longest = gaps.at(-1) ?? null
  const middle = gaps[Math.floor(gaps.length / 2)] ?? null
  const achieved = now?.achievedPeriodMs ?? null
  const skipped = (now?.skippedSweeps ?? 0) - begun.skippedSweeps
  const evidence = [
    counted('Period asked for', begun.periodMs, 'ms', 'site file or profile'),
    counted(
      'Period reached',
      achieved === null ? null : round(achieved, 0),
      'ms',
      'poller, last sweeps',
      'fewer than two sweeps',
    ),
    counted(
      'Between readings on the screen, middle',
      middle === null ? null : round(middle, 0),
      'ms',
      'stamps of its values',
      'fewer than two readings',
    ),
    counted(
      'Between readings on the screen, longest',
      longest === null ? null : round(longest, 0),
      'ms',
      'stamps of its values',
      'fewer than two readings',
    ),
    counted('Sweeps left out meanwhile', skipped, '', 'poller'),
    counted('Readings looked at', stamps.length, '', 'this step'),
  ]
  const best = achieved ?? middle
  if (best === null)
    return ended('not-done', 'it brought fewer than two readings: nothing can be said of its interval', evidence)
  const measures: Measure[] = [
    { kind: 'interval', subject: step.subject, where: '', value: round(best, 0), unit: 'ms' },
  ]
  return best > 1.25 * begun.periodMs && best - begun.periodMs > 250
    ? ended(
        'fail',
        `read every ${round(best, 0)} ms, asked for every ${begun.periodMs} ms: see the line budget in Line doctor`,
        evidence,
        measures,
      )
    : ended('pass', `read every ${round(best, 0)} ms, asked for every ${begun.periodMs} ms`, evidence, measures)
}
