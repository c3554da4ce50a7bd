import { isAlias, isMap, isPair, isScalar, parseDocument, visit, type Node } from 'yaml'

const mark = 'REDACTED'
/** Names under which people keep secrets, as whole words of a key: "apiKey", "mqtt_password", "auth-token". */
const secretName =
  /pass(word|wd|phrase|code)?|secret|token|credential|api[-_ ]?key|private[-_ ]?key|access[-_ ]?key|(^|[-_ ])(auth|pin|psk|pwd)($|[-_ ])|authorization|bearer/i

const patterns: readonly (readonly [RegExp, string])[] = [
  // user:password@host or token@host in any URL, quoted passwords with spaces aside.
  [/([a-z][a-z0-9+.-]*:\/\/)[^\s/?#"'@]+@/gi, `$1${mark}@`],
  // The same without a scheme: "host: user:password@10.0.0.5".
  [/()(?<![\w/])[\w.+-]+:[^\s/"'@:[\]]+@(?=[\w.-])/g, `${mark}@`],
  [/([?&](?:[a-z_-]*(?:pass|secret|token|key|auth|sig)[a-z_-]*)=)[^&\s"'#]+/gi, `$1${mark}`],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/g, mark],
  [/\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}/g, `$1 ${mark}`],
  [/\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]*)?/g, mark],
]
/** In comments and in text that is no YAML: everything after "password:" or "token =" up to the end of the line. */
const loose =
  /((?:pass(?:word|wd|phrase)?|secret|token|credential|api[-_ ]?key|private[-_ ]?key|pwd|psk)\w*["']?\s*[:=]\s*)(?!REDACTED)\S.*$/gim

const rangeOf = (node: unknown): readonly [number, number] | null => {
  const range = (node as Node | null)?.range
  return range == null || range[1] <= range[0] ? null : [range[0], range[1]]
}

/** Text ranges of the values under secret-looking keys, whatever their shape; of an alias also what it stands for. */
const secretRanges = (text: string): (readonly [number, number])[] => {
  const document = parseDocument(text)
  const ranges: (readonly [number, number])[] = []
  const take = (node: unknown) => {
    const range = rangeOf(node)
    if (range !== null) ranges.push(range)
    if (isAlias(node)) {
      const source = rangeOf(node.resolve(document))
      if (source !== null) ranges.push(source)
    }
  }
  visit(document, {
    Map: (_key, map) => {
      if (!isMap(map)) return
      for (const pair of map.items) {
        if (isPair(pair) && isScalar(pair.key) && secretName.test(String(pair.key.value))) take(pair.value)
      }
    },
  })
  return ranges
}

/** Only what looks like a secret by itself, wherever it stands: user info of addresses, tokens, private keys. */
export const redactPatterns = (text: string): { readonly text: string; readonly count: number } => {
  let count = 0
  let cleaned = text
  for (const [pattern, replacement] of patterns) {
    cleaned = cleaned.replace(pattern, (...match: unknown[]) => {
      count += 1
      return replacement.replace('$1', typeof match[1] === 'string' ? match[1] : '')
    })
  }
  return { text: cleaned, count }
}

/** The text with secrets replaced and how many places that were. Works on text that is no YAML too, by its lines. */
export const redact = (text: string): { readonly text: string; readonly count: number } => {
  let count = 0
  let cleaned = text
  const ranges = secretRanges(text).sort((a, b) => a[0] - b[0] || b[1] - a[1])
  // What lies inside another range falls away with it; replaced from the end, so that earlier positions stay true.
  const outer: (readonly [number, number])[] = []
  for (const range of ranges) if (range[0] >= (outer.at(-1)?.[1] ?? 0)) outer.push(range)
  for (const [from, to] of outer.reverse()) {
    const lineEnd = text.slice(from, to).endsWith('\n') ? '\n' : ''
    cleaned = `${cleaned.slice(0, from)}"${mark}"${lineEnd}${cleaned.slice(to)}`
    count += 1
  }
  const patterned = redactPatterns(cleaned)
  cleaned = patterned.text
  count += patterned.count
  cleaned = cleaned.replace(loose, (whole, name: string) => {
    if (whole.includes(mark)) return whole
    count += 1
    return `${name}${mark}`
  })
  return { text: cleaned, count }
}
