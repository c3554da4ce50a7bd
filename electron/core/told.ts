import type { Live } from '../../shared/api/live-contract.ts'
import type { Decision, Write } from '../../shared/model/decision.ts'
import type { Finding } from '../../shared/model/finding.ts'
import type { Health } from '../../shared/model/health.ts'
import type { Image } from '../../shared/model/image.ts'
import type { SampledObservation } from '../../shared/model/observation.ts'
import { createFanOut } from './fan-out.ts'
import type { Journal } from './journal.ts'
import type { Log } from './ports.ts'
import type { Recorder } from './record/recorder.ts'
import type { TapeRecorder } from './record/tape/tape-recorder.ts'
import type { SiteOutputs } from './site/site.ts'
import { tellFinding } from './tell-finding.ts'

export interface ToldPorts {
  readonly log: Log
  readonly journal: Journal
  readonly recorder: Recorder
  readonly tape: TapeRecorder
  /** Reports an append that fails. */
  readonly stored: (what: string, appended: Promise<unknown>) => void
}

/** Who hears of what the site says: each kind has its listeners; findings, decisions and writes are kept as well, as witnesses of the tape too. */
export const createTold = ({ log, journal, recorder, tape, stored }: ToldPorts) => {
  const findings = createFanOut<Finding>('findings', log)
  const decisions = createFanOut<Decision>('decisions', log)
  const writes = createFanOut<Write>('writes', log)
  const sampled = createFanOut<SampledObservation>('what samples show', log)
  const outputs: Pick<SiteOutputs, 'finding' | 'decision' | 'write' | 'event' | 'sampled'> = {
    finding: (change) => {
      tape.witness({ kind: 'finding', value: change })
      tellFinding(journal, change)
      findings.tell(change.finding)
    },
    decision: (decision) => {
      tape.witness({ kind: 'decision', value: decision })
      stored('a decision', recorder.appendDecision(decision))
      decisions.tell(decision)
    },
    write: (write) => {
      tape.witness({ kind: 'write', value: write })
      stored('a write', recorder.appendWrite(write))
      writes.tell(write)
    },
    event: journal.write,
    sampled: sampled.tell,
  }
  return {
    findings,
    decisions,
    writes,
    sampled,
    frames: createFanOut<Live>('live frames', log),
    images: createFanOut<Image>('images', log),
    healths: createFanOut<Health>('health', log),
    outputs,
  }
}
