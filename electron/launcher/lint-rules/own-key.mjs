import ts from 'typescript'

/**
 * Records keyed by ids are read with `own(record, key)`: a plain `record[key]` also finds what every object inherits, and a meter
 * may be called "constructor". Only reads by a key of type string count; keys of a closed union can't be inherited names.
 */
const isWritten = ({ parent }, node) =>
  (parent.type === 'AssignmentExpression' && parent.left === node) ||
  (parent.type === 'UnaryExpression' && parent.operator === 'delete') ||
  parent.type === 'UpdateExpression'

export default {
  meta: {
    type: 'problem',
    fixable: 'code',
    schema: [],
    messages: {
      inherited:
        'Read it with own(record, key) of shared/own.ts: a key called "constructor" would find what objects inherit.',
    },
  },
  create(context) {
    const services = context.sourceCode.parserServices
    const checker = services.program.getTypeChecker()
    return {
      'MemberExpression[computed=true]'(node) {
        if (node.property.type === 'Literal' || isWritten(node, node)) return
        const type = checker.getNonNullableType(services.getTypeAtLocation(node.object))
        if (type.getStringIndexType?.() === undefined) return
        if (!(services.getTypeAtLocation(node.property).flags & ts.TypeFlags.String)) return
        const text = (part) => context.sourceCode.getText(part)
        context.report({
          node,
          messageId: 'inherited',
          fix: (fixer) => fixer.replaceText(node, `own(${text(node.object)}, ${text(node.property)})`),
        })
      },
    }
  },
}
