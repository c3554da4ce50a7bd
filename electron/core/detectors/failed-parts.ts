import type { Outcome } from './detector.ts'
import { clear } from './detector.ts'

/** A part of the program that threw: which, as a person would name it, and with what. */
export interface FailingPart {
  readonly part: string
  readonly why: string
}

export const partDetector = 'program-fault'

export const reasonOf = (error: unknown): string =>
  (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).slice(0, 300)

/**
 * A critical finding for each part that fails, ended when it works again. `held`: parts that have such a finding now. The rest of
 * the program goes on, but a site whose checks or whose record are dead is not one to arm control on.
 */
export const failedParts = (
  siteId: string,
  failing: readonly FailingPart[],
  held: readonly string[],
): readonly { readonly detector: string; readonly outcome: Outcome }[] => {
  const subject = { kind: 'site', id: siteId } as const
  const outcomes = new Map<string, Outcome>(held.map((part) => [part, { subject, key: part, verdict: clear }]))
  for (const { part, why } of failing) {
    outcomes.set(part, {
      subject,
      key: part,
      verdict: {
        kind: 'active',
        facts: {
          phase: null,
          severity: 'critical',
          title: `A part of Tripscope fails: ${part}`,
          message:
            `${part} ended with an error on the last image (${why}); what it would have found or kept is missing. ` +
            'Everything else goes on, but control can not be armed while this lasts. Export a snapshot, send it to ' +
            "Tripscope's makers, and restart the program.",
          numbers: [],
          evidence: "the program's own error",
          blindMs: null,
          identity: why,
        },
      },
    })
  }
  return [...outcomes.values()].map((outcome) => ({ detector: partDetector, outcome }))
}
