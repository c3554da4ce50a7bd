import type { DeckNote } from '../../../shared/api/deck-contract.ts'
import { Mark } from '../../ui/mark.tsx'

const kinds = { alarm: 'critical', warning: 'warning', normal: 'normal' } as const
const order = ['alarm', 'warning', 'normal'] as const

/** What a person should know of a recording, the worst first; what is as it should be is folded away. */
export const TapeNotes = ({ notes }: { readonly notes: readonly DeckNote[] }) => {
  if (notes.length === 0) return null
  const sorted = notes.toSorted((one, other) => order.indexOf(one.tone) - order.indexOf(other.tone))
  const bad = sorted.filter(({ tone }) => tone !== 'normal')
  return (
    <details className="tape-notes" open={bad.length > 0}>
      <summary>
        {bad.length === 0 ? (
          <Mark kind="normal">Checked: nothing is wrong with it</Mark>
        ) : (
          <Mark kind={bad[0]?.tone === 'alarm' ? 'critical' : 'warning'}>
            {bad.length} {bad.length === 1 ? 'thing' : 'things'} to know of this file
          </Mark>
        )}
      </summary>
      <ul>
        {sorted.map(({ tone, part, text }) => (
          <li key={`${part ?? ''} ${text}`}>
            <Mark kind={kinds[tone]}>
              {part === null ? '' : `${part}: `}
              {text}
            </Mark>
          </li>
        ))}
      </ul>
    </details>
  )
}
