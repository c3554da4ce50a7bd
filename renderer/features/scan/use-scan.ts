import { useState } from 'react'
import type { ScanState } from '../../../shared/api/scan-contract.ts'
import { useStream } from '../../state/stream.ts'

/** The scan as the program knows it; null until it has said. A reload, or another screen, sees the same one. */
export const useScan = (): { readonly state: ScanState | null; readonly ended: string | null } => {
  const [state, setState] = useState<ScanState | null>(null)
  const [ended, setEnded] = useState<string | null>(null)
  useStream(
    'scan',
    {},
    {
      frame: (next) => {
        setState(next)
        setEnded(null)
      },
      ended: setEnded,
    },
  )
  return { state, ended }
}
