/** What was wrong with the inputs of a decision, as data; `decisionNoteText` makes the sentence. */
export type DecisionNote =
  /** These chargers are at their fallback; `cause` says which meter or charger is not seen, since when. */
  | { readonly kind: 'fallback'; readonly cause: string; readonly chargers: readonly string[] }
  /** Nothing below this meter is raised. */
  | { readonly kind: 'meter-late'; readonly meterId: string; readonly ageMs: number }
  /** Generation is declared, but what is called export hides load. */
  | { readonly kind: 'hidden-load'; readonly circuit: string; readonly phases: readonly string[] }
  /** Export where no generation is declared. */
  | { readonly kind: 'unlikely-export'; readonly circuit: string; readonly phases: readonly string[] }
  /** A charger that is not under control has current set aside for it. */
  | { readonly kind: 'set-aside'; readonly why: string }
  /** What the sharing out has to say of itself. */
  | { readonly kind: 'sharing'; readonly text: string }

export const decisionNoteText = (note: DecisionNote): string => {
  switch (note.kind) {
    case 'fallback':
      return `${note.cause}: chargers ${note.chargers.join(', ')} at their fallback`
    case 'meter-late':
      return `meter ${note.meterId} is late (${(note.ageMs / 1000).toFixed(1)} s): nothing below it is raised`
    case 'hidden-load':
      return `${note.circuit} calls load on ${note.phases.join(', ')} export: counted as load; check the CT direction`
    case 'unlikely-export':
      return `${note.circuit} shows export on ${note.phases.join(', ')}, but no generation is declared: counted as load; check the CT direction`
    case 'set-aside':
      return note.why
    case 'sharing':
      return note.text
  }
}
