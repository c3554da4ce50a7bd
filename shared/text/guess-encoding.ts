/**
 * Text of recorders that do not say how it is written. The host decodes (shared knows no TextDecoder); what is decided here is only
 * which encoding it most likely is, and that is said beside the text.
 */

/** Decodes bytes; null where the runtime does not know the encoding. Labels as in the WHATWG Encoding Standard. */
export type DecodeText = (label: EncodingLabel, bytes: Uint8Array) => string | null
export type EncodingLabel =
  'utf-8' | 'utf-16le' | 'utf-16be' | 'iso-8859-1' | 'ibm866' | 'windows-1251' | 'koi8-r' | 'gb18030'

export interface GuessedText {
  readonly text: string
  readonly encoding: EncodingLabel
  /** Decided by what the letters look like, not by a mark or by the bytes being possible in one way only. */
  readonly isGuess: boolean
}

/** Bytes above 127 that stand together, and whether an ASCII letter stands beside them. */
interface HighRun {
  readonly bytes: Uint8Array
  readonly isInWord: boolean
}

/** Enough to judge by, and no long file is walked twice for it (editable assumption). */
const mostRuns = 4000

const isAsciiLetter = (byte: number | undefined): boolean =>
  byte !== undefined && ((byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122))

const highRuns = (bytes: Uint8Array): readonly HighRun[] => {
  const runs: HighRun[] = []
  for (let at = 0; at < bytes.length && runs.length < mostRuns; at += 1) {
    if ((bytes[at] ?? 0) < 0x80) continue
    let end = at
    while (end < bytes.length && (bytes[end] ?? 0) >= 0x80) end += 1
    const isInWord = isAsciiLetter(bytes[at - 1]) || isAsciiLetter(bytes[end])
    runs.push({ bytes: bytes.subarray(at, end), isInWord })
    at = end
  }
  return runs
}

/** Whether the bytes are well-formed UTF-8 (RFC 3629, table in section 4). A sequence cut by the end counts as none. */
export const isUtf8 = (bytes: Uint8Array): boolean => {
  for (let at = 0; at < bytes.length;) {
    const lead = bytes[at] ?? 0
    if (lead < 0x80) {
      at += 1
      continue
    }
    const more = lead >= 0xc2 && lead < 0xe0 ? 1 : lead >= 0xe0 && lead < 0xf0 ? 2 : lead >= 0xf0 && lead < 0xf5 ? 3 : 0
    if (more === 0) return false
    const second = bytes[at + 1] ?? 0
    const [least, most] =
      lead === 0xe0
        ? [0xa0, 0xbf]
        : lead === 0xed
          ? [0x80, 0x9f]
          : lead === 0xf0
            ? [0x90, 0xbf]
            : lead === 0xf4
              ? [0x80, 0x8f]
              : [0x80, 0xbf]
    if (second < least || second > most) return false
    for (let next = 2; next <= more; next += 1) if (((bytes[at + next] ?? 0) & 0xc0) !== 0x80) return false
    at += more + 1
  }
  return true
}

/** Where an 8-bit code page has its Cyrillic letters; null: this byte is none. */
const cyrillicCase = {
  'windows-1251': (byte: number) =>
    byte >= 0xe0 || byte === 0xb8 ? 'lower' : byte >= 0xc0 || byte === 0xa8 ? 'upper' : null,
  ibm866: (byte: number) =>
    (byte >= 0xa0 && byte <= 0xaf) || (byte >= 0xe0 && byte <= 0xef) || byte === 0xf1
      ? 'lower'
      : byte <= 0x9f || byte === 0xf0
        ? 'upper'
        : null,
  'koi8-r': (byte: number) =>
    (byte >= 0xc0 && byte <= 0xdf) || byte === 0xa3 ? 'lower' : byte >= 0xe0 || byte === 0xb3 ? 'upper' : null,
} as const

/** Share of letters that are where a word has them: small ones after large ones, never a large one after a small one. */
const cyrillicScore = (runs: readonly HighRun[], label: keyof typeof cyrillicCase): number => {
  let good = 0
  let all = 0
  for (const { bytes } of runs) {
    let before: 'upper' | 'lower' | null = null
    for (const byte of bytes) {
      const now = cyrillicCase[label](byte)
      all += 1
      good += now === null || (now === 'upper' && before === 'lower') ? -1 : 1
      before = now
    }
  }
  return all === 0 ? 0 : good / all
}

/**
 * Chinese in GBK stands in pairs; the common characters are those of the first level of GB 2312, lead byte B0 to D7. Half of a pair may
 * be below 80 in GBK, so pairs are walked over the whole text.
 */
const chineseScore = (bytes: Uint8Array): number => {
  let common = 0
  let all = 0
  for (let at = 0; at < bytes.length;) {
    const lead = bytes[at] ?? 0
    if (lead < 0x80) {
      at += 1
      continue
    }
    const trail = bytes[at + 1] ?? 0
    all += 1
    if (lead === 0x80 || lead === 0xff || trail < 0x30 || trail === 0x7f || trail === 0xff) common -= 2
    else if (lead >= 0xa1 && lead <= 0xd7 && trail >= 0xa1) common += 1
    else if (lead > 0xd7 && trail >= 0xa1) common += 0.5
    else if (trail < 0x80) common -= 0.5
    at += 2
  }
  return all === 0 ? 0 : common / all
}

/** Western letters stand alone or in twos, inside of words of ASCII letters. */
const westernScore = (runs: readonly HighRun[]): number => {
  const good = runs.filter(
    ({ bytes, isInWord }) =>
      bytes.length <= 2 && bytes.every((byte) => byte >= 0xa0) && (isInWord || bytes.length === 1),
  ).length
  return runs.length === 0 ? 0 : (2 * good) / runs.length - 1
}

const judge = (bytes: Uint8Array): EncodingLabel => {
  const runs = highRuns(bytes)
  const scores: readonly (readonly [EncodingLabel, number])[] = [
    // A tie goes to the one named first.
    ['gb18030', chineseScore(bytes)],
    ['windows-1251', cyrillicScore(runs, 'windows-1251')],
    ['ibm866', cyrillicScore(runs, 'ibm866')],
    ['koi8-r', cyrillicScore(runs, 'koi8-r')],
    ['iso-8859-1', westernScore(runs) + 0.01],
  ]
  return scores.reduce((best, each) => (each[1] > best[1] ? each : best))[0]
}

/** ISO 8859-1: every byte is its own code point. */
const latin1 = (bytes: Uint8Array): string => {
  let text = ''
  for (let at = 0; at < bytes.length; at += 4096) text += String.fromCharCode(...bytes.subarray(at, at + 4096))
  return text
}

const marked = (bytes: Uint8Array): { readonly encoding: EncodingLabel; readonly skip: number } | null =>
  bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
    ? { encoding: 'utf-8', skip: 3 }
    : bytes[0] === 0xff && bytes[1] === 0xfe
      ? { encoding: 'utf-16le', skip: 2 }
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? { encoding: 'utf-16be', skip: 2 }
        : null

/** The text of the bytes in the encoding they most likely have; Latin-1 where the runtime does not know that encoding. */
export const guessText = (bytes: Uint8Array, decode: DecodeText): GuessedText => {
  const mark = marked(bytes)
  const rest = mark === null ? bytes : bytes.subarray(mark.skip)
  const encoding = mark?.encoding ?? (isUtf8(bytes) ? 'utf-8' : judge(bytes))
  const text = encoding === 'iso-8859-1' ? latin1(rest) : decode(encoding, rest)
  if (text === null) return { text: latin1(rest), encoding: 'iso-8859-1', isGuess: true }
  return { text, encoding, isGuess: mark === null && encoding !== 'utf-8' }
}
