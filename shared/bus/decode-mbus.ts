import { createLinkReceiver } from '../mbus/link-frame.ts'
import { hex2 } from '../modbus/words.ts'
import type { DecodedFrame } from './decoded-frame.ts'

const nothing = {
  functionCode: null,
  exceptionCode: null,
  address: null,
  count: null,
  values: null,
  transaction: null,
} as const

/** The C field without FCB, FCV, ACD and DFC (EN 13757-2, 5.7). */
const requestWord = (control: number): string => {
  switch (control & 0x4f) {
    case 0x40:
      return 'SND_NKE, reset the link'
    case 0x43:
      return 'SND_UD, send data'
    case 0x4a:
      return 'REQ_UD1, ask for alarms'
    case 0x4b:
      return 'REQ_UD2, ask for data'
    default:
      return `control field 0x${hex2(control)}`
  }
}
const addressWord = (address: number): string =>
  address === 253
    ? 'the selected meter (253)'
    : address === 254
      ? 'whoever is there (254)'
      : address === 255
        ? 'all (255)'
        : `address ${address}`

export const decodeMbus = (bytes: Uint8Array): DecodedFrame => {
  const receiver = createLinkReceiver()
  const items = receiver.push(bytes)
  const [item] = items
  if (items.length !== 1 || item === undefined || receiver.pending().length > 0 || item.kind !== 'frame') {
    const isSum = item?.kind === 'checksum' && items.length === 1
    const problem = isSum
      ? `check sum bad in ${bytes.length} bytes`
      : `${bytes.length} ${bytes.length === 1 ? 'byte' : 'bytes'} that are no M-Bus frame`
    return { ...nothing, shape: 'garbage', checksumOk: isSum ? false : null, problem, unit: null, words: problem }
  }
  const { frame } = item
  if (frame.kind === 'ack')
    return { ...nothing, shape: 'other', checksumOk: null, problem: null, unit: null, words: 'acknowledged (E5)' }
  const base = { ...nothing, checksumOk: true, problem: null, unit: frame.address }
  // Bit 6: from the master (primary to secondary).
  if ((frame.control & 0x40) !== 0) {
    const fcb = (frame.control & 0x10) !== 0 ? `, FCB ${(frame.control & 0x20) === 0 ? 0 : 1}` : ''
    const ci = frame.kind === 'short' ? '' : `, CI 0x${hex2(frame.ci)}, ${frame.data.length} bytes`
    return {
      ...base,
      shape: 'read-request',
      words: `${requestWord(frame.control)} to ${addressWord(frame.address)}${fcb}${ci}`,
    }
  }
  const flags = `${(frame.control & 0x20) === 0 ? '' : ', has alarm data (ACD)'}${(frame.control & 0x10) === 0 ? '' : ', can take no more (DFC)'}`
  const ci = frame.kind === 'short' ? '' : `, CI 0x${hex2(frame.ci)}, ${frame.data.length} bytes of records`
  return { ...base, shape: 'read-reply', words: `RSP_UD, data from ${addressWord(frame.address)}${ci}${flags}` }
}
