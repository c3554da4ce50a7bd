import { Button } from '@mantine/core'
import { useState } from 'react'
import type { ChargerDescription } from '../../../shared/api/site-contract.ts'
import { useLive } from '../../state/live.ts'
import { useMayCommand } from '../../state/may.ts'
import { FallbackDialog } from './fallback-dialog.tsx'
import { unfitFallback } from './fallback-state.ts'

/** Stands at a charger whose own fallback does not fit, where its document allows it to be written and a person here may. */
export const FallbackButton = ({ charger }: { readonly charger: ChargerDescription }) => {
  const isUnfit = useLive(({ live }) => unfitFallback(live, charger.id) !== null)
  const mayCommand = useMayCommand()
  const [isAsked, setAsked] = useState(false)
  const writable = charger.writableFallback
  // Once asked for it stays until the answer was read: the finding clears as soon as the charger fits.
  if (writable === null || (!isAsked && !(isUnfit && mayCommand))) return null
  return (
    <>
      <Button
        size="compact-xs"
        variant="outline"
        color="control"
        className="no-print"
        onClick={() => setAsked(true)}
        aria-label={`Write the fallback of ${charger.name}`}
      >
        Write its fallback …
      </Button>
      {isAsked ? <FallbackDialog charger={charger} writable={writable} close={() => setAsked(false)} /> : null}
    </>
  )
}
