/** Register maps as SunSpec devices have them, for tests; built by hand, without the program's layouts. */
import type { SunSpecRead } from '../device.ts'

export interface MapModel {
  readonly id: number
  readonly words: readonly number[]
}

/** Two characters a register, filled with NUL. */
export const text = (value: string, registers: number): number[] =>
  Array.from(
    { length: registers },
    (_, index) => ((value.charCodeAt(2 * index) || 0) << 8) | (value.charCodeAt(2 * index + 1) || 0),
  )

/** Model 1 with 66 registers, or 65 where the pad is left out. */
export const common = (maker: string, model: string, serial: string, version = '1.02', length = 66): MapModel => ({
  id: 1,
  words: [
    ...text(maker, 16),
    ...text(model, 16),
    ...text('', 8),
    ...text(version, 8),
    ...text(serial, 16),
    1,
    0x8000,
  ].slice(0, length),
})

/** Registers by address: 'SunS', the models one after the other, and the end marker. */
export const mapOf = (
  base: number,
  models: readonly MapModel[],
  end: readonly number[] = [0xffff, 0],
): Map<number, number> =>
  new Map(
    [0x5375, 0x6e53, ...models.flatMap(({ id, words }) => [id, words.length, ...words]), ...end].map((word, index) => [
      base + index,
      word,
    ]),
  )

export interface Asked {
  readonly address: number
  readonly count: number
}

/** Answers from a map; refuses what is not wholly in it, and reads of more than `most` registers. */
export const readerOf = (
  map: ReadonlyMap<number, number>,
  most = 125,
): { readonly read: SunSpecRead; readonly asked: Asked[] } => {
  const asked: Asked[] = []
  return {
    asked,
    read: async (address, count) => {
      asked.push({ address, count })
      const words = Array.from({ length: count }, (_, index) => map.get(address + index))
      return count <= most && words.every((word) => word !== undefined)
        ? { ok: true, words: words as number[] }
        : {
            ok: false,
            isRefused: true,
            isSilent: false,
            message: `${count} registers from ${address}: exception 2, illegal data address`,
          }
    },
  }
}

/** Points of model 203 as a SolarEdge meter sent them (published trace, evcc issue 15445): registers 40190 to 40294. */
export const tracedMeter: MapModel = {
  id: 203,
  words:
    `0066 002f 0008 002e ffff 5b98 5b98 5cd3 5a6c 0000 0000 0000 0000 fffe 1387 fffe ffa5 0408 ff85 fc18 0000 01dc 041c 0094 03f8 0000 fe2d ff31 ffaf ff4e 0000
    081c db02 1950 2403 fffe 0144 8402 015e 6052 0000 0000 0000 0000 0114 0820 0028 f5e8 0053 b622 00b1 3865 0000
    ${'0000 '.repeat(16)} 8000 ${'0000 '.repeat(32)} 8000 0000 0000`
      .trim()
      .split(/\s+/)
      .map((word) => parseInt(word, 16)),
}

/** Model 213 with every float its own offset from the model's number, so that a shifted layout would show; not implemented where NaN. */
export const floatMeter = (id = 213, valueAt: (offset: number) => number = (offset) => offset): MapModel => ({
  id,
  words: [
    ...Array.from({ length: 61 }, (_, index) => {
      const view = new DataView(new ArrayBuffer(4))
      view.setFloat32(0, valueAt(2 + 2 * index))
      return [view.getUint16(0), view.getUint16(2)]
    }).flat(),
    0,
    0,
  ],
})
