import type { Live } from '../../../shared/api/live-contract.ts'
import type { Finding } from '../../../shared/model/finding.ts'
import type { Image } from '../../../shared/model/image.ts'
import type { FailingPart } from '../detectors/failed-parts.ts'
import type { Memory } from './memory.ts'

/** What the screen shows until the next image, and which parts fail outside of the site. */
export const createShown = (memory: Memory) => {
  const state = memory.keep('site', {
    failingOutside: [] as readonly FailingPart[],
    shown: null as Image | null,
    assessment: { findings: [], notAssessed: [] } as Pick<Live, 'findings' | 'notAssessed'>,
  })
  return {
    failingOutside: (): readonly FailingPart[] => state.failingOutside,
    noteFailing: (failing: readonly FailingPart[]): void => {
      state.failingOutside = failing
    },
    /** `image` has times of the calendar. */
    image: (image: Image, assessment: Pick<Live, 'findings' | 'notAssessed'>): void => {
      state.shown = image
      state.assessment = assessment
    },
    /** The finding as it is now, null: not on the list any more. */
    finding: (findingId: string, finding: Finding | null): void => {
      const now = finding === null ? [] : [finding]
      const findings = state.assessment.findings.flatMap((held) => (held.id === findingId ? now : [held]))
      state.assessment = { ...state.assessment, findings }
    },
    live: (control: () => Live['control']): Live | null =>
      state.shown === null ? null : { image: state.shown, control: control(), ...state.assessment },
  }
}
export type Shown = ReturnType<typeof createShown>
