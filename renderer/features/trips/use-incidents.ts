import { useState } from 'react'
import type { IncidentSummary } from '../../../shared/forensics/incident.ts'
import { useStream } from '../../state/stream.ts'

export interface Incidents {
  /** null: not there yet. */
  readonly list: readonly IncidentSummary[] | null
  readonly problem: string | null
}

/** The list of incidents as it changes. */
export const useIncidents = (): Incidents => {
  const [state, setState] = useState<Incidents>({ list: null, problem: null })
  useStream(
    'trips.list',
    {},
    {
      frame: ({ incidents, problem }) => setState({ list: incidents, problem }),
      ended: (why) => setState((before) => ({ list: before.list ?? [], problem: why })),
    },
  )
  return state
}
