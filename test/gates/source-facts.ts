/** Facts about one TypeScript file, read from its syntax tree. */

import { builtinModules } from 'node:module'
import ts from 'typescript'

export interface Import {
  readonly specifier: string
  /** `dynamic` is `import('x')` as an expression; `type` leaves nothing behind at run time. */
  readonly kind: 'static' | 'type' | 'dynamic'
}

export interface SourceFacts {
  readonly imports: readonly Import[]
  /** Lines of `import(…)` whose argument is not a string literal. */
  readonly computedImports: readonly number[]
  /** Lines that read the clock: `new Date()` without an argument, `Date()`, `Date.now`. */
  readonly clockReads: readonly number[]
  /** Lines where `new Date()` is the default of `at`: `{ at = new Date() }`, `at ?? new Date()`. */
  readonly clockDefaults: readonly number[]
  /** Lines that use the globals `process`, `console` or `fetch`. */
  readonly ambient: readonly { readonly name: string; readonly line: number }[]
  /** Lines of `let` and `var` at the top level. */
  readonly moduleState: readonly number[]
}

const clocks = new Set(['Date.now', 'performance.now'])
const ambientNames = new Set(['process', 'console', 'fetch'])

export function sourceFacts(path: string, text: string): SourceFacts {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true)
  const imports: Import[] = []
  const computedImports: number[] = []
  const clockReads: number[] = []
  const clockDefaults: number[] = []
  const ambient: { name: string; line: number }[] = []
  const moduleState = file.statements
    .filter(ts.isVariableStatement)
    .filter(({ declarationList }) => (declarationList.flags & ts.NodeFlags.Const) === 0)
    .map(lineOf)

  function lineOf(node: ts.Node): number {
    return file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1
  }

  function visit(node: ts.Node): void {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      imports.push({
        specifier: node.moduleSpecifier.text,
        kind: leavesNothing(node.importClause) ? 'type' : 'static',
      })
    } else if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined) {
      if (ts.isStringLiteral(node.moduleSpecifier)) {
        const kind = node.isTypeOnly ? 'type' : 'static'
        imports.push({ specifier: node.moduleSpecifier.text, kind })
      }
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      if (ts.isStringLiteral(node.argument.literal)) {
        imports.push({ specifier: node.argument.literal.text, kind: 'type' })
      }
    } else if (ts.isCallExpression(node)) {
      const [argument] = node.arguments
      if (node.expression.kind === ts.SyntaxKind.ImportKeyword) {
        if (argument !== undefined && ts.isStringLiteralLike(argument)) {
          imports.push({ specifier: argument.text, kind: 'dynamic' })
        } else {
          computedImports.push(lineOf(node))
        }
      }
      if (node.expression.getText(file) === 'Date') clockReads.push(lineOf(node))
    } else if (ts.isNewExpression(node) && node.expression.getText(file) === 'Date') {
      if (node.arguments === undefined || node.arguments.length === 0) {
        const reads = isDefaultOfAt(node, file) ? clockDefaults : clockReads
        reads.push(lineOf(node))
      }
    } else if (ts.isPropertyAccessExpression(node) && clocks.has(node.getText(file))) {
      clockReads.push(lineOf(node))
    } else if (ts.isIdentifier(node) && ambientNames.has(node.text) && standsAlone(node)) {
      ambient.push({ name: node.text, line: lineOf(node) })
    }
    ts.forEachChild(node, visit)
  }

  visit(file)
  return { imports, computedImports, clockReads, clockDefaults, ambient, moduleState }
}

/** Whether a specifier names a module of Node's. */
export function isNodeBuiltin(specifier: string): boolean {
  return specifier.startsWith('node:') || builtinModules.includes(specifier)
}

function leavesNothing(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined) return false
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true
  const { namedBindings } = clause
  return (
    clause.name === undefined &&
    namedBindings !== undefined &&
    ts.isNamedImports(namedBindings) &&
    namedBindings.elements.length > 0 &&
    namedBindings.elements.every(({ isTypeOnly }) => isTypeOnly)
  )
}

function isDefaultOfAt(node: ts.NewExpression, file: ts.SourceFile): boolean {
  const { parent } = node
  if (ts.isBindingElement(parent) || ts.isParameter(parent)) {
    return parent.initializer === node && parent.name.getText(file) === 'at'
  }
  return (
    ts.isBinaryExpression(parent) &&
    parent.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken &&
    /^(?:\w+\??\.)?at$/.test(parent.left.getText(file))
  )
}

/** An identifier that is a value of its own: no property name, no declared name, no type. */
function standsAlone(node: ts.Identifier): boolean {
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent)) {
    return parent.expression === node || parent.expression.getText() === 'globalThis'
  }
  return (
    (ts.isCallExpression(parent) && parent.expression === node) ||
    (ts.isElementAccessExpression(parent) && parent.expression === node) ||
    (ts.isBinaryExpression(parent) && parent.right === node)
  )
}
