import { readFileSync } from 'node:fs'
import { isNode, LineCounter, parseDocument } from 'yaml'
import type { z } from 'zod'

export type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: readonly string[] }

const pathText = (path: readonly PropertyKey[]) =>
  path.map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`)).join('') || '(whole file)'

/** A YAML text checked by a schema; each problem as "file:line:column path: what is wrong". */
export const parseYaml = <S extends z.ZodType>(text: string, file: string, schema: S): Read<z.infer<S>> => {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return `${file}:${line}:${col}`
  }
  if (document.errors.length > 0) return { ok: false, problems: document.errors.map((error) => `${at(error.pos[0])}: ${error.message}`) }
  const parsed = schema.safeParse(document.toJS())
  if (parsed.success) return { ok: true, value: parsed.data }
  const positionOf = (path: readonly PropertyKey[]) => {
    for (let length = path.length; length >= 0; length -= 1) {
      const node = document.getIn(path.slice(0, length), true)
      if (isNode(node) && node.range) return at(node.range[0])
    }
    return file
  }
  return { ok: false, problems: parsed.error.issues.map((issue) => `${positionOf(issue.path)}: ${pathText(issue.path)}: ${issue.message}`) }
}

/** The same for a file; a file that can't be read is a problem too. */
export const readYaml = <S extends z.ZodType>(file: string, schema: S): Read<z.infer<S>> => {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    return { ok: false, problems: [`${file}: can't be read: ${error instanceof Error ? error.message : String(error)}`] }
  }
  return parseYaml(text, file, schema)
}
