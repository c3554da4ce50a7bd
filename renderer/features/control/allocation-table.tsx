import { Button } from '@mantine/core'
import type { Live, Overview } from '../../../shared/api/contract.ts'
import type { Bound, Write } from '../../../shared/model/decision.ts'
import { formatAge } from '../../format/duration.ts'
import { formatAmperes } from '../../format/number.ts'
import { circuitName } from '../../state/site-facts.ts'
import { chargerStatusText } from '../../ui/charger-status.ts'
import { Mark, PhaseLabel, type MarkKind } from '../../ui/mark.tsx'
import { Missing } from '../../ui/value.tsx'
import { own } from '../../../shared/own.ts'

const writeTexts: Record<Write['state'], { readonly kind: MarkKind; readonly word: string }> = {
  pending: { kind: 'info', word: 'pending' },
  written: { kind: 'info', word: 'written' },
  verified: { kind: 'normal', word: 'verified' },
  failed: { kind: 'critical', word: 'failed' },
  superseded: { kind: 'unknown', word: 'superseded' },
}

const WriteState = ({ write }: { readonly write: Write | undefined }) => {
  if (write === undefined) return <span className="dim">none</span>
  const { kind, word } = writeTexts[write.state]
  return (
    <span title={write.why ?? ''}>
      <Mark kind={kind}>{word}</Mark> {formatAmperes(write.limitA)} A
    </span>
  )
}

const boundWords: Record<Bound['kind'], string> = {
  'circuit-limit': 'circuit limit',
  'grid-power': 'power at the grid',
  'charger-maximum': 'charger maximum',
  'charger-minimum': 'charger minimum',
  override: 'override',
  fallback: 'fallback',
  ramp: 'ramp',
  'resume-delay': 'resume delay',
  'no-demand': 'no demand',
  step: 'step',
}
export const boundText = (overview: Overview | null, bound: Bound | undefined): string =>
  bound === undefined
    ? 'nothing'
    : [bound.circuitId === null ? boundWords[bound.kind] : circuitName(overview, bound.circuitId), bound.phase]
        .filter((part) => part !== null)
        .join(', ')

/** Per charger: what it gets, what it says it has, and why. */
export const AllocationTable = ({
  overview,
  live,
  canOverride,
  override,
}: {
  readonly overview: Overview
  readonly live: Live
  readonly canOverride: boolean
  readonly override: (chargerId: string) => void
}) => {
  const { control, image } = live
  const decision = control.decision
  return (
    <section className="panel table-scroll" aria-label="Allocation" tabIndex={0}>
      <h2>
        {control.mode === 'armed'
          ? 'Allocation'
          : 'Allocation this program would make (monitoring: nothing is written)'}
      </h2>
      <table className="table allocation">
        <thead>
          <tr>
            <th scope="col">Charger</th>
            <th scope="col">Status</th>
            <th scope="col" className="num">
              Target A
            </th>
            <th scope="col" className="num">
              Read back A
            </th>
            <th scope="col">Last write</th>
            <th scope="col">Phases</th>
            <th scope="col">Bound by</th>
            <th scope="col">Why</th>
            <th scope="col" className="num">
              Input age
            </th>
            <th scope="col" className="no-print">
              <span className="sr-only">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {overview.chargers.map((charger) => {
            const reading = own(image.chargers, charger.id)
            const status = chargerStatusText(reading)
            const decided = own(decision?.chargers, charger.id)
            const limit = reading?.samples.limit
            const write = own(control.writes, charger.id)
            return (
              <tr key={charger.id} data-charger={charger.id}>
                <th scope="row" className="nowrap">
                  {charger.name}
                  {charger.monitoredOnly === null ? null : (
                    <div>
                      <span title={charger.monitoredOnly}>
                        <Mark kind="info">monitored only</Mark>
                      </span>
                    </div>
                  )}
                  {charger.cannot.length === 0 ? null : (
                    <div
                      className="dim cannot"
                      title={`It cannot ${charger.cannot.join(', ')}. Watchdog: ${charger.watchdog}. Phases: ${charger.phaseSwitch ?? 'no switch'}`}
                    >
                      cannot {charger.cannot.filter((what) => !what.startsWith('switch')).join(', ') || 'switch phases'}
                    </div>
                  )}
                </th>
                <td title={status.detail}>
                  <Mark kind={status.kind}>{status.word}</Mark>
                </td>
                <td className="num">
                  {decided === undefined ? (
                    <span className="dim">–</span>
                  ) : (
                    <strong>{decided.state === 'paused' ? 'paused' : formatAmperes(decided.targetA)}</strong>
                  )}
                </td>
                <td className="num">
                  {charger.canReadBack ? (
                    limit?.value == null ? (
                      <Missing sample={limit} brief />
                    ) : (
                      formatAmperes(limit.value)
                    )
                  ) : (
                    <span className="dim" title="This model cannot be read back">
                      cannot
                    </span>
                  )}
                </td>
                <td className="nowrap">
                  <WriteState write={write} />
                </td>
                <td className="nowrap">
                  {(decided?.phases ?? charger.phases).map((phase) => (
                    <span key={phase} className="phase-chip">
                      <PhaseLabel phase={phase} />
                    </span>
                  ))}
                </td>
                <td className="bound">
                  {decided === undefined ? (
                    '–'
                  ) : charger.monitoredOnly !== null ? (
                    'set aside'
                  ) : (
                    <>
                      {decided.state === 'fallback' ? (
                        <Mark kind="warning">fallback</Mark>
                      ) : decided.state === 'override' ? (
                        <Mark kind="control">override</Mark>
                      ) : (
                        boundText(overview, decided.boundBy[0])
                      )}
                    </>
                  )}
                </td>
                <td className="why" title={decided?.boundBy.map((bound) => bound.detail).join('\n') ?? ''}>
                  {decided?.why ?? 'no decision yet'}
                  {write?.state === 'failed' ? (
                    <div className="alarm">Write failed: {write.why ?? 'no reason given'}</div>
                  ) : null}
                </td>
                <td className="num dim">{decided?.inputAgeMs == null ? '–' : formatAge(decided.inputAgeMs)}</td>
                <td className="no-print">
                  <span
                    title={
                      charger.monitoredOnly === null
                        ? undefined
                        : `Only monitored, nothing is ever written to it: ${charger.monitoredOnly}`
                    }
                  >
                    <Button
                      size="compact-xs"
                      variant="outline"
                      color="control"
                      disabled={!canOverride || charger.monitoredOnly !== null}
                      onClick={() => override(charger.id)}
                      aria-label={`Override ${charger.name}${charger.monitoredOnly === null ? '' : `: not possible, only monitored: ${charger.monitoredOnly}`}`}
                    >
                      Override
                    </Button>
                  </span>
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </section>
  )
}
