import { own } from '../own.ts'

/** What the YAML parser finds, in words for a person who never read its grammar: what is wrong, and what to do. */
export interface Words {
  readonly message: string
  readonly remedy: string
}

const check = 'check quotes, brackets and colons on this line and the one before'

const byCode: Readonly<Record<string, Words>> = {
  TAB_AS_INDENT: { message: 'a tab stands where the line is indented', remedy: 'indent with spaces' },
  DUPLICATE_KEY: { message: 'map keys must be unique', remedy: 'keep one of them' },
  MULTIPLE_DOCS: {
    message: "a second document begins here ('---')",
    remedy: "remove what follows '---': one file holds one site",
  },
  BAD_INDENT: {
    message: 'this line does not stand under those it belongs to, or a bracket above is not closed',
    remedy: 'align it with the lines it belongs to',
  },
  UNEXPECTED_TOKEN: { message: 'something stands here that does not fit', remedy: check },
  BLOCK_AS_IMPLICIT_KEY: {
    message: "two ': ' stand in one line",
    remedy: 'put the text in quotes, or begin a new line for the second key',
  },
  MULTILINE_IMPLICIT_KEY: {
    message: "a line without a key and its ': '",
    remedy: "write it as 'key: value', or put a text of several lines in quotes",
  },
  BLOCK_IN_FLOW: { message: 'lines of their own stand inside brackets', remedy: 'write all of it in the brackets' },
  BAD_ALIAS: { message: 'a reference (*name) that leads nowhere', remedy: 'write the value out instead' },
  ALIAS_PROPS: { message: 'a reference (*name) with more beside it', remedy: 'write the value out instead' },
  BAD_DQ_ESCAPE: {
    message: 'a backslash in double quotes with a letter that means nothing',
    remedy: "use single quotes: '...'",
  },
  BAD_SCALAR_START: { message: 'a text can not begin with this character', remedy: "put it in quotes: '...'" },
  BAD_DIRECTIVE: { message: "a line that begins with '%' means nothing here", remedy: 'remove it' },
  KEY_OVER_1024_CHARS: { message: 'a key of more than 1024 characters', remedy: check },
  RESOURCE_EXHAUSTION: { message: 'the file is nested too deeply', remedy: 'check that it is the right file' },
  BAD_COLLECTION_TYPE: { message: "a '!' tag that is not known here", remedy: "write plain values, without '!' tags" },
  TAG_RESOLVE_FAILED: { message: "a '!' tag that is not known here", remedy: "write plain values, without '!' tags" },
}

/** A parser's finding in plain words; of one without words of its own, the parser's sentence. */
export const parserWords = (code: string, message: string): Words => {
  const known = Object.hasOwn(byCode, code) ? own(byCode, code) : undefined
  // eslint-disable-next-line said/no-sentence-condition -- the parser says it in words only
  if (known !== undefined && !/call stack/i.test(message)) return known
  // eslint-disable-next-line said/no-sentence-condition -- the parser says it in words only
  if (/call stack/i.test(message))
    return { message: 'the file is nested too deeply', remedy: 'check that it is the right file' }
  const plain = message.charAt(0).toLowerCase() + message.slice(1).replace(/[\s.]+$/, '')
  return { message: plain, remedy: code === 'MISSING_CHAR' ? check : '' }
}
