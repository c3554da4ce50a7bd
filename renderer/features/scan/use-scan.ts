import { useEffect, useState } from 'react'
import type { ScanState } from '../../../shared/api/scan-contract.ts'
import { useConnection } from '../../state/connection.ts'

/** The scan as the program knows it; null until it has said. A reload, or another screen, sees the same one. */
export const useScan = (): { readonly state: ScanState | null; readonly ended: string | null } => {
  const client = useConnection((connection) => connection.client)
  const [state, setState] = useState<ScanState | null>(null)
  const [ended, setEnded] = useState<string | null>(null)
  useEffect(() => {
    if (client === null) return
    return client.subscribe(
      'scan',
      {},
      (next) => {
        setState(next)
        setEnded(null)
      },
      setEnded,
    )
  }, [client])
  return { state, ended }
}
