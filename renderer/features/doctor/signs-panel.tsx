import type { LineReport } from '../../../shared/api/doctor-contract.ts'
import { Mark } from '../../ui/mark.tsx'
import type { MarkKind } from '../../ui/mark.tsx'

const states: Readonly<
  Record<LineReport['signs'][number]['state'], { readonly kind: MarkKind; readonly word: string }>
> = {
  found: { kind: 'warning', word: 'found' },
  clear: { kind: 'normal', word: 'no sign' },
  'not-assessed': { kind: 'unknown', word: 'not assessed' },
}

/** What the frames say about the bus itself: found first, then what was looked for in vain, then what could not be. */
export const SignsPanel = ({
  signs,
  show,
}: {
  readonly signs: LineReport['signs']
  readonly show: (frames: readonly number[]) => void
}) => {
  const order = { found: 0, clear: 1, 'not-assessed': 2 } as const
  return (
    <section className="panel table-scroll" aria-label="Signs" tabIndex={0}>
      <h2>Signs on the bus</h2>
      <table className="table doctor-signs">
        <thead>
          <tr>
            <th scope="col">Sign</th>
            <th scope="col">State</th>
            <th scope="col">What was seen</th>
            <th scope="col">Numbers</th>
            <th scope="col">How it is known, what to do</th>
          </tr>
        </thead>
        <tbody>
          {signs
            .toSorted((left, right) => order[left.state] - order[right.state])
            .map((sign) => (
              <tr key={sign.kind} data-sign={sign.kind} data-state={sign.state}>
                <th scope="row">{sign.title}</th>
                <td>
                  <Mark kind={states[sign.state].kind}>{states[sign.state].word}</Mark>
                </td>
                <td>
                  {sign.text}
                  {sign.frames.length === 0 ? null : (
                    <>
                      {' '}
                      <button type="button" className="plain-button no-print" onClick={() => show(sign.frames)}>
                        <u>Show its frames</u>
                      </button>
                    </>
                  )}
                </td>
                <td>{sign.numbers.map(({ label, value }) => `${label}: ${value}`).join('; ')}</td>
                <td>
                  {sign.state === 'found' ? (
                    <>
                      <span className="dim">Known by {sign.how}.</span> <strong>{sign.remedy}</strong>
                    </>
                  ) : (
                    <span className="dim">Looked for: {sign.how}.</span>
                  )}
                </td>
              </tr>
            ))}
        </tbody>
      </table>
    </section>
  )
}
