import type { GuessedText } from '../text/guess-encoding.ts'
import type { FileNote, ReadFile, RecorderTime } from '../wave-record/wave-record.ts'
import type { AnalogChannel, ComtradeConfig, DataFormat, DeclaredRate, StatusChannel } from './config.ts'
import { offsetMinutesOf, wallTimeOf } from './config-time.ts'

/** A longer one is no configuration: ten thousand channels with long names take about a megabyte. */
export const mostConfigBytes = 16 << 20
/** More channels than any recorder has; each costs memory (editable assumption). */
const mostChannels = 20_000

const fieldsOf = (line: string): readonly string[] => line.split(',').map((field) => field.trim())
const numberOf = (text: string | undefined, otherwise: number): number => {
  if (text === undefined || text === '') return otherwise
  const value = Number(text)
  return Number.isFinite(value) ? value : otherwise
}

/** "8", "6A", "2D" in any order and with blanks. */
const countOf = (fields: readonly string[], letter: RegExp): number | null => {
  const field = fields.find((each) => letter.test(each))
  return field === undefined ? null : Number.parseInt(field, 10)
}

/**
 * An analog line. Its numbers are found from the right end, so that a comma inside a name (which the standard forbids, and recorders
 * write) costs nothing but its place.
 */
const analogOf = (line: string): AnalogChannel | null => {
  const fields = fieldsOf(line)
  const isSided = /^[ps]$/i.test(fields.at(-1) ?? '')
  const numbers = isSided ? 7 : 5
  const end = isSided ? fields.length - 1 : fields.length
  // Number, name, phase, circuit, unit stand before the numbers.
  if (end < numbers + 5) return null
  const values = fields.slice(end - numbers, end)
  const [unit = '', circuit = '', phase = ''] = fields.slice(0, end - numbers).toReversed()
  const name = fields.slice(1, end - numbers - 3).join(',')
  const [a, b, skew, min, max, primary, secondary] = values
  const factor = numberOf(a, NaN)
  if (Number.isNaN(factor)) return null
  const side = isSided ? ((fields.at(-1) ?? '').toUpperCase() as 'P' | 'S') : null
  return {
    id: name,
    phase,
    circuit,
    unit,
    a: factor,
    b: numberOf(b, 0),
    skew: numberOf(skew, 0),
    min: numberOf(min, NaN),
    max: numberOf(max, NaN),
    primary: numberOf(primary, 1),
    secondary: numberOf(secondary, 1),
    side,
  }
}

/** 1991: number, name, normal state; since 1999 with phase and circuit between. */
const statusOf = (line: string): StatusChannel | null => {
  const fields = fieldsOf(line)
  if (fields.length < 2 || !/^\d+$/.test(fields[0] ?? '')) return null
  const id = fields.length > 5 ? fields.slice(1, -3).join(',') : (fields[1] ?? '')
  return { id, normal: fields.length > 2 && fields.at(-1) === '1' ? 1 : 0 }
}

const rateLine = /^\s*([\d.]+(?:e[+-]?\d+)?)\s*,\s*(\d+)\s*$/i
const formats: readonly DataFormat[] = ['ASCII', 'BINARY', 'BINARY32', 'FLOAT32']
const formatOf = (line: string | undefined): DataFormat | null =>
  formats.find((format) => format === (line ?? '').trim().toUpperCase()) ?? null

/** Takes lines from the front while they are such; the header's count bounds them where more would fit. */
const takeWhile = <T>(lines: readonly string[], most: number, read: (line: string) => T | null): readonly T[] => {
  const taken: T[] = []
  for (const line of lines.slice(0, most)) {
    const value = read(line)
    if (value === null) break
    taken.push(value)
  }
  return taken
}

const timeOf = (line: string | undefined, revision: number, offset: number | null): RecorderTime | null => {
  const time = wallTimeOf(line ?? '', revision)
  return time === null ? null : { wallMs: time.ms, offsetMinutes: offset }
}

/** What stands behind the channels; lines are told by what they look like, since mixed revisions leave some out. */
const readTail = (lines: readonly string[], revision: number) => {
  const rates: DeclaredRate[] = []
  let at = 0
  const lineHz = numberOf(lines[at], NaN)
  const hasLine = lines[at] !== undefined && !(lines[at] ?? '').includes(',') && !/[/:]/.test(lines[at] ?? '')
  if (hasLine) at += 1
  const declared = /^\s*\d+\s*$/.test(lines[at] ?? '') ? Number(lines[at]) : null
  if (declared !== null) at += 1
  for (;;) {
    const found = rateLine.exec(lines[at] ?? '')
    if (found === null) break
    rates.push({ rateHz: Number(found[1]), last: Number(found[2]) })
    at += 1
  }
  const dated = (line: string | undefined) => wallTimeOf(line ?? '', revision) !== null
  const startLine = dated(lines[at]) ? lines[at++] : undefined
  const triggerLine = dated(lines[at]) ? lines[at++] : undefined
  // A time that can't be read still has its line.
  while (formatOf(lines[at]) === null && lines.slice(at).some((line) => formatOf(line) !== null)) at += 1
  const format = formatOf(lines[at])
  const rest = lines.slice(format === null ? at : at + 1)
  return { lineHz, declared, rates, startLine, triggerLine, format, rest }
}

const isRate = ({ rateHz }: DeclaredRate): boolean => rateHz > 0 && Number.isFinite(rateHz)

const linesOf = (text: string): readonly string[] =>
  text
    .split(/\r\n|\n|\r/)
    // Some recorders fill the file with 0x1A or zeros, others leave empty lines.
    .map((line) => line.replace(/[\u0000\u001a]+/g, ''))
    .filter((line) => line.trim() !== '')

/** Fields apart by semicolon or tab, as a spreadsheet of another language leaves them, and its decimal commas: as the standard has them. */
const withCommas = (lines: readonly string[]): { readonly lines: readonly string[]; readonly isOther: boolean } => {
  const other = /^\s*\d+\s*([;\t])\s*\d+\s*[ad]/i.exec(lines[1] ?? '')?.[1]
  if (other === undefined) return { lines, isOther: false }
  return { lines: lines.map((line) => line.replaceAll(',', '.').replaceAll(other, ',')), isOther: true }
}

/** Reads a configuration. What can't be is told, and left out where the rest can stand without it. */
export const readConfig = ({ text, encoding, isGuess }: GuessedText): ReadFile<ComtradeConfig> => {
  const { lines, isOther } = withCommas(linesOf(text))
  const notes: FileNote[] = []
  const note = (severity: FileNote['severity'], said: string) => void notes.push({ severity, text: said })
  if (isOther)
    note('warning', 'The fields of the configuration are apart by other signs than the commas of the standard.')
  const [first = '', second = ''] = lines
  const [station = '', device = '', year = ''] = fieldsOf(first)
  const counts = fieldsOf(second)
  const [wantedA, wantedD] = [countOf(counts, /^\d+\s*a$/i), countOf(counts, /^\d+\s*d$/i)]
  if (wantedA === null || wantedD === null)
    return {
      ok: false,
      why: `line 2 of the configuration should say how many channels there are, as "8,6A,2D"; it says "${second.slice(0, 60)}". Is this the .cfg of a COMTRADE record?`,
    }
  if (wantedA + wantedD > mostChannels)
    return {
      ok: false,
      why: `the configuration claims ${wantedA + wantedD} channels; at most ${mostChannels} are read`,
    }
  if (isGuess)
    note(
      'info',
      `The text is read as ${encoding}: the file does not say how it is written, and that is the best guess.`,
    )
  const revision = /^\d{4}$/.test(year) ? Number(year) : 1991
  const analog = takeWhile(lines.slice(2), wantedA, analogOf)
  const status = takeWhile(lines.slice(2 + analog.length), wantedD, statusOf)
  const tail = readTail(lines.slice(2 + analog.length + status.length), revision)
  if (analog.length < wantedA || status.length < wantedD)
    note(
      'error',
      `${wantedA} analog and ${wantedD} digital channels are announced, ${analog.length} and ${status.length} can be read (line ${3 + analog.length + (analog.length < wantedA ? 0 : status.length)} is the first that can't): values may be another channel's.`,
    )
  if (analog.length === 0 && status.length === 0)
    return {
      ok: false,
      why: `no channel can be read: line 3 of the configuration says "${(lines[2] ?? '').slice(0, 60)}"`,
    }
  const good = tail.rates.filter(isRate)
  if (good.length > 0 && good.some(({ last }, at) => last <= (good[at - 1]?.last ?? 0)))
    note(
      'warning',
      'The last sample numbers of the rates do not rise: the rates are taken in the order in which they stand.',
    )
  if (tail.format === null)
    note('warning', 'The configuration does not say how the data are written: that is judged by the data.')
  const factor = numberOf(tail.rest[0], revision < 1999 ? 1 : NaN)
  const timeFactor = Number.isFinite(factor) && factor > 0 ? factor : 1
  const [zone = '', quality = ''] = tail.rest.slice(1)
  const offset = revision >= 2013 ? offsetMinutesOf(fieldsOf(zone)[0] ?? '') : null
  const turned = [tail.startLine, tail.triggerLine].some((line) => wallTimeOf(line ?? '', revision)?.isTurned === true)
  if (turned)
    note(
      'warning',
      'Day and month stand the other way round than this revision has them; they are read as they can be.',
    )
  if (tail.startLine === undefined) note('warning', 'When the first sample was taken can’t be read.')
  return {
    ok: true,
    value: {
      station,
      device,
      revision,
      analog,
      status,
      lineHz: tail.lineHz > 0 ? tail.lineHz : null,
      rates: tail.declared === 0 ? [] : good,
      claimed: tail.rates.at(-1)?.last ?? null,
      start: timeOf(tail.startLine, revision, offset),
      trigger: timeOf(tail.triggerLine, revision, offset),
      format: tail.format ?? 'ASCII',
      timeFactor,
      clockQuality: quality === '' ? null : (fieldsOf(quality)[0] ?? null),
      encoding,
      notes,
    },
  }
}
