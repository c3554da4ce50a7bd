/** Who sent a telegram and how it is: the head of a variable (12 bytes) data structure (EN 13757-3:2018, 7). */

export interface MbusHeader {
  /** Eight digits as printed on the meter; hex digits where the meter's are not decimal (some are not). */
  readonly id: string
  /** Three letters; empty in the fixed data structure, which has none. */
  readonly manufacturer: string
  /** 0 in the fixed data structure, which has none. */
  readonly version: number
  readonly medium: number
  readonly mediumName: string
  readonly accessNumber: number
  readonly status: MbusStatus
  /** Signature or configuration word; 0 for plain data. */
  readonly signature: number
}

export interface MbusStatus {
  readonly code: number
  readonly busy: boolean
  readonly applicationError: boolean
  readonly powerLow: boolean
  readonly permanentError: boolean
  readonly temporaryError: boolean
  /** Bits 5 to 7: the maker's own. */
  readonly manufacturerBits: number
}

export const electricity = 0x02

/** Device types (EN 13757-3:2018, table 6). */
const media: ReadonlyMap<number, string> = new Map([
  [0x00, 'other'],
  [0x01, 'oil'],
  [0x02, 'electricity'],
  [0x03, 'gas'],
  [0x04, 'heat (outlet)'],
  [0x05, 'steam'],
  [0x06, 'warm water'],
  [0x07, 'water'],
  [0x08, 'heat cost allocator'],
  [0x09, 'compressed air'],
  [0x0a, 'cooling (outlet)'],
  [0x0b, 'cooling (inlet)'],
  [0x0c, 'heat (inlet)'],
  [0x0d, 'heat and cooling'],
  [0x0e, 'bus or system'],
  [0x0f, 'unknown'],
  [0x14, 'calorific value'],
  [0x15, 'hot water'],
  [0x16, 'cold water'],
  [0x17, 'hot and cold water'],
  [0x18, 'pressure'],
  [0x19, 'A/D converter'],
  [0x1a, 'smoke detector'],
  [0x1b, 'room sensor'],
  [0x1c, 'gas detector'],
  [0x20, 'breaker'],
  [0x21, 'valve'],
  [0x25, 'customer display'],
  [0x28, 'waste water'],
  [0x29, 'waste'],
  [0x31, 'communication controller'],
  [0x32, 'unidirectional repeater'],
  [0x33, 'bidirectional repeater'],
  [0x36, 'radio converter, system side'],
  [0x37, 'radio converter, meter side'],
])

export const mediumName = (medium: number): string =>
  media.get(medium) ?? `reserved (${medium.toString(16).toUpperCase().padStart(2, '0')})`

/** Three letters of 5 bits each (EN 13757-3, 7.5.2). */
export const manufacturerLetters = (code: number): string =>
  String.fromCharCode(64 + ((code >> 10) & 31), 64 + ((code >> 5) & 31), 64 + (code & 31))

/** Throws RangeError for anything but three capital letters. */
export const manufacturerCode = (letters: string): number => {
  if (!/^[A-Z]{3}$/.test(letters)) throw new RangeError(`a manufacturer is three capital letters, not '${letters}'`)
  return [...letters].reduce((code, letter) => code * 32 + letter.charCodeAt(0) - 64, 0)
}

export const statusOf = (code: number): MbusStatus => {
  const application = code & 0x03
  return {
    code,
    busy: application === 1,
    applicationError: application === 2,
    powerLow: (code & 0x04) !== 0,
    permanentError: (code & 0x08) !== 0,
    temporaryError: (code & 0x10) !== 0,
    manufacturerBits: code >> 5,
  }
}

/** Digits of an identification number, least significant byte first. */
export const idText = (bytes: Uint8Array): string =>
  [...bytes]
    .reverse()
    .map((byte) => byte.toString(16).toUpperCase().padStart(2, '0'))
    .join('')

/** `bytes` are the 12 of the header; each field of several bytes is turned by itself where the most significant comes first. */
export const readHeader = (bytes: Uint8Array, msbFirst: boolean): MbusHeader => {
  const field = (from: number, to: number): Uint8Array =>
    msbFirst ? bytes.slice(from, to).reverse() : bytes.slice(from, to)
  const word = (from: number): number => {
    const [low = 0, high = 0] = field(from, from + 2)
    return high * 256 + low
  }
  const medium = bytes[7] as number
  return {
    id: idText(field(0, 4)),
    manufacturer: manufacturerLetters(word(4)),
    version: bytes[6] as number,
    medium,
    mediumName: mediumName(medium),
    accessNumber: bytes[8] as number,
    status: statusOf(bytes[9] as number),
    signature: word(10),
  }
}
