import type { Live } from '../../../shared/api/live-contract.ts'
import type { Finding, Subject } from '../../../shared/model/finding.ts'
import type { ChargerReading, CircuitPhaseReading, CircuitReading } from '../../../shared/model/image.ts'
import type { Write } from '../../../shared/model/decision.ts'
import { phases, type Phase } from '../../../shared/model/phase.ts'
import type { Site, SiteCharger } from '../../../shared/site/site.ts'
import { formatAmperes, formatLimit, formatPercent } from '../../format/number.ts'
import { qualityText } from '../../format/quality.ts'
import { chargerStatusText } from '../../ui/charger-status.ts'
import { loadState } from '../../ui/load-state.ts'
import type { MarkKind } from '../../ui/mark.tsx'
import { own } from '../../../shared/own.ts'
import { findingWord, isTrip } from '../../ui/detector-words.ts'
import { modbusOf, ocppOf } from '../../../shared/site/charger-connection.ts'

/** Why a node of the diagram is in a state: shape by `kind`, a short word for the node itself, a sentence for who asks. */
export interface NodeReason {
  readonly kind: MarkKind
  readonly word: string
  readonly detail: string
}
/** The state of a node is its worst reason; all of them are kept, worst first. */
export interface NodeState extends NodeReason {
  readonly reasons: readonly NodeReason[]
  /** A protective device at it is thought to have opened. */
  readonly isTripped: boolean
}

/** The diagram's names for its nodes: `circuit feeder-1`, `charger cp-01`, `grid`; `elsewhere` is no node of the diagram. */
export type NodeKey = string
export const circuitKey = (id: string): NodeKey => `circuit ${id}`
export const chargerKey = (id: string): NodeKey => `charger ${id}`
export const gridKey: NodeKey = 'grid'
export const elsewhereKey: NodeKey = 'elsewhere'

/** Not knowing is worse than normal or a remark, and less than a known danger. */
const ranks: Readonly<Record<MarkKind, number>> = {
  critical: 0,
  warning: 1,
  unknown: 2,
  info: 3,
  control: 4,
  active: 4,
  normal: 4,
}
export const isAbnormal = ({ kind }: { readonly kind: MarkKind }): boolean => kind === 'critical' || kind === 'warning'
export const worstFirst = <T extends { readonly kind: MarkKind }>(entries: readonly T[]): readonly T[] =>
  [...entries].sort((one, other) => ranks[one.kind] - ranks[other.kind])

const toState = (reasons: readonly NodeReason[], normal: NodeReason, findings: readonly Finding[]): NodeState => {
  const sorted = worstFirst(reasons)
  return { ...(sorted[0] ?? normal), reasons: sorted, isTripped: findings.some(isTrip) }
}

const circuitsOfMeter = (site: Site, meterId: string): readonly NodeKey[] =>
  site.circuits.filter(({ meter }) => meter === meterId).map(({ id }) => circuitKey(id))

/** The nodes a finding speaks of: a meter's findings stand at the circuits it measures, a line's at all that hangs on it. */
export const nodesOf = (site: Site, subject: Subject): readonly NodeKey[] => {
  switch (subject.kind) {
    case 'site':
      return [gridKey]
    case 'circuit':
      return site.circuits.some(({ id }) => id === subject.id) ? [circuitKey(subject.id)] : []
    case 'charger':
      return site.chargers.some(({ id }) => id === subject.id) ? [chargerKey(subject.id)] : []
    case 'meter':
      return circuitsOfMeter(site, subject.id)
    case 'line':
      return [
        ...site.meters.filter(({ line }) => line === subject.id).flatMap(({ id }) => circuitsOfMeter(site, id)),
        ...site.chargers
          .filter((charger) =>
            ocppOf(charger) === null ? modbusOf(charger)?.line === subject.id : site.ocpp?.id === subject.id,
          )
          .map(({ id }) => chargerKey(id)),
      ]
  }
}

/** Active findings by the node they belong to; those that belong to none are kept under `elsewhere`, so that none is lost. */
export const findingsByNode = (site: Site, findings: readonly Finding[]): ReadonlyMap<NodeKey, readonly Finding[]> => {
  const byNode = new Map<NodeKey, Finding[]>()
  for (const finding of findings) {
    if (finding.state !== 'active') continue
    const nodes = nodesOf(site, finding.subject)
    for (const node of nodes.length === 0 ? [elsewhereKey] : nodes) {
      const held = byNode.get(node)
      if (held === undefined) byNode.set(node, [finding])
      else held.push(finding)
    }
  }
  return byNode
}

/** Findings of no node in short: the worst kind, how many or the one title, and all titles; '' where there is none. */
export const elsewhereFacts = (findings: readonly Finding[]): readonly [MarkKind, string, string] => {
  const sorted = worstFirst(findings.map(({ severity, title }) => ({ kind: severity as MarkKind, title })))
  const [first] = sorted
  return first === undefined
    ? ['normal', '', '']
    : [
        first.kind,
        sorted.length === 1 ? first.title : `${first.title}, and ${sorted.length - 1} more`,
        sorted.map(({ title }) => title).join('; '),
      ]
}

const findingReasons = (findings: readonly Finding[]): readonly NodeReason[] =>
  // What has tripped comes before everything else of the same severity.
  [...findings]
    .sort((one, other) => Number(isTrip(other)) - Number(isTrip(one)))
    .map((finding) => ({ kind: finding.severity, word: findingWord(finding), detail: finding.title }))

/** From here on the breaker runs warm, percent of its early curve; as the detector of the thermal margin (editable assumption). */
const warmPercent = 90

const loadReasons = (phase: Phase, reading: CircuitPhaseReading): readonly NodeReason[] => {
  const { kind, word } = loadState(reading)
  const { value } = reading.currentA
  return value === null || !isAbnormal({ kind })
    ? []
    : [{ kind, word, detail: `${phase}: ${formatAmperes(Math.abs(value))} of ${formatLimit(reading.limitA)} A` }]
}

const thermalReasons = (phase: Phase, { thermalUsedPercent, thermal }: CircuitPhaseReading): readonly NodeReason[] => {
  // While the past is not known: what it has used at least.
  const usedPercent = thermalUsedPercent ?? thermal?.early.cold ?? 0
  if (usedPercent < warmPercent) return []
  const detail = `${phase}: ${formatPercent(usedPercent)} % of the breaker's early thermal curve used`
  return usedPercent >= 100
    ? [{ kind: 'critical', word: 'trip possible', detail }]
    : [{ kind: 'warning', word: 'runs warm', detail }]
}

/** Which phases are not seen, and why: what is not known must not look normal. */
const blindReasons = (reading: CircuitReading | undefined): readonly NodeReason[] => {
  if (reading === undefined) return [{ kind: 'unknown', word: 'not read yet', detail: 'No reading of it has come yet' }]
  if (reading.source === 'none')
    return [{ kind: 'unknown', word: 'not measured', detail: 'No meter of the site file measures it' }]
  const unseen = phases.flatMap((phase) => {
    const sample = reading.phases[phase]?.currentA
    return sample === undefined || sample.value !== null ? [] : [{ phase, text: qualityText(sample.quality) }]
  })
  const [first] = unseen
  if (first === undefined) return []
  const all = unseen.length === Object.keys(reading.phases).length
  return [
    {
      kind: 'unknown',
      word: all ? first.text.short : `${unseen.map(({ phase }) => phase).join(' ')} not seen`,
      detail: `Current of ${unseen.map(({ phase }) => phase).join(', ')} not known. ${first.text.long}`,
    },
  ]
}

/** Worst of what has tripped, load, thermal margin, findings and blindness. */
export const circuitState = (reading: CircuitReading | undefined, findings: readonly Finding[]): NodeState => {
  const read = phases.flatMap((phase) => {
    const one = reading?.phases[phase]
    return one === undefined ? [] : [{ phase, one }]
  })
  return toState(
    [
      ...findingReasons(findings.filter(isTrip)),
      ...read.flatMap(({ phase, one }) => loadReasons(phase, one)),
      ...read.flatMap(({ phase, one }) => thermalReasons(phase, one)),
      ...findingReasons(findings.filter((finding) => !isTrip(finding))),
      ...blindReasons(reading),
    ],
    { kind: 'normal', word: 'below limit', detail: 'Every phase is measured and below its limit' },
    findings,
  )
}

/** A charger may read this much above its declared maximum before it is called over it: 5 % and 0.5 A of its own meter (assumption). */
export const isOverMaximum = (charger: SiteCharger, currentA: number | null): currentA is number =>
  currentA !== null && currentA > charger.maximum * 1.05 + 0.5

const chargerLoadReasons = (charger: SiteCharger, reading: ChargerReading | undefined): readonly NodeReason[] =>
  phases.flatMap((phase) => {
    const value = reading?.siteCurrentA[phase].value ?? null
    return !isOverMaximum(charger, value)
      ? []
      : [
          {
            kind: 'critical' as const,
            word: 'over maximum',
            detail: `${phase}: ${formatAmperes(value)} A, its maximum is ${formatLimit(charger.maximum)} A`,
          },
        ]
  })

const statusReasons = (reading: ChargerReading | undefined): readonly NodeReason[] => {
  const { kind, word, detail } = chargerStatusText(reading)
  return kind === 'normal' || kind === 'active' ? [] : [{ kind, word, detail }]
}

const writeReasons = (write: Write | undefined): readonly NodeReason[] =>
  write?.state === 'failed'
    ? [{ kind: 'critical', word: 'write failed', detail: `Write failed: ${write.why ?? 'no reason given'}` }]
    : []

/** Worst of its own status, its current, its last write, findings and silence; what it does where nothing is wrong. */
export const chargerState = (
  charger: SiteCharger,
  reading: ChargerReading | undefined,
  write: Write | undefined,
  findings: readonly Finding[],
): NodeState =>
  toState(
    [
      ...chargerLoadReasons(charger, reading),
      ...writeReasons(write),
      ...findingReasons(findings),
      ...statusReasons(reading),
    ],
    chargerStatusText(reading),
    findings,
  )

const none: readonly Finding[] = []

/** The state of every node of the diagram, by its key. */
export const siteStates = (site: Site, live: Live): ReadonlyMap<NodeKey, NodeState> => {
  const findings = findingsByNode(site, live.findings)
  const of = (key: NodeKey) => findings.get(key) ?? none
  return new Map<NodeKey, NodeState>([
    [
      gridKey,
      toState(
        findingReasons(of(gridKey)),
        { kind: 'normal', word: 'no alarm', detail: 'No alarm of the whole site' },
        of(gridKey),
      ),
    ],
    ...site.circuits.map(({ id }): [NodeKey, NodeState] => [
      circuitKey(id),
      circuitState(own(live.image.circuits, id), of(circuitKey(id))),
    ]),
    ...site.chargers.map((charger): [NodeKey, NodeState] => [
      chargerKey(charger.id),
      chargerState(
        charger,
        own(live.image.chargers, charger.id),
        own(live.control.writes, charger.id),
        of(chargerKey(charger.id)),
      ),
    ]),
  ])
}
