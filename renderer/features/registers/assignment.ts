import type { NumberType } from '../../../shared/explore/decodings.ts'
import type { WordOrder } from '../../../shared/profile/register.ts'
import type { QuantityKey } from '../../../shared/quantities.ts'

/** A register that was given a quantity. `held`: the words at the moment in which the display was read. */
export interface Assignment {
  readonly key: QuantityKey
  readonly address: number
  readonly functionCode: 3 | 4
  readonly type: NumberType
  readonly wordOrder: WordOrder
  readonly scale: number
  readonly shown: string
  readonly held: Words | null
  /** What was read last: it stays when another range is read. */
  readonly last: Words | null
}
export interface Words {
  readonly words: readonly number[]
  readonly atMs: number
}
