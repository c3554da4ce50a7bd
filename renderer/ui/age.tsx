import { formatAge } from '../format/duration.ts'
import { useNow } from '../state/clock.ts'
import { Dash } from './dash.tsx'

/** How old something is, kept current. */
export const Age = ({ atMs, suffix = '' }: { readonly atMs: number | null; readonly suffix?: string }) => {
  const now = useNow()
  return atMs === null ? (
    <Dash why="No value has come yet" />
  ) : (
    <span className="nowrap">
      {formatAge(now - atMs)}
      {suffix}
    </span>
  )
}
