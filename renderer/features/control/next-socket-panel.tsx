import { NativeSelect } from '@mantine/core'
import { memo, useState } from 'react'
import type { Overview } from '../../../shared/api/site-contract.ts'
import { phases } from '../../../shared/model/phase.ts'
import { own } from '../../../shared/own.ts'
import { nextSocket, socketAdviceText } from '../../../shared/planning/next-socket.ts'
import { useLive } from '../../state/live.ts'
import { PhaseLabel } from '../../ui/mark.tsx'

/** How to wire the next socket so that single-phase cars spread over the phases. The loads are those of the moment it was asked. */
export const NextSocket = memo(function NextSocket({ overview }: { readonly overview: Overview }) {
  const { circuits } = overview.site
  const [circuitId, setCircuitId] = useState(() => overview.site.chargers.at(-1)?.circuit ?? circuits.at(-1)?.id ?? '')
  // Whole amperes: the advice is not to change its mind with every reading.
  const loads = useLive(({ live }) =>
    phases
      .map((phase) => {
        const amperes = own(live?.image.circuits, circuitId)?.phases[phase]?.currentA.value
        return amperes == null ? '' : String(Math.round(Math.abs(amperes) / 5) * 5)
      })
      .join('|'),
  )
  const rounded = loads.split('|')
  const advice = nextSocket(overview.site, circuitId, (phase) => {
    const text = rounded[phases.indexOf(phase)] ?? ''
    return text === '' ? null : Number(text)
  })
  if (advice === null) return null
  return (
    <section className="panel next-socket" aria-label="Next socket">
      <div className="row">
        <h2 className="grow">How to wire the next socket</h2>
        <NativeSelect
          aria-label="Circuit of the next socket"
          data={circuits.map(({ id, name }) => ({ value: id, label: name ?? id }))}
          value={circuitId}
          onChange={(event) => setCircuitId(event.currentTarget.value)}
        />
      </div>
      <p data-testid="socket-advice">
        {advice.wire.map((phase, index) => (
          <span key={phase} className="next-socket-terminal">
            T{index + 1} to <PhaseLabel phase={phase} />
          </span>
        ))}
        : {socketAdviceText(advice)}.
      </p>
    </section>
  )
})
