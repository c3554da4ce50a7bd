/** What a meter's reply says (EN 13757-3): header, records, and what the manufacturer added. */
import { readFixed } from './fixed-data.ts'
import { readHeader, type MbusHeader } from './header.ts'
import { readRecord } from './record.ts'
import type { MbusRecord } from './record-value.ts'
import type { DecodedTelegram } from './decoded-telegram.ts'

const refuse = (problem: string): DecodedTelegram => ({ ok: false, problem })
const hex = (value: number, digits = 2): string => value.toString(16).toUpperCase().padStart(digits, '0')

/** Decodes the data of a long or control frame by its CI field. Never throws; what can't be decoded is a sentence. */
export const decodeTelegram = (ci: number, data: Uint8Array): DecodedTelegram => {
  switch (ci) {
    case 0x72:
    case 0x76:
      return readVariable(ci, data, 12)
    case 0x7a:
    case 0x7e:
      return readVariable(ci, data, 4)
    case 0x78:
    case 0x7c:
      return readVariable(ci, data, 0)
    case 0x73:
    case 0x77:
      return readFixed(ci, data)
    case 0x70:
      return report('error', data)
    case 0x71:
      return report('alarm', data)
    case 0x69:
    case 0x6a:
    case 0x6b:
    case 0x79:
    case 0x7b:
    case 0x7f:
      return refuse(
        `the reply is a compact or format frame (CI ${hex(ci)}), which can't be read: set the meter to full frames`,
      )
    default:
      return refuse(
        `the reply has the CI ${hex(ci)}, which is no answer with values; ${ci >= 0x80 ? 'it may be a wireless or network-layer telegram' : 'check that this is a meter'}`,
      )
  }
}

const errors: readonly string[] = [
  'unspecified error',
  'unimplemented CI field',
  'buffer too long',
  'too many records',
  'premature end of record',
  'more than 10 DIFEs',
  'more than 10 VIFEs',
  'reserved',
  'application too busy for the request',
  'too many readouts',
]

const report = (kind: 'error' | 'alarm', data: Uint8Array): DecodedTelegram => {
  const code = data[0] ?? 0
  const text =
    kind === 'error' ? (errors[code] ?? `reserved error ${code}`) : `alarm bits ${code.toString(2).padStart(8, '0')}`
  return {
    ok: true,
    telegram: {
      kind,
      ci: kind === 'error' ? 0x70 : 0x71,
      header: null,
      records: [],
      manufacturerData: null,
      moreFollows: false,
      report: { code, text },
      notes: [],
    },
  }
}

/** Modes of encryption (EN 13757-7:2018, table 17); 0 is none, and 1 and others name none that a wired meter uses. */
const encryptions: ReadonlyMap<number, string> = new Map([
  [2, 'DES'],
  [3, 'DES'],
  [4, 'AES-128'],
  [5, 'AES-128'],
  [7, 'AES-128'],
  [8, 'AES-128'],
  [9, 'AES-128'],
  [10, 'AES-128'],
  [13, 'TLS'],
  [15, 'TLS'],
])

const readVariable = (ci: number, data: Uint8Array, headerLength: 12 | 4 | 0): DecodedTelegram => {
  if (data.length < headerLength)
    return refuse(`the reply ends after ${data.length} bytes, within the header of ${headerLength}`)
  // CI bit 2 of the old standard (72 and 76); the codes 7C, 7E and 7F kept it.
  const msbFirst = ci === 0x76 || ci === 0x7c || ci === 0x7e
  const header = headerLength === 12 ? readHeader(data, msbFirst) : null
  const word =
    headerLength === 0
      ? 0
      : msbFirst
        ? (data[headerLength - 2] as number) * 256 + (data[headerLength - 1] as number)
        : (data[headerLength - 1] as number) * 256 + (data[headerLength - 2] as number)
  const mode = (word >> 8) & 0x1f
  const encryption = encryptions.get(mode)
  if (encryption !== undefined) {
    return refuse(
      `the meter${header === null ? '' : ` ${header.manufacturer} ${header.id}`} encrypts its values (${encryption}, mode ${mode}, signature ${hex(word, 4)}): switch its encryption off, keys are not supported`,
    )
  }
  const records: MbusRecord[] = []
  for (let at = headerLength; at < data.length;) {
    const dif = data[at] as number
    if (dif === 0x2f) {
      at += 1
      continue
    }
    if (dif === 0x0f || dif === 0x1f) {
      return done(ci, header, word, records, data.slice(at + 1), dif === 0x1f)
    }
    const where = `record ${records.length + 1}, byte ${at + 1} of the data`
    if ((dif & 0x0f) === 0x0f) return refuse(`${where}: the DIF ${hex(dif)} is reserved`)
    const read = readRecord(data, at, msbFirst)
    if (!read.ok) {
      return refuse(
        word === 0
          ? `${where}: ${read.problem}`
          : `${where}: ${read.problem}; its signature is ${hex(word, 4)}, so the meter may encrypt its values: switch its encryption off`,
      )
    }
    records.push(read.record)
    at += read.record.raw.length
  }
  return done(ci, header, word, records, null, false)
}

const done = (
  ci: number,
  header: MbusHeader | null,
  word: number,
  records: readonly MbusRecord[],
  manufacturerData: Uint8Array | null,
  moreFollows: boolean,
): DecodedTelegram => ({
  ok: true,
  telegram: {
    kind: 'variable',
    ci,
    header,
    records,
    manufacturerData,
    moreFollows,
    report: null,
    notes: word === 0 ? [] : [`the signature is ${hex(word, 4)}, which names no encryption: read as plain values`],
  },
})
