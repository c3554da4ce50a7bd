import { readAscii } from '../modbus/ascii-frame.ts'
import { crc16, hasGoodCrc } from '../modbus/crc16.ts'
import { exceptionWord, functionWord, hex2, hex4 } from '../modbus/words.ts'
import type { DecodedFrame } from './decoded-frame.ts'

const word = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
const wordsOf = (bytes: Uint8Array, from: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => word(bytes, from + 2 * index))
const span = (address: number, count: number): string =>
  count <= 1 ? `0x${hex4(address)}` : `0x${hex4(address)}-0x${hex4(address + count - 1)} (${count})`
const list = (values: readonly number[]): string => values.map((value) => `0x${hex4(value)}`).join(' ')

type Body = Omit<DecodedFrame, 'checksumOk' | 'problem' | 'unit' | 'transaction'>

const nothing: Body = {
  shape: 'other',
  functionCode: null,
  exceptionCode: null,
  address: null,
  count: null,
  values: null,
  words: '',
}
const readCodes = [1, 2, 3, 4]

/** Read file record, one group: what is asked has nine bytes, and what is answered repeats the reference type 6. */
const decodeFile = (pdu: Uint8Array, name: string): Body | null => {
  if (pdu.length === 9 && pdu[1] === 7 && pdu[2] === 6) {
    const [file, address, count] = [word(pdu, 3), word(pdu, 5), word(pdu, 7)]
    const words = `${name} ${file}, record ${address}, ${count} registers`
    return { ...nothing, shape: 'read-request', functionCode: 20, address, count, words }
  }
  const bytes = pdu[1] ?? 0
  if (pdu.length !== bytes + 2 || pdu[2] !== bytes - 1 || pdu[3] !== 6 || bytes % 2 !== 0) return null
  const values = wordsOf(pdu, 4, (bytes - 2) / 2)
  const words = `${name}: ${values.length} values ${list(values)}`
  return { ...nothing, shape: 'read-reply', functionCode: 20, count: values.length, values, words }
}

/** A PDU's meaning (Modbus Application Protocol V1.1b3, 6); the shape follows from length and byte count. Null: none such exists. */
const decodePdu = (pdu: Uint8Array): Body | null => {
  const code = pdu[0] ?? 0
  const functionCode = code & 0x7f
  if (functionCode === 0) return null
  if ((code & 0x80) !== 0) {
    if (pdu.length !== 2) return null
    const exceptionCode = pdu[1] ?? 0
    return {
      ...nothing,
      shape: 'exception',
      functionCode,
      exceptionCode,
      words: `exception 0x${hex2(exceptionCode)}, ${exceptionWord(exceptionCode)}, to ${functionWord(code)}`,
    }
  }
  const name = functionWord(code)
  if (readCodes.includes(functionCode)) {
    const bytes = pdu[1] ?? 0
    // A request has five bytes; a reply of that length has a byte count of three, which only coils and inputs can have.
    if (pdu.length === bytes + 2 && bytes > 0 && (functionCode < 3 || bytes % 2 === 0)) {
      if (functionCode < 3)
        return {
          ...nothing,
          shape: 'read-reply',
          functionCode,
          words: `${name}: ${bytes} bytes of bits ${Array.from(pdu.subarray(2), hex2).join(' ')}`,
        }
      const values = wordsOf(pdu, 2, bytes / 2)
      return {
        ...nothing,
        shape: 'read-reply',
        functionCode,
        count: values.length,
        values,
        words: `${name}: ${values.length} ${values.length === 1 ? 'value' : 'values'} ${list(values)}`,
      }
    }
    if (pdu.length !== 5) return null
    const [address, count] = [word(pdu, 1), word(pdu, 3)]
    if (count < 1 || count > (functionCode < 3 ? 2000 : 125) || address + count > 0x10000) return null
    return { ...nothing, shape: 'read-request', functionCode, address, count, words: `${name} ${span(address, count)}` }
  }
  if (functionCode === 20) return decodeFile(pdu, name)
  if (functionCode === 5 || functionCode === 6) {
    if (pdu.length !== 5) return null
    const [address, value] = [word(pdu, 1), word(pdu, 3)]
    return {
      ...nothing,
      shape: 'write',
      functionCode,
      address,
      count: 1,
      values: [value],
      words: `${name} ${span(address, 1)} = 0x${hex4(value)}`,
    }
  }
  if (functionCode === 15 || functionCode === 16) {
    const [address, count] = [word(pdu, 1), word(pdu, 3)]
    if (pdu.length === 5)
      return {
        ...nothing,
        shape: 'write',
        functionCode,
        address,
        count,
        words: `${name} ${span(address, count)}: confirmed`,
      }
    const bytes = pdu[5] ?? 0
    if (pdu.length !== 6 + bytes || (functionCode === 16 && bytes !== 2 * count)) return null
    const values = functionCode === 16 ? wordsOf(pdu, 6, count) : null
    return {
      ...nothing,
      shape: 'write',
      functionCode,
      address,
      count,
      values,
      words: `${name} ${span(address, count)}${values === null ? '' : ` = ${list(values)}`}`,
    }
  }
  return { ...nothing, functionCode, words: `${name}, ${pdu.length - 1} bytes` }
}

const garbage = (problem: string, checksumOk: boolean | null, transaction: number | null = null): DecodedFrame => ({
  ...nothing,
  shape: 'garbage',
  unit: null,
  checksumOk,
  problem,
  transaction,
  words: problem,
})

export const decodeRtu = (bytes: Uint8Array): DecodedFrame => {
  if (bytes.length < 4)
    return garbage(`${bytes.length} ${bytes.length === 1 ? 'byte' : 'bytes'}, too short for a frame`, null)
  if (!hasGoodCrc(bytes)) {
    const expected = crc16(bytes, 0, bytes.length - 2)
    const given = `0x${hex2(bytes[bytes.length - 2] ?? 0)}${hex2(bytes[bytes.length - 1] ?? 0)}`
    return garbage(
      `CRC bad: ${given} came, 0x${hex2(expected & 0xff)}${hex2(expected >>> 8)} fits these ${bytes.length} bytes`,
      false,
    )
  }
  const body = decodePdu(bytes.subarray(1, -2))
  const unit = bytes[0] ?? 0
  if (body === null)
    return { ...garbage(`unit ${unit}, CRC ok, but no message of the standard has this form`, true), unit }
  return { ...body, unit, checksumOk: true, problem: null, transaction: null, words: `unit ${unit}, ${body.words}` }
}

/** The characters of an ASCII frame (Modbus over Serial Line V1.02, 2.5.2). "ASCII" stands in the words, because the bytes shown are characters. */
export const decodeAscii = (characters: Uint8Array): DecodedFrame => {
  const read = readAscii(characters)
  if (!read.ok) {
    return read.checksum
      ? garbage(
          `ASCII, LRC bad: 0x${hex2(read.came)} came, 0x${hex2(read.fits)} fits these ${characters.length} characters`,
          false,
        )
      : garbage(
          `${characters.length} ${characters.length === 1 ? 'character' : 'characters'} that are no ASCII frame: ${read.why}`,
          null,
        )
  }
  const unit = read.body[0] ?? 0
  const body = decodePdu(read.body.subarray(1))
  if (body === null)
    return { ...garbage(`ASCII, unit ${unit}, LRC ok, but no message of the standard has this form`, true), unit }
  return {
    ...body,
    unit,
    checksumOk: true,
    problem: null,
    transaction: null,
    words: `ASCII, unit ${unit}, ${body.words}`,
  }
}

/** Modbus Messaging on TCP/IP Implementation Guide V1.0b, 3.1.3: transaction, protocol 0, length, unit. */
export const decodeMbap = (bytes: Uint8Array): DecodedFrame => {
  if (bytes.length < 8)
    return garbage(
      `${bytes.length} ${bytes.length === 1 ? 'byte' : 'bytes'}, too short for an MBAP header and a function`,
      null,
    )
  const [transaction, protocol, length] = [word(bytes, 0), word(bytes, 2), word(bytes, 4)]
  if (protocol !== 0) return garbage(`MBAP header with protocol ${protocol}, not 0`, null)
  if (length !== bytes.length - 6 || length > 254)
    return garbage(`MBAP header says ${length} bytes follow, ${bytes.length - 6} came`, null, transaction)
  const unit = bytes[6] ?? 0
  const body = decodePdu(bytes.subarray(7))
  if (body === null)
    return {
      ...garbage(
        `transaction ${transaction}, unit ${unit}, but no message of the standard has this form`,
        null,
        transaction,
      ),
      unit,
    }
  return {
    ...body,
    unit,
    checksumOk: null,
    problem: null,
    transaction,
    words: `transaction ${transaction}, unit ${unit}, ${body.words}`,
  }
}
