/**
 * Modbus ASCII (Modbus over Serial Line V1.02, 2.5.2): a start character, every byte of unit and PDU as two hexadecimal digits, the LRC
 * the same way, CR LF. The LRC is a sum of eight bits: it finds less than the CRC of RTU, two bytes that changed places for one not at all.
 */

const colon = 0x3a
/** Chargers of ABL begin their replies with '>' instead of ':'. The standard knows only ':', and only that is sent. */
const greater = 0x3e
const carriageReturn = 0x0d
const lineFeed = 0x0a

export const isAsciiStart = (character: number): boolean => character === colon || character === greater
export const isAsciiEnd = (last: number | undefined, before: number | undefined): boolean =>
  last === lineFeed && before === carriageReturn
export const isCarriageReturn = (character: number): boolean => character === carriageReturn

/** 0 to 15, or -1 for what is no hexadecimal digit. Small letters are read, capitals are sent. */
export const hexDigit = (character: number): number => {
  if (character >= 0x30 && character <= 0x39) return character - 0x30
  const capital = character & 0xdf
  return character > 0x40 && capital >= 0x41 && capital <= 0x46 ? capital - 0x37 : -1
}

/** Unit and a PDU of 253 bytes at most (Modbus Application Protocol V1.1b3, 4.1). */
const longestBody = 254
/** Characters of a frame whose unit and PDU are `body` bytes. */
export const asciiLength = (body: number): number => 2 * body + 5
export const longestAscii = asciiLength(longestBody)

/** Two's complement of the sum of the bytes (6.2.1). */
export const lrcOf = (body: Uint8Array): number => {
  let sum = 0
  for (const byte of body) sum += byte
  return -sum & 0xff
}

const digits = '0123456789ABCDEF'

/** Unit and PDU as the characters of the wire. */
export const encodeAscii = (body: Uint8Array): Uint8Array => {
  const out = new Uint8Array(asciiLength(body.length))
  let at = 0
  const put = (character: number): void => {
    out[at++] = character
  }
  const putByte = (byte: number): void => {
    put(digits.charCodeAt(byte >>> 4))
    put(digits.charCodeAt(byte & 0xf))
  }
  put(colon)
  for (const byte of body) putByte(byte)
  putByte(lrcOf(body))
  put(carriageReturn)
  put(lineFeed)
  return out
}

/** `body`: unit and PDU without the LRC. `checksum`: what was read is whole and only the LRC is wrong; `came` and `fits` say how. */
export type AsciiFrame =
  | { readonly ok: true; readonly body: Uint8Array }
  | { readonly ok: false; readonly checksum: true; readonly came: number; readonly fits: number }
  | { readonly ok: false; readonly checksum: false; readonly why: string }

/** One frame from its start character to its line feed. */
export const readAscii = (characters: Uint8Array): AsciiFrame => {
  const refuse = (why: string): AsciiFrame => ({ ok: false, checksum: false, why })
  const [first = 0] = characters
  if (!isAsciiStart(first)) return refuse("no ':' at the start")
  if (!isAsciiEnd(characters.at(-1), characters.at(-2))) return refuse('no CR LF at the end')
  const count = characters.length - 3
  if (count % 2 !== 0) return refuse(`${count} hexadecimal digits, which are no whole bytes`)
  if (count < 6) return refuse(`${count} hexadecimal digits, too short for a frame`)
  if (characters.length > longestAscii) return refuse(`${characters.length} characters, ${longestAscii} are the most`)
  const bytes = new Uint8Array(count / 2)
  for (let index = 0; index < bytes.length; index += 1) {
    const high = hexDigit(characters[1 + 2 * index] ?? 0)
    const low = hexDigit(characters[2 + 2 * index] ?? 0)
    if (high < 0 || low < 0) return refuse('characters that are no hexadecimal digits')
    bytes[index] = high * 16 + low
  }
  const body = bytes.subarray(0, -1)
  const came = bytes[bytes.length - 1] ?? 0
  const fits = lrcOf(body)
  return came === fits ? { ok: true, body } : { ok: false, checksum: true, came, fits }
}
