import type { Block } from './protocol-document.ts'

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

const cells = (row: readonly string[], tag: 'td' | 'th'): string =>
  row.map((cell) => `<${tag}${tag === 'th' ? ' scope="col"' : ''}>${escape(cell)}</${tag}>`).join('')

const blockHtml = (block: Block, photoPath: (photoId: string) => string | null): string => {
  switch (block.kind) {
    case 'title':
      return `<h1>${escape(block.text)}</h1>`
    case 'heading':
      return `<h2>${escape(block.text)}</h2>`
    case 'text':
      return `<p>${escape(block.text)}</p>`
    case 'strong':
      return `<p><strong>${escape(block.text)}</strong></p>`
    case 'small':
      return `<p class="small">${escape(block.text)}</p>`
    case 'facts':
      return `<table class="facts"><tbody>${block.rows.map(([label, value]) => `<tr><th scope="row">${escape(label)}</th><td>${escape(value)}</td></tr>`).join('')}</tbody></table>`
    case 'table':
      return `<table><thead><tr>${cells(block.head, 'th')}</tr></thead>\n<tbody>${block.rows.map((row) => `<tr>${cells(row, 'td')}</tr>`).join('\n')}</tbody></table>`
    case 'photo': {
      const path = photoPath(block.photoId)
      return path === null
        ? `<p>${escape(block.caption)} (the photo is not kept any more)</p>`
        : `<figure><img src="${escape(path)}" alt="${escape(block.caption)}"><figcaption>${escape(block.caption)}</figcaption></figure>`
    }
  }
}

/** One page without scripts, for any browser; its photos lie beside it. `photoPath` null: a photo is not there. */
export const protocolHtml = (blocks: readonly Block[], photoPath: (photoId: string) => string | null): string => {
  const title = blocks.find(({ kind }) => kind === 'title')
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escape(title !== undefined && 'text' in title ? title.text : 'Site acceptance test')}</title>
<style>body{font:14px/1.45 system-ui,sans-serif;margin:2em auto;max-width:62em;padding:0 1em;color:#111;background:#fff}h1{font-size:1.6em}
h2{font-size:1.1em;margin:1.6em 0 .4em;border-top:1px solid #999;padding-top:.6em}table{border-collapse:collapse;width:100%;margin:.4em 0}
th,td{text-align:left;vertical-align:top;padding:3px 8px;border-bottom:1px solid #ccc}.facts th{width:14em;font-weight:600}p{white-space:pre-line;overflow-wrap:anywhere}.small{color:#444;font-size:.85em}
figure{margin:.6em 0}img{max-width:100%;max-height:24em}@media print{h2,figure,tr{break-inside:avoid}}</style></head>
<body>
${blocks.map((block) => blockHtml(block, photoPath)).join('\n')}
</body></html>
`
}
