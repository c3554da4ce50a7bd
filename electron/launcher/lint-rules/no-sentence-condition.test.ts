import { Linter, type Rule } from 'eslint'
import { describe, expect, it } from 'vitest'
// @ts-expect-error a lint rule is plain JavaScript, as ESLint loads it
import untyped from './no-sentence-condition.mjs'

const rule = untyped as Rule.RuleModule
const complaints = (code: string): number =>
  new Linter().verify(code, [{ plugins: { said: { rules: { rule } } }, rules: { 'said/rule': 'error' } }]).length

describe('a sentence that decides something', () => {
  it.each([
    "notes.filter((note) => note.endsWith('at their fallback'))",
    "if (event.message.includes('refuses')) stop()",
    'const kind = /refuses the connection/.test(how.problem) ? 1 : 2',
    "if (write.why === 'replaced by a newer one') retry()",
    'if (row.message.startsWith(title)) hide()',
    'return finding?.title.match(/open/)',
  ])('is refused: %s', (code) => {
    expect(complaints(code.startsWith('return') ? `function f() { ${code} }` : code)).toBe(1)
  })
  it.each([
    "if (event.kind === 'refused') stop()",
    "const has = keys.includes('i_l1')",
    "if (path.endsWith('.yaml')) read(path)",
    'if (state.why === null) go()',
    'const parts = label.split(",")',
  ])('a kind may: %s', (code) => {
    expect(complaints(code)).toBe(0)
  })
})
