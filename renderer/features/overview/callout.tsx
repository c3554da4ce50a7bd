import { useShallow } from 'zustand/react/shallow'
import type { Overview } from '../../../shared/api/site-contract.ts'
import { isRoot } from '../../../shared/site/circuit-limit.ts'
import { plural } from '../../format/number.ts'
import { formatQuantity } from '../../format/quantity.ts'
import { useNow } from '../../state/clock.ts'
import { useLive } from '../../state/live.ts'
import { routeTo } from '../../state/route.ts'
import { circuitName, useTimeFormat } from '../../state/site-facts.ts'
import { Mark } from '../../ui/mark.tsx'
import { Missing } from '../../ui/dash.tsx'
import type { Headline } from './headline.ts'
import { nearestText, unseenCircuits } from './nearest.ts'
import { circuitKey, elsewhereFacts, elsewhereKey, findingsByNode } from './node-state.ts'
import { statesOf } from './use-site-states.ts'
import { own } from '../../../shared/own.ts'

const Tripped = ({ findings }: { readonly findings: (Headline & { kind: 'tripped' })['findings'] }) => {
  const time = useTimeFormat()
  const now = useNow()
  const [first] = findings
  if (first === undefined) return null
  return (
    <p className="callout-text">
      <Mark kind="critical">
        <strong>{first.title}</strong>
      </Mark>{' '}
      <span className="dim">since {time.near(first.raisedAtMs, now)}</span>
      {findings.length === 1 ? null : <strong>, and {findings.length - 1} more</strong>}{' '}
      <a href={routeTo('alarms')}>Why</a>
    </p>
  )
}

const Nearest = ({
  overview,
  headline: { nearest },
}: {
  readonly overview: Overview
  readonly headline: Headline & { kind: 'nearest' }
}) => {
  const now = useNow()
  const kind = useLive(
    ({ live }) => statesOf(overview.site, live).get(circuitKey(nearest.circuitId))?.kind ?? 'unknown',
  )
  const text = nearestText(nearest, circuitName(overview, nearest.circuitId), now)
  return (
    <p className="callout-text" title={text}>
      <Mark kind={kind}>
        <span className="dim">Nearest to tripping: </span>
      </Mark>
      <strong>{text}</strong>
    </p>
  )
}

const Facts = ({ overview }: { readonly overview: Overview }) => {
  const rootMeter = overview.site.circuits.find(isRoot)?.meter
  const power = useLive(({ live }) =>
    rootMeter === undefined ? undefined : own(live?.image.meters, rootMeter)?.samples.p_total,
  )
  const [charging, unread] = useLive(
    useShallow(({ live }) => {
      const statuses = Object.values(live?.image.chargers ?? {}).map(({ status }) => status.value)
      return [
        statuses.filter((status) => status === 'charging').length,
        statuses.filter((status) => status === null).length,
      ] as const
    }),
  )
  return (
    <dl className="callout-facts">
      <div>
        <dt>Site power</dt>
        <dd className="callout-power">
          {power?.value == null ? <Missing sample={power} /> : formatQuantity('p_total', power.value)}
        </dd>
      </div>
      <div>
        <dt>Charging</dt>
        <dd>
          {charging} of {overview.chargers.length}
        </dd>
      </div>
      <div>
        <dt>Not answering</dt>
        <dd>{unread === 0 ? 0 : <Mark kind="warning">{plural(unread, 'charger')}</Mark>}</dd>
      </div>
    </dl>
  )
}

/** Circuits whose meter is silent: one of them may be nearer than the one that is named. */
const Unseen = ({ overview }: { readonly overview: Overview }) => {
  const names = useLive(({ live }) =>
    live === null
      ? ''
      : unseenCircuits(live.image)
          .map((id) => circuitName(overview, id))
          .join(', '),
  )
  return names === '' ? null : (
    <span className="callout-unseen" title={names}>
      <Mark kind="unknown">not seen now: {names}</Mark>
    </span>
  )
}

/** Findings of no node of the diagram (a line without devices, a meter of no circuit): they stand here, or nobody would see them. */
const Elsewhere = ({ overview }: { readonly overview: Overview }) => {
  const [kind, text, titles] = useLive(
    useShallow(({ live }) =>
      elsewhereFacts(findingsByNode(overview.site, live?.findings ?? []).get(elsewhereKey) ?? []),
    ),
  )
  return text === '' ? null : (
    <a className="callout-elsewhere" href={routeTo('alarms')} title={titles}>
      <Mark kind={kind}>elsewhere: {text}</Mark>
    </a>
  )
}

/** The answer first: what has tripped, else what is nearest to it, else that nothing is known; then the site in three numbers. */
export const Callout = ({ overview, headline }: { readonly overview: Overview; readonly headline: Headline }) => (
  <section className={`callout panel is-${headline.kind}`} aria-label="The answer first" data-testid="headline">
    {headline.kind === 'tripped' ? (
      <Tripped findings={headline.findings} />
    ) : headline.kind === 'nearest' ? (
      <Nearest overview={overview} headline={headline} />
    ) : (
      <p className="callout-text">
        <Mark kind="unknown">
          <strong>Nothing is known of the currents now.</strong>
        </Mark>{' '}
        <span title={headline.why}>{headline.why}</span> <a href={routeTo('health')}>Meter health</a>
      </p>
    )}
    <div className="callout-second">
      <Facts overview={overview} />
      <Unseen overview={overview} />
      <Elsewhere overview={overview} />
    </div>
  </section>
)
