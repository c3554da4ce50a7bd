/** Why something is not done is a kind with its facts; its sentence is made in shared/said alone, and what comes over a link is one already. */
export default {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      bare: "What is said is data: throw refusal('kind', facts); its facts and its sentence stand in a shared/said/*-refusals.ts.",
    },
  },
  create(context) {
    const report = (node) => context.report({ node, messageId: 'bare' })
    return {
      "NewExpression[callee.name='Refusal']": report,
      // class ReadOnly extends Refusal
      "ClassDeclaration[superClass.name='Refusal']": report,
    }
  },
}
