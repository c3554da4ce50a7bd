import type { TruthKind } from '../../shared/api/quality-contract.ts'
import './truth.css'

const meanings: Readonly<Record<TruthKind, string>> = {
  sampled: 'From the samples of a front end: every half cycle was seen',
  'meter event': 'From the meter’s own log or counters',
  'polled RMS': 'From polls: what lies between two reads was not seen, so depth and duration are bounds',
  reconstructed: 'Made from harmonic registers: no waveform was captured',
}

/** How a value is known: beside every table, entry and plot. */
export const Truth = ({ kind }: { readonly kind: TruthKind }) => (
  <span className="truth" title={meanings[kind]}>
    {kind}
  </span>
)
