/** A line of a record and where it stands: `at` is for going back to it, in whatever the text counts by. */
export interface TapeLine {
  readonly text: string
  readonly at: number
  /** Its number in the file, from 1, where it was counted from the beginning; for messages. */
  readonly number: number
}

/** A record that can be read from any of its lines on, as often as wanted. */
export interface TapeText {
  /** Runs of lines from the one that stands `at` on, `number` being its number. Rejects with a sentence where it can't be read. */
  readonly lines: (from: { readonly at: number; readonly number: number }) => AsyncIterable<readonly TapeLine[]>
  /** How far into the whole a place is, 0 to 1. */
  readonly shareOf: (at: number) => number
}

const runLength = 500

/** A record in memory, line by line. */
export const textOfLines = (all: readonly string[]): TapeText => ({
  lines: async function* ({ at }) {
    for (let from = at; from < all.length; from += runLength)
      yield all
        .slice(from, from + runLength)
        .map((text, index) => ({ text, at: from + index, number: from + index + 1 }))
  },
  shareOf: (at) => (all.length === 0 ? 1 : at / all.length),
})
