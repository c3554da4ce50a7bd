import type { ReactNode } from 'react'

export type MarkKind = 'normal' | 'active' | 'info' | 'warning' | 'critical' | 'unknown' | 'control'

const shapes: Record<MarkKind, ReactNode> = {
  normal: <circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" strokeWidth="1.5" />,
  active: <circle cx="6" cy="6" r="4.5" fill="currentColor" />,
  info: <path d="M6 1 11 6 6 11 1 6Z" fill="none" stroke="currentColor" strokeWidth="1.5" />,
  warning: <path d="M6 1 11.5 11H.5Z" fill="currentColor" />,
  critical: <rect x="1" y="1" width="10" height="10" fill="currentColor" />,
  unknown: <path d="M2 6h8" stroke="currentColor" strokeWidth="2" />,
  control: <path d="M6 0 7.8 4.2 12 6 7.8 7.8 6 12 4.2 7.8 0 6 4.2 4.2Z" fill="currentColor" />,
}
const colours: Record<MarkKind, string> = {
  normal: 'var(--ts-dim)',
  active: 'var(--ts-dim)',
  info: 'var(--ts-text)',
  warning: 'var(--ts-warn)',
  critical: 'var(--ts-alarm)',
  unknown: 'var(--ts-dim)',
  control: 'var(--ts-control)',
}

/** A state as shape, colour and word: never colour alone. */
export const Mark = ({ kind, children }: { readonly kind: MarkKind; readonly children: ReactNode }) => (
  <span
    className="mark"
    style={{ color: kind === 'normal' || kind === 'active' || kind === 'unknown' ? 'inherit' : colours[kind] }}
  >
    <svg width="11" height="11" viewBox="0 0 12 12" aria-hidden="true" style={{ color: colours[kind] }}>
      {shapes[kind]}
    </svg>
    <span>{children}</span>
  </span>
)

/** L1, L2, L3 with the phase colour of the settings beside the label; other phases (N, L1L2) are a plain label. */
export const PhaseLabel = ({ phase }: { readonly phase: string }) =>
  phase === 'L1' || phase === 'L2' || phase === 'L3' ? (
    <span className={`phase phase-${phase}`}>{phase}</span>
  ) : (
    <span>{phase}</span>
  )
