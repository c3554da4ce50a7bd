/**
 * What a person reads is made at the end and decides nothing: a sentence that is worded better must not change what the program
 * does. Conditions are made on kinds and numbers (shared/said). What the operating system or a library says in words only is read once,
 * in the adapter that hears it (electron/io), which this rule leaves out.
 */
const sentenceNames = /^(message|sentence|why|problem|reason|title|detail|note|explanation)$/i
const looks = new Set(['endsWith', 'startsWith', 'includes', 'indexOf', 'match', 'search'])

const nameOf = (node) => {
  if (node.type === 'Identifier') return node.name
  if (node.type === 'MemberExpression' && !node.computed) return node.property.name
  if (node.type === 'ChainExpression') return nameOf(node.expression)
  if (node.type === 'TSNonNullExpression') return nameOf(node.expression)
  return ''
}
const isSentence = (node) => sentenceNames.test(nameOf(node))
/** "at their fallback" is a piece of a sentence; "n/a" or "," is none. */
const isWords = (node) =>
  node?.type === 'Literal' && typeof node.value === 'string' && /\p{L}\s+\p{L}/u.test(node.value)

export default {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      condition:
        'Nothing is decided by a sentence: let what is said carry a kind (shared/said) and decide by that; the sentence is made from it at the end.',
    },
  },
  create(context) {
    const report = (node) => context.report({ node, messageId: 'condition' })
    return {
      CallExpression(node) {
        const { callee } = node
        if (callee.type !== 'MemberExpression' || callee.computed) return
        const { name } = callee.property
        if (looks.has(name) && isSentence(callee.object)) report(node)
        // /refuses/.test(problem)
        if ((name === 'test' || name === 'exec') && node.arguments[0] !== undefined && isSentence(node.arguments[0]))
          report(node)
      },
      BinaryExpression(node) {
        if (!/^[!=]==?$/.test(node.operator)) return
        if ((isSentence(node.left) && isWords(node.right)) || (isSentence(node.right) && isWords(node.left)))
          report(node)
      },
    }
  },
}
