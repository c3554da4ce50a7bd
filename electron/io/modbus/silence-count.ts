export interface SilenceLimits {
  /** A network line that is silent this often in a row may be a dead connection that nobody closed: it is opened anew. */
  readonly before: number
  /** A single device that is off is no reason to reconnect for ever: the count doubles up to this while nothing answers. */
  readonly longest: number
  /** Requests under way at once: they time out together. */
  readonly together: number
}

/** Counts requests without an answer in a row on a network line, and says when it is to be opened anew. */
export const createSilenceCount = ({ before, longest, together }: SilenceLimits) => {
  let silences = 0
  let allowed = before
  return {
    connected(): void {
      silences = 0
    },
    answered(): void {
      silences = 0
      allowed = before
    },
    /** One more silence. After how many the line is to be opened anew now; null: not yet. */
    silent(): number | null {
      silences += 1
      if (silences < allowed * together) return null
      const requests = silences
      silences = 0
      allowed = Math.min(longest, allowed * 2)
      return requests
    },
  }
}
