/** When a capture begins by a value: a channel passing a level upwards, downwards or either way. */
export interface LevelTrigger {
  readonly channel: string
  /** In the channel's unit. */
  readonly level: number
  readonly edge: 'rising' | 'falling' | 'either'
}

/** Whether the step from one sample to the next passes the level; a missing sample passes nothing. */
export const passes = (before: number, now: number, { level, edge }: Omit<LevelTrigger, 'channel'>): boolean =>
  (edge !== 'falling' && before < level && now >= level) || (edge !== 'rising' && before > level && now <= level)

/** Where in the samples the level is passed first, the sample before them given; null: nowhere. Counted to the sample after. */
export const firstPass = (
  before: number,
  samples: Float32Array,
  trigger: Omit<LevelTrigger, 'channel'>,
): number | null => {
  const index = samples.findIndex((value, at) => passes(at === 0 ? before : (samples[at - 1] ?? NaN), value, trigger))
  return index < 0 ? null : index
}
