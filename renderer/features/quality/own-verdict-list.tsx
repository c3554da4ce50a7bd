import { useTimeFormat } from '../../state/site-facts.ts'
import { ownVerdictLine, type OwnVerdict } from './own-verdicts.ts'
import { Truth } from '../../ui/truth.tsx'

export const OwnVerdictList = ({ verdicts }: { readonly verdicts: readonly OwnVerdict[] }) => {
  const time = useTimeFormat()
  if (verdicts.length === 0) return null
  return (
    <section aria-label="What meters say themselves">
      <h3>
        What meters say of EN 50160 themselves <Truth kind="meter event" />
      </h3>
      <ul>
        {verdicts.map((verdict) => (
          <li key={verdict.meter}>{ownVerdictLine(verdict, time)}</li>
        ))}
      </ul>
      <p className="dim">Quoted as the meter judges by its own rules and class; nothing of it is in the table below.</p>
    </section>
  )
}
