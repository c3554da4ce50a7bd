import { describe, expect, it } from 'vitest'
import { guessText, type EncodingLabel } from './guess-encoding.ts'
import { decodeText } from './test-support/decode-text.ts'

/** Bytes of a text in an encoding, found by asking the decoder about each: no encoder is at hand. */
const encode = (text: string, label: EncodingLabel): Uint8Array => {
  const known = new Map<string, readonly number[]>()
  for (let byte = 0; byte < 256; byte += 1) known.set(decodeText(label, Uint8Array.of(byte)) ?? '', [byte])
  if (label === 'gb18030')
    for (let lead = 0x81; lead <= 0xfe; lead += 1)
      for (let trail = 0x40; trail <= 0xfe; trail += 1)
        known.set(decodeText(label, Uint8Array.of(lead, trail)) ?? '', [lead, trail])
  return Uint8Array.from([...text].flatMap((letter) => known.get(letter) ?? [0x3f]))
}

describe('the encoding of a text that does not say it', () => {
  it.each([
    ['windows-1251', '1,Сброс сигнализации,0\n2,Вход 2,0\n3,Газовая защита,0'],
    ['windows-1251', '1,Ток фазы А,A\n2,Напряжение,В'],
    ['ibm866', 'СИРИУС-2-Л\n1,Сброс сигнализации,0\n2,Блок.вкл.,0'],
    ['ibm866', 'Подстанция Северная\nВвод 1'],
    ['koi8-r', '1,Сброс сигнализации,0\n2,Вход 2,0\n3,Газовая защита,0'],
    ['gb18030', '云南某某电厂,12345#录波装置,1999\n1,某某回电压Ua,A,某某回电压,V'],
    ['gb18030', '1,纵联差动保护,0\n2,光纤通道一,0'],
    ['iso-8859-1', 'Estação de Medição,Oscilógrafo,2013'],
    ['iso-8859-1', 'Umspannwerk Süd,Gerät 3\n1,Überstrom,0'],
  ] as const)('%s: %s', (label, text) => {
    expect(guessText(encode(text, label), decodeText)).toEqual({ text, encoding: label, isGuess: true })
  })
  it('is not guessed where the bytes tell', () => {
    expect(guessText(new TextEncoder().encode('hgvcj터파크387'), decodeText)).toEqual({
      text: 'hgvcj터파크387',
      encoding: 'utf-8',
      isGuess: false,
    })
    expect(guessText(Uint8Array.of(0xff, 0xfe, 0x41, 0, 0x16, 4), decodeText)).toEqual({
      text: 'AЖ',
      encoding: 'utf-16le',
      isGuess: false,
    })
    expect(guessText(Uint8Array.of(0xef, 0xbb, 0xbf, 0x41), decodeText).text).toBe('A')
  })
  it('falls back to Latin-1 where the runtime does not know it', () => {
    expect(guessText(encode('Вход Северная', 'windows-1251'), () => null)).toMatchObject({
      encoding: 'iso-8859-1',
      isGuess: true,
    })
  })
})
