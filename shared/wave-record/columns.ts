import { bucketSamples, emptyFold, foldInto, type Fold } from './fold.ts'

/** Values that came as text or in another form, kept as small as they allow: two bytes each where they are whole and small. */

const blockSamples = 65_536
const missing16 = -32_768
type Block = Int16Array | Float32Array | Float64Array

const fits16 = (value: number): boolean =>
  Number.isInteger(value) && value > missing16 && value <= 32_767 && !Object.is(value, -0)
const widened = (block: Block, value: number): Block => {
  const isSingle = block instanceof Int16Array && (Math.fround(value) === value || Number.isNaN(value))
  const wider = isSingle ? new Float32Array(blockSamples) : new Float64Array(blockSamples)
  block.forEach((held, at) => {
    wider[at] = block instanceof Int16Array && held === missing16 ? NaN : held
  })
  return wider
}

/** One column that grows at its end. */
export const createColumn = () => {
  const blocks: Block[] = []
  let count = 0
  return {
    push: (value: number): void => {
      const at = count % blockSamples
      if (at === 0) blocks.push(new Int16Array(blockSamples))
      const last = blocks.length - 1
      let block = blocks[last] as Block
      if (
        block instanceof Int16Array
          ? !fits16(value) && !Number.isNaN(value)
          : block instanceof Float32Array && !Number.isNaN(value) && Math.fround(value) !== value
      ) {
        block = widened(block, value)
        blocks[last] = block
      }
      block[at] = block instanceof Int16Array && Number.isNaN(value) ? missing16 : value
      count += 1
    },
    count: () => count,
    read: (from: number, to: number): Float64Array => {
      const out = new Float64Array(Math.max(0, to - from)).fill(NaN)
      for (let at = Math.max(0, from); at < Math.min(to, count);) {
        const block = blocks[Math.floor(at / blockSamples)] as Block
        const begin = at % blockSamples
        const many = Math.min(blockSamples - begin, Math.min(to, count) - at)
        for (let index = 0; index < many; index += 1) {
          const value = block[begin + index] as number
          out[at - from + index] = block instanceof Int16Array && value === missing16 ? NaN : value
        }
        at += many
      }
      return out
    },
  }
}
export type Column = ReturnType<typeof createColumn>

/** The lowest and highest of a column's buckets. */
export const foldOf = (read: (from: number, to: number) => ArrayLike<number>, count: number): Fold => {
  const fold = emptyFold(count)
  const many = bucketSamples * 1024
  for (let at = 0; at < count; at += many) foldInto(fold, at, read(at, Math.min(count, at + many)))
  return fold
}
