import { Button } from '@mantine/core'
import { formatAge } from '../../format/duration.ts'
import { useCan, useClock } from '../../state/clock.ts'
import { useConnection } from '../../state/connection.ts'
import { staleAfterMs, useLive, useSite } from '../../state/live.ts'
import { useTimeFormat } from '../../state/site-facts.ts'
import { Notice } from '../../ui/notice.tsx'
import { DropFiles } from './drop-files.tsx'
import { programUnknown } from './program-state.tsx'
import { useHeldHeight } from './use-held-height.ts'
import { SiteFileBand } from './site-file-band.tsx'
import { TapeBand } from './tape-band.tsx'

const ConnectionBand = () => {
  const { phase, why, retryAtMs, everConnected, retryNow } = useConnection()
  const localMs = useClock((state) => state.localMs)
  if (phase !== 'lost') return null
  const wait = retryAtMs === null ? null : Math.max(0, Math.ceil((retryAtMs - localMs) / 1000))
  return (
    <Notice
      tone="alarm"
      live
      title={everConnected ? 'Connection lost' : 'Not connected'}
      actions={
        <Button variant="default" onClick={retryNow}>
          {retryAtMs === null ? 'Reload' : 'Try now'}
        </Button>
      }
    >
      {why} {everConnected ? `Everything below is the last picture, not live. ${programUnknown} ` : ''}
      {wait === null ? '' : <span aria-hidden="true">Trying again in {wait} s.</span>}
    </Notice>
  )
}

const StaleBand = () => {
  const isFromNow = useCan('live')
  const phase = useConnection((state) => state.phase)
  const arrivedAtMs = useLive((state) => state.arrivedAtMs)
  const imageAtMs = useLive((state) => state.live?.image.atMs ?? null)
  const ended = useLive((state) => state.ended)
  const localMs = useClock((state) => state.localMs)
  const time = useTimeFormat()
  if (phase !== 'connected' || !isFromNow) return null
  if (ended !== null)
    return (
      <Notice tone="alarm" live title="No live data">
        The program ended the live data: {ended}
      </Notice>
    )
  if (arrivedAtMs === null || imageAtMs === null || localMs - arrivedAtMs < staleAfterMs) return null
  return (
    <Notice tone="alarm" live title="Live data stopped">
      <span aria-hidden="true">The last picture is {formatAge(localMs - arrivedAtMs)} old. </span>
      What you see is from {time.dateTime(imageAtMs)}: do not act on it. The program may be busy, suspended or stopped.
    </Notice>
  )
}

/** What must not be missed whatever view is open. */
export const Bands = () => {
  const problem = useSite((state) => state.problem)
  const held = useHeldHeight()
  return (
    <div className="bands" ref={held}>
      <ConnectionBand />
      <TapeBand />
      <StaleBand />
      <SiteFileBand />
      <DropFiles />
      {problem === null ? null : (
        <Notice tone="alarm" live title="The site could not be read">
          {problem}
        </Notice>
      )}
    </div>
  )
}
