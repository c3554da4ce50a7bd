import type { MeterWiring } from '../../../shared/api/commissioning-contract.ts'
import { useRead } from '../../state/read.ts'
import { useSite } from '../../state/live.ts'
import { routeTo, useRoute } from '../../state/route.ts'
import { meterOf } from '../../state/site-facts.ts'
import { Mark } from '../../ui/mark.tsx'
import { Empty, Loading, Notice } from '../../ui/notice.tsx'
import { MeterChecks } from './meter-checks.tsx'
import { useAgain } from './use-again.ts'
import { stateWords, summaryOf, worstOf } from './wiring-words.ts'

/** The checks change every few seconds at most. */
const everyMs = 3000

const MeterEntry = ({
  meter: { meterId, checks },
  name,
  isShown,
}: {
  readonly meter: MeterWiring
  readonly name: string
  readonly isShown: boolean
}) => {
  const { word, kind } = stateWords[worstOf(checks)]
  return (
    <li>
      <a href={routeTo('commissioning', meterId)} aria-current={isShown ? 'true' : undefined} className="meter-entry">
        <span className="meter-entry-name">{name}</span>
        <Mark kind={kind}>{word}</Mark>
        <span className="dim meter-entry-sum">{summaryOf(checks) || 'nothing read yet'}</span>
      </a>
    </li>
  )
}

/** Every meter with the worst that is known of its wiring, and all checks of the one that is chosen. */
export const WiringPanel = () => {
  const overview = useSite((state) => state.overview)
  const { id } = useRoute()
  const read = useRead('commissioning.wiring', {}, useAgain(everyMs))
  if (read.step === 'failed')
    return (
      <Notice tone="alarm" live title="The checks could not be read">
        {read.why}
      </Notice>
    )
  if (read.value === null) return <Loading what="the checks" />
  const { meters } = read.value
  const worst = meters.toSorted((a, b) => stateWords[worstOf(a.checks)].rank - stateWords[worstOf(b.checks)].rank)[0]
  const shown = meters.find(({ meterId }) => meterId === id) ?? worst
  if (shown === undefined)
    return <Empty title="No meter has been read yet">Checks begin with the first values of a meter.</Empty>
  const nameOf = (meterId: string): string => meterOf(overview, meterId)?.name ?? meterId
  return (
    <div className="wiring-grid">
      <nav className="panel" aria-label="Meters and the worst of their wiring">
        <ul className="meter-entries">
          {meters.map((meter) => (
            <MeterEntry
              key={meter.meterId}
              meter={meter}
              name={nameOf(meter.meterId)}
              isShown={meter.meterId === shown.meterId}
            />
          ))}
        </ul>
      </nav>
      <MeterChecks meterId={shown.meterId} name={nameOf(shown.meterId)} checks={shown.checks} />
    </div>
  )
}
