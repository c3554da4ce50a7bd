import { describe, expect, it } from 'vitest'
import { noteSchema, personSchema, reasonSchema, remarkSchema } from './person-words.ts'

describe('what persons write', () => {
  it('is refused with the name of a character that nobody can see', () => {
    for (const [text, name] of [
      ['Bob\u001b[31m', 'ESC (U+001B)'],
      ['Bob\u202eeve', 'U+202E'],
      ['Bo\0b', 'NUL (U+0000)'],
      ['Bob\u200b', 'U+200B'],
    ] as const)
      for (const schema of [personSchema, reasonSchema, noteSchema]) {
        const parsed = schema.safeParse(text)
        expect(parsed.success ? '' : parsed.error.issues[0]?.message, JSON.stringify(text)).toContain(
          `holds a character that can't be seen: ${name}; write it anew`,
        )
      }
    expect(personSchema.safeParse('Bob\nadmin').success).toBe(false)
  })
  it('is one line, in any script', () => {
    expect(reasonSchema.parse(' too warm\r\n\r\ncame back later \n')).toBe('too warm / came back later')
    expect(noteSchema.parse('')).toBe('')
    expect(personSchema.parse(' Łukasz 👩\u200d🔧 ')).toBe('Łukasz 👩\u200d🔧')
    expect(reasonSchema.safeParse('a').success).toBe(false)
    expect(noteSchema.safeParse('x'.repeat(401)).success).toBe(false)
  })
})

describe('a remark in a protocol', () => {
  it('keeps its lines, has 5,000 characters at most and none that can not be seen', () => {
    expect(remarkSchema.parse(' Zeile eins\r\n\tZeile zwei \n')).toBe('Zeile eins\n Zeile zwei')
    expect(remarkSchema.safeParse('x'.repeat(5000)).success).toBe(true)
    expect(remarkSchema.safeParse('x'.repeat(5001)).success).toBe(false)
    expect(remarkSchema.safeParse('a\u202eb').success).toBe(false)
    expect(remarkSchema.safeParse(' \n ').success).toBe(false)
  })
})
