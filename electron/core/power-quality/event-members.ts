import type { PowerEventMember } from '../../../shared/api/quality-contract.ts'
import type { SiteEvent } from '../../../shared/model/event.ts'
import { findingSchema, type Finding } from '../../../shared/model/finding.ts'
import { clockSlackMs, type EventMember } from '../../../shared/power-quality/join-events.ts'
import { own } from '../../../shared/own.ts'
import { meterEventDataSchema, type MeterEventData } from '../../../shared/meter-records/meter-event.ts'
import type { Site } from '../../../shared/site/site.ts'
import { captureDataSchema, voltageDataSchema, type CaptureData, type VoltageData } from './event-data.ts'

/** A member with what joins it to others. */
export interface FoundMember extends EventMember {
  readonly said: PowerEventMember
  /** Of a meter's record: which of its logs it stands in. */
  readonly log?: string
}

const phaseOf = (channel: string): string => channel.replace(/^u(?=[123]$)/, 'L')

const waveMember = (row: SiteEvent, { source, event, side }: VoltageData, site: Site): FoundMember => {
  const udinV = site.grid.nominalVoltage
  const duration = event.toMs === null ? null : event.toMs - event.fromMs
  const { id, name } = site.waves.find((each) => each.id === source) ?? { id: source, name: undefined }
  return {
    id: row.id,
    source,
    truth: 'sampled',
    direction: event.kind === 'swell' ? 'over' : 'under',
    earliestMs: event.fromMs,
    // Samples were lost: it was there until then, and nobody knows for how long after.
    latestEndMs: event.toMs ?? row.atMs,
    said: {
      id: row.id,
      truth: 'sampled',
      sourceName: name ?? id,
      waveSourceId: source,
      subject: row.subject ?? { kind: 'site', id: site.id },
      kind: event.kind,
      phases: event.channels.map(phaseOf).sort(),
      fromMs: event.fromMs,
      toMs: event.toMs,
      atLeastMs: duration,
      atMostMs: duration,
      extremeV: event.extremeV,
      extremePercent: (100 * event.extremeV) / udinV,
      isBound: event.isCut,
      isCut: event.isCut,
      captureId: null,
      side: side ?? null,
      evidence: 'Urms(1/2) of every half cycle, from the samples of a front end',
    },
  }
}

/** Samples that are missing in the middle of an event cut it in two; what begins so soon after them is the same one going on, ms. */
const mostGapMs = 2000

/** A cut event and its going on, joined: its beginning and end are known, and what was deepest between them is not. */
const withoutCuts = (members: readonly FoundMember[]): readonly FoundMember[] => {
  const joined: FoundMember[] = []
  for (const member of [...members].sort((one, other) => one.said.fromMs - other.said.fromMs)) {
    const at = joined.findIndex(
      ({ source, said, latestEndMs }) =>
        said.isCut &&
        source === member.source &&
        said.kind === member.said.kind &&
        member.said.fromMs - (latestEndMs ?? said.fromMs) <= mostGapMs,
    )
    const before = joined[at]
    if (before === undefined) joined.push(member)
    else joined[at] = goingOn(before, member)
  }
  return joined
}
const goingOn = (before: FoundMember, after: FoundMember): FoundMember => {
  const worse = after.direction === 'over' ? Math.max : Math.min
  const [first, last] = [before.said, after.said]
  const worst = (one: number | null, other: number | null) => worse(one ?? NaN, other ?? NaN)
  const whole = last.toMs === null ? null : last.toMs - first.fromMs
  return {
    ...before,
    latestEndMs: after.latestEndMs,
    said: {
      ...first,
      toMs: last.toMs,
      isCut: last.isCut,
      phases: [...new Set([...first.phases, ...last.phases])].sort(),
      atLeastMs: last.atLeastMs,
      atMostMs: whole,
      extremeV: worst(first.extremeV, last.extremeV),
      extremePercent: worst(first.extremePercent, last.extremePercent),
      captureId: first.captureId ?? last.captureId,
      evidence: `${first.evidence}; some are missing within it`,
    },
  }
}

/** An interruption is a dip as well: of one source both are one member, which goes by the worse name and the dip's time. */
const withoutDoubles = (members: readonly FoundMember[]): readonly FoundMember[] =>
  members.flatMap((member) => {
    const overlaps = (other: FoundMember): boolean =>
      other.source === member.source &&
      other.said.fromMs < (member.said.toMs ?? Infinity) &&
      (other.said.toMs ?? Infinity) > member.said.fromMs
    if (member.said.kind === 'interruption')
      return members.some((other) => other.said.kind === 'dip' && overlaps(other)) ? [] : [member]
    if (member.said.kind === 'dip' && members.some((other) => other.said.kind === 'interruption' && overlaps(other)))
      return [{ ...member, said: { ...member.said, kind: 'interruption' as const } }]
    return [member]
  })

const numberOf = (finding: Finding, label: string): number | null =>
  finding.numbers.find((used) => used.label === label)?.value ?? null
const msOf = (seconds: number | null): number | null => (seconds === null ? null : Math.round(seconds * 1000))

const polledMember = (finding: Finding, site: Site): FoundMember => {
  const isOver = finding.detector === 'overvoltage'
  const phases = (finding.phase ?? '').split(' ').filter((phase) => phase !== '')
  const readings = phases.flatMap((phase) => numberOf(finding, `${isOver ? 'highest' : 'lowest'} ${phase}`) ?? [])
  const extremeV = readings.length === 0 ? null : isOver ? Math.max(...readings) : Math.min(...readings)
  const { id, name } = site.meters.find((each) => each.id === finding.subject.id) ?? {
    id: finding.subject.id,
    name: '',
  }
  // The reading before it and the one after it, and that long it took until it was said.
  const slackMs = Math.max(clockSlackMs, finding.blindMs ?? 0)
  return {
    id: finding.id,
    source: `meter ${finding.subject.id}`,
    truth: 'polled RMS',
    direction: isOver ? 'over' : 'under',
    earliestMs: finding.raisedAtMs - slackMs,
    latestEndMs: finding.clearedAtMs,
    said: {
      id: finding.id,
      truth: 'polled RMS',
      sourceName: name === '' || name === undefined ? id : name,
      waveSourceId: null,
      subject: finding.subject,
      kind: 'excursion',
      phases,
      fromMs: finding.raisedAtMs,
      toMs: finding.clearedAtMs,
      atLeastMs: msOf(numberOf(finding, 'duration at least')),
      atMostMs: msOf(numberOf(finding, 'duration at most')),
      extremeV,
      extremePercent: extremeV === null ? null : (100 * extremeV) / site.grid.nominalVoltage,
      isBound: true,
      isCut: false,
      captureId: null,
      side: null,
      evidence: finding.evidence,
    },
  }
}

const eventKinds = {
  dip: 'dip',
  swell: 'swell',
  interruption: 'interruption',
  'power-failure': 'interruption',
} as const
const kindOf = (event: MeterEventData['event']): 'dip' | 'swell' | 'interruption' | null =>
  own(eventKinds as Readonly<Record<string, 'dip' | 'swell' | 'interruption'>>, event) ?? null

const sureTo = (ms: number): string => (ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(1)} s`)

/** A record of the meter's own log. What is no event of the voltage is told in the history alone. */
const meterMember = (row: SiteEvent, data: MeterEventData, site: Site): readonly FoundMember[] => {
  const kind = kindOf(data.event)
  if (kind === null) return []
  const { id, name } = site.meters.find((each) => each.id === data.source) ?? { id: data.source, name: undefined }
  const slackMs = Math.max(clockSlackMs, data.uncertaintyMs)
  return [
    {
      id: row.id,
      log: data.log,
      source: `log of ${data.source}`,
      truth: 'meter event',
      direction: kind === 'swell' ? 'over' : 'under',
      earliestMs: data.fromMs - slackMs,
      latestEndMs: (data.toMs ?? data.fromMs) + slackMs,
      said: {
        id: row.id,
        truth: 'meter event',
        sourceName: name ?? id,
        waveSourceId: null,
        subject: row.subject ?? { kind: 'meter', id },
        kind,
        phases: data.phases,
        fromMs: data.fromMs,
        toMs: data.toMs,
        atLeastMs: data.durationMs,
        atMostMs: data.durationMs,
        extremeV: data.extremeV,
        extremePercent: data.extremePercent,
        isBound: false,
        isCut: false,
        captureId: null,
        side: null,
        evidence:
          `the meter's own log (${data.log}), in its clock` +
          (data.isClockKnown
            ? ` corrected by its measured error; known to ±${sureTo(data.uncertaintyMs)}`
            : ', whose error is not known'),
      },
    },
  ]
}

/** Of a front end: the capture that this very event began. */
const withSampledCapture = (member: FoundMember, captures: readonly CaptureData[]): FoundMember => {
  const begun = captures.findLast(
    ({ source, atMs }) => source === member.source && Math.abs(atMs - member.said.fromMs) < 0.001,
  )
  return { ...member, said: { ...member.said, captureId: begun?.captureId ?? null } }
}

/** Of a meter: the capture it took at that time, as far as its own clock dates both. */
const withMeterCapture = (member: FoundMember, captures: readonly CaptureData[]): FoundMember => {
  const { subject, fromMs } = member.said
  const found = captures.findLast(
    ({ source, cause, ...capture }) =>
      source === subject.id &&
      cause?.hasTime === true &&
      (capture.fromMs ?? Infinity) <= fromMs &&
      fromMs <= (capture.toMs ?? -Infinity),
  )
  return found === undefined
    ? member
    : { ...member, said: { ...member.said, captureId: found.captureId, waveSourceId: found.source } }
}

/** Two logs of one meter that tell the same event begin it at the same time by the same clock; this much is rounding, ms. */
const twinMs = 1000
/** A meter that keeps an event in two of its logs saw it once: the record that has the depth stands for both. */
const withoutTwins = (members: readonly FoundMember[]): readonly FoundMember[] => {
  const kept: FoundMember[] = []
  for (const member of members) {
    const at = kept.findIndex(
      (other) =>
        other.source === member.source &&
        other.log !== member.log &&
        other.said.kind === member.said.kind &&
        Math.abs(other.said.fromMs - member.said.fromMs) <= twinMs,
    )
    const twin = kept[at]
    if (twin === undefined) kept.push(member)
    else if (twin.said.extremeV === null && member.said.extremeV !== null) kept[at] = member
  }
  return kept
}

/** Voltage events among rows of the history (in order of time) and the findings still active: the last word about a finding wins. */
export const membersOf = (
  rows: readonly SiteEvent[],
  active: readonly Finding[],
  site: Site,
): readonly FoundMember[] => {
  const sampled: FoundMember[] = []
  const logged: FoundMember[] = []
  const findings = new Map<string, Finding>()
  const captures: CaptureData[] = []
  const keep = (finding: Finding): void => {
    if (finding.detector === 'overvoltage' || finding.detector === 'undervoltage') findings.set(finding.id, finding)
  }
  for (const row of rows) {
    if (row.kind === 'wave-captured') {
      const capture = captureDataSchema.safeParse(row.data)
      if (capture.success) captures.push(capture.data)
    } else if (row.kind === 'wave-dip' || row.kind === 'wave-swell' || row.kind === 'wave-interruption') {
      const data = voltageDataSchema.safeParse(row.data)
      if (data.success) sampled.push(waveMember(row, data.data, site))
    } else if (row.kind === 'meter-event') {
      const data = meterEventDataSchema.safeParse(row.data)
      if (data.success) logged.push(...meterMember(row, data.data, site))
    } else if (row.kind === 'finding-raised' || row.kind === 'finding-cleared') {
      const finding = findingSchema.safeParse(row.data)
      if (finding.success) keep(finding.data)
    }
  }
  active.forEach(keep)
  return [
    ...withoutDoubles(withoutCuts(sampled.map((member) => withSampledCapture(member, captures)))),
    ...withoutDoubles(withoutTwins(logged)).map((member) => withMeterCapture(member, captures)),
    ...[...findings.values()].map((finding) => polledMember(finding, site)),
  ]
}
