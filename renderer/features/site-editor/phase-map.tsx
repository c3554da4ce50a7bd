import { NativeSelect } from '@mantine/core'
import { valueAt, type DraftEntry } from '../../../shared/site-draft/draft.ts'
import { phases, type Phase } from '../../../shared/model/phase.ts'
import { PhaseLabel } from '../../ui/mark.tsx'
import { SocketFace } from './socket-face.tsx'
import type { FormProps } from './fields.tsx'
import { fieldPath, problemsAt, problemText } from './problems.ts'

const maps: readonly { readonly name: string; readonly map: readonly Phase[] }[] = [
  { name: 'three phases, in order: L1 L2 L3', map: ['L1', 'L2', 'L3'] },
  { name: 'turned by one: L2 L3 L1', map: ['L2', 'L3', 'L1'] },
  { name: 'turned by two: L3 L1 L2', map: ['L3', 'L1', 'L2'] },
  { name: 'turning the other way: L1 L3 L2', map: ['L1', 'L3', 'L2'] },
  { name: 'turning the other way: L2 L1 L3', map: ['L2', 'L1', 'L3'] },
  { name: 'turning the other way: L3 L2 L1', map: ['L3', 'L2', 'L1'] },
  { name: 'one phase: L1', map: ['L1'] },
  { name: 'one phase: L2', map: ['L2'] },
  { name: 'one phase: L3', map: ['L3'] },
]

const isPhase = (value: unknown): value is Phase => phases.some((phase) => phase === value)

/** Which phase of the site is on which terminal, with a picture of the terminals as an electrician sees them. */
export const PhaseMapField = ({
  terminals,
  label,
  isSocket = false,
  ...props
}: FormProps & {
  readonly terminals: readonly [string, string, string]
  readonly label: string
  /** The terminals end in a charging socket: its face is drawn. */
  readonly isSocket?: boolean
}) => {
  const { draft, selected, problems, edit } = props
  if (selected.list === 'site') return null
  const entry = draft.lists[selected.list].find(({ id }) => id === selected.id) ?? ({} as DraftEntry)
  const value = valueAt(entry, ['phases'])
  const map = Array.isArray(value) ? value.filter(isPhase) : phases
  const text = map.join(' ')
  const isKnown = maps.some((each) => each.map.join(' ') === text)
  const [problem] = problemsAt(problems, fieldPath(draft, selected, ['phases']))
  return (
    <div className="phase-map">
      <NativeSelect
        label={label}
        data={[
          ...(isKnown ? [] : [{ value: text, label: text }]),
          ...maps.map(({ name, map: of }) => ({ value: of.join(' '), label: name })),
        ]}
        value={text}
        onChange={({ currentTarget }) =>
          edit(
            { ...selected, kind: 'set-in', keys: ['phases'], value: currentTarget.value.split(' ') },
            fieldPath(draft, selected, ['phases']),
          )
        }
        error={problem === undefined ? null : problemText(problem)}
      />
      {isSocket ? <SocketFace map={map} /> : null}
      <ol className="terminals" aria-label="Terminals">
        {terminals.map((terminal, index) => {
          const phase = map[index]
          return (
            <li key={terminal}>
              <span className="terminal">{terminal}</span>
              {phase === undefined ? <span className="dim">not wired</span> : <PhaseLabel phase={phase} />}
            </li>
          )
        })}
        <li>
          <span className="terminal">N</span>
          <span className="dim">neutral</span>
        </li>
      </ol>
    </div>
  )
}
