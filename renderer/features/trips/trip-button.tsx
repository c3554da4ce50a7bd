import { Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useCan } from '../../state/clock.ts'
import { useConnection } from '../../state/connection.ts'
import { onSingleKey } from '../../state/view-keys.ts'
import { ReportDialog } from './report-dialog.tsx'

/** In reach on every screen: whoever stands before an open breaker has no time to look for it. */
export const TripButton = () => {
  const [isOpen, setOpen] = useState(false)
  const isNow = useCan('live')
  const mayWrite = useConnection(({ phase, caller }) => phase === 'connected' && caller?.role !== 'viewer')
  const isUsable = isNow && mayWrite
  useEffect(
    () =>
      onSingleKey((key) => {
        if (key === 'T' && isUsable) setOpen(true)
      }),
    [isUsable],
  )
  return (
    <>
      <Button
        variant="default"
        fullWidth
        disabled={!isUsable}
        title={isUsable ? 'Shift+T: keep the last half hour and look for the cause' : 'Only live, and not for viewers'}
        onClick={() => setOpen(true)}
      >
        It just tripped
      </Button>
      {isOpen ? <ReportDialog close={() => setOpen(false)} /> : null}
    </>
  )
}
