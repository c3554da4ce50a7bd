import { own } from '../../../shared/own.ts'

import type { Outage } from '../../../shared/said/outage.ts'

export type OutageNews =
  | { readonly kind: 'failed'; readonly file: string; readonly atMs: number; readonly why: string }
  | { readonly kind: 'lost'; readonly what: string; readonly rows: number }
  | { readonly kind: 'late'; readonly what: string; readonly rows: number }
  | { readonly kind: 'stored'; readonly file: string }

const plus = (counts: Readonly<Record<string, number>>, what: string, rows: number) => ({
  ...counts,
  [what]: (own(counts, what) ?? 0) + rows,
})

export const stepOutage = (outage: Outage | null, news: OutageNews): Outage | null => {
  if (outage === null)
    return news.kind === 'failed'
      ? { fromMs: news.atMs, why: news.why, late: {}, lost: {}, failing: [news.file] }
      : null
  switch (news.kind) {
    case 'failed':
      return { ...outage, failing: [...outage.failing.filter((file) => file !== news.file), news.file] }
    case 'lost':
      return { ...outage, lost: plus(outage.lost, news.what, news.rows) }
    case 'late':
      return { ...outage, late: plus(outage.late, news.what, news.rows) }
    case 'stored':
      return { ...outage, failing: outage.failing.filter((file) => file !== news.file) }
  }
}
