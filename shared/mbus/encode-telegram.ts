/** Telegrams as a meter sends them, for a simulated meter: header and records to bytes, least significant byte first (CI 72). */
import { manufacturerCode } from './header.ts'
import { mbusFunctions, type MbusFunction } from './record-value.ts'

export interface HeaderToEncode {
  /** Eight digits; hex digits are sent as they stand. */
  readonly id: string
  /** Three capital letters. */
  readonly manufacturer: string
  readonly version: number
  readonly medium: number
  readonly accessNumber: number
  readonly status?: number
}

/** How data are sent: integers by their bytes, BCD by its digits, or the text of LVAR. */
export type DataToEncode =
  | { readonly coding: 'int8' | 'int16' | 'int24' | 'int32' | 'int48' | 'int64' | 'float32'; readonly value: number }
  | { readonly coding: 'bcd2' | 'bcd4' | 'bcd6' | 'bcd8' | 'bcd12'; readonly value: number }
  | { readonly coding: 'text'; readonly value: string }
  | { readonly coding: 'none' }

export interface RecordToEncode {
  readonly function?: MbusFunction
  readonly storage?: number
  readonly tariff?: number
  readonly subUnit?: number
  /** VIF and VIFEs with their extension bits as on the wire, such as [0xfd, 0xc9, 0xff, 0x01]. */
  readonly vif: readonly number[]
  readonly data: DataToEncode
}

const difs = {
  none: [0x00, 0],
  int8: [0x01, 1],
  int16: [0x02, 2],
  int24: [0x03, 3],
  int32: [0x04, 4],
  float32: [0x05, 4],
  int48: [0x06, 6],
  int64: [0x07, 8],
  bcd2: [0x09, 1],
  bcd4: [0x0a, 2],
  bcd6: [0x0b, 3],
  bcd8: [0x0c, 4],
  text: [0x0d, 0],
  bcd12: [0x0e, 6],
} as const

const bytesOf = (value: bigint, length: number): number[] =>
  Array.from({ length }, (_, index) => Number((value >> BigInt(8 * index)) & 0xffn))

const integerBytes = (value: number, length: number): number[] => {
  const whole = BigInt(Math.round(value))
  const span = 1n << BigInt(8 * length - 1)
  if (whole < -span || whole >= span) throw new RangeError(`${value} does not fit into ${length} bytes`)
  return bytesOf(whole, length)
}

const bcdBytes = (value: number, length: number): number[] => {
  const digits = String(Math.abs(Math.round(value))).padStart(2 * length, '0')
  if (digits.length > 2 * length || (value < 0 && digits.startsWith('0') === false))
    throw new RangeError(`${value} does not fit into ${2 * length} digits`)
  const signed = value < 0 ? `F${digits.slice(1)}` : digits
  return bytesOf(BigInt(`0x${signed}`), length)
}

const dataBytes = (data: DataToEncode): number[] => {
  if (data.coding === 'none') return []
  if (data.coding === 'text') {
    if (data.value.length > 0xbf)
      throw new RangeError(`a text takes at most ${0xbf} characters, not ${data.value.length}`)
    return [data.value.length, ...[...data.value].map((letter) => letter.charCodeAt(0) & 0xff).reverse()]
  }
  const length = difs[data.coding][1]
  if (data.coding === 'float32') {
    const bytes = new Uint8Array(4)
    new DataView(bytes.buffer).setFloat32(0, data.value, true)
    return [...bytes]
  }
  return data.coding.startsWith('bcd') ? bcdBytes(data.value, length) : integerBytes(data.value, length)
}

/** Numbers are sent as they are given: 230.1 V with VIF FD 48 (10^-1 V) is the value 2301. Throws RangeError for what does not fit. */
export const encodeRecord = (record: RecordToEncode): Uint8Array => {
  let storage = BigInt(record.storage ?? 0)
  let tariff = record.tariff ?? 0
  let subUnit = record.subUnit ?? 0
  const information = [
    difs[record.data.coding][0] |
      (mbusFunctions.indexOf(record.function ?? 'instantaneous') << 4) |
      (Number(storage & 1n) << 6),
  ]
  storage >>= 1n
  while (storage > 0n || tariff > 0 || subUnit > 0) {
    if (information.length > 10) throw new RangeError('storage, tariff or sub-unit take more than 10 DIFEs')
    information.push(Number(storage & 0xfn) | ((tariff & 3) << 4) | ((subUnit & 1) << 6))
    storage >>= 4n
    tariff >>= 2
    subUnit >>= 1
  }
  const chained = information.map((byte, index) => (index < information.length - 1 ? byte | 0x80 : byte))
  return Uint8Array.of(...chained, ...record.vif, ...dataBytes(record.data))
}

/** The data of a long frame with CI 72. `moreFollows` ends it with DIF 1F, `manufacturerData` with 0F and the bytes. */
export const encodeTelegram = (
  header: HeaderToEncode,
  records: readonly RecordToEncode[],
  end: { readonly moreFollows?: boolean; readonly manufacturerData?: Uint8Array } = {},
): Uint8Array => {
  if (!/^[0-9A-Fa-f]{8}$/.test(header.id))
    throw new RangeError(`an identification number has eight digits, not '${header.id}'`)
  const code = manufacturerCode(header.manufacturer)
  const head = [
    ...bytesOf(BigInt(`0x${header.id}`), 4),
    code & 0xff,
    code >> 8,
    header.version & 0xff,
    header.medium & 0xff,
    header.accessNumber & 0xff,
    (header.status ?? 0) & 0xff,
    0,
    0,
  ]
  const tail = end.moreFollows === true ? [0x1f] : end.manufacturerData === undefined ? [] : [0x0f]
  return Uint8Array.of(
    ...head,
    ...records.flatMap((record) => [...encodeRecord(record)]),
    ...tail,
    ...(end.manufacturerData ?? []),
  )
}
