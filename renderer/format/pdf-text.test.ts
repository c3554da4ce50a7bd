import { describe, expect, it } from 'vitest'
import { plain } from './pdf-text.ts'

describe('the letters of a document', () => {
  it('are those of Western Europe: others lose their mark, and what has none is told as missing', () => {
    expect(plain('Zajezdnia Łódź, Çeşme, Größe 5 Ω ≤ 3 − 2 – Depot')).toBe(
      'Zajezdnia Lódz, Çesme, Größe 5 ohm <= 3 - 2 - Depot',
    )
    expect(plain('депо 車庫')).toBe('???? ??')
  })
})
