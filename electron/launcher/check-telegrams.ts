import { resolve } from 'node:path'
import { compareTelegrams } from './telegram-table.ts'

/**
 * `npm run check:telegrams -- FOLDER`: decodes every `*.hex` of a folder and compares all of it with the `*.norm.xml` beside it (as
 * libmbus' `mbus_parse_hex -n` writes it). Exit 1 on any difference, 2 without a folder.
 */
const folder = process.argv[2]
if (folder === undefined) {
  process.stderr.write(
    'Usage: npm run check:telegrams -- FOLDER   (recorded telegrams *.hex with *.norm.xml beside them)\n',
  )
  process.exitCode = 2
} else {
  const { table, differences, compared, telegrams } = await compareTelegrams(resolve(folder))
  process.stdout.write(`${table}\n`)
  for (const difference of differences) process.stderr.write(`${difference}\n`)
  process.stderr.write(
    `${telegrams} telegrams, ${compared} fields compared, ${differences.length === 0 ? 'no' : differences.length} difference${differences.length === 1 ? '' : 's'}.\n`,
  )
  process.exitCode = differences.length === 0 && telegrams > 0 ? 0 : 1
}
