import type { Block } from '../../../shared/acceptance/protocol-document.ts'

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

const table = (head: readonly string[] | null, rows: readonly (readonly string[])[]): string => {
  const cells = (row: readonly string[]) => row.map((cell) => `<td>${escape(cell)}</td>`).join('')
  const heads = head?.map((each) => `<th scope="col">${escape(each)}</th>`).join('')
  return `<table>${heads === undefined ? '' : `<thead><tr>${heads}</tr></thead>`}
<tbody>${rows.map((row) => `<tr>${cells(row)}</tr>`).join('\n')}</tbody></table>`
}

const drawn = (block: Block): string => {
  switch (block.kind) {
    case 'title':
      return `<h1>${escape(block.text)}</h1>`
    case 'heading':
      return `<h2>${escape(block.text)}</h2>`
    case 'strong':
      return `<p><strong>${escape(block.text)}</strong></p>`
    case 'text':
    case 'small':
      return `<p>${escape(block.text)}</p>`
    case 'facts':
      return table(null, block.rows)
    case 'table':
      return table(block.head, block.rows)
    case 'photo':
      return `<p>Photo: ${escape(block.caption)}</p>`
  }
}

/** One page without scripts, pictures or links, for any browser. */
export const reportHtml = (title: string, blocks: readonly Block[]): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escape(title)}</title>
<style>body{font:14px/1.4 system-ui,sans-serif;margin:2em;max-width:70em;color:#111;background:#fff}table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:2px 8px;border-bottom:1px solid #ccc}td:first-child{white-space:nowrap;font-variant-numeric:tabular-nums}</style></head>
<body>${blocks.map(drawn).join('\n')}
</body></html>
`
