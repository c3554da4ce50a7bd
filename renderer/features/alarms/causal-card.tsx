import type { Finding } from '../../../shared/model/finding.ts'
import { plural } from '../../format/number.ts'
import type { CausalGroup } from './first-out.ts'
import { FindingCard, FindingLine, type AskOf } from './finding-card.tsx'

/** One event: the finding that came first in full, and a line for each that follows from it. */
export const CausalCard = ({
  group: { first, consequences },
  ask,
}: {
  readonly group: CausalGroup
  readonly ask: AskOf
}) => (
  <FindingCard finding={first} ask={ask}>
    <p className="dim first-out">
      Came first. {plural(consequences.length, 'alarm')} at or below it{' '}
      {consequences.length === 1 ? 'follows' : 'follow'} from it:
    </p>
    <ul className="finding-lines" aria-label={`What follows from ${first.title}`}>
      {consequences.map((finding: Finding) => (
        <FindingLine key={finding.id} finding={finding} ask={ask} />
      ))}
    </ul>
  </FindingCard>
)
