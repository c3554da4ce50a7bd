import { own } from '../own.ts'

/**
 * Characters that do something instead of being seen: C0 and C1 controls (ESC, CSI, line feeds, NUL), the marks that turn the direction
 * of a line round (UAX 9, "Trojan Source"), invisible fillers, and line separators; joiners (U+200C, U+200D) are letters' business. In a name or a log line they forge what a person reads.
 */
const unseen =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|\udb40[\udc00-\uddef]/

const unseenEverywhere = new RegExp(unseen.source, 'g')

const names: Readonly<Record<string, string>> = {
  '\0': 'NUL',
  '\t': 'a tab',
  '\n': 'a line feed',
  '\r': 'a carriage return',
  '\u001b': 'ESC',
  '\u007f': 'DEL',
}

/** "U+202E", or "ESC (U+001B)" where a person may know its name. */
const nameOf = (character: string): string => {
  const code = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
  const name = own(names, character)
  return name === undefined ? code : `${name} (${code})`
}

/** The first character of a text that nobody can see, by name; null where there is none. */
export const unseenIn = (text: string): string | null => {
  const found = unseen.exec(text)
  return found === null ? null : nameOf(found[0])
}

/** The text with such characters written out as \uXXXX, as JSON does, so that a line stays a line and shows what is in it. */
export const visible = (text: string): string =>
  text.replace(unseenEverywhere, (character) =>
    [...Array(character.length).keys()]
      .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`)
      .join(''),
  )
