import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pdfText } from './pdf-letters.ts'

describe('a text in the letters of a PDF without fonts of its own', () => {
  it.each([
    ['Jürgen Groß, Ångström, Crème 25 °C × 3', 'Jürgen Groß, Ångström, Crème 25 °C × 3', false],
    ['12 – 16 A ≤ 63 A … 50 mΩ', '12 - 16 A <= 63 A ... 50 mOhm', false],
    ['Łukasz Žák, Čeněk, Şükrü Işık', 'Lukasz Zák, Cenek, Sükrü Isik', true],
    ['Щукин Жанна', 'Shchukin Zhanna', true],
    ['Ἀθηνᾶ Νίκη', 'Athina Niki', true],
    ['山田 太郎 🔌', '?? ?? ?', true],
    ['line one\r\nline two\ttab', 'line one\nline two tab', false],
    ['a\u0000\u202eb', 'a  b', false],
  ])('%s', (typed, written, isOtherwise) => {
    expect(pdfText(typed)).toEqual({ text: written, isOtherwise })
  })
  it('has only letters the fonts have, whatever was typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (typed) => {
        expect(pdfText(typed).text).toMatch(/^[\n\u0020-\u007e\u00a0-\u00ff]*$/)
      }),
      { numRuns: 100 },
    )
  })
})
