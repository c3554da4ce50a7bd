import type { Incident } from '../../../shared/forensics/incident.ts'
import type { Log } from '../ports.ts'
import { createReplay, type ReplayResult } from '../record/tape/replay.ts'
import type { TapeEntry } from '../record/tape/read-tape.ts'
import type { TapeHead } from '../record/tape/tape-head.ts'
import { createForensics } from './forensics.ts'

/** An incident as it was known in the end, and what was known of it at first. */
export interface Diagnosed {
  readonly incident: Incident
  readonly first: Pick<Incident, 'topCause' | 'topProbability' | 'openedAtMs' | 'atMs'>
}

export interface DiagnoseResult extends ReplayResult {
  readonly incidents: readonly Diagnosed[]
}

/** Plays a record through the site that made it, and follows it as the running program would have. Throws `BadTape`. */
export const createDiagnosis = (head: TapeHead, log: Log) => {
  const found = new Map<string, Diagnosed>()
  const forensics = createForensics({
    site: head.site,
    earlier: () => [...found.values()].map(({ incident }) => incident),
    onIncident: (incident) => {
      const first = found.get(incident.id)?.first ?? incident
      if (incident.partOf === undefined) found.set(incident.id, { incident, first })
      else found.delete(incident.id)
    },
  })
  const replay = createReplay(head, log, {
    image: forensics.image,
    sampled: forensics.sampled,
    witness: (witness) => {
      if (witness.kind === 'finding') forensics.finding(witness.value.finding)
      if (witness.kind === 'decision') forensics.decision(witness.value)
    },
  })
  return {
    take: async (entry: TapeEntry): Promise<void> => {
      await replay.take(entry)
      if (entry.kind !== 'turn' || entry.turn.input.kind !== 'intent') return
      const { intent } = entry.turn.input
      if (intent.method === 'trip.report') forensics.report({ ...intent.input, saidAtMs: entry.turn.at.utcMs })
    },
    end: (line: number): DiagnoseResult => {
      forensics.end('the record ends')
      return { ...replay.end(line), incidents: [...found.values()] }
    },
  }
}
