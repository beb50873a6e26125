/**
 * Finds what can be taken out of the judge. One mutant takes out one thing:
 *
 * - throw: a `throw`
 * - return: a `return` in front of other statements whose value refuses: `false`, an objection, or
 *   `undefined` where that is not "no objection". At a function's end `false` becomes `true`, and an
 *   objection becomes `undefined` where the function may give that
 * - answer: the value that a predicate returns; it becomes `true`, and `false`
 * - branch: the branch of `a ? b : c` that refuses, `false` or an objection; the other is taken
 * - chain: an operand of `a ?? b` that may object, or both where `b` is a call
 * - push: the keeping of an objection in a list
 * - continue: the passing over of one item of a loop
 * - filter: `.filter(…)`; nothing is filtered
 * - operand: an operand of `a && b` or `a || b`; the other is left
 *
 * An objection is a value with `code` and `reason`, seen by its type. A function that can only give
 * an objection is how they are spelled, and is left alone.
 */

import ts from 'typescript'

export type MutantClass =
  'throw' | 'return' | 'answer' | 'branch' | 'chain' | 'push' | 'continue' | 'filter' | 'operand'

export interface Mutant {
  readonly kind: MutantClass
  /** As given to `findMutants`. */
  readonly file: string
  /** From 1. */
  readonly line: number
  /** What is taken out, on one line. */
  readonly taken: string
  /** What stands in its place, on one line. */
  readonly put: string
  /** The file's text with it taken out. */
  readonly text: string
}

/** The mutants of some files, in the order of their text. Paths are absolute. */
export function findMutants(files: readonly string[], options: ts.CompilerOptions): Mutant[] {
  const program = ts.createProgram({ rootNames: files, options: { ...options, noEmit: true } })
  return files.flatMap((path) => {
    const file = program.getSourceFile(path)
    if (!file) throw new Error(`${path} could not be read`)
    return mutantsOf(file, program.getTypeChecker())
  })
}

function mutantsOf(file: ts.SourceFile, checker: ts.TypeChecker): Mutant[] {
  const mutants: Mutant[] = []
  const types = new Types(checker)

  function put(kind: MutantClass, node: ts.Node, replacement: string): void {
    const start = node.getStart(file)
    const text = file.text.slice(0, start) + replacement + file.text.slice(node.end)
    const { diagnostics = [] } = ts.transpileModule(text, { reportDiagnostics: true })
    if (diagnostics.length > 0) throw new Error(`${file.fileName}: a mutant that does not parse`)
    mutants.push({
      kind,
      file: file.fileName,
      line: file.getLineAndCharacterOfPosition(start).line + 1,
      taken: oneLine(node.getText(file)),
      put: oneLine(replacement),
      text,
    })
  }

  function visit(node: ts.Node): void {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node)) return
    if (ts.isThrowStatement(node)) put('throw', node, ';')
    else if (ts.isContinueStatement(node)) put('continue', node, ';')
    else if (ts.isReturnStatement(node)) visitReturn(node)
    else if (ts.isConditionalExpression(node)) visitConditional(node)
    else if (ts.isBinaryExpression(node)) visitBinary(node)
    else if (ts.isExpressionStatement(node) && ts.isCallExpression(node.expression)) {
      const { expression, arguments: given } = node.expression
      const isPush = ts.isPropertyAccessExpression(expression) && expression.name.text === 'push'
      if (isPush && given.some((each) => types.mayObject(each))) put('push', node, ';')
    } else if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      const { name, expression } = node.expression
      if (name.text === 'filter') put('filter', node, expression.getText(file))
    }
    ts.forEachChild(node, visit)
  }

  function visitReturn(node: ts.ReturnStatement): void {
    const { expression } = node
    const owner = functionOf(node)
    if (!expression || !owner || types.onlyObjects(owner)) return
    const isLast = node.parent === owner.body && owner.body.statements.at(-1) === node
    const isFalse = expression.kind === ts.SyntaxKind.FalseKeyword
    if (isFalse) put('return', node, isLast ? 'return true' : ';')
    else if (isUndefined(expression)) {
      if (!isLast && !types.givesObjection(owner)) put('return', node, ';')
    } else if (types.mayObject(expression)) {
      if (!isLast) put('return', node, ';')
      else if (types.givesUndefined(owner)) put('return', node, 'return undefined')
    } else if (expression.kind !== ts.SyntaxKind.TrueKeyword && types.isPredicate(owner)) {
      for (const answer of ['true', 'false']) put('answer', expression, answer)
    }
  }

  function visitConditional(node: ts.ConditionalExpression): void {
    const { whenTrue, whenFalse } = node
    const owner = functionOf(node)
    if (owner && types.onlyObjects(owner)) return
    const refuses = (branch: ts.Expression): boolean =>
      branch.kind === ts.SyntaxKind.FalseKeyword || types.mayObject(branch)
    if (refuses(whenTrue)) put('branch', node, `(${whenFalse.getText(file)})`)
    if (refuses(whenFalse)) put('branch', node, `(${whenTrue.getText(file)})`)
  }

  function visitBinary(node: ts.BinaryExpression): void {
    const { left, right, operatorToken } = node
    const joins = [ts.SyntaxKind.AmpersandAmpersandToken, ts.SyntaxKind.BarBarToken]
    const isChain = operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken
    const mayFail = (each: ts.Expression): boolean =>
      types.mayObject(each) || ts.isCallExpression(right)
    for (const [taken, kept] of [
      [left, right],
      [right, left],
    ] as const) {
      const replacement = `(${kept.getText(file)})`
      if (joins.includes(operatorToken.kind)) put('operand', node, replacement)
      else if (isChain && mayFail(taken)) put('chain', node, replacement)
    }
  }

  visit(file)
  return mutants
}

type FunctionWithBody = ts.FunctionLikeDeclaration & { readonly body: ts.Block }

/** The function that a statement returns from. */
function functionOf(node: ts.Node): FunctionWithBody | undefined {
  const found = ts.findAncestor(node.parent, ts.isFunctionLike)
  const body = found && 'body' in found ? found.body : undefined
  return body && ts.isBlock(body) ? (found as FunctionWithBody) : undefined
}

/** What the questions about types come to. */
class Types {
  readonly #checker: ts.TypeChecker

  constructor(checker: ts.TypeChecker) {
    this.#checker = checker
  }

  mayObject(expression: ts.Expression): boolean {
    return this.#members(this.#checker.getTypeAtLocation(expression)).some(isObjection)
  }

  onlyObjects(owner: FunctionWithBody): boolean {
    return this.#returned(owner).every(isObjection)
  }

  givesObjection(owner: FunctionWithBody): boolean {
    return this.#returned(owner).some(isObjection)
  }

  givesUndefined(owner: FunctionWithBody): boolean {
    return this.#returned(owner).some(({ flags }) => flags & ts.TypeFlags.Undefined)
  }

  isPredicate(owner: FunctionWithBody): boolean {
    return this.#returned(owner).every(({ flags }) => flags & ts.TypeFlags.BooleanLike)
  }

  #returned(owner: FunctionWithBody): ts.Type[] {
    const signature = this.#checker.getSignatureFromDeclaration(owner)
    if (!signature) return []
    const returned = this.#checker.getReturnTypeOfSignature(signature)
    return this.#members(this.#checker.getAwaitedType(returned) ?? returned)
  }

  #members(type: ts.Type): ts.Type[] {
    return type.isUnion() ? type.types : [type]
  }
}

function isObjection(type: ts.Type): boolean {
  return ['code', 'reason'].every((name) => type.getProperty(name) !== undefined)
}

function isUndefined(expression: ts.Expression): boolean {
  return ts.isIdentifier(expression) && expression.text === 'undefined'
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ')
}
