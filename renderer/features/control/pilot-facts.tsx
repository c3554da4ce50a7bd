import { useState } from 'react'
import { NumberField } from '../../ui/number-field.tsx'
import { expectedDutyText, readDutyText } from './pilot-words.ts'

/** The limit in force as the car hears it: the duty cycle of IEC 61851-1, and what one read at the socket means beside it. */
export const PilotFacts = ({ inForceA }: { readonly inForceA: number | null }) => {
  const [read, setRead] = useState<number | string>('')
  return (
    <details data-testid="pilot-facts">
      <summary>What a tester should read at the socket</summary>
      <p>
        {inForceA === null
          ? 'The limit in force is not known now, so neither is the duty cycle of the pilot.'
          : expectedDutyText(inForceA)}{' '}
        <span className="dim">Control pilot of IEC 61851-1; computed from the limit read back, not measured.</span>
      </p>
      <div className="row what-if-fields">
        <NumberField label="Duty cycle read, %" value={read} onChange={setRead} min={0} max={100} step={0.5} w={160} />
        <p role="status" className="grow">
          {typeof read === 'number' ? readDutyText(read, inForceA) : ''}
        </p>
      </div>
    </details>
  )
}
