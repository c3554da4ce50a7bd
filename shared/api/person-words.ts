import { z } from 'zod'
import { unseenIn } from '../text/visible.ts'

/** What persons write over the contract. It goes into logs, tables and reports, so it holds nothing that nobody can see. */

const unseenText = (unseen: string): string =>
  `holds a character that can't be seen: ${unseen}; write it anew without that character`

const seen = (schema: z.ZodString) =>
  schema.superRefine((text, context) => {
    const unseen = unseenIn(text)
    if (unseen !== null) context.addIssue({ code: 'custom', message: unseenText(unseen) })
  })
/** Lines of a text field become one: a row of a table is one line, and a second line could be taken for another row. */
const oneLine = (text: string) => text.trim().replaceAll(/\s*[\r\n]+\s*/g, ' / ')

/** Who it is, e.g. "Shift lead". */
export const personSchema = seen(z.string().trim().min(1).max(80))
export const reasonSchema = z
  .string()
  .transform(oneLine)
  .pipe(seen(z.string().min(3).max(400)))
export const noteSchema = z
  .string()
  .transform(oneLine)
  .pipe(seen(z.string().max(400)))

/** Longest remark of a person in a protocol, characters. */
export const longestRemark = 5000
/** A remark stands in a paragraph of its own, so its lines stay lines. */
export const remarkSchema = z
  .string()
  .transform((text) => text.trim().replaceAll(/\r\n?/g, '\n').replaceAll('\t', ' '))
  .pipe(
    z
      .string()
      .min(1)
      .max(longestRemark)
      .superRefine((text, context) => {
        const unseen = unseenIn(text.replaceAll('\n', ' '))
        if (unseen !== null) context.addIssue({ code: 'custom', message: unseenText(unseen) })
      }),
  )
