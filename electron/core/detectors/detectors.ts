import type { MeterDescription } from '../../../shared/api/contract.ts'
import { severities, type Finding, type NotAssessed } from '../../../shared/model/finding.ts'
import type { Image, MeterReading } from '../../../shared/model/image.ts'
import type { Sample } from '../../../shared/model/sample.ts'
import type { Site } from '../../../shared/site/site.ts'
import type { NewId } from '../ports.ts'
import { breakerOpen } from './breaker-open.ts'
import { chargerPhaseLoss } from './charger-phase-loss.ts'
import { currentImbalance } from './current-imbalance.ts'
import { startable, type Facts, type Level, type Outcome, type Setup, type StartDetector } from './detector.ts'
import { overcurrent } from './overcurrent.ts'
import { phaseLoss } from './phase-loss.ts'
import { powerSpike } from './power-spike.ts'
import { staleMeter } from './stale-meter.ts'
import { thermalMargin } from './thermal-margin.ts'
import { overvoltage, undervoltage } from './voltage-excursion.ts'

/** Every detector, in the order its findings are told. To add one: its file, its test, one line here. */
const detectors: readonly StartDetector[] = [
  startable(staleMeter),
  startable(phaseLoss),
  startable(chargerPhaseLoss),
  startable(undervoltage),
  startable(overvoltage),
  startable(breakerOpen),
  startable(overcurrent),
  startable(thermalMargin),
  startable(powerSpike),
  startable(currentImbalance),
]

export interface FindingChange {
  readonly kind: 'raised' | 'updated' | 'cleared'
  readonly finding: Finding
}
export interface Assessment {
  readonly changes: readonly FindingChange[]
  readonly active: readonly Finding[]
  readonly notAssessed: readonly NotAssessed[]
}

export interface Detectors {
  /** Optional: every reply of a meter as it arrives, so that extremes between two images are not lost. */
  readonly observe: (meterId: string, samples: Readonly<Partial<Record<string, Sample>>>) => void
  readonly step: (image: Image) => Assessment
  /** Marks an active finding as seen by a person; null when it is not active. The finding stays until its cause is gone. */
  readonly acknowledge: (findingId: string, who: string, note: string, atMs: number) => Finding | null
}

/** Replies kept between two images; beyond it the oldest go (a meter at 10 Hz gives 10 a second). */
const mostReplies = 200

interface Held {
  readonly finding: Finding
  readonly identity: string
  readonly levels: readonly Level[]
}

const isNews = (before: Held, facts: Facts): boolean =>
  before.identity !== facts.identity ||
  (facts.levels ?? []).some(
    ({ value, step }, index) => Math.abs(value - (before.levels[index]?.value ?? value)) >= step,
  )

/** While a finding is held it only gets worse: a value on the edge of critical must not flicker. */
const worse = (a: Finding['severity'], b: Finding['severity']): Finding['severity'] =>
  severities.indexOf(a) >= severities.indexOf(b) ? a : b

export const createDetectors = (options: {
  readonly site: Site
  readonly descriptions?: readonly MeterDescription[]
  readonly newId: NewId
}): Detectors => {
  const { site, newId } = options
  const setup: Setup = {
    site,
    descriptions: new Map((options.descriptions ?? []).map((description) => [description.id, description])),
  }
  const running = detectors.map((start) => start(setup))
  const held = new Map<string, Held>()
  let replies = new Map<string, MeterReading['samples'][]>()

  const said = (facts: Facts, atMs: number) => ({
    phase: facts.phase,
    severity: facts.severity,
    title: facts.title,
    message: facts.message,
    numbers: [...facts.numbers],
    evidence: facts.evidence,
    blindMs: facts.blindMs,
    updatedAtMs: atMs,
  })

  const judge = (detector: string, outcome: Outcome, atMs: number): FindingChange | null => {
    const key = `${detector}|${outcome.subject.kind}|${outcome.subject.id}|${outcome.key}`
    const before = held.get(key)
    const { verdict } = outcome
    if (verdict.kind === 'unknown') return null
    if (verdict.kind === 'clear') {
      if (before === undefined) return null
      held.delete(key)
      const finding: Finding = {
        ...before.finding,
        state: 'cleared',
        clearedAtMs: atMs,
        updatedAtMs: atMs,
        ...(verdict.closing === undefined
          ? {}
          : { message: verdict.closing.message, numbers: [...verdict.closing.numbers] }),
      }
      return { kind: 'cleared', finding }
    }
    const { facts } = verdict
    const severity = before === undefined ? facts.severity : worse(before.finding.severity, facts.severity)
    if (before?.finding.severity === severity && !isNews(before, facts)) {
      // No news to tell, but the alarm list never shows old numbers: "above for 0.0 s" must not stand there for an hour.
      held.set(key, { ...before, finding: { ...before.finding, ...said(facts, atMs), severity } })
      return null
    }
    const finding: Finding =
      before === undefined
        ? {
            id: newId(),
            detector,
            subject: outcome.subject,
            state: 'active',
            raisedAtMs: atMs,
            clearedAtMs: null,
            acknowledged: null,
            ...said(facts, atMs),
          }
        : { ...before.finding, ...said(facts, atMs), severity }
    held.set(key, { finding, identity: facts.identity, levels: facts.levels ?? [] })
    return { kind: before === undefined ? 'raised' : 'updated', finding }
  }

  return {
    observe: (meterId, samples) => {
      const kept = replies.get(meterId) ?? []
      if (kept.length >= mostReplies) kept.shift()
      kept.push(samples as MeterReading['samples'])
      replies.set(meterId, kept)
    },
    step: (image) => {
      const seen = replies
      replies = new Map()
      const repliesOf = (meterId: string) => {
        const latest = image.meters[meterId]?.samples
        return [...(seen.get(meterId) ?? []), ...(latest === undefined ? [] : [latest])]
      }
      const changes: FindingChange[] = []
      const notAssessed: NotAssessed[] = []
      for (const detector of running) {
        for (const outcome of detector.step({ image, repliesOf })) {
          const change = judge(detector.id, outcome, image.atMs)
          if (change !== null) changes.push(change)
          if (outcome.verdict.kind === 'unknown')
            notAssessed.push({ detector: detector.id, subject: outcome.subject, why: outcome.verdict.why })
        }
      }
      return { changes, active: [...held.values()].map(({ finding }) => finding), notAssessed }
    },
    acknowledge: (findingId, who, note, atMs) => {
      for (const [key, entry] of held) {
        if (entry.finding.id !== findingId) continue
        const finding: Finding = { ...entry.finding, acknowledged: { who, atMs, note } }
        held.set(key, { ...entry, finding })
        return finding
      }
      return null
    },
  }
}
