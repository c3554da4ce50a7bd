/** Recorded telegrams against what libmbus says of them, field by field. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { telegramOfHex } from '../../shared/mbus/check-golden.ts'
import type { MbusRecord } from '../../shared/mbus/record-value.ts'
import type { Telegram } from '../../shared/mbus/decoded-telegram.ts'
import { readNormalised, type NormalisedRecord, type NormalisedTelegram } from './normalised-telegram.ts'
import { asNormalised, fixedUnits, functionNames, mediumCodes, timeAsNormalised } from './libmbus-terms.ts'
import { own } from '../../shared/own.ts'

export interface TelegramComparison {
  readonly table: string
  readonly differences: readonly string[]
  readonly telegrams: number
  readonly compared: number
}

interface Checker {
  readonly differences: string[]
  compared: number
}

const same = (checker: Checker, what: string, ours: unknown, theirs: unknown): void => {
  checker.compared += 1
  if (ours !== theirs) checker.differences.push(`${what}: ${JSON.stringify(ours)} instead of ${JSON.stringify(theirs)}`)
}

const hexBytes = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' ')

/** Six decimals are written; float32 values of millions have fewer that count. */
const sameNumber = (checker: Checker, what: string, ours: number, theirs: string): void => {
  checker.compared += 1
  const expected = Number(theirs)
  if (!(Math.abs(ours - expected) <= 5.1e-7 + Math.abs(expected) * 1e-9))
    checker.differences.push(`${what}: ${ours} instead of ${theirs}`)
}

const compareHeader = (checker: Checker, { header }: Telegram, xml: Readonly<Record<string, string>>): void => {
  if (header === null) {
    checker.differences.push('it has no header')
    return
  }
  // libmbus drops the zeros in front and writes the digits as hex, as we do.
  same(checker, 'id', parseInt(header.id, 16), parseInt(xml['Id'] ?? '', 16))
  same(checker, 'medium', header.medium, own(mediumCodes, xml['Medium'] ?? ''))
  same(checker, 'access number', header.accessNumber, Number(xml['AccessNumber']))
  same(checker, 'status', header.status.code, parseInt(xml['Status'] ?? '', 16))
  // The fixed structure has none of these, in libmbus neither. ProductName is libmbus' own list of models, not in the telegram.
  if (xml['Manufacturer'] === undefined) return same(checker, 'manufacturer', header.manufacturer, '')
  same(checker, 'manufacturer', header.manufacturer, xml['Manufacturer'])
  same(checker, 'version', header.version, Number(xml['Version']))
  same(checker, 'signature', header.signature, parseInt(xml['Signature'] ?? '', 16))
}

const compareValue = (
  checker: Checker,
  at: string,
  record: MbusRecord,
  xml: NormalisedRecord,
  factor: number,
): void => {
  const { value } = record
  switch (value.kind) {
    case 'number':
      return sameNumber(checker, `${at} value`, value.value / factor, xml.value)
    case 'text':
      return same(checker, `${at} value`, value.text, xml.value)
    case 'bytes':
      return same(checker, `${at} value`, hexBytes(value.bytes), xml.value)
    case 'time':
      return same(checker, `${at} value`, timeAsNormalised(value.text), xml.value)
    case 'none': {
      // Where we say 'no value', libmbus calculates with what is no digit or no date: its result must follow from the same bytes.
      const calculated = asNormalised(record)
      if (typeof calculated === 'number') sameNumber(checker, `${at} value (${value.why})`, calculated, xml.value)
      else same(checker, `${at} value (${value.why})`, calculated, xml.value)
    }
  }
}

const compareRecord = (
  checker: Checker,
  at: string,
  record: MbusRecord,
  xml: NormalisedRecord,
  fixed: boolean,
): void => {
  if (fixed) {
    same(checker, `${at} function`, 'Actual value', xml.function)
    const unit = own(fixedUnits, xml.unit)
    if (unit === undefined) return same(checker, `${at} unit`, record.vif.unit, xml.unit)
    // 3E is 'same unit, historic': libmbus leaves the number as sent.
    if (unit === 'historic') {
      same(checker, `${at} storage`, record.storage, 1)
      return sameNumber(
        checker,
        `${at} value`,
        record.value.kind === 'number' ? Number(record.value.raw) : Number.NaN,
        xml.value,
      )
    }
    same(checker, `${at} unit`, record.vif.unit, unit.unit)
    return compareValue(checker, at, record, xml, unit.factor)
  }
  const terms = functionNames(record)
  same(checker, `${at} function`, terms.function, xml.function)
  same(checker, `${at} storage`, record.storage, xml.storage)
  same(checker, `${at} tariff`, record.tariff, xml.tariff ?? 0)
  same(checker, `${at} sub-unit`, record.subUnit, xml.device ?? 0)
  same(checker, `${at} quantity`, terms.quantity, xml.quantity)
  same(checker, `${at} unit`, terms.unit, xml.unit)
  compareValue(checker, at, record, xml, 1)
}

const compareTelegram = (checker: Checker, telegram: Telegram, xml: NormalisedTelegram): void => {
  compareHeader(checker, telegram, xml.header)
  const ends = telegram.manufacturerData === null ? 0 : 1
  same(checker, 'number of records', telegram.records.length + ends, xml.records.length)
  for (const [index, record] of telegram.records.entries()) {
    const expected = xml.records[index]
    if (expected === null)
      same(checker, `record ${index} quantity, of which libmbus says nothing`, record.vif.quantity, 'reserved')
    else if (expected !== undefined)
      compareRecord(checker, `record ${index}`, record, expected, telegram.kind === 'fixed')
  }
  const last = xml.records.at(-1)
  if (telegram.manufacturerData === null || last === undefined || last === null) return
  same(checker, 'end function', telegram.moreFollows ? 'More records follow' : 'Manufacturer specific', last.function)
  same(checker, 'end data', hexBytes(telegram.manufacturerData), last.value)
}

const compareFile = async (folder: string, name: string): Promise<Checker & { readonly telegram: Telegram | null }> => {
  const checker: Checker = { differences: [], compared: 0 }
  const read = telegramOfHex(await readFile(join(folder, `${name}.hex`), 'utf8'))
  if ('problem' in read) return { ...checker, differences: [read.problem], telegram: null }
  try {
    // Its declaration says ISO-8859-1, but degree signs are written in UTF-8.
    compareTelegram(checker, read.telegram, readNormalised(await readFile(join(folder, `${name}.norm.xml`), 'utf8')))
  } catch (error) {
    if (!(error instanceof SyntaxError) && (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    checker.differences.push(`${name}.norm.xml can't be compared: ${(error as Error).message}`)
  }
  return { ...checker, telegram: read.telegram }
}

/** Every `*.hex` of a folder with its `*.norm.xml`; rejects where the folder can't be read. */
export const compareTelegrams = async (folder: string): Promise<TelegramComparison> => {
  const names = (await readdir(folder))
    .filter((name) => name.endsWith('.hex'))
    .map((name) => name.slice(0, -4))
    .sort()
  const rows: string[][] = [['telegram', 'meter', 'medium', 'records', 'none', 'fields', 'differences']]
  const differences: string[] = []
  let compared = 0
  for (const name of names) {
    const result = await compareFile(folder, name)
    const { telegram } = result
    const none = telegram?.records.filter(({ value }) => value.kind === 'none').length ?? 0
    rows.push([
      name,
      `${telegram?.header?.manufacturer ?? ''} ${telegram?.header?.id ?? ''}`.trim(),
      telegram?.header?.mediumName ?? '',
      String(telegram?.records.length ?? 0),
      String(none),
      String(result.compared),
      String(result.differences.length),
    ])
    differences.push(...result.differences.map((difference) => `${name}: ${difference}`))
    compared += result.compared
  }
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return {
    table: rows
      .map((row) =>
        row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd(),
      )
      .join('\n'),
    differences,
    telegrams: names.length,
    compared,
  }
}
