/** Why a file is not sent, taken or fetched. */
import type { Sentences } from './sentences.ts'

type Nothing = Readonly<Record<string, never>>

export interface TransferRefusals {
  readonly 'file-too-large': { readonly bytes: number; readonly largestBytes: number }
  readonly 'bytes-too-early': Nothing
  readonly 'bytes-out-of-order': { readonly atByte: number; readonly nextByte: number }
  readonly 'bytes-too-many': { readonly bytes: number }
  readonly 'file-fetched': Nothing
  readonly 'files-under-way': { readonly way: 'out' | 'in'; readonly count: number }
  readonly 'no-purpose': { readonly purpose: string }
  readonly 'tickets-spent': Nothing
  /** It became shorter while it was read. */
  readonly 'file-ended-early': { readonly fileName: string; readonly bytes: number }
  readonly 'viewer-sends': Nothing
  readonly 'sent-already': Nothing
  readonly 'not-received': Nothing
  /** `what`: as the end of "only an operator may ...". */
  readonly 'operators-only': { readonly what: string }
}

const mib = (bytes: number): string => `${(bytes / (1 << 20)).toFixed(1)} MiB`

export const transferSentences: Sentences<TransferRefusals> = {
  'file-too-large': ({ bytes, largestBytes }) =>
    `the file is too large: ${mib(bytes)}, at most ${mib(largestBytes)} are taken here`,
  'bytes-too-early': () => 'these bytes were not asked for yet: wait for the answer before',
  'bytes-out-of-order': ({ atByte, nextByte }) =>
    `bytes from ${atByte} on were sent, those from ${nextByte} on are next: send the file anew`,
  'bytes-too-many': ({ bytes }) => `more was sent than the ${bytes} bytes that were declared: send the file anew`,
  'file-fetched': () => 'this file was fetched already, or was not fetched in time: ask for it again',
  'files-under-way': ({ way, count }) =>
    `${count} files are ${way === 'out' ? 'on their way' : 'being sent'} already: try again when one of them has arrived`,
  'no-purpose': ({ purpose }) => `no file is taken here for "${purpose}"`,
  'tickets-spent': () => 'too many files were asked for and not fetched: try again soon',
  'file-ended-early': ({ fileName, bytes }) => `${fileName} ended after ${bytes} bytes: was it changed meanwhile?`,
  'viewer-sends': () => 'You are viewing only: open the operator address to send a file.',
  'sent-already': () => 'this file is being sent already',
  'operators-only': ({ what }) => `only an operator may ${what}: open the operator address`,
  'not-received': () => 'this file is not being received any more: send it anew',
}
