/** Changes kept of one digital channel, and of all: a channel that toggles with every sample must not take the memory (editable assumptions). */
const mostOfOne = 20_000
const mostOfAll = 1_000_000

/** Gathers where digital channels change, sample by sample in order. */
export const createTrackChanges = (channels: number) => {
  const initial = new Uint8Array(channels)
  const now = new Uint8Array(channels)
  const changes = Array.from({ length: channels }, (): number[] => [])
  const isCut = new Uint8Array(channels)
  let all = 0
  const put = (channel: number, sample: number, state: 0 | 1): void => {
    if (sample === 0) {
      initial[channel] = state
      now[channel] = state
      return
    }
    if (now[channel] === state) return
    now[channel] = state
    const own = changes[channel]
    if (own === undefined || own.length >= mostOfOne || all >= mostOfAll) {
      isCut[channel] = 1
      return
    }
    own.push(sample)
    all += 1
  }
  return {
    put,
    of: (channel: number) => ({
      initial: (initial[channel] === 1 ? 1 : 0) as 0 | 1,
      changes: changes[channel] ?? [],
      isCut: isCut[channel] === 1,
    }),
  }
}
export type TrackChanges = ReturnType<typeof createTrackChanges>
