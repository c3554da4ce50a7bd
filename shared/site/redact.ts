import { isAlias, isMap, isPair, isScalar, parseDocument, visit, type Node } from 'yaml'
import { replaceComments, withoutComments } from './comments.ts'
import { anyWord, isSecretKey, strongWord, tokenLike, weakWithSecret } from './secret-words.ts'

const mark = 'REDACTED'

const patterns: readonly (readonly [RegExp, string])[] = [
  // user:password@host or token@host in any URL, quoted passwords with spaces aside.
  [/([a-z][a-z0-9+.-]*:\/\/)[^\s/?#"'@]+@/gi, `$1${mark}@`],
  // The same without a scheme: "host: user:password@10.0.0.5".
  [/()(?<![\w/])[\w.+-]+:[^\s/"'@:[\]]+@(?=[\w.-])/g, `${mark}@`],
  [/([?&;](?:[a-z_-]*(?:pass|pwd|secret|token|key|auth|sig|code|pin)[a-z_-]*)=)[^&;\s"'#]+/gi, `$1${mark}`],
  [/-----BEGIN [A-Z ]*PRIVATE KEY[A-Z ]*-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY[A-Z ]*-----|$)/g, mark],
  [/\b(Bearer|Basic|Digest)\s+[A-Za-z0-9._~+/=-]{8,}/gi, `$1 ${mark}`],
  [/\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]*)?/g, mark],
]
/** In text that is no YAML: everything after such a word and a colon or an equals sign, up to the end of the line. */
const loose =
  /((?:pass(?:word|wort|wd|phrase)?|secret|token|credential|api[-_ ]?key|private[-_ ]?key|p[-_/ ]?wd?|psk|kennwort|mdp)\w*["']?\s*[:=]\s*)(?!["']?REDACTED)\S.*$/gim

type Range = readonly [number, number]

const rangeOf = (node: unknown): Range | null => {
  const range = (node as Node | null)?.range
  return range == null || range[1] <= range[0] ? null : [range[0], range[1]]
}

/** A text of the file: what stands under a key for secrets, whatever its shape, or any other text such as a name. */
interface Part {
  readonly range: Range
  readonly isSecret: boolean
}

const partsOf = (text: string): readonly Part[] => {
  const document = parseDocument(text)
  const parts: Part[] = []
  const add = (node: unknown, isSecret: boolean) => {
    const range = rangeOf(node)
    if (range !== null) parts.push({ range, isSecret })
  }
  visit(document, {
    Map: (_key, map) => {
      if (!isMap(map)) return
      for (const { key, value } of map.items.filter(isPair)) {
        if (!isScalar(key) || !isSecretKey(String(key.value))) continue
        add(value, true)
        // What an alias stands for is the same secret.
        if (isAlias(value)) add(value.resolve(document), true)
      }
    },
    Scalar: (key, node) => {
      if (key !== 'key' && typeof node.value === 'string') add(node, false)
    },
  })
  return parts
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

/** Replaced from the end, so that earlier positions stay true; what lies inside another part falls away with it. */
const replaceParts = (
  text: string,
  parts: readonly Part[],
  replace: (piece: string, isSecret: boolean) => string,
): string => {
  const outer: Part[] = []
  const inOrder = [...parts].sort(
    (a, b) => a.range[0] - b.range[0] || b.range[1] - a.range[1] || Number(b.isSecret) - Number(a.isSecret),
  )
  for (const part of inOrder) if (part.range[0] >= (outer.at(-1)?.range[1] ?? 0)) outer.push(part)
  return outer.reduceRight((cleaned, { range: [from, to], isSecret }) => {
    const piece = replace(cleaned.slice(from, to), isSecret)
    return `${cleaned.slice(0, from)}${piece}${cleaned.slice(to)}`
  }, text)
}

/** A text such as a name, quotes included, without what follows a word for a secret in it. */
const redactText = (part: string): string => {
  const text = redactPatterns(part).text
  const quote = /^["']/.exec(text)?.[0] ?? ''
  const end = quote !== '' && text.endsWith(quote) ? quote : (/\s*$/.exec(text)?.[0] ?? '')
  const found = strongWord.exec(text)
  if (found === null) return text.replaceAll(weakWithSecret, `$1${mark}`)
  const restAt = found.index + found[0].length
  // "Tokenring" is a name, and a word at the end of one says nothing yet.
  return /[\p{L}\p{N}]/u.test(text.slice(restAt, text.length - end.length))
    ? `${text.slice(0, restAt)} ${mark}${end}`
    : text
}

const redactTokens = (text: string): string => tokenLike.reduce((cleaned, token) => cleaned.replace(token, mark), text)

/** A comment in which a secret may stand: anywhere, since "hunter2 is the password" is one as well. */
const judgeComment = (comment: string): string | null =>
  anyWord.test(comment) || redactTokens(redactPatterns(comment).text) !== comment ? `# ${mark}` : null

/**
 * The text of a site file with secrets replaced, and how many places that were. Comments are left out unless asked for: people write
 * there as they speak, and no list of words finds every secret. Works on text that is no YAML too, by its lines.
 */
export const redact = (
  text: string,
  options: { readonly keepComments?: boolean } = {},
): { readonly text: string; readonly count: number; readonly comments: number } => {
  let count = 0
  const counted = (before: string, after: string) => {
    if (before !== after) count += 1
    return after
  }
  const keepComments = options.keepComments === true
  const commented = keepComments ? replaceComments(text, judgeComment) : withoutComments(text)
  if (keepComments) count += commented.count
  let cleaned = replaceParts(commented.text, partsOf(commented.text), (piece, isSecret) =>
    counted(piece, isSecret ? `"${mark}"${piece.endsWith('\n') ? '\n' : ''}` : redactText(piece)),
  )
  const patterned = redactPatterns(cleaned)
  cleaned = counted(patterned.text, redactTokens(patterned.text))
  count += patterned.count
  cleaned = cleaned.replace(loose, (whole, name: string) => {
    if (whole.includes(mark)) return whole
    count += 1
    return `${name}${mark}`
  })
  return { text: cleaned, count, comments: keepComments ? 0 : commented.count }
}
