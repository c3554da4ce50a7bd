import { redactPatterns } from '../../../shared/site/redact.ts'
import type { SiteEvent } from '../../../shared/model/event.ts'
import { textFile, type LazyFile } from './lazy-file.ts'
import { reportBlocks, withTexts } from './report-blocks.ts'
import { reportHtml } from './report-html.ts'
import type { SnapshotParts } from './snapshot-parts.ts'

const whyOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/**
 * The report for people, as a page and, where this host draws PDFs, as a PDF of the same text. What is taken out of text (secrets, and
 * names where they are wanted out) is taken out of the blocks before they are drawn: nothing can be searched for in a PDF afterwards.
 */
export async function* reportFiles(
  parts: SnapshotParts,
  events: readonly SiteEvent[],
  remarks: string[],
): AsyncGenerator<LazyFile, void> {
  const { archive, overview, range, who, note, live, drawPdf, withoutNames = (text: string) => text } = parts
  const facts = { overview, range, who, note, findings: live.findings, events, remarks }
  const clean = (text: string): string => withoutNames(redactPatterns(text).text)
  if (drawPdf !== undefined)
    try {
      const bytes = await drawPdf(withTexts(reportBlocks(facts), clean), () => null)
      yield { name: 'report.pdf', content: () => [bytes] }
    } catch (error) {
      remarks.push(`report.pdf could not be drawn: ${whyOf(error)}`)
    }
  const utc = (atMs: number): string => new Date(atMs).toISOString().slice(0, 19).replace('T', ' ')
  const title = clean(`${overview.site.name}: ${utc(range.fromMs)} to ${utc(range.toMs)} UTC`)
  yield textFile('report.html', archive, () => reportHtml(title, withTexts(reportBlocks(facts), clean)))
}
