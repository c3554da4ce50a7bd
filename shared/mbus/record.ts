/** One record of a variable data structure: DIF, DIFE, VIF, VIFE, data (EN 13757-3:2018, 6). */
import { codingOf, dataLength, readDataField } from './data-field.ts'
import { readVif } from './vif.ts'
import { mbusFunctions, type MbusFunction, type MbusRecord } from './record-value.ts'

export type RecordResult =
  { readonly ok: true; readonly record: MbusRecord } | { readonly ok: false; readonly problem: string }

const mostDifes = 10

/** Reads the record that begins at `at`; its length is that of `record.raw`. Never throws. */
export const readRecord = (bytes: Uint8Array, at: number, msbFirst: boolean): RecordResult => {
  const dif = bytes[at] as number
  // Storage takes 41 bits with ten DIFEs: too many for the bit operators.
  let storage = (dif >> 6) & 1
  let tariff = 0
  let subUnit = 0
  let next = at + 1
  for (let more = (dif & 0x80) !== 0, count = 0; more; count += 1) {
    const dife = bytes[next]
    if (dife === undefined) return { ok: false, problem: 'it ends within its DIF' }
    if (count === mostDifes) return { ok: false, problem: `it has more than ${mostDifes} DIFEs` }
    storage += (dife & 0x0f) * 2 ** (1 + 4 * count)
    tariff += ((dife >> 4) & 3) * 4 ** count
    subUnit += ((dife >> 6) & 1) * 2 ** count
    more = (dife & 0x80) !== 0
    next += 1
  }
  const vif = readVif(bytes, next, msbFirst)
  if (!vif.ok) return vif
  next += vif.length
  const coding = codingOf(dif)
  const data = dataLength(coding, bytes, next)
  if ('problem' in data) return { ok: false, problem: data.problem }
  const end = next + data.length
  return {
    ok: true,
    record: {
      function: mbusFunctions[(dif >> 4) & 3] as MbusFunction,
      storage,
      tariff,
      subUnit,
      vif: vif.vif,
      value: readDataField(coding, bytes.slice(next, end), vif.vif, msbFirst),
      raw: bytes.slice(at, end),
    },
  }
}
