import type { ReactNode } from 'react'
import { Mark, type MarkKind } from './mark.tsx'

const kinds = { normal: 'normal', warn: 'warning', alarm: 'critical', control: 'control' } as const satisfies Record<
  string,
  MarkKind
>

/** A band that says what is so and what to do next. `live`: read out when it appears. */
export const Notice = ({
  tone,
  title,
  children,
  actions,
  live = false,
}: {
  readonly tone: keyof typeof kinds
  readonly title: string
  readonly children?: ReactNode
  readonly actions?: ReactNode
  readonly live?: boolean
}) => (
  <div className={`notice is-${tone}`} {...(live ? { role: tone === 'alarm' ? 'alert' : 'status' } : {})}>
    <div className="grow">
      <strong>
        <Mark kind={kinds[tone]}>{title}</Mark>
      </strong>
      {children === undefined ? null : <div>{children}</div>}
    </div>
    {actions === undefined ? null : <div className="row no-print">{actions}</div>}
  </div>
)

/** Nothing here, and why that is so. */
export const Empty = ({ title, children }: { readonly title: string; readonly children?: ReactNode }) => (
  <div className="panel" data-testid="empty">
    <strong>{title}</strong>
    {children === undefined ? null : <div className="dim">{children}</div>}
  </div>
)

export const Loading = ({ what }: { readonly what: string }) => (
  <div className="panel dim" role="status">
    Waiting for {what} …
  </div>
)
